from __future__ import annotations

import os

import pytest

from flask_prodguard.guard.fork import fork_safe_lock

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

    assert around == {
        "before": lock.acquire,
        "after_in_parent": lock.release,
        "after_in_child": lock.release,
    }


def test_a_system_without_fork_gets_a_lock_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "register_at_fork", raising=False)

    with fork_safe_lock() as taken:
        assert taken
