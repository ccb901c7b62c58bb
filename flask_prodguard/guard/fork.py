"""Locks that survive a fork."""

from __future__ import annotations

import os
import threading


def fork_safe_lock() -> threading.Lock:
    """Make a lock that a child process never inherits locked, nor with what it protects
    half done.
    """
    lock = threading.Lock()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=lock.acquire,
            after_in_parent=lock.release,
            after_in_child=lock.release,
        )
    return lock
