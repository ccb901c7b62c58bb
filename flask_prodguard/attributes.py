"""What an object holds, read without running anything of its class.

No property, no ``__getattr__`` and no ``__eq__`` is called, and no proxy is resolved.
"""

from __future__ import annotations

import functools
import sys
import types
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterator

T = t.TypeVar("T")

# Taken from ``type``, because a metaclass may define either name itself.
_bases_of = type.__dict__["__mro__"].__get__
_namespace_of = type.__dict__["__dict__"].__get__


class _Plain:
    """Any class: the interpreter itself gives its instances their ``__dict__``."""


# A ``__dict__`` that C code defines may do anything: a proxy calls its factory.
_INTERPRETERS_OWN = vars(_Plain)["__dict__"].__doc__
_OWNERS = (
    type,
    types.FunctionType,
    BaseException,
    functools.partial,
    type(functools.lru_cache(type)),
)

Members: t.TypeAlias = "dict[str, t.Any] | types.MappingProxyType[str, t.Any]"


def is_a(value: object, kinds: type[T] | tuple[type[T], ...]) -> t.TypeGuard[T]:
    """Whether an object is of a class. Unlike ``isinstance``, this never asks a proxy
    for its ``__class__``.
    """
    return issubclass(type(value), kinds)


def members_of(kind: type) -> Iterator[tuple[str, object]]:
    """What the classes of an object define, the most derived first."""
    for base in _bases_of(kind):
        yield from _namespace_of(base).items()


def modules_of(kind: type) -> Iterator[object]:
    """The modules of the classes of an object."""
    for base in _bases_of(kind):
        yield _namespace_of(base).get("__module__")


def attributes_of(thing: object) -> Members:
    """The attributes that an object holds itself."""
    for name, member in members_of(type(thing)):
        if name == "__dict__" and _is_readable(member):
            found = read(member, thing)
            if type(found) in (dict, types.MappingProxyType):
                return t.cast("Members", found)
    return {}


def attribute_of(thing: object, name: str) -> object:
    """An attribute that an object or its class holds, ``None`` if it has none. A
    property is not computed: its descriptor is returned.
    """
    attributes = attributes_of(thing)
    if name in attributes:
        return attributes[name]
    found = _member(type(thing), name)
    return read(found, thing) if type(found) is types.MemberDescriptorType else found


def unwrapped(function: object) -> object:
    """A function below its decorators, as :func:`inspect.unwrap` finds it."""
    known = {id(function)}
    while (below := _wrapped_by(function)) is not None and id(below) not in known:
        known.add(id(below))
        function = below
    return function


def _wrapped_by(function: object) -> object:
    decorated = attributes_of(sys.modules.get("wrapt")).get("FunctionWrapper")
    # Unlike wrapt's other proxies, this one already has its function.
    if type(decorated) is type and issubclass(type(function), decorated):
        return read(_member(type(function), "__wrapped__"), function)
    return attributes_of(function).get("__wrapped__")


def _member(kind: type, name: str) -> object:
    return next((held for each, held in members_of(kind) if each == name), None)


def read(descriptor: t.Any, holder: object) -> t.Any:
    """The value of one of the interpreter's descriptors, ``None`` if it has none."""
    try:
        return descriptor.__get__(holder)
    except Exception:  # An unset slot or an empty cell holds nothing.
        return None


def _is_readable(member: object) -> bool:
    if type(member) is types.GetSetDescriptorType:
        is_plain = member.__doc__ == _INTERPRETERS_OWN
        return is_plain or any(member.__objclass__ is owner for owner in _OWNERS)
    return type(member) is types.MemberDescriptorType
