from __future__ import annotations

import re

import pytest
from flask import Flask

from flask_prodguard import rules
from flask_prodguard import UnsafeLaunchError
from flask_prodguard.rules import Rule
from flask_prodguard.rules import RULES
from flask_prodguard.rules import RULES_BY_CODE
from flask_prodguard.rules import Severity


def test_the_codes_are_unique_and_in_order() -> None:
    codes = [rule.code for rule in RULES]

    assert codes == sorted(set(codes))
    assert [*RULES_BY_CODE] == codes
    assert all(re.fullmatch(r"PG\d{3}", code) for code in codes)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_is_written_out(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert all(text.endswith(".") for text in (rule.title, rule.why, rule.fix))
    assert len(rule.title) <= 80
    assert rule.example
    assert all(reference.startswith("https://") for reference in rule.references)


def test_a_rule_has_an_address_once_the_documentation_has_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rule = RULES_BY_CODE["PG101"]
    assert rule.url is None

    monkeypatch.setattr(rules, "SITE", "https://prodguard.example/")

    assert rule.url == "https://prodguard.example/rules/PG101/"


def test_a_code_never_changes_its_name() -> None:
    assert {rule.code: rule.name for rule in RULES} == {
        "PG101": "development-server-in-production",
        "PG102": "development-server-on-the-network",
        "PG103": "debug-in-code",
        "PG201": "interactive-debugger",
        "PG202": "debug-mode",
        "PG203": "testing-mode",
        "PG204": "profiler",
        "PG901": "guard-disabled",
        "PG902": "hook-point-missing",
        "PG903": "guard-missing",
        "PG904": "guard-weakened",
        "PG905": "configuration-error",
        "PG906": "hook-displaced",
        "PG907": "configuration-contradiction",
        "PG908": "unsafe-start-allowed",
    }


@pytest.mark.parametrize("code", ["PG102", "PG103"])
def test_the_example_of_a_rule_is_the_mistake(code: str, app: Flask) -> None:
    with pytest.raises(UnsafeLaunchError) as raised:
        exec(RULES_BY_CODE[code].example, {"app": app})

    assert raised.value.verdict.codes == (code,)


def test_the_example_of_testing_mode_switches_it_on(app: Flask) -> None:
    exec(RULES_BY_CODE["PG203"].example, {"app": app})

    assert app.testing


def test_the_words_of_a_severity_are_those_of_the_log_record() -> None:
    assert [severity.value for severity in Severity] == ["refuse", "error", "warning"]
