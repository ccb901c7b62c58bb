"""What the guard logs is shown, whatever the program's logging does."""

from __future__ import annotations

import logging
import typing as t

import pytest

from flask_prodguard.guard import log
from flask_prodguard.guard.log import say

ATTRIBUTES = {"prodguard_codes": ["PG101"]}


class Keeper(logging.Handler):
    def __init__(self, level: int = logging.NOTSET) -> None:
        super().__init__(level)
        self.kept: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(record)

    @property
    def texts(self) -> list[str]:
        return [record.getMessage() for record in self.kept]


class Broken(logging.Handler):
    def handle(self, record: logging.LogRecord) -> t.NoReturn:
        raise ConnectionError


def fails(*_: object, **__: object) -> t.NoReturn:
    raise ValueError


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch) -> list[logging.Handler]:
    """The handlers of the root logger. It has none."""
    handlers: list[logging.Handler] = []
    monkeypatch.setattr(logging.getLogger(), "handlers", handlers)
    return handlers


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> list[logging.Handler]:
    """The handlers of the guard's logger. It has none."""
    handlers: list[logging.Handler] = []
    monkeypatch.setattr(logging.getLogger("flask_prodguard"), "handlers", handlers)
    return handlers


@pytest.fixture
def last(monkeypatch: pytest.MonkeyPatch) -> Keeper:
    """What is shown if nothing else shows it."""
    keeper = Keeper(logging.WARNING)
    monkeypatch.setattr(logging, "lastResort", keeper)
    return keeper


def test_a_record_carries_its_attributes_and_its_template(
    root: list[logging.Handler], own: list[logging.Handler]
) -> None:
    keeper = Keeper()
    root.append(keeper)
    error = ValueError()

    say(logging.ERROR, "100 % wrong", ATTRIBUTES, "PG101: %s", error)

    (record,) = keeper.kept
    assert record.getMessage() == "PG101: 100 % wrong"
    assert record.msg == "PG101: %s"
    assert vars(record)["prodguard_codes"] == ["PG101"]
    assert record.exc_info is not None
    assert record.exc_info[1] is error


def test_each_handler_shows_a_record_once_whichever_raises(
    root: list[logging.Handler], own: list[logging.Handler], last: Keeper
) -> None:
    before, after, errors, later = Keeper(), Keeper(), Keeper(logging.ERROR), Keeper()
    own.extend([before, Broken(), after, errors])
    root.extend([Broken(), later])

    say(logging.WARNING, "wrong", ATTRIBUTES)

    assert before.texts == after.texts == later.texts == ["wrong"]
    assert errors.texts == last.texts == []


def test_what_no_handler_shows_goes_to_the_last_resort(
    root: list[logging.Handler], own: list[logging.Handler], last: Keeper
) -> None:
    # Without those of pytest.
    root[:] = [Broken()]
    own.clear()

    say(logging.WARNING, "wrong", ATTRIBUTES)
    say(logging.INFO, "not so wrong")

    assert last.texts == ["wrong"]


def test_without_a_last_resort_the_next_text_is_still_shown(
    root: list[logging.Handler],
    own: list[logging.Handler],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root[:] = [Broken()]
    own.clear()
    monkeypatch.setattr(logging, "lastResort", None)
    keeper = Keeper()

    say(logging.WARNING, "wrong")
    root.append(keeper)
    say(logging.WARNING, "wrong again")

    assert keeper.texts == ["wrong again"]


@pytest.mark.parametrize("name", ["makeRecord", "_log", "handle"])
def test_a_logger_that_fails_is_bypassed(
    root: list[logging.Handler],
    own: list[logging.Handler],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    keeper = Keeper()
    root.append(keeper)
    monkeypatch.setattr(logging.getLogger("flask_prodguard"), name, fails)

    say(logging.ERROR, "wrong", ATTRIBUTES, error=ValueError())

    assert keeper.texts == ["wrong"]


def test_attributes_that_are_in_the_way_are_left_out(
    root: list[logging.Handler], own: list[logging.Handler]
) -> None:
    keeper = Keeper()
    root.append(keeper)

    say(logging.ERROR, "wrong", {"message": "a name of logging's own"})

    assert keeper.texts == ["wrong"]


def test_what_is_switched_off_stays_so(
    root: list[logging.Handler],
    own: list[logging.Handler],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keeper = Keeper()
    root.append(keeper)
    logger = logging.getLogger("flask_prodguard")
    monkeypatch.setattr(logger, "log", fails)
    monkeypatch.setattr(logger, "isEnabledFor", lambda level: False)

    say(logging.ERROR, "wrong")

    assert keeper.texts == []


def test_the_parents_are_not_asked_where_nothing_propagates(
    root: list[logging.Handler],
    own: list[logging.Handler],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keeper = Keeper()
    root.append(keeper)
    own.append(Broken())
    monkeypatch.setattr(logging.getLogger("flask_prodguard"), "propagate", False)

    say(logging.ERROR, "wrong")

    assert keeper.texts == []


def test_a_loop_over_handlers_may_be_replaced() -> None:
    def callHandlers() -> None:  # noqa: N802
        raise RuntimeError

    with pytest.raises(RuntimeError) as raised:
        callHandlers()

    assert log._failed_handler(raised.value.__traceback__) is None
