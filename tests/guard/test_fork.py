from __future__ import annotations

import os
import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest

from flask_prodguard.guard.fork import fork_safe_lock

Call: t.TypeAlias = t.Callable[[], None]


def is_taken(lock: threading.RLock) -> bool:
    """Whether another thread would wait for it."""

    def is_free() -> bool:
        is_got = lock.acquire(blocking=False)
        if is_got:
            lock.release()
        return is_got

    with ThreadPoolExecutor(1) as other:
        return not other.submit(is_free).result()


# That a child never inherits it locked is shown by real processes, in
# tests/concurrency/test_processes.py.


def test_a_fork_takes_the_lock_and_gives_it_back_on_both_sides(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    around: dict[str, object] = {}
    monkeypatch.setattr(
        os, "register_at_fork", lambda **calls: around.update(calls), raising=False
    )

    lock = fork_safe_lock()

    before, in_parent, in_child = map(t.cast, [Call] * 3, around.values())
    assert [*around] == ["before", "after_in_parent", "after_in_child"]
    for after in (in_parent, in_child):
        before()
        assert is_taken(lock)
        after()
        assert not is_taken(lock)


def test_a_fork_that_began_before_the_lock_was_made_leaves_it_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    around: dict[str, Call] = {}
    monkeypatch.setattr(
        os, "register_at_fork", lambda **calls: around.update(calls), raising=False
    )
    lock = fork_safe_lock()
    with ThreadPoolExecutor(1) as other:
        other.submit(lock.acquire).result()

        around["after_in_parent"]()
        in_parent = is_taken(lock)
        around["after_in_child"]()

        assert (in_parent, is_taken(lock)) == (True, False)


def test_a_system_without_fork_gets_a_lock_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "register_at_fork", raising=False)

    with fork_safe_lock() as taken:
        assert taken
