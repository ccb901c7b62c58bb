"""Finds what a person has named, or says what they may have meant."""

from __future__ import annotations

import typing as t

import click

from ..config.settings import nearest_to
from ..errors import ProdGuardError
from ..remedy.places import PLACES
from ..report.layout import wrapped
from ..rules import RULES
from ..rules import RULES_BY_CODE

if t.TYPE_CHECKING:
    from ..rules import Rule


class UnknownNameError(ProdGuardError, click.ClickException, LookupError):
    """A name is not known. The text suggests the nearest one. A command prints it
    and exits with status 2.
    """

    exit_code = 2

    def __init__(self, kind: str, name: str, known: t.Iterable[str]) -> None:
        self.kind = kind
        self.name = name
        self.known: tuple[str, ...] = tuple(known)
        lines = [
            f"There is no {kind} {name!r}. Did you mean {self.nearest!r}?",
            *wrapped(f"Known are: {', '.join(self.known)}."),
        ]
        super().__init__("\n".join(lines))

    @property
    def nearest(self) -> str:
        """The known name that is most like it."""
        folded = {each.casefold(): each for each in self.known}
        return folded[nearest_to(self.name.casefold(), folded)]

    def __reduce__(self) -> tuple[type[UnknownNameError], tuple[t.Any, ...]]:
        return type(self), (self.kind, self.name, self.known)


def find_rule(word: str, others: t.Iterable[str] = ()) -> Rule:
    """Find a rule by its code or its name.

    :param word: for example ``"PG101"``, in capitals or not.
    :param others: other names that would have been understood.
    :raises UnknownNameError: there is none; the nearest name is suggested.
    """
    for rule in RULES:
        if word.strip().casefold() in {rule.code.casefold(), rule.name}:
            return rule
    known = (*RULES_BY_CODE, *others)
    raise UnknownNameError("page" if others else "rule", word.strip(), known)


def find_place(word: str, others: t.Collection[str] = ()) -> str:
    """Find a key of :data:`~flask_prodguard.remedy.places.PLACES`, or another name.

    :param word: the key or the title, in capitals or not.
    :param others: other names that are understood.
    :raises UnknownNameError: there is none; the nearest key is suggested.
    """
    wanted = word.strip().casefold()
    for key, place in PLACES.items():
        if wanted in {key, place.title.casefold()}:
            return key
    if wanted in others:
        return wanted
    known = dict.fromkeys((*PLACES, *others))
    raise UnknownNameError("platform", word.strip(), known)
