"""Tools that a command calls, and what their files name."""

from __future__ import annotations

import typing as t

import pytest

from .conftest import DOCKERFILE

if t.TYPE_CHECKING:
    from .conftest import StartLines

# What the files are, and what is found: place, words of the program, purpose, platform.
KINDS: dict[str, tuple[dict[str, str], list[str]]] = {
    "tools that run another file's tasks": (
        {
            "Dockerfile": DOCKERFILE + "CMD npm start\n",
            "package.json": '{"scripts": {"start": "make serve"}}',
            "Makefile": "serve:\n\thoncho start web\n",
            "Procfile": "web: python app.py\nworker: python worker.py\n",
        },
        [
            "Procfile:1 python app.py | production heroku",
            "Procfile:2 python worker.py | production heroku",
        ],
    ),
    "make with what its target needs first": (
        {
            "Dockerfile": DOCKERFILE + "CMD make PORT=80 -j2 -l 4 all other gone\n",
            "Makefile": "run serve: build all\n\tpython app.py\n"
            "build:\n\tflask db upgrade\nbuild: gone\n"
            "all: run build\nother:\n\tflask run\nleft:\n\tgunicorn a\n",
        },
        [
            "Makefile:2 python app.py | production",
            "Makefile:4 flask db upgrade | production",
            "Makefile:8 flask run | production",
            "Makefile:10 gunicorn a | development",
        ],
    ),
    "make with another default target, in another folder": (
        {
            "Procfile": "web: make -C web\nb: make --file=b.mk\nc: make -f\n",
            "web/Makefile": "a:\n\tflask run -p 1\nb:\n\tflask run\n"
            ".DEFAULT_GOAL := b\n",
            "b.mk": ".PHONY: x\nx:\n\tpython app.py\n",
        },
        [
            "Procfile:3 make -f | production heroku",
            "b.mk:3 python app.py | production heroku",
            "web/Makefile:2 flask run -p 1 | development",
            "web/Makefile:4 flask run | production heroku",
        ],
    ),
    "a supervisord by its default file": (
        {
            "Procfile": "web: supervisord -n\n",
            "supervisord.conf": "[supervisord]\nnodaemon=true\n"
            "[program:a]\ncommand=flask run\n[program:b]\nautostart=true\n",
        },
        ["supervisord.conf:4 flask run | production heroku"],
    ),
    "a supervisord with the file that an image adds to Debian's": (
        {
            "Dockerfile": "FROM python\nCOPY . /app\nCOPY deploy/web.conf conf.d "
            "/etc/supervisor/conf.d/\nCMD supervisord -n\n",
            "Dockerfile.b": "FROM python\nCOPY . /app\n"
            "COPY s.conf /etc/supervisor/supervisord.conf\n"
            "COPY start.ini /etc/supervisor/conf.d/\n"
            "CMD supervisord -c /etc/supervisor/supervisord.conf\n",
            "deploy/web.conf": "[program:a]\ncommand=flask run\n",
            "s.conf": "[program:a]\ncommand=python app.py\n",
            "start.ini": "[program:a]\ncommand=sh /app/web/run.sh\n",
            "web/run.sh": "flask run -p 80\n",
        },
        [
            "deploy/web.conf:2 flask run | production",
            "s.conf:2 python app.py | production",
            "web/run.sh:1 flask run -p 80 | production",
        ],
    ),
    "a supervisord without its file": (
        {"Procfile": "web: supervisord -c gone.conf\n"},
        ["Procfile:1 supervisord -c gone.conf | production heroku"],
    ),
    "PM2 that reads its file": (
        {
            "Dockerfile": DOCKERFILE + "CMD pm2-runtime start pm2.json\n",
            "pm2.json": '{"script": "app.py", "interpreter": "/venv/bin/python"}',
        },
        ["pm2.json:1 /venv/bin/python app.py | production"],
    ),
    "PM2 with a file that is a program": (
        {"Dockerfile": DOCKERFILE + "CMD pm2 start ecosystem.config.js\n"},
        ["Dockerfile:4 pm2 start ecosystem.config.js | production"],
    ),
    "PM2 without words": (
        {"Dockerfile": DOCKERFILE + "CMD pm2-runtime\n"},
        ["Dockerfile:4 pm2-runtime | production"],
    ),
    "a task that is not there": (
        {"Procfile": "web: make gone\nother: npm start\n", "Makefile": "x:\n\ttrue\n"},
        [
            "Procfile:1 make gone | production heroku",
            "Procfile:2 npm start | production heroku",
        ],
    ),
}


@pytest.mark.parametrize(("files", "expected"), KINDS.values(), ids=KINDS)
def test_each_kind_of_file_names_its_starts(
    start_lines: StartLines, files: dict[str, str], expected: list[str]
) -> None:
    assert start_lines(files) == expected
