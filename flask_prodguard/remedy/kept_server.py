"""Follows a server that a program makes in one place and starts or stops in another:
each of these places has to change if waitress is to take the server's place.
"""

from __future__ import annotations

import ast
import typing as t

from .start_call import function_name
from .start_call import NoWayError
from .statements import nodes_of

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from .start_call import Source

# What waitress calls the methods of Werkzeug's server: `BaseWSGIServer` of waitress
# 3.0's src/waitress/server.py (read 2026-11-27).
METHODS = {"serve_forever": "run", "shutdown": "close", "server_close": "close"}
# A longer change is none that a person would read in a terminal.
LINES = 30


class KeptServer(t.NamedTuple):
    """A server that a name or an attribute keeps."""

    #: The call that makes it.
    call: ast.Call
    #: Where its methods are, each with the name that waitress has for it.
    methods: tuple[tuple[ast.Attribute, str], ...]


def find_kept_server(source: Source, start: ast.Call) -> KeptServer | None:
    """The server that a call makes or starts, if it is kept in between.

    :param start: the call of ``make_server`` or ``serve_forever``.
    :raises NoWayError: more is done with it than waitress's server can do.
    """
    name, kept = function_name(start), None
    stores = [*_stores(source)]
    if name == "make_server":
        kept = next((text for text, made in stores if made is start), None)
    elif name == "serve_forever" and isinstance(start.func, ast.Attribute):
        kept = source.text(start.func.value)
    made = [each for text, each in stores if text == kept]
    if kept is None or not made:
        return None
    if len(made) != 1:
        raise NoWayError
    methods = tuple(_methods(source, kept))
    lines = [node.lineno for node, _ in methods]
    first, last = min([*lines, made[0].lineno]), max([*lines, made[0].lineno])
    is_beside = any(
        made[0].lineno <= line <= (made[0].end_lineno or 0) for line in lines
    )
    if not lines or is_beside or last - first > LINES:
        raise NoWayError
    return KeptServer(made[0], methods)


def _stores(source: Source) -> Iterator[tuple[str, ast.Call]]:
    for node in nodes_of(source.tree):
        made = node.value if isinstance(node, ast.Assign) else None
        if isinstance(made, ast.Call) and function_name(made) == "make_server":
            for target in t.cast("ast.Assign", node).targets:
                yield source.text(target), made


def _methods(source: Source, kept: str) -> Iterator[tuple[ast.Attribute, str]]:
    """What is called of the server, if nothing else is done with it."""
    nodes = nodes_of(source.tree)
    # Whether there is one may be asked, and waitress's methods have no parameters.
    asked = {id(test) for node in nodes for test in _asked_by(node)}
    calls = (node for node in nodes if isinstance(node, ast.Call))
    with_arguments = {id(call.func) for call in calls if call.args or call.keywords}
    uses = {
        id(node)
        for node in nodes
        if isinstance(node, (ast.Name, ast.Attribute))
        and isinstance(node.ctx, ast.Load)
        and id(node) not in asked
        and ast.unparse(node) == kept
    }
    for node in nodes:
        if isinstance(node, ast.Attribute) and (
            id(node.value) in uses or _is_from_outside(node, kept)
        ):
            if node.attr not in METHODS or id(node) in with_arguments:
                raise NoWayError
            uses.discard(id(node.value))
            yield node, METHODS[node.attr]
    if uses:
        raise NoWayError


def _asked_by(node: ast.AST) -> t.Iterator[ast.expr]:
    if isinstance(node, (ast.If, ast.While)):
        yield node.test
    elif isinstance(node, ast.Compare):
        yield node.left


def _is_from_outside(method: ast.Attribute, kept: str) -> bool:
    """Whether it is a method of `thread.server`, for a server kept as `self.server`."""
    of = method.value
    is_named = isinstance(of, ast.Attribute) and kept.endswith(f".{of.attr}")
    return is_named and method.attr in METHODS and ast.unparse(of) != kept
