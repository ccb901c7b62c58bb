"""Reads what refusals advise, as data."""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass

if t.TYPE_CHECKING:
    from .process import Process

COLOUR = re.compile(r"\x1b\[[\d;]*m")
MISTAKE = re.compile(r"^(?:.* )?flask-prodguard can't understand .*", re.MULTILINE)
REFUSES = re.compile("refused to start|refuses to serve")


@dataclass(frozen=True)
class Remedy:
    """What a refusal says to do."""

    kind: str
    server: str
    command: str | None
    argv: list[str] | None
    file: str | None
    line: int | None
    before: str | None
    after: str | None
    requirements: list[str]
    changes: list[str]
    losses: list[str]
    alternatives: list[t.Any]
    applicability: str
    #: Ends the sentence "Paste this into …".
    where: str
    #: What is to be pasted.
    lines: list[str]
    condition: str

    @property
    def is_code(self) -> bool:
        """Whether the code is changed, and not the command."""
        return self.kind == "code"

    @property
    def asked(self) -> str:
        """What has to be changed first, in one text."""
        condition = f"Only {self.condition}."
        return " ".join(each for each in self.changes if each != condition)


@dataclass(frozen=True)
class Advice:
    """The remedies of one refusal, the best one first."""

    output: str
    codes: tuple[str, ...]
    remedies: tuple[Remedy, ...]

    @property
    def is_debug_only(self) -> bool:
        """Whether only debug mode was refused."""
        return self.codes == ("PG103",)

    @property
    def command(self) -> Remedy:
        """The first remedy that is a command."""
        return next(each for each in self.remedies if not each.is_code)


def advice_of(process: Process) -> list[Advice]:
    """The advice of every refusal of a process, and of those that it has started.

    :param process: it may have ended.
    """
    output = COLOUR.sub("", process.output)
    if not process.remedies.exists():
        assert not REFUSES.search(output), output
        return []
    found = map(json.loads, process.remedies.read_text().splitlines())
    distinct = {json.dumps(each): each for each in found}
    return [
        Advice(
            output,
            tuple(each["codes"]),
            tuple(Remedy(**remedy) for remedy in each["remedies"]),
        )
        for each in distinct.values()
        if {"PG101", "PG102", "PG103"} & {*each["codes"]} and REFUSES.search(output)
    ]
