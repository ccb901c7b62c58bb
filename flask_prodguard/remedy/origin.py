"""Where the guard was applied to an app: the function calls that led there."""

from __future__ import annotations

import inspect
import sys
import typing as t
from contextlib import suppress
from dataclasses import dataclass

from .executing import calls_from
from .executing import code_of

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from flask import Flask

OWN_PACKAGE = __name__.partition(".")[0]
# What can be compared without running anybody's code.
PLAIN = (str, bytes, int, float)


@dataclass(frozen=True)
class Step:
    """One function call on the way from a module's top level to the guard."""

    module: str
    function: str
    is_module_level: bool
    receives_app: bool
    #: The names of parameters that have another value than their default.
    given: tuple[str, ...] = ()


@dataclass(frozen=True)
class Origin:
    """Where the guard was applied to an app, without a reference to any object.

    ``module`` is the one whose top-level code led there, ``steps`` are the function
    calls in between, the innermost first.
    """

    module: str | None = None
    steps: tuple[Step, ...] = ()


def record_origin(app: Flask) -> Origin:
    """Record which code applies the guard to an app. Never raises."""
    steps: list[Step] = []
    with suppress(Exception):
        for frame in calls_from(sys._getframe(1)):
            module = str(frame.f_globals.get("__name__"))
            if not steps and package_of(module) == OWN_PACKAGE:
                continue
            if frame.f_code.co_name == "<module>":
                return Origin(module, tuple(steps))
            steps.append(_step(frame, module, app))
    return Origin(None, tuple(steps))


def package_of(module: str) -> str:
    """The top-level package of a module."""
    return module.partition(".")[0]


def _step(frame: FrameType, module: str, app: Flask) -> Step:
    name = frame.f_code.co_name
    function: t.Any = frame.f_globals.get(name)
    is_module_level = code_of(function) is frame.f_code
    receives_app = any(value is app for value in _arguments(frame))
    given = tuple(_given(frame, inspect.unwrap(function))) if is_module_level else ()
    return Step(module, name, is_module_level, receives_app, given)


def _arguments(frame: FrameType) -> Iterator[object]:
    code, values = frame.f_code, frame.f_locals
    named = code.co_argcount + code.co_kwonlyargcount
    yield from map(values.get, code.co_varnames[:named])
    if code.co_flags & inspect.CO_VARARGS:
        rest = values.get(code.co_varnames[named])
        # The function may have put something else in its place.
        yield from rest if type(rest) is tuple else ()


def _given(frame: FrameType, function: t.Any) -> Iterator[str]:
    code, values = frame.f_code, frame.f_locals
    first = code.co_argcount - len(function.__defaults__ or ())
    by_position = code.co_varnames[first : code.co_argcount]
    defaults = [*zip(by_position, function.__defaults__ or (), strict=True)]
    defaults += (function.__kwdefaults__ or {}).items()
    for name, default in defaults:
        if not _is_same(values.get(name, default), default):
            yield name
    named = code.co_argcount + code.co_kwonlyargcount
    has_more = bool(code.co_flags & inspect.CO_VARARGS)
    last = named + has_more + bool(code.co_flags & inspect.CO_VARKEYWORDS)
    for name in code.co_varnames[named:last]:
        if type(values.get(name)) in (tuple, dict) and values[name]:
            yield name


def _is_same(value: object, default: object) -> bool:
    if value is default:
        return True
    is_plain = type(value) is type(default) and type(value) in PLAIN
    return is_plain and value == default
