"""Everything that the guard remembers about apps, servers, debuggers and starts.

One lock protects it. It is held for a few instructions, and never while something is
imported, logged or called.
"""

from __future__ import annotations

import typing as t
import weakref

from .fork import ForkSafeLock

if t.TYPE_CHECKING:
    from flask import Flask
    from werkzeug.debug import DebuggedApplication
    from werkzeug.serving import BaseWSGIServer

    from ..judging.launch import Via
    from ..judging.verdict import Verdict
    from ..origin import Origin

K = t.TypeVar("K")
V = t.TypeVar("V")

# The app that waitress serves, the verdict that asks for it, and the app's origin.
Takeover: t.TypeAlias = "tuple[Flask, Verdict, Origin]"

EXTENSION_KEY = "prodguard"

lock: ForkSafeLock = ForkSafeLock()


class WeakIdentityMap(t.Generic[K, V]):
    """What is remembered about objects, for as long as they live. They are compared by
    identity: an app may be unhashable, or equal to every other.
    """

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        self._entries: dict[int, tuple[weakref.ref[t.Any], V]] = {}

    def __setitem__(self, thing: K, value: V) -> None:
        key, entries = id(thing), self._entries

        def forget(reference: weakref.ref[t.Any]) -> None:
            # It may be called at any moment, in any thread, so it takes no lock.
            entries.pop(key, None)

        entries[key] = weakref.ref(thing, forget), value

    def get(self, thing: K) -> V | None:
        """What is remembered about an object, if anything is."""
        entry = self._entries.get(id(thing))
        return None if entry is None or entry[0]() is not thing else entry[1]

    def discard(self, thing: K) -> None:
        """Forget an object."""
        self._entries.pop(id(thing), None)

    def __iter__(self) -> t.Iterator[K]:
        # Over a copy, which is made in one step.
        references = (reference for reference, _ in self._entries.copy().values())
        return (thing for each in references if (thing := each()) is not None)

    def __contains__(self, thing: K) -> bool:
        return self.get(thing) is not None

    def __bool__(self) -> bool:
        return bool(self._entries)


class Start:
    """What was reported about one start, so that nothing is reported twice.

    :param app: the app whose ``run`` was called, if one was.
    """

    __slots__ = ("_reported", "app", "takeover", "via")

    def __init__(self, via: Via, app: Flask | None = None) -> None:
        self.via: Via = via
        self.app: Flask | None = app
        #: What is carried out on the bound socket, if waitress is to serve the app.
        self.takeover: Takeover | None = None
        self._reported: set[tuple[str, str]] = set()

    def claim_unreported(self, verdict: Verdict) -> bool:
        """Whether the verdict holds something that wasn't reported yet; from now on it
        counts as reported.
        """
        seen = {(verdict.launch.app, code) for code in verdict.codes or ("",)}
        with lock:
            news = seen - self._reported
            self._reported |= news
        return bool(news)


class GuardState:
    """What the guard remembers about one app, kept in ``app.extensions``.

    :param origin: where the guard was applied to the app.
    """

    __slots__ = (
        "_is_serving",
        "_patience_used",
        "_problems_reported",
        "_servers",
        "_starts",
        "origin",
    )

    def __init__(self, origin: Origin) -> None:
        self.origin: Origin = origin
        self._servers: WeakIdentityMap[BaseWSGIServer, bool] = WeakIdentityMap()
        self._starts: dict[Via, Start] = {}
        self._problems_reported = False
        self._patience_used = 0
        self._is_serving = False

    def __reduce__(self) -> tuple[type[GuardState], tuple[Origin]]:
        # ``app.extensions`` may be copied, deeply too. A copy has reported nothing yet.
        return type(self), (self.origin,)

    def start(self, via: Via) -> Start:
        """The one start of this app that doesn't begin with a hook: the whole life of a
        production server, or a server that was running before the guard.
        """
        with lock:
            return self._starts.setdefault(via, Start(via))

    def has_judged(self, server: BaseWSGIServer) -> bool:
        """Whether a Werkzeug server was judged for this app."""
        return server in self._servers

    def is_asked_by_unjudged(self) -> bool:
        """Whether a Werkzeug server that was not judged for this app answers now."""
        return not all(server in self._servers for server in [*_answering.values()])

    def remember(self, server: BaseWSGIServer) -> None:
        """Note that a Werkzeug server was judged for this app."""
        with lock:
            self._servers[server] = True

    def claim_problems(self) -> bool:
        """Whether what is wrong with the configuration wasn't reported yet; from now on
        it counts as reported.
        """
        with lock:
            is_new, self._problems_reported = not self._problems_reported, True
        return is_new

    def claim_serving(self) -> bool:
        """Whether no production server was judged yet; from now on it counts as
        judged.
        """
        with lock:
            is_new, self._is_serving = not self._is_serving, True
        return is_new

    def use_patience(self, patience: int) -> bool:
        """Count a request that is not judged, and return whether there were enough."""
        with lock:
            self._patience_used += 1
            return self._patience_used > patience


