"""A verdict as text, and as a log record."""

from __future__ import annotations

import ast
import textwrap
import typing as t

from ..deployment.python.syntax import parse
from ..environment.evidence import Level
from ..judging.launch import Via
from ..judging.record import as_dict
from ..judging.verdict import Outcome
from ..remedy.remedy import Kind
from . import debug_in_code
from .layout import blocks
from .layout import FINDING_INDENT
from .layout import finding_lines
from .layout import fix_of
from .layout import paste
from .layout import sentence
from .layout import TEXT_INDENT
from .layout import wrapped
from .shell import Shell

if t.TYPE_CHECKING:
    from ..judging.verdict import Verdict
    from ..remedy.remedy import Remedy

Block: t.TypeAlias = list[str]

DEBUG_ONLY = ("PG103",)
# Where a start command is typed instead of kept.
TERMINAL = "a terminal"
WITHOUT_DEBUGGER = (
    "Turn the debugger off with `--no-debugger` or `use_debugger=False`, or bind the"
    " server to 127.0.0.1."
)

REFUSED = "refused to start the development server of {app!r}"
REFUSES = "refuses to serve {app!r} with the development server"
STARTS = "It starts anyway."
GOES_ON = "It keeps serving."
STAYS_ON = "It stays on."
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
    Outcome.REFUSE: "turned off the debugger that wraps {app!r}.\n"
    "Requests go straight to the app.",
    Outcome.REPORT: f"found a debugger that wraps {{app!r}}.\n{STAYS_ON}",
    Outcome.WARN: f"warns about a debugger that wraps {{app!r}}.\n{STAYS_ON}",
}
NOT_SERVED = "PRODGUARD_ACTION is 'serve', but waitress can't serve this start:"
KEPT_FROM = (
    "kept the debugger of {app!r} from a request.\n"
    "The app alone answered it, and will answer every request like it."
)
SERVING = "found that {app!r} is served in an unsafe state.\nIt is served anyway."
LOSES = "What this would lose:"
STAYS_ALIVE = "The process goes on without the server, and a supervisor sees it as up."


def text(
    verdict: Verdict,
    remedy: Remedy | None,
    shell: Shell | None = None,
    stays_alive: bool = False,
) -> str:
    """The whole message: what happened, what was found, how to fix it, how to develop,
    how to start it anyway on this host, where to read about other ways, and the fix
    again in one line, because logs are read from their end.

    :param remedy: what serves the app instead, ``None`` if its server may stay.
    :param stays_alive: whether a refusal does not end the process.
    """
    shell = shell or Shell()
    opening = _opening(verdict, stays_alive)
    if remedy and verdict.codes == DEBUG_ONLY:
        return debug_in_code.text(opening, verdict, remedy, shell)
    return blocks(
        [
            opening,
            ["What was found:", *_findings(verdict)],
            *([[NOT_SERVED, *_obstacles(verdict)]] if verdict.obstacles else []),
            ["How to fix it:", *_fix(verdict, remedy)],
            *_development(verdict, remedy),
            *_ways_out(verdict, shell),
            [f"Other ways out: {shell.own_command} explain opt-out"],
            [fix_line(verdict, remedy)],
        ]
    )


def short_text(verdict: Verdict, shell: Shell | None = None) -> str:
    """The message if no remedy could be found."""
    shell = shell or Shell()
    return blocks(
        [
            _opening(verdict),
            ["What was found:", *_findings(verdict)],
            [f"Other ways out: {shell.own_command} explain opt-out"],
            [f"Fix: {_rule_fixes(verdict)}"],
        ]
    )


def summary(verdict: Verdict, remedy: Remedy | None) -> str:
    """One line, for a log that is written in addition to the whole message."""
    return f"{_reason(verdict)} {fix_line(verdict, remedy)}"


def short_summary(verdict: Verdict) -> str:
    """One line, if no remedy could be found."""
    return f"{_reason(verdict)} Fix: {_rule_fixes(verdict)}"


def _reason(verdict: Verdict) -> str:
    refusal = REFUSES if verdict.launch.via is Via.RUNNING else REFUSED
    because = verdict.findings[0].seen
    if verdict.obstacles:
        because += f", and waitress can't serve it: {verdict.obstacles[0].seen}"
    return f"{refusal.format(app=verdict.launch.app)}, because {because}."


def log_template(verdict: Verdict) -> str:
    """What a log record formats, one for each set of codes: error trackers group them
    by it.
    """
    return f"{', '.join(verdict.codes)}: %s"


