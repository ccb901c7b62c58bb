"""What is under way: a start, which passes several hooks and is reported once, the
answer of a server, or the request of a test client.
"""

from __future__ import annotations

import contextlib
import os
import sys
import typing as t
from contextvars import ContextVar

from ..remedy.origin import calls_from
from .state import begin_answer
from .state import end_answer

if t.TYPE_CHECKING:
    from types import FrameType

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


def calling_client() -> object | None:
    """The Werkzeug or Flask test client that makes the current request, recognised by
    its methods being called. What it puts into ``environ`` isn't proof: gunicorn's
    ``gevent_pywsgi`` and aiohttp-wsgi set ``RAW_URI`` as well.
    """
    if "werkzeug.test" not in sys.modules:
        return None
    for frame in calls_from(sys._getframe(1)):
        if _is_method_of_client(frame):
            client: object = frame.f_locals["self"]
            return client
    return None


def _is_method_of_client(frame: FrameType) -> bool:
    is_there = frame.f_globals.get("__name__") == "werkzeug.test"
    return is_there and frame.f_code.co_varnames[:1] == ("self",)


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
