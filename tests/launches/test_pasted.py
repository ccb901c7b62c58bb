"""The line that a refusal tells people to paste, run as the host runs it, serves the
app: whatever the layout, the platform and the installed server.
"""

from __future__ import annotations

import json
import re
import shlex
import typing as t

import pytest

from .conftest import NEW_APP
from .conftest import Site
from .process import assert_served_silently
from .process import assert_told
from .process import FLASK
from .process import Process
from .process import PYTHON
from .process import require

APP_PY = (PYTHON, "app.py")
RUN = "app.run(host='0.0.0.0', port=port)"
MAIN = f"if __name__ == '__main__':\n    {RUN}\n"
FACTORY = """
import os

from flask import Flask
from flask_prodguard import ProdGuard

guard = ProdGuard()
port = int(os.environ["LAUNCH_PORT"])


def {name}():
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "served")
    guard.init_app(app)
    return app
"""
CREATE_APP = FACTORY.format(name="create_app")


def commands_in(output: str) -> list[str]:
    """The lines that the message tells people to paste, one block after another.

    :param output: what a process has printed.
    """
    fix = output.partition("How to fix it:")[2].partition("To develop")[0]
    return re.findall(r"^ {6}(.*)$", fix, re.MULTILINE)


def as_run_by_host(line: str) -> str:
    """What the host's shell runs.

    :param line: what was pasted.
    """
    for key in ("web:", "entrypoint:", "start:", "command:", "run =", "exec", "CMD"):
        line = line.strip().removeprefix(key).strip()
    return shlex.join(json.loads(line)) if line.startswith("[") else line


def serve_pasted(site: Site, refused: Process, **environ: str) -> Process:
    """Do what a refusal says.

    :param site: the folder.
    :param refused: what was refused.
    :param environ: the environment of the host.
    """
    assert refused.wait_exit() == 1
    assert "PG10" in refused.output, refused.output
    line = next(filter(is_server, reversed(commands_in(refused.output))))
    return site.shell(as_run_by_host(line), **environ)


def is_server(line: str) -> bool:
    """Tell whether a line starts a server.

    :param line: a line to paste.
    """
    return "gunicorn" in line or "waitress" in line


FINISHED = """
def create_app():
    from base import app
    from base import ProdGuard
    ProdGuard(app)
    return app
"""


class Layout(t.NamedTuple):
    """The files of a program, and how it is started."""

    files: dict[str, str]
    command: tuple[str, ...]
    expected: str


