"""Draws how a start is judged, from the tables of the package.

``python docs/draw_flow.py`` writes ``docs/pictures/flow.svg``; a test holds it to that.
"""

from __future__ import annotations

import sys
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
MARGIN = 20
INNER = WIDTH - 2 * MARGIN
LINE = 17
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

    def __init__(self) -> None:
        self.shapes: list[str] = []
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
        self.text(MARGIN, self.top + 12, words, "head")
        self.top += 24

    def arrow(self) -> None:
        """Draw an arrow to the next row."""
        middle = WIDTH / 2
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
                f' viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}"'
                f' height="{height:g}">',
                f"<title>{escape(title)}</title>",
                f"<desc>{escape(description)}</desc>",
                f"<style>\n{STYLE}\n</style>",
                '<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="5"'
                ' refY="4" orient="auto"><path class="tip" d="M0 0l8 4l-8 4z"/>'
                "</marker></defs>",
                f'<rect class="page" width="{WIDTH}" height="{height:g}" rx="8"/>',
                *self.shapes,
                "</svg>\n",
            ]
        )


def drawn() -> str:
    """The picture as SVG."""
    drawing = Drawing()
    _hooks(drawing)
    drawing.arrow()
    _levels(drawing)
    drawing.arrow()
    _rules(drawing)
    drawing.arrow()
    _outcomes(drawing)
    return drawing.svg(
        "How a start is judged",
        "Four hooks see a start. Six levels of evidence say what the environment is."
        " The rules compare the two. The outcome is silence, a line in the log, or a"
        " refusal.",
    )


def _columns(number: int) -> t.Iterator[tuple[float, float]]:
    gap = 10
    width = (INNER - gap * (number - 1)) / number
    for index in range(number):
        yield MARGIN + index * (width + gap), width


def _hooks(drawing: Drawing) -> None:
    drawing.head("1. A hook sees the start")
    hooks = [
        (name, [hook.method for hook in HOOKS if hook.class_name == name], seen)
        for name, seen in from_code.SEEN_BY.items()
    ]
    hooks.append((from_code.FIRST_REQUEST, [], from_code.SEEN_BY_REQUEST))
    lines = max(len(methods) + len(_wrapped(seen, 20)) for _, methods, seen in hooks)
    height = 34 + LINE * lines
    for (x, width), (name, methods, seen) in zip(_columns(4), hooks, strict=True):
        drawing.box(x, width, height)
        drawing.text(x + 10, drawing.top + 22, name, "code head" if methods else "head")
        y = drawing.top + 22
        for method in methods:
            y += LINE
            drawing.text(x + 10, y, f".{method}", "code")
        for line in _wrapped(seen, 20):
            y += LINE
            drawing.text(x + 10, y, line, "soft")
    drawing.top += height


def _levels(drawing: Drawing) -> None:
    drawing.head("2. The first level with evidence decides")
    height = 28
    for level, title in LEVEL_TITLES.items():
        says = SAYS[level]
        style = says if says in (PRODUCTION, DEVELOPMENT) else "either"
        drawing.box(MARGIN, INNER, height, style)
        base = drawing.top + 19
        drawing.text(MARGIN + 12, base, str(level.value), "head")
        code = "code" if title.isupper() else ""
        drawing.text(MARGIN + 36, base, title, code)
        drawing.text(MARGIN + 430, base, says, "head")
        drawing.top += height + 4
    drawing.text(
        MARGIN, drawing.top + 14, "No evidence: the environment is undeclared.", "soft"
    )
    drawing.top += 20


def _rules(drawing: Drawing) -> None:
    drawing.head("3. The rules compare the start with the environment")
    judged = [rule for rule in RULES if rule.code in CHECKS]
    height = 26
    for rule in judged:
        drawing.box(MARGIN, INNER, height)
        base = drawing.top + 18
        drawing.text(MARGIN + 12, base, rule.code, "code head")
        drawing.text(MARGIN + 80, base, rule.title)
        drawing.top += height + 4


def _outcomes(drawing: Drawing) -> None:
    drawing.head("4. One outcome, reported once")
    for (x, width), (style, words) in zip(_columns(3), OUTCOMES, strict=True):
        drawing.box(x, width, 34, style)
        drawing.text(x + 10, drawing.top + 22, words)
    drawing.top += 34


def _wrapped(words: str, width: int) -> list[str]:
    lines = [""]
    for word in words.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
