"""The report of a check, for people, for programs and for pipelines."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from .. import __version__
from ..environment.evidence import DEVELOPMENT
from ..environment.evidence import PRODUCTION
from ..environment.evidence import UNDECLARED
from ..judging.record import as_dict
from ..report.layout import blocks
from ..report.layout import finding_lines
from ..report.layout import finding_sentences
from ..report.layout import fix_of
from . import scan_formats
from .forecast import table
from .pipelines import annotation
from .pipelines import from_repository
from .pipelines import LEVELS
from .pipelines import sarif_log
from .pipelines import sarif_result
from .scan_formats import sarif_results

if t.TYPE_CHECKING:
    from ..judging.verdict import Finding
    from .check import CheckReport
    from .pipelines import Json

ENVIRONMENTS = {
    PRODUCTION: "in production",
    DEVELOPMENT: "in development",
    UNDECLARED: "in an undeclared environment",
}


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
    if report.scanned is not None:
        parts += scan_formats.parts_of_check(report.scanned)
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
            "scan": scan_formats.starts_as_list(report.scanned)
            if report.scanned
            else None,
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
    lines = [_annotation(report, finding) for finding in report.findings]
    scanned = scan_formats.as_github(report.scanned) if report.scanned else ""
    return "\n".join([*lines, *([scanned] if scanned else [])])


def as_sarif(report: CheckReport) -> str:
    """The report in SARIF 2.1.0."""
    file = from_repository(Path.cwd(), report.file) if report.file else None
    results = [sarif_result(finding, file) for finding in report.findings]
    scanned = sarif_results(report.scanned) if report.scanned else []
    return json.dumps(sarif_log([*results, *scanned]), indent=2)


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
        file = from_repository(Path.cwd(), report.file)
        properties = {"file": file, **properties}
    title, seen, fix = finding_sentences(finding)
    return annotation(LEVELS[finding.severity], properties, f"{title} {seen}\n{fix}")
