from __future__ import annotations

import typing as t

import pytest

from flask_prodguard.deployment.programs import program_of
from flask_prodguard.deployment.project import Project
from flask_prodguard.deployment.python.values import Known
from flask_prodguard.deployment.start_command import StartCommand
from flask_prodguard.deployment.starts import read_starts
from flask_prodguard.deployment.starts import starts_of

if t.TYPE_CHECKING:
    from pathlib import Path

    from flask_prodguard.deployment.python.serving import Program

Write: t.TypeAlias = t.Callable[[dict[str, str]], "Path"]
Starts: t.TypeAlias = t.Callable[[dict[str, str]], "list[StartCommand]"]
Runs: t.TypeAlias = t.Callable[[str, dict[str, str]], str]

StartLines: t.TypeAlias = t.Callable[[dict[str, str]], list[str]]

DOCKERFILE = "FROM python:3.12\nWORKDIR /app\nCOPY . .\n"
APP = "from flask import Flask\napp = Flask(__name__)\n"
MAIN = 'if __name__ == "__main__":\n'
MAYBE = "import os\nif os.environ.get('MAYBE'):\n"
RUN = APP + MAIN + '    app.run(host="0.0.0.0", port=80)\n'


@pytest.fixture
def project(tmp_path: Path) -> Write:
    """Writes the files of a project, and returns its folder."""

    def write(files: dict[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def starts(project: Write) -> Starts:
    """Reads the start commands of a project with these files."""

    def read(files: dict[str, str]) -> list[StartCommand]:
        found = read_starts(project(files))
        return [each for each in found if isinstance(each, StartCommand)]

    return read


@pytest.fixture
def start_lines(starts: Starts) -> StartLines:
    """Names the place, the program, the purpose and the platform of each start."""

    def name(files: dict[str, str]) -> list[str]:
        return [
            f"{start.file}:{start.line} {' '.join(start.argv)} | "
            + " ".join(filter(None, (start.purpose.value, start.platform)))
            for start in starts(files)
        ]

    return name


@pytest.fixture
def runs(project: Write) -> Runs:
    """Says what a command runs in a project with these files."""

    def follow(command: str, files: dict[str, str]) -> str:
        return said(program_in(project({**files, "Procfile": f"web: {command}\n"})))

    return follow


def program_in(folder: Path) -> Program:
    """What the command of a project's Procfile runs."""
    project = Project(folder)
    starts = starts_of(project)
    start = next(each for each in starts if "Procfile" in (each.file, *each.via))
    return program_of(project, start)


def said(program: Program) -> str:
    """How a program serves, in the words of the tables of these tests."""
    words = []
    for each in program.servings:
        host = each.host.value if isinstance(each.host, Known) else "?"
        debug = each.debug.value if isinstance(each.debug, Known) else "?"
        said = [each.server]
        if each.server == "werkzeug":
            said += [str(host), *(["debug"] if debug and debug != "?" else [])]
            said += ["debug?"] if debug == "?" else []
        said += ["maybe"] if each.condition else []
        said += ["unsure"] if each.unsure else []
        words.append(" ".join(said))
    if words:
        return ", ".join(words)
    return f"unknown: {program.unknown}" if program.unknown else program.instead
