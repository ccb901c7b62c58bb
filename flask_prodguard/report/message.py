"""What is said of a verdict. It is imported only where something is wrong: a server
that starts as it should does not pay for it.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ..remedy.advise import advise
from . import text as report

if t.TYPE_CHECKING:
    from flask import Flask

    from ..judging.verdict import Verdict
    from ..remedy.origin import Origin


@dataclasses.dataclass(frozen=True)
class Message:
    """What is said of a verdict."""

    #: The verdict, with the app's import path.
    verdict: Verdict
    #: One line.
    summary: str
    #: The whole text.
    text: str
    #: The attributes of its log record.
    extra: dict[str, t.Any]


def write_message(
    app: Flask, verdict: Verdict, origin: Origin, served: object = None
) -> Message:
    """Say what was found, and how to fix it for this app on this host.

    :param origin: where the guard was applied to the app.
    :param served: what the development server was given, if that is known.
    """
    complete, remedy = advise(app, verdict, origin, served)
    return Message(
        verdict=complete,
        summary=report.summary(complete, remedy),
        text=report.text(complete, remedy),
        extra=report.log_extra(complete),
    )
