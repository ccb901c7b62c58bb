"""Data: the methods that the guard stands before.

Classes are named, not functions: Dash, Flask-SocketIO, ``flask.cli`` and many tests
hold references of their own to ``run_simple`` and ``make_server``, but every server is
made by these classes.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from . import watch_launches
from . import watch_requests

Watch: t.TypeAlias = t.Callable[
    [watch_launches.Call, t.Any, watch_launches.Arguments, watch_launches.Options],
    t.Any,
]


@dataclass(frozen=True)
class Hook:
    """A method that the guard stands before."""

    module: str
    class_name: str
    method: str
    watch: Watch

    def __str__(self) -> str:
        return f"{self.class_name}.{self.method}"


HOOKS = (
    Hook("flask.app", "Flask", "run", watch_launches.app_run),
    Hook("werkzeug.serving", "BaseWSGIServer", "__init__", watch_launches.server_init),
    Hook(
        "werkzeug.serving",
        "BaseWSGIServer",
        "serve_forever",
        watch_launches.server_serves,
    ),
    Hook(
        "werkzeug.serving",
        "BaseWSGIServer",
        "handle_request",
        watch_launches.server_handles_one,
    ),
    Hook(
        "werkzeug.debug",
        "DebuggedApplication",
        "__init__",
        watch_requests.debugger_init,
    ),
    Hook(
        "werkzeug.debug",
        "DebuggedApplication",
        "__call__",
        watch_requests.debugger_called,
    ),
    Hook(
        "werkzeug.debug",
        "DebuggedApplication",
        "debug_application",
        watch_requests.debugger_called,
    ),
)
