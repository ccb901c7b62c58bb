from __future__ import annotations

import importlib.metadata
import ssl
import sys
import threading
import types
import typing as t
from unittest import mock

import pytest
from flask import Flask
from werkzeug.serving import BaseWSGIServer
from werkzeug.serving import make_server
from werkzeug.serving import WSGIRequestHandler

from flask_prodguard.guard.obstacles import Demands
from flask_prodguard.guard.obstacles import demands_of
from flask_prodguard.guard.obstacles import demands_of_bound
from flask_prodguard.guard.obstacles import obstacles

SAID = {
    Demands(waitress="waitress is not installed"): (
        "waitress is not installed",
        'Install it: `pip install "flask-prodguard[serve]"`.',
    ),
    Demands(ssl_context=True): (
        "TLS was asked for (ssl_context), and waitress has none",
        "Leave it out and let a proxy do TLS, or serve the app with gunicorn.",
    ),
    Demands(processes=True): (
        "more than one process was asked for, and waitress has only one",
        "Leave `processes` out, or serve the app with gunicorn.",
    ),
    Demands(websockets="/echo is the route of a WebSocket"): (
        "/echo is the route of a WebSocket, and waitress has no WebSockets",
        "Serve the app with gunicorn. Socket.IO does without if"
        ' `transports=["polling"]` is passed to it.',
    ),
    Demands(socketio_mode="gevent"): (
        "Socket.IO runs in the mode 'gevent', and waitress has threads",
        'Pass `async_mode="threading"` and `transports=["polling"]` to it, or serve the'
        " app with gunicorn.",
    ),
    Demands(passthrough_errors=True): (
        "passthrough_errors was passed, and errors don't end waitress",
        "Leave it out.",
    ),
    Demands(request_handler=True): (
        "a request handler was passed, and waitress has no use for it",
        "Leave it out.",
    ),
    Demands(server_class=True): (
        "the server's class is not one of Werkzeug's own",
        "Start it with `app.run()`, `run_simple()` or `make_server()`.",
    ),
    Demands(single_request=True): (
        "handle_request() answers a single request, and waitress goes on",
        "Call `serve_forever()` instead.",
    ),
    Demands(running=True): (
        "the server was running before the guard was applied",
        "Apply ProdGuard before the server is started.",
    ),
    Demands(reloader=True): (
        "Werkzeug's reloader has started this process",
        "Start the app without `run_with_reloader()`.",
    ),
}


@pytest.mark.parametrize(("demands", "said"), SAID.items())
def test_what_keeps_waitress_from_serving_is_named_with_its_fix(
    demands: Demands, said: tuple[str, str]
) -> None:
    assert obstacles(demands) == (said,)


def test_every_obstacle_is_named() -> None:
    everything = Demands(
        **dict.fromkeys(vars(Demands()), True)  # type: ignore[arg-type]
    )

    assert len(obstacles(everything)) == len(vars(everything)) == len(SAID)
    assert obstacles(Demands()) == ()


def test_an_ordinary_app_demands_nothing() -> None:
    given = {"processes": 1, "ssl_context": None, "request_handler": None}

    assert demands_of(Flask("shop")) == Demands()
    assert demands_of(Flask("shop"), given) == Demands()
    assert demands_of(None, {"handler": WSGIRequestHandler}) == Demands()


@pytest.mark.parametrize(
    ("given", "demands"),
    [
        ({"ssl_context": "adhoc"}, Demands(ssl_context=True)),
        ({"processes": 2}, Demands(processes=True)),
        ({"passthrough_errors": True}, Demands(passthrough_errors=True)),
        ({"request_handler": object}, Demands(request_handler=True)),
        ({"handler": object}, Demands(request_handler=True)),
    ],
)
def test_the_arguments_of_a_start_are_demands(
    given: dict[str, object], demands: Demands
) -> None:
    assert demands_of(Flask("shop"), given) == demands


