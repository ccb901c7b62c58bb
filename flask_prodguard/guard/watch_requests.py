"""What the hooks on the way of a request see: the debugger under any server, and the
first request of a guarded app.
"""

from __future__ import annotations

import sys
import typing as t
import weakref
from contextlib import suppress

from flask import Flask
from flask import request
from flask import request_started

from ..judging.address import Exposure
from ..judging.address import of_socket
from ..judging.launch import Via
from ..wsgi import debuggers_by_app
from . import act
from .fork import fork_safe_lock
from .judge import guard_launch
from .judge import is_debugger_refused
from .judge import judge_now
from .judge import launch_of
from .judge import reported_address
from .state import guarded_apps
from .state import guarded_apps_below
from .state import GuardState
from .state import state_of

if t.TYPE_CHECKING:
    from werkzeug.debug import DebuggedApplication

    from ..judging.address import Address
    from .watch_launches import Arguments
    from .watch_launches import Call
    from .watch_launches import Options

_debugger_decisions: weakref.WeakKeyDictionary[
    DebuggedApplication, dict[tuple[str, int], bool]
] = weakref.WeakKeyDictionary()
_lock = fork_safe_lock()
# The guarded apps whose first request is still to come.
_awaited: weakref.WeakSet[Flask] = weakref.WeakSet()


def debugger_init(
    call: Call, debugger: DebuggedApplication, arguments: Arguments, options: Options
) -> t.Any:
    """Stand before ``DebuggedApplication.__init__``."""
    result = call(*arguments, **options)
    if not _is_made_by_werkzeug_server():
        is_debugger_refused(debugger, guarded_apps(debugger))
    return result


def _is_made_by_werkzeug_server() -> bool:
    # run_simple(use_debugger=True) makes the debugger and then a server, which is
    # judged with it: one launch, one message.
    frame = sys._getframe(3)
    return frame.f_globals.get("__name__") == "werkzeug.serving"


def debugger_called(
    call: Call, debugger: DebuggedApplication, arguments: Arguments, options: Options
) -> t.Any:
    """Stand before a request to ``DebuggedApplication``. Where the debugger is refused,
    the app is called in its place.
    """
    environ = arguments[0] if arguments else options.get("environ", {})
    if _is_bypassed(debugger, environ):
        return debugger.app(*arguments, **options)
    return call(*arguments, **options)


def _is_bypassed(debugger: DebuggedApplication, environ: t.Mapping[str, t.Any]) -> bool:
    address = reported_address(environ)
    # One more guarded app may be what the debugger wraps.
    key = (address.host, GuardState.made)
    decisions = _debugger_decisions.setdefault(debugger, {})
    decided = decisions.get(key)
    if decided is None:
        # A server of Werkzeug's that was left alone is another app's, as far as can be
        # seen. If it is not, the app's first request is refused, and tells of it.
        silently = "werkzeug.socket" in environ and not guarded_apps(debugger)
        apps = guarded_apps_below(debugger)
        decided = is_debugger_refused(debugger, apps, address, silently)
        if not is_test_client(environ):
            decisions[key] = decided
    return decided


def is_test_client(environ: t.Mapping[str, t.Any]) -> bool:
    """Whether Werkzeug's ``EnvironBuilder`` made the request. ``RAW_URI`` is its mark,
    shared with two servers that leave marks of their own.
    """
    served = "werkzeug.socket" in environ or "gunicorn.socket" in environ
    return "RAW_URI" in environ and not served


def await_first_request(app: Flask) -> None:
    """Have the first request of a guarded app judged."""
    with _lock:
        _awaited.add(app)
        request_started.connect(first_request, app)


def _stop_awaiting(app: Flask) -> None:
    with _lock:
        _awaited.discard(app)
        request_started.disconnect(first_request, app)
        if not _awaited:
            # A receiver slows down the signal of every app, even of one that it does
            # not listen to. An error: another thread connects something meanwhile.
            with suppress(RuntimeError):
                request_started.disconnect(first_request)


def first_request(app: Flask, **_: t.Any) -> None:
    """Receive Flask's ``request_started`` until there is nothing left to say.

    :raises UnsafeLaunchError: a development server that was running before the guard
        serves the app, and must not.
    """
    state = state_of(app)
    environ = request.environ
    if state is None or is_test_client(environ):
        return
    if "werkzeug.socket" not in environ:
        _judge_serving(app, state, environ)
    elif not _is_known(state, of_socket(environ["werkzeug.socket"])):
        around = debuggers_by_app(app).get(id(app), [])
        launch = launch_of(app, around, Via.RUNNING, reported_address(environ))
        guard_launch(app, state, launch, state.running)
    _stop_awaiting(app)


def _is_known(state: GuardState, local: Address) -> bool:
    # One that is being made has no socket yet.
    sockets = [getattr(each, "socket", None) for each in state.judged_servers()]
    return any(_is_same(of_socket(each), local) for each in sockets if each)


def _is_same(listening: Address, local: Address) -> bool:
    if listening.exposure is Exposure.UNKNOWN or listening.port != local.port:
        return False
    everywhere = listening.exposure is Exposure.EVERY_INTERFACE
    return everywhere or listening.bound == local.bound


def _judge_serving(
    app: Flask, state: GuardState, environ: t.Mapping[str, t.Any]
) -> None:
    # A debugger speaks for itself, when it is made or called.
    launch = launch_of(app, (), Via.WSGI, reported_address(environ))
    verdict = judge_now(app, launch, state.tolerant_config(app))
    act.carry_out(app, verdict, state.serving, state.origin)
