from __future__ import annotations

import pytest

from flask_prodguard.config.choices import nearest_to
from flask_prodguard.config.choices import require_choice


@pytest.mark.parametrize(
    ("word", "nearest"), [("productoin", "production"), ("velo", "development")]
)
def test_the_nearest_word_is_named_however_far_it_is(word: str, nearest: str) -> None:
    assert nearest_to(word, ["development", "production"]) == nearest


def test_a_word_that_goes_on_is_nearer_than_one_that_is_spelt_alike() -> None:
    known = ["FLASK_ENABLED", "FLASK_ENVIRONMENT", "FLASK_ENVIRONMENT_VARIABLES"]

    assert nearest_to("FLASK_ENV", known) == "FLASK_ENVIRONMENT"


def test_a_word_that_is_accepted_is_returned() -> None:
    assert require_choice("log", "an action", ("raise", "log")) == "log"


@pytest.mark.parametrize(
    ("given", "shown", "nearest"),
    [("lgo", "'lgo'", "'log'"), (0, "0", "'raise'"), (["log"], "['log']", "'log'")],
)
def test_a_word_that_is_not_accepted_is_named_with_those_that_are(
    given: object, shown: str, nearest: str
) -> None:
    with pytest.raises(ValueError, match="is not") as raised:
        require_choice(given, "an action", ("raise", "log"))

    assert str(raised.value) == (
        f"{shown} is not an action. Accepted: 'raise', 'log'. Did you mean {nearest}?"
    )
