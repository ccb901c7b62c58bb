"""The facts of a launch: which guarded apps are served, how, and on which address."""

from __future__ import annotations

import dataclasses
import os
import typing as t

from flask import cli
from flask.helpers import get_debug_flag
from flask.helpers import get_load_dotenv
from werkzeug.serving import WSGIRequestHandler

from ..attributes import attributes_of
from ..judging.address import classify
from ..judging.address import of_literal
from ..judging.address import UNKNOWN_ADDRESS
from ..judging.launch import AS_USUAL
from ..judging.launch import Launch
from ..judging.launch import ServerOptions
from ..judging.launch import THREADING
from ..judging.launch import Via
from ..remedy.paths import script
from ..wsgi import certain_flask_apps
from ..wsgi import debuggers_around
from ..wsgi import flask_apps
from ..wsgi import is_flask_app
from .containment import observe
from .fork import importing
from .run_call import APP_DEBUG
from .run_call import DEBUG_VARIABLE
from .run_call import DEBUGGER_AROUND
from .run_call import DEBUGGER_PASSED
from .run_call import find_caller
from .run_call import passed
from .run_call import read_run_call
from .state import every_guarded_app
from .state import state_of

if t.TYPE_CHECKING:
    from flask import Flask
    from werkzeug.debug import DebuggedApplication
    from werkzeug.serving import BaseWSGIServer

    from ..judging.address import Address
    from ..judging.launch import Switch
    from .state import GuardState

UNNAMED = "an app without a name"

GuardedApps: t.TypeAlias = "tuple[tuple[Flask, GuardState], ...]"

RUN_PARAMETERS = ("host", "port", "debug", "load_dotenv")


def guarded_apps(wsgi: object) -> GuardedApps:
    """The guarded apps that a WSGI callable reaches."""
    return _guarded(flask_apps(wsgi))


def certain_guarded_apps(wsgi: object) -> GuardedApps:
    """The guarded apps that a WSGI callable is certain to serve."""
    return _guarded(certain_flask_apps(wsgi))


def guarded_apps_below(debugger: DebuggedApplication) -> GuardedApps:
    """The guarded apps that a debugger may wrap. Unless it wraps a Flask app directly,
    that may be any of them, because what a function imports or makes can't be seen.
    Switching off a debugger that wraps something else does no harm where debuggers are
    refused.
    """
    reached = flask_apps(debugger)
    if reached and is_flask_app(debugger.app):
        return _guarded(reached)
    known = {id(app) for app in reached}
    others = (app for app in every_guarded_app() if id(app) not in known)
    return _guarded((*reached, *others))


def every_guarded() -> GuardedApps:
    """The guarded apps of this process."""
    return _guarded(every_guarded_app())


def _guarded(apps: t.Iterable[Flask]) -> GuardedApps:
    states = ((app, state_of(app)) for app in apps)
    return tuple((app, state) for app, state in states if state is not None)


def launch_of(
    app: Flask,
    around: t.Sequence[DebuggedApplication],
    via: Via,
    address: Address,
    serving: ServerOptions = AS_USUAL,
) -> Launch:
    """The facts of a start, as a server sees them."""
    # Each on its own: a class of the app may compute any of them, and fail.
    debug = observe(lambda: bool(app.debug), False)
    return Launch(
        app=observe(lambda: name_of(app), UNNAMED),
        via=via,
        address=address,
        debug=debug,
        debug_by="app.debug is on" if debug else "",
        debugger=bool(around),
        evalex=observe(lambda: any(each.evalex for each in around), True),
        testing=observe(lambda: bool(app.testing), False),
        socketio=observe(lambda: _socketio_mode(app), None),
        serving=serving,
    )


def serving_of(server: BaseWSGIServer, tls: object, handler: object) -> ServerOptions:
    """How a Werkzeug server answers requests.

    :param tls: its ``ssl_context``.
    :param handler: its request handler.
    """
    # Only a server that forks knows how many, once it has been made.
    processes = vars(server).get("max_children", 2) if server.multiprocess else 1
    return _serving(tls, server.multithread, processes, handler)


