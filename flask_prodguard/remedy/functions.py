"""Reads the source of functions: what they return, and which names they assign."""

from __future__ import annotations

import ast
import inspect
import linecache
import sys
import textwrap
import typing as t
from dataclasses import dataclass
from importlib.util import resolve_name

from ..attributes import attributes_of
from ..attributes import unwrapped
from .origin import code_of
from .source import statements_in

if t.TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
NEVER_AN_APP = (ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.JoinedStr)
# The fields of nodes that give a name to something, such as `except Error as name`.
NAMING = ("name", "asname", "arg", "rest")


def returns_value(function: Callable[..., object]) -> bool:
    """Tell whether a function returns something that could be an app.

    What is returned by functions inside of it doesn't count. A function whose
    source can't be read is given the benefit of the doubt.

    :param function: The function, decorated or not.
    """
    read = _read(function)
    return read is None or any(
        read.could_be_app(value) for values in read.returned() for value in values
    )


def hands_on(function: Callable[..., object], inner: Callable[..., object]) -> bool:
    """Tell whether a function provably returns what another one has returned to it.

    :param function: The function, decorated or not.
    """
    read, code = _read(function), code_of(inner)
    if read is None or code is None:
        return False
    return any(
        all(code_of(read.called(value)) is code for value in values)
        for values in read.returned()
    )


def assigns(function: Callable[..., object], name: str) -> bool:
    """Tell whether a function assigns a local name, such as that of a parameter.

    :param function: The function, decorated or not.
    """
    read = _read(function)
    return read is not None and read.assigns(name)


def _read(function: Callable[..., object]) -> _Function | None:
    try:
        bare: t.Any = unwrapped(function)
        lines = linecache.getlines(bare.__code__.co_filename, bare.__globals__)
        block = inspect.getblock(lines[bare.__code__.co_firstlineno - 1 :])
        definition = ast.parse(textwrap.dedent("".join(block))).body[0]
    except Exception:
        return None
    # Else it is a lambda, or source that is not the function's own.
    is_own = isinstance(definition, FUNCTIONS)
    return _Function(definition, bare.__globals__) if is_own else None


@dataclass(frozen=True)
class _Function:
    """The source of a function, and the globals of its module."""

    definition: t.Any
    namespace: dict[str, t.Any]

    def returned(self) -> Iterator[list[ast.expr]]:
        """What each of its ``return`` statements may return."""
        if isinstance(self.definition, ast.AsyncFunctionDef):
            return
        for stmt in statements_in(self.definition.body, as_script=True):
            if isinstance(stmt, ast.Return) and stmt.value is not None:
                yield self._values_of(stmt.value)

    def could_be_app(self, value: ast.expr) -> bool:
        """Whether a server might be able to call it."""
        if isinstance(value, NEVER_AN_APP):
            return False
        found: t.Any = self.called(value)
        # A proxy would be woken if it was asked for its class.
        if not issubclass(type(found), type):
            return True
        return any("__call__" in vars(each) for each in found.__mro__)

    def called(self, value: ast.expr) -> object:
        """The object that is called by an expression, if it has a name."""
        if not isinstance(value, ast.Call):
            return None
        name, *attributes = ast.unparse(value.func).split(".")
        found = self._named(name)
        for attribute in attributes:
            found = attributes_of(found).get(attribute)
        return found

    def assigns(self, name: str) -> bool:
        """Whether it gives a name to something itself."""
        return any(_assigns(node, name) for node in self._nodes())

    def _named(self, name: str) -> object:
        imported = dict(pair for node in self._nodes() for pair in self._imported(node))
        is_local = name in imported or self._bindings(name)
        return (imported if is_local else self.namespace).get(name)

    def _imported(self, node: ast.AST) -> Iterator[tuple[str, object]]:
        if isinstance(node, ast.ImportFrom):
            relative = "." * node.level + (node.module or "")
            home = resolve_name(relative, self.namespace.get("__package__"))
            for alias in node.names:
                found = attributes_of(sys.modules.get(home)).get(alias.name)
                yield alias.asname or alias.name, found
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                home = alias.name if alias.asname else top
                yield alias.asname or top, sys.modules.get(home)

    def _values_of(self, value: ast.expr) -> list[ast.expr]:
        if not isinstance(value, ast.Name):
            return [value]
        found = [
            node.value
            for node in self._nodes()
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value
            for target in _targets(node)
            if isinstance(target, ast.Name) and target.id == value.id
        ]
        # Else it is a global, has been given, or is bound in another way as well.
        return found if 0 < len(found) == self._bindings(value.id) else [value]

    def _bindings(self, name: str) -> int:
        return sum(_binds(node, name) for node in self._nodes())

    def _nodes(self) -> Iterator[ast.AST]:
        for part in (self.definition.args, *self.definition.body):
            yield from ast.walk(part)


def _targets(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def _assigns(node: ast.AST, name: str) -> bool:
    stores = isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    return stores and t.cast("ast.Name", node).id == name


def _binds(node: ast.AST, name: str) -> bool:
    if isinstance(node, (ast.Global, ast.Nonlocal)):
        return name in node.names
    named = [getattr(node, field, None) for field in NAMING]
    # `make(app=...)` gives no name to anything here.
    is_call = isinstance(node, ast.keyword)
    return _assigns(node, name) or (name in named and not is_call)
