"""Modules of a project that import one another."""

from __future__ import annotations

import typing as t

import pytest

from ..conftest import APP
from ..conftest import MAIN

if t.TYPE_CHECKING:
    from ..conftest import Runs

# The command, the files, and what it runs.
PROGRAMS: dict[str, tuple[str, dict[str, str], str]] = {
    "a factory": (
        "python run.py",
        {
            "shop/__init__.py": "from flask import Flask\ndef create_app():\n"
            "    app = Flask(__name__)\n    return app\n",
            "run.py": "from shop import create_app\napp = create_app()\n"
            + MAIN
            + "    app.run(host='0.0.0.0')\n",
        },
        "werkzeug 0.0.0.0",
    ),
    "another module's function": (
        "python run.py",
        {
            "shop.py": APP + "def serve():\n    app.run()\n",
            "run.py": "import shop\nshop.serve()\n",
        },
        "werkzeug 127.0.0.1",
    ),
    "a module that serves when it is imported": (
        "python run.py",
        {"shop.py": APP + "app.run()\n", "run.py": "import flask\nimport shop\n"},
        "werkzeug 127.0.0.1",
    ),
    "imports of every kind": (
        "python -m shop.run",
        {
            "shop/__init__.py": "",
            "shop/run.py": "import shop.web as web, shop.settings, os.path\n"
            "from . import settings\nfrom .settings import *\nfrom .. import gone\n"
            "from shop import web as again\nfrom shop.settings import missing\n"
            "if HOST and shop.settings.HOST and settings.HOST:\n"
            "    again.app.run(HOST)\n",
            "shop/web.py": "from flask import Flask\napp = Flask('x')\n",
            "shop/settings.py": "HOST = '0.0.0.0'\n_HIDDEN = 1\n",
        },
        "werkzeug 0.0.0.0",
    ),
    "a module that the project does not have": (
        "python app.py",
        {"app.py": APP + "from gone import *\nimport gone.inner\napp.run()\n"},
        "werkzeug 127.0.0.1",
    ),
    "a module that is made while it runs": (
        "python app.py",
        {
            "web.py": APP,
            "app.py": "import importlib\nimport flask\n"
            "importlib.import_module('web').app.run()\nimportlib.import_module('x')\n",
        },
        "werkzeug 127.0.0.1",
    ),
    "values that are kept until they are needed": (
        "python run.py",
        {
            "run.py": "import flask\nfrom shop import app as made, HOST\n"
            "from gone import x\n"
            "apps = [made]\nhosts = {'a': HOST}\nagain = made\n"
            "def go(app, host):\n    app.run(host)\nfor each in apps:\n"
            "    go(each, hosts['a'])\n",
            "shop.py": APP + "HOST = '0.0.0.0'\n",
        },
        "werkzeug 0.0.0.0",
    ),
    "a package that imports its own": (
        "python -m shop",
        {
            "shop/__init__.py": "",
            "shop/__main__.py": "from .web import app\nfrom .. import x\napp.run()\n",
            "shop/web.py": APP,
        },
        "werkzeug 127.0.0.1",
    ),
    "a module that serves in a loop of modules": (
        "python run.py",
        {
            "run.py": "import flask\nfrom a import run\nrun()\n",
            "a.py": "import b\ndef run():\n    b.f()\n",
            "b.py": "import a\ndef f():\n    pass\n",
        },
        "no Flask server: it serves no app",
    ),
    "a circle of modules": (
        "python a.py",
        {
            "a.py": "from b import run\nfrom flask import Flask\nrun()\n",
            "b.py": "import c\nfrom flask import Flask\napp = Flask('x')\n"
            "def run():\n    c.go(app)\n",
            "c.py": "from b import app\ndef go(app):\n    app.run()\n",
        },
        "werkzeug 127.0.0.1",
    ),
    "a module with a syntax error": (
        "python app.py",
        {"app.py": "from shop import app\napp.run()\n", "shop.py": "def:\n"},
        "unknown: shop.py, line 1: it is not Python that can be parsed",
    ),
}


@pytest.mark.parametrize(
    ("command", "files", "expected"), PROGRAMS.values(), ids=PROGRAMS
)
def test_what_a_command_runs(
    runs: Runs, command: str, files: dict[str, str], expected: str
) -> None:
    assert runs(command, files) == expected
