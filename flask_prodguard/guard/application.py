"""Applies the guard to an app, and has its first request judged. The judgement is
imported no earlier, and never for a test client.
"""

from __future__ import annotations

import sys
import typing as t
import weakref
from contextlib import suppress

from flask import request_started

from ..errors import ProdGuardError
from ..errors import SetupError
from ..origin import calling_client
from ..origin import calls_from
from ..origin import record_origin
from . import hooks
from .containment import observe
from .containment import shown_from_here
from .fork import importing
from .state import await_app
from .state import awaited_apps
from .state import EXTENSION_KEY
from .state import GuardState
from .state import keep_until_gone
from .state import remember_guarded
from .state import state_of
from .state import stop_awaiting_app

if t.TYPE_CHECKING:
    from flask import Flask

# A program may try its pages with a test client before it serves them: the guard still
# waits after that many requests. A test suite makes more, and isn't slowed down.
PATIENCE = 10


def guard(app: Flask) -> None:
    """Guard an app.

    :raises SetupError: it is guarded already.
    """
    if EXTENSION_KEY in app.extensions:
        raise SetupError(
            f"{app.name!r} is guarded already: ProdGuard was applied to it twice."
            " Remove one of ProdGuard(app) and guard.init_app(app)."
        )
    app.extensions[EXTENSION_KEY] = GuardState(record_origin(app))
    remember_guarded(app)
    observe(hooks.install, None)
    observe(lambda: await_first_request(app), None)


def await_first_request(app: Flask) -> None:
    """Have the first request of a guarded app judged."""
    await_app(app)
    request_started.connect(first_request, app)


def first_request(app: Flask, **_: t.Any) -> None:
    """Receive Flask's ``request_started`` until there is nothing left to report.

    :raises UnsafeLaunchError: a development server that was running before the guard
        serves the app, and must not.
    """
    refusal = None
    try:
        observe(lambda: _look_at_request(app), None)
    except ProdGuardError as error:
        refusal = error
    if refusal is not None:
        # Nothing else is kept in this frame: an error may be shown with its locals.
        del app, _
        raise shown_from_here(refusal) from None


def _look_at_request(app: Flask) -> None:
    state = state_of(app)
    client = calling_client()
    if client is not None:
        if state is None or state.use_patience(PATIENCE):
            _await_end_of(client, app)
    # What fails now would fail each time. A refusal is raised each time.
    elif _is_served() and observe(lambda: _judge(app), True):
        _stop_awaiting(app)


def _judge(app: Flask) -> bool:
    with importing:
        from .watch_requests import judge_first_request
    return judge_first_request(app)


def _is_served() -> bool:
    # Inside ``app.test_request_context()``, the request is dispatched by hand.
    calls = calls_from(sys._getframe(1))
    return any(frame.f_code.co_name == "wsgi_app" for frame in calls)


def _await_end_of(client: object, app: Flask) -> None:
    _stop_awaiting(app)
    watched = weakref.ref(app)

    def go_on() -> None:
        app = watched()
        if app is not None:
            await_first_request(app)

    keep_until_gone(client, go_on)


def _stop_awaiting(app: Flask) -> None:
    request_started.disconnect(first_request, app)
    if not stop_awaiting_app(app):
        return
    # A receiver slows down the signal for every app, even those it isn't connected to.
    # RuntimeError means that another thread is connecting one.
    with suppress(RuntimeError):
        request_started.disconnect(first_request)
    # For such a thread: it notes its app before it connects.
    for late in awaited_apps():
        request_started.connect(first_request, late)
