"""A verdict as text, and as a log record."""

from __future__ import annotations

import typing as t

from ..judging.launch import Via
from ..judging.record import as_dict
from ..judging.verdict import Outcome
from . import debug_in_code
from .layout import blocks
from .layout import FINDING_INDENT
from .layout import finding_lines
from .layout import paste
from .layout import sentence
from .layout import TEXT_INDENT
from .layout import wrapped

if t.TYPE_CHECKING:
    from ..judging.verdict import Verdict
    from ..remedy.remedy import Remedy

OPT_OUT = "https://flask-prodguard.readthedocs.io/en/stable/opt-out/"

WITHOUT_DEBUGGER = (
    "Switch the debugger off with `--no-debugger` or `use_debugger=False`, or let only"
    " this machine reach the address."
)

REFUSED = "refused to start the development server of {app!r}"
REFUSES = "refuses to serve {app!r} with the development server"
STARTS = "It starts all the same."
GOES_ON = "It goes on all the same."
STAYS_ON = "It stays on all the same."
SERVER_OPENINGS = {
    Outcome.REFUSE: f"{REFUSED}.\nNothing was started.",
    Outcome.SERVE: "found an unsafe start of the development server of {app!r}.\n"
    "The app is served by waitress instead.",
    Outcome.REPORT: f"found an unsafe start of the development server of {{app!r}}.\n"
    f"{STARTS}",
    Outcome.WARN: f"warns about the development server of {{app!r}}.\n{STARTS}",
}
RUNNING_OPENINGS = {
    Outcome.REFUSE: f"{REFUSES}.\nEach request is answered with an error.",
    Outcome.REPORT: f"found that the development server serves {{app!r}}.\n{GOES_ON}",
    Outcome.WARN: f"warns about the development server of {{app!r}}.\n{GOES_ON}",
}
DEBUGGER_OPENINGS = {
    Outcome.REFUSE: "switched off the debugger around {app!r}.\n"
    "Requests go straight to the app.",
    Outcome.REPORT: f"found a debugger around {{app!r}}.\n{STAYS_ON}",
    Outcome.WARN: f"warns about a debugger around {{app!r}}.\n{STAYS_ON}",
}
NOT_SERVED = "PRODGUARD_ACTION is 'serve', but waitress can't serve this start:"
SERVING = "found that {app!r} is served in an unsafe state.\nIt is served all the same."


def text(verdict: Verdict, remedy: Remedy) -> str:
    """The whole message: what happened, what was found, how to fix it, how to develop
    instead, how to say that this is not production, and how to opt out.

    :param remedy: what to paste, and where.
    """
    if verdict.codes == ("PG103",):
        return debug_in_code.text(_opening(verdict), verdict, remedy)
    parts = [[_opening(verdict)], ["What was found:", *_findings(verdict)]]
    if verdict.obstacles:
        parts.append([NOT_SERVED, *_obstacles(verdict)])
    parts += _fix(verdict, remedy)
    if not verdict.environment.is_explicitly_development:
        parts.append(_not_production())
    parts.append([f"To switch the guard off: {OPT_OUT}"])
    return blocks(parts)


def summary(verdict: Verdict, remedy: Remedy) -> str:
    """One line, for a log that stands beside the whole message.

    :param remedy: what to paste, and where.
    """
    command, changes = remedy.command, remedy.changes
    if verdict.codes == ("PG103",):
        command, changes = remedy.development.command, remedy.development.changes
    first = f" First: {' '.join(changes)}" if changes else ""
    refusal = REFUSES if verdict.launch.via is Via.RUNNING else REFUSED
    return (
        f"{', '.join(verdict.codes)}: {refusal.format(app=verdict.launch.app)},"
        f" because {verdict.findings[0].seen}{_not_served(verdict)}."
        f"{first} Start it with: {command}"
    )


def _not_served(verdict: Verdict) -> str:
    if not verdict.obstacles:
        return ""
    return f", and waitress can't serve it: {verdict.obstacles[0].seen}"


