"""Finds out what keeps waitress from serving an app instead of the development server.
If something does, the launch is refused, and the message names it.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import sys
import threading
import typing as t
from dataclasses import dataclass

from werkzeug.serving import BaseWSGIServer
from werkzeug.serving import ForkingWSGIServer
from werkzeug.serving import ThreadedWSGIServer
from werkzeug.serving import WSGIRequestHandler

from ..judging.launch import THREADING
from ..judging.verdict import Obstacle
from ..origin import calls_from
from ..wsgi import flask_apps
from ..wsgi import walk
from .fork import importing

#: The release of waitress that the extra ``serve`` asks for.
MAJOR_VERSION = 3
SERVER_CLASSES = (BaseWSGIServer, ThreadedWSGIServer, ForkingWSGIServer)


@dataclass(frozen=True)
class Demands:
    """What a start demands of waitress."""

    #: What is wrong with the installed waitress, if anything.
    waitress: str = ""
    ssl_context: bool = False
    processes: bool = False
    #: What needs WebSockets, if anything does.
    websockets: str = ""
    #: The asynchronous mode of Socket.IO, unless it is threading.
    socketio_mode: str = ""
    passthrough_errors: bool = False
    request_handler: bool = False
    #: Whether the server's class isn't Werkzeug's own.
    server_class: bool = False
    #: Whether each call of the server answers a single request.
    single_request: bool = False
    #: Whether the server was running before the guard was applied.
    running: bool = False
    #: Whether this process was started by Werkzeug's reloader.
    reloader: bool = False


# The demand, how it is reported, and what would make it possible.
_OBSTACLES = (
    (
        "waitress",
        "{waitress}",
        'Install it: `pip install "flask-prodguard[serve]"`.',
    ),
    (
        "ssl_context",
        "TLS was asked for (ssl_context), and waitress has none",
        "Leave it out and let a proxy do TLS, or serve the app with gunicorn.",
    ),
    (
        "processes",
        "more than one process was asked for, and waitress has only one",
        "Leave `processes` out, or serve the app with gunicorn.",
    ),
    (
        "websockets",
        "{websockets}, and waitress has no WebSockets",
        "Serve the app with gunicorn. Socket.IO does without if"
        ' `transports=["polling"]` is passed to it.',
    ),
    (
        "socketio_mode",
        "Socket.IO runs in the mode {socketio_mode!r}, and waitress has threads",
        'Pass `async_mode="threading"` and `transports=["polling"]` to it, or serve'
        " the app with gunicorn.",
    ),
    (
        "passthrough_errors",
        "passthrough_errors was passed, and errors don't end waitress",
        "Leave it out.",
    ),
    (
        "request_handler",
        "a request handler was passed, and waitress has no use for it",
        "Leave it out.",
    ),
    (
        "server_class",
        "the server's class is not one of Werkzeug's own",
        "Start it with `app.run()`, `run_simple()` or `make_server()`.",
    ),
    (
        "single_request",
        "handle_request() answers a single request, and waitress goes on",
        "Call `serve_forever()` instead.",
    ),
    (
        "running",
        "the server was running before the guard was applied",
        "Apply ProdGuard before the server is started.",
    ),
    (
        "reloader",
        "Werkzeug's reloader has started this process",
        "Start the app without `run_with_reloader()`.",
    ),
)


def obstacles(demands: Demands) -> tuple[Obstacle, ...]:
    """What keeps waitress from serving a start, each with what would make it possible.
    A pure function.
    """
    return tuple(
        Obstacle(seen.format(**vars(demands)), fix)
        for demand, seen, fix in _OBSTACLES
        if getattr(demands, demand)
    )


def demands_of(
    wsgi: object, given: t.Mapping[str, object] | None = None, **known: bool
) -> Demands:
    """Find out what a start asks of its server.

    :param wsgi: what is served.
    :param given: the arguments that the server is made with, by name.
    :param known: what only the caller knows.
    """
    given = given or {}
    handler = given.get("request_handler") or given.get("handler")
    processes = given.get("processes")
    socketio = _socketio_in(wsgi)
    facts: dict[str, t.Any] = {
        "waitress": _waitress_problem(),
        "ssl_context": given.get("ssl_context") is not None,
        "processes": isinstance(processes, int) and processes > 1,
        "websockets": _websocket_route_in(wsgi) or _websockets_of(socketio),
        "socketio_mode": _other_mode_of(socketio),
        "passthrough_errors": bool(given.get("passthrough_errors")),
        "request_handler": handler is not None and handler is not WSGIRequestHandler,
        "reloader": _is_below_reloader(),
    }
    return Demands(**{**facts, **known})


def demands_of_server(
    server: BaseWSGIServer, given: t.Mapping[str, object], **known: bool
) -> Demands:
    """Find out what a Werkzeug server is asked for.

    :param given: the arguments that it is made with, by name.
    :param known: what only the caller knows.
    """
    return demands_of(
        given.get("app"),
        given,
        processes=server.multiprocess,
        server_class=type(server) not in SERVER_CLASSES,
        **known,
    )


def demands_of_bound(server: BaseWSGIServer, **known: bool) -> Demands:
    """Find out what an existing Werkzeug server is asked for.

    :param known: what only the caller knows.
    """
    given = {**vars(server), "handler": server.RequestHandlerClass}
    # A program may have wrapped the socket itself.
    given["ssl_context"] = getattr(server.socket, "context", server.ssl_context)
    return demands_of_server(server, given, **known)


def _waitress_problem() -> str:
    try:
        with importing:
            importlib.import_module("waitress.server")
    except ImportError:
        return "waitress is not installed"
    except Exception as error:
        return f"waitress can't be imported: {type(error).__name__}"
    try:
        version = importlib.metadata.version("waitress")
    except importlib.metadata.PackageNotFoundError:
        # A frozen program may hold only the code.
        return ""
    if int(version.partition(".")[0]) < MAJOR_VERSION:
        return f"waitress {version} is installed, and {MAJOR_VERSION}.0 is needed"
    return ""


def _is_below_reloader() -> bool:
    # It runs in the main thread, and the server in another one.
    top = sys._current_frames().get(threading.main_thread().ident or 0)
    return any(
        frame.f_globals.get("__name__") == "werkzeug._reloader"
        # The main thread may only be importing it.
        and frame.f_code.co_name != "<module>"
        for frame in calls_from(top)
    )


def _websocket_route_in(wsgi: object) -> str:
    apps = flask_apps(wsgi)
    rules = (rule for app in apps for rule in app.url_map.iter_rules())
    for rule in rules:
        if rule.websocket:
            return f"{rule.rule} is the route of a WebSocket"
    return ""


def _socketio_in(wsgi: object) -> t.Any:
    # Looked up: what was never imported wraps nothing.
    middleware = getattr(sys.modules.get("engineio"), "WSGIApp", None)
    for each in walk(wsgi):
        if middleware and issubclass(type(each), middleware):
            server = vars(each).get("engineio_app")
            # That of python-socketio holds that of python-engineio.
            return getattr(server, "eio", server)
    return None


def _websockets_of(socketio: t.Any) -> str:
    if socketio is None:
        return ""
    transports = getattr(socketio, "transports", ("websocket",))
    return "Socket.IO offers WebSockets" if "websocket" in transports else ""


def _other_mode_of(socketio: t.Any) -> str:
    mode = getattr(socketio, "async_mode", THREADING)
    return "" if mode == THREADING else str(mode)
