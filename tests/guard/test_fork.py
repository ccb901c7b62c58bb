from __future__ import annotations

import os
import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest

from flask_prodguard.guard import fork
from flask_prodguard.guard.fork import ForkSafeLock

Call: t.TypeAlias = t.Callable[[], None]


class Locks:
    """What the lock under test is made of, and what it asks a fork to call."""

    def __init__(self) -> None:
        self.around: dict[str, Call] = {}
        self.made: list[threading.RLock] = []
        self._make = threading.RLock

    def make(self) -> threading.RLock:
        self.made.append(self._make())
        return self.made[-1]

    @property
    def is_taken(self) -> bool:
        """Whether another thread would wait for it."""

        def is_free() -> bool:
            is_got = self.made[0].acquire(blocking=False)
            if is_got:
                self.made[0].release()
            return is_got

        with ThreadPoolExecutor(1) as other:
            return not other.submit(is_free).result()


@pytest.fixture
def locks(monkeypatch: pytest.MonkeyPatch) -> Locks:
    found = Locks()
    monkeypatch.setattr(fork.threading, "RLock", found.make)  # type: ignore[attr-defined]
    monkeypatch.setattr(
        os,
        "register_at_fork",
        lambda **calls: found.around.update(calls),
        raising=False,
    )
    return found


# That a child never inherits it locked is shown by real processes, in
# tests/concurrency/test_processes.py.


def test_a_fork_takes_the_lock_and_gives_it_back_on_both_sides(locks: Locks) -> None:
    ForkSafeLock()

    before, in_parent, in_child = locks.around.values()
    assert [*locks.around] == ["before", "after_in_parent", "after_in_child"]
    for after in (in_parent, in_child):
        before()
        assert locks.is_taken
        after()
        assert not locks.is_taken


def test_a_fork_that_began_before_the_lock_was_made_leaves_it_free(
    locks: Locks,
) -> None:
    ForkSafeLock()
    with ThreadPoolExecutor(1) as other:
        other.submit(locks.made[0].acquire).result()

        locks.around["after_in_parent"]()
        in_parent = locks.is_taken
        locks.around["after_in_child"]()

        assert (in_parent, locks.is_taken) == (True, False)


def test_a_thread_takes_the_lock_more_than_once(locks: Locks) -> None:
    lock = ForkSafeLock()

    with lock:
        with lock:
            pass
        assert locks.is_taken
    assert not locks.is_taken


def test_a_thread_that_has_waited_long_enough_goes_on(
    locks: Locks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fork, "PATIENCE", 0)
    lock = ForkSafeLock()
    with ThreadPoolExecutor(1) as other:
        other.submit(locks.around["before"]).result()

        with lock:
            assert locks.is_taken

        assert locks.is_taken
        other.submit(locks.around["after_in_parent"]).result()
    assert not locks.is_taken


def test_a_system_without_fork_gets_a_lock_too(
    locks: Locks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "register_at_fork", raising=False)

    with ForkSafeLock():
        assert locks.is_taken
