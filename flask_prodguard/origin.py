"""The calls that are under way, and those that led to where the guard was applied."""

from __future__ import annotations

import inspect
import sys
import typing as t
from contextlib import suppress
from types import FunctionType

from .attributes import is_a
from .attributes import unwrapped

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping
    from types import CodeType
    from types import FrameType

    from flask import Flask

OWN_PACKAGE = __name__.partition(".")[0]
# What can be compared without running anybody's code.
PLAIN = (str, bytes, int, float)
# Of a call's variables: its frame, the function that looks at them, and the count.
COPY_REFERENCES = 3


def code_of(thing: object) -> CodeType | None:
    """Return the code of a function, below its decorators."""
    function = unwrapped(thing)
    return function.__code__ if is_a(function, FunctionType) else None


def calls_from(frame: FrameType | None) -> Iterator[FrameType]:
    """The calls that are under way, the innermost first."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def calling_client() -> object | None:
    """The Werkzeug or Flask test client that makes the current request, recognised by
    its methods being called. What it puts into ``environ`` isn't proof: gunicorn's
    ``gevent_pywsgi`` and aiohttp-wsgi set ``RAW_URI`` as well.
    """
    if "werkzeug.test" not in sys.modules:
        return None
    for frame in calls_from(sys._getframe(1)):
        if _is_method_of_client(frame):
            client: object = frame.f_locals["self"]
            return client
    return None


def _is_method_of_client(frame: FrameType) -> bool:
    is_there = frame.f_globals.get("__name__") == "werkzeug.test"
    return is_there and frame.f_code.co_varnames[:1] == ("self",)


def is_executing(function: object) -> bool:
    """Whether a call of a function is under way in any thread.

    :param function: the function, decorated or not.
    """
    # Of all threads: `main()` may wait for the thread in which the server starts.
    code = code_of(function)
    tops = sys._current_frames().values()
    return any(frame.f_code is code for top in tops for frame in calls_from(top))


def executing_lines(namespace: Mapping[str, object]) -> set[int]:
    """The lines of a module's top level that are under way in any thread."""
    return {
        frame.f_lineno
        for top in sys._current_frames().values()
        for frame in calls_from(top)
        if frame.f_globals is namespace and frame.f_code.co_name == "<module>"
    }


class _Value:
    # Neither a dataclass nor a named tuple: creating those classes would slow down
    # every program.
    __slots__: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        same = type(other) is type(self)
        return same and all(
            getattr(self, name) == getattr(other, name) for name in self.__slots__
        )

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in self.__slots__))


class Step(_Value):
    """One function call on the way from a module's top level to the guard.

    :param given: the names of parameters that have another value than their default.
    """

    __slots__ = ("function", "given", "is_module_level", "module", "receives_app")

    def __init__(
        self,
        module: str,
        function: str,
        is_module_level: bool,
        receives_app: bool,
        given: tuple[str, ...] = (),
    ) -> None:
        self.module: str = module
        self.function: str = function
        self.is_module_level: bool = is_module_level
        self.receives_app: bool = receives_app
        self.given: tuple[str, ...] = given


class Origin(_Value):
    """Where the guard was applied to an app, without a reference to any object.

    :param module: the one whose top-level code led there.
    :param steps: the function calls in between, the innermost first.
    """

    __slots__ = ("module", "steps")

    def __init__(self, module: str | None = None, steps: tuple[Step, ...] = ()) -> None:
        self.module: str | None = module
        self.steps: tuple[Step, ...] = steps


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
    code, values = frame.f_code, frame.f_locals
    name = code.co_name
    function: t.Any = frame.f_globals.get(name)
    is_module_level = code_of(function) is code
    try:
        receives_app = any(value is app for value in _arguments(code, values))
        inner: t.Any = unwrapped(function) if is_module_level else None
        given = tuple(_given(code, values, inner)) if inner else ()
    finally:
        # Before Python 3.13, a frame that was inspected keeps the values of its
        # variables alive until it ends.
        if _is_idle_copy(frame, values) and sys.getrefcount(values) <= COPY_REFERENCES:
            values.clear()
    return Step(module, name, is_module_level, receives_app, given)


def _is_idle_copy(frame: FrameType, values: object) -> bool:
    # The variables of a class body are its real namespace. A tracer writes the copy
    # back when it is done, maybe after a signal handler that ran in between: then no
    # name may be missing.
    is_function = bool(frame.f_code.co_flags & inspect.CO_OPTIMIZED)
    is_begun = frame.f_lineno != frame.f_code.co_firstlineno
    is_traced = any(each is not None for each in _tracers_of(frame))
    return is_function and type(values) is dict and is_begun and not is_traced


def _tracers_of(frame: FrameType) -> tuple[object, ...]:
    return frame.f_trace, sys.gettrace(), sys.getprofile()


def _arguments(code: CodeType, values: Mapping[str, object]) -> Iterator[object]:
    named = code.co_argcount + code.co_kwonlyargcount
    yield from map(values.get, code.co_varnames[:named])
    if code.co_flags & inspect.CO_VARARGS:
        rest = values.get(code.co_varnames[named])
        # The function may have assigned something else to it.
        yield from rest if type(rest) is tuple else ()


def _given(
    code: CodeType, values: Mapping[str, object], function: t.Any
) -> Iterator[str]:
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
