"""A mark: what an environment variable must hold, and who leaves it."""

from __future__ import annotations

import functools
import re
import typing as t
from dataclasses import dataclass

Environ: t.TypeAlias = t.Mapping[str, str]

STRONG = "strong"
CONDITIONAL = "conditional"

WORKSPACE = "a workspace"
TOOL = "a tool"
EMULATOR = "an emulator"
CI_SERVICE = "a CI service"

# What switches a variable off that a tool sets to switch something on.
OFF = r"0|false|f|no|n|off"

QUOTES = frozenset({'"', "'"})


def bare(value: str) -> str:
    """A value without the spaces and the one pair of quotes around it. ``docker run
    --env-file`` passes on the quotes in such a file (moby/moby#46773, read 2026-11-22).
    """
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in QUOTES:
        return value[1:-1].strip()
    return value


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
    #: A value that the pattern accepts.
    sample: str = "1"

    @property
    def example(self) -> str:
        """A value that it accepts."""
        return self.words[0] if self.words else self.sample

    def found_in(self, environ: Environ) -> str | None:
        """What was found, in words that hold no secret, or ``None``."""
        value = bare(environ.get(self.variable, ""))
        if not value:
            return None
        if self.words:
            word = value.casefold()
            return f"{self.variable}={word}" if word in self.words else None
        if self.pattern and not re.fullmatch(self.pattern, value):
            return None
        return f"{self.variable} is set"


Marks: t.TypeAlias = tuple[Mark, ...]


def present(variable: str) -> Mark:
    """The variable has a value."""
    return Mark(variable)


def equal(variable: str, *words: str) -> Mark:
    """The variable has one of these values.

    :param words: the values, in lower case.
    """
    return Mark(variable, words=words)


def switched_on(variable: str) -> Mark:
    """The variable has a value, and not one that means off: for what is true or false,
    and is written in more than one way.
    """
    return Mark(variable, pattern=rf"(?!(?i:{OFF})$)(?s:.*)", sample="true")


def matching(variable: str, pattern: str, sample: str) -> Mark:
    """The variable's whole value matches.

    :param sample: a value that does.
    """
    return Mark(variable, pattern=pattern, sample=sample)


def any_of(*marks: Mark) -> tuple[Marks, ...]:
    """Rules of one mark each: any one of them is enough."""
    return tuple((mark,) for mark in marks)


def all_found(marks: t.Iterable[Mark], environ: Environ) -> str | None:
    """What was found if every mark is there, else ``None``."""
    seen = [mark.found_in(environ) for mark in marks]
    return None if None in seen else ", ".join(filter(None, seen))


def any_found(marks: t.Iterable[Mark], environ: Environ) -> str | None:
    """What was found first, or ``None``."""
    return next(filter(None, (mark.found_in(environ) for mark in marks)), None)


def rule_found(rules: t.Iterable[Marks], environ: Environ) -> str | None:
    """What was found for the first rule whose marks are all there, or ``None``."""
    return next(filter(None, (all_found(rule, environ) for rule in rules)), None)


@dataclass(frozen=True)
class Source:
    """Where it is documented who leaves a mark."""

    #: A page, or a file of the project that sets the variable.
    url: str
    #: The date on which it was read.
    read: str = "2026-11-27"


@dataclass(frozen=True)
class Platform:
    """A host that runs programs, and how to recognise it."""

    title: str
    #: The entry of :data:`~flask_prodguard.remedy.places.PLACES` that says where its
    #: start command is kept.
    place: str
    #: ``"strong"`` if no laptop carries its marks, else ``"conditional"``.
    tier: str
    #: Any one of these sets of marks is enough.
    rules: tuple[Marks, ...]
    source: Source
    #: Any one of these says that it is an emulator, a shell or a copy.
    vetoes: Marks = ()
    #: A variable whose name starts with one of these is a veto too.
    veto_prefixes: tuple[str, ...] = ()
    #: Any one of these folders is enough.
    folders: tuple[str, ...] = ()
    #: Whether CI services and workspaces run on it, and pass its marks on.
    hosts_development: bool = False

    @functools.cached_property
    def variables(self) -> frozenset[str]:
        """The variables of its rules."""
        return frozenset(mark.variable for rule in self.rules for mark in rule)


@dataclass(frozen=True)
class DevelopmentContext:
    """A place where people develop, and how to recognise it."""

    title: str
    #: ``"a workspace"``, ``"a tool"``, ``"an emulator"`` or ``"a CI service"``.
    kind: str
    #: Any one of these sets of marks is enough.
    rules: tuple[Marks, ...]
    source: Source
    #: Any one of these says that the mark was carried into production.
    vetoes: Marks = ()

    @functools.cached_property
    def variables(self) -> frozenset[str]:
        """The variables of its rules."""
        return frozenset(mark.variable for rule in self.rules for mark in rule)
