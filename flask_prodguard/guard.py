"""What the hooks do: gather the facts of a launch, have it judged, carry it out."""

from __future__ import annotations

import threading
import typing as t
import weakref

from . import act
from . import process
from .address import Address
from .address import of_literal
from .address import UNKNOWN_ADDRESS
from .config import GuardConfig
from .config import read_config
from .config import require_config
from .environment import read_environment
from .launch import Launch
from .launch import Via
from .start import Start
from .verdict import judge
from .verdict import Verdict
from .wsgi import debuggers_by_app
from .wsgi import flask_apps
from .wsgi import is_flask_app

if t.TYPE_CHECKING:
    from flask import Flask
    from werkzeug.debug import DebuggedApplication
    from werkzeug.serving import BaseWSGIServer

    from .origin import Origin

EXTENSION_KEY = "prodguard"


class GuardState:
    """What the guard remembers of one app, kept in ``app.extensions``.

    :param app: the app.
    :param origin: where the guard was applied.
    """

    #: How many there have been in this process.
    made: t.ClassVar[int] = 0

    def __init__(self, app: Flask, origin: Origin) -> None:
        with _lock:
            GuardState.made += 1
            _guarded_apps.add(app)
        self.origin = origin
        self._servers: weakref.WeakSet[BaseWSGIServer] = weakref.WeakSet()
        #: A server that was running before the guard is one start.
        self.running: Start = Start(Via.RUNNING)
        #: A production server's whole life is one start.
        self.serving: Start = Start(Via.WSGI)
        self._lock = threading.Lock()
        self._problems_told = False

    def remember(self, server: BaseWSGIServer) -> None:
        """Note that a Werkzeug server was judged for this app.

        :param server: the server.
        """
        with self._lock:
            self._servers.add(server)

    def judged_servers(self) -> tuple[BaseWSGIServer, ...]:
        """The Werkzeug servers that were judged for this app."""
        with self._lock:
            return tuple(self._servers)

    def tolerant_config(self, app: Flask) -> GuardConfig:
        """The configuration where nothing may be refused for it: what is wrong is
        logged once, and the default counts.

        :param app: the app.
        """
        config, problems = read_config(app.config, process.environ())
        with self._lock:
            news, self._problems_told = not self._problems_told, True
        if news:
            act.tell_problems(problems)
        return config


def state_of(app: Flask) -> GuardState | None:
    """The guard's state, or ``None`` if the app is not guarded.

    :param app: any Flask app.
    """
    state = app.extensions.get(EXTENSION_KEY)
    return state if isinstance(state, GuardState) else None


def guarded_apps(wsgi: object) -> tuple[tuple[Flask, GuardState], ...]:
    """The guarded apps that a WSGI callable reaches.

    :param wsgi: what a server calls.
    """
    return _guarded(flask_apps(wsgi))


def guarded_apps_below(
    debugger: DebuggedApplication,
) -> tuple[tuple[Flask, GuardState], ...]:
    """The guarded apps that a debugger may wrap. Unless it wraps a Flask app itself,
    that may be any of them, for what a function imports or makes can't be seen: to
    switch off a debugger that wraps something else does no harm where debuggers are
    refused.

    :param debugger: the middleware.
    """
    reached = flask_apps(debugger)
    if not is_flask_app(debugger.app):
        reached = (*reached, *every_guarded_app())
    return _guarded(dict.fromkeys(reached))


def every_guarded_app() -> tuple[Flask, ...]:
    """The guarded apps of this process."""
    with _lock:
        return tuple(_guarded_apps)


_lock = threading.Lock()
# Apps go as they come: no reference keeps one alive.
_guarded_apps: weakref.WeakSet[Flask] = weakref.WeakSet()


def _guarded(apps: t.Iterable[Flask]) -> tuple[tuple[Flask, GuardState], ...]:
    states = ((app, state_of(app)) for app in apps)
    return tuple((app, state) for app, state in states if state is not None)


