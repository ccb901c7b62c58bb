from __future__ import annotations

import pytest

from flask_prodguard.environment.contexts import CONTEXTS
from flask_prodguard.environment.marks import all_found
from flask_prodguard.environment.marks import any_found
from flask_prodguard.environment.marks import any_of
from flask_prodguard.environment.marks import bare
from flask_prodguard.environment.marks import equal
from flask_prodguard.environment.marks import matching
from flask_prodguard.environment.marks import present
from flask_prodguard.environment.marks import switched_on
from flask_prodguard.environment.platforms import PLATFORMS
from flask_prodguard.remedy.places import PLACES


def test_a_mark_shows_a_value_only_if_it_is_an_accepted_word() -> None:
    environ = {"A": "secret", "B": " ON ", "EMPTY": " "}

    assert present("A").found_in(environ) == "A is set"
    assert matching("A", "se.*", "sea").found_in(environ) == "A is set"
    assert equal("B", "on").found_in(environ) == "B=on"


def test_a_mark_that_is_not_there_is_not_found() -> None:
    environ = {"A": "secret", "EMPTY": " "}

    assert present("EMPTY").found_in(environ) is None
    assert present("MISSING").found_in(environ) is None
    assert matching("A", "se", "se").found_in(environ) is None
    assert equal("A", "on").found_in(environ) is None


@pytest.mark.parametrize("value", ["true", "1", "ON", "falsework", "two\nlines"])
def test_a_switch_is_found_unless_it_is_off(value: str) -> None:
    assert switched_on("A").found_in({"A": value}) == "A is set"


@pytest.mark.parametrize("value", ["0", "false", "F", "No", "n", "OFF", " off ", ""])
def test_a_switch_that_is_off_is_not_found(value: str) -> None:
    assert switched_on("A").found_in({"A": value}) is None


def test_a_mark_has_an_example_of_what_it_accepts() -> None:
    assert equal("A", "on", "yes").example == "on"
    assert matching("A", "se.*", "sea").example == "sea"
    assert switched_on("A").example == "true"
    assert present("A").example == "1"


def test_any_of_several_marks_makes_a_rule_of_each() -> None:
    a, b = present("A"), present("B")

    assert any_of(a, b) == ((a,), (b,))


def test_all_or_any_marks_are_found() -> None:
    environ = {"A": "1", "B": "2"}
    a, b, c = present("A"), present("B"), present("C")

    assert all_found([a, b], environ) == "A is set, B is set"
    assert all_found([a, c], environ) is None
    assert any_found([c, b], environ) == "B is set"
    assert any_found([c], environ) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (" on ", "on"),
        ('"on"', "on"),
        ("' on '", "on"),
        ('""on""', '"on"'),
        ("\"on'", "\"on'"),
        ('"', '"'),
        ('""', ""),
        ("", ""),
    ],
)
def test_one_pair_of_quotes_is_taken_off(value: str, expected: str) -> None:
    assert bare(value) == expected


def test_the_words_of_every_mark_are_as_they_are_compared() -> None:
    marks = [
        mark
        for each in (*PLATFORMS, *CONTEXTS)
        for rule in (*each.rules, each.vetoes)
        for mark in rule
    ]

    words = [word for mark in marks for word in mark.words]
    assert words == [word.strip().casefold() for word in words]


def test_every_mark_has_an_example_that_it_accepts() -> None:
    marks = [
        mark
        for each in (*PLATFORMS, *CONTEXTS)
        for rule in (*each.rules, each.vetoes)
        for mark in rule
    ]

    assert all(mark.found_in({mark.variable: mark.example}) for mark in marks)


def test_every_platform_has_a_place_for_its_start_command() -> None:
    assert {platform.place for platform in PLATFORMS} <= set(PLACES)


def test_only_elastic_beanstalk_is_known_without_a_variable() -> None:
    without = [platform.title for platform in PLATFORMS if not platform.rules]

    assert without == ["AWS Elastic Beanstalk"]


def test_a_platform_is_known_for_certain_or_unless_it_is_vetoed() -> None:
    assert {platform.tier for platform in PLATFORMS} == {"strong", "conditional"}
