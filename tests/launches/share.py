"""Counts the results of the commands that refusals say to paste."""

from __future__ import annotations

import typing as t
from collections import Counter

import pytest

PROPERTY = "pasted"

SERVED = "served"
CHANGED = "served after the change"
IN_CODE = "served by the program itself"
BY_HOST = "imported by a host"
DEBUG_ONLY = "debug only"
MISTAKE = "mistake"
NOT_INSTALLED = "not installed"
LOSES = "loses something"
NEVER = "never served"
FAILED = "failed"
MUST_SERVE = (SERVED, CHANGED, IN_CODE, BY_HOST, FAILED)
NOTES = {
    IN_CODE: "{} by a change of the call that starts the development server",
    CHANGED: "{} after the change in the code that the message asks for",
    BY_HOST: "{} by gunicorn in the place of a host that brings its own server",
}
OTHERS = {
    DEBUG_ONLY: "refused for debug mode alone: `flask run --debug` was pasted, and"
    " serves with Werkzeug's server, as it should",
    NOT_INSTALLED: "not applied, because what they require is not installed here",
    LOSES: "named what the development server does and the command would not",
    NEVER: "change a program that answers nothing without the guard either",
    MISTAKE: "refused for a mistake in the configuration: the message names the value"
    " to correct, and no command",
}


class Pasted(t.NamedTuple):
    """The result of one refusal."""

    outcome: str
    command: str = ""
    #: What went wrong, for people.
    failure: str = ""


def report_lines(reports: t.Iterable[pytest.TestReport]) -> t.Iterator[str]:
    """The share of the refusals whose command serves the app.

    :param reports: of all tests.
    """
    pasted = [*_pasted(reports)]
    counts = Counter(each.outcome for each in pasted)
    refusals = [each for each in pasted if each.outcome in MUST_SERVE]
    if not refusals:
        return
    works = len(refusals) - counts[FAILED]
    commands = {each.command for each in refusals}
    yield (
        f"The same app: {works} of {len(refusals)} remedies answer as the development"
        f" server does ({100 * works / len(refusals):.4g} %), distinct remedies:"
        f" {len(commands)}"
    )
    for outcome, words in NOTES.items():
        if counts[outcome]:
            yield f"  of these, {words.format(counts[outcome])}"
    for outcome, words in OTHERS.items():
        if counts[outcome]:
            yield f"  besides, {counts[outcome]} {words}"


def _pasted(reports: t.Iterable[pytest.TestReport]) -> t.Iterator[Pasted]:
    for report in reports:
        if report.when == "call":
            for name, value in report.user_properties:
                if name == PROPERTY:
                    yield Pasted(*t.cast("list[str]", value))
