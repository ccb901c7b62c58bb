"""What mutmut leaves alone, mutated by mutmut's own operators: a module's tables, the
values of its classes, properties and other decorated functions.
"""

from __future__ import annotations

import difflib
import typing as t
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
import libcst.matchers as m
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.mutators import operator_arg_removal

from .mutants import changed
from .mutants import Identity
from .mutants import module_of

# Called while a module is imported: mutmut switches a mutant on too late for it.
CALLED_BY_IMPORT = {("config.keys", "_one_of")}
# None of these exists while a program runs, or only under its own name.
NO_BEHAVIOUR = (
    m.Annotation()
    | m.Decorator()
    | m.Import()
    | m.ImportFrom()
    | m.If(
        test=m.OneOf(m.Name("TYPE_CHECKING"), m.Attribute(attr=m.Name("TYPE_CHECKING")))
    )
    | m.AnnAssign(annotation=m.Annotation(m.Attribute(attr=m.Name("TypeAlias"))))
    | m.Assign(
        value=m.Call(func=m.Name("TypeVar") | m.Attribute(attr=m.Name("TypeVar")))
    )
    | m.Call(func=m.Name("cast") | m.Name("len") | m.Name("isinstance"))
)
PREDICTABLE = m.Decorator(m.Name("staticmethod") | m.Name("classmethod"))


@dataclass(frozen=True)
class Change:
    """One module with one change."""

    identity: Identity
    code: str


class _Places(cst.CSTVisitor):
    """Collects the nodes that mutmut leaves alone, each with its function."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.found: list[tuple[str, cst.CSTNode]] = []
        self._names: list[str] = []
        self._is_left_alone = [True]

    def on_visit(self, node: cst.CSTNode) -> bool:
        if m.matches(node, NO_BEHAVIOUR):
            return False
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            self._names.append(node.name.value)
            self._is_left_alone.append(self._leaves_alone(node))
        elif self._is_left_alone[-1] and not self._is_prose(node):
            self.found.append((".".join(self._names), node))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, (cst.FunctionDef, cst.ClassDef)):
            self._names.pop()
            self._is_left_alone.pop()

    def _leaves_alone(self, node: cst.FunctionDef | cst.ClassDef) -> bool:
        if isinstance(node, cst.ClassDef):
            return self._is_left_alone[-1]
        if (self.module, ".".join(self._names)) in CALLED_BY_IMPORT:
            return True
        decorated = [
            each for each in node.decorators if not m.matches(each, PREDICTABLE)
        ]
        return bool(decorated) or (self._is_left_alone[-1] and self._is_nested())

    def _is_nested(self) -> bool:
        # Within a function that mutmut leaves alone, and not just within a class.
        return any(name[0].islower() or name[0] == "_" for name in self._names[:-1])

    def _is_prose(self, node: cst.CSTNode) -> bool:
        # The wording of a table is for people. It is proof-read, not executed.
        return isinstance(node, cst.SimpleString) and " " in node.value


def changes(path: Path) -> t.Iterator[Change]:
    """Every change of a module that mutmut does not try.

    :param path: the module.
    """
    source = path.read_text(encoding="utf-8")
    module = cst.parse_module(source)
    places = _Places(module_of(path))
    module.visit(places)
    for function, node in places.found:
        for kind, operator in mutation_operators:
            if not isinstance(node, kind):
                continue
            # A row of a table that lacks a cell can't be imported.
            if operator is operator_arg_removal and not function:
                continue
            for put in operator(node):
                code = t.cast("cst.Module", module.deep_replace(node, put)).code
                yield Change(_identity(module_of(path), function, source, code), code)


def _identity(module: str, function: str, source: str, code: str) -> Identity:
    difference = difflib.unified_diff(source.split("\n"), code.split("\n"), n=0)
    return Identity(module, function, *changed(difference))