def state_of(app: Flask) -> GuardState | None:
    """The guard's state, or ``None`` if the app is not guarded."""
    state = app.extensions.get(EXTENSION_KEY)
    return state if type(state) is GuardState else None


class ServerMemory:
    """What is remembered about one Werkzeug server.

    :param is_final: whether it was judged by the address that it is bound to.
    """

    __slots__ = ("is_final", "start")

    def __init__(self, start: Start, is_final: bool) -> None:
        self.start: Start = start
        self.is_final: bool = is_final


#: What the server is bound to, and whether the request took a detour.
Request: t.TypeAlias = tuple[str, bool]


class DebuggerMemory:
    """What is remembered of a debugger."""

    __slots__ = ("decisions", "guards", "reported")

    def __init__(self) -> None:
        #: Whether it is refused.
        self.decisions: dict[Request, bool] = {}
        #: How many apps had been guarded when that was decided.
        self.guards: int = 0
        #: Whether the reports so far were about a request that took a detour.
        self.reported: set[bool] = set()


_guards_made = 0
# Apps go as they come: no reference keeps one alive.
_guarded: WeakIdentityMap[Flask, bool] = WeakIdentityMap()
_awaited: WeakIdentityMap[Flask, bool] = WeakIdentityMap()
_servers: WeakIdentityMap[BaseWSGIServer, ServerMemory] = WeakIdentityMap()
_debuggers: WeakIdentityMap[DebuggedApplication, DebuggerMemory] = WeakIdentityMap()
# References to objects whose end is waited for.
_kept: dict[int, weakref.ref[t.Any]] = {}
# The Werkzeug servers that are answering, by connection.
_answering: dict[int, BaseWSGIServer] = {}


def remember_guarded(app: Flask) -> None:
    """Note that an app is guarded."""
    global _guards_made
    with lock:
        _guards_made += 1
        _guarded[app] = True


def guards_made() -> int:
    """How many apps have been guarded in this process."""
    return _guards_made


def every_guarded_app() -> tuple[Flask, ...]:
    """The guarded apps of this process."""
    return tuple(_guarded)


def await_app(app: Flask) -> None:
    """Note that the first request of an app is still to come."""
    with lock:
        _awaited[app] = True


def awaited_apps() -> tuple[Flask, ...]:
    """The apps whose first request is still to come."""
    return tuple(_awaited)


def stop_awaiting_app(app: Flask) -> bool:
    """Note that the first request of an app has been judged, and return whether it was
    the last one to come.
    """
    with lock:
        _awaited.discard(app)
        return not _awaited


def keep_until_gone(thing: object, call: t.Callable[[], None]) -> None:
    """Call something once an object is gone."""

    def gone(reference: weakref.ref[t.Any]) -> None:
        del _kept[id(reference)]
        call()

    reference = weakref.ref(thing, gone)
    _kept[id(reference)] = reference


def remember_server(server: BaseWSGIServer, memory: ServerMemory) -> None:
    """Note how a Werkzeug server was judged."""
    with lock:
        _servers[server] = memory


def memory_of_server(server: BaseWSGIServer) -> ServerMemory | None:
    """What is remembered about a Werkzeug server, if it was judged."""
    return _servers.get(server)


def begin_answer(connection: object, server: BaseWSGIServer) -> None:
    """Note that a Werkzeug server answers a connection."""
    with lock:
        _answering[id(connection)] = server


def end_answer(connection: object) -> None:
    """Note that a connection was answered."""
    with lock:
        del _answering[id(connection)]


def decision_on(debugger: DebuggedApplication, request: Request) -> bool | None:
    """Whether a debugger was found to be refused, if that was decided."""
    memory = memory_of_debugger(debugger)
    # One more guarded app may be what the debugger wraps.
    return memory.decisions.get(request) if memory.guards == _guards_made else None


def remember_decision(
    debugger: DebuggedApplication, request: Request, guards: int, is_refused: bool
) -> None:
    """Note whether a debugger is refused.

    :param guards: how many apps had been guarded when that was decided.
    """
    memory = memory_of_debugger(debugger)
    with lock:
        if memory.guards != guards:
            memory.guards, memory.decisions = guards, {}
        memory.decisions[request] = is_refused


def memory_of_debugger(debugger: DebuggedApplication) -> DebuggerMemory:
    """What is remembered of a debugger."""
    with lock:
        memory = _debuggers.get(debugger)
        if memory is None:
            memory = _debuggers[debugger] = DebuggerMemory()
        return memory


def claim_debugger(debugger: DebuggedApplication, detour: str = "") -> bool:
    """Whether nothing was reported about a debugger yet; now it counts as reported.

    :param detour: what a request took, if the report is about that.
    """
    reported = memory_of_debugger(debugger).reported
    with lock:
        is_new = bool(detour) not in reported
        reported.add(bool(detour))
    return is_new
