"""How programs are called on each system."""

from __future__ import annotations

import typing as t

import pytest

from flask_prodguard.deployment.known_programs import python_program
from flask_prodguard.deployment.shell.wrappers import program_name

from ..conftest import RUN

if t.TYPE_CHECKING:
    from ..conftest import Runs
    from ..conftest import StartLines

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

# What the files are, and what is found: place, words of the program, purpose, platform.
KINDS: dict[str, tuple[dict[str, str], list[str]]] = {
    "wrappers": (
        {
            "Procfile": "a: sudo -u app env -u X A=1 nohup flask run\n"
            "b: /sbin/tini -g -- gosu app poetry run flask run\n"
            "c: uv run --extra web -- flask run\n"
            "d: ./wait-for-it.sh db:5432 -t 5 -- flask run\n"
            "e: watchmedo auto-restart --pattern '*.py' -- flask run\n"
            "f: opentelemetry-instrument --service_name x --a=b flask run\n"
            "g: python -m poetry run flask run\n"
            "h: timeout -k 5 10 flask run\n"
            "i: poetry install\n"
            "j: wait-for db\n"
            "k: nodemon -x\n"
            "l: doppler run --token $T --mount .env -- flask run\n"
            "m: teller run --reset -- s6-setuidgid app flask run\n"
        },
        [
            "Procfile:1 flask run | production heroku",
            "Procfile:2 flask run | production heroku",
            "Procfile:3 flask run | production heroku",
            "Procfile:4 flask run | production heroku",
            "Procfile:5 flask run | development heroku",
            "Procfile:6 flask run | production heroku",
            "Procfile:7 flask run | production heroku",
            "Procfile:8 flask run | production heroku",
            "Procfile:9 poetry install | production heroku",
            "Procfile:10 wait-for db | production heroku",
            "Procfile:11 nodemon -x | production heroku",
            "Procfile:12 flask run | production heroku",
            "Procfile:13 flask run | production heroku",
        ],
    ),
    "a wrapper alone": (
        {"Procfile": "web: nohup\n"},
        ["Procfile:1 nohup | production heroku"],
    ),
    "dashes behind a wrapper": (
        {
            "Procfile": "web: chamber exec prod -- flask run\n"
            "b: pipenv run -- flask run\n"
        },
        [
            "Procfile:1 flask run | production heroku",
            "Procfile:2 flask run | production heroku",
        ],
    ),
    "a reloader": (
        {"Procfile": 'web: nodemon --exec "python app.py"\n'},
        ["Procfile:1 python app.py | development heroku"],
    ),
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


@pytest.mark.parametrize(("files", "expected"), KINDS.values(), ids=KINDS)
def test_each_kind_of_file_names_its_starts(
    start_lines: StartLines, files: dict[str, str], expected: list[str]
) -> None:
    assert start_lines(files) == expected
