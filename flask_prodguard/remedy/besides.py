"""Finds what a program does besides serving an app, which a server that imports the app
would not do.
"""

from __future__ import annotations

import ast
import typing as t
from contextlib import suppress

from .project_imports import ProjectImports
from .source import branch_of_imports
from .source import statements_in
from .statements import nodes_of
from .statements import read_program

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..judging.launch import ImportPath
    from .call_site import Caller
    from .call_site import Step

ONLY_AS_SCRIPT = "{file} {lines} only when the file is run as a script."
ONLY_IF_IMPORTED = "{file} {lines} only when the file is not run as a script."
ONLY_IN_FUNCTION = "{file} {lines} only in {function}()."
READS_ARGUMENTS = (
    "{file} line {line} reads the command line when it is imported, and would be given"
    " the server's own."
)
IN_PROCESS = (
    "The server starts in a process of its own: what else {file} does would not be"
    " started."
)
IN_THREAD = "The server starts in a thread: what else {file} does would not be started."

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Calls whose results no request could need.
WITHOUT_EFFECT = frozenset(
    {
        *("int", "str", "float", "bool", "len", "lower", "strip", "format", "print"),
        *("get", "getenv", "exit", "_exit", "abspath", "dirname", "join", "Path"),
        *("ArgumentParser", "OptionParser", "parse_args", "parse_known_args"),
        *("add_argument", "add_option", "add_argument_group"),
        *("add_mutually_exclusive_group", "gethostname", "gethostbyname"),
        *("isatty", "flush", "echo", "secho"),
    }
)
READ_ARGUMENTS = frozenset({"parse_args", "parse_known_args", "docopt"})


def find_losses(
    caller: Caller | None,
    app_file: Path | None,
    path: ImportPath,
    folder: Path,
    in_thread: bool = False,
    script: Path | None = None,
    in_child: bool = False,
    roots: t.Iterable[Path] = (),
) -> tuple[str, ...]:
    """What importing the app would do differently, in sentences. Never raises.

    :param caller: the code that starts the server.
    :param app_file: the file that a server imports.
    :param path: how it does.
    :param folder: where the program was started.
    :param in_thread: whether the server starts beside something else.
    :param in_child: whether another process of the program has started this one.
    :param roots: where else the modules of the project are looked for.
    """
    found: list[str] = []
    steps = caller.steps if caller else ()
    roots = (folder, *roots, *(each.parent for each in (script,) if each))
    under_way = [(step.file, step.line) for step in steps]
    imports = None
    if app_file is not None:
        imports = ProjectImports(app_file, *roots, under_way=under_way)
    for step in steps:
        with suppress(Exception):
            found += _of_step(step, app_file, path, folder, imports)
    if (in_thread or in_child) and script is not None:
        sentence = IN_THREAD if in_thread else IN_PROCESS
        found.append(sentence.format(file=_shown(script, folder)))
    with suppress(Exception):
        if app_file and script and script.samefile(app_file):
            found += _done_if_imported(script, folder)
    files = dict.fromkeys(each for each in (app_file, script) if each)
    for file in (*files, *(sorted(imports.files() - {*files}) if imports else ())):
        with suppress(Exception):
            found += _arguments_read_by(file, folder)
    return tuple(dict.fromkeys(found))


def adds_to(script: Path, app_file: Path) -> bool:
    """Whether importing a script does something that importing the file of its app does
    not, and leaves the command line alone.

    :param script: the file that is run.
    :param app_file: the file that its app is in.
    """
    imports = ProjectImports(app_file, script.parent)
    body = read_program(script)[1].body
    return not any(_arguments_read_by(script, script.parent)) and any(
        _adds(each, script, imports) for each in statements_in(body, as_script=False)
    )


def _adds(stmt: ast.stmt, script: Path, imports: ProjectImports) -> bool:
    if isinstance(stmt, (ast.Import, ast.ImportFrom)):
        return imports.lacks(stmt, script)
    return _has_effect(stmt)


def _has_effect(stmt: ast.stmt) -> bool:
    if isinstance(stmt, (*FUNCTIONS, ast.ClassDef)):
        return bool(stmt.decorator_list)
    is_simple = isinstance(stmt, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr))
    return is_simple and not _is_without_effect(stmt, WITHOUT_EFFECT)


def _of_step(
    step: Step,
    app_file: Path | None,
    path: ImportPath,
    folder: Path,
    imports: ProjectImports | None,
) -> Iterator[str]:
    _, tree = read_program(step.file)
    body, is_module = _body_of(tree, step), step.function == "<module>"
    if body is None:
        return
    leaves = [*_leaves(body, step.line)]
    if is_module and app_file is not None and step.file.samefile(app_file):
        imported = {id(each) for each in statements_in(tree.body, as_script=False)}
        leaves = [each for each in leaves if id(each) not in imported]
    work = [*_work_in(leaves, tree, step, path, is_module)]
    if imports is not None:
        work += [each for each in leaves if imports.lacks(each, step.file)]
    if work:
        lines = _lines(work)
        shown = _shown(step.file, folder)
        text = ONLY_AS_SCRIPT if is_module else ONLY_IN_FUNCTION
        yield text.format(file=shown, lines=lines, function=step.function)


def _body_of(tree: ast.Module, step: Step) -> list[ast.stmt] | None:
    if step.function == "<module>":
        return tree.body
    functions = [node for node in nodes_of(tree) if isinstance(node, FUNCTIONS)]
    for node in functions:
        if node.name == step.function and _spans([node], step.line):
            return node.body
    return None


