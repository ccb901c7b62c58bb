from __future__ import annotations

import re

import pytest

from flask_prodguard.rules import Rule
from flask_prodguard.rules import RULES
from flask_prodguard.rules import RULES_BY_CODE


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
