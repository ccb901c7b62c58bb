"""The judgement: a pure function of a launch, its environment and configuration."""

from __future__ import annotations

import enum
import typing as t
from dataclasses import dataclass

from ..rules import Rule
from ..rules import RULES_BY_CODE
from ..rules import Severity
from .checks import CHECKS

if t.TYPE_CHECKING:
    from ..config.settings import GuardConfig
    from ..environment.evidence import Environment
    from .launch import Launch


class Outcome(enum.IntEnum):
    """What comes of a launch, the strictest last.

    .. versionadded:: 0.1
    """

    #: Nothing is said.
    ALLOW = 0
    #: A warning is logged.
    WARN = 1
    #: An error is logged.
    REPORT = 2
    #: An error is logged, and nothing is started.
    REFUSE = 3


@dataclass(frozen=True)
class Finding:
    """One rule that was broken.

    .. versionadded:: 0.1
    """

    code: str
    #: What was seen, a sentence without its full stop.
    seen: str
    severity: Severity
    #: What to change, a sentence, where the rule's own advice is too general.
    fix: str = ""

    @property
    def rule(self) -> Rule:
        """The rule."""
        return RULES_BY_CODE[self.code]


@dataclass(frozen=True)
class Verdict:
    """The outcome of one judgement, with everything it rests on.

    .. versionadded:: 0.1
    """

    launch: Launch
    environment: Environment
    outcome: Outcome
    findings: tuple[Finding, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the findings, in the order of the rules."""
        return tuple(finding.code for finding in self.findings)

    @property
    def is_refused(self) -> bool:
        """Whether the launch must not go on."""
        return self.outcome is Outcome.REFUSE


def judge(launch: Launch, environment: Environment, config: GuardConfig) -> Verdict:
    """Judge one launch. It asks nothing of the world: the same values give the same
    verdict.

    :param environment: what is known of where it happens.
    """
    findings = tuple(_findings(launch, environment, config))
    severities = {finding.severity for finding in findings}
    if Severity.REFUSE in severities and not config.enabled.value:
        return Verdict(launch, environment, *_opted_out(findings, config))
    if not config.enabled.value:
        return Verdict(launch, environment, Outcome.ALLOW)
    return Verdict(launch, environment, _outcome(severities, config), findings)


def _findings(
    launch: Launch, environment: Environment, config: GuardConfig
) -> t.Iterator[Finding]:
    for code, check in CHECKS.items():
        if code in config.ignore.value:
            continue
        seen = check(launch, environment, config)
        if seen is not None:
            yield Finding(code, seen.text, seen.severity)


def _outcome(severities: set[Severity], config: GuardConfig) -> Outcome:
    if Severity.REFUSE in severities:
        return Outcome.REFUSE if config.action.value == "raise" else Outcome.REPORT
    if Severity.ERROR in severities:
        return Outcome.REPORT
    return Outcome.WARN if severities else Outcome.ALLOW


def _opted_out(
    findings: tuple[Finding, ...], config: GuardConfig
) -> tuple[Outcome, tuple[Finding, ...]]:
    if "PG901" in config.ignore.value:
        return Outcome.ALLOW, ()
    off = Finding("PG901", f"switched off by {config.enabled.source}", Severity.WARNING)
    return Outcome.WARN, (off, *findings)