def _leaves(body: list[ast.stmt], line: int) -> Iterator[ast.stmt]:
    """The statements of a body that run besides the one on a line."""
    for stmt in body:
        is_under_way = stmt.lineno <= line <= (stmt.end_lineno or 0)
        if isinstance(stmt, ast.If) and is_under_way:
            blocks = [stmt.body, stmt.orelse]
            yield from _leaves(next(b for b in blocks if _spans(b, line)), line)
        elif isinstance(stmt, ast.Try):
            yield from _leaves([*stmt.body, *stmt.orelse, *stmt.finalbody], line)
        elif isinstance(stmt, (ast.If, ast.With, ast.For, ast.While)):
            yield from _leaves([*stmt.body, *getattr(stmt, "orelse", [])], line)
        elif not is_under_way:
            yield stmt


def _spans(block: t.Sequence[ast.stmt], line: int) -> bool:
    return bool(block) and block[0].lineno <= line <= (block[-1].end_lineno or 0)


def _work_in(
    leaves: list[ast.stmt],
    tree: ast.Module,
    step: Step,
    path: ImportPath,
    is_module: bool,
) -> Iterator[ast.stmt]:
    known = WITHOUT_EFFECT | ({path.attribute} if path.factory else set())
    own = {id(node) for leaf in leaves for node in nodes_of(leaf)}
    # Names that are read by something that isn't next to the call, such as a view.
    names = [node for node in nodes_of(tree) if isinstance(node, ast.Name)]
    needed = {
        node.id
        for node in names
        if isinstance(node.ctx, ast.Load)
        and id(node) not in own
        and not _is_on(node, step.line)
    }
    shared = {
        name for leaf in leaves if isinstance(leaf, ast.Global) for name in leaf.names
    }
    inputs = {node.id for node in names if _is_on(node, step.line)}
    for leaf in reversed(leaves):
        bound = _names_bound(leaf)
        if isinstance(leaf, (ast.Import, ast.ImportFrom, *FUNCTIONS, ast.ClassDef)):
            # A decorator may register the function, as @app.get("/") does.
            is_decorated = bool(getattr(leaf, "decorator_list", None))
            is_work = is_decorated or (is_module and bool(bound & needed))
        elif bound and not isinstance(leaf, ast.AugAssign):
            is_kept = bool(bound & (needed if is_module else shared))
            is_input = bool(bound & inputs)
            is_work = is_kept or not (is_input or _is_without_effect(leaf, known))
            if is_input and not is_work:
                inputs |= _names_read(leaf)
        else:
            is_work = not _is_without_effect(leaf, known)
        if is_work:
            yield leaf


def _is_on(node: ast.expr, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or 0)


def _names_bound(leaf: ast.stmt) -> set[str]:
    """The plain names that a statement binds, unless it sets anything else."""
    if isinstance(leaf, (ast.Import, ast.ImportFrom)):
        return {each.asname or each.name.partition(".")[0] for each in leaf.names}
    if isinstance(leaf, (*FUNCTIONS, ast.ClassDef)):
        return {leaf.name}
    if isinstance(leaf, ast.Assign):
        targets = leaf.targets
    elif isinstance(leaf, (ast.AnnAssign, ast.AugAssign)):
        targets = [leaf.target]
    else:
        return set()
    nodes = [node for target in targets for node in ast.walk(target)]
    if any(isinstance(node, (ast.Attribute, ast.Subscript)) for node in nodes):
        return set()
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def _names_read(leaf: ast.stmt) -> set[str]:
    return {
        node.id
        for node in nodes_of(leaf)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def _is_without_effect(leaf: ast.stmt, known: set[str] | frozenset[str]) -> bool:
    if isinstance(leaf, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        if not _names_bound(leaf):
            return False
    elif isinstance(leaf, ast.Delete):
        return False
    calls = [node for node in nodes_of(leaf) if isinstance(node, ast.Call)]
    return all(_name(call.func) in known for call in calls)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _lines(work: list[ast.stmt]) -> str:
    numbers = sorted(
        {
            number
            for leaf in work
            for number in range(leaf.lineno, (leaf.end_lineno or leaf.lineno) + 1)
        }
    )
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    shown = [f"{a}-{b}" if a != b else f"{a}" for a, b in ranges]
    *others, last = shown
    listed = f"{', '.join(others)} and {last}" if others else last
    return f"lines {listed} run" if len(numbers) > 1 else f"line {listed} runs"


def _done_if_imported(script: Path, folder: Path) -> Iterator[str]:
    work = [
        stmt
        for each in statements_in(read_program(script)[1].body, as_script=False)
        for stmt in statements_in(branch_of_imports(each), as_script=False)
        if isinstance(stmt, (ast.Import, ast.ImportFrom)) or _has_effect(stmt)
    ]
    if work:
        shown, lines = _shown(script, folder), _lines(work)
        yield ONLY_IF_IMPORTED.format(file=shown, lines=lines)


def _arguments_read_by(file: Path, folder: Path) -> Iterator[str]:
    for stmt in statements_in(read_program(file)[1].body, as_script=False):
        for node in _own_parts(stmt):
            is_call = isinstance(node, ast.Call) and _name(node.func) in READ_ARGUMENTS
            if is_call or (
                isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.argv"
            ):
                yield READS_ARGUMENTS.format(
                    file=_shown(file, folder), line=stmt.lineno
                )
                break


def _own_parts(stmt: ast.stmt) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(stmt):
        if not isinstance(child, (ast.stmt, ast.Lambda)):
            yield from ast.walk(child)


def _shown(file: Path, folder: Path) -> str:
    return str(file.relative_to(folder) if file.is_relative_to(folder) else file)
