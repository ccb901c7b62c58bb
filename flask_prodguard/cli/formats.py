"""What was found, for people, for programs and for pipelines."""

from __future__ import annotations

import itertools
import json
import typing as t

from .. import __version__
from ..environment.evidence import DEVELOPMENT
from ..environment.evidence import PRODUCTION
from ..environment.evidence import UNDECLARED
from ..judging.record import as_dict
from ..report.layout import FINDING_INDENT
from ..report.layout import sentence
from ..report.layout import TEXT_INDENT
from ..report.layout import wrapped
from ..rules import Severity
from . import sarif
from .forecast import table
from .pages import address_of

if t.TYPE_CHECKING:
    from ..judging.verdict import Finding
    from .check import CheckReport

ENVIRONMENTS = {
    PRODUCTION: "in production",
    DEVELOPMENT: "in development",
    UNDECLARED: "in an undeclared environment",
}
GITHUB_COMMANDS = {
    Severity.REFUSE: "error",
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
}
# https://docs.github.com/actions/reference/workflow-commands-for-github-actions and
# the escapes of actions/toolkit, packages/core/src/command.ts.
GITHUB_ESCAPES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
GITHUB_PROPERTY_ESCAPES = GITHUB_ESCAPES | str.maketrans({":": "%3A", ",": "%2C"})


def as_text(report: CheckReport) -> str:
    """The report for people."""
    where = ENVIRONMENTS[report.question.environment]
    number = len(report.findings)
    found = {0: "nothing found", 1: "1 finding"}.get(number, f"{number} findings")
    blocks = [[f"flask-prodguard checked {report.app!r} {where}: {found}."]]
    if report.findings:
        blocks.append(["What was found:", *_findings(report)])
    heading = f"What would happen to {report.import_path} {where}:"
    blocks.append([heading, *table(report.forecasts)])
    if report.findings:
        code = report.findings[0].code
        blocks.append([f"To read more: flask prodguard explain {code}"])
    return "\n\n".join("\n".join(block) for block in blocks)


def as_json(report: CheckReport) -> str:
    """The report for programs."""
    question = report.question
    return json.dumps(
        {
            "version": __version__,
            "app": report.app,
            "import_path": str(report.import_path),
            "file": report.file,
            "question": {
                "environment": question.environment,
                "host": question.host,
                "debug": question.debug,
                "ignore": list(question.ignore),
            },
            "findings": [_finding_as_dict(finding) for finding in report.findings],
            "roads": [
                {
                    "road": forecast.name,
                    "happens": forecast.outcome,
                    "guarded": forecast.guarded,
                    **as_dict(forecast.verdict),
                }
                for forecast in report.forecasts
            ],
        },
        indent=2,
    )


def as_github(report: CheckReport) -> str:
    """The report as annotations of GitHub Actions, one line for each finding."""
    return "\n".join(_annotation(report, finding) for finding in report.findings)


def as_sarif(report: CheckReport) -> str:
    """The report in SARIF 2.1.0."""
    return json.dumps(sarif.log(report), indent=2)


FORMATS: dict[str, t.Callable[[CheckReport], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}


def _findings(report: CheckReport) -> t.Iterator[str]:
    for rule, findings in itertools.groupby(report.findings, lambda each: each.rule):
        yield f"{TEXT_INDENT}{rule.code}  {rule.title}"
        for finding in findings:
            yield from wrapped(sentence(finding.seen), FINDING_INDENT)
        yield from wrapped(f"Fix: {rule.fix}", FINDING_INDENT)


def _finding_as_dict(finding: Finding) -> dict[str, str]:
    return {
        "code": finding.code,
        "name": finding.rule.name,
        "title": finding.rule.title,
        "seen": finding.seen,
        "severity": finding.severity.value,
        "fix": finding.rule.fix,
        "page": address_of(finding.rule),
    }


def _annotation(report: CheckReport, finding: Finding) -> str:
    rule = finding.rule
    properties = {"title": f"{finding.code} {rule.name}"}
    if report.file:
        properties = {"file": report.file, **properties}
    listed = ",".join(
        f"{name}={value.translate(GITHUB_PROPERTY_ESCAPES)}"
        for name, value in properties.items()
    )
    message = f"{rule.title} {sentence(finding.seen)}\n{rule.fix}"
    command = GITHUB_COMMANDS[finding.severity]
    return f"::{command} {listed}::{message.translate(GITHUB_ESCAPES)}"
