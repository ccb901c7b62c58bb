"""Reads loaded modules: the name that imports them, and what importing them does."""

from __future__ import annotations

import ast
import sys
import typing as t
from dataclasses import dataclass
from importlib.machinery import all_suffixes
from pathlib import Path

from ..attributes import attributes_of
from ..origin import is_executing
from .code_changes import MOVE
from .code_changes import NO_FILE
from .code_changes import RENAME
from .code_changes import SHADOWED
from .paths import script
from .statements import read_statements

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping
    from types import ModuleType

STAR = "*"
MAIN_MODULES = ("__main__", "__mp_main__")
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
BLOCKS = ("body", "orelse", "finalbody")
CLAUSES = ("handlers", "cases")
SERVERS = frozenset({"gunicorn", "waitress"})


@dataclass(frozen=True)
class LoadedModule:
    """A module of this process, and the name by which a server imports it."""

    module: ModuleType | None
    name: str
    file: Path | None
    #: Why no server can import it.
    obstacle: str | None = None
    #: Whether the obstacle is the file's name alone.
    to_be_renamed: bool = False

    @property
    def namespace(self) -> Mapping[str, t.Any]:
        return attributes_of(self.module)

    def statements(
        self, names: t.Iterable[str], numbers: t.Iterable[int] = ()
    ) -> list[ast.stmt] | None:
        """Its statements about some names, or ``None`` if its source can't be read.

        :param numbers: lines whose statements are always included.
        """
        return read_statements(self.namespace, frozenset(names), frozenset(numbers))

    def binds(self, name: str, *, as_script: bool = False) -> bool:
        """Check whether importing the module binds a global name to an object.

        ``app = None`` doesn't: that is a placeholder, not an app. A module without
        source is given the benefit of the doubt.

        :param as_script: Whether to count what is bound only if the file is run.
        """
        body = self.statements([name])
        if body is None:
            return True
        return binds(body, name, self.namespace, as_script=as_script)


def binds(
    body: list[ast.stmt],
    name: str,
    namespace: Mapping[str, t.Any],
    *,
    as_script: bool = False,
) -> bool:
    """Check whether importing a module binds a global name to an object.

    :param body: its statements.
    :param namespace: its global names, if it is loaded.
    :param as_script: whether to count what is bound only if the file is run.
    """
    statements = [*statements_in(body, as_script=as_script)]
    bound = {each for stmt in statements for each in names_bound_by(stmt)}
    if not bound.isdisjoint({name, STAR}):
        return True
    return name in _set_by(statements, body, namespace)


