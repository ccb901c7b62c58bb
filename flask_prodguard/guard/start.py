"""The start that is under way: it passes several hooks, and is reported once."""

from __future__ import annotations

import contextlib
import os
import typing as t
from contextvars import ContextVar

if t.TYPE_CHECKING:
    from .state import Start

TOLD_VARIABLE = "_PRODGUARD_TOLD"


_current: ContextVar[Start | None] = ContextVar("prodguard_start", default=None)


def current_start() -> Start | None:
    """The start that this code runs in, if ``app.run()`` is under way."""
    return _current.get()


@contextlib.contextmanager
def start_under_way(start: Start) -> t.Iterator[Start]:
    """Let the hooks that follow know that they see the same start."""
    token = _current.set(start)
    try:
        yield start
    finally:
        _current.reset(token)


def was_told_by_reloader() -> bool:
    """Whether this is the reloader's child and its parent has told already. People
    set ``WERKZEUG_RUN_MAIN`` to hide the banner, so the parent leaves its own mark,
    which only its children can match.
    """
    return os.environ.get("WERKZEUG_RUN_MAIN") == "true" and os.environ.get(
        TOLD_VARIABLE
    ) == str(os.getppid())


def tell_reloader() -> None:
    """Leave the mark for the reloader's child."""
    os.environ[TOLD_VARIABLE] = str(os.getpid())
