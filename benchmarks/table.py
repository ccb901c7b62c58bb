"""Figures as a table, for the terminal and for the documentation."""

from __future__ import annotations

import itertools
import typing as t

if t.TYPE_CHECKING:
    from .figure import Figure

HEAD = ("What", "Median", "Middle half", "Limit", "Met")
WORDS = {True: "yes", False: "no", None: ""}


def number(value: float) -> str:
    """A number with three digits that count, thousands apart.

    :param value: the number.
    """
    if abs(value) >= 100:
        return f"{value:,.0f}"
    places = next(p for p, least in ((1, 10), (2, 1), (3, 0)) if abs(value) >= least)
    return f"{value:.{places}f}"


def cells(figure: Figure) -> tuple[str, ...]:
    """The cells of a figure's row.

    :param figure: what was measured.
    """
    unit = f" {figure.unit}" if figure.unit else ""
    value = "not measured" if figure.value is None else number(figure.value) + unit
    spread = " to ".join(map(number, figure.spread)) if figure.spread else ""
    met = WORDS[figure.is_met]
    return figure.name, value, spread, limit(figure), met


def limit(figure: Figure) -> str:
    """The limits of a figure in words.

    :param figure: what was measured.
    """
    unit = f" {figure.unit}" if figure.unit else ""
    named = (("at least", figure.at_least), ("at most", figure.at_most))
    return ", ".join(
        f"{words} {number(bound)}{unit}" for words, bound in named if bound is not None
    )


def as_text(figures: t.Iterable[Figure]) -> str:
    """A table for the terminal.

    :param figures: what was measured.
    """
    rows = [HEAD, *map(cells, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_aligned(row, widths) for row in rows)


def _aligned(row: t.Iterable[str], widths: t.Iterable[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
    return "  ".join(padded).rstrip()


def as_markdown(figures: t.Iterable[Figure]) -> str:
    """A table for the documentation.

    :param figures: what was measured.
    """
    rows = itertools.chain([HEAD, ["---"] * len(HEAD)], map(cells, figures))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def notes(figures: t.Iterable[Figure]) -> str:
    """How each figure was measured, as a list.

    :param figures: what was measured.
    """
    noted = (figure for figure in figures if figure.note)
    return "\n".join(f"- {figure.name}: {figure.note}." for figure in noted)
