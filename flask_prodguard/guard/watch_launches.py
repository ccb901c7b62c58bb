"""What the hooks on the way of a launch see. Each function is given the call that its
hook stands before, and makes that call unless the launch is refused.
"""

from __future__ import annotations

import dataclasses
import os
import sys
import threading
import typing as t
import weakref

import click
from flask import cli
from flask import Flask
from flask.helpers import get_debug_flag
from flask.helpers import get_load_dotenv

from ..judging.address import classify
from ..judging.address import of_socket
from ..judging.launch import Via
from ..remedy.executing import calls_from
from ..wsgi import debuggers_by_app
from .judge import guard_launch
from .judge import guard_server
from .judge import launch_of
from .start import current_start
from .start import Start
from .start import start_under_way
from .state import certain_guarded_apps
from .state import guarded_apps
from .state import state_of

if t.TYPE_CHECKING:
    from werkzeug.serving import BaseWSGIServer

    from ..judging.address import Address
    from ..judging.launch import Launch

Call: t.TypeAlias = t.Callable[..., t.Any]
Arguments: t.TypeAlias = tuple[t.Any, ...]
Options: t.TypeAlias = dict[str, t.Any]

RUN_PARAMETERS = ("host", "port", "debug", "load_dotenv")
SERVER_PARAMETERS = ("host", "port", "app")

_starts: weakref.WeakKeyDictionary[BaseWSGIServer, Start] = weakref.WeakKeyDictionary()
_judged_on_socket: weakref.WeakSet[BaseWSGIServer] = weakref.WeakSet()


def app_run(call: Call, app: Flask, arguments: Arguments, options: Options) -> t.Any:
    """Stand before :meth:`flask.Flask.run`."""
    state = state_of(app)
    # Flask ignores app.run() below the ``flask`` command: no server starts.
    if state is None or os.environ.get("FLASK_RUN_FROM_CLI") == "true":
        return call(*arguments, **options)
    given = {**dict(zip(RUN_PARAMETERS, arguments, strict=False)), **options}
    with start_under_way(Start(Via.APP_RUN, app)) as start:
        guard_launch(app, state, launch_of_run(app, given), start)
        return call(*arguments, **options)


def launch_of_run(app: Flask, given: Options) -> Launch:
    """The facts of a start by :meth:`flask.Flask.run`.

    :param given: the arguments of the call, by name.
    """
    dotenv = get_load_dotenv(given.get("load_dotenv", True))
    if dotenv and _is_dotenv_installed():
        # Flask does it again, to no effect. Without python-dotenv it prints a tip,
        # once is enough.
        cli.load_dotenv()
    debug, debug_by = _debug_of_run(app, given, dotenv)
    name_host, _, name_port = str(app.config.get("SERVER_NAME") or "").partition(":")
    port = given.get("port")
    host = given.get("host") or name_host or "127.0.0.1"
    around = debuggers_by_app(app).get(id(app), [])
    seen = launch_of(app, around, Via.APP_RUN, classify(host, _port(port, name_port)))
    use_debugger = bool(given.get("use_debugger", debug))
    use_evalex = use_debugger and bool(given.get("use_evalex", True))
    return dataclasses.replace(
        seen,
        debug=debug,
        debug_by=debug_by,
        debugger=seen.debugger or use_debugger,
        evalex=seen.evalex or use_evalex,
        reloader=bool(given.get("use_reloader", debug)),
    )


def _debug_of_run(app: Flask, given: Options, dotenv: bool) -> tuple[bool, str]:
    if given.get("debug") is not None:
        return bool(given["debug"]), "debug=True was passed"
    if dotenv and "FLASK_DEBUG" in os.environ:
        return get_debug_flag(), "FLASK_DEBUG is set"
    return app.debug, "app.debug is on"


def _port(port: t.Any, name_port: str) -> int | None:
    given = port if port or port == 0 else name_port or 5000
    try:
        return int(given)
    except (TypeError, ValueError):
        return None


def _is_dotenv_installed() -> bool:
    try:
        import dotenv  # noqa: F401
    except ImportError:
        return False
    return True


def server_init(
    call: Call, server: BaseWSGIServer, arguments: Arguments, options: Options
) -> t.Any:
    """Stand before ``BaseWSGIServer.__init__``, which binds."""
    given = {**dict(zip(SERVER_PARAMETERS, arguments, strict=False)), **options}
    address = classify(given.get("host"), given.get("port"))
    _judge(server, given.get("app"), address, _is_run_simple())
    return call(*arguments, **options)


def server_serves(
    call: Call, server: BaseWSGIServer, arguments: Arguments, options: Options
) -> t.Any:
    """Stand before ``serve_forever``, where the socket is bound and nothing has to be
    guessed.
    """
    try:
        _judge_on_socket(server)
    except BaseException:
        server.server_close()
        raise
    return call(*arguments, **options)


def server_handles_one(
    call: Call, server: BaseWSGIServer, arguments: Arguments, options: Options
) -> t.Any:
    """Stand before ``handle_request``, which people call in a loop."""
    if server not in _judged_on_socket:
        _judge_on_socket(server)
    return call(*arguments, **options)


def _judge_on_socket(server: BaseWSGIServer) -> None:
    _judge(server, server.app, of_socket(server.socket), _is_main_thread())
    _judged_on_socket.add(server)


def _judge(
    server: BaseWSGIServer, wsgi: object, address: Address, is_what_runs: bool
) -> None:
    # What keeps the main thread is what the program does. Any other server that only
    # holds an app may be there to look at it, beside a production server: if it does
    # serve it, the app's first request is judged.
    apps = guarded_apps(wsgi) if is_what_runs else certain_guarded_apps(wsgi)
    start = _starts.get(server) or start_of(app for app, _ in apps)
    guard_server(wsgi, apps, address, start)
    for _, state in apps:
        state.remember(server)
    _starts[server] = start


def _is_run_simple() -> bool:
    # It serves at once, where the reloader is on in another thread.
    return _is_main_thread() and any(
        frame.f_code.co_name == "run_simple"
        and frame.f_globals.get("__name__") == "werkzeug.serving"
        for frame in calls_from(sys._getframe(1))
    )


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def start_of(apps: t.Iterable[Flask]) -> Start:
    """The start that a server belongs to: that of ``app.run()``, if it serves the app
    whose method was called, else one of its own.
    """
    start = current_start()
    if start is not None and any(app is start.app for app in apps):
        return start
    return Start(Via.FLASK_RUN if _is_flask_run() else Via.WERKZEUG)


def _is_flask_run() -> bool:
    context = click.get_current_context(silent=True)
    command = context.command if context else None
    return command is not None and command.callback is cli.run_command.callback
