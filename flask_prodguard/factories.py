"""Finds the functions that make an app."""

from __future__ import annotations

import inspect
import typing as t
from dataclasses import dataclass

from .executing import is_executing
from .origin import OWN_PACKAGE
from .origin import package_of
from .source import locate_module
from .source import returns_value

if t.TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator

    from .origin import Origin
    from .origin import Step
    from .source import LoadedModule

FRAMEWORKS = frozenset({OWN_PACKAGE, "flask", "werkzeug", "click", "gunicorn"})
FACTORY_NAMES = ("create_app", "make_app")


@dataclass(frozen=True)
class Factory:
    """A function that a server can import and call."""

    home: LoadedModule
    name: str
    needs_arguments: bool


def find_factories(origin: Origin) -> list[Factory]:
    """The functions that have made an app, the innermost first.

    :param origin: where the guard was applied to it.
    """
    return [each for step in origin.steps for each in _as_factory(step)]


def is_helper(step: Step) -> bool:
    """Whether a function did not make the app, but was given it or is no one's own.

    :param step: its call.
    """
    return step.receives_app or package_of(step.module) in FRAMEWORKS


def _as_factory(step: Step) -> Iterator[Factory]:
    if is_helper(step) or not step.is_module_level:
        return
    home = locate_module(step.module)
    function: t.Any = home.namespace.get(step.function)
    importable = home.file and not home.obstacle and home.binds(step.function)
    if importable and not is_executing(function) and returns_value(function):
        yield Factory(home, step.function, _needs_arguments(function))


def _needs_arguments(function: Callable[..., object]) -> bool:
    return any(
        parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        for parameter in inspect.signature(function).parameters.values()
    )
