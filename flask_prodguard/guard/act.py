"""Carries a verdict out: logs it, sends it as a signal, raises it."""

from __future__ import annotations

import logging
import typing as t

from ..errors import UnsafeLaunchError
from ..judging.verdict import Outcome
from ..signals import launch_judged
from .containment import first_written
from .containment import observe
from .fork import importing
from .log import logger
from .log import say
from .start import mark_reported
from .start import was_reported_by_parent

if t.TYPE_CHECKING:
    from flask import Flask

    from ..config.keys import Problem
    from ..judging.verdict import Verdict
    from ..origin import Origin
    from ..remedy.remedy import Remedy
    from ..report.message import Message
    from .state import Start

LEVELS = {
    Outcome.WARN: logging.WARNING,
    Outcome.REPORT: logging.ERROR,
    Outcome.SERVE: logging.ERROR,
    Outcome.REFUSE: logging.ERROR,
}
NOWHERE = logging.NullHandler()


def carry_out(
    app: Flask,
    verdict: Verdict,
    start: Start,
    origin: Origin,
    served: object = None,
) -> None:
    """Report a verdict, once for each start, and raise if a development server is
    refused. A production server is never taken down.

    :param origin: where the guard was applied to the app.
    :param served: what the development server was given, if that is known.
    :raises UnsafeLaunchError: the launch is refused.
    """
    if not verdict.findings:
        if start.claim_unreported(verdict):
            _send(app, verdict)
        return
    serves = verdict.launch.is_development_server
    raises = verdict.is_refused and serves
    news = start.claim_unreported(verdict)
    if not news and not raises:
        return
    message = observe(lambda: _write(app, verdict, origin, served), None)
    if news:
        _send(app, message.verdict if message else verdict)
        if not observe(was_reported_by_parent, False):
            observe(lambda: _log(message, verdict, raises), None)
    if raises:
        raise _refusal(message, verdict)
    if serves:
        observe(mark_reported, None)


def _refusal(message: Message | None, verdict: Verdict) -> UnsafeLaunchError:
    if message is None:
        return UnsafeLaunchError(_unwritten(verdict), verdict)
    return UnsafeLaunchError(message.text, message.verdict, message.remedy)


def _unwritten(verdict: Verdict) -> str:
    """What is said where even that which writes messages can't be imported."""
    return "; ".join(f"{each.code}: {each.seen}" for each in verdict.findings)


def _write(app: Flask, verdict: Verdict, origin: Origin, served: object) -> Message:
    with importing:
        from ..report.message import short_message
        from ..report.message import write_message
    return first_written(
        lambda: write_message(*advised(app, verdict, origin, served)),
        lambda: short_message(verdict),
    )


def advised(
    app: Flask, verdict: Verdict, origin: Origin, served: object
) -> tuple[Verdict, Remedy | None]:
    """A verdict with what was found out about the app, and what serves it instead of
    the development server.
    """
    if not verdict.launch.is_development_server:
        # Its server stays, so nothing is looked for in the program, which may be long.
        return verdict, None
    with importing:
        from ..remedy.advise import advise
    return advise(app, verdict, origin, served)


def _log(message: Message | None, verdict: Verdict, raises: bool) -> None:
    if message is None:
        say(LEVELS[verdict.outcome], _unwritten(verdict))
        return
    level = LEVELS[message.verdict.outcome]
    line = message.summary if raises else message.text
    # The exception that follows is printed with the whole text. If logging isn't
    # configured, Python would print the record as well.
    is_printed = raises and not message.is_swallowed
    if is_printed:
        logger().addHandler(NOWHERE)
    try:
        say(level, line, message.extra, message.template)
    finally:
        if is_printed:
            logger().removeHandler(NOWHERE)


def log_problems(problems: t.Iterable[Problem]) -> None:
    """Log what is wrong with the configuration, where raising would take a production
    server down.
    """
    for problem in problems:
        say(logging.ERROR, f"{problem} The default counts.")


def _send(app: Flask, verdict: Verdict) -> None:
    for receiver in _receivers(app):
        try:
            receiver(app, verdict=verdict)
        except Exception as error:
            # A broken receiver must neither stop a server nor let a refused launch go
            # on.
            say(logging.ERROR, "A receiver of launch_judged failed.", error=error)


def _receivers(app: Flask) -> tuple[t.Callable[..., t.Any], ...]:
    none: tuple[t.Callable[..., t.Any], ...] = ()
    return observe(lambda: tuple(launch_judged.receivers_for(app)), none)
