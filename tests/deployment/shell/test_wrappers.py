"""How programs are called on each system."""

from __future__ import annotations

import typing as t

import pytest

from flask_prodguard.deployment.known_programs import python_program
from flask_prodguard.deployment.shell.wrappers import program_name

from ..conftest import RUN

if t.TYPE_CHECKING:
    from ..conftest import Runs

# The command, the files, and what it runs.
PROGRAMS: dict[str, tuple[str, dict[str, str], str]] = {
    "a module behind other options": (
        "python3.12 -Xdev -W error -um app",
        {"app.py": RUN},
        "werkzeug 0.0.0.0",
    ),
    "a debugger's": (
        "python -m debugpy --listen 0.0.0.0:5678 --wait-for-client -m app",
        {"app.py": RUN},
        "werkzeug 0.0.0.0",
    ),
    "-m without a module": ("python -m", {}, "Python without a program"),
}


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("/app/.venv/bin/python3.13", "python3.13"),
        (r".venv\Scripts\python.exe", "python"),
        (r"C:\Python313\PYTHON.EXE", "python"),
        (r"\\server\share\venv\Scripts\Waitress-Serve.exe", "waitress-serve"),
        ("py.exe", "py"),
        # Elsewhere, capitals make another program.
        ("Flask", "Flask"),
    ],
)
def test_a_program_has_no_folder_and_no_suffix(word: str, name: str) -> None:
    assert program_name(word) == name


@pytest.mark.parametrize(
    "line",
    [
        "py app.py",
        "py -3 app.py",
        "py -3.13 app.py",
        "py -V:3.13 app.py",
        "py -3-64 -u app.py",
        "pyw app.py",
        "pythonw.exe app.py",
        r".venv\Scripts\python.exe app.py",
        r"C:\Python313\PYTHON.EXE app.py",
    ],
)
def test_python_is_recognised_as_windows_calls_it(line: str) -> None:
    assert python_program(line.split()) == ("script", "app.py", ())


def test_the_launcher_runs_modules_too() -> None:
    assert python_program(["py", "-3.13", "-m", "shop"]) == ("-m", "shop", ())
    assert python_program(["pytest", "app.py"]) is None
    assert python_program(["pyrun", "app.py"]) is None


@pytest.mark.parametrize(
    ("command", "files", "expected"), PROGRAMS.values(), ids=PROGRAMS
)
def test_what_a_command_runs(
    runs: Runs, command: str, files: dict[str, str], expected: str
) -> None:
    assert runs(command, files) == expected
