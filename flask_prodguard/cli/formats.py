"""What was found, for people, for programs and for pipelines."""

from __future__ import annotations

import json
import typing as t
import urllib.parse

from .. import __version__
from .. import rules
from ..environment.evidence import DEVELOPMENT
from ..environment.evidence import PRODUCTION
from ..environment.evidence import UNDECLARED
from ..judging.record import as_dict
from ..report.layout import blocks
from ..report.layout import finding_lines
from ..report.layout import finding_sentences
from ..report.layout import fix_of
from ..rules import RULES
from ..rules import Severity
from .explain import page
from .forecast import table

if t.TYPE_CHECKING:
    from ..judging.verdict import Finding
    from ..rules import Rule
    from .check import CheckReport

ENVIRONMENTS = {
    PRODUCTION: "in production",
    DEVELOPMENT: "in development",
    UNDECLARED: "in an undeclared environment",
}
LEVELS = {
    Severity.REFUSE: "error",
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
}
# https://docs.github.com/actions/reference/workflow-commands-for-github-actions and
# the escapes of actions/toolkit, packages/core/src/command.ts.
GITHUB_ESCAPES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
GITHUB_PROPERTY_ESCAPES = GITHUB_ESCAPES | str.maketrans({":": "%3A", ",": "%2C"})
# https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
SARIF_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json"
)
Json: t.TypeAlias = dict[str, t.Any]


def as_text(report: CheckReport) -> str:
    """The report for people."""
    where = ENVIRONMENTS[report.question.environment]
    number = len(report.findings)
    counted = {0: "nothing found", 1: "1 finding"}.get(number, f"{number} findings")
    parts = [[f"flask-prodguard checked {report.app!r} {where}: {counted}."]]
    if report.findings:
        found = finding_lines(report.findings, with_fix=True)
        parts.append(["What was found:", *found])
    heading = f"What would happen to {report.import_path} {where}:"
    parts.append([heading, *table(report.forecasts)])
    if report.notes:
        parts.append([*report.notes])
    if report.findings:
        parts.append([f"To read more: {report.findings[0].rule.explained_by}"])
    return blocks(parts)


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
            "notes": list(report.notes),
            "starts": [
                {
                    "start": forecast.name,
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
    driver = {
        "name": "flask-prodguard",
        "semanticVersion": __version__,
        **({"informationUri": rules.SITE} if rules.SITE else {}),
        "rules": [_sarif_rule(rule) for rule in RULES],
    }
    results = [_sarif_result(finding, report.file) for finding in report.findings]
    log = {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(log, indent=2)


FORMATS: dict[str, t.Callable[[CheckReport], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}


def _finding_as_dict(finding: Finding) -> Json:
    return {
        "code": finding.code,
        "name": finding.rule.name,
        "title": finding.rule.title,
        "seen": finding.seen,
        "severity": finding.severity.value,
        "fix": fix_of(finding),
        "explain": finding.rule.explained_by,
        "page": finding.rule.url,
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
    title, seen, fix = finding_sentences(finding)
    message = f"{title} {seen}\n{fix}"
    command = LEVELS[finding.severity]
    return f"::{command} {listed}::{message.translate(GITHUB_ESCAPES)}"


def _sarif_rule(rule: Rule) -> Json:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.fix, "markdown": page(rule)},
        **({"helpUri": rule.url} if rule.url else {}),
    }


def _sarif_result(finding: Finding, file: str | None) -> Json:
    result: Json = {
        "ruleId": finding.code,
        "ruleIndex": RULES.index(finding.rule),
        "level": LEVELS[finding.severity],
        "message": {"text": " ".join(finding_sentences(finding))},
    }
    if file:
        result["locations"] = [{"physicalLocation": _sarif_location(file)}]
    return result


def _sarif_location(file: str) -> Json:
    artifact = {"uri": urllib.parse.quote(file), "uriBaseId": "%SRCROOT%"}
    # The app as a whole is meant, but code scanning shows nothing without a line.
    return {"artifactLocation": artifact, "region": {"startLine": 1}}
