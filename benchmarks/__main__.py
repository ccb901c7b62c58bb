"""Measures everything, prints a table, and writes the documentation's page.

``python -m benchmarks [--quick] [--page FILE]``. With ``--quick``, nothing is written
unless a file is named. The exit status is 1 if a figure passes its limit.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import typing as t
from pathlib import Path

from .alone import add_quick
from .alone import exit_status
from .machine import describe
from .page import render
from .page import Section
from .table import as_text

PAGE = Path(__file__).parent.parent / "docs" / "figures.md"
PROGRAMS = (
    "throughput",
    "serving",
    "wsgi_call",
    "importing",
    "judging",
    "refusing",
    "many_apps",
    "flask_help",
    "collect_only",
    "scanning",
)


def main(arguments: t.Sequence[str] | None = None) -> int:
    """Measure, print and write, and return the exit status.

    :param arguments: of the command line.
    """
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=str(__doc__).partition("\n")[0]
    )
    add_quick(parser)
    parser.add_argument("--page", type=Path, metavar="FILE", help="where to write it")
    given = parser.parse_args(arguments)
    machine = describe() | ({"Rounds": "few (`--quick`)"} if given.quick else {})
    sections = [measure_program(name, given.quick) for name in PROGRAMS]
    figures = [figure for section in sections for figure in section.figures]
    print(*(f"{part}: {described}" for part, described in machine.items()), sep="\n")
    print("", as_text(figures), sep="\n")
    page = given.page or (None if given.quick else PAGE)
    if page:
        page.write_text(render(machine, sections), encoding="utf-8")
    return exit_status(figures)


def measure_program(name: str, quick: bool) -> Section:
    """Run one program.

    :param name: its module.
    :param quick: with few rounds.
    """
    print(f"Measuring: {name}", file=sys.stderr, flush=True)
    module = importlib.import_module(f".{name}", __package__)
    summary = str(module.__doc__).partition("\n\n")[0].replace("\n", " ")
    return Section(module.__name__, summary, tuple(module.measure(quick)))


if __name__ == "__main__":
    raise SystemExit(main())