def log_extra(verdict: Verdict) -> dict[str, t.Any]:
    """The attributes that a log record carries beside its text."""
    address = verdict.launch.address
    return {
        "prodguard_codes": list(verdict.codes),
        "prodguard_app": verdict.launch.app,
        "prodguard_via": verdict.launch.via.value,
        "prodguard_environment": verdict.environment.name,
        "prodguard_address": address.bound or address.host,
        "prodguard_verdict": as_dict(verdict),
    }


def _opening(verdict: Verdict) -> str:
    opening = SERVING
    if verdict.launch.via is Via.RUNNING:
        opening = RUNNING_OPENINGS[verdict.outcome]
    elif verdict.launch.is_development_server:
        opening = SERVER_OPENINGS[verdict.outcome]
    elif verdict.launch.via is Via.DEBUGGER:
        opening = DEBUGGER_OPENINGS[verdict.outcome]
    return f"flask-prodguard {opening.format(app=verdict.launch.app)}"


def _findings(verdict: Verdict) -> t.Iterator[str]:
    yield from finding_lines(verdict.findings)
    against = verdict.environment.contradicting
    if against and verdict.environment.is_production:
        seen = "; ".join(item.seen for item in against)
        yield from wrapped(
            f"Against it, but weaker: {seen} says development. When in doubt, it is"
            " production.",
            FINDING_INDENT,
        )


def _obstacles(verdict: Verdict) -> t.Iterator[str]:
    for seen, fix in verdict.obstacles:
        yield from wrapped(f"{sentence(seen)} {fix}", TEXT_INDENT)


def _fix(verdict: Verdict, remedy: Remedy) -> t.Iterator[list[str]]:
    if not verdict.launch.is_development_server:
        yield ["How to fix it:", *_rule_fixes(verdict)]
    elif verdict.environment.is_explicitly_development:
        yield ["How to fix it:", *wrapped(WITHOUT_DEBUGGER, TEXT_INDENT)]
    else:
        yield ["How to fix it:", *how_to_serve(remedy)]
        yield from how_to_develop(remedy)
        yield from _keep_local(verdict)


def how_to_serve(remedy: Remedy) -> t.Iterator[str]:
    """The part of the message that says what to paste, and where.

    :param remedy: what to paste, and where.
    """
    yield from _sentences(remedy.changes)
    place = remedy.place
    served_by = f"Serve the app with {remedy.server}."
    if place.serves_itself:
        served_by = f"{place.title} serves the app itself."
    yield from paste(f"{served_by} Paste this into {place.where}:", *remedy.lines)
    if remedy.must_install:
        yield ""
        yield from paste(
            f"{remedy.server} is not installed here. Add this line to"
            " requirements.txt, or its name to the dependencies in pyproject.toml:",
            remedy.server,
        )
    if remedy.note:
        yield ""
        yield from wrapped(remedy.note, TEXT_INDENT)


def how_to_develop(remedy: Remedy) -> t.Iterator[list[str]]:
    """The part that says how to develop instead, where that needs no change but those
    that serving the app asks for.

    :param remedy: what to paste, and where.
    """
    if set(remedy.development.changes) <= set(remedy.changes):
        yield paste(
            "To develop on your own machine:", remedy.development.command, indent=""
        )


def _sentences(changes: t.Iterable[str]) -> t.Iterator[str]:
    for change in changes:
        yield from wrapped(change, TEXT_INDENT)


def _keep_local(verdict: Verdict) -> t.Iterator[list[str]]:
    if "PG102" in verdict.codes and not verdict.environment.is_production:
        bound = verdict.launch.address.bound
        yield paste(
            "If only this machine can reach that address, as behind a port published"
            " with 127.0.0.1, say so with an environment variable:",
            f"FLASK_PRODGUARD_ALLOWED_HOSTS={bound}",
            indent="",
        )


def _rule_fixes(verdict: Verdict) -> t.Iterator[str]:
    for finding in verdict.findings:
        yield from wrapped(finding.rule.fix, TEXT_INDENT)


def _not_production() -> list[str]:
    return paste(
        "If this is a development machine, say so with an environment variable (it does"
        " not make the development server fit for others to use):",
        "FLASK_PRODGUARD_ENVIRONMENT=development",
        indent="",
    )
