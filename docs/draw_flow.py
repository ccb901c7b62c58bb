"""Draws how a start is judged, from the tables of the package.

``python docs/draw_flow.py`` writes ``docs/pictures/flow.svg``, and once more for a
phone; a test holds it to that.
"""

from __future__ import annotations

import sys
import textwrap
import typing as t
from html import escape
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

import from_code  # noqa: E402

from flask_prodguard.cli.status import LEVEL_TITLES  # noqa: E402
from flask_prodguard.environment.evidence import DEVELOPMENT  # noqa: E402
from flask_prodguard.environment.evidence import Level  # noqa: E402
from flask_prodguard.environment.evidence import PRODUCTION  # noqa: E402
from flask_prodguard.guard.hook_points import HOOKS  # noqa: E402
from flask_prodguard.judging.checks import CHECKS  # noqa: E402
from flask_prodguard.rules import RULES  # noqa: E402

PICTURE = HERE / "pictures" / "flow.svg"
WIDTH = 760
# As much as can be read without enlarging it, 390 pixels wide.
NARROW = 400
WIDTHS = (WIDTH, NARROW)
MARGIN = 20
LINE = 17
# As wide as a letter is in a wide font, on average.
LETTER = 8.3
SAYS = {
    Level.EXPLICIT: f"{PRODUCTION} or {DEVELOPMENT}",
    Level.DECLARED_PRODUCTION: PRODUCTION,
    Level.TEST_RUN: DEVELOPMENT,
    Level.STRONG_PLATFORM: PRODUCTION,
    Level.DECLARED_DEVELOPMENT: DEVELOPMENT,
    Level.DEVELOPMENT_CONTEXT: DEVELOPMENT,
    Level.CONDITIONAL_PLATFORM: PRODUCTION,
    Level.BARE_CI: DEVELOPMENT,
}
OUTCOMES = (
    ("nothing", "served, and nothing is said"),
    ("warn", "served, and logged"),
    ("refuse", "refused: nothing is bound"),
)
# Two sets of colours: the reader's system says which one is used.
STYLE = """\
svg { color-scheme: light dark; }
text { font: 14px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1d2733; }
.code { font: 13px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
.head { font-weight: 600; }
.soft { fill: #4f5d6c; }
.page { fill: #ffffff; }
.box { fill: #f3f6f9; stroke: #b7c2cd; }
.production { fill: #fbe9e7; stroke: #c2574b; }
.development { fill: #e6f4ea; stroke: #4b9160; }
.either { fill: #f3f6f9; stroke: #b7c2cd; }
.nothing { fill: #e6f4ea; stroke: #4b9160; }
.warn { fill: #fdf3d8; stroke: #a9832a; }
.refuse { fill: #fbe9e7; stroke: #c2574b; }
.arrow { stroke: #4f5d6c; stroke-width: 1.5; fill: none; marker-end: url(#tip); }
.tip { fill: #4f5d6c; }
@media (prefers-color-scheme: dark) {
  text { fill: #e4eaf0; }
  .soft { fill: #a9b6c3; }
  .page { fill: #14191f; }
  .box, .either { fill: #1e262e; stroke: #55636f; }
  .production, .refuse { fill: #43201d; stroke: #d9776c; }
  .development, .nothing { fill: #173222; stroke: #62b27c; }
  .warn { fill: #3a300f; stroke: #cda64a; }
  .arrow { stroke: #a9b6c3; }
  .tip { fill: #a9b6c3; }
}"""


class Drawing:
    """Shapes, one below the other."""

    def __init__(self, width: int) -> None:
        self.shapes: list[str] = []
        self.width = width
        #: Between the margins.
        self.inner = width - 2 * MARGIN
        #: Where the next row begins.
        self.top = MARGIN

    def text(self, x: float, y: float, words: str, style: str = "") -> None:
        """Write a line.

        :param x: its left end.
        :param y: its base line.
        :param words: the text.
        :param style: its classes.
        """
        attribute = f' class="{style}"' if style else ""
        self.shapes.append(
            f'<text x="{x:g}" y="{y:g}"{attribute}>{escape(words)}</text>'
        )

    def box(
        self, x: float, width: float, height: float, style: str = "box", top: float = 0
    ) -> None:
        """Draw a box at the top of the row.

        :param x: its left side.
        :param width: its width.
        :param height: its height.
        :param style: its class.
        :param top: how far below the top of the row it begins.
        """
        self.shapes.append(
            f'<rect class="{style}" x="{x:g}" y="{self.top + top:g}"'
            f' width="{width:g}" height="{height:g}" rx="6"/>'
        )

    def head(self, words: str) -> None:
        """Write a title and begin a row below it.

        :param words: the title.
        """
        for line in wrapped(words, self.inner):
            self.text(MARGIN, self.top + 12, line, "head")
            self.top += LINE
        self.top += 7

    def arrow(self) -> None:
        """Draw an arrow to the next row."""
        middle = self.width / 2
        self.shapes.append(f'<path class="arrow" d="M{middle:g} {self.top + 4:g}v18"/>')
        self.top += 34

    def svg(self, title: str, description: str) -> str:
        """The picture.

        :param title: what it shows.
        :param description: the same for those who can't see it.
        """
        height = self.top + MARGIN
        return "\n".join(
            [
                '<svg xmlns="http://www.w3.org/2000/svg" role="img"'
                f' viewBox="0 0 {self.width} {height:g}" width="{self.width}"'
                f' height="{height:g}">',
                f"<title>{escape(title)}</title>",
                f"<desc>{escape(description)}</desc>",
                f"<style>\n{STYLE}\n</style>",
                '<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="5"'
                ' refY="4" orient="auto"><path class="tip" d="M0 0l8 4l-8 4z"/>'
                "</marker></defs>",
                f'<rect class="page" width="{self.width}" height="{height:g}" rx="8"/>',
                *self.shapes,
                "</svg>\n",
            ]
        )


