"""Third-party apps, with the lines that add the guard. The line that a refusal says to
paste serves them.
"""

from __future__ import annotations

import contextlib
import http.client
import importlib.metadata
import json
import typing as t

import pytest

from .conftest import Site
from .hosts import as_run_by_host
from .process import assert_refused
from .process import assert_silent
from .process import PATIENCE
from .process import Process
from .process import PYTHON
from .process import require
from .refusals import advice_of


class Program(t.NamedTuple):
    """A program called ``serve.py``, and a page of it."""

    package: str
    code: str
    path: str
    expected: str
    #: What is imported: ``serve:app``.
    target: str = "serve:app"


HTTPBIN = Program(
    "httpbin",
    "from httpbin import app\nfrom flask_prodguard import ProdGuard\nProdGuard(app)\n",
    "/get?shop=1",
    '"shop"',
)
DASH = Program(
    "dash",
    """
from dash import Dash
from dash import html
from flask_prodguard import ProdGuard

app = Dash(__name__)
app.layout = html.Div("served")
server = app.server
ProdGuard(app.server)
""",
    "/_dash-layout",
    "served",
    "serve:server",
)
SOCKETIO = Program(
    "flask_socketio",
    """
from flask import Flask
from flask_prodguard import ProdGuard
from flask_socketio import SocketIO

app = Flask(__name__)
socketio = SocketIO(app, async_mode={mode!r})
ProdGuard(app)
app.add_url_rule("/", view_func=lambda: "served")
""",
    "/socket.io/?EIO=4&transport=polling",
    '"sid"',
)
# What a client says first, and with what it is answered.
CONNECT = "40"
GUARDED_MAIN = """
if __name__ == "__main__":
    import os
    port = int(os.environ["LAUNCH_PORT"])
    {}
"""
HEROKU = {"DYNO": "web.1"}
ON_THE_NETWORK = "app.run(host='0.0.0.0', port=port)"
WITH_DEBUG = "app.run(debug=True, port=port)"
PYTHON_SERVE = (PYTHON, "serve.py")
FLASK_RUN = ("flask", "--app", "serve", "run", "--host", "0.0.0.0")

STARTS: dict[str, tuple[str, tuple[str, ...], dict[str, str], str]] = {
    "python on Heroku": (ON_THE_NETWORK, PYTHON_SERVE, HEROKU, "PG101 PG102"),
    "flask run on the network": (ON_THE_NETWORK, FLASK_RUN, {}, "PG102"),
    "python with debug": (WITH_DEBUG, PYTHON_SERVE, {}, "PG103"),
}


@pytest.fixture(params=(HTTPBIN, DASH), ids=lambda each: each.package)
def program(request: pytest.FixtureRequest) -> Program:
    """A third-party program."""
    param: Program = request.param
    require(param.package)
    return param


def write(site: Site, program: Program, run: str) -> None:
    """Write ``serve.py``.

    :param site: the folder.
    :param program: the program.
    :param run: how it is served if the file is run.
    """
    site.write("serve.py", program.code + GUARDED_MAIN.format(run))
    site.page, site.expected = program.path, program.expected


def assert_page(process: Process, program: Program) -> None:
    """The program's page is served.

    :param process: its server.
    :param program: the program.
    """
    answer = process.get(program.path)
    assert answer.status == 200, process.output
    assert program.expected in answer.body


@pytest.mark.parametrize(
    ("run", "command", "environ", "codes"), STARTS.values(), ids=STARTS
)
def test_a_real_app_is_refused(
    site: Site,
    program: Program,
    run: str,
    command: tuple[str, ...],
    environ: dict[str, str],
    codes: str,
) -> None:
    write(site, program, run)
    environ = {**environ, "PORT": str(site.port), "FLASK_RUN_PORT": str(site.port)}
    assert_refused(site.attempt(*command, **environ), *codes.split())