def judge_now(app: Flask, launch: Launch, config: GuardConfig) -> Verdict:
    """Judge a launch in the environment as it is now.

    :param app: the app.
    :param launch: the facts of the start.
    :param config: what is configured for the app.
    """
    environment = read_environment(process.environ(), config, process.exists)
    return judge(launch, environment, config)


def launch_of(
    app: Flask, around: t.Sequence[DebuggedApplication], via: Via, address: Address
) -> Launch:
    """The facts of a start, as a server sees them.

    :param app: the app.
    :param around: the debuggers around it.
    :param via: the road by which it was started.
    :param address: what is bound.
    """
    return Launch(
        app=app.name,
        via=via,
        address=address,
        debug=app.debug,
        debugger=bool(around),
        evalex=any(debugger.evalex for debugger in around),
        testing=app.testing,
        socketio="socketio" in app.extensions,
    )


def guard_launch(app: Flask, state: GuardState, launch: Launch, start: Start) -> None:
    """Judge the launch of one app on a development server and carry it out.

    :param app: the app.
    :param state: the guard's state of that app.
    :param launch: the facts of the start.
    :param start: the start it belongs to.
    :raises UnsafeLaunchError: it is refused.
    :raises ConfigError: the configuration can't be understood.
    """
    config = require_config(app.config, process.environ())
    act.carry_out(app, judge_now(app, launch, config), start, state.origin)


def guard_server(
    wsgi: object, address: Address, start: Start
) -> tuple[GuardState, ...]:
    """Judge a Werkzeug server for every guarded app that it reaches. The strictest
    verdict counts. Returns the states of these apps.

    :param wsgi: what the server calls.
    :param address: what it binds.
    :param start: the start it belongs to.
    :raises UnsafeLaunchError: it is refused.
    :raises ConfigError: the configuration can't be understood.
    """
    around = debuggers_by_app(wsgi)
    judged = judge_server(wsgi, around, start.via, address)
    for _, app, _ in judged:
        told_debuggers.update(around.get(id(app), ()))
    if judged:
        verdict, app, state = max(judged, key=lambda each: each[0].outcome)
        act.carry_out(app, verdict, start, state.origin)
    return tuple(state for _, _, state in judged)


def judge_server(
    wsgi: object,
    around: t.Mapping[int, t.Sequence[DebuggedApplication]],
    via: Via,
    address: Address,
) -> list[tuple[Verdict, Flask, GuardState]]:
    """Judge a Werkzeug server for every guarded app that it reaches.

    :param wsgi: what the server calls.
    :param around: the debuggers around each app, by the app's ``id``.
    :param via: the road by which it was started.
    :param address: what it binds.
    :raises ConfigError: the configuration can't be understood.
    """
    judged = []
    for app, state in guarded_apps(wsgi):
        launch = launch_of(app, around.get(id(app), ()), via, address)
        config = require_config(app.config, process.environ())
        judged.append((judge_now(app, launch, config), app, state))
    return judged


# Debuggers of which something was said already.
told_debuggers: weakref.WeakSet[DebuggedApplication] = weakref.WeakSet()


def is_debugger_refused(
    debugger: DebuggedApplication,
    apps: t.Iterable[tuple[Flask, GuardState]],
    address: Address = UNKNOWN_ADDRESS,
    silently: bool = False,
) -> bool:
    """Judge a debugger around guarded apps, and tell of it once. A production server is
    never taken down for it, so that nothing is raised.

    :param debugger: the middleware.
    :param apps: the apps that it wraps.
    :param address: what the server is bound to, where that is known.
    :param silently: whether nothing is told.
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

    :param environ: the WSGI environment of a request.
    """
    if "werkzeug.socket" in environ or _is_inet(environ.get("gunicorn.socket")):
        return of_literal(environ.get("SERVER_NAME"))
    return UNKNOWN_ADDRESS


def _is_inet(client: t.Any) -> bool:
    # Behind a unix socket gunicorn takes SERVER_NAME from the Host header.
    return getattr(client, "family", None) is not None and isinstance(
        client.getsockname(), tuple
    )
