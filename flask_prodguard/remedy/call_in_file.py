"""Reads what a program that was not started does: the call that starts its server, what
led there, and what it asks of the server.
"""

from __future__ import annotations

import ast
import re
import typing as t
from contextlib import suppress

from ..judging.launch import AS_USUAL
from ..judging.launch import ServerOptions
from .call_site import Caller
from .call_site import Step
from .source import SCOPES
from .source import statements_in
from .start_call import NoWayError
from .start_call import Source

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Their objects are no WSGI apps, and a text doesn't show whose object a name is.
OTHER_APPS = re.compile(
    r"^\s*(?:from|import)\s+(?:dash|jupyter_dash|connexion)\b", re.M
)
# What `SocketIO.run` of Flask-SocketIO 5 is given without a name.
SOCKETIO_PARAMETERS = ("self", "app", "host", "port")


class CallInFile(t.NamedTuple):
    """The call that starts a server, as a file has it."""

    caller: Caller
    #: How the server answers requests.
    serving: ServerOptions
    #: Whether the call is in a function that a thread is given.
    in_thread: bool
    #: Whether every step from the file's first line to the call is known.
    is_whole: bool
    #: Whether the object whose ``run`` is called is an app of Flask for certain.
    is_flask: bool
    #: What importing the file calls that comes to the call, and on which line.
    on_import: tuple[str, int] | None


def read_call(file: Path, line: int, socketio: bool = False) -> CallInFile | None:
    """Read the call on a line that starts a server, if it can be read.

    :param socketio: whether it is Flask-SocketIO's.
    """
    with suppress(NoWayError, OSError, SyntaxError, ValueError):
        source = Source.read(file)
        call = source.call_at(line)
        steps, in_thread, is_whole = _steps(source.tree, file, line)
        into = "flask_socketio" if socketio else None
        parameters = SOCKETIO_PARAMETERS if socketio else ()
        caller = Caller(steps, {}, into, parameters)
        is_flask = not OTHER_APPS.search("\n".join(source.lines))
        on_import = _on_import(source.tree, steps[-1].line) if is_whole else None
        return CallInFile(
            caller, _serving(call), in_thread, is_whole, is_flask, on_import
        )
    return None


def _steps(
    tree: ast.Module, file: Path, line: int
) -> tuple[tuple[Step, ...], bool, bool]:
    found, in_thread, seen = list[Step](), False, set[str]()
    while True:
        function = _function_at(tree, line)
        if function is None:
            return (*found, Step(file, line, "<module>", 1)), in_thread, True
        found.append(Step(file, line, function.name, function.lineno))
        uses = [*_uses(tree, function)] if function.name not in seen else []
        seen.add(function.name)
        if not uses:
            return tuple(found), in_thread, False
        line, is_called = uses[0]
        in_thread |= not is_called


def _on_import(tree: ast.Module, line: int) -> tuple[str, int] | None:
    for stmt in statements_in(tree.body, as_script=False):
        spans = stmt.lineno <= line <= (stmt.end_lineno or stmt.lineno)
        if spans and not isinstance(stmt, SCOPES) and not hasattr(stmt, "body"):
            calls = (node for node in ast.walk(stmt) if isinstance(node, ast.Call))
            names = [ast.unparse(call.func) for call in calls]
            return (f"`{names[0]}()`", stmt.lineno) if names else None
    return None


def _function_at(
    tree: ast.Module, line: int
) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, FUNCTIONS)
        and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    return max(around, key=lambda node: node.lineno, default=None)


def _uses(
    tree: ast.Module, function: ast.FunctionDef | ast.AsyncFunctionDef
) -> Iterator[tuple[int, bool]]:
    """The lines that call a function, or pass it to what calls it."""
    own = {id(node) for node in ast.walk(function)}
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and id(n) not in own]
    for call in calls:
        if _is_named(call.func, function.name):
            yield call.lineno, True
    for call in calls:
        values = [*call.args, *(keyword.value for keyword in call.keywords)]
        if any(_is_named(value, function.name) for value in values):
            yield call.lineno, False


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _serving(call: ast.Call) -> ServerOptions:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    serving = AS_USUAL
    if _constant(given.get("threaded")) is False:
        serving = ServerOptions(threaded=False)
    processes = _constant(given.get("processes"))
    if isinstance(processes, int) and processes > 1:
        serving = ServerOptions(serving.threaded, processes)
    certificate = given.get("ssl_context")
    if certificate is None or _constant(certificate) is None:
        return serving
    files: t.Any = ()
    with suppress(ValueError):
        files = ast.literal_eval(certificate)
    names = files if isinstance(files, (tuple, list)) else ()
    return ServerOptions(
        serving.threaded, serving.processes, True, tuple(map(str, names))
    )


def _constant(node: ast.expr | None) -> object:
    """The value of a constant, ``...`` for anything else."""
    if node is None:
        return None
    return node.value if isinstance(node, ast.Constant) else ...
