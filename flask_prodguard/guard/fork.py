"""Locks that survive a fork, and a signal handler that comes in between."""

from __future__ import annotations

import os
import threading
import typing as t
from contextlib import suppress

#: How long a thread waits for another one, in seconds. What is done under a lock takes
#: a fraction of one. A fork takes all locks, and may wait for one that this very thread
#: holds, such as that of ``logging`` while it makes a handler that makes an app.
PATIENCE = 1


class ForkSafeLock:
    """A lock that a child process never inherits locked by another thread, nor with
    what it protects half done. It is re-entrant: a signal handler that forks or guards
    an app may run while this very thread holds it. No thread waits for it forever.
    """

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        self._lock: t.Any = threading.RLock()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(
                before=self._lock.acquire,
                after_in_parent=self.__exit__,
                after_in_child=self._exit_in_child,
            )

    def __enter__(self) -> None:
        self._lock.acquire(timeout=PATIENCE)

    def __exit__(self, *_: object) -> None:
        # It was not taken by a thread that has waited long enough, nor by a fork that
        # had begun, in another thread, before the lock was made.
        with suppress(RuntimeError):
            self._lock.release()

    def _exit_in_child(self) -> None:
        try:
            self._lock.release()
        except RuntimeError:
            # The thread that may have held it does not exist in the child.
            self._lock._at_fork_reinit()


#: Held while the guard imports what it only needs now, and for nothing else. A process
#: that is forked while another thread imports a module waits for that module forever.
importing: ForkSafeLock = ForkSafeLock()
