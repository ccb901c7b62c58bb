"""What pipelines read: annotations of GitHub Actions, and logs in SARIF 2.1.0."""

from __future__ import annotations

import os
import typing as t
import urllib.parse

from .. import __version__
from .. import rules
from ..report.layout import finding_sentences
from ..rules import RULES
from ..rules import Severity
from .explain import page

if t.TYPE_CHECKING:
    from pathlib import Path

    from ..judging.verdict import Finding
    from ..rules import Rule

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


def from_repository(root: Path, file: str) -> str:
    """A file's name from the root of the git repository that it is in, which is where
    pipelines look.

    :param root: the folder that the name is relative to.
    """
    folder = root.resolve()
    for parent in (folder, *folder.parents):
        if (parent / ".git").exists():
            prefix = os.path.relpath(folder, parent).replace(os.sep, "/")
            return file if prefix == "." else f"{prefix}/{file}"
    return file


def annotation(level: str, properties: dict[str, str], message: str) -> str:
    """An annotation of GitHub Actions.

    :param level: ``"error"``, ``"warning"`` or ``"notice"``.
    """
    listed = ",".join(
        f"{name}={value.translate(GITHUB_PROPERTY_ESCAPES)}"
        for name, value in properties.items()
    )
    return f"::{level} {listed}::{message.translate(GITHUB_ESCAPES)}"


def sarif_log(results: list[Json]) -> Json:
    """A log with these results."""
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
    """A result for a log.

    :param file: where it is, from the root of the repository.
    :param line: the line. For the app as a whole it is the first one: code scanning
        shows nothing without a line.
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
    """A file in a log.

    :param file: its name from the root of the repository.
    """
    return {"uri": urllib.parse.quote(file), "uriBaseId": "%SRCROOT%"}
