"""The pages and the listing of the rules, all from the one table."""

from __future__ import annotations

import typing as t

from ..report.layout import wrapped
from ..rules import RULES
from ..rules import RULES_BY_CODE
from .lookup import UnknownNameError

if t.TYPE_CHECKING:
    from ..rules import Rule

CODE_INDENT = "    "
LISTING_INDENT = " " * 7
HOME = "https://flask-prodguard.readthedocs.io/en/stable/"


def find_rule(word: str) -> Rule:
    """Find a rule by its code or its name.

    :param word: for example ``"PG101"``, in capitals or not.
    :raises UnknownNameError: there is none; the nearest code is suggested.
    """
    for rule in RULES:
        if word.strip().casefold() in {rule.code.casefold(), rule.name}:
            return rule
    raise UnknownNameError("rule", word.strip().upper(), RULES_BY_CODE)


def address_of(rule: Rule) -> str:
    """Where the rule's page is on the web."""
    return f"{HOME}rules/{rule.code}/"


def page(rule: Rule) -> str:
    """The rule's page in Markdown, for the documentation and the terminal alike."""
    blocks = [
        [f"# {rule.code}: {rule.name}"],
        *_section("What it finds", wrapped(rule.title)),
        *_section("Why it is a mistake", wrapped(rule.why)),
        *_section("Example", _code(rule.example)),
        *_section("How to fix it", wrapped(rule.fix)),
    ]
    if rule.references:
        links = [f"- <{reference}>" for reference in rule.references]
        blocks += _section("References", links)
    return "\n\n".join("\n".join(block) for block in blocks)


def listing() -> str:
    """Every rule with its one line."""
    return "\n".join(
        f"{rule.code}  {rule.name}\n{LISTING_INDENT}{rule.title}" for rule in RULES
    )


def _section(heading: str, body: list[str]) -> list[list[str]]:
    return [[f"## {heading}"], body]


def _code(example: str) -> list[str]:
    return [f"{CODE_INDENT}{line}".rstrip() for line in example.splitlines()]
