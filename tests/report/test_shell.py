from __future__ import annotations

import ntpath
import shutil
import sys
from pathlib import Path

import pytest

from flask_prodguard.remedy import this_machine
from flask_prodguard.remedy.command_line import ShellKind
from flask_prodguard.report.shell import Shell
from flask_prodguard.report.shell import start_words
from flask_prodguard.report.shell import this_shell


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("python app.py", "python app.py"),
        (".venv/bin/python -u -B app.py", ".venv/bin/python -u -B app.py"),
        ("python -m shop", "python -m shop"),
        ("python -m flask run", "python -m flask run"),
        (
            "python -m flask --app shop run --debug -p 8000 --host=::1",
            "python -m flask --app shop run --debug -p 8000 --host=::1",
        ),
        ("/bin/python /bin/shop-server", "/bin/python /bin/shop-server"),
        # An argument might be a secret.
        ("python app.py --token=s3cret", ""),
        ("python -m shop s3cret", ""),
        ("python -m flask --app shop:create_app('s3cret') run", ""),
        ("python -m flask run --extra-files s3cret", ""),
        ("python -m flask run --host", ""),
        ("python -c print('s3cret')", ""),
        ("python -X s3cret app.py", ""),
        ("python", ""),
        ("", ""),
    ],
)
def test_a_command_is_shown_unless_it_might_hold_a_secret(
    command: str, shown: str
) -> None:
    assert start_words(command.split(" ") if command else []) == shown.split()


def test_the_flask_command_is_shown_as_it_is_typed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/venv/bin/{name}")

    typed = ["/venv/bin/python", "/venv/bin/flask", "run", "--debug"]
    elsewhere = ["/venv/bin/python", "/other/flask", "run"]

    assert start_words(typed) == ["flask", "run", "--debug"]
    assert start_words(elsewhere) == elsewhere


@pytest.mark.parametrize(
    ("kind", "line", "alone"),
    [
        (ShellKind.POSIX, "NAME=1 python app.py", "export NAME=1"),
        (ShellKind.POWERSHELL, "$env:NAME='1'; python app.py", "$env:NAME='1'"),
        (ShellKind.CMD, 'set "NAME=1" && python app.py', 'set "NAME=1"'),
    ],
)
def test_each_shell_sets_a_variable_in_its_own_way(
    kind: ShellKind, line: str, alone: str
) -> None:
    assert Shell(kind, "python app.py").start_with("NAME", "1") == line
    assert Shell(kind).start_with("NAME", "1") == alone


def pretend(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    """Let this be another system, where Python would ask that system for programs."""
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(shutil, "which", lambda name: None)


@pytest.mark.parametrize(
    ("platform", "environ", "kind"),
    [
        ("linux", {"PROMPT": "%"}, ShellKind.POSIX),
        ("darwin", {}, ShellKind.POSIX),
        ("win32", {"PROMPT": "$P$G"}, ShellKind.CMD),
        ("win32", {}, ShellKind.POWERSHELL),
    ],
)
def test_the_shell_is_recognised(
    platform: str,
    environ: dict[str, str],
    kind: ShellKind,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pretend(monkeypatch, platform)
    monkeypatch.setattr(sys, "orig_argv", ["python", "app.py"])

    shell = this_shell(environ)

    assert (shell.kind, shell.start) == (kind, "python app.py")


@pytest.mark.parametrize(
    ("program", "posix", "cmd", "powershell"),
    [
        (
            "python",
            "python 'my app.py'",
            'python "my app.py"',
            "python 'my app.py'",
        ),
        (
            r"C:\My Python\python.exe",
            r"'C:\My Python\python.exe' 'my app.py'",
            r'"C:\My Python\python.exe" "my app.py"',
            r"& 'C:\My Python\python.exe' 'my app.py'",
        ),
    ],
)
def test_a_command_is_quoted_for_the_shell(
    program: str,
    posix: str,
    cmd: str,
    powershell: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pretend(monkeypatch, "win32")
    monkeypatch.setattr(sys, "orig_argv", [program, "my app.py"])

    assert this_shell({"MSYSTEM": "UCRT64"}).start == posix
    assert this_shell({"PROMPT": "$P$G"}).start == cmd
    assert this_shell({}).start == powershell


def test_git_bash_reads_a_backslash_in_quotes_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pretend(monkeypatch, "win32")
    monkeypatch.setattr(sys, "executable", r"C:\Python\python.exe")

    in_bash = r"'C:\Python\python.exe' -m flask_prodguard"
    assert this_shell({"MSYSTEM": "UCRT64"}).own_command == in_bash
    in_powershell = r"C:\Python\python.exe -m flask_prodguard"
    assert this_shell({}).own_command == in_powershell


def test_the_flask_command_is_known_in_any_capitals_on_windows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scripts = r"C:\shop\.venv\Scripts"
    monkeypatch.setattr(shutil, "which", lambda name: rf"{scripts}\{name}.EXE")
    typed = [rf"{scripts}\python.exe", rf"{scripts}\flask.exe", "run", "--debug"]

    assert start_words(typed, ntpath) == ["flask", "run", "--debug"]


@pytest.mark.parametrize(
    ("found", "own"),
    [
        ({"flask": "here", "python": "here"}, "flask prodguard"),
        ({"flask": "scripts"}, "flask prodguard"),
        ({"flask": "elsewhere", "python": "here"}, "python -m flask_prodguard"),
        (
            {"flask": "elsewhere", "python": "elsewhere"},
            "/here/python3 -m flask_prodguard",
        ),
        ({}, "/here/python3 -m flask_prodguard"),
    ],
)
def test_the_commands_are_called_as_they_are_found(
    found: dict[str, str], own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(Path("/here/python3")))
    monkeypatch.setattr(this_machine, "folder_of", lambda kind: str(Path("/", kind)))
    monkeypatch.setattr(
        shutil,
        "which",
        lambda name: str(Path("/", found[name], name)) if name in found else None,
    )

    assert this_shell({}).own_command == own


@pytest.mark.parametrize("executable", ["/my python/python", "", None])
def test_an_executable_that_can_not_be_typed_is_called_python(
    executable: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    monkeypatch.setattr(shutil, "which", lambda name: None)

    assert this_shell({}).own_command == "python -m flask_prodguard"


@pytest.mark.parametrize(
    ("variable", "own"),
    [
        ("UV_RUN_RECURSION_DEPTH", "uv run flask prodguard"),
        ("PIPENV_ACTIVE", "pipenv run flask prodguard"),
        ("POETRY_ACTIVE", "poetry run flask prodguard"),
    ],
)
def test_what_a_tool_runs_is_called_through_it(variable: str, own: str) -> None:
    assert this_shell({variable: "1"}).own_command == own


def test_a_frozen_program_is_not_called_to_explain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: None)

    assert this_shell({}).own_command == "python -m flask_prodguard"
