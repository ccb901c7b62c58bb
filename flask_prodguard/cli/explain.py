"""The decision for this process as it is right now, and why."""

from __future__ import annotations

import itertools
import typing as t
from dataclasses import dataclass

from flask.app import Flask

from ..config.settings import read_config
from ..environment import process
from ..environment.evidence import current_environment
from ..guard.state import state_of
from ..report.layout import FINDING_INDENT
from ..report.layout import sentence
from ..report.layout import TEXT_INDENT
from ..report.layout import wrapped
from .forecast import forecast_of
from .forecast import launches
from .forecast import table
from .status import decided

if t.TYPE_CHECKING:
    from ..config.keys import Problem
    from ..environment.evidence import Environment
    from ..judging.verdict import Finding
    from .forecast import Forecast


@dataclass(frozen=True)
class Decision:
    """What would come of each road now."""

    #: The app's name, ``None`` if no app was loaded.
    app: str | None
    #: Whether the guard is installed on it.
    guarded: bool
    environment: Environment
    #: What could not be understood of the configuration.
    problems: tuple[Problem, ...]
    forecasts: tuple[Forecast, ...]


def decide(app: Flask | None = None) -> Decision:
    """Find out what would come of each road now.

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
            forecast_of(launch, environment, config, problems, guarded=guarded)
            for launch in launches(assumed)
        ),
    )


def as_text(decision: Decision) -> str:
    """The decision for people."""
    name = repr(decision.app) if decision.app else "a guarded app"
    blocks = [
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
        blocks.append(["Why:", *_why(ordered)])
        blocks.append([f"To read more: flask prodguard explain {ordered[0].code}"])
    if not decision.guarded:
        blocks.append(["The guard is not installed on this app: apply ProdGuard(app)."])
    return "\n\n".join("\n".join(block) for block in blocks)


def _sides(environment: Environment) -> t.Iterator[str]:
    for item in environment.evidence:
        yield from wrapped(
            f"Level {item.level.value} says {item.says}: {item.seen}",
            TEXT_INDENT,
            FINDING_INDENT,
        )


def _why(findings: t.Iterable[Finding]) -> t.Iterator[str]:
    for rule, alike in itertools.groupby(findings, lambda finding: finding.rule):
        yield f"{TEXT_INDENT}{rule.code}  {rule.title}"
        for finding in alike:
            yield from wrapped(sentence(finding.seen), FINDING_INDENT)
