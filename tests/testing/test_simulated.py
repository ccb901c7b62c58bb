from __future__ import annotations

import os
import typing as t

import pytest

from flask_prodguard.environment import process
from flask_prodguard.testing import production
from flask_prodguard.testing.simulated import require_choice
from flask_prodguard.testing.simulated import stated_environment


@pytest.fixture(autouse=True)
def ambient(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[dict[str, str]]:
    """The environment outside, which must be the same in the end."""
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("STAGE", "jupiter")
    monkeypatch.setenv("NOW_REGION_X", "1")
    before = dict(os.environ)
    yield before
    assert dict(os.environ) | runners() == before | runners()


def runners() -> dict[str, str]:
    return {"PYTEST_CURRENT_TEST": ""}


def test_without_a_stated_environment_the_process_counts() -> None:
    assert process.environ() is os.environ
    assert process.exists("/")
    assert not process.exists("/missing")


def test_the_guard_sees_what_is_stated_and_nothing_else() -> None:
    with stated_environment(environ={"DYNO": "web.1"}):
        assert process.environ() == {"DYNO": "web.1", "FLASK_SKIP_DOTENV": "1"}
        assert not process.exists("/")


def test_code_sees_what_is_stated_and_what_decides_nothing() -> None:
    with stated_environment(environ={"DYNO": "web.1"}):
        assert os.environ["DYNO"] == "web.1"
        assert os.environ["STAGE"] == "jupiter"
        assert os.environ["PATH"]
        assert "CI" not in os.environ


def test_what_code_sets_in_between_counts() -> None:
    with stated_environment(environ={}):
        os.environ["CI"] = "true"
        os.environ["STAGE"] = "saturn"

        assert process.environ()["CI"] == "true"
        assert process.environ()["STAGE"] == "saturn"


def test_a_variable_of_the_test_runner_may_be_stated() -> None:
    with stated_environment(environ={"PYTEST_VERSION": "9"}):
        assert process.environ()["PYTEST_VERSION"] == "9"

    assert os.environ.get("PYTEST_VERSION") != "9"


def test_what_the_test_runner_sets_meanwhile_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTEST_CURRENT_TEST", "setup")
    with stated_environment(environ={}):
        os.environ["PYTEST_CURRENT_TEST"] = "call"
        assert "PYTEST_CURRENT_TEST" not in process.environ()

    assert os.environ["PYTEST_CURRENT_TEST"] == "call"


def test_an_inner_statement_stands_alone() -> None:
    with stated_environment(environ={"DYNO": "web.1"}):
        with stated_environment(environ={"K_SERVICE": "shop"}):
            assert "DYNO" not in process.environ()
        assert "K_SERVICE" not in process.environ()
        assert process.environ()["DYNO"] == "web.1"


def test_where_nothing_is_stated_the_statement_around_it_counts() -> None:
    with stated_environment(environ={"DYNO": "web.1"}):
        os.environ["STAGE"] = "saturn"
        with stated_environment():
            os.environ["LEFT_BEHIND"] = "1"
            assert process.environ()["DYNO"] == "web.1"
            assert process.environ()["STAGE"] == "saturn"
        assert "LEFT_BEHIND" not in os.environ


def test_blocks_that_overlap_are_undone_by_the_last(ambient: dict[str, str]) -> None:
    first, second = production(), stated_environment(environ={"DYNO": "web.1"})
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)

    assert process.environ()["DYNO"] == "web.1"

    second.__exit__(None, None, None)
    assert os.environ["CI"] == ambient["CI"]


def test_a_variable_that_is_not_a_string_is_a_usage_error() -> None:
    with pytest.raises(TypeError) as caught, production(t.cast("t.Any", {"PORT": 80})):
        pass

    assert str(caught.value) == (
        "The variable 'PORT' must be a string: it was given a value of the type int."
    )


def test_an_environment_that_is_given_twice_is_a_usage_error() -> None:
    with (
        pytest.raises(ValueError, match="said twice") as caught,
        production(FLASK_PRODGUARD_ENVIRONMENT="development"),
    ):
        pass

    assert str(caught.value) == (
        "The environment is said twice: remove FLASK_PRODGUARD_ENVIRONMENT or the"
        " argument environment."
    )


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
