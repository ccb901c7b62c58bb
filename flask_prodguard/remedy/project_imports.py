"""Follows the imports of a project's files, without running any of them."""

from __future__ import annotations

import ast
import itertools
import typing as t
from collections import deque
from contextlib import suppress
from pathlib import Path

from .source import SCOPES
from .source import statements_in
from .statements import nodes_of
from .statements import read_program

if t.TYPE_CHECKING:
    from collections.abc import Iterator

#: How many lines are read: about a twentieth of a second. What is further away counts
#: as not imported, because a loss that is named in vain does less harm than one that
#: is not named.
LINES = 2_000


class ProjectImports:
    """The files of a project that importing one of them runs.

    :param file: the file that is imported.
    :param folders: where the modules of the project are looked for, besides the folder
        that the file is imported from.
    :param under_way: lines that are being executed. What imports the file calls no
        function that has one of them.
    """

    def __init__(
        self, file: Path, *folders: Path, under_way: t.Iterable[tuple[Path, int]] = ()
    ) -> None:
        self._file = file
        *_, outermost = _with_packages(file)
        is_package = outermost.name == "__init__.py"
        root = outermost.parent.parent if is_package else outermost.parent
        self._folders = tuple(dict.fromkeys((*folders, root)))
        self._under_way = [*under_way]
        self._run: set[Path] | None = None

    def lacks(self, statement: ast.stmt, file: Path) -> bool:
        """Whether a statement imports a file of the project that is not among them.

        :param file: the file that the statement is in.
        """
        named = {*self._imported_by([statement], file)} - {*_with_packages(self._file)}
        return bool(named) and not named <= self.files()

    def files(self) -> set[Path]:
        """All of them, or some of them if there are too many."""
        if self._run is None:
            self._run = self._follow()
        return self._run

    def _follow(self) -> set[Path]:
        found: set[Path] = set()
        left = deque(_with_packages(self._file))
        lines = 0
        while left and lines < LINES:
            file = left.popleft()
            if file not in found:
                found.add(file)
                with suppress(Exception):
                    text, tree = read_program(file)
                    lines += text.count("\n")
                    left += self._imported_by(self._nodes(tree, file), file)
        return found

    def _nodes(self, tree: ast.Module, file: Path) -> Iterator[ast.AST]:
        for stmt in statements_in(tree.body, as_script=False):
            if not isinstance(stmt, SCOPES):
                yield stmt
            # What a function imports, it may import for the first request.
            elif not self._is_under_way(stmt, file):
                yield from nodes_of(stmt)

    def _is_under_way(self, stmt: ast.stmt, file: Path) -> bool:
        lines = [line for each, line in self._under_way if each == file]
        return any(stmt.lineno <= line <= (stmt.end_lineno or 0) for line in lines)

    def _imported_by(self, nodes: t.Iterable[ast.AST], file: Path) -> Iterator[Path]:
        for node in nodes:
            for folder, name in self._modules_named(node, file):
                path = folder.joinpath(*name.split("."))
                candidates = path / "__init__.py", path.with_suffix(".py")
                found = next((each for each in candidates if each.is_file()), None)
                yield from _with_packages(found) if found else ()

    def _modules_named(self, node: ast.AST, file: Path) -> Iterator[tuple[Path, str]]:
        folders, names = self._folders, []
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                folders = (file.parents[node.level - 1],)
            below = [each.name for each in node.names]
            base = node.module or ""
            names = [base, *(f"{base}.{each}".lstrip(".") for each in below)]
        for folder in folders:
            for name in filter(None, names):
                yield folder, name


def _with_packages(file: Path) -> Iterator[Path]:
    """A file, and what importing it runs first: the packages that it is in."""
    packages = (folder / "__init__.py" for folder in file.parents)
    return itertools.chain([file], itertools.takewhile(Path.is_file, packages))
