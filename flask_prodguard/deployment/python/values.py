"""The values of a program that is followed without running it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from dataclasses import field

if t.TYPE_CHECKING:
    import ast


@dataclass(frozen=True)
class Known:
    """A value that is known."""

    value: t.Any
    #: Whether it counts only if no variable says otherwise.
    assumed: bool = False


@dataclass(frozen=True)
class Unknown:
    """A value that can't be known, and why."""

    why: str
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.why}" if self.file else self.why


@dataclass(eq=False)
class Listed:
    """A list or a tuple."""

    items: list[Value]


@dataclass(eq=False)
class Mapped:
    """A dictionary with keys that are known."""

    items: dict[t.Any, Value]


@dataclass(eq=False)
class External:
    """Something of another package, by the path that leads to it. A pair of brackets is
    what a call returns, for example ``flask.Flask()``.
    """

    path: str
    #: What it was made with.
    positional: tuple[Value, ...] = ()
    named: dict[str, Value] = field(default_factory=dict)
    #: What was set on it.
    attributes: dict[str, Value] = field(default_factory=dict)
    #: What it is an attribute of.
    owner: External | None = None


@dataclass(eq=False)
class Module:
    """A module of the project, once it is run."""

    name: str
    file: str
    scope: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Deferred:
    """A name of a module of the project. The module runs once the name is needed: a
    program imports far more than its start needs.
    """

    module: str
    #: The name in the module, or the module itself.
    name: str | None = None


@dataclass(eq=False)
class Function:
    """A function of the project."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    module: Module
    #: The scope that it is defined in, if that is another function's.
    outer: dict[str, Value] | None = None
    #: The object whose method it is.
    instance: Instance | None = None
    #: What click makes of it, and the decorators that name its options.
    command: Command | None = None
    options: list[External] = field(default_factory=list)


@dataclass(eq=False)
class Command:
    """A command of click or typer."""

    name: str
    #: Whether it has the commands of ``flask`` as well.
    is_flask: bool = False
    #: Whether its options are the function's parameters.
    is_typer: bool = False
    #: The commands below it.
    inner: dict[str, Value] = field(default_factory=dict)


@dataclass(eq=False)
class Class:
    """A class of the project."""

    node: ast.ClassDef
    module: Module
    bases: list[Value]
    scope: dict[str, Value]


@dataclass(eq=False)
class Instance:
    """An object of a class of the project."""

    of: Class
    attributes: dict[str, Value] = field(default_factory=dict)
    #: The same object, as its base class of another package made it.
    external: External | None = None


Value: t.TypeAlias = (
    Known
    | Unknown
    | Listed
    | Mapped
    | External
    | Module
    | Deferred
    | Function
    | Class
    | Instance
)
NOTHING = Known(None)


def external_base(of: Class) -> External | None:
    """The class of another package that a class inherits from, if there is one."""
    for base in of.bases:
        if isinstance(base, External):
            return base
        found = external_base(base) if isinstance(base, Class) else None
        if found is not None:
            return found
    return None


def truth(value: Value) -> bool | None:
    """Whether a value counts as true, ``None`` if that can't be known for certain."""
    if isinstance(value, Known):
        return None if value.assumed else bool(value.value)
    if isinstance(value, (Listed, Mapped)):
        return bool(value.items)
    if isinstance(value, (Function, Class, Module, Instance)):
        return True
    return None


def joined(one: Value, other: Value, why: Unknown) -> Value:
    """The value of a name after two branches, ``why`` if they disagree."""
    if one is other or one == other:
        return one
    if isinstance(one, External) and isinstance(other, External):
        return one if one.path == other.path else why
    return why
