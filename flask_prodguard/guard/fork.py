"""Locks that survive a fork, and a signal handler that comes in between."""

from __future__ import annotations

import functools
import os
import threading
import typing as t
from contextlib import suppress


def fork_safe_lock() -> threading.RLock:
    """Make a lock that a child process never inherits locked by another thread, nor
    with what it protects half done. It is re-entrant: a signal handler that forks or
    guards an app may run while this very thread holds it.
    """
    lock = threading.RLock()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=lock.acquire,
            after_in_parent=functools.partial(_release, lock),
            after_in_child=functools.partial(_release_in_child, lock),
        )
    return lock


# A fork that has begun before the lock was made, in another thread, has not taken it.


def _release(lock: threading.RLock) -> None:
    with suppress(RuntimeError):
        lock.release()


def _release_in_child(lock: t.Any) -> None:
    try:
        lock.release()
    except RuntimeError:
        # The thread that may have held it does not exist in the child.
        lock._at_fork_reinit()


#: Held while the guard imports what it only needs now, and for nothing else. A process
#: that is forked while another thread imports a module waits for that module forever.
importing: threading.RLock = fork_safe_lock()