def _serving(
    tls: object, threaded: object, processes: object, handler: object
) -> ServerOptions:
    files = tls if type(tls) in (tuple, list) else ()
    return ServerOptions(
        threaded=bool(threaded),
        processes=processes if type(processes) is int else 1,
        tls=tls is not None,
        certificate=tuple(str(file) for file in t.cast("t.Any", files) if file),
        request_handler=handler is not None and handler is not WSGIRequestHandler,
    )


def name_of(app: Flask) -> str:
    """The name of an app, :attr:`flask.Flask.name`. Many a bot has a `Flask('')`: its
    name is that of the module that guards it.
    """
    # A subclass of str may print as anything.
    return "".join([app.name]) or _module_of(app)


def _module_of(app: Flask) -> str:
    state = state_of(app)
    module = (state and state.origin.module) or "__main__"
    file = script() if module == "__main__" else None
    return file.stem if file else module


def _socketio_mode(app: Flask) -> str | None:
    extension = app.extensions.get("socketio")
    if extension is None:
        return None
    # An object that holds no such mode, or computes it, isn't Flask-SocketIO's own.
    mode = attributes_of(extension).get("async_mode")
    return mode if type(mode) is str else THREADING


def launch_of_run(app: Flask, given: dict[str, t.Any]) -> Launch:
    """The facts of a start by :meth:`flask.Flask.run`.

    :param given: the arguments of the call, by name.
    """
    dotenv = get_load_dotenv(given.get("load_dotenv", True))
    if dotenv and _is_dotenv_installed():
        # Flask does it again, without effect. Without python-dotenv it prints a tip,
        # and once is enough.
        cli.load_dotenv()
    debug, switch = _debug_of_run(app, given, dotenv)
    server_name = observe(lambda: str(app.config.get("SERVER_NAME") or ""), "")
    name_host, _, name_port = server_name.partition(":")
    port = given.get("port")
    host = given.get("host") or name_host or "127.0.0.1"
    port = _port(port, name_port)
    seen = launch_of(app, debuggers_around(app), Via.APP_RUN, classify(host, port))
    use_debugger = bool(given.get("use_debugger", debug))
    if not debug:
        switch = DEBUGGER_PASSED if use_debugger else DEBUGGER_AROUND
    caller = find_caller()
    run_call = observe(
        lambda: read_run_call(given, str(host), port, debug, switch, caller), None
    )
    use_evalex = use_debugger and bool(given.get("use_evalex", True))
    return dataclasses.replace(
        seen,
        debug=debug,
        debug_by=(run_call.switch if run_call else switch).seen if debug else "",
        debugger=seen.debugger or use_debugger,
        evalex=seen.evalex or use_evalex,
        reloader=bool(given.get("use_reloader", debug)),
        run_call=run_call,
        serving=_serving(
            given.get("ssl_context"),
            given.get("threaded", True),
            given.get("processes", 1),
            given.get("request_handler"),
        ),
    )


def _debug_of_run(
    app: Flask, given: dict[str, t.Any], dotenv: bool
) -> tuple[bool, Switch]:
    if given.get("debug") is not None:
        return bool(given["debug"]), passed(given["debug"])
    if dotenv and "FLASK_DEBUG" in os.environ:
        return get_debug_flag(), DEBUG_VARIABLE
    return observe(lambda: bool(app.debug), False), APP_DEBUG


def _port(port: t.Any, name_port: str) -> int | None:
    given = port if port or port == 0 else name_port or 5000
    try:
        return int(given)
    except (TypeError, ValueError):
        return None


def _is_dotenv_installed() -> bool:
    try:
        with importing:
            import dotenv  # noqa: F401
    except ImportError:
        return False
    return True


def reported_address(environ: t.Mapping[str, t.Any]) -> Address:
    """What a server is bound to, if it reports that. gunicorn and Werkzeug put the
    address of their listening socket into ``SERVER_NAME``; others fill in a name, or
    whatever the client sent.
    """
    return observe(lambda: _reported_by(environ), UNKNOWN_ADDRESS)


def _reported_by(environ: t.Mapping[str, t.Any]) -> Address:
    if "werkzeug.socket" in environ or _is_inet(environ.get("gunicorn.socket")):
        return of_literal(environ.get("SERVER_NAME"))
    return UNKNOWN_ADDRESS


def _is_inet(client: t.Any) -> bool:
    # Behind a unix socket gunicorn takes SERVER_NAME from the Host header.
    return client is not None and type(client.getsockname()) is tuple
