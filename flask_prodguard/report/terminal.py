"""What a stream can show: colour, and characters beyond ASCII."""

from __future__ import annotations

import os
import re
import typing as t

import click

from .layout import LINE_INDENT
from .layout import TEXT_INDENT

Style: t.TypeAlias = dict[str, t.Any]
Styles: t.TypeAlias = tuple[tuple[re.Pattern[str], Style], ...]

# A pattern, and how the part of a line that it matches looks on a terminal. The
# first one that matches counts.
FINDING: tuple[re.Pattern[str], Style] = (
    re.compile(rf"(?<=^{TEXT_INDENT})PG\d{{3}}(?=  )"),
    {"fg": "red"},
)
PASTED: tuple[re.Pattern[str], Style] = (
    re.compile(rf"^{LINE_INDENT}\S.*"),
    {"fg": "green"},
)
HEADING: tuple[re.Pattern[str], Style] = (re.compile(r"^\S.*"), {"bold": True})

#: A message that something is wrong.
BAD_NEWS: Styles = (
    (re.compile(r"^flask-prodguard .*"), {"fg": "red", "bold": True}),
    FINDING,
    PASTED,
    HEADING,
)
#: A message that nothing is wrong.
GOOD_NEWS: Styles = (
    (re.compile(r"^flask-prodguard .*"), {"fg": "green", "bold": True}),
    *BAD_NEWS[1:],
)
#: A message that judges nothing.
NEUTRAL: Styles = BAD_NEWS[1:]
#: A page in Markdown.
PAGE: Styles = (
    (re.compile(r"^#.*"), {"bold": True}),
    (re.compile(r"^    \S.*"), {"fg": "green"}),
)


def show(text: str, stream: t.IO[str], styles: Styles = ()) -> None:
    """Print a text as the stream can show it.

    :param styles: how its lines look on a terminal.
    """
    stream.write(encodable(for_stream(text, stream, styles), stream) + "\n")


def for_stream(text: str, stream: t.IO[t.Any], styles: Styles = BAD_NEWS) -> str:
    """The text in colour if the stream is a terminal and ``NO_COLOR`` is not set
    (https://no-color.org), else as it is.

    :param styles: how its lines look on a terminal.
    """
    return coloured(text, styles) if _wants_colour(stream) else text


def coloured(text: str, styles: Styles) -> str:
    """The text with colours for a terminal."""
    return "\n".join(_coloured_line(line, styles) for line in text.split("\n"))


def _coloured_line(line: str, styles: Styles) -> str:
    for pattern, style in styles:
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
