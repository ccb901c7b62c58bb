"""Writes the documentation's page of what the tests notice."""

from __future__ import annotations

import typing as t

from .mutants import KILLED
from .mutants import Mutant
from .mutants import SURVIVED
from .mutants import TIMEOUT
from .survivors import Survivor

HEAD = """\
# What the tests notice

<!-- Written by `nox -s mutation`. Not by hand. -->

Each mutant is the package with one small change: a comparison that is turned round, an
argument that is left out, a word of a table that is another one. A mutant is killed if
a test fails, or never ends. The tests are those that mirror the modules.

[mutmut](https://mutmut.readthedocs.io/) makes and tries what it can reach: what
functions hold. What it leaves alone is changed by the same operators, and tried in a
process of its own: tables, the values of classes, properties and other decorated
functions. The wording of the tables is not changed: it is for people.
"""
COLUMNS = (
    "Module",
    "Mutants",
    "Killed",
    "Of them by time",
    "Survived",
    "Killed, share",
)
SURVIVORS = """\
## The survivors

Every mutant that no test notices, and why it does nothing that is promised otherwise.
The command fails if another one survives, or if fewer than 95 % are killed.
"""


def share(mutants: t.Sequence[Mutant]) -> float:
    """How much of the mutants was killed, from 0 to 1.

    :param mutants: what was tried.
    """
    return 1 - _count(mutants, SURVIVED) / len(mutants) if mutants else 1.0


def rows(mutants: t.Sequence[Mutant]) -> list[tuple[str, ...]]:
    """The cells of the table: a row for each module, and one for all.

    :param mutants: what was tried.
    """
    modules = sorted({mutant.identity.module for mutant in mutants})
    by_module = {
        f"`{module}`": [each for each in mutants if each.identity.module == module]
        for module in modules
    }
    return [
        _row(title, tried) for title, tried in {**by_module, "All": mutants}.items()
    ]


def table(cells: t.Iterable[t.Sequence[str]]) -> str:
    """A table in Markdown.

    :param cells: the rows.
    """
    lines = [COLUMNS, ("---", *["---:"] * (len(COLUMNS) - 1)), *cells]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def page(mutants: t.Sequence[Mutant], survivors: t.Iterable[Survivor]) -> str:
    """The whole page.

    :param mutants: what was tried.
    :param survivors: those that are known to survive.
    """
    sections = "\n".join(_section(survivor) for survivor in survivors)
    return f"{HEAD}\n{table(rows(mutants))}\n{SURVIVORS}\n{sections}"


def _count(mutants: t.Sequence[Mutant], status: str) -> int:
    return sum(mutant.status == status for mutant in mutants)


def _row(title: str, tried: t.Sequence[Mutant]) -> tuple[str, ...]:
    late, survived = _count(tried, TIMEOUT), _count(tried, SURVIVED)
    killed = _count(tried, KILLED) + late
    figures = (len(tried), killed, late, survived)
    return (title, *map(str, figures), f"{share(tried):.1%}".replace("%", " %"))


def _section(survivor: Survivor) -> str:
    where = ".".join(filter(None, survivor.identity[:2]))
    taken, put = survivor.identity[2:]
    return f"`{where}`: {survivor.why}\n\n```diff\n- {taken}\n+ {put}\n```\n"
