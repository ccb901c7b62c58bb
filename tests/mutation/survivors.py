"""The mutants that are known to survive, each with the reason."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from .mutants import Identity

FILE = Path(__file__).parent / "survivors.json"


class Survivor(t.NamedTuple):
    """A mutant that no test can notice, or need not."""

    identity: Identity
    #: Why, a sentence.
    why: str


def listed() -> list[Survivor]:
    """Every survivor that is listed."""
    entries = json.loads(FILE.read_text(encoding="utf-8"))
    return [Survivor(Identity(**entry["mutant"]), entry["why"]) for entry in entries]


def as_entry(identity: Identity, why: str = "") -> str:
    """An entry of the list.

    :param identity: the mutant.
    :param why: the reason.
    """
    return json.dumps({"mutant": identity._asdict(), "why": why}, indent=2)
