"""Parses Python without its warnings, and without touching those of the program."""

from __future__ import annotations

import ast
import re
import warnings

# The name that Python's warnings give to what is parsed here.
PARSED = "<parsed by flask_prodguard>"
PARSED_MODULE = re.escape(PARSED)


def parse(source: str) -> ast.Module:
    """The syntax tree of a module.

    :raises SyntaxError: it isn't Python.
    """
    _ignore_warnings()
    return ast.parse(source, PARSED)


def parse_expression(source: str) -> ast.expr:
    """The syntax tree of an expression.

    :raises SyntaxError: it isn't one.
    """
    _ignore_warnings()
    return ast.parse(source, PARSED, "eval").body


def parsed(source: str) -> ast.Module | None:
    """The syntax tree of a module, if it has one."""
    try:
        return parse(source.removeprefix("\ufeff"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _ignore_warnings() -> None:
    # Python has already warned about what is odd in a program. This filter stays, as it
    # is for nothing else: ``catch_warnings()`` would put back the filters of every
    # thread, and where two threads are in it at a time, leave its own in place.
    warnings.filterwarnings("ignore", module=PARSED_MODULE)
