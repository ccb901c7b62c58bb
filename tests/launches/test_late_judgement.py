from __future__ import annotations

import pytest
from ports import free_port

from .conftest import Site
from .process import PYTHON
from .process import require

# Werkzeug's server and waitress, each in a thread, and what their pages answer.
TWO_SERVERS = """
import http.client
import threading
import time

import waitress
from werkzeug.serving import run_simple


class Middleware:
    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        return self.app(environ, start_response)


class Global:
    def __call__(self, environ, start_response):
        return app(environ, start_response)


def start(serve, *args, **kwargs):
    threading.Thread(target=serve, args=args, kwargs=kwargs, daemon=True).start()


def status(port):
    for _ in range(400):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            client.request("GET", "/")
            return client.getresponse().status
        except ConnectionRefusedError:
            time.sleep(0.02)
        finally:
            client.close()


start(waitress.serve, app, host="127.0.0.1", port=port)
if {asked}:
    print("waitress", status(port))
start(run_simple, "127.0.0.1", {other}, {wsgi})
for _ in range(2):
    print("werkzeug", status({other}), "waitress", status(port), flush=True)
"""

MAKES_APP = """
import waitress
from flask import Flask
from flask_prodguard import ProdGuard
from werkzeug.debug import DebuggedApplication
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware


def make():
    app = Flask("shop")
    app.debug = True
    ProdGuard(app)

    @app.get("/")
    def fail():
        raise LookupError("a secret")

    return app


class Lazy:
    def __init__(self):
        self.apps = {}

    def __call__(self, environ, start_response):
        host = environ["HTTP_HOST"]
        if host not in self.apps:
            self.apps[host] = make()
        return self.apps[host](environ, start_response)


class Mounts(dict):
    def __contains__(self, name):
        return name == "/shop"

    def __getitem__(self, name):
        return make()


import os

lazy = Lazy()
mounted = DispatcherMiddleware(NotFound(), Mounts({"/": NotFound()}))
waitress.serve(
    DebuggedApplication(WSGI, evalex=True),
    host="127.0.0.1",
    port=int(os.environ["LAUNCH_PORT"]),
)
"""
PRODUCTION = {"FLASK_ENV": "production"}


@pytest.mark.parametrize("wsgi", ["Middleware(app)", "Global()"])
@pytest.mark.parametrize("asked", [True, False], ids=["asked before", "asked after"])
def test_werkzeugs_server_next_to_another_never_serves_in_production(
    site: Site, asked: bool, wsgi: str
) -> None:
    require("waitress")
    given = {"asked": asked, "wsgi": wsgi, "other": free_port()}
    program = TWO_SERVERS.format(**given)
    site.app(program)

    process = site.start(PYTHON, "app.py", **PRODUCTION)

    assert process.wait_exit() == 0, process.output
    assert process.output.count("werkzeug 500 waitress 200\n") == 2
    assert process.output.count("PG101: refuses to serve") == 1


@pytest.mark.parametrize(
    ("wsgi", "path"), [("lazy", "/"), ("mounted", "/shop/")], ids=["lazy", "mounted"]
)
def test_a_debugger_around_an_app_that_it_creates_shows_no_page_in_production(
    site: Site, wsgi: str, path: str
) -> None:
    require("waitress")
    site.write("app.py", MAKES_APP.replace("WSGI", wsgi))

    process = site.start(PYTHON, "app.py", **PRODUCTION)
    answers = [process.get(path) for _ in range(2)]

    assert [answer.status for answer in answers] == [500, 500]
    assert "EVALEX" not in answers[0].body + answers[1].body
    assert "a secret" not in answers[0].body + answers[1].body
    assert process.get("/console").status == 404
    assert process.output.count("PG201  ") == 1


def test_a_debugger_around_an_app_that_it_creates_stays_in_development(
    site: Site,
) -> None:
    require("waitress")
    site.write("app.py", MAKES_APP.replace("WSGI", "lazy"))

    process = site.start(PYTHON, "app.py", FLASK_ENV="development")

    assert "EVALEX = true" in process.get("/").body
    assert "PG201" not in process.output
