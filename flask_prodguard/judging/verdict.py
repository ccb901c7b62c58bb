"""The judgement: a pure function of a launch, its environment and configuration."""

from __future__ import annotations

import enum
import typing as t
from dataclasses import dataclass
from dataclasses import replace

from ..rules import Rule
from ..rules import RULES_BY_CODE
from ..rules import Severity
from .checks import CHECKS

if t.TYPE_CHECKING:
    from ..config.settings import GuardConfig
    from ..environment.evidence import Environment
    from .launch import Launch


class Outcome(enum.IntEnum):
    """What happens to a launch, the strictest last.

    .. versionadded:: 0.1
    """

    #: Nothing is logged.
    ALLOW = 0
    #: A warning is logged.
    WARN = 1
    #: An error is logged.
    REPORT = 2
    #: An error is logged, and waitress serves the app instead.
    SERVE = 3
    #: An error is logged, and nothing is started.
    REFUSE = 4


#: What happens to a launch that is refused by default.
ACTIONS = {"raise": Outcome.REFUSE, "log": Outcome.REPORT, "serve": Outcome.SERVE}


@dataclass(frozen=True)
class Finding:
    """One rule that was broken.

    .. versionadded:: 0.1
    """

    code: str
    #: What was seen, a sentence without its full stop.
    seen: str
    severity: Severity
    #: What to change, a sentence, if the rule's own advice is too general.
    fix: str = ""

    @property
    def rule(self) -> Rule:
        """The rule."""
        return RULES_BY_CODE[self.code]


class Obstacle(t.NamedTuple):
    """What keeps waitress from serving an app instead of the development server.

    .. versionadded:: 0.1
    """

    #: What was seen, a sentence without its full stop.
    seen: str
    #: What would make it possible, a sentence.
    fix: str


@dataclass(frozen=True)
class Verdict:
    """The outcome of one judgement, with everything it rests on.

    .. versionadded:: 0.1
    """

    launch: Launch
    environment: Environment
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    #: Why the app is not served by waitress, if the action asks for that.
    obstacles: tuple[Obstacle, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the findings, in the order of the rules."""
        return tuple(finding.code for finding in self.findings)

    @property
    def is_refused(self) -> bool:
        """Whether the launch must not go on."""
        return self.outcome is Outcome.REFUSE


def judge(launch: Launch, environment: Environment, config: GuardConfig) -> Verdict:
    """Judge one launch. A pure function: the same values give the same verdict."""
    findings = tuple(_findings(launch, environment, config))
    severities = {finding.severity for finding in findings}
    if Severity.REFUSE in severities and not config.enabled.value:
        return Verdict(launch, environment, *_opted_out(findings, config))
    if not config.enabled.value:
        return Verdict(launch, environment, Outcome.ALLOW)
    outcome = _outcome(severities, launch, config)
    return Verdict(launch, environment, outcome, findings)


def with_obstacles(verdict: Verdict, obstacles: tuple[Obstacle, ...]) -> Verdict:
    """The verdict if waitress is to serve the app: if anything prevents that, the
    launch is refused.
    """
    if not obstacles:
        return verdict
    return replace(verdict, outcome=Outcome.REFUSE, obstacles=obstacles)


def _findings(
    launch: Launch, environment: Environment, config: GuardConfig
) -> t.Iterator[Finding]:
    for code, check in CHECKS.items():
        if code in config.ignore.value:
            continue
        seen = check(launch, environment, config)
        if seen is not None:
            yield Finding(code, seen.text, seen.severity)


def _outcome(severities: set[Severity], launch: Launch, config: GuardConfig) -> Outcome:
    if Severity.REFUSE in severities:
        outcome = ACTIONS[config.action.value]
        # Only a start can be taken over: under another server, the debugger is
        # switched off.
        if outcome is Outcome.SERVE and not launch.is_development_server:
            return Outcome.REFUSE
        return outcome
    if Severity.ERROR in severities:
        return Outcome.REPORT
    return Outcome.WARN if severities else Outcome.ALLOW


def _opted_out(
    findings: tuple[Finding, ...], config: GuardConfig
) -> tuple[Outcome, tuple[Finding, ...]]:
    if "PG901" in config.ignore.value:
        return Outcome.ALLOW, ()
    off = Finding("PG901", f"turned off by {config.enabled.source}", Severity.WARNING)
    return Outcome.WARN, (off, *findings)
