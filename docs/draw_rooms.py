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
from draw_flow import INNER
from draw_flow import LINE
from draw_flow import MARGIN

HERE = Path(__file__).parent
ROOT = HERE.parent
PACKAGE = ROOT / "flask_prodguard"
PICTURE = HERE / "pictures" / "rooms.svg"
CONTRACT = "importlinter:contract:layers"
NAME_WIDTH = 130
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
    drawing = Drawing()
    drawing.head("A room may import those below it, and none beside or above it")
    for rooms in layers():
        height = 12 + LINE * len(rooms)
        drawing.box(MARGIN, INNER, height)
        for room in rooms:
            drawing.top += LINE
            drawing.text(MARGIN + 12, drawing.top + 2, room.name, "code head")
            holds = room.holds.replace("`", "")
            drawing.text(MARGIN + NAME_WIDTH, drawing.top + 2, holds)
        drawing.top += 16
    return drawing.svg(
        "The map of the rooms",
        " Then ".join(
            f"{' and '.join(room.name for room in rooms)}." for rooms in layers()
        ),
    )


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
