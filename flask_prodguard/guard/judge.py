"""What the hooks do: have a launch judged, and carry the verdict out."""

from __future__ import annotations

import dataclasses
import typing as t

from ..config.settings import GuardConfig
from ..config.settings import read_config
from ..environment import process
from ..environment.evidence import current_environment
from ..environment.evidence import DEVELOPMENT
from ..errors import ConfigError
from ..judging.address import UNKNOWN_ADDRESS
from ..judging.launch import AS_USUAL
from ..judging.launch import Via
from ..judging.verdict import judge
from ..judging.verdict import Obstacle
from ..judging.verdict import Outcome
from ..judging.verdict import with_obstacles
from ..wsgi import debuggers_by_app
from . import act
from .containment import observe
from .facts import launch_of
from .obstacles import obstacles
from .state import claim_debugger
from .state import Start

if t.TYPE_CHECKING:
    from flask import Flask
    from werkzeug.debug import DebuggedApplication

    from ..judging.address import Address
    from ..judging.launch import Launch
    from ..judging.launch import ServerOptions
    from ..judging.verdict import Verdict
    from ..origin import Origin
    from .facts import GuardedApps
    from .obstacles import Demands
    from .state import GuardState

    FindDemands: t.TypeAlias = t.Callable[[], Demands]

UNKNOWN_OBSTACLES: tuple[Obstacle, ...] = (
    Obstacle(
        "what the start asks of its server can't be found out",
        "Serve the app with gunicorn or waitress.",
    ),
)


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


def tolerant_config(app: Flask, state: GuardState) -> GuardConfig:
    """The configuration, for a start that must not be refused because of it: what is
    wrong is logged once, and the default counts.
    """
    config, problems = read_config(app.config, process.environ())
    if state.claim_problems():
        act.log_problems(problems)
    return config


def judge_now(app: Flask, launch: Launch, config: GuardConfig) -> Verdict:
    """Judge a launch in the environment as it is now."""
    return judge(launch, current_environment(config), config)


def may_be_production() -> bool:
    """Whether nothing says that this is a place to develop."""
    environment = current_environment(read_config({}, process.environ())[0])
    return environment.name != DEVELOPMENT


def guard_launch(
    app: Flask, state: GuardState, launch: Launch, start: Start, find: FindDemands
) -> None:
    """Judge the launch of one app on a development server and carry it out.

    :param find: finds out what the server is asked for.
    :raises UnsafeLaunchError: it is refused.
    :raises ConfigError: the configuration can't be understood.
    """
    config = require_config(app.config, process.environ())
    _carry_out(app, judge_now(app, launch, config), start, state.origin, find)


def _carry_out(
    app: Flask,
    verdict: Verdict,
    start: Start,
    origin: Origin,
    find: FindDemands,
    served: object = None,
) -> None:
    if start.takeover and verdict.outcome < Outcome.SERVE:
        # Debug mode, for which it was decided, is off by now.
        app, verdict, origin = start.takeover
    if verdict.outcome is Outcome.SERVE:
        found = observe(lambda: obstacles(find()), UNKNOWN_OBSTACLES)
        verdict = with_obstacles(verdict, found)
    if verdict.outcome is Outcome.SERVE:
        # It is carried out once the socket is bound.
        start.takeover = start.takeover or (app, verdict, origin)
        return
    act.carry_out(app, verdict, start, origin, served)


def guard_server(
    wsgi: object,
    apps: GuardedApps,
    address: Address,
    start: Start,
    find: FindDemands,
    serving: ServerOptions = AS_USUAL,
) -> None:
    """Judge a Werkzeug server for guarded apps that it reaches. The strictest verdict
    counts.

    :param find: finds out what the server is asked for.
    :raises UnsafeLaunchError: it is refused.
    :raises ConfigError: the configuration can't be understood.
    """
    around = debuggers_by_app(wsgi)
    judged = judge_server(apps, around, start.via, address, serving)
    for _, app, _ in judged:
        for debugger in around.get(id(app), ()):
            claim_debugger(debugger)
    if judged:
        verdict, app, state = max(judged, key=lambda each: each[0].outcome)
        _carry_out(app, verdict, start, state.origin, find, wsgi)


def judge_server(
    apps: GuardedApps,
    around: t.Mapping[int, t.Sequence[DebuggedApplication]],
    via: Via,
    address: Address,
    serving: ServerOptions = AS_USUAL,
) -> list[tuple[Verdict, Flask, GuardState]]:
    """Judge a Werkzeug server for guarded apps that it reaches.

    :param around: the debuggers around each app, by the app's ``id``.
    :raises ConfigError: the configuration can't be understood.
    """
    judged = []
    for app, state in apps:
        launch = launch_of(app, around.get(id(app), ()), via, address, serving)
        config = require_config(app.config, process.environ())
        judged.append((judge_now(app, launch, config), app, state))
    return judged


def is_debugger_refused(
    debugger: DebuggedApplication,
    apps: GuardedApps,
    address: Address = UNKNOWN_ADDRESS,
    silently: bool = False,
    detour: str = "",
) -> bool:
    """Judge a debugger around guarded apps, and report it once. Nothing is raised: a
    production server is never taken down because of it.

    :param address: what the server is bound to, if that is known.
    :param detour: what shows that a request did not come straight from this machine.
    """
    refused = False
    for app, state in apps:
        launch = launch_of(app, [debugger], Via.DEBUGGER, address)
        launch = dataclasses.replace(launch, detour=detour)
        verdict = judge_now(app, launch, tolerant_config(app, state))
        refused = refused or verdict.is_refused
        if verdict.findings and not silently and claim_debugger(debugger, detour):
            _report(app, state, verdict)
    return refused


def _report(app: Flask, state: GuardState, verdict: Verdict) -> None:
    start = Start(Via.DEBUGGER)
    observe(lambda: act.carry_out(app, verdict, start, state.origin), None)
