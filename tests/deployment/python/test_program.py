"""Programs that are given as text, or that go on for too long."""

from __future__ import annotations

import typing as t

import pytest

from ..conftest import APP

if t.TYPE_CHECKING:
    from ..conftest import Runs

# The command, the files, and what it runs.
PROGRAMS: dict[str, tuple[str, dict[str, str], str]] = {
    "a program that is too long in its statements": (
        "python app.py",
        {"app.py": APP + "x\n" * 25_000},
        "unknown: it takes too long to follow",
    ),
    "a syntax error in a line": (
        "python -c 'def:'",
        {},
        "unknown: it is not Python that can be parsed",
    ),
    "a line": (
        "python -c 'from app import app; app.run(debug=True)'",
        {"app.py": APP},
        "werkzeug 127.0.0.1 debug",
    ),
}


@pytest.mark.parametrize(
    ("command", "files", "expected"), PROGRAMS.values(), ids=PROGRAMS
)
def test_what_a_command_runs(
    runs: Runs, command: str, files: dict[str, str], expected: str
) -> None:
    assert runs(command, files) == expected
