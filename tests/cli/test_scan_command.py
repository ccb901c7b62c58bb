"""The command ``scan``, as a person and a pipeline see it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import typing as t
from importlib.util import find_spec
from unittest import mock

import pytest
from click.testing import CliRunner

from flask_prodguard.cli import prodguard
from flask_prodguard.cli import scan_command
from flask_prodguard.cli.scan_command import Progress
from flask_prodguard.deployment.files.document import PARSERS

if t.TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

APP = """from flask import Flask

app = Flask(__name__)

if __name__ == "__main__":
    app.run(host="0.0.0.0", port=8000)
"""
FILES = {
    "Procfile": "web: flask db upgrade; python app.py\nworker: rq worker\n",
    "Makefile": "run:\n\tflask run --debug\n",
    "deploy/Dockerfile": "FROM python\nCOPY app.py /app/\n"
    'CMD ["python", "/app/app.py"]\n',
    "deploy/start.sh": "#!/bin/sh\nflask run --host $ADDRESS\n",
    "compose.yml": "services:\n  web:\n    image: x\n    command: deploy/start.sh\n",
    "app.py": APP,
    "requirements.txt": "flask\ngunicorn\n",
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def _scan(*words: str | Path) -> Result:
    return CliRunner().invoke(prodguard, ["scan", *map(str, words)])


def test_the_text_names_each_start_and_its_fix(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    ran = _scan()
    assert ran.exit_code == 1
    # The words of the fix are those of the remedy.
    lines = [line for line in ran.output.splitlines() if "gunicorn" not in line]
    assert lines == [
        "flask-prodguard scanned .: 2 of 5 start commands refused.",
        "",
        "Would be refused:",
        "  Procfile, line 1: flask db upgrade; python app.py",
        "         app.py, line 6: this is production: DYNO is set (Heroku); the host",
        "         '0.0.0.0' binds every network interface.",
        "         PG101: The development server was started in production.",
        "         PG102: The development server is bound where other machines can reach"
        " it.",
        "         Fix:",
        "           - web: flask db upgrade; python app.py",
        "  deploy/Dockerfile, line 3: python /app/app.py",
        "         app.py, line 6: the host '0.0.0.0' binds every network interface.",
        "         PG102: The development server is bound where other machines can reach"
        " it.",
        "         Fix:",
        '           - CMD ["python", "/app/app.py"]',
        "",
        "Can't be decided:",
        "  deploy/start.sh, line 2: flask run --host $ADDRESS",
        "         Started by compose.yml -> deploy/start.sh.",
        "         Its host can't be known: $ADDRESS can't be known.",
        "",
        "Would start:",
        "  Makefile, line 2: flask run --debug",
        "         Werkzeug serves for development: make run.",
        "  Procfile, line 2: rq worker",
        "         No Flask server: rq.",
        "",
        "To read more: flask prodguard explain PG101",
    ]


def test_nothing_is_found_where_no_file_names_a_start(tmp_path: Path) -> None:
    ran = _scan(tmp_path)
    assert (ran.exit_code, ran.output) == (
        0,
        f"flask-prodguard scanned {tmp_path}: no file names a start command.\n",
    )


def test_the_text_says_that_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: gunicorn app:app\n")
    ran = _scan(tmp_path)
    assert ran.exit_code == 0
    said = "1 start command, none of which would be refused."
    assert ran.output.splitlines()[0].endswith(said)


def test_json_has_exactly_the_fields_that_were_promised(repository: Path) -> None:
    ran = _scan(repository, "--format", "json")
    values = json.loads(ran.stdout)
    assert list(values) == ["starts"]
    first = values["starts"][1]
    remedy = first.pop("remedy")
    assert first == {
        "file": "Procfile",
        "line": 1,
        "command": "flask db upgrade; python app.py",
        "platform": "heroku",
        "purpose": "production",
        "server": "werkzeug",
        "program": "app.py",
        "outcome": "refuse",
        "codes": ["PG101", "PG102"],
        "reason": "app.py, line 6: this is production: DYNO is set (Heroku); the host"
        " '0.0.0.0' binds every network interface",
    }
    assert remedy["file"] == "Procfile"
    assert remedy["line"] == 1
    assert remedy["applicability"] == "machine"
    assert [start["outcome"] for start in values["starts"]] == [
        "allow",
        "refuse",
        "allow",
        "refuse",
        "undecided",
    ]
    assert values["starts"][2]["program"] is None
    assert values["starts"][2]["remedy"] is None


def test_annotations_count_from_the_root_of_the_repository(repository: Path) -> None:
    (repository / ".git").mkdir()
    ran = _scan(repository / "deploy", "--format", "github")
    # The app can't be found from there.
    assert ran.exit_code == 0
    # Older releases of click put both streams together.
    assert ran.output.splitlines(keepends=True)[-1] == (
        "::notice file=deploy/Dockerfile,line=3,title=undecided python /app/app.py::"
        "/app/app.py is not in the repository.\n"
    )


def test_an_annotation_names_the_fix(repository: Path) -> None:
    ran = _scan(repository, "--format", "github")
    first, *_ = ran.output.splitlines()
    assert first.startswith(
        "::error file=Procfile,line=1,title=PG101%2C PG102 flask db upgrade; python"
        " app.py::app.py, line 6: this is production"
    )
    assert "%0AInstead: gunicorn " in first


def test_sarif_holds_the_fixes(repository: Path) -> None:
    ran = _scan(repository, "--format", "sarif")
    log = json.loads(ran.stdout)
    results = log["runs"][0]["results"]
    assert [result["ruleId"] for result in results] == ["PG101", "PG102", "PG102"]
    location = results[2]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "deploy/Dockerfile"
    assert location["region"] == {"startLine": 3}
    change = results[2]["fixes"][0]["artifactChanges"][0]
    assert change["artifactLocation"]["uri"] == "deploy/Dockerfile"
    replacement = change["replacements"][0]
    assert replacement["deletedRegion"] == {
        "startLine": 3,
        "startColumn": 1,
        "endLine": 3,
        "endColumn": 30,
    }
    assert replacement["insertedContent"]["text"].startswith('CMD ["gunicorn"')


def test_sarif_without_a_place_for_the_fix(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    ran = _scan(tmp_path, "--format", "sarif", "--platform", "Railway")
    (first, _) = json.loads(ran.stdout)["runs"][0]["results"]
    assert "fixes" not in first


def test_nothing_is_printed_for_github_where_all_is_well(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: gunicorn app:app\n")
    ran = _scan(tmp_path, "--format", "github")
    assert (ran.exit_code, ran.output) == (0, "")


@pytest.mark.process
def test_the_patch_applies(repository: Path) -> None:
    ran = _scan(repository, "--diff")
    assert ran.exit_code == 1
    git = ("git", "-C", str(repository), "-c", "core.safecrlf=false")
    subprocess.run([*git, "init", "-q"], check=True, timeout=60)
    subprocess.run(
        [*git, "apply", "-"], input=ran.stdout, text=True, check=True, timeout=60
    )
    assert "gunicorn" in (repository / "Procfile").read_text()
    assert "gunicorn" in (repository / "deploy/Dockerfile").read_text()
    assert _scan(repository).exit_code == 0


@pytest.mark.process
def test_the_patch_applies_where_lines_end_as_on_windows(tmp_path: Path) -> None:
    folder = tmp_path / "\u65e5\u672c"
    folder.mkdir()
    (folder / "app.py").write_text(APP)
    procfile = tmp_path / "Procfile"
    procfile.write_bytes(
        b"web: python \xe6\x97\xa5\xe6\x9c\xac/app.py\r\nother: true\r\n"
    )

    # What is not a console has this encoding on many machines with Windows.
    ran = subprocess.run(
        [sys.executable, "-m", "flask_prodguard", "scan", "--diff"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        stdout=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    git = ("git", "-C", str(tmp_path), "-c", "core.autocrlf=false")
    subprocess.run([*git, "init", "-q"], check=True, timeout=60)
    subprocess.run([*git, "apply", "-"], input=ran.stdout, check=True, timeout=60)

    first, *rest = procfile.read_bytes().split(b"\r\n")
    assert first.startswith(b"web: gunicorn ")
    assert rest == [b"other: true", b""]


def test_a_patch_of_a_last_line_that_does_not_end(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: python app.py")
    (tmp_path / "app.py").write_text(APP)
    ran = _scan(tmp_path, "--diff")
    assert ran.output.count("\n\\ No newline at end of file\n") == 2


def test_a_start_without_a_place_is_in_no_patch(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    ran = _scan(tmp_path, "--diff", "--platform", "railpack")
    assert (ran.exit_code, ran.output) == (1, "")


def test_fix_changes_what_needs_no_person(repository: Path) -> None:
    ran = _scan(repository, "--fix")
    assert ran.exit_code == 0
    assert "Procfile, line 1: changed\n" in ran.output
    assert "deploy/Dockerfile, line 3: changed\n" in ran.output
    assert "gunicorn" in (repository / "Procfile").read_text()
    assert (repository / "Makefile").read_text() == FILES["Makefile"]


def test_fix_says_that_nothing_was_applied(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: python app.py\n", encoding="utf-8")
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    ran = _scan(tmp_path, "--fix")
    assert ran.exit_code == 1
    assert (
        "No remedy was applied: each of them needs a person to look at it first. The"
        " option --diff shows them.\n"
    ) in ran.output


def test_a_long_command_is_cut_for_people_only(tmp_path: Path) -> None:
    words = "x" * 5000
    text = f"web: python app.py {words}\n"
    (tmp_path / "Procfile").write_text(text, encoding="utf-8")
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    line = f"  Procfile, line 1: python app.py {'x' * 183}...\n"
    assert line in _scan(tmp_path).output
    assert words in _scan(tmp_path, "--format", "json").output


def test_what_a_fix_would_lose_is_named_below_it(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: flask run -h 0.0.0.0\n")
    (tmp_path / "app.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    (tmp_path / ".env").write_text("NAME=shop\n")
    (tmp_path / "requirements.txt").write_text("gunicorn\nflask\npython-dotenv\n")

    output = " ".join(_scan(tmp_path).output.split())

    assert "The variables of .env are read" in output


def test_fix_leaves_what_a_person_has_to_look_at(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: python app.py\n")
    (tmp_path / "app.py").write_text(APP)
    ran = _scan(tmp_path, "--fix")
    assert ran.exit_code == 1
    assert (tmp_path / "Procfile").read_text() == "web: python app.py\n"


def test_a_rule_can_be_left_out(repository: Path) -> None:
    assert _scan(repository, "--ignore", "PG101,PG102").exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "Directory 'nowhere' does not exist"),
        (["--platform", "heruko"], "There is no platform 'heruko'. Did you mean"),
        (["--ignore", "PG999"], "There is no rule 'PG999'. Did you mean"),
        (["--format", "yaml"], "Invalid value for '--format'"),
    ],
)
def test_a_question_that_can_not_be_understood(words: list[str], said: str) -> None:
    ran = _scan(*words)
    assert ran.exit_code == 2
    assert said in ran.output


def test_what_was_not_read_is_named_in_one_line(repository: Path) -> None:
    (repository / "render.yaml").write_text("a: b: c\n")
    ran = _scan(repository, "--format", "json")
    assert (
        "render.yaml: is not YAML in line 1: mapping values are not allowed in this"
        " context\n"
    ) in ran.output


@pytest.mark.parametrize("missing", PARSERS)
def test_without_the_extra_it_says_what_to_install(
    repository: Path, missing: str
) -> None:
    def find(name: str) -> object:
        return None if name == missing else find_spec(name)

    with mock.patch.object(scan_command, "find_spec", find):
        ran = _scan(repository)
    assert ran.exit_code == 2
    assert PARSERS[missing] in ran.output
    assert "pip install 'flask-prodguard[scan]'" in PARSERS[missing]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal_after_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scan_command, "PATIENCE", -1.0)
    stream = Terminal()
    with Progress(stream) as progress:
        progress.count("")
        progress.count("a")
    shown = "\rScanning: 1 folders\rScanning: 2 folders"
    assert stream.getvalue() == f"{shown}\r{' ' * 19}\r"


def test_no_progress_is_shown_in_a_pipeline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_command, "PATIENCE", -1.0)
    stream = io.StringIO()
    with Progress(stream) as progress:
        progress.count("")
    assert stream.getvalue() == ""


def test_no_progress_is_shown_within_a_second() -> None:
    stream = Terminal()
    with Progress(stream) as progress:
        progress.count("")
    assert stream.getvalue() == ""


@pytest.mark.process
def test_it_needs_no_app_and_imports_nothing_of_the_project(repository: Path) -> None:
    (repository / "app.py").write_text(f"raise SystemExit('imported')\n{APP}")
    (repository / "wsgi.py").write_text("raise SystemExit('imported')\n")
    for words in (["-m", "flask_prodguard"], ["-m", "flask", "prodguard"]):
        ran = subprocess.run(
            [sys.executable, *words, "scan"],
            cwd=repository,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        assert "imported" not in ran.stdout + ran.stderr
