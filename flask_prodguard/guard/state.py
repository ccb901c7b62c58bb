"""What the guard remembers of each app, and which apps are guarded."""

from __future__ import annotations

import threading
import typing as t
import weakref

from ..config.settings import GuardConfig
from ..config.settings import read_config
from ..environment import process
from ..judging.launch import Via
from ..wsgi import certain_flask_apps
from ..wsgi import flask_apps
from ..wsgi import is_flask_app
from . import act
from .fork import fork_safe_lock
from .start import Start

if t.TYPE_CHECKING:
    from flask import Flask
    from werkzeug.debug import DebuggedApplication
    from werkzeug.serving import BaseWSGIServer

    from ..remedy.origin import Origin

GuardedApps: t.TypeAlias = "t.Iterable[tuple[Flask, GuardState]]"

EXTENSION_KEY = "prodguard"


class GuardState:
    """What the guard remembers of one app, kept in ``app.extensions``."""

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
        """Note that a Werkzeug server was judged for this app."""
        with self._lock:
            self._servers.add(server)

    def judged_servers(self) -> tuple[BaseWSGIServer, ...]:
        """The Werkzeug servers that were judged for this app."""
        with self._lock:
            return tuple(self._servers)

    def tolerant_config(self, app: Flask) -> GuardConfig:
        """The configuration where nothing may be refused for it: what is wrong is
        logged once, and the default counts.
        """
        config, problems = read_config(app.config, process.environ())
        with self._lock:
            news, self._problems_told = not self._problems_told, True
        if news:
            act.tell_problems(problems)
        return config


def state_of(app: Flask) -> GuardState | None:
    """The guard's state, or ``None`` if the app is not guarded."""
    state = app.extensions.get(EXTENSION_KEY)
    return state if isinstance(state, GuardState) else None


def guarded_apps(wsgi: object) -> tuple[tuple[Flask, GuardState], ...]:
    """The guarded apps that a WSGI callable reaches."""
    return _guarded(flask_apps(wsgi))


def certain_guarded_apps(wsgi: object) -> tuple[tuple[Flask, GuardState], ...]:
    """The guarded apps that a WSGI callable is certain to serve."""
    return _guarded(certain_flask_apps(wsgi))


def guarded_apps_below(
    debugger: DebuggedApplication,
) -> tuple[tuple[Flask, GuardState], ...]:
    """The guarded apps that a debugger may wrap. Unless it wraps a Flask app itself,
    that may be any of them, for what a function imports or makes can't be seen: to
    switch off a debugger that wraps something else does no harm where debuggers are
    refused.
    """
    reached = flask_apps(debugger)
    if not is_flask_app(debugger.app):
        reached = (*reached, *every_guarded_app())
    return _guarded(dict.fromkeys(reached))


def every_guarded_app() -> tuple[Flask, ...]:
    """The guarded apps of this process."""
    with _lock:
        return tuple(_guarded_apps)


_lock = fork_safe_lock()
# Apps go as they come: no reference keeps one alive.
_guarded_apps: weakref.WeakSet[Flask] = weakref.WeakSet()


def _guarded(apps: t.Iterable[Flask]) -> tuple[tuple[Flask, GuardState], ...]:
    states = ((app, state_of(app)) for app in apps)
    return tuple((app, state) for app, state in states if state is not None)
