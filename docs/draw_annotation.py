"""Draws an annotation as GitHub shows it beside a line, from what ``scan`` prints.

``python docs/draw_annotation.py`` writes ``docs/pictures/annotation.svg``, and once
more for a phone; a test holds it to that.
"""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

from draw_flow import Drawing
from draw_flow import file_of
from draw_flow import LINE
from draw_flow import MARGIN
from draw_flow import WIDTH
from draw_flow import WIDTHS
from draw_flow import wrapped
from draw_terminal import Command
from draw_terminal import printed
from draw_terminal import PROCFILE
from draw_terminal import REQUIREMENTS
from draw_terminal import Shot
from draw_terminal import UNGUARDED

PICTURE = Path(__file__).parent / "pictures" / "annotation.svg"
ARGUMENTS = ("-m", "flask_prodguard", "scan", "--format", "github")
SHOT = Shot(
    "annotation",
    (Command(ARGUMENTS, program="python"),),
    changed=UNGUARDED,
    files=(PROCFILE, REQUIREMENTS),
)
# https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts (read
# 2026-11-27): ::error file=…,line=…,title=…::message
ANNOTATION = re.compile(r"::error file=(.+),line=(\d+),title=(.+?)::(.+)")
# The last one stands for the others.
ESCAPES = {"%3A": ":", "%2C": ",", "%0A": "\n", "%0D": "\r", "%25": "%"}


class Annotation(t.NamedTuple):
    """What GitHub is asked to show."""

    file: str
    line: str
    title: str
    message: str


def annotation(text: str) -> Annotation:
    """Read it as GitHub does.

    :param text: what was printed.
    """
    found = ANNOTATION.search(text)
    if found is None:
        raise ValueError("No annotation was printed.")
    return Annotation(*map(_unescaped, found.groups()))


def _unescaped(text: str) -> str:
    for escaped, letter in ESCAPES.items():
        text = text.replace(escaped, letter)
    return text


def drawn(shown: Annotation, width: int = WIDTH) -> str:
    """The picture as SVG.

    :param shown: the annotation.
    :param width: how wide it is.
    """
    drawing = Drawing(width)
    drawing.text(MARGIN, drawing.top + 12, shown.file, "code head")
    drawing.top += 26
    line = dict(SHOT.files)[shown.file].splitlines()[int(shown.line) - 1]
    drawing.box(MARGIN, drawing.inner, 28, "development")
    drawing.text(MARGIN + 12, drawing.top + 19, shown.line, "code soft")
    drawing.text(MARGIN + 44, drawing.top + 19, f"+ {line}", "code")
    drawing.top += 40
    message = [
        part
        for line in shown.message.split("\n")
        for part in wrapped(line, drawing.inner - 32)
    ]
    drawing.box(MARGIN, drawing.inner, 62 + LINE * len(message), "refuse")
    base = drawing.top + 24
    head = f"Check failure on line {shown.line} in {shown.file}"
    drawing.text(MARGIN + 16, base, head, "head")
    base += LINE + 8
    drawing.text(MARGIN + 16, base, shown.title, "head")
    base += 5
    for part in message:
        base += LINE
        drawing.text(MARGIN + 16, base, part, "code")
    drawing.top += 62 + LINE * len(message)
    return drawing.svg(f"{head}: {shown.title}", shown.message)


if __name__ == "__main__":
    output = annotation(*printed(SHOT))
    for each in WIDTHS:
        file_of(PICTURE, each).write_text(drawn(output, each), encoding="utf-8")
