"""What became of a mutant, and what names it from one run to the next."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from pathlib import Path

KILLED = "killed"
TIMEOUT = "timeout"
SURVIVED = "survived"


class Identity(t.NamedTuple):
    """A mutant's name. It holds no number, so that it outlives other changes."""

    #: The module, for example ``"judging.address"``.
    module: str
    #: The function or method, empty for the module's own lines.
    function: str
    #: The lines that are taken away.
    taken: str
    #: The lines that replace them.
    put: str


@dataclass(frozen=True)
class Mutant:
    """A mutant and what became of it."""

    identity: Identity
    #: ``"killed"``, ``"timeout"`` or ``"survived"``.
    status: str


def module_of(path: Path) -> str:
    """The name of a module within the package.

    :param path: its file, from the clone's folder.
    """
    return ".".join(path.with_suffix("").parts[1:])


def changed(difference: t.Iterable[str]) -> tuple[str, str]:
    """The lines of a unified difference that were taken away and put in, without their
    indentation.

    :param difference: its lines.
    """
    lines = [
        line for line in difference if not line.startswith(("---", "+++", "@@", " "))
    ]
    taken, put = (
        " ".join(line[1:].strip() for line in lines if line.startswith(sign))
        for sign in "-+"
    )
    return taken, put
