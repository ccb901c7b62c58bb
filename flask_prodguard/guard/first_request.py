"""Waits for the first request of a guarded app, and has it judged. What judges is
imported no earlier.
"""

from __future__ import annotations

import typing as t
from contextlib import suppress

from flask import request_started

from ..errors import ProdGuardError
from .fork import importing
from .state import await_app
from .state import awaited_apps
from .state import stop_awaiting_app

if t.TYPE_CHECKING:
    from flask import Flask


def await_first_request(app: Flask) -> None:
    """Have the first request of a guarded app judged."""
    await_app(app)
    request_started.connect(first_request, app)


def first_request(app: Flask, **_: t.Any) -> None:
    """Receive Flask's ``request_started`` until there is nothing left to say.

    :raises UnsafeLaunchError: a development server that was running before the guard
        serves the app, and must not.
    """
    with importing:
        from .watch_requests import judge_first_request
    try:
        is_done = judge_first_request(app)
    except ProdGuardError as error:
        raise error.with_traceback(None) from None
    if is_done:
        _stop_awaiting(app)


def _stop_awaiting(app: Flask) -> None:
    request_started.disconnect(first_request, app)
    if not stop_awaiting_app(app):
        return
    # A receiver slows down the signal of every app, even of one that it does not listen
    # to. An error: another thread connects something meanwhile.
    with suppress(RuntimeError):
        request_started.disconnect(first_request)
    # Of such a thread: it has said so before it connects.
    for late in awaited_apps():
        request_started.connect(first_request, late)
