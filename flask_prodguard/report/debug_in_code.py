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
DASH = (
    "Dash's dev tools are off then, unless the code calls app.enable_dev_tools(): on"
    " a declared machine they stay on."
)
EXPLAINED = "`flask prodguard explain PG103` says how to start it from outside."
WITHOUT_SWITCH = "Take it out of the code"
# The last of twelve lines is the fix.
LONGEST = 11


def text(opening: list[str], verdict: Verdict, remedy: Remedy, shell: Shell) -> str:
    """The whole message, in at most twelve lines.

    :param opening: what happened.
    :param remedy: how to start the app from outside.
    """
    head = [*opening, "", *_what_was_seen(verdict), ""]
    declare = [*wrapped(OR_DECLARE), f"{LINE_INDENT}{shell.own_command} {DECLARE}"]
    lines = _fitted([*head, *_start_outside(verdict.launch, remedy), *declare])
    if len(lines) > LONGEST:
        # What asks for long changes of the code first is the longer way.
        outside = f"{_undo(verdict.launch)}. {EXPLAINED}"
        lines = _fitted([*head, *wrapped(outside), *declare])
    return "\n".join([*lines, fix_line(verdict, remedy)])


def _fitted(lines: list[str]) -> list[str]:
    is_long = len(lines) > LONGEST
    return [line for line in lines if line] if is_long else lines


def fix_line(verdict: Verdict, remedy: Remedy) -> str:
    """How to start the app from outside, in one line."""
    changes = " ".join(remedy.development.changes)
    undo = f"{changes} {_undo(verdict.launch)}".strip()
    return f"Fix: {undo}, and run: {remedy.development.command}"


def _what_was_seen(verdict: Verdict) -> list[str]:
    (finding,) = verdict.findings
    said = f"{TEXT_INDENT}{finding.code}  {sentence(finding.seen)}"
    return wrapped(said, hanging=FINDING_INDENT)


def _start_outside(launch: Launch, remedy: Remedy) -> list[str]:
    call = launch.run_call
    lines = [
        *(line for change in remedy.development.changes for line in wrapped(change)),
        *wrapped(f"{_undo(launch)}, and start the app with:"),
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
