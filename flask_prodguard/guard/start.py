"""What is under way: a start, which passes several hooks and is reported once, or the
answer of a server.
"""

from __future__ import annotations

import contextlib
import os
import typing as t
from contextvars import ContextVar

from .state import begin_answer
from .state import end_answer

if t.TYPE_CHECKING:
    from werkzeug.serving import BaseWSGIServer

    from .state import Start

REPORTED_VARIABLE = "_PRODGUARD_REPORTED"

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


_server: ContextVar[BaseWSGIServer | None] = ContextVar(
    "prodguard_server", default=None
)


def answering_server() -> BaseWSGIServer | None:
    """The Werkzeug server that is calling this code to answer a request, if one is."""
    return _server.get()


@contextlib.contextmanager
def answer_under_way(server: BaseWSGIServer) -> t.Iterator[None]:
    """Let the code that is called know which Werkzeug server answers."""
    token = _server.set(server)
    begin_answer(token, server)
    try:
        yield
    finally:
        end_answer(token)
        _server.reset(token)


def was_reported_by_parent() -> bool:
    """Whether this is the reloader's child and its parent has already reported the
    start. People set ``WERKZEUG_RUN_MAIN`` to hide the banner, so the parent leaves its
    own mark, which only its children can match.
    """
    return os.environ.get("WERKZEUG_RUN_MAIN") == "true" and os.environ.get(
        REPORTED_VARIABLE
    ) == str(os.getppid())


def mark_reported() -> None:
    """Leave the mark for the reloader's child."""
    os.environ[REPORTED_VARIABLE] = str(os.getpid())