def log_extra(
    verdict: Verdict, remedy: t.Mapping[str, t.Any] | None = None
) -> dict[str, t.Any]:
    """The attributes that a log record carries in addition to its text.

    :param remedy: the remedy as JSON-compatible values.
    """
    address = verdict.launch.address
    return {
        "prodguard_codes": list(verdict.codes),
        "prodguard_app": verdict.launch.app,
        "prodguard_via": verdict.launch.via.value,
        "prodguard_environment": verdict.environment.name,
        "prodguard_address": address.bound or address.host,
        "prodguard_verdict": as_dict(verdict),
        "prodguard_remedy": remedy,
    }


def _opening(verdict: Verdict, stays_alive: bool = False) -> Block:
    launch = verdict.launch
    opening = SERVING
    if launch.via is Via.RUNNING:
        opening = RUNNING_OPENINGS[verdict.outcome]
    elif launch.is_development_server:
        opening = SERVER_OPENINGS[verdict.outcome]
    elif launch.via is Via.DEBUGGER:
        opening = DEBUGGER_OPENINGS[verdict.outcome]
        if launch.detour and verdict.is_refused:
            opening = KEPT_FROM
    lines = f"flask-prodguard {opening.format(app=launch.app)}"
    is_placed = verdict.codes == DEBUG_ONLY
    if launch.call_site and launch.is_development_server and not is_placed:
        lines += f" The call is in {launch.call_site}."
    return [*lines.splitlines(), *([STAYS_ALIVE] if stays_alive else [])]


def _findings(verdict: Verdict) -> t.Iterator[str]:
    yield from finding_lines(verdict.findings)
    against = verdict.environment.contradicting
    if against and verdict.environment.is_production:
        seen = "; ".join(item.seen for item in against)
        yield from wrapped(
            f"Weaker evidence says that this is development: {seen}. When in doubt, it"
            " is production.",
            FINDING_INDENT,
        )


def _obstacles(verdict: Verdict) -> t.Iterator[str]:
    for seen, fix in verdict.obstacles:
        yield from wrapped(f"{sentence(seen)} {fix}", TEXT_INDENT)


def _fix(verdict: Verdict, remedy: Remedy | None) -> t.Iterator[str]:
    if remedy is None:
        for fix in _rule_fixes_of(verdict):
            yield from wrapped(fix, TEXT_INDENT)
    elif verdict.environment.is_explicitly_development:
        yield from wrapped(WITHOUT_DEBUGGER, TEXT_INDENT)
    else:
        yield from how_to_serve(remedy)


def fix_line(verdict: Verdict, remedy: Remedy | None) -> str:
    """How to fix it, in one line."""
    if remedy is None:
        return f"Fix: {_rule_fixes(verdict)}"
    if verdict.environment.is_explicitly_development:
        return f"Fix: {WITHOUT_DEBUGGER}"
    if verdict.codes == DEBUG_ONLY:
        return debug_in_code.fix_line(verdict, remedy)
    return " ".join(["Fix:", *remedy.changes, *_in_one_line(remedy)])


def _in_one_line(remedy: Remedy) -> t.Iterator[str]:
    if remedy.install:
        yield f"Run {remedy.install}."
    elif remedy.requirements:
        yield f"Install {' and '.join(remedy.requirements)}."
    lines = remedy.lines
    if remedy.file and remedy.after is not None:
        yield f"In {_place_in_file(remedy)}, write:"
        lines = tuple(remedy.after.splitlines())
    elif remedy.place.where == TERMINAL:
        yield "Run:"
    else:
        yield f"Paste into {remedy.place.where}:"
    if len(lines) == 1:
        yield lines[0].strip()
    elif remedy.kind is Kind.CODE or remedy.place.serves_itself:
        before = (remedy.before or "").splitlines()
        changed = [line.strip() for line in lines if line not in before]
        is_whole = len(changed) == len(lines)
        yield _as_statements("\n".join(lines)) if is_whole else "; ".join(changed)
    else:
        yield " and ".join(_settings(lines))


def _settings(lines: t.Sequence[str]) -> list[str]:
    # The headings above them are in the place already.
    *others, last = (line.strip() for line in lines)
    return [*(line for line in others if not line.endswith((":", "]"))), last]


def _as_statements(code: str) -> str:
    # What is in a block can't be in one line of Python: a person sees what is meant.
    code = textwrap.dedent(code)
    opening, _, block = code.partition("\n")
    if opening.endswith(":"):
        # `try: app.run()`, for which a line was added.
        return f"{opening} {_as_statements(block)}"
    try:
        statements = [ast.unparse(each) for each in parse(code).body]
    except SyntaxError:
        statements = code.splitlines()
    return " ".join("; ".join(statements).split())


