"""Data: the mutants that survive, each with the reason."""

from __future__ import annotations

import typing as t

from .mutants import Identity


class Survivor(t.NamedTuple):
    """A mutant that no test can notice, or need not."""

    identity: Identity
    #: Why, a sentence.
    why: str


SURVIVORS: tuple[Survivor, ...] = ()
