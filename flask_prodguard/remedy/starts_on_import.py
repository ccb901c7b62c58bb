"""Finds the statements that start a server whenever a module is imported."""

from __future__ import annotations

import ast
import re
import typing as t

from ..origin import executing_lines
from .code_changes import CALLED
from .code_changes import SPREAD
from .source import blocks_of
from .source import branch_of_scripts
from .source import names_bound_by
from .source import SCOPES
from .source import statements_in
from .statements import nodes_of

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from .source import LoadedModule

IDENTIFIER = re.compile(r"\w+")
STARTERS = frozenset({"run", "run_server", "run_simple"})
SERVERS = frozenset(
    {"make_server", "BaseWSGIServer", "ThreadedWSGIServer", "ForkingWSGIServer"}
)
EXITS = frozenset({"exit", "_exit", "quit"})
STAYS = (*SCOPES, ast.Import, ast.ImportFrom)
# Half of a loop can't be moved, nor half of a `with` block.
WHOLE = (ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith)


class Movable(t.NamedTuple):
    """A statement that does not have to run when the module is imported."""

    node: ast.stmt

    @property
    def lines(self) -> range:
        """Its lines."""
        return range(self.node.lineno, (self.node.end_lineno or self.node.lineno) + 1)

    @property
    def binds(self) -> set[str]:
        """The names that it gives to objects."""
        inner = statements_in([self.node], as_script=True)
        return {name for stmt in inner for name in names_bound_by(stmt)}

    @property
    def reads(self) -> set[str]:
        """The names that it needs."""
        names = (node for node in nodes_of(self.node) if isinstance(node, ast.Name))
        return {name.id for name in names if isinstance(name.ctx, ast.Load)}

    @property
    def call(self) -> str | None:
        """The call that it is, without arguments, because they may be secret."""
        is_call = isinstance(self.node, ast.Expr) and isinstance(
            self.node.value, ast.Call
        )
        return _shown(t.cast("ast.Expr", self.node).value) if is_call else None

    @property
    def ends_process(self) -> bool:
        """Whether nothing runs after it."""
        function = (self.call or "").removesuffix("()").rpartition(".")[2]
        return isinstance(self.node, ast.Raise) or function in EXITS

    def serves(self, apps: set[str]) -> bool:
        """Whether it starts a server, or prepares one."""
        calls = (node for node in nodes_of(self.node) if isinstance(node, ast.Call))
        return any(_serves(call, apps) for call in calls)


def starts_on_import(home: LoadedModule, apps: set[str]) -> list[Movable]:
    """The statements that have to move before a server can import a module: those that
    start another server, because they are doing so now or by their wording, what needs
    them, and what ends the process after them.

    :param apps: what the app may be called in it.
    """
    under_way = executing_lines(home.namespace)
    names = {name for app in apps for name in IDENTIFIER.findall(app)}
    movable = [*_movable(home.statements(names, under_way) or [], apps)]
    named = [each for each in movable if each.serves(apps)]
    # Of several on one line, only one is under way.
    under_way -= {line for each in named for line in each.lines}
    found: list[Movable] = []
    made: set[str] = set()
    for each in movable:
        starts = each in named or not under_way.isdisjoint(each.lines)
        if starts or each.reads & made or (found and each.ends_process):
            found.append(each)
            made |= each.binds
    return found


def how_to_move(found: list[Movable], file: str) -> str:
    """Say what to do about statements that start a server."""
    call = found[0].call
    if call and len(found) == 1:
        return CALLED.format(file=file, call=call, line=found[0].lines[0])
    ranges = _joined([each.lines for each in found])
    *others, last = map(_range, ranges)
    shown = f"{', '.join(others)} and {last}" if others else last
    if sum(map(len, ranges)) == 1:
        return SPREAD.format(file=file, lines=f"line {shown}", those="that line")
    return SPREAD.format(file=file, lines=f"lines {shown}", those="those lines")


def _joined(all_lines: list[range]) -> list[range]:
    joined = [all_lines[0]]
    for lines in all_lines[1:]:
        before = joined[-1]
        if lines.start <= before.stop:
            joined[-1] = range(before.start, max(before.stop, lines.stop))
        else:
            joined.append(lines)
    return joined


def _range(lines: range) -> str:
    return f"{lines[0]} to {lines[-1]}" if len(lines) > 1 else str(lines[0])


def _movable(body: list[ast.stmt], kept: set[str]) -> Iterator[Movable]:
    for stmt in body:
        inner = [*statements_in([stmt], as_script=True)]
        has_blocks = len(inner) > 1
        is_needed = any(
            isinstance(each, STAYS) or kept & {*names_bound_by(each)} for each in inner
        )
        if has_blocks and (is_needed or not isinstance(stmt, WHOLE)):
            for block in blocks_of(stmt, branch_of_scripts(stmt)):
                yield from _movable(block, kept)
        elif not is_needed:
            yield Movable(stmt)


def _serves(call: ast.Call, apps: set[str]) -> bool:
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    receivers = [call.func.value] if isinstance(call.func, ast.Attribute) else []
    involved = {*map(_shown, [*receivers, *arguments])}
    function = _shown(call.func).rpartition(".")[2]
    # As in Thread(target=app.run).
    targets = {f"{app}.{starter}" for app in apps for starter in STARTERS}
    named = function in STARTERS | SERVERS and involved & apps
    return bool(named or {*map(_shown, arguments)} & targets)


def _shown(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_shown(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return f"{_shown(node.func)}()"
    return "..."
