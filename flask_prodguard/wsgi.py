"""Which Flask apps a WSGI callable reaches.

Nothing is called on the way. Attributes are read through the interpreter's own
descriptors, so no property, proxy or ``__getattribute__`` notices the look.
"""

from __future__ import annotations

import logging
import sys
import types
import weakref
from contextlib import suppress
from inspect import getattr_static
from itertools import islice
from typing import Any
from typing import TYPE_CHECKING
from typing import TypeVar

# Not from ``flask``: instrumentation such as OpenTelemetry replaces the name there
# by a subclass, which older apps are no instances of.
from flask.app import Flask
from werkzeug.local import LocalProxy

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable
    from collections.abc import Iterator
    from typing import TypeGuard

    from werkzeug.debug import DebuggedApplication

T = TypeVar("T")

# Room for thousands of mounts, and about a tenth of a second for an object that
# leads into a whole object graph.
VISIT_LIMIT = 10_000

# Taken from ``type``, because a metaclass may define its own of either name.
_bases_of = type.__dict__["__mro__"].__get__
_namespace_of = type.__dict__["__dict__"].__get__
_cell_contents = types.CellType.__dict__["cell_contents"]

# What comes from here passes requests on to what it holds.
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


def walk(
    wsgi: object, follows: Callable[[object], bool] | None = None
) -> Iterator[object]:
    """Yield every WSGI callable that can be reached from this one, nearest first.

    The object itself comes first, whatever it is, and none comes twice. Containers
    are looked into, but not yielded.

    :param wsgi: A WSGI callable, or a container of some.
    :param follows: Whether to go on from an object, everywhere if it is not given.
    """
    # By identity, which calls no foreign ``__eq__`` or ``__hash__``. The list keeps
    # the objects alive, so no ``id`` is used twice.
    reached = [wsgi]
    known = {id(wsgi)}

    for found in reached:
        if callable(found) or found is wsgi:
            yield found

        if len(reached) < VISIT_LIMIT and (follows is None or follows(found)):
            for held in _next_from(found):
                if id(held) not in known:
                    known.add(id(held))
                    reached.append(held)

            del reached[VISIT_LIMIT:]


def flask_apps(wsgi: object) -> tuple[Flask, ...]:
    """Return the Flask apps that can be reached from a WSGI callable.

    :param wsgi: A WSGI callable, or a container of some.
    """
    return tuple(each for each in walk(wsgi) if _is(each, Flask))


def certain_flask_apps(wsgi: object) -> tuple[Flask, ...]:
    """Return the Flask apps that a WSGI callable is certain to serve: itself, or what
    Werkzeug's own middleware is put around. Anything else that holds an app may only
    look at it, as a metrics page does.

    :param wsgi: A WSGI callable, or a container of some.
    """
    return tuple(each for each in walk(wsgi, _passes_on) if _is(each, Flask))


def is_flask_app(wsgi: object) -> bool:
    """Tell whether a WSGI callable is a Flask app, or a method of one."""
    if _is(wsgi, types.MethodType):
        wsgi = wsgi.__self__

    return _is(wsgi, Flask)


def debuggers_by_app(wsgi: object) -> dict[int, list[DebuggedApplication]]:
    """Return the debugger middlewares around each Flask app, by the ``id`` of the app.

    :param wsgi: A WSGI callable, or a container of some.
    """
    around: dict[int, list[DebuggedApplication]] = {}

    for found in walk(wsgi):
        if is_debugger(found):
            for app in flask_apps(found):
                wraps = around.setdefault(id(app), [])
                wraps.append(found)

    return around


def debuggers_around(app: Flask) -> list[DebuggedApplication]:
    """Return the debugger middlewares that an app holds around itself."""
    return debuggers_by_app(app).get(id(app), [])


