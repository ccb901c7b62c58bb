"""Explains: a rule, the ways out, or the decision for this process as it is now."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from flask.app import Flask

from ..config.settings import read_config
from ..environment import process
from ..environment.evidence import current_environment
from ..guard.state import state_of
from ..report.layout import blocks
from ..report.layout import CODE_INDENT
from ..report.layout import FINDING_INDENT
from ..report.layout import finding_lines
from ..report.layout import TEXT_INDENT
from ..report.layout import wrapped
from ..rules import RULES
from .forecast import forecast_of
from .forecast import launches
from .forecast import table
from .lookup import find_rule
from .status import decided

if t.TYPE_CHECKING:
    from ..config.keys import Problem
    from ..environment.evidence import Environment
    from ..rules import Rule
    from .forecast import Forecast

LISTING_INDENT = " " * 7

OPT_OUT = """\
# opt-out: the ways out

The change that a refusal prints serves the app, and is the only one of all
these that makes it fit for others to use. These let the development server
start instead, the smallest first. Set a variable on the one machine that needs
it.

## This is your development machine

    flask prodguard declare development

Once for this machine, for every project on it. Add --network if other devices,
such as a phone, may reach the development server. `declare --forget` takes it
back.

    FLASK_PRODGUARD_ENVIRONMENT=development

For one shell, container or CI job. It outweighs all other evidence.

## Only this machine can reach that address

    FLASK_PRODGUARD_ALLOWED_HOSTS=0.0.0.0

For example in a container whose port is published on 127.0.0.1. Networks may be
named as well, such as 10.0.0.0/8.

## One rule is wrong here

    FLASK_PRODGUARD_IGNORE=PG102

## Log it, and start

    FLASK_PRODGUARD_ACTION=log

Each unsafe start is logged as an error, and goes on.

## Turn the guard off

    FLASK_PRODGUARD_ENABLED=0

Nothing is refused. A start that would have been is logged as a warning, PG901.

Each of them, without FLASK_, is a key of app.config too. There it ships with
the code and applies wherever the code runs, so `flask prodguard check` reports
it as PG904."""
# What else can be explained, apart from the rules.
TOPICS = {"opt-out": OPT_OUT}


@dataclass(frozen=True)
class Decision:
    """What would happen to each way to start now."""

    #: The app's name, ``None`` if no app was loaded.
    app: str | None
    #: Whether the guard is installed on it.
    guarded: bool
    environment: Environment
    #: What could not be understood in the configuration.
    problems: tuple[Problem, ...]
    forecasts: tuple[Forecast, ...]


def decide(app: Flask | None = None) -> Decision:
    """Find out what would happen to each way to start now.

    :param app: the app; without one, an app that is guarded and has no configuration
        of its own is assumed.
    """
    assumed = app or Flask("app")
    config, problems = read_config(assumed.config, process.environ())
    environment = current_environment(config)
    guarded = app is None or state_of(app) is not None
    return Decision(
        app=app.name if app else None,
        guarded=guarded,
        environment=environment,
        problems=problems,
        forecasts=tuple(
            forecast_of(
                launch, environment, config, problems, app=assumed, guarded=guarded
            )
            for launch in launches(assumed)
        ),
    )


def as_text(decision: Decision) -> str:
    """The decision for people."""
    name = repr(decision.app) if decision.app else "a guarded app"
    parts = [
        [decided(decision.environment), *_sides(decision.environment)],
        [f"What would happen to {name} now:", *table(decision.forecasts)],
    ]
    findings = dict.fromkeys(
        finding
        for forecast in decision.forecasts
        for finding in forecast.verdict.findings
    )
    if findings:
        ordered = sorted(findings, key=lambda finding: finding.code)
        parts.append(["Why:", *finding_lines(ordered)])
        parts.append([f"To read more: {ordered[0].rule.explained_by}"])
    if not decision.guarded:
        parts.append(["The guard is not installed on this app: apply ProdGuard(app)."])
    return blocks(parts)


def _sides(environment: Environment) -> t.Iterator[str]:
    for item in environment.evidence:
        yield from wrapped(
            f"Level {item.level.value} says {item.says}: {item.seen}",
            TEXT_INDENT,
            FINDING_INDENT,
        )


def page(rule: Rule) -> str:
    """The rule's page in Markdown, for the documentation and the terminal alike."""
    parts = [
        [f"# {rule.code}: {rule.name}"],
        *_section("What it finds", wrapped(rule.title)),
        *_section("Why it is a mistake", wrapped(rule.why)),
        *_section("Example", _code(rule.example)),
        *_section("How to fix it", wrapped(rule.fix)),
    ]
    if rule.references:
        links = [f"- <{reference}>" for reference in rule.references]
        parts += _section("References", links)
    return blocks(parts)


def find_page(word: str) -> str:
    """Find a page by the code or the name of its rule, or by its topic.

    :param word: for example ``"PG101"`` or ``"opt-out"``, in capitals or not.
    :raises UnknownNameError: there is none; the nearest name is suggested.
    """
    topic = TOPICS.get(word.strip().casefold())
    return topic or page(find_rule(word, TOPICS))


def listing() -> str:
    """Every rule with its one line."""
    return "\n".join(
        f"{rule.code}  {rule.name}\n{LISTING_INDENT}{rule.title}" for rule in RULES
    )


def _section(heading: str, body: list[str]) -> list[list[str]]:
    return [[f"## {heading}"], body]


def _code(example: str) -> list[str]:
    return [f"{CODE_INDENT}{line}".rstrip() for line in example.splitlines()]
