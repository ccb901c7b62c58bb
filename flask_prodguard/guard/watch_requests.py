"""What the hooks on the way of a request see: the debugger under any server, and the
first request of a guarded app.
"""

from __future__ import annotations

import sys
import typing as t

from flask import request

from ..config.settings import read_config
from ..environment import process
from ..judging.address import Exposure
from ..judging.address import of_socket
from ..judging.address import UNKNOWN_ADDRESS
from ..judging.launch import Via
from ..remedy.origin import calls_from
from ..wsgi import debuggers_around
from . import act
from .facts import guarded_apps
from .facts import guarded_apps_below
from .facts import launch_of
from .facts import reported_address
from .hooks import is_diverted
from .judge import guard_launch
from .judge import is_debugger_refused
from .judge import judge_now
from .judge import tolerant_config
from .obstacles import Demands
from .serve import SERVED
from .state import guards_made
from .state import memory_of_debugger
from .state import state_of

if t.TYPE_CHECKING:
    from flask import Flask
    from werkzeug.debug import DebuggedApplication

    from ..judging.address import Address
    from .hook_points import Args
    from .hook_points import Kwargs
    from .hook_points import Wrapped
    from .state import GuardState


def debugger_init(
    wrapped: Wrapped, instance: DebuggedApplication, args: Args, kwargs: Kwargs
) -> t.Any:
    """Stand before ``DebuggedApplication.__init__``."""
    result = wrapped(*args, **kwargs)
    if not _is_made_by_run_simple():
        is_debugger_refused(instance, guarded_apps(instance))
    return result


def _is_made_by_run_simple() -> bool:
    # run_simple(use_debugger=True) makes the debugger and then a server, which is
    # judged with it: one launch, one message. Below its server, other functions of the
    # same module are nearer.
    for frame in calls_from(sys._getframe(1)):
        if frame.f_globals.get("__name__") == "werkzeug.serving":
            return frame.f_code.co_name == "run_simple"
    return False


def debugger_called(
    wrapped: Wrapped, instance: DebuggedApplication, args: Args, kwargs: Kwargs
) -> t.Any:
    """Stand before a request to ``DebuggedApplication``. Where the debugger is refused,
    the app is called in its place.
    """
    environ = args[0] if args else kwargs.get("environ", {})
    if _is_bypassed(instance, environ):
        return instance.app(*args, **kwargs)
    return wrapped(*args, **kwargs)


def _is_bypassed(debugger: DebuggedApplication, environ: t.Mapping[str, t.Any]) -> bool:
    if SERVED in environ:
        return True
    address = reported_address(environ)
    # One more guarded app may be what the debugger wraps.
    key = (address.host, guards_made())
    decisions = memory_of_debugger(debugger).decisions
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


def is_debugger_off(debugger: DebuggedApplication) -> bool:
    """Whether a debugger is refused in the environment as it is now. Nothing is said,
    and nothing is remembered.
    """
    return any(
        judge_now(
            app,
            launch_of(app, [debugger], Via.DEBUGGER, UNKNOWN_ADDRESS),
            read_config(app.config, process.environ())[0],
        ).is_refused
        for app, _ in guarded_apps_below(debugger)
    )


def is_test_client(environ: t.Mapping[str, t.Any]) -> bool:
    """Whether Werkzeug's ``EnvironBuilder`` made the request. ``RAW_URI`` is its mark,
    shared with two servers that leave marks of their own.
    """
    served = "werkzeug.socket" in environ or "gunicorn.socket" in environ
    return "RAW_URI" in environ and not served


def judge_first_request(app: Flask) -> bool:
    """Judge the request that is under way, and tell whether there is nothing left to
    say of any other.

    :raises UnsafeLaunchError: a development server that was running before the guard
        serves the app, and must not.
    """
    state = state_of(app)
    environ = request.environ
    if state is None or is_test_client(environ) or is_diverted():
        return False
    if "werkzeug.socket" not in environ:
        _judge_serving(app, state, environ)
    elif not _is_known(state, of_socket(environ["werkzeug.socket"])):
        address = reported_address(environ)
        launch = launch_of(app, debuggers_around(app), Via.RUNNING, address)
        start = state.start(Via.RUNNING)
        guard_launch(app, state, launch, start, lambda: Demands(running=True))
    return True


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
    verdict = judge_now(app, launch, tolerant_config(app, state))
    act.carry_out(app, verdict, state.start(Via.WSGI), state.origin)
