"""Which Flask apps a WSGI callable reaches.

Nothing is called on the way, and the work is bounded, whatever else the app's
middleware holds.
"""

from __future__ import annotations

import heapq
import logging
import sys
import types
import typing as t
import weakref
from collections import deque
from contextlib import suppress
from itertools import islice

# Not from ``flask``: instrumentation such as OpenTelemetry replaces the name there with
# a subclass, of which older apps aren't instances.
from flask.app import Flask
from werkzeug.local import LocalProxy

from .attributes import attribute_of
from .attributes import attributes_of
from .attributes import is_a
from .attributes import members_of
from .attributes import modules_of
from .attributes import read

if t.TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable
    from collections.abc import Iterator

    from werkzeug.debug import DebuggedApplication

# What one look may cost: an item of a container costs 1, an object that may lead on
# costs what it takes to follow it. That is enough for thousands of mounts, and takes
# about 10 ms for any amount of data, and 100 ms for a whole graph of objects.
LOOK_LIMIT = 200_000
OBJECT_COSTS = 20
# No container gets more than half of what is left: data must not hide what is next to
# it.
SHARE = 2
LEAST = 1_000

# Types by their ``id``, because a metaclass may define its own ``__hash__``.
_PLAIN = frozenset(
    map(id, (int, float, str, bytes, bool, type(None), complex, bytearray))
)
_cell_contents = types.CellType.__dict__["cell_contents"]

# Objects from these modules pass requests on to what they hold.
_WERKZEUGS_MIDDLEWARE = ("werkzeug.middleware.", "werkzeug.debug")
_ENTRIES = frozenset({"__call__", "wsgi_app", "debug_application"})

_CONTAINERS = (dict, list, tuple, set, frozenset)
_DEAD_ENDS = (
    LocalProxy,
    logging.Filterer,  # The base of loggers and handlers.
    type,
    types.ModuleType,
    types.WrapperDescriptorType,
    weakref.ReferenceType,
    *weakref.ProxyTypes,
)


class Reached:
    """What a WSGI callable reaches, from one look.

    :param callables: the WSGI callables, the nearest first. The object that was looked
        into comes before them, whatever it is.
    :param held: what each object leads to, by its ``id``.
    """

    __slots__ = ("_held", "apps", "callables", "certain_apps", "debuggers")

    def __init__(
        self, callables: tuple[object, ...], held: dict[int, list[object]]
    ) -> None:
        self._held = held
        self.callables: tuple[object, ...] = callables
        #: The Flask apps.
        self.apps: tuple[Flask, ...] = _apps_in(callables)
        #: Those that are certain to be served: the object itself, or what Werkzeug's
        #: own middleware wraps. Anything else that holds an app may only inspect it, as
        #: a metrics page does.
        self.certain_apps: tuple[Flask, ...] = _apps_in(
            self._below(callables[0], _passes_on)
        )
        #: The debugger middlewares, and the apps that each of them wraps.
        self.debuggers: tuple[tuple[DebuggedApplication, tuple[Flask, ...]], ...] = (
            tuple(
                (found, _apps_in(self._below(found)))
                for found in callables
                if is_debugger(found)
            )
        )

    def debuggers_around(self, app: Flask) -> tuple[DebuggedApplication, ...]:
        """The debugger middlewares that wrap an app."""
        return tuple(
            debugger
            for debugger, apps in self.debuggers
            if any(each is app for each in apps)
        )

    def _below(
        self, start: object, follows: Callable[[object], bool] | None = None
    ) -> list[object]:
        # Walks over what was seen: nothing is looked at again.
        reached = [start]
        known = {id(start)}
        for found in reached:
            if follows is None or follows(found):
                for held in self._held.get(id(found), ()):
                    if id(held) not in known:
                        known.add(id(held))
                        reached.append(held)
        return reached


def look_into(wsgi: object) -> Reached:
    """Find everything that a WSGI callable reaches.

    :param wsgi: A WSGI callable, or a container of some.
    """
    return _Look(wsgi).result()


def walk(wsgi: object) -> tuple[object, ...]:
    """Every WSGI callable that can be reached from this one, nearest first."""
    return look_into(wsgi).callables


def flask_apps(wsgi: object) -> tuple[Flask, ...]:
    """The Flask apps that can be reached from a WSGI callable."""
    return look_into(wsgi).apps


def certain_flask_apps(wsgi: object) -> tuple[Flask, ...]:
    """The Flask apps that a WSGI callable is certain to serve."""
    return look_into(wsgi).certain_apps


def debuggers_by_app(wsgi: object) -> dict[int, list[DebuggedApplication]]:
    """The debugger middlewares around each Flask app, by the ``id`` of the app."""
    reached = look_into(wsgi)
    around: dict[int, list[DebuggedApplication]] = {}
    for debugger, apps in reached.debuggers:
        for app in apps:
            around.setdefault(id(app), []).append(debugger)
    return around


def is_flask_app(wsgi: object) -> bool:
    """Check whether a WSGI callable is a Flask app, or a method of one."""
    if is_a(wsgi, types.MethodType):
        wsgi = wsgi.__self__

    return is_a(wsgi, Flask)


def debuggers_around(app: Flask) -> tuple[DebuggedApplication, ...]:
    """The debugger middlewares that an app itself holds."""
    return look_into(app).debuggers_around(app)


def is_debugger(wsgi: object) -> t.TypeGuard[DebuggedApplication]:
    """Check whether a WSGI callable is a debugger middleware."""
    # Looked up, because importing it is slow. If it wasn't imported, there is no
    # debugger.
    module = sys.modules.get("werkzeug.debug")
    debugger = attributes_of(module).get("DebuggedApplication")
    return is_a(debugger, type) and is_a(wsgi, debugger)


