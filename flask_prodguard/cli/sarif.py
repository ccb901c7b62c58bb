"""What was found as a log in SARIF 2.1.0.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import typing as t
import urllib.parse

from .. import __version__
from ..report.layout import sentence
from ..rules import RULES
from ..rules import Severity
from .pages import address_of
from .pages import HOME
from .pages import page

if t.TYPE_CHECKING:
    from ..judging.verdict import Finding
    from ..rules import Rule
    from .check import CheckReport

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json"
)
LEVELS = {
    Severity.REFUSE: "error",
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
}
Json: t.TypeAlias = dict[str, t.Any]


def log(report: CheckReport) -> Json:
    """The report as values that JSON knows."""
    driver = {
        "name": "flask-prodguard",
        "semanticVersion": __version__,
        "informationUri": HOME,
        "rules": [_rule(rule) for rule in RULES],
    }
    results = [_result(finding, report.file) for finding in report.findings]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _rule(rule: Rule) -> Json:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.fix, "markdown": page(rule)},
        "helpUri": address_of(rule),
    }


def _result(finding: Finding, file: str | None) -> Json:
    rule = finding.rule
    text = f"{rule.title} {sentence(finding.seen)} {rule.fix}"
    result: Json = {
        "ruleId": finding.code,
        "ruleIndex": RULES.index(rule),
        "level": LEVELS[finding.severity],
        "message": {"text": text},
    }
    if file:
        result["locations"] = [{"physicalLocation": _location(file)}]
    return result


def _location(file: str) -> Json:
    artifact = {"uri": urllib.parse.quote(file), "uriBaseId": "%SRCROOT%"}
    # The app as a whole is meant, but code scanning shows nothing without a line.
    return {"artifactLocation": artifact, "region": {"startLine": 1}}
