"""A mark: what an environment variable must hold, and who leaves it."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

Environ: t.TypeAlias = t.Mapping[str, str]

STRONG = "strong"
CONDITIONAL = "conditional"


@dataclass(frozen=True)
class Mark:
    """One variable and the value it must have. Without words or a pattern, any
    value but an empty one will do.
    """

    variable: str
    #: Accepted values, compared after trimming and case-folding. They are the
    #: only values that may ever be shown.
    words: tuple[str, ...] = ()
    #: A pattern that the whole value must match. The value is never shown.
    pattern: str = ""

    def found_in(self, environ: Environ) -> str | None:
        """What was found, in words that hold no secret, or ``None``."""
        value = environ.get(self.variable, "").strip()
        if not value:
            return None
        if self.words:
            word = value.casefold()
            return f"{self.variable}={word}" if word in self.words else None
        if self.pattern and not re.fullmatch(self.pattern, value):
            return None
        return f"{self.variable} is set"


def present(variable: str) -> Mark:
    """The variable has a value."""
    return Mark(variable)


def equal(variable: str, *words: str) -> Mark:
    """The variable has one of these values.

    :param words: the values, in lower case.
    """
    return Mark(variable, words=words)


def matching(variable: str, pattern: str) -> Mark:
    """The variable's whole value matches."""
    return Mark(variable, pattern=pattern)


def all_found(marks: t.Iterable[Mark], environ: Environ) -> str | None:
    """What was found if every mark is there, else ``None``."""
    seen = [mark.found_in(environ) for mark in marks]
    return None if None in seen else ", ".join(filter(None, seen))


def any_found(marks: t.Iterable[Mark], environ: Environ) -> str | None:
    """What was found first, or ``None``."""
    return next(filter(None, (mark.found_in(environ) for mark in marks)), None)


@dataclass(frozen=True)
class Platform:
    """A host that runs programs, and how to know it."""

    title: str
    #: The key of the place where its start command is kept.
    place: str
    #: ``"strong"`` if no laptop carries its marks, else ``"conditional"``.
    tier: str
    #: Any one of these sets of marks is enough.
    rules: tuple[tuple[Mark, ...], ...]
    #: Any one of these says that it is an emulator, a shell or a copy.
    vetoes: tuple[Mark, ...] = ()
    #: A variable whose name starts so is a veto too.
    veto_prefixes: tuple[str, ...] = ()
    #: Any one of these folders is enough.
    folders: tuple[str, ...] = ()


@dataclass(frozen=True)
class DevelopmentContext:
    """A place where people develop, and how to know it."""

    title: str
    marks: tuple[Mark, ...]
    #: Any one of these says that the mark was carried into production.
    vetoes: tuple[Mark, ...] = ()
