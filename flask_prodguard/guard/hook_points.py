"""Data: the methods that the guard hooks.

Classes are named, not functions: Dash, Flask-SocketIO, ``flask.cli`` and many tests
hold their own references to ``run_simple`` and ``make_server``, but every server is
made by these classes.
"""

from __future__ import annotations

import functools
import importlib
import logging
import typing as t

from .fork import importing

if t.TYPE_CHECKING:
    # As wrapt names them: the bound method, its object, and what it is called with.
    Wrapped: t.TypeAlias = t.Callable[..., t.Any]
    Args: t.TypeAlias = tuple[t.Any, ...]
    Kwargs: t.TypeAlias = dict[str, t.Any]
    Watch: t.TypeAlias = t.Callable[[Wrapped, t.Any, Args, Kwargs], t.Any]

# Most production processes never import it, and it is slow to import.
LATE_MODULE = "werkzeug.debug"
UNJUDGED = (
    "PG902: {package}.{module} can't be imported, so a start is not judged."
    " Install flask-prodguard again, or add the module to the bundle that lacks it."
)


class Hook:
    """A method that the guard hooks.

    :param watch: the function that is called instead: ``"module:function"`` of this
        package. A program that starts nothing never imports it.
    """

    __slots__ = ("class_name", "method", "module", "watch")

    def __init__(self, module: str, class_name: str, method: str, watch: str) -> None:
        self.module: str = module
        self.class_name: str = class_name
        self.method: str = method
        self.watch: str = watch

    def __str__(self) -> str:
        return f"{self.class_name}.{self.method}"


_SERVER = ("werkzeug.serving", "BaseWSGIServer")
_DEBUGGER = (LATE_MODULE, "DebuggedApplication")
HOOKS = (
    Hook("flask.app", "Flask", "run", "watch_launches:app_run"),
    Hook(*_SERVER, "__init__", "watch_launches:server_init"),
    Hook(*_SERVER, "log_startup", "watch_launches:server_announces"),
    Hook(*_SERVER, "serve_forever", "watch_launches:server_serves"),
    Hook(*_SERVER, "handle_request", "watch_launches:server_handles_one"),
    Hook(*_SERVER, "finish_request", "watch_launches:server_answers"),
    Hook(*_DEBUGGER, "__init__", "watch_requests:debugger_init"),
    Hook(*_DEBUGGER, "__call__", "watch_requests:debugger_called"),
    Hook(*_DEBUGGER, "debug_application", "watch_requests:debugger_called"),
    Hook(*_DEBUGGER, "check_pin_trust", "watch_requests:debugger_shows"),
)


@functools.cache
def find_watch(name: str) -> Watch:
    """Import the function that is called for a hook. If that fails, as in a bundle that
    lacks the module, an error is logged: nothing else would show it.

    :param name: ``"module:function"``, of this package.
    """
    module, _, function = name.partition(":")
    try:
        with importing:
            found = importlib.import_module(f".{module}", __package__)
    except ImportError:
        with importing:
            from .log import say
        say(logging.ERROR, UNJUDGED.format(package=__package__, module=module))
        raise
    watch: Watch = getattr(found, function)
    return watch
