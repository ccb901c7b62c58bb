"""The state of a program that is followed, and what a call in it can use."""

from __future__ import annotations

import abc
import ast
import typing as t
from dataclasses import dataclass
from dataclasses import field

from ..dotenv import read_dotenv
from ..file_system import find_file
from .serving import Call
from .serving import Serving
from .values import Known
from .values import NOTHING
from .values import Unknown
from .values import Value

if t.TYPE_CHECKING:
    from .modules import Modules
    from .values import External
    from .values import Function
    from .values import Module

Scope: t.TypeAlias = dict[str, Value]
#: The place of a call that no line of the program makes.
NOWHERE = ast.Pass(lineno=0, col_offset=0)


class Returned(Exception):  # noqa: N818
    """A function returned."""

    def __init__(self, value: Value) -> None:
        self.value = value


class Ended(Exception):  # noqa: N818
    """The program ended."""


@dataclass
class Frame:
    """What is known at a statement."""

    module: Module
    scope: Scope
    #: The scope of the function that this one is defined in.
    outer: Scope | None = None
    #: How many conditions could not be decided before the function was called.
    conditions: int = 0
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    #: What the function may have returned in a branch.
    returned: list[Value] = field(default_factory=list)


class Change(t.NamedTuple):
    """A value of an attribute or a variable, before a branch or after it."""

    into: dict[t.Any, t.Any]
    #: ``None`` for one that is not set.
    value: t.Any


#: By the object and the name.
Changes: t.TypeAlias = dict[tuple[int, t.Any], Change]


class Following(abc.ABC):
    """A program that is followed.

    :param argv: its words, its own name first.
    :param environ: the variables that files set for it.
    :param packages: the packages that it can import, and what is asked of their
        version, or ``None`` if that can't be known.
    """

    def __init__(
        self,
        modules: Modules,
        argv: t.Sequence[str],
        environ: dict[str, str],
        packages: t.Mapping[str, str] | None,
    ) -> None:
        self.modules = modules
        self.argv: tuple[str, ...] = tuple(argv)
        self.environ = environ
        self.packages = packages
        self.servings: list[Serving] = []
        #: Calls that can't be followed.
        self.lost: list[Unknown] = []
        #: Modules of the project that can't be read.
        self.unread: list[Unknown] = []
        #: Commands that it starts.
        self.spawned: list[tuple[tuple[str, ...], Unknown]] = []
        #: The packages that were imported.
        self.imported: set[str] = set()
        #: Whether Flask was seen.
        self.flask: bool = False
        #: The conditions around this point that could not be decided.
        self.conditions: list[Unknown] = []
        #: What a branch has set, each with the value before it.
        self.changes: Changes = {}
        #: The module that runs as a script.
        self.main: Module | None = None
        self.loaded: dict[str, Module] = {}
        #: Objects, each with the last function that returned it without arguments.
        self.made: list[tuple[Value, Function]] = []
        self.steps: int = 0
        self.depth: int = 0

    @property
    def condition(self) -> Unknown | None:
        """What could not be decided, if this may not be reached."""
        return self.conditions[0] if self.conditions else None

    def unknown(self, why: str, node: ast.AST, frame: Frame) -> Unknown:
        """A value that can't be known."""
        return Unknown(why, frame.module.file, getattr(node, "lineno", 0))

    def put(self, into: dict[t.Any, t.Any], key: t.Any, value: object) -> None:
        """Set something that counts beyond the function that sets it.

        :param into: the attributes of an object, or the variables.
        """
        if self.conditions:
            self.changes.setdefault((id(into), key), Change(into, into.get(key)))
        into[key] = value

    def variable(self, name: str) -> Value | None:
        """What a variable is, if files or the program set it."""
        text = self.environ.get(name)
        if text is None:
            return None
        return Unknown(f"{name} can't be known") if "$" in text else Known(text)

    def in_branch(self, frame: Frame) -> bool:
        """Whether a condition of this function could not be decided."""
        return len(self.conditions) > frame.conditions

    def end(self) -> None:
        """End the program, unless a condition decides whether it ends."""
        if not self.conditions:
            raise Ended

    def spawn(self, words: t.Sequence[str], frame: Frame, node: ast.AST) -> None:
        """Note a command that the program starts."""
        why = self.unknown("it starts another program", node, frame)
        self.spawned.append((tuple(words), why))

    def dotenv(self) -> dict[str, str]:
        """The variables of ``.env``."""
        start = self.modules.start
        file = find_file(
            self.modules.project, start.files, ".env", start.working_directory
        )
        return read_dotenv(self.modules.project, file) if file else {}

    def load_dotenv(self) -> None:
        """Set the variables of ``.env``, except those that are set already."""
        found = self.dotenv()
        for name in found.keys() - self.environ.keys():
            self.put(self.environ, name, found[name])

    def note_unread(self, file: str) -> Unknown:
        """Note a module that can't be read: it may do anything."""
        found = Unknown(f"it {self.modules.project.skipped[file].reason}", file, 1)
        self.unread.append(found)
        return found

    @abc.abstractmethod
    def load(self, name: str) -> Module | None:
        """Import a module of the project, if it has such a module."""

    @abc.abstractmethod
    def block(self, body: t.Sequence[ast.stmt], frame: Frame) -> None:
        """Run statements."""

    @abc.abstractmethod
    def value(self, node: ast.expr, frame: Frame) -> Value:
        """The value of an expression."""

    @abc.abstractmethod
    def attribute(
        self, owner: Value, name: str, node: ast.AST, frame: Frame | None = None
    ) -> Value:
        """An attribute of a value."""

    @abc.abstractmethod
    def call(
        self,
        function: Value,
        positional: list[Value],
        named: dict[str, Value],
        frame: Frame,
        node: ast.AST,
    ) -> Value:
        """Call a value."""


class FollowedCall(t.NamedTuple):
    """A call: what is called, with what, and where."""

    program: Following
    function: External
    positional: list[Value]
    named: dict[str, Value]
    frame: Frame
    node: ast.AST

    def argument(self, at: int, name: str) -> Value | None:
        """An argument, if it is given.

        :param at: its place among those without a name.
        """
        if name in self.named:
            return self.named[name]
        if at < len(self.positional):
            return self.positional[at]
        return self.named.get("**")

    def unknown(self, why: str) -> Unknown:
        """A value that can't be known."""
        return self.program.unknown(why, self.node, self.frame)

    def serve(self, server: str, call: Call = Call.OTHER, **values: t.Any) -> Value:
        """Note that the call serves."""
        self.program.servings.append(
            Serving(
                server,
                call,
                self.frame.module.file,
                getattr(self.node, "lineno", 0),
                condition=self.program.condition,
                **values,
            )
        )
        return NOTHING


Handler: t.TypeAlias = t.Callable[[FollowedCall], "Value | None"]


def source_of(node: ast.AST) -> str:
    """The source code of a node, short enough for a sentence."""
    text = ast.unparse(node)
    first = text.splitlines()[0] if text else ""
    return first if len(first) <= 50 else f"{first[:47]}..."
