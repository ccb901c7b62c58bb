"""One start of a server: it passes several hooks and is reported once."""

from __future__ import annotations

import contextlib
import os
import threading
import typing as t
from contextvars import ContextVar

if t.TYPE_CHECKING:
    from flask import Flask

    from ..judging.launch import Via
    from ..judging.verdict import Verdict

TOLD_VARIABLE = "_PRODGUARD_TOLD"


class Start:
    """What has been said about one start, so that nothing is said twice.

    :param app: the app whose ``run`` was called, if one was.
    """

    def __init__(self, via: Via, app: Flask | None = None) -> None:
        self.via = via
        self.app = app
        self._told: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def claim_unreported(self, verdict: Verdict) -> bool:
        """Whether the verdict holds something that was not told yet; from now on it
        counts as told.
        """
        codes = verdict.codes or ("",)
        with self._lock:
            news = {(verdict.launch.app, code) for code in codes} - self._told
            self._told |= news
        return bool(news)


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
