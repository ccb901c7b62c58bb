"""How text is laid out: 80 columns, and lines to paste set apart from prose."""

from __future__ import annotations

import textwrap

WIDTH = 80
TEXT_INDENT = "  "
LINE_INDENT = "      "
FINDING_INDENT = " " * 9


def wrapped(prose: str, indent: str = "", hanging: str | None = None) -> list[str]:
    """Break prose into lines.

    :param hanging: what every line but the first starts with, if that differs.
    """
    return textwrap.wrap(
        prose,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def paste(prose: str, *lines: str, indent: str = TEXT_INDENT) -> list[str]:
    """Prose, and below it lines that are to be copied, which are never broken.

    :param indent: what every line of the prose starts with.
    """
    return [*wrapped(prose, indent), "", *(LINE_INDENT + line for line in lines)]


def sentence(words: str) -> str:
    """Make words a sentence.

    :param words: without a capital letter and a full stop.
    """
    stop = "" if words.endswith("?") else "."
    # A name such as app.debug keeps its small letter.
    starts_with_word = words.partition(" ")[0].isalpha()
    start = words[0].upper() if starts_with_word else words[0]
    return f"{start}{words[1:]}{stop}"