GUARDED = f"{NEW_APP}ProdGuard(app)\n"
LAYOUTS = {
    "a module": Layout({"app.py": GUARDED + MAIN}, APP_PY, "app:app"),
    "a package": Layout(
        {"shop/__init__.py": GUARDED, "main.py": f"from shop import *\n{RUN}"},
        (PYTHON, "main.py"),
        "shop:app",
    ),
    "a module of a package": Layout(
        {"shop/__init__.py": "", "shop/web.py": GUARDED},
        ("flask", "--app", "shop.web", "run", "--host=0.0.0.0"),
        "shop.web:app",
    ),
    "python -m package": Layout(
        {
            "shop/__init__.py": GUARDED,
            "shop/__main__.py": f"from . import app, port\n{RUN}",
        },
        (PYTHON, "-m", "shop"),
        "shop:app",
    ),
    "all in __main__": Layout(
        {"shop/__init__.py": "", "shop/__main__.py": GUARDED + MAIN},
        (PYTHON, "-m", "shop"),
        "shop.__main__:app",
    ),
    "a folder": Layout(
        {"src/app.py": GUARDED + MAIN}, (PYTHON, "src/app.py"), "app:app"
    ),
    "a factory": Layout(
        {"shop.py": CREATE_APP},
        (*FLASK, "--app", "shop", "run", "--host=0.0.0.0"),
        "shop:create_app()",
    ),
    "a factory with a name": Layout(
        {"shop.py": FACTORY.format(name="build")},
        (*FLASK, "--app", "shop:build", "run", "--host=0.0.0.0"),
        "shop:build()",
    ),
    "a factory in a package": Layout(
        {
            "shop/__init__.py": CREATE_APP,
            "run.py": "from shop import create_app, port\n"
            "if __name__ == '__main__':\n"
            "    create_app().run('0.0.0.0', port)\n",
        },
        (PYTHON, "run.py"),
        "shop:create_app()",
    ),
    "a factory and an app": Layout(
        {
            "shop/__init__.py": CREATE_APP,
            "wsgi.py": "from shop import create_app, port\napp = create_app()\n" + MAIN,
        },
        (PYTHON, "wsgi.py"),
        "wsgi:app",
    ),
    "a factory that finishes a global": Layout(
        {"base.py": NEW_APP, "manage.py": FINISHED},
        ("flask", "--app", "manage", "run", "--host=0.0.0.0"),
        "manage:create_app()",
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_every_layout(site: Site, layout: Layout) -> None:
    require("gunicorn")
    for name, text in layout.files.items():
        site.write(name, text)
    refused = site.attempt(*layout.command, FLASK_RUN_PORT=str(site.port))
    process = serve_pasted(site, refused)
    assert layout.expected in "".join(commands_in(refused.output))
    assert_served_silently(process)


PLATFORMS = {
    "Heroku": {"DYNO": "web.1"},
    "Render": {"RENDER": "true"},
    "ECS": {"ECS_CONTAINER_METADATA_URI_V4": "http://169.254.170.2"},
    "Fly": {"FLY_MACHINE_ID": "1"},
    "App Engine": {"GAE_ENV": "standard"},
    "Azure": {"WEBSITE_SITE_NAME": "shop"},
    "Cloud Run": {"K_SERVICE": "s", "K_REVISION": "r", "K_CONFIGURATION": "c"},
    "Kubernetes": {"KUBERNETES_SERVICE_HOST": "10.0.0.1"},
    "Replit": {"REPLIT_DEPLOYMENT": "1"},
    "Platform.sh": {
        "PLATFORM_APPLICATION_NAME": "shop",
        "PLATFORM_PROJECT": "shop",
        "PLATFORM_ENVIRONMENT_TYPE": "production",
    },
    "Databricks": {"DATABRICKS_APP_NAME": "shop", "DATABRICKS_CLIENT_ID": "1"},
    "Lambda": {"AWS_LAMBDA_FUNCTION_NAME": "shop", "LAMBDA_TASK_ROOT": "/"},
    "declared": {"FLASK_ENV": "production"},
}


@pytest.mark.parametrize("environ", PLATFORMS.values(), ids=PLATFORMS)
@pytest.mark.parametrize("server", ["gunicorn", "waitress"])
def test_every_platform(site: Site, server: str, environ: dict[str, str]) -> None:
    require(server)
    hide = "import sys; sys.modules['gunicorn'] = None\n"
    site.app(MAIN, hide if server == "waitress" else "")
    environ = {**environ, "PORT": str(site.port)}
    process = serve_pasted(site, site.attempt(*APP_PY, **environ), **environ)
    assert_served_silently(process)


IMPORTED_BY_HOST = {
    "PythonAnywhere": ({"PYTHONANYWHERE_DOMAIN": "x"}, "application"),
    "Vercel": ({"VERCEL": "1", "VERCEL_ENV": "preview"}, "app"),
}


@pytest.mark.parametrize(
    ("environ", "name"), IMPORTED_BY_HOST.values(), ids=IMPORTED_BY_HOST
)
def test_hosts_that_import_the_app(
    site: Site, environ: dict[str, str], name: str
) -> None:
    require("gunicorn")
    site.write("shop.py", CREATE_APP)
    refused = site.attempt("flask", "--app=shop", "run", **environ)
    assert refused.wait_exit() == 1
    assert_told(refused.output, "PG101")
    site.write("host.py", "\n".join(commands_in(refused.output)))
    bind = f"127.0.0.1:{site.port}"
    process = site.start("gunicorn", "--bind", bind, f"host:{name}", **environ)
    assert_served_silently(process)
