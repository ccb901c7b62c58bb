"""Procfile, Makefile, supervisord and systemd: files whose lines start programs."""

from __future__ import annotations

import typing as t

import pytest

from ..conftest import DOCKERFILE

if t.TYPE_CHECKING:
    from ..conftest import StartLines
    from ..conftest import Starts

# What the files are, and what is found: place, words of the program, purpose, platform.
KINDS: dict[str, tuple[dict[str, str], list[str]]] = {
    "a Procfile": (
        {"Procfile": "web: python app.py\nworker: rq worker\n"},
        [
            "Procfile:1 python app.py | production heroku",
            "Procfile:2 rq worker | production heroku",
        ],
    ),
    "a Procfile for development": (
        {"Procfile.dev": "web: flask run --debug\n"},
        ["Procfile.dev:1 flask run --debug | development heroku"],
    ),
    "supervisord": (
        {
            "deploy/web.conf": "; a comment\n[program:web]\ncommand=python app.py\n"
            "  --port 80\ndirectory=/srv/shop\n"
        },
        ["deploy/web.conf:3 python app.py --port 80 | production"],
    ),
    "supervisord in an image": (
        {
            "Dockerfile": DOCKERFILE + 'CMD ["supervisord", "-c", "/app/s.conf"]\n',
            "s.conf": "[program:web]\ncommand=gunicorn app:app\n",
        },
        ["s.conf:2 gunicorn app:app | production"],
    ),
    "systemd": (
        {
            "shop.service": "[Service]\nEnvironment=A=1\n"
            "ExecStart=-/srv/venv/bin/python \\\n  app.py\n"
        },
        ["shop.service:3 /srv/venv/bin/python app.py | production systemd"],
    ),
    "supervisord with a folder and variables": (
        {
            "x.ini": "[program:web]\ncommand = flask run ; why\ndirectory = /srv\n"
            'environment = A="1",B=2\n[other]\nx=1\n',
        },
        ["x.ini:2 flask run | production"],
    ),
    "what supervisord fills in": (
        {
            "deploy/x.ini": "[program:web]\ndirectory=%(here)s/..\n"
            "command=%(here)s/bin/python app.py --port %(ENV_PORT)s 5%%\n"
            "environment=PORT=80\n",
        },
        ["deploy/x.ini:3 /deploy/bin/python app.py --port ${PORT} 5% | production"],
    ),
    "a unit without a service": ({"x.service": "[Unit]\nA=1\n[Service]\nX=1\n"}, []),
    "lines that are no processes": (
        {"Procfile": "# web: x\n\nweb:\n", "Makefile": "\tx\nA = 1\n\nx: \n\t\n"},
        [],
    ),
    "a unit that goes on to its end": (
        {"x.service": "[Service]\nExecStart=flask \\\n"},
        ["x.service:2 flask | production systemd"],
    ),
    "below a folder for tests": (
        {"tests/fixtures/Procfile": "web: flask run\n"},
        ["tests/fixtures/Procfile:1 flask run | development heroku"],
    ),
}


@pytest.mark.parametrize(("files", "expected"), KINDS.values(), ids=KINDS)
def test_each_kind_of_file_names_its_starts(
    start_lines: StartLines, files: dict[str, str], expected: list[str]
) -> None:
    assert start_lines(files) == expected


def test_a_systemd_unit_sets_variables_and_a_folder(starts: Starts) -> None:
    (start,) = starts(
        {
            "shop.service": '[Service]\nEnvironment=A=1 "B=2 3"\n'
            "WorkingDirectory=/srv/shop\nExecStart=flask run\n",
            "shop/app.py": "",
        }
    )
    assert start.variables == {"A": "1", "B": "2 3"}
    assert start.directory == "shop"


def test_a_variable_of_supervisord_ends_where_the_line_does(starts: Starts) -> None:
    settings = 'command=flask run\nenvironment=A="1,2",PORT=8000;\n'
    (start,) = starts({"x.ini": f"[program:web]\n{settings}"})
    assert start.variables == {"A": "1,2", "PORT": "8000"}
