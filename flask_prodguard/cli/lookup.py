"""What a person may have meant by a name that is not known."""

from __future__ import annotations

import typing as t

import click

from ..config.choices import nearest_to
from ..errors import ProdGuardError
from ..report.layout import wrapped


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
        return nearest_to(self.name, self.known)

    def __reduce__(self) -> tuple[type[UnknownNameError], tuple[t.Any, ...]]:
        return type(self), (self.kind, self.name, self.known)
