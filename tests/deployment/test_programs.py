"""From a command to what it serves: each kind of program."""

from __future__ import annotations

import typing as t

import pytest

from .conftest import APP
from .conftest import RUN

if t.TYPE_CHECKING:
    from .conftest import Runs

# The command, the files, and what it runs.
PROGRAMS: dict[str, tuple[str, dict[str, str], str]] = {
    "a script": ("python app.py", {"app.py": RUN}, "werkzeug 0.0.0.0"),
    "a module": ("python -m app", {"app.py": RUN}, "werkzeug 0.0.0.0"),
    "a package": (
        "python -m shop",
        {"shop/__init__.py": APP, "shop/__main__.py": "from . import app\napp.run()\n"},
        "werkzeug 127.0.0.1",
    ),
    "a folder": (
        "python shop",
        {"shop/__main__.py": APP + "app.run()\n"},
        "werkzeug 127.0.0.1",
    ),
    "a program of the project": (
        "shop --port 80",
        {
            "pyproject.toml": '[project.scripts]\nshop = "shop.main:cli"\n',
            "src/shop/__init__.py": "",
            "src/shop/main.py": APP + "def cli():\n    app.run(host='0.0.0.0')\n",
        },
        "werkzeug 0.0.0.0",
    ),
    "a program of the project that is not there": (
        "shop",
        {"setup.py": "setup(entry_points={'console_scripts': ['shop = shop:run']})\n"},
        "unknown: shop is not in the repository",
    ),
    "a program that is copied": (
        "shop --port 80",
        {
            "setup.py": "setup(scripts=['bin/shop.py'])\n",
            "bin/shop.py": RUN,
        },
        "werkzeug 0.0.0.0",
    ),
    "Python without a program": (
        "python",
        {},
        "Python without a program",
    ),
    "a runner of tasks": (
        "invoke app.run",
        {},
        "unknown: what invoke runs can't be known",
    ),
    "a file of PM2 in JavaScript": (
        "pm2-runtime ecosystem.config.js",
        {"ecosystem.config.js": 'module.exports = {apps: [{script: "app.py"}]}'},
        "unknown: what pm2-runtime runs can't be known",
    ),
    "flask with an app by its name": (
        "flask --app shop:app run",
        {"shop.py": APP},
        "werkzeug 127.0.0.1",
    ),
    "flask with an app that is not there": (
        "flask --app gone run",
        {},
        "werkzeug 127.0.0.1",
    ),
    "flask with an app of another name": (
        "flask run",
        {"wsgi.py": "shop = 1\n"},
        "werkzeug 127.0.0.1",
    ),
    "a script that is a program": ("app.py", {"app.py": RUN}, "werkzeug 0.0.0.0"),
    "what is not there": (
        "python gone.py",
        {},
        "unknown: gone.py is not in the repository",
    ),
    "a module that is not there": (
        "python -m gone.app",
        {},
        "unknown: gone.app is not in the repository",
    ),
    "a module of a tool": (
        "python -m celery -A shop worker",
        {},
        "no Flask server: celery",
    ),
    "gunicorn": ("gunicorn app:app", {}, "gunicorn"),
    "gunicorn by Python": ("python -m gunicorn app:app", {}, "gunicorn"),
    "waitress": ("waitress-serve --port 80 app:app", {}, "waitress"),
    "flask run with .flaskenv": (
        "flask run",
        {
            "requirements.txt": "flask\npython-dotenv\n",
            ".flaskenv": "FLASK_RUN_HOST=0.0.0.0\nexport FLASK_DEBUG='1'\n",
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "flask run without python-dotenv": (
        "flask run",
        {"requirements.txt": "flask\n", ".flaskenv": "FLASK_RUN_HOST=0.0.0.0\n"},
        "werkzeug 127.0.0.1",
    ),
    "a variable for the program": (
        "$SERVER app:app",
        {},
        "unknown: $SERVER can't be known",
    ),
    "a program that nobody knows": (
        "launcher app.py",
        {},
        "unknown: what launcher does with app.py can't be known",
    ),
    "a script that is not there": (
        "sh -e gone.sh",
        {},
        "unknown: gone.sh is not in the repository",
    ),
    "a script of an image from elsewhere": (
        "/start.sh",
        {},
        "unknown: /start.sh is not in the repository",
    ),
    "scripts that source one another": (
        "sh a.sh",
        {"a.sh": ". ./b.sh\n", "b.sh": ". ./a.sh\n"},
        "unknown: ./b.sh is started by what it starts",
    ),
    "a script that starts itself": (
        "./a.sh",
        {"a.sh": "#!/bin/bash\nbash a.sh || ./a.sh\n"},
        "unknown: a.sh is started by what it starts",
    ),
    "a shell": ("bash", {}, "no Flask server: bash"),
    "another language": ("node server.js", {}, "no Flask server: node"),
    "a script that is sourced": (
        ". ./env.sh; flask run -h $HOST",
        {"env.sh": "HOST=0.0.0.0\n"},
        "werkzeug 0.0.0.0",
    ),
    "a script that is sourced in a script": (
        "sh run.sh",
        {
            "run.sh": "source conf/web.env extra\nflask run\n",
            "conf/web.env": "export FLASK_RUN_HOST=0.0.0.0\nreturn\nFLASK_DEBUG=1\n",
        },
        "werkzeug 0.0.0.0",
    ),
    "variables that are all exported": (
        "set -a; . ./.vars; set +a; FLASK_DEBUG=1; flask run",
        {".vars": "FLASK_RUN_HOST=0.0.0.0\n"},
        "werkzeug 0.0.0.0",
    ),
    "a script that runs in a shell of its own": (
        "sh ./env.sh; flask run",
        {"env.sh": "export FLASK_RUN_HOST=0.0.0.0\n"},
        "werkzeug 127.0.0.1",
    ),
    "a function that calls itself": (
        "sh run.sh",
        {"run.sh": "serve() { serve again; }\nserve\n"},
        "unknown: serve again is started by what it starts",
    ),
    "make without a target": (
        "make",
        {"Makefile": ".PHONY: run\nrun:\n\tflask run\n"},
        "werkzeug 127.0.0.1",
    ),
    "make without a Makefile": ("make", {}, "unknown: what make runs can't be known"),
}


@pytest.mark.parametrize(
    ("command", "files", "expected"), PROGRAMS.values(), ids=PROGRAMS
)
def test_what_a_command_runs(
    runs: Runs, command: str, files: dict[str, str], expected: str
) -> None:
    assert runs(command, files) == expected
