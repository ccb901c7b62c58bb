"""Runs one benchmark by itself, from the command line."""

from __future__ import annotations

import argparse
import typing as t

from .table import as_text
from .table import notes

if t.TYPE_CHECKING:
    from .figure import Figure

Program: t.TypeAlias = t.Callable[[bool], t.Iterable["Figure"]]


def run_alone(measure: Program, summary: str) -> int:
    """Measure, print the figures, and return 1 if one of them passes its limit.

    :param measure: the benchmark. Its argument says whether to be quick.
    :param summary: what it measures.
    """
    parser = argparse.ArgumentParser(description=summary.partition("\n")[0])
    add_quick(parser)
    figures = [*measure(parser.parse_args().quick)]
    print(as_text(figures), notes(figures), sep="\n\n")
    return exit_status(figures)


def add_quick(parser: argparse.ArgumentParser) -> None:
    """Add the option that every benchmark has.

    :param parser: of the command line.
    """
    parser.add_argument(
        "--quick", action="store_true", help="few rounds: to see that it works"
    )


def exit_status(figures: t.Iterable[Figure]) -> int:
    """1 if a figure passes its limit.

    :param figures: what was measured.
    """
    return int(any(figure.is_met is False for figure in figures))
