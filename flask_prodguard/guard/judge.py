"""What the hooks do: gather the facts of a launch, have it judged, carry it out."""

from __future__ import annotations

import typing as t
import weakref

from ..config.settings import GuardConfig
from ..config.settings import read_config
from ..environment import process
from ..environment.evidence import current_environment
from ..errors import ConfigError
from ..judging.address import Address
from ..judging.address import of_literal
from ..judging.address import UNKNOWN_ADDRESS
from ..judging.launch import Launch
from ..judging.launch import THREADING
from ..judging.launch import Via
from ..judging.verdict import judge
from ..judging.verdict import Verdict
from ..wsgi import debuggers_by_app
from . import act
from .start import Start

if t.TYPE_CHECKING:
    from flask import Flask
    from werkzeug.debug import DebuggedApplication

    from .state import GuardedApps
    from .state import GuardState


def require_config(
    app_config: t.Mapping[str, object], environ: t.Mapping[str, str]
) -> GuardConfig:
    """Resolve every key, or refuse.

    :raises ConfigError: a key is unknown or its value could not be understood.
    """
    config, problems = read_config(app_config, environ)
    if problems:
        raise ConfigError(problems)
    return config


def judge_now(app: Flask, launch: Launch, config: GuardConfig) -> Verdict:
    """Judge a launch in the environment as it is now."""
    environment = current_environment(config)
    return judge(launch, environment, config)


def launch_of(
    app: Flask, around: t.Sequence[DebuggedApplication], via: Via, address: Address
) -> Launch:
    """The facts of a start, as a server sees them."""
    return Launch(
        app=app.name,
        via=via,
        address=address,
        debug=app.debug,
        debugger=bool(around),
        evalex=any(debugger.evalex for debugger in around),
        testing=app.testing,
        socketio=_socketio_mode(app),
    )


def _socketio_mode(app: Flask) -> str | None:
    extension = app.extensions.get("socketio")
    if extension is None:
        return None
    mode = getattr(extension, "async_mode", None)
    return mode if isinstance(mode, str) else THREADING


def guard_launch(app: Flask, state: GuardState, launch: Launch, start: Start) -> None:
    """Judge the launch of one app on a development server and carry it out.

    :raises UnsafeLaunchError: it is refused.
    :raises ConfigError: the configuration can't be understood.
    """
    config = require_config(app.config, process.environ())
    act.carry_out(app, judge_now(app, launch, config), start, state.origin)


def guard_server(
    wsgi: object, apps: GuardedApps, address: Address, start: Start
) -> None:
    """Judge a Werkzeug server for guarded apps that it reaches. The strictest verdict
    counts.

    :raises UnsafeLaunchError: it is refused.
    :raises ConfigError: the configuration can't be understood.
    """
    around = debuggers_by_app(wsgi)
    judged = judge_server(apps, around, start.via, address)
    for _, app, _ in judged:
        told_debuggers.update(around.get(id(app), ()))
    if judged:
        verdict, app, state = max(judged, key=lambda each: each[0].outcome)
        act.carry_out(app, verdict, start, state.origin, wsgi)


def judge_server(
    apps: GuardedApps,
    around: t.Mapping[int, t.Sequence[DebuggedApplication]],
    via: Via,
    address: Address,
) -> list[tuple[Verdict, Flask, GuardState]]:
    """Judge a Werkzeug server for guarded apps that it reaches.

    :param around: the debuggers around each app, by the app's ``id``.
    :raises ConfigError: the configuration can't be understood.
    """
    judged = []
    for app, state in apps:
        launch = launch_of(app, around.get(id(app), ()), via, address)
        config = require_config(app.config, process.environ())
        judged.append((judge_now(app, launch, config), app, state))
    return judged


# Debuggers of which something was said already.
told_debuggers: weakref.WeakSet[DebuggedApplication] = weakref.WeakSet()


def is_debugger_refused(
    debugger: DebuggedApplication,
    apps: GuardedApps,
    address: Address = UNKNOWN_ADDRESS,
    silently: bool = False,
) -> bool:
    """Judge a debugger around guarded apps, and tell of it once. A production server is
    never taken down for it, so that nothing is raised.

    :param address: what the server is bound to, where that is known.
    """
    refused = False
    for app, state in apps:
        launch = launch_of(app, [debugger], Via.DEBUGGER, address)
        verdict = judge_now(app, launch, state.tolerant_config(app))
        refused = refused or verdict.is_refused
        told = silently or debugger in told_debuggers
        if verdict.findings and not told:
            told_debuggers.add(debugger)
            act.carry_out(app, verdict, Start(Via.DEBUGGER), state.origin)
    return refused


def reported_address(environ: t.Mapping[str, t.Any]) -> Address:
    """What a server is bound to, where it says so. gunicorn and Werkzeug put the
    address of their listening socket into ``SERVER_NAME``; others fill in a name, or
    whatever the client sent.
    """
    if "werkzeug.socket" in environ or _is_inet(environ.get("gunicorn.socket")):
        return of_literal(environ.get("SERVER_NAME"))
    return UNKNOWN_ADDRESS


def _is_inet(client: t.Any) -> bool:
    # Behind a unix socket gunicorn takes SERVER_NAME from the Host header.
    return getattr(client, "family", None) is not None and isinstance(
        client.getsockname(), tuple
    )
