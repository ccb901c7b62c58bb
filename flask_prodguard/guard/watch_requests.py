"""What the hooks do during a request: for the debugger under any server, and for the
first request of a guarded app.
"""

from __future__ import annotations

import sys
import typing as t

from flask import request

from ..attributes import attributes_of
from ..config.settings import read_config
from ..environment import process
from ..judging.address import UNKNOWN_ADDRESS
from ..judging.launch import Via
from ..origin import calling_client
from ..origin import calls_from
from ..wsgi import debuggers_around
from . import act
from .containment import observe
from .debugger_access import detour_seen
from .facts import guarded_apps
from .facts import guarded_apps_below
from .facts import launch_of
from .facts import reported_address
from .hooks import is_diverted
from .judge import guard_launch
from .judge import is_debugger_refused
from .judge import judge_now
from .judge import may_be_production
from .judge import tolerant_config
from .obstacles import Demands
from .serve import SERVED
from .start import answering_server
from .state import decision_on
from .state import guards_made
from .state import remember_decision
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
    """Run instead of ``DebuggedApplication.__init__``."""
    result = wrapped(*args, **kwargs)
    observe(lambda: _judge_new_debugger(instance), None)
    return result


def _judge_new_debugger(debugger: DebuggedApplication) -> None:
    if not _is_made_by_run_simple():
        is_debugger_refused(debugger, guarded_apps(debugger))


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
    """Run instead of calling ``DebuggedApplication``. If the debugger is refused, the
    app is called directly.
    """
    if _is_kept_out(instance, args, kwargs):
        # The app's own class may fail on any attribute.
        return attributes_of(instance)["app"](*args, **kwargs)
    return wrapped(*args, **kwargs)


def debugger_shows(
    wrapped: Wrapped, instance: DebuggedApplication, args: Args, kwargs: Kwargs
) -> t.Any:
    """Run instead of ``check_pin_trust``, which a debugger calls before it shows the
    page of an error. The app may have been made, and guarded, by this very request:
    then the error propagates to the server, as it does without a debugger.
    """
    error = sys.exc_info()[1]
    if error is not None and _is_kept_out(instance, args, kwargs):
        # Code can be typed into them.
        instance.frames.clear()
        raise error
    return wrapped(*args, **kwargs)


def _is_kept_out(debugger: DebuggedApplication, args: Args, kwargs: Kwargs) -> bool:
    decided = observe(lambda: _is_bypassed(debugger, _environ_in(args, kwargs)), None)
    # In case of doubt, the debugger is for development only.
    return observe(may_be_production, True) if decided is None else decided


def _environ_in(args: Args, kwargs: Kwargs) -> dict[str, t.Any]:
    environ: dict[str, t.Any] = args[0] if args else kwargs.get("environ", {})
    return environ


def _is_bypassed(debugger: DebuggedApplication, environ: t.Mapping[str, t.Any]) -> bool:
    if SERVED in environ:
        return True
    address = reported_address(environ)
    if _is_refused(debugger, environ, address, ""):
        return True
    # What is refused for everybody is reported once, however a request came.
    detour = "" if calling_client() is not None else detour_seen(environ, address)
    return bool(detour) and _is_refused(debugger, environ, address, detour)


def _is_refused(
    debugger: DebuggedApplication,
    environ: t.Mapping[str, t.Any],
    address: Address,
    detour: str,
) -> bool:
    request = (address.host, bool(detour))
    decided = decision_on(debugger, request)
    if decided is None:
        guards = guards_made()
        # As far as can be seen, a Werkzeug server that was left alone is another app's.
        # If it isn't, the app's first request is refused and reported.
        silently = "werkzeug.socket" in environ and not guarded_apps(debugger)
        apps = guarded_apps_below(debugger)
        decided = is_debugger_refused(debugger, apps, address, silently, detour)
        # The environment changes from test to test.
        if calling_client() is None:
            remember_decision(debugger, request, guards, decided)
    return decided


def is_debugger_off(debugger: DebuggedApplication) -> bool:
    """Whether a debugger is refused in the environment as it is now. Nothing is
    reported or remembered.
    """
    return any(
        judge_now(
            app,
            launch_of(app, [debugger], Via.DEBUGGER, UNKNOWN_ADDRESS),
            read_config(app.config, process.environ())[0],
        ).is_refused
        for app, _ in guarded_apps_below(debugger)
    )


def judge_first_request(app: Flask) -> bool:
    """Judge the current request, and return whether there is nothing left to report
    about any other.

    :raises UnsafeLaunchError: a development server that was running before the guard
        serves the app, and must not.
    """
    state = state_of(app)
    if state is None or is_diverted():
        return False
    environ = request.environ
    if "werkzeug.socket" in environ:
        _judge_answering(app, state, environ)
    elif state.claim_serving():
        _judge_serving(app, state, environ)
    # Another thread may be about to judge what a Werkzeug server answers.
    return not state.is_asked_by_unjudged()


def _judge_answering(
    app: Flask, state: GuardState, environ: t.Mapping[str, t.Any]
) -> None:
    server = answering_server()
    if server is not None and state.has_judged(server):
        return
    address = reported_address(environ)
    launch = launch_of(app, debuggers_around(app), Via.RUNNING, address)
    start = state.start(Via.RUNNING)
    guard_launch(app, state, launch, start, lambda: Demands(running=True))
    if server is not None:
        state.remember(server)


def _judge_serving(
    app: Flask, state: GuardState, environ: t.Mapping[str, t.Any]
) -> None:
    # A debugger is judged on its own, when it is made or called.
    launch = launch_of(app, (), Via.WSGI, reported_address(environ))
    verdict = judge_now(app, launch, tolerant_config(app, state))
    act.carry_out(app, verdict, state.start(Via.WSGI), state.origin)