@pytest.mark.parametrize(
    "server", [("gunicorn", "--bind={}"), ("waitress-serve", "--listen={}")]
)
def test_a_real_app_is_served_silently_on_heroku(
    site: Site, program: Program, server: tuple[str, ...]
) -> None:
    require(server[0].removesuffix("-serve"))
    write(site, program, ON_THE_NETWORK)
    words = [word.format(f"127.0.0.1:{site.port}") for word in server]
    process = site.start(*words, program.target, **HEROKU, PORT=str(site.port))
    assert_page(process, program)
    assert_page(process, program)
    assert_silent(process)


def write_socketio(site: Site, mode: str, run: str) -> None:
    """Write a Flask-SocketIO app.

    :param site: the folder.
    :param mode: its asynchronous mode.
    :param run: how it is served if the file is run.
    """
    require("flask_socketio")
    code = SOCKETIO.code.format(mode=mode)
    write(site, SOCKETIO._replace(code=code), run)


def test_socketio_with_threads_is_refused(site: Site) -> None:
    write_socketio(
        site, "threading", "socketio.run(app, port=port, allow_unsafe_werkzeug=True)"
    )
    environ = {**HEROKU, "PORT": str(site.port)}
    assert_refused(site.attempt(*PYTHON_SERVE, **environ), "PG101")


def require_worker(mode: str) -> None:
    """Skip the test where gunicorn can't serve Flask-SocketIO.

    :param mode: its asynchronous mode.
    """
    require("gunicorn")
    if mode == "gevent":
        require("gevent")
        year, month = importlib.metadata.version("gevent").split(".")[:2]
        if (int(year), int(month)) < (24, 10):
            pytest.skip("gunicorn asks for gevent 24.10.1")


def ask(process: Process, method: str, path: str) -> http.client.HTTPConnection:
    """A client of Flask-SocketIO that has not read its answer yet.

    :param process: the server.
    :param method: GET to wait for what the server says, POST to connect.
    :param path: the page, with the client's session.
    """
    client = http.client.HTTPConnection("127.0.0.1", process.port, timeout=PATIENCE)
    client.request(method, path, CONNECT if method == "POST" else None)
    return client


@pytest.mark.parametrize("mode", ["threading", "gevent"])
def test_socketio_wakes_a_client_that_waits(site: Site, mode: str) -> None:
    require_worker(mode)
    write_socketio(site, mode, ON_THE_NETWORK)
    refused = site.attempt(*PYTHON_SERVE)
    assert_refused(refused, "PG102")
    [advice] = advice_of(refused)
    lines, where = advice.command.lines, advice.command.where
    served = site.run(as_run_by_host(lines, where, site.folder, ""), {})
    session = json.loads(served.get(SOCKETIO.path).body[1:])["sid"]
    path = f"{SOCKETIO.path}&sid={session}"
    with contextlib.closing(ask(served, "GET", path)) as waits:
        assert_page(served, SOCKETIO)
        with contextlib.closing(ask(served, "POST", path)) as connects:
            assert connects.getresponse().status == 200
        assert CONNECT in waits.getresponse().read().decode()
    assert_silent(served)


def test_socketio_with_debug_has_no_debugger(site: Site) -> None:
    write_socketio(
        site,
        "threading",
        "socketio.run(app, port=port, debug=True, allow_unsafe_werkzeug=True)",
    )
    assert_refused(site.attempt(*PYTHON_SERVE, **HEROKU), "PG101", "PG201")


def test_socketio_with_gevent_is_served_silently(site: Site) -> None:
    require("gevent")
    write_socketio(site, "gevent", "socketio.run(app, port=port)")
    process = site.start(*PYTHON_SERVE, **HEROKU)
    assert_page(process, SOCKETIO)
    assert_silent(process)


def test_socketio_with_gevent_and_debug_has_no_debugger(site: Site) -> None:
    require("gevent")
    write_socketio(
        site, "gevent", "socketio.run(app, port=port, debug=True, use_reloader=False)"
    )
    process = site.start(*PYTHON_SERVE, **HEROKU)
    assert_page(process, SOCKETIO)
    assert process.get("/console").status == 404
    process.wait_output("PG201")
