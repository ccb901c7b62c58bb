"""What the hooks do while launches are captured: record, and serve nothing."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
import typing as t

import click
from werkzeug.serving import get_sockaddr
from werkzeug.serving import select_address_family

from ..guard import hooks
from ..guard.facts import launch_of_run
from ..guard.facts import RUN_PARAMETERS
from ..guard.start import start_under_way
from ..guard.state import Start
from ..guard.watch_launches import SERVER_PARAMETERS
from ..guard.watch_launches import start_of
from ..guard.watch_requests import is_debugger_off
from ..judging.address import classify
from ..judging.address import of_socket
from ..judging.launch import Via
from ..wsgi import flask_apps
from .captured_launch import as_stated
from .captured_launch import CapturedLaunch
from .captured_launch import judge_captured
from .captured_launch import judge_captured_server
from .simulated import stated_environment

if t.TYPE_CHECKING:
    from flask import Flask
    from werkzeug.debug import DebuggedApplication
    from werkzeug.serving import BaseWSGIServer

    from ..guard.hook_points import Args
    from ..guard.hook_points import Kwargs
    from ..guard.hook_points import Wrapped
    from ..judging.address import Address
    from .simulated import Environ

# How long threads that were started inside may take to start a server.
PATIENCE = 1.0


class Capture:
    """The launches of one block.

    .. versionadded:: 0.1
    """

    def __init__(self) -> None:
        #: One for each start, in the order in which they happened.
        self.launches: list[CapturedLaunch] = []
        self._starts: list[Start] = []
        self._threads = {*threading.enumerate()}

    def add(self, start: Start, launch: CapturedLaunch) -> None:
        """Record what was seen of a start. It passes several hooks; the strictest
        verdict counts.
        """
        for position, known in enumerate(self._starts):
            if known is start:
                seen = self.launches[position]
                if launch.verdict.outcome > seen.verdict.outcome:
                    self.launches[position] = launch
                return
        self._starts.append(start)
        self.launches.append(launch)

    def wait_for_threads(self) -> None:
        """Give threads that were started inside time to start a server."""
        deadline = time.monotonic() + PATIENCE
        for thread in {*threading.enumerate()} - self._threads:
            # A thread that Python did not start can't be waited for.
            with contextlib.suppress(RuntimeError, AssertionError):
                thread.join(max(0.0, deadline - time.monotonic()))


_lock = threading.Lock()
_captures: list[Capture] = []
# Held until the last block ends: an unclosed socket causes a warning.
_seen: dict[BaseWSGIServer, tuple[Start, CapturedLaunch]] = {}


@contextlib.contextmanager
def capture_launches(
    environment: str | None = None, environ: Environ | None = None
) -> t.Iterator[list[CapturedLaunch]]:
    """Serve nothing for the length of a block, and record what would have been served::

        with capture_launches(environment="production") as launches:
            app.run()

        assert launches[0].is_refused

    ``app.run()``, ``flask run``, ``run_simple`` and every other use of Werkzeug's
    server binds no port, starts no child process and returns at once, refused or not;
    nothing is logged and no signal is sent. One start is recorded once. A server that
    is made counts as started, because making it binds. Blocks may be nested: each of
    them records. Threads that are started inside are waited for, up to a second.

    :param environment: see :func:`production`; what isn't stated is unset.
    :param environ: the variables that the environment consists of.
    :raises ConfigError: by a start, if the app's configuration can't be understood.

    .. versionadded:: 0.1
    """
    with stated_environment(environment, environ), hooks.diverted(WATCHES):
        capture = Capture()
        with _lock:
            _captures.append(capture)
        try:
            yield capture.launches
        finally:
            capture.wait_for_threads()
            _end(capture)


def _end(capture: Capture) -> None:
    with _lock:
        _captures.remove(capture)
        if not _captures:
            for server in _seen:
                server.server_close()
            _seen.clear()


def _record(start: Start, launch: CapturedLaunch) -> None:
    with _lock:
        for capture in _captures:
            capture.add(start, launch)


def _run(wrapped: Wrapped, instance: Flask, args: Args, kwargs: Kwargs) -> t.Any:
    if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
        if click.get_current_context(silent=True) is not None:
            return wrapped(*args, **kwargs)
        # A CliRunner left it behind, and Flask would ignore this call.
        del os.environ["FLASK_RUN_FROM_CLI"]
    given = as_stated({**dict(zip(RUN_PARAMETERS, args, strict=False)), **kwargs})
    launch = judge_captured(instance, launch_of_run(instance, given))
    start = Start(Via.APP_RUN, instance)
    _record(start, launch)
    if launch.is_refused:
        return None
    debug = instance.debug
    try:
        # It continues as far as the server: a test may have put a mock in between.
        with start_under_way(start):
            return wrapped(**given)
    finally:
        if instance.debug != debug:
            instance.debug = debug


def _init(
    wrapped: Wrapped, instance: BaseWSGIServer, args: Args, kwargs: Kwargs
) -> None:
    given = {**dict(zip(SERVER_PARAMETERS, args, strict=False)), **kwargs}
    address = classify(given["host"], given["port"])
    _judge(instance, given["app"], address)
    _make_unbound(wrapped, instance, given)


def _judge(server: BaseWSGIServer, wsgi: object, address: Address) -> None:
    start = start_of(flask_apps(wsgi))
    launch = judge_captured_server(wsgi, start.via, address)
    with _lock:
        _seen[server] = start, launch
    _record(start, launch)


def _make_unbound(wrapped: Wrapped, server: BaseWSGIServer, given: Kwargs) -> None:
    host, port = given["host"], given["port"]
    family = select_address_family(host, port)
    # Werkzeug binds nothing where it is given a socket.
    with socket.socket(family, socket.SOCK_STREAM) as unbound:
        wrapped(**{**given, "fd": unbound.fileno()})
    server.server_address = t.cast("t.Any", get_sockaddr(host, int(port), family))
    server.port = int(port)


def _serve_forever(
    wrapped: Wrapped, instance: BaseWSGIServer, args: Args, kwargs: Kwargs
) -> None:
    _handle_request(wrapped, instance, args, kwargs)
    instance.server_close()


def _handle_request(
    wrapped: Wrapped, instance: BaseWSGIServer, args: Args, kwargs: Kwargs
) -> None:
    if instance in _seen:
        # It may have been created outside this block, and inside another.
        _record(*_seen[instance])
    else:
        _judge(instance, instance.app, of_socket(instance.socket))


def _go_on(
    wrapped: Wrapped, instance: DebuggedApplication, args: Args, kwargs: Kwargs
) -> t.Any:
    return wrapped(*args, **kwargs)


def _call_debugger(
    wrapped: Wrapped, instance: DebuggedApplication, args: Args, kwargs: Kwargs
) -> t.Any:
    # Judged in the stated environment, which ends with the block: nothing is kept.
    if is_debugger_off(instance):
        return instance.app(*args, **kwargs)
    return wrapped(*args, **kwargs)


#: What is called for each hook, by the hook's name.
WATCHES: t.Mapping[str, t.Any] = {
    "Flask.run": _run,
    "BaseWSGIServer.__init__": _init,
    "BaseWSGIServer.serve_forever": _serve_forever,
    "BaseWSGIServer.handle_request": _handle_request,
    "DebuggedApplication.__init__": _go_on,
    "DebuggedApplication.__call__": _call_debugger,
    "DebuggedApplication.debug_application": _call_debugger,
    "DebuggedApplication.check_pin_trust": _go_on,
}
