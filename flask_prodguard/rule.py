"""What a rule is."""

from __future__ import annotations

import enum
import typing as t
from dataclasses import dataclass

if t.TYPE_CHECKING:
    from .config import GuardConfig
    from .environment import Environment
    from .launch import Launch


class Severity(enum.Enum):
    """What a finding means for the launch.

    .. versionadded:: 0.1
    """

    #: It must not be served like this.
    REFUSE = "refuse"
    #: It is served, and logged as an error.
    ERROR = "error"
    #: It is served, and logged as a warning.
    WARNING = "warning"


class Seen(t.NamedTuple):
    """What a rule's check saw."""

    text: str
    severity: Severity = Severity.REFUSE


Check: t.TypeAlias = t.Callable[["Launch", "Environment", "GuardConfig"], "Seen | None"]


@dataclass(frozen=True)
class Rule:
    """A mistake that can be seen when a server starts, or before it does.

    .. versionadded:: 0.1
    """

    #: For example ``"PG101"``; it never changes its meaning.
    code: str
    #: A name in words and hyphens.
    name: str
    #: One line.
    title: str
    #: Why it is a mistake.
    why: str
    #: What to do instead.
    fix: str
    #: An example of the mistake.
    example: str
    #: Further reading.
    references: tuple[str, ...]
    check: Check
