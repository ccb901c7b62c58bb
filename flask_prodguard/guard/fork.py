"""Locks that survive a fork, and a signal handler that comes in between."""

from __future__ import annotations

import os
import threading


def fork_safe_lock() -> threading.RLock:
    """Make a lock that a child process never inherits locked by another thread, nor
    with what it protects half done. It is re-entrant: a signal handler that forks or
    guards an app may run while this very thread holds it.
    """
    lock = threading.RLock()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=lock.acquire,
            after_in_parent=lock.release,
            after_in_child=lock.release,
        )
    return lock


#: Held while the guard imports what it only needs now, and for nothing else. A process
#: that is forked while another thread imports a module waits for that module forever.
importing: threading.RLock = fork_safe_lock()
