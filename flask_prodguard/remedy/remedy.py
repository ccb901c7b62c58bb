"""The remedy, as a value and as data: a change after which the same app is served."""

from __future__ import annotations

import enum
import typing as t
from dataclasses import dataclass

if t.TYPE_CHECKING:
    from .development import Development
    from .places import Place

Values: t.TypeAlias = dict[str, t.Any]


class Kind(enum.Enum):
    """What is changed.

    .. versionadded:: 0.1
    """

    #: The program is started by another command.
    COMMAND = "command"
    #: The code that starts the development server is changed to start another one.
    CODE = "code"


class Applicability(enum.Enum):
    """How far a remedy may be trusted.

    .. versionadded:: 0.1
    """

    #: It can be applied as it is, without a person, and serves the same app.
    MACHINE = "machine"
    #: It has a placeholder that a person has to fill in.
    PLACEHOLDERS = "placeholders"
    #: A person has to look at it first.
    MAYBE = "maybe"


@dataclass(frozen=True)
class Remedy:
    """A change after which the same app is served by a production server.

    .. versionadded:: 0.1
    """

    kind: Kind
    #: The server that serves the app then.
    server: str
    #: How to develop instead.
    development: Development
    #: Where the start command of this host is kept.
    place: Place
    #: The shell command that starts the server, empty if the program is started as
    #: before.
    command: str = ""
    #: The same as a list of words, for places without a shell.
    argv: tuple[str, ...] = ()
    #: The file that is changed, relative to the project.
    file: str | None = None
    #: The first line that is replaced.
    line: int | None = None
    #: The whole lines that are there.
    before: str | None = None
    #: The whole lines that replace them.
    after: str | None = None
    #: The packages that have to be installed first.
    requirements: tuple[str, ...] = ()
    #: The command that adds them to the project, if a lock file says which.
    install: str | None = None
    #: What has to be changed first, in sentences.
    changes: tuple[str, ...] = ()
    #: What the development server did and this does not, in sentences.
    losses: tuple[str, ...] = ()
    #: When an alternative is the one to choose: the rest of "Or, ...".
    condition: str = ""
    #: Other remedies, the better ones first.
    alternatives: tuple[Remedy, ...] = ()
    applicability: Applicability = Applicability.MAYBE
    #: The lines to paste: into the place, or into the file instead of what is there.
    lines: tuple[str, ...] = ()
    #: What else a person has to know about the place.
    note: str = ""


def as_dict(remedy: Remedy) -> Values:
    """The remedy as JSON-compatible values.

    .. versionadded:: 0.1
    """
    condition = (f"Only {remedy.condition}.",) if remedy.condition else ()
    return {
        "kind": remedy.kind.value,
        "server": remedy.server,
        "command": remedy.command or None,
        "argv": list(remedy.argv) or None,
        "file": remedy.file,
        "line": remedy.line,
        "before": remedy.before,
        "after": remedy.after,
        "requirements": list(remedy.requirements),
        "changes": [*condition, *remedy.changes],
        "losses": list(remedy.losses),
        "alternatives": [as_dict(each) for each in remedy.alternatives],
        "applicability": remedy.applicability.value,
    }
