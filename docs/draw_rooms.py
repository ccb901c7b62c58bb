"""Draws the map of the package: its layers from ``.importlinter``, and what is in each
room from its docstring.

``python docs/draw_rooms.py`` writes ``docs/pictures/rooms.svg``; a test holds it to
that.
"""

from __future__ import annotations

import ast
import configparser
import typing as t
from pathlib import Path

from draw_flow import Drawing
from draw_flow import LINE
from draw_flow import MARGIN
from draw_flow import NARROW
from draw_flow import wrapped

HERE = Path(__file__).parent
ROOT = HERE.parent
PACKAGE = ROOT / "flask_prodguard"
PICTURE = HERE / "pictures" / "rooms.svg"
CONTRACT = "importlinter:contract:layers"
SEPARATOR = " | "


class Room(t.NamedTuple):
    """A module or a package directly below the package."""

    name: str
    #: What is in it, the first sentence of its docstring.
    holds: str


def layers() -> list[list[Room]]:
    """The rooms, those first that may import all the others."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    lines = contracts[CONTRACT]["layers"].split("\n")
    return [[_room(name) for name in line.split(SEPARATOR)] for line in lines if line]


def _room(name: str) -> Room:
    folder = PACKAGE / name
    file = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    sentence = " ".join(docstring.split("\n\n")[0].split()).partition(". ")[0]
    return Room(name, sentence.rstrip(".").replace("``", "`"))


def drawn() -> str:
    """The picture as SVG."""
    # One width, which a phone has too: it is shown on a page that offers no second.
    drawing = Drawing(NARROW)
    drawing.head("A room may import those below it, and none beside or above it")
    for rooms in layers():
        texts = [
            wrapped(room.holds.replace("`", ""), drawing.inner - 12) for room in rooms
        ]
        lines = sum(1 + len(text) for text in texts)
        drawing.box(MARGIN, drawing.inner, 12 + LINE * lines)
        for room, text in zip(rooms, texts, strict=True):
            drawing.top += LINE
            drawing.text(MARGIN + 12, drawing.top + 2, room.name, "code head")
            for line in text:
                drawing.top += LINE
                drawing.text(MARGIN + 12, drawing.top + 2, line)
        drawing.top += 16
    return drawing.svg(
        "The map of the rooms",
        " Then ".join(
            f"{' and '.join(room.name for room in rooms)}." for rooms in layers()
        ),
    )


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
