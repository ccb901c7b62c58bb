"""``python -m mutation PAGE``, from the clone's folder: tries every mutant, writes the
page, and fails if one survives that is not listed, or if too few are killed.

``python -m mutation PAGE again`` judges what the last run has found, which is enough
after a change of the list.
"""

from __future__ import annotations

import json
import sys
import typing as t
from pathlib import Path

from mutmut.configuration import config

from . import beyond
from . import by_mutmut
from .mutants import Identity
from .mutants import Mutant
from .mutants import SURVIVED
from .page import page
from .page import rows
from .page import share
from .page import table
from .survivors import as_entry
from .survivors import listed
from .trials import outcomes

REQUIRED = 0.95
CHILDREN = 2
FOUND = by_mutmut.FOLDER / "found.json"


def tried() -> t.Iterator[Mutant]:
    """Try every mutant."""
    by_mutmut.run(CHILDREN)
    yield from by_mutmut.mutants()
    changes = [each for path in by_mutmut.modules() for each in beyond.changes(path)]
    print(f"Trying {len(changes)} mutants of what mutmut leaves alone", flush=True)
    tests = config().pytest_add_cli_args_test_selection
    yield from outcomes(changes, tests, CHILDREN)


def found_again() -> list[Mutant]:
    """What the last run has found."""
    return [
        Mutant(Identity(*identity), status)
        for identity, status in json.loads(FOUND.read_text(encoding="utf-8"))
    ]


def keep(mutants: t.Iterable[Mutant]) -> None:
    """Write down what was found.

    :param mutants: what was tried.
    """
    found = [(mutant.identity, mutant.status) for mutant in mutants]
    FOUND.write_text(json.dumps(found), encoding="utf-8")


def complaints(mutants: t.Sequence[Mutant]) -> t.Iterator[str]:
    """Everything that makes the run fail.

    :param mutants: what was tried.
    """
    known = {survivor.identity for survivor in listed()}
    survived = {each.identity for each in mutants if each.status == SURVIVED}
    for identity in sorted(survived - known):
        yield f"Survived, and is not listed: {as_entry(identity)}"
    for identity in sorted(known - survived):
        yield f"Listed, and did not survive: {as_entry(identity)}"
    if share(mutants) < REQUIRED:
        yield f"{share(mutants):.1%} are killed, and {REQUIRED:.0%} must be."


def main(target: Path, again: bool) -> int:
    """Try every mutant and report the results.

    :param target: the page to write.
    :param again: judge what the last run has found.
    """
    mutants = found_again() if again else [*tried()]
    keep(mutants)
    target.write_text(page(mutants, listed()), encoding="utf-8")
    found = [*complaints(mutants)]
    print(table(rows(mutants)), *found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), "again" in sys.argv[2:]))