def file_of(picture: Path, width: int) -> Path:
    """Where a picture is kept.

    :param picture: the file of the wide one.
    :param width: how wide it is.
    """
    return picture.with_stem(f"{picture.stem}-narrow") if width == NARROW else picture


def wrapped(words: str, width: float) -> list[str]:
    """The lines of a text that fit.

    :param words: the text.
    :param width: how wide a line may be.
    """
    return textwrap.wrap(words, max(int(width / LETTER), 1))


def drawn(width: int = WIDTH) -> str:
    """The picture as SVG.

    :param width: how wide it is.
    """
    drawing = Drawing(width)
    _hooks(drawing)
    drawing.arrow()
    _levels(drawing)
    drawing.arrow()
    _rules(drawing)
    drawing.arrow()
    _outcomes(drawing)
    return drawing.svg(
        "How a start is judged",
        "Four hooks see a start. Eight levels of evidence say what the environment is."
        " The rules compare the two. The outcome is silence, a line in the log, or a"
        " refusal.",
    )


def _cells(drawing: Drawing, number: int) -> t.Iterator[tuple[float, float, bool]]:
    """Where each box begins, its width, and whether a row ends with it."""
    if drawing.width == NARROW:
        yield from [(MARGIN, drawing.inner, True)] * number
        return
    gap = 10
    width = (drawing.inner - gap * (number - 1)) / number
    for index in range(number):
        yield MARGIN + index * (width + gap), width, index == number - 1


def _hooks(drawing: Drawing) -> None:
    drawing.head("1. A hook sees the start")
    hooks = [
        (name, [hook.method for hook in HOOKS if hook.class_name == name], seen)
        for name, seen in from_code.SEEN_BY.items()
    ]
    hooks.append((from_code.FIRST_REQUEST, [], from_code.SEEN_BY_REQUEST))
    cells = [*_cells(drawing, len(hooks))]
    lines = [
        [(f".{method}", "code") for method in methods]
        + [(line, "soft") for line in wrapped(seen, width - 12)]
        for (_, methods, seen), (_, width, _) in zip(hooks, cells, strict=True)
    ]
    highest = max(map(len, lines))
    for (name, methods, _), rest, (x, width, ends) in zip(
        hooks, lines, cells, strict=True
    ):
        height = 34 + LINE * (len(rest) if width == drawing.inner else highest)
        drawing.box(x, width, height)
        y = drawing.top + 22
        drawing.text(x + 10, y, name, "code head" if methods else "head")
        for number, (line, style) in enumerate(rest, 1):
            drawing.text(x + 10, y + LINE * number, line, style)
        drawing.top += (height + 8) if ends else 0
    drawing.top -= 8


def _levels(drawing: Drawing) -> None:
    drawing.head("2. The first level with evidence decides")
    for level, title in LEVEL_TITLES.items():
        says = SAYS[level]
        style = says if says in (PRODUCTION, DEVELOPMENT) else "either"
        below = LINE if drawing.width == NARROW else 0
        drawing.box(MARGIN, drawing.inner, 28 + below, style)
        base = drawing.top + 19
        drawing.text(MARGIN + 12, base, str(level.value), "head")
        code = "code" if title.isupper() else ""
        drawing.text(MARGIN + 36, base, title, code)
        drawing.text(MARGIN + (36 if below else 430), base + below, says, "head")
        drawing.top += 32 + below
    drawing.text(
        MARGIN, drawing.top + 14, "No evidence: the environment is undeclared.", "soft"
    )
    drawing.top += 20


def _rules(drawing: Drawing) -> None:
    drawing.head("3. The rules compare the start with the environment")
    for rule in RULES:
        if rule.code in CHECKS:
            lines = wrapped(rule.title, drawing.inner - 80)
            height = 26 + LINE * (len(lines) - 1)
            drawing.box(MARGIN, drawing.inner, height)
            base = drawing.top + 18
            drawing.text(MARGIN + 12, base, rule.code, "code head")
            for number, line in enumerate(lines):
                drawing.text(MARGIN + 80, base + LINE * number, line)
            drawing.top += height + 4


def _outcomes(drawing: Drawing) -> None:
    drawing.head("4. One outcome, reported once")
    for (style, words), (x, width, ends) in zip(
        OUTCOMES, _cells(drawing, len(OUTCOMES)), strict=True
    ):
        drawing.box(x, width, 34, style)
        drawing.text(x + 10, drawing.top + 22, words)
        drawing.top += 42 if ends else 0
    drawing.top -= 8


if __name__ == "__main__":
    for each in WIDTHS:
        file_of(PICTURE, each).write_text(drawn(each), encoding="utf-8")