def served_by(server: BaseWSGIServer) -> Demands:
    server.server_close()
    return demands_of_bound(server)


def test_the_attributes_of_a_server_are_demands() -> None:
    class Handler(WSGIRequestHandler):
        pass

    class Server(BaseWSGIServer):
        pass

    app = Flask("shop")
    make = ("127.0.0.1", 0, app)

    assert served_by(make_server(*make, threaded=True)) == Demands()
    assert served_by(make_server(*make, processes=2)) == Demands(processes=True)
    strict = make_server(*make, request_handler=Handler, passthrough_errors=True)
    assert served_by(strict) == Demands(request_handler=True, passthrough_errors=True)
    assert served_by(Server(*make)) == Demands(server_class=True)
    strict.server_close()
    assert demands_of_bound(strict, single_request=True).single_request


def test_a_socket_that_the_program_has_wrapped_demands_tls() -> None:
    server = make_server("127.0.0.1", 0, Flask("shop"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.socket = context.wrap_socket(server.socket, server_side=True)

    assert served_by(server) == Demands(ssl_context=True)


def test_a_websocket_route_behind_middleware_is_found() -> None:
    app = Flask("shop")
    app.add_url_rule("/echo", view_func=str, websocket=True)

    class Middleware:
        def __init__(self) -> None:
            self.wsgi = app.wsgi_app

        def __call__(self) -> None:
            raise AssertionError

    found = demands_of(Middleware()).websockets

    assert found == "/echo is the route of a WebSocket"


def socketio_app(**options: t.Any) -> Flask:
    flask_socketio = pytest.importorskip("flask_socketio")
    app = Flask("shop")
    flask_socketio.SocketIO(app, async_mode="threading", **options)
    return app


def test_socketio_offers_websockets_unless_it_only_polls() -> None:
    demanding = demands_of(socketio_app())

    assert demanding == Demands(websockets="Socket.IO offers WebSockets")
    assert demands_of(socketio_app(transports=["polling"])) == Demands()


def test_another_mode_of_socketio_is_a_demand() -> None:
    app = socketio_app(transports=["polling"])
    app.extensions["socketio"].server.eio.async_mode = "gevent"

    assert demands_of(app) == Demands(socketio_mode="gevent")


def test_engineio_alone_is_found() -> None:
    engineio = pytest.importorskip("engineio")
    app = Flask("shop")
    server = engineio.Server(async_mode="threading")
    wsgi = engineio.WSGIApp(server, app)

    assert demands_of(wsgi).websockets == "Socket.IO offers WebSockets"


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (ImportError, "waitress is not installed"),
        (SyntaxError, "waitress can't be imported: SyntaxError"),
    ],
)
def test_a_waitress_that_can_not_be_imported_is_named(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception], problem: str
) -> None:
    monkeypatch.setattr("importlib.import_module", mock.Mock(side_effect=error))

    assert demands_of(None).waitress == problem


def test_an_old_waitress_is_named_and_one_without_metadata_is_trusted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: "2.1.2")
    assert demands_of(None).waitress == (
        "waitress 2.1.2 is installed, and 3.0 is needed"
    )
    missing = mock.Mock(side_effect=importlib.metadata.PackageNotFoundError)
    monkeypatch.setattr("importlib.metadata.version", missing)

    assert demands_of(None).waitress == ""


def test_a_reloader_in_the_main_thread_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reloader = types.ModuleType("werkzeug._reloader")
    exec("def run(f): return f()", vars(reloader))
    assert threading.current_thread() is threading.main_thread()

    assert reloader.run(lambda: demands_of(None)) == Demands(reloader=True)
    assert "waitress.server" in sys.modules


def test_a_reloader_that_is_only_imported_there_is_none() -> None:
    reloader = types.ModuleType("werkzeug._reloader")
    vars(reloader)["look"] = lambda: demands_of(None)

    exec("found = look()", vars(reloader))

    assert vars(reloader)["found"] == Demands()
