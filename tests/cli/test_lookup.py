from __future__ import annotations

import pickle

import pytest

from flask_prodguard.cli.lookup import find_place
from flask_prodguard.cli.lookup import find_rule
from flask_prodguard.cli.lookup import UnknownNameError
from flask_prodguard.rules import RULES_BY_CODE


@pytest.mark.parametrize("word", ["PG103", "pg103", " PG103 ", "debug-in-code"])
def test_a_rule_is_found_by_its_code_or_name(word: str) -> None:
    assert find_rule(word) is RULES_BY_CODE["PG103"]


@pytest.mark.parametrize(
    ("word", "nearest"), [("PG1O3", "PG103"), ("g201", "PG201"), ("908", "PG908")]
)
def test_an_unknown_code_suggests_the_nearest(word: str, nearest: str) -> None:
    with pytest.raises(UnknownNameError, match=f"Did you mean '{nearest}'") as caught:
        find_rule(word)

    assert caught.value.exit_code == 2
    assert caught.value.known == tuple(RULES_BY_CODE)


def test_an_unknown_name_survives_pickling() -> None:
    error = UnknownNameError("rule", "PG1O1", ["PG101", "PG201"])

    copy = pickle.loads(pickle.dumps(error))

    assert str(copy) == str(error)
    assert str(error) == (
        "There is no rule 'PG1O1'. Did you mean 'PG101'?\nKnown are: PG101, PG201."
    )
    assert (copy.kind, copy.name, copy.nearest) == ("rule", "PG1O1", "PG101")


@pytest.mark.parametrize(
    ("word", "key"), [("Heroku", "heroku"), (" fly.io ", "fly"), ("DOCKER", "docker")]
)
def test_a_platform_is_found_by_its_key_or_title(word: str, key: str) -> None:
    assert find_place(word) == key


def test_an_unknown_platform_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'kubernetes'"):
        find_place("kubernets")
