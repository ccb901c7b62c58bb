"""What the words and variables of ``flask run`` mean."""

from __future__ import annotations

import typing as t

import pytest

from ..conftest import APP

if t.TYPE_CHECKING:
    from ..conftest import Runs

# The command, the files, and what it runs.
PROGRAMS: dict[str, tuple[str, dict[str, str], str]] = {
    "flask run": ("flask run", {"app.py": APP}, "werkzeug 127.0.0.1"),
    "flask run with options": (
        "flask --app shop --debug run -h0.0.0.0 --port=80",
        {"shop.py": APP},
        "werkzeug 0.0.0.0 debug",
    ),
    "flask run by Python": (
        "python -m flask run --host 0.0.0.0 --no-debug",
        {"app.py": APP},
        "werkzeug 0.0.0.0",
    ),
    "flask run with variables": (
        "FLASK_RUN_HOST=0.0.0.0 FLASK_DEBUG=false flask run",
        {},
        "werkzeug 0.0.0.0",
    ),
    "flask run where a variable names the host": (
        "flask run --host $HOST",
        {},
        "werkzeug ?",
    ),
    "FLASK_ENV in an old release": (
        "FLASK_ENV=development flask run",
        {},
        "werkzeug 127.0.0.1 debug?",
    ),
    "another command of flask": (
        "flask db upgrade",
        {},
        "no Flask server: the command flask db",
    ),
    "a debug mode that a variable may set": (
        "FLASK_DEBUG=$UNSET flask run",
        {},
        "werkzeug 127.0.0.1 debug?",
    ),
    "a debug mode that a script exports from a variable": (
        "sh run.sh",
        {"run.sh": "export FLASK_DEBUG=$UNSET\nflask run\n"},
        "werkzeug 127.0.0.1 debug?",
    ),
    "variables that are empty": (
        "FLASK_DEBUG= FLASK_RUN_HOST= FLASK_RUN_PORT= flask run",
        {},
        "werkzeug 127.0.0.1",
    ),
    "a debug mode that a branch of a script may export": (
        "sh run.sh",
        {
            "run.sh": "if [ -f /debug ]; then export FLASK_DEBUG=1; fi\nflask run\n",
        },
        "werkzeug 127.0.0.1 debug?",
    ),
}


@pytest.mark.parametrize(
    ("command", "files", "expected"), PROGRAMS.values(), ids=PROGRAMS
)
def test_what_a_command_runs(
    runs: Runs, command: str, files: dict[str, str], expected: str
) -> None:
    assert runs(command, files) == expected
