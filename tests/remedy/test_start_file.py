from __future__ import annotations

import io
import sys
import types
from pathlib import Path

import pytest

from flask_prodguard.remedy import start_file
from flask_prodguard.remedy.start_file import find_start

DOCKERFILE = 'FROM python\nCOPY . .\nCMD ["python", "app.py"]\n'
SUPERVISORD = "[program:shop]\ncommand=python app.py\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    run(monkeypatch, file=str(tmp_path / "app.py"))
    (tmp_path / "app.py").touch()
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    return tmp_path


def run(
    monkeypatch: pytest.MonkeyPatch,
    file: str | None = None,
    name: str | None = None,
    argv: tuple[str, ...] = ("app.py",),
) -> None:
    main = types.ModuleType("__main__")
    if file:
        main.__file__ = file
    if name:
        main.__spec__ = types.SimpleNamespace(name=name)  # type: ignore[assignment]
    monkeypatch.setitem(sys.modules, "__main__", main)
    monkeypatch.setattr(sys, "argv", [*argv])


def found(folder: Path, key: str, container: bool = False) -> str | None:
    start = find_start(folder, key, container)
    return f"{start.file}:{start.line}" if start else None


def test_the_file_of_the_platform_comes_first(project: Path) -> None:
    (project / "Procfile").write_text("web: python app.py\n")
    (project / "Dockerfile").write_text(DOCKERFILE)
    assert found(project, "heroku", container=True) == "Procfile:1"
    assert found(project, "render", container=True) == "Dockerfile:3"
    assert found(project, "docker") == "Dockerfile:3"
    assert found(project, "shell") is None


def test_a_file_of_this_machine_counts_where_nothing_is_typed(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "supervisord.conf").write_text(SUPERVISORD)
    assert found(project, "shell") == "supervisord.conf:2"
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    assert found(project, "shell") is None
    monkeypatch.setattr(sys, "stdin", None)
    assert found(project, "shell") == "supervisord.conf:2"


def test_which_of_two_files_it_was_is_not_guessed(project: Path) -> None:
    (project / "supervisord.conf").write_text(SUPERVISORD)
    (project / "supervisor.ini").write_text(SUPERVISORD)
    assert found(project, "shell") is None


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("shop.__main__", "python -m shop"),
        ("shop.web", "python -m shop.web"),
        ("flask.__main__", "flask run"),
    ],
)
def test_a_module_that_is_run_is_found(
    project: Path, monkeypatch: pytest.MonkeyPatch, name: str, command: str
) -> None:
    run(monkeypatch, name=name, argv=("x", *command.split()[3:]))
    if name.startswith("flask"):
        monkeypatch.setattr(sys, "argv", ["flask", "run"])
    (project / "Procfile").write_text(f"web: {command}\n")
    assert found(project, "heroku") == "Procfile:1"


def test_a_program_of_another_folder_is_found_by_its_name(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(monkeypatch, file="/venv/bin/flask", argv=("flask", "run"))
    (project / "Procfile").write_text("web: flask run\n")
    assert found(project, "heroku") == "Procfile:1"


def test_what_was_typed_is_in_no_file(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(monkeypatch, argv=("-c",))
    assert found(project, "heroku") is None


def test_a_message_is_not_kept_waiting(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "Procfile").write_text("web: python app.py\n")
    monkeypatch.setattr(start_file, "SECONDS", -1.0)
    assert found(project, "heroku") is None
