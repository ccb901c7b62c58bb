"""Reads the source of a module into statements: all of them, or those of a long file
that matter.
"""

from __future__ import annotations

import ast
import functools
import linecache
import re
import tokenize
import typing as t

from ..deployment.python.syntax import parse

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping
    from pathlib import Path

# How much is parsed in about a tenth of a second.
LONG = 4_000
# Words in code that starts a server, ends a process, binds a name, or is left out.
WORDS = (
    *("run", "run_server", "run_simple", "make_server", "serve_forever"),
    *("BaseWSGIServer", "ThreadedWSGIServer", "ForkingWSGIServer"),
    *("exit", "_exit", "quit", "raise", "import", "__name__"),
)
DEFINITION = re.compile(r"^(?:async\s+)?(?:def|class)\s+(\w+)", re.MULTILINE)
GOES_ON = re.compile(r"[\s#)\]}]|(?:else|elif|except|finally)\b")
QUOTES = ('"""', "'''")


def read_statements(
    namespace: Mapping[str, object],
    names: frozenset[str],
    numbers: frozenset[int] = frozenset(),
) -> list[ast.stmt] | None:
    """The statements of a module, or ``None`` if its source can't be read. Of a long
    file only those about some names, and what starts a server or ends the process.

    :param namespace: the module's attributes.
    :param numbers: lines whose statements are always included.
    """
    try:
        source = "".join(read_lines(namespace))
        if source.count("\n") > LONG:
            source = _about(source, names, numbers)
        return _parse(source).body
    except Exception:
        return None


def read_lines(namespace: Mapping[str, object]) -> list[str]:
    """The lines of a module's file.

    :raises LookupError: there is no source.
    """
    file = namespace["__file__"]
    if type(file) is not str:
        raise LookupError
    linecache.checkcache(file)
    lines = linecache.getlines(file, t.cast("dict[str, t.Any]", namespace))
    if not lines:
        raise LookupError
    return lines


# A file is read for several purposes while one message is written.
_parse = functools.cache(parse)


@functools.cache
def nodes_of(tree: ast.AST) -> tuple[ast.AST, ...]:
    """Everything in a syntax tree, in the order of :func:`ast.walk`."""
    return (*ast.walk(tree),)


@functools.cache
def read_program(file: Path) -> tuple[str, ast.Module]:
    """The text of a file, and its syntax tree.

    :raises OSError: it can't be read.
    :raises SyntaxError: it isn't Python, or is too long.
    """
    with tokenize.open(file) as stream:
        text = stream.read()
    if text.count("\n") > LONG:
        raise SyntaxError
    return text, _parse(text)


def forget_statements() -> None:
    """Forget what was read."""
    read_program.cache_clear()
    nodes_of.cache_clear()
    _parse.cache_clear()
    _pieces.cache_clear()


def _about(source: str, names: frozenset[str], numbers: frozenset[int]) -> str:
    pieces, defined = _pieces(source)
    # What is in a function only counts if it binds a global name.
    about = _any_of(names)
    setters = {
        defined[each]
        for each in defined
        if "global " in pieces[each] and about.search(pieces[each])
    }
    wanted, matters = names | setters, _any_of({*WORDS, *names, *setters})
    kept = [
        each
        for each, text in pieces.items()
        if not numbers.isdisjoint(range(each.start + 1, each.stop + 1))
        or (defined[each] in wanted if each in defined else matters.search(text))
    ]
    if sum(map(len, kept)) > LONG:
        raise LookupError
    # Every line keeps its number.
    shown = {each.start: pieces[each] for each in kept}
    return "".join(shown.get(each.start, "\n" * len(each)) for each in pieces)


def _any_of(words: t.Collection[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b")


@functools.cache
def _pieces(source: str) -> tuple[dict[range, str], dict[range, str]]:
    """The statements at the top level, by their lines, and what is defined by those
    that are definitions.
    """
    # Not with ``splitlines()``, which knows more line endings than Python's grammar.
    lines = re.findall(r"[^\n]*\n|[^\n]+", source)
    pieces = {each: "".join(lines[each.start : each.stop]) for each in _ranges(lines)}
    found = {each: DEFINITION.search(text) for each, text in pieces.items()}
    return pieces, {each: match[1] for each, match in found.items() if match}


def _ranges(lines: list[str]) -> Iterator[range]:
    # With the decorators.
    start = 0
    is_open = is_decorator = False
    for number, line in enumerate(lines):
        # Most lines are indented: to look at the first character is fastest.
        goes_on = line[0] in " \t\n" or GOES_ON.match(line) is not None
        if not (is_open or is_decorator or goes_on) and number > start:
            yield range(start, number)
            start = number
        if not goes_on:
            is_decorator = line[0] == "@" and not is_open
        for quotes in QUOTES:
            is_open ^= line.count(quotes) % 2 == 1
    yield range(start, len(lines))
