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


@dataclass(frozen=True)
class Step:
    """One function call on the way from a module's top level to the guard."""

    module: str
    function: str
    is_module_level: bool
    receives_app: bool


@dataclass(frozen=True)
class Origin:
    """Where the guard was applied to an app, without a reference to any object.

    ``module`` is the one whose top-level code led there, ``steps`` are the function
    calls in between, the innermost first.
    """

    module: str | None = None
    steps: tuple[Step, ...] = ()


def record_origin(app: Flask) -> Origin:
    """Record which code applies the guard to an app. Never raises.

    :param app: The app that is being guarded.
    """
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
    """The top-level package of a module.

    :param module: its name.
    """
    return module.partition(".")[0]


def _step(frame: FrameType, module: str, app: Flask) -> Step:
    name = frame.f_code.co_name
    is_module_level = code_of(frame.f_globals.get(name)) is frame.f_code
    receives_app = any(value is app for value in _arguments(frame))
    return Step(module, name, is_module_level, receives_app)


def _arguments(frame: FrameType) -> Iterator[object]:
    code, values = frame.f_code, frame.f_locals
    named = code.co_argcount + code.co_kwonlyargcount
    yield from map(values.get, code.co_varnames[:named])
    if code.co_flags & inspect.CO_VARARGS:
        yield from values.get(code.co_varnames[named], ())
