from __future__ import annotations

import logging
import typing as t

import pytest

from flask_prodguard import SetupError
from flask_prodguard.guard import containment
from flask_prodguard.guard.containment import first_written
from flask_prodguard.guard.containment import observe
from flask_prodguard.guard.containment import shown_from_here


@pytest.fixture(autouse=True)
def _nothing_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containment, "_noted", set())


@pytest.fixture
def debug(
    records: list[logging.LogRecord], caplog: pytest.LogCaptureFixture
) -> list[logging.LogRecord]:
    caplog.set_level(logging.DEBUG, "flask_prodguard")
    return records


def fails(*_: object) -> t.NoReturn:
    raise ValueError("hunter2")


def test_a_look_that_fails_returns_the_fallback() -> None:
    assert observe(lambda: "seen", "otherwise") == "seen"
    assert observe(fails, "otherwise") == "otherwise"


def test_what_was_held_back_is_logged_once_without_its_text(
    debug: list[logging.LogRecord],
) -> None:
    for _ in range(3):
        observe(fails, None)
        first_written(fails, lambda: "short")

    (record,) = debug
    text = record.getMessage()
    assert record.levelno == logging.DEBUG
    assert text.startswith("ValueError at ")
    assert text.endswith("(fails) was held back from the program.")
    assert "hunter2" not in text


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_ends_a_process_is_not_held_back(error: type[BaseException]) -> None:
    def look() -> t.NoReturn:
        raise error

    with pytest.raises(error):
        observe(look, None)
    with pytest.raises(error):
        first_written(look, lambda: "short")


def test_a_refusal_is_not_held_back() -> None:
    def look() -> t.NoReturn:
        raise SetupError

    with pytest.raises(SetupError):
        observe(look, None)


def test_the_longest_text_that_can_be_written_counts() -> None:
    assert first_written(lambda: "long", lambda: "short") == "long"
    assert first_written(fails, lambda: "short") == "short"
    assert first_written(fails, fails, lambda: "short") == "short"


def test_an_error_that_can_not_be_logged_is_held_back_too(
    debug: list[logging.LogRecord],
) -> None:
    class Odd(type):
        __hash__ = None  # type: ignore[assignment]

        __name__ = property(fails)

    class OddError(Exception, metaclass=Odd):
        pass

    def look() -> t.NoReturn:
        raise OddError

    assert observe(look, "otherwise") == "otherwise"
    assert debug == []


def test_a_refusal_is_shown_without_the_frames_that_it_has_passed() -> None:
    with pytest.raises(SetupError) as caught:
        raise SetupError
    assert caught.value.__traceback__

    shown = shown_from_here(caught.value)

    assert shown is caught.value
    assert shown.__traceback__ is None


def test_an_error_without_frames_is_logged(debug: list[logging.LogRecord]) -> None:
    containment._note(ValueError())

    assert [each.getMessage() for each in debug] == [
        "ValueError at an unknown place was held back from the program."
    ]
