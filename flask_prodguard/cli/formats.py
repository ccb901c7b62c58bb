"""What was found, for people, for programs and for pipelines."""

from __future__ import annotations

import json
import typing as t
import urllib.parse
from pathlib import Path

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
    file = _file_in_repository(report)
    results = [sarif_result(finding, file) for finding in report.findings]
    return json.dumps(sarif_log(results), indent=2)


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
    file = _file_in_repository(report)
    if file:
        properties = {"file": file, **properties}
    listed = ",".join(
        f"{name}={value.translate(GITHUB_PROPERTY_ESCAPES)}"
        for name, value in properties.items()
    )
    title, seen, fix = finding_sentences(finding)
    message = f"{title} {seen}\n{fix}"
    command = LEVELS[finding.severity]
    return f"::{command} {listed}::{message.translate(GITHUB_ESCAPES)}"


def sarif_log(results: list[Json]) -> Json:
    """A log in SARIF.

    :param results: each as :func:`sarif_result` makes it.
    """
    driver = {
        "name": "flask-prodguard",
        "semanticVersion": __version__,
        **({"informationUri": rules.SITE} if rules.SITE else {}),
        "rules": [_sarif_rule(rule) for rule in RULES],
    }
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _sarif_rule(rule: Rule) -> Json:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.fix, "markdown": page(rule)},
        **({"helpUri": rule.url} if rule.url else {}),
    }


def sarif_result(finding: Finding, file: str | None, line: int = 1) -> Json:
    """A finding as a result in SARIF.

    :param file: where it is, from the root of the repository.
    :param line: code scanning shows nothing without one, so that the first stands for
        the whole file.
    """
    result: Json = {
        "ruleId": finding.code,
        "ruleIndex": RULES.index(finding.rule),
        "level": LEVELS[finding.severity],
        "message": {"text": " ".join(finding_sentences(finding))},
    }
    if file:
        location = {
            "artifactLocation": sarif_artifact(file),
            "region": {"startLine": line},
        }
        result["locations"] = [{"physicalLocation": location}]
    return result


def sarif_artifact(file: str) -> Json:
    """A file as SARIF names it.

    :param file: the file, from the root of the repository.
    """
    return {"uri": urllib.parse.quote(file), "uriBaseId": "%SRCROOT%"}


def from_repository(folder: Path, file: str) -> str:
    """A file's name from the root of the git repository that it is in. What shows
    findings beside the code expects it so.

    :param file: the file's name from the folder.
    """
    folder = folder.resolve()
    for root in (folder, *folder.parents):
        if (root / ".git").exists():
            return (folder.relative_to(root) / file).as_posix()
    return file


def _file_in_repository(report: CheckReport) -> str | None:
    return from_repository(Path.cwd(), report.file) if report.file else None