class _Look:
    """One look, and what is left of its budget."""

    def __init__(self, wsgi: object) -> None:
        self._left = LOOK_LIMIT
        # By identity, which calls no foreign ``__eq__`` or ``__hash__``. What was found
        # is kept alive, so that no ``id`` is used twice.
        self._held: dict[int, list[object]] = {}
        self._callables: list[object] = []
        self._distances = {id(wsgi): 0}
        self._next = deque([wsgi])
        # The number of items of each container, times that of the containers it is in,
        # and the order in which they were found, which keeps containers from being
        # compared.
        self._containers: list[tuple[int, int, object]] = []

    def result(self) -> Reached:
        """Look as far as the budget goes."""
        while self._next or (self._containers and self._left > LEAST):
            if self._next:
                found = self._next.popleft()
                self._callables.append(found)
                self._follow(found, 1, self._left)
            else:
                crowd, _, found = heapq.heappop(self._containers)
                self._follow(found, crowd, self._left // SHARE)
        self._callables.sort(key=lambda found: self._distances[id(found)])
        return Reached(tuple(self._callables), self._held)

    def _follow(self, found: object, crowd: int, share: int) -> None:
        items = _items_of(found, share)
        self._left -= len(items)
        leading = _leading(items)
        if not leading:
            return
        self._held[id(found)] = leading = leading[: share // OBJECT_COSTS]
        distance = self._distances[id(found)] + 1
        for each in leading:
            if id(each) not in self._distances:
                self._left -= OBJECT_COSTS
                self._distances[id(each)] = distance
                if callable(each):
                    self._next.append(each)
                else:
                    rank = (crowd * _size_of(each), len(self._distances), each)
                    heapq.heappush(self._containers, rank)


def _apps_in(callables: Iterable[object]) -> tuple[Flask, ...]:
    return tuple(each for each in callables if is_a(each, Flask))


def _passes_on(found: object) -> bool:
    if is_a(found, types.MethodType):
        called = found.__func__
        is_entry = is_a(called, types.FunctionType) and called.__name__ in _ENTRIES
        return is_entry and _passes_on(found.__self__)

    if is_a(found, Flask) or _is_plain_container(found):
        return True

    modules = map(str, modules_of(type(found)))
    return any(module.startswith(_WERKZEUGS_MIDDLEWARE) for module in modules)


def _is_plain_container(value: object) -> bool:
    # A subclass may compute its items.
    return any(type(value) is kind for kind in _CONTAINERS)


def _size_of(container: t.Any) -> int:
    kind = next(kind for kind in _CONTAINERS if is_a(container, kind))
    return kind.__len__(container)


def _items_of(found: object, most: int) -> list[object]:
    items: list[object] = []

    follow = next(how for kinds, how in _HOW_TO_FOLLOW if is_a(found, kinds))
    # What can't be read isn't evidence.
    with suppress(Exception):
        items.extend(islice(follow(found), most))

    return items


def _leading(items: list[object]) -> list[object]:
    """What may lead to an app. Nearly all data ends with the first line."""
    if _PLAIN.issuperset(map(id, map(type, items))):
        return []

    # Whether an object is callable depends on its type: one of each type is checked.
    kinds = {id(type(value)): value for value in items}
    leading = {kind for kind, value in kinds.items() if _leads_on(value)}
    return [value for value in items if id(type(value)) in leading]


def _leads_on(value: object) -> bool:
    return (callable(value) or is_a(value, _CONTAINERS)) and not is_a(value, _DEAD_ENDS)


def _copy(values: Iterable[object]) -> tuple[object, ...]:
    # In one step, because another thread may be changing the container.
    return tuple(islice(values, LOOK_LIMIT))


def _entry_of(app: Flask) -> Iterable[object]:
    # Its views, extensions and config mention apps that it does not serve.
    return [attribute_of(app, "wsgi_app")]


def _bound_to(method: types.MethodType) -> Iterable[object]:
    receiver = method.__self__
    return (
        method.__func__,
        receiver,
        *([] if callable(receiver) else _items_of(receiver, LOOK_LIMIT)),
    )


def _captured_by(function: types.FunctionType) -> Iterable[object]:
    # Not its globals: a metrics function that mentions the global ``app`` does not
    # serve it. One that does is seen by the hook on the app's first request.
    yield from [read(_cell_contents, cell) for cell in function.__closure__ or ()]
    yield from function.__defaults__ or ()
    yield from _copy((function.__kwdefaults__ or {}).values())
    yield from _copy(function.__dict__.values())


def _mapped_by(mapping: dict[t.Any, object]) -> Iterator[object]:
    yield from _copy(dict.values(mapping))
    if type(mapping) is not dict:
        yield from _held_by(mapping)


def _listed_in(sequence: Iterable[object]) -> Iterable[object]:
    return _copy(sequence) if _is_plain_container(sequence) else _held_by(sequence)


def _held_by(holder: object) -> Iterator[object]:
    yield from _copy(attributes_of(holder).values())
    for name, member in members_of(type(holder)):
        # Slots are member descriptors, and so are the fields of a ``partial``.
        if type(member) is types.MemberDescriptorType:
            yield read(member, holder)
        elif name == "__call__":
            # It closes over the app if the class is made in a function.
            yield member


# The first match counts.
_HOW_TO_FOLLOW: tuple[tuple[t.Any, Callable[[t.Any], Iterable[object]]], ...] = (
    (_DEAD_ENDS, lambda found: ()),
    (Flask, _entry_of),
    (types.MethodType, _bound_to),
    (types.FunctionType, _captured_by),
    (dict, _mapped_by),
    (_CONTAINERS, _listed_in),
    (object, _held_by),
)