def is_debugger(wsgi: object) -> TypeGuard[DebuggedApplication]:
    """Tell whether a WSGI callable is a debugger middleware."""
    # Looked up, because the import is slow. Without it there can be no debugger.
    module = sys.modules.get("werkzeug.debug")
    debugger = getattr(module, "DebuggedApplication", None)
    return isinstance(debugger, type) and _is(wsgi, debugger)


def _is(value: object, kinds: type[T] | tuple[type[T], ...]) -> TypeGuard[T]:
    # Unlike ``isinstance``, this never asks a proxy for its ``__class__``.
    return issubclass(type(value), kinds)


def _passes_on(found: object) -> bool:
    if _is(found, types.MethodType):
        called = found.__func__
        is_entry = _is(called, types.FunctionType) and called.__name__ in _ENTRIES
        return is_entry and _passes_on(found.__self__)

    if _is(found, Flask) or _is_plain_container(found):
        return True

    modules = [_namespace_of(base).get("__module__") for base in _bases_of(type(found))]
    return any(str(module).startswith(_WERKZEUGS_MIDDLEWARE) for module in modules)


def _is_plain_container(value: object) -> bool:
    # A subclass may compute its items.
    return any(type(value) is kind for kind in _CONTAINERS)


def _next_from(found: object) -> list[object]:
    follow = next(how for kinds, how in _HOW_TO_FOLLOW if _is(found, kinds))
    reached: list[object] = []

    # What can't be read is no evidence.
    with suppress(Exception):
        reached.extend(value for value in follow(found) if _leads_on(value))

    return reached


def _leads_on(value: object) -> bool:
    return (callable(value) or _is(value, _CONTAINERS)) and not _is(value, _DEAD_ENDS)


def _copy(values: Iterable[object]) -> tuple[object, ...]:
    # In one step, because another thread may be changing the container.
    return tuple(islice(values, VISIT_LIMIT))


def _read(descriptor: Any, holder: object) -> Any:
    try:
        return descriptor.__get__(holder)
    except Exception:  # An unset slot or an empty cell holds nothing.
        return None


def _entry_of(app: Flask) -> Iterable[object]:
    # Its views, extensions and config mention apps that it does not serve.
    return [getattr_static(app, "wsgi_app")]


def _bound_to(method: types.MethodType) -> Iterable[object]:
    receiver = method.__self__
    return (
        method.__func__,
        receiver,
        *([] if callable(receiver) else _next_from(receiver)),
    )


def _captured_by(function: types.FunctionType) -> Iterable[object]:
    # Not its globals: a metrics function that mentions the global ``app`` does not
    # serve it. One that does is seen by the hook on the app's first request.
    yield from [_read(_cell_contents, cell) for cell in function.__closure__ or ()]
    yield from function.__defaults__ or ()
    yield from _copy((function.__kwdefaults__ or {}).values())
    yield from _copy(function.__dict__.values())


def _mapped_by(mapping: dict[Any, object]) -> Iterable[object]:
    return *_copy(dict.values(mapping)), *_held_by(mapping)


def _listed_in(sequence: Iterable[object]) -> Iterable[object]:
    return _copy(sequence) if _is_plain_container(sequence) else _held_by(sequence)


def _held_by(holder: object) -> Iterator[object]:
    # Slots are member descriptors, and so are the fields of a ``partial``.
    for base in _bases_of(type(holder)):
        for name, member in _namespace_of(base).items():
            if type(member) is types.MemberDescriptorType:
                yield _read(member, holder)
            elif name == "__dict__" and type(member) is types.GetSetDescriptorType:
                yield from _copy(dict.values(_read(member, holder)))
            elif name == "__call__":
                # It closes over the app if the class is made in a function.
                yield member


# The first line that fits counts.
_HOW_TO_FOLLOW: tuple[tuple[Any, Callable[[Any], Iterable[object]]], ...] = (
    (_DEAD_ENDS, lambda found: ()),
    (Flask, _entry_of),
    (types.MethodType, _bound_to),
    (types.FunctionType, _captured_by),
    (dict, _mapped_by),
    (_CONTAINERS, _listed_in),
    (object, _held_by),
)