def _set_by(
    statements: list[ast.stmt], body: list[ast.stmt], namespace: Mapping[str, t.Any]
) -> Iterator[str]:
    """The global names that are set by the functions that statements call."""
    called = {
        node.func.id
        for stmt in statements
        for node in expressions_of(stmt)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    for each in statements_in(body, as_script=True):
        # A function that runs until the end can't be called while importing.
        if (
            isinstance(each, ast.FunctionDef)
            and each.name in called
            and not is_executing(namespace.get(each.name))
        ):
            yield from _globals_set_in(each)


def locate_module(key: str) -> LoadedModule:
    """Find out by which name a server imports a module of this process.

    :param key: The module's name in :data:`sys.modules`.
    """
    module = sys.modules.get(key)
    file = attributes_of(module).get("__file__")
    name = key
    if key in MAIN_MODULES:
        # `python -m shop` runs shop.__main__, and a folder or zip file `__main__`.
        name = getattr(attributes_of(module).get("__spec__"), "name", key)
        file = file or script()
    if name not in MAIN_MODULES:
        return LoadedModule(module, name, Path(file).absolute() if file else None)
    if not file or str(file).startswith("<"):  # such as <stdin>
        return LoadedModule(module, "app", None, NO_FILE)
    return locate_script(module, Path(file).resolve())


def locate_script(module: ModuleType | None, file: Path) -> LoadedModule:
    """Find out by which name a server imports a file that is run as a script.

    :param module: the module that it is, if it is loaded.
    """
    stem = file.stem.replace(".", "_")
    obstacle, renamed = None, False
    if file.name == "__main__.py":
        stem = "wsgi"
        obstacle = MOVE.format(file=f"{file.parent.name}/{file.name}", new=stem)
    elif file.suffix not in all_suffixes() or "." in file.stem:
        renamed = True
        obstacle = RENAME.format(file=file.name, new=stem)
    elif _is_shadowed(file):
        renamed, stem = True, f"{stem}_app"
        obstacle = SHADOWED.format(name=file.stem, file=file.name, new=stem)
    new = file.with_name(f"{stem}.py") if obstacle else file
    return LoadedModule(module, stem, new, obstacle, renamed)


def _is_shadowed(file: Path) -> bool:
    # A package takes precedence over a file, and what a server itself has imported over
    # both.
    is_package = file.with_suffix("").joinpath("__init__.py").is_file()
    return is_package or file.stem in {*sys.stdlib_module_names, *SERVERS}


def statements_in(body: list[ast.stmt], *, as_script: bool) -> Iterator[ast.stmt]:
    """The statements of a body and of the blocks in it, but not of functions.

    :param as_script: whether to count what happens only if the file is run.
    """
    for stmt in body:
        yield stmt
        if not isinstance(stmt, SCOPES):
            skipped = None if as_script else branch_of_scripts(stmt)
            for block in blocks_of(stmt, skipped):
                yield from statements_in(block, as_script=as_script)


def blocks_of(stmt: ast.stmt, skipped: str | None) -> Iterator[list[ast.stmt]]:
    """The blocks of a statement such as ``try``.

    :param skipped: the field of a block that does not count.
    """
    for field in BLOCKS:
        if field != skipped:
            yield getattr(stmt, field, [])
    for field in CLAUSES:
        for clause in getattr(stmt, field, []):
            yield clause.body


def branch_of_scripts(stmt: ast.stmt) -> str | None:
    """The field of the block that happens only if the file is run."""
    if not isinstance(stmt, ast.If):
        return None
    if _compares_with_main(stmt.test, ast.NotEq):
        return "orelse"
    both = isinstance(stmt.test, ast.BoolOp) and isinstance(stmt.test.op, ast.And)
    conditions = t.cast("ast.BoolOp", stmt.test).values if both else [stmt.test]
    guarded = any(_compares_with_main(condition, ast.Eq) for condition in conditions)
    return "body" if guarded else None


def branch_of_imports(stmt: ast.stmt) -> list[ast.stmt]:
    """The block of a statement that happens only if the file is not run."""
    field = branch_of_scripts(stmt)
    others = {"body": "orelse", "orelse": "body"}
    return getattr(stmt, others[field]) if field else []


def _compares_with_main(test: ast.expr, operator: type[ast.cmpop]) -> bool:
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    operands = {ast.unparse(test.left), ast.unparse(test.comparators[0])}
    return isinstance(test.ops[0], operator) and operands == {"__name__", "'__main__'"}


def expressions_of(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a statement, but not the statements and functions in it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.stmt, ast.Lambda)):
            yield child
            yield from expressions_of(child)


def _globals_set_in(function: ast.FunctionDef) -> set[str]:
    inner = [*statements_in(function.body, as_script=True)]
    declared = {
        name for stmt in inner if isinstance(stmt, ast.Global) for name in stmt.names
    }
    return declared.intersection(
        name for stmt in inner for name in names_bound_by(stmt)
    )


def names_bound_by(stmt: ast.stmt) -> list[str]:
    """The global names that a statement itself binds to an object."""
    within = [
        node.target.id
        for node in expressions_of(stmt)
        if isinstance(node, ast.NamedExpr) and not isinstance(node.value, ast.Constant)
    ]
    if isinstance(stmt, SCOPES):
        return [stmt.name, *within]
    if isinstance(stmt, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.partition(".")[0] for alias in stmt.names]
    targets = [
        node.id
        for target in _targets(stmt)
        for node in ast.walk(target)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    return [*targets, *within]


def _targets(stmt: ast.stmt) -> list[ast.expr]:
    if isinstance(stmt, (ast.Assign, ast.AnnAssign)):
        if stmt.value is None or isinstance(stmt.value, ast.Constant):
            return []
        return stmt.targets if isinstance(stmt, ast.Assign) else [stmt.target]
    if isinstance(stmt, (ast.For, ast.AsyncFor)):
        return [stmt.target]
    if isinstance(stmt, (ast.With, ast.AsyncWith)):
        return [item.optional_vars for item in stmt.items if item.optional_vars]
    return []
