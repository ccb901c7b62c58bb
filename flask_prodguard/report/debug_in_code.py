"""The message of PG103, which most people meet on their own machine: it is short, and
names the two ways that work there.
"""

from __future__ import annotations

import typing as t

from .layout import FINDING_INDENT
from .layout import LINE_INDENT
from .layout import sentence
from .layout import TEXT_INDENT
from .layout import wrapped

if t.TYPE_CHECKING:
    from ..judging.launch import Launch
    from ..judging.verdict import Verdict
    from ..remedy.remedy import Remedy
    from .shell import Shell

DECLARE = "declare development"
OR_DECLARE = "Or, if this machine is for development, say so once, for every project:"
# If the app would not be the same when it is started with `flask run`.
FIRST_DECLARE = "If this machine is for development, say so once, for every project:"
FIX_DECLARE = "Fix: If this machine is for development, run: {command}"
DASH = (
    "Dash's dev tools are off then, unless the code calls app.enable_dev_tools(): on"
    " a declared machine they stay on."
)
EXPLAINED = "`{own} explain PG103` says how to start it with `flask run`."
WITHOUT_SWITCH = "Take it out of the code"
# The last of twelve lines is the fix.
LONGEST = 11


def text(opening: list[str], verdict: Verdict, remedy: Remedy, shell: Shell) -> str:
    """The whole message, in at most twelve lines.

    :param opening: what happened.
    :param remedy: how to start the app with ``flask run``.
    """
    head = [*opening, "", *_what_was_seen(verdict), ""]
    command = f"{shell.own_command} {DECLARE}"
    # A command that needs long changes of the code first is the longer way.
    explained = wrapped(
        f"{_undo(verdict.launch)}. {EXPLAINED.format(own=shell.own_command)}"
    )
    outside = _start_outside(verdict.launch, remedy)
    declare = [*wrapped(OR_DECLARE), LINE_INDENT + command]
    ways = [[*outside, *declare], [*explained, *declare]]
    fix = fix_line(verdict, remedy)
    if remedy.losses:
        # What `flask run` would start is not the same app.
        losses = [line for loss in remedy.losses for line in wrapped(loss)]
        outside = _start_outside(verdict.launch, remedy, "Or, ")
        declare = [*wrapped(FIRST_DECLARE), LINE_INDENT + command]
        ways = [[*declare, *outside, *losses], [*declare, *explained]]
        fix = FIX_DECLARE.format(command=command)
    fitted = [_fitted([*head, *way]) for way in ways]
    lines = next((each for each in fitted if len(each) <= LONGEST), fitted[-1])
    return "\n".join([*lines, fix])


def _fitted(lines: list[str]) -> list[str]:
    is_long = len(lines) > LONGEST
    return [line for line in lines if line] if is_long else lines


def fix_line(verdict: Verdict, remedy: Remedy) -> str:
    """How to start the app with ``flask run``, in one line."""
    changes = " ".join(remedy.development.changes)
    undo = f"{changes} {_undo(verdict.launch)}".strip()
    return f"Fix: {undo}, and run: {remedy.development.command}"


def _what_was_seen(verdict: Verdict) -> list[str]:
    (finding,) = verdict.findings
    said = f"{TEXT_INDENT}{finding.code}  {sentence(finding.seen)}"
    return wrapped(said, hanging=FINDING_INDENT)


def _start_outside(launch: Launch, remedy: Remedy, opening: str = "") -> list[str]:
    call = launch.run_call
    undo = _undo(launch)
    if opening:
        undo = f"{opening}{undo[0].lower()}{undo[1:]}"
    lines = [
        *(line for change in remedy.development.changes for line in wrapped(change)),
        *wrapped(f"{undo}, and start the app with:"),
        LINE_INDENT + remedy.development.command,
    ]
    if call and call.without_option:
        names = ", ".join(call.without_option)
        lines += wrapped(f"`flask run` has no option for {names}.")
    if call and call.name.startswith("Dash"):
        lines += wrapped(DASH)
    return lines


def _undo(launch: Launch) -> str:
    return launch.run_call.switch.undo if launch.run_call else WITHOUT_SWITCH
