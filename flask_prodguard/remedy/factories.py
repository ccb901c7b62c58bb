"""Finds the functions that make an app."""

from __future__ import annotations

import ast
import inspect
import textwrap
import typing as t
from dataclasses import dataclass

from ..deployment.python.syntax import parse
from ..origin import is_executing
from ..origin import OWN_PACKAGE
from ..origin import package_of
from .source import locate_module
from .source import statements_in

if t.TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator

    from ..origin import Origin
    from ..origin import Step
    from .source import LoadedModule

# What calls a program's functions, and makes no app itself.
FRAMEWORKS = frozenset(
    {
        *(OWN_PACKAGE, "flask", "werkzeug", "click", "gunicorn"),
        *("_pytest", "pluggy", "unittest"),
    }
)
FLASK_COMMAND = "flask.cli"
FACTORY_NAMES = ("create_app", "make_app")
FUNCTIONS = (ast.FunctionDef,)
NEVER_AN_APP = (ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.JoinedStr)


@dataclass(frozen=True)
class Factory:
    """A function that a server can import and call."""

    home: LoadedModule
    name: str
    #: Whether it makes no app without arguments, or a different one.
    needs_arguments: bool
    #: Whether the ``flask`` command was given it, or found it.
    called_by_flask: bool
    #: How many calls it is away from where the guard was applied.
    depth: int


def find_factory(origin: Origin) -> Factory | None:
    """The function that made an app, and returned it finished.

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
    # Each of them returns what the one before it has returned.
    outermost, *others = factories
    for each in others:
        if each.depth == outermost.depth + 1:
            outermost = each
    return outermost


def _factories(origin: Origin) -> list[Factory]:
    # The innermost first.
    modules = [*(step.module for step in origin.steps), None]
    return [
        each
        for depth, step in enumerate(origin.steps)
        for each in _as_factory(step, modules[depth + 1] == FLASK_COMMAND, depth)
    ]


def is_helper(step: Step) -> bool:
    """Whether a function did not make the app, but was given it, or belongs to a
    framework.
    """
    return step.receives_app or package_of(step.module) in FRAMEWORKS


def _as_factory(step: Step, called_by_flask: bool, depth: int) -> Iterator[Factory]:
    if is_helper(step) or not step.is_module_level:
        return
    home = locate_module(step.module)
    function: t.Any = home.namespace.get(step.function)
    # A call that is still under way has returned nothing, which is known without
    # reading the source.
    if is_executing(function) or not home.file or home.obstacle:
        return
    definition = _definition(function)
    if home.binds(step.function) and _returns_value(definition):
        # Otherwise `config = config or Config()` would look like an argument.
        given = [name for name in step.given if not _assigns(definition, name)]
        needs_arguments = bool(given) or _needs_arguments(function)
        yield Factory(home, step.function, needs_arguments, called_by_flask, depth)


def _needs_arguments(function: Callable[..., object]) -> bool:
    return any(
        parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        for parameter in inspect.signature(function).parameters.values()
    )


def _definition(function: Callable[..., object]) -> ast.AST | None:
    try:
        source = textwrap.dedent(inspect.getsource(inspect.unwrap(function)))
        found = parse(source).body[0]
    except Exception:
        return None
    return found if isinstance(found, FUNCTIONS) else None


def _returns_value(definition: t.Any) -> bool:
    # Code that can't be read is given the benefit of the doubt.
    return definition is None or any(
        isinstance(stmt, ast.Return)
        and not isinstance(stmt.value, (*NEVER_AN_APP, type(None)))
        for stmt in statements_in(definition.body, as_script=True)
    )


def _assigns(definition: ast.AST | None, name: str) -> bool:
    return definition is not None and any(
        isinstance(node, ast.Name)
        and node.id == name
        and isinstance(node.ctx, ast.Store)
        for node in ast.walk(definition)
    )