def how_to_serve(remedy: Remedy) -> t.Iterator[str]:
    """The part of the message that says what to change, where, and what that loses."""
    yield from _sentences(remedy.changes)
    yield from _replacement(remedy, "Serve")
    if remedy.note:
        yield ""
        yield from wrapped(remedy.note, TEXT_INDENT)
    yield from _losses(remedy)
    for other in remedy.alternatives:
        condition = f", {other.condition}," if other.condition else ","
        yield ""
        yield from _replacement(other, f"Or{condition} serve", *other.changes)
        yield from _losses(other)


def _replacement(remedy: Remedy, start: str, *changes: str) -> t.Iterator[str]:
    place = remedy.place
    opening = f"{start} the app with {remedy.server}."
    if place.serves_itself:
        opening = f"{place.title} serves the app itself."
    opening = " ".join([opening, *changes])
    if remedy.file and remedy.after is not None:
        after = remedy.after.splitlines()
        where = _place_in_file(remedy)
        if remedy.before:
            before = remedy.before.splitlines()
            yield from paste(f"{opening} In {where}, replace", *before)
            yield ""
            yield from paste("with", *after)
        else:
            yield from paste(f"{opening} Add this to {where}:", *after)
    else:
        yield from paste(f"{opening} Paste this into {place.where}:", *remedy.lines)
    yield from _installation(remedy)


def _losses(remedy: Remedy) -> t.Iterator[str]:
    if remedy.losses:
        yield ""
        yield from wrapped(LOSES, TEXT_INDENT)
    for loss in remedy.losses:
        yield from wrapped(f"- {loss}", TEXT_INDENT, f"{TEXT_INDENT}  ")


def _place_in_file(remedy: Remedy) -> str:
    return f"{remedy.file}, line {remedy.line}" if remedy.line else str(remedy.file)


def _installation(remedy: Remedy) -> t.Iterator[str]:
    if not remedy.requirements:
        return
    yield ""
    if remedy.install:
        yield from paste("It has to be installed first:", remedy.install)
    else:
        names = " and ".join(remedy.requirements)
        yield from paste(
            f"{names} is not installed here. Add this line to requirements.txt, or its"
            " name to the dependencies in pyproject.toml:",
            *remedy.requirements,
        )


def _development(verdict: Verdict, remedy: Remedy | None) -> t.Iterator[Block]:
    environment = verdict.environment
    # In production, the command would be refused as well.
    is_known = environment.is_production or environment.is_explicitly_development
    if remedy and not is_known:
        yield from how_to_develop(remedy)


def how_to_develop(remedy: Remedy) -> t.Iterator[Block]:
    """The part that says how to develop instead, if that needs no change beyond those
    that serving the app needs.
    """
    if set(remedy.development.changes) <= set(remedy.changes):
        yield paste(
            "To develop on your own machine:", remedy.development.command, indent=""
        )


def _ways_out(verdict: Verdict, shell: Shell) -> t.Iterator[Block]:
    environment = verdict.environment
    if environment.is_explicitly_development:
        return
    is_production, in_container = environment.is_production, environment.container
    if "PG102" in verdict.codes and in_container and not is_production:
        yield paste(
            "If only this machine can reach that address, because its port is published"
            " on 127.0.0.1, say so:",
            shell.start_with(
                "FLASK_PRODGUARD_ALLOWED_HOSTS", str(verdict.launch.address.bound)
            ),
            indent="",
        )
    is_sure = environment.level is not Level.CONDITIONAL_PLATFORM
    if is_production and is_sure:
        # It was declared to be production, or no laptop looks like this. Calling it a
        # development machine would be untrue.
        if verdict.is_refused and verdict.launch.is_development_server:
            yield paste(
                "To start it anyway, and have this logged as an error:",
                shell.start_with("FLASK_PRODGUARD_ACTION", "log"),
                indent="",
            )
    elif is_production or in_container:
        yield paste(
            "If this is a development machine, say so. It does not make the development"
            " server safe for others to use:",
            shell.start_with("FLASK_PRODGUARD_ENVIRONMENT", "development"),
            indent="",
        )
    elif verdict.launch.detour:
        yield paste(
            "If this is your development machine, say so once:",
            f"{shell.own_command} declare development",
            indent="",
        )
    else:
        yield paste(
            "If this is your development machine, and other devices may reach the"
            " development server, say so once:",
            f"{shell.own_command} declare development --network",
            indent="",
        )


def _rule_fixes_of(verdict: Verdict) -> list[str]:
    return [*dict.fromkeys(map(fix_of, verdict.findings))]


def _rule_fixes(verdict: Verdict) -> str:
    return " ".join(_rule_fixes_of(verdict))


def _sentences(changes: t.Iterable[str]) -> t.Iterator[str]:
    for change in changes:
        yield from wrapped(change, TEXT_INDENT)
