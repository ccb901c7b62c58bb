"""The documentation's page of figures."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .table import as_markdown
from .table import notes

if t.TYPE_CHECKING:
    from .figure import Figure

HEAD = """\
# The figures

<!-- Written by `nox -s benchmarks`. Not by hand. -->

What was measured, and where. {doc}`cost` says what is promised. All of it again, and
this page anew: `nox -s benchmarks`. Or, where `benchmarks/requirements.txt` is
installed: `python -m benchmarks`.

Two things that are compared are measured in turns. A control is one of them against
itself: a difference that is no larger is noise. The middle half lies between the
quartiles. Time is the processor's, unless it says otherwise.
"""


@dataclass(frozen=True)
class Section:
    """The result of one program."""

    #: The program's, for example ``"benchmarks.judging"``.
    module: str
    #: What it measures, in a sentence.
    summary: str
    figures: tuple[Figure, ...]


def render(machine: t.Mapping[str, str], sections: t.Iterable[Section]) -> str:
    """The page.

    :param machine: what the figures were measured on.
    :param sections: the result of each program.
    """
    blocks = [HEAD.rstrip(), "## The machine", _machine_table(machine)]
    for section in sections:
        blocks += [
            f"## {_title(section)}",
            f"{section.summary} Again: `python -m {section.module}`",
            as_markdown(section.figures),
            notes(section.figures),
        ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _title(section: Section) -> str:
    words = section.module.rpartition(".")[2].replace("_", " ")
    return words[0].upper() + words[1:]


def _machine_table(machine: t.Mapping[str, str]) -> str:
    rows = [f"| {part} | {described} |" for part, described in machine.items()]
    return "\n".join(["| Part | Which |", "| --- | --- |", *rows])
