"""Finds the functions that make an app."""

from __future__ import annotations

import inspect
import typing as t
from dataclasses import dataclass

from .functions import assigns
from .functions import hands_on
from .functions import returns_value
from .origin import is_executing
from .origin import OWN_PACKAGE
from .origin import package_of
from .source import locate_module

if t.TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator

    from .origin import Origin
    from .origin import Step
    from .source import LoadedModule

FRAMEWORKS = frozenset({OWN_PACKAGE, "flask", "werkzeug", "click", "gunicorn"})
FLASK_COMMAND = "flask.cli"
FACTORY_NAMES = ("create_app", "make_app")


@dataclass(frozen=True)
class Factory:
    """A function that a server can import and call."""

    home: LoadedModule
    name: str
    #: Whether it makes no app without arguments, or another one.
    needs_arguments: bool
    #: Whether it is what the ``flask`` command was told to serve, or found.
    called_by_flask: bool

    @property
    def function(self) -> t.Any:
        """The function itself."""
        return self.home.namespace.get(self.name)


def find_factory(origin: Origin) -> Factory | None:
    """The function that has made an app, and has finished it.

    :param origin: where the guard was applied to the app.
    """
    found = _factories(origin)
    if not found:
        return None
    outermost = _outermost(found)

    def how_unlikely(each: Factory) -> tuple[bool, ...]:
        is_finished = each is outermost is not found[0]
        is_usual = each.name in FACTORY_NAMES
        return (
            not each.called_by_flask,
            not is_finished,
            each.needs_arguments,
            not is_usual,
        )

    return min(found, key=how_unlikely)


def _outermost(factories: list[Factory]) -> Factory:
    outermost, *others = factories
    for each in others:
        if not hands_on(each.function, outermost.function):
            break
        outermost = each
    return outermost


def _factories(origin: Origin) -> list[Factory]:
    # The innermost first.
    callers = [*(step.module for step in origin.steps), None][1:]
    return [
        each
        for step, caller in zip(origin.steps, callers, strict=True)
        for each in _as_factory(step, called_by_flask=caller == FLASK_COMMAND)
    ]


def is_helper(step: Step) -> bool:
    """Whether a function did not make the app, but was given it or is no one's own."""
    return step.receives_app or package_of(step.module) in FRAMEWORKS


def _as_factory(step: Step, *, called_by_flask: bool) -> Iterator[Factory]:
    if is_helper(step) or not step.is_module_level:
        return
    home = locate_module(step.module)
    function: t.Any = home.namespace.get(step.function)
    # What is still under way has returned nothing, and is known without any reading.
    if is_executing(function) or not home.file or home.obstacle:
        return
    if home.binds(step.function) and returns_value(function):
        # Else `config = config or Config()` would look like an argument.
        given = [name for name in step.given if not assigns(function, name)]
        needs_arguments = bool(given) or _needs_arguments(function)
        yield Factory(home, step.function, needs_arguments, called_by_flask)


def _needs_arguments(function: Callable[..., object]) -> bool:
    return any(
        parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        for parameter in inspect.signature(function).parameters.values()
    )
