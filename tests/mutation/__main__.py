"""``python -m mutation PAGE``, from the clone's folder: tries every mutant, writes the
page, and fails if one survives that is not listed, or if too few are killed.
"""

from __future__ import annotations

import sys
import typing as t
from pathlib import Path

from mutmut.configuration import config

from . import beyond
from . import by_mutmut
from .mutants import Mutant
from .mutants import SURVIVED
from .page import page
from .page import rows
from .page import share
from .page import table
from .survivors import SURVIVORS
from .trials import outcomes

REQUIRED = 0.95
CHILDREN = 2


def tried() -> t.Iterator[Mutant]:
    """Try every mutant."""
    by_mutmut.run(CHILDREN)
    yield from by_mutmut.mutants()
    changes = [each for path in by_mutmut.modules() for each in beyond.changes(path)]
    print(f"Trying {len(changes)} mutants of what mutmut leaves alone", flush=True)
    tests = config().pytest_add_cli_args_test_selection
    yield from outcomes(changes, tests, CHILDREN)


def complaints(mutants: t.Sequence[Mutant]) -> t.Iterator[str]:
    """Everything that must not be.

    :param mutants: what was tried.
    """
    listed = {survivor.identity for survivor in SURVIVORS}
    survived = {each.identity for each in mutants if each.status == SURVIVED}
    for identity in sorted(survived - listed):
        yield f"survived, and is not listed: {identity}"
    for identity in sorted(listed - survived):
        yield f"listed, and did not survive: {identity}"
    if share(mutants) < REQUIRED:
        yield f"{share(mutants):.1%} are killed, and {REQUIRED:.0%} must be"


def main(target: Path) -> int:
    """Try every mutant and tell what became of them.

    :param target: the page to write.
    """
    mutants = [*tried()]
    target.write_text(page(mutants, SURVIVORS), encoding="utf-8")
    found = [*complaints(mutants)]
    print(table(rows(mutants)), *found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
