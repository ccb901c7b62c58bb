"""What a stream can show: colour, and characters beyond ASCII."""

from __future__ import annotations

import os
import re
import typing as t

import click

from .layout import CHANGE_INDENT
from .layout import CODE_INDENT
from .layout import LINE_INDENT
from .layout import TEXT_INDENT

Style: t.TypeAlias = dict[str, t.Any]

#: How the first line looks if it says that something is wrong, or that nothing is.
BAD_NEWS: Style = {"fg": "red", "bold": True}
GOOD_NEWS: Style = {"fg": "green", "bold": True}
HEADING: Style = {"bold": True}
# A pattern, and how the part of a line that it matches looks. The first one counts.
STYLES: tuple[tuple[re.Pattern[str], Style], ...] = (
    (re.compile(rf"(?:^|(?<=^{TEXT_INDENT}))PG\d{{3}}(?=  )"), {"fg": "red"}),
    (re.compile(rf"^{CHANGE_INDENT}-.*"), {"fg": "red"}),
    (
        re.compile(rf"^({LINE_INDENT}|{CODE_INDENT}|{CHANGE_INDENT})\S.*"),
        {"fg": "green"},
    ),
    (re.compile(r"^#.*|^\S.*:$"), HEADING),
)


def show(text: str, stream: t.IO[str], opening: Style | None = HEADING) -> None:
    """Print a text for people as the stream can show it.

    :param opening: how its first line looks on a terminal.
    """
    write(for_stream(text, stream, opening), stream)


def write(text: str, stream: t.IO[str]) -> None:
    """Print a text, such as one for programs, as the stream can show it."""
    stream.write(encodable(text, stream) + "\n")


def for_stream(text: str, stream: t.IO[t.Any], opening: Style | None = BAD_NEWS) -> str:
    """The text in colour if the stream is a terminal and ``NO_COLOR`` is not set
    (https://no-color.org), else as it is.

    :param opening: how its first line looks on a terminal.
    """
    return coloured(text, opening) if _wants_colour(stream) else text


def coloured(text: str, opening: Style | None = None) -> str:
    """The text with colours for a terminal.

    :param opening: how its first line looks, ``None`` if it is a line like any other.
    """
    first, *lines = text.split("\n")
    start = _coloured_line(first) if opening is None else click.style(first, **opening)
    return "\n".join([start, *map(_coloured_line, lines)])


def _coloured_line(line: str) -> str:
    for pattern, style in STYLES:
        if pattern.search(line):
            return pattern.sub(_styler(style), line)
    return line


def _styler(style: Style) -> t.Callable[[re.Match[str]], str]:
    return lambda found: click.style(found[0], **style)


def _wants_colour(stream: t.IO[t.Any]) -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):
        return False


def encodable(text: str, stream: t.IO[t.Any]) -> str:
    """The text with every character that the stream's encoding lacks written as an
    escape.
    """
    encoding = getattr(stream, "encoding", None) or "ascii"
    return text.encode(encoding, "backslashreplace").decode(encoding)
