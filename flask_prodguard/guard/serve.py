"""Serves an app with waitress, in this process and on the socket that the development
server has bound. It is called if ``PRODGUARD_ACTION`` is ``"serve"``, and imports
waitress only then.
"""

from __future__ import annotations

import array
import contextlib
import faulthandler
import os
import select
import signal
import sys
import threading
import time
import typing as t

from ..remedy.servers import THREADS

if t.TYPE_CHECKING:
    import socket
    import types

    from waitress.channel import HTTPChannel
    from waitress.server import BaseWSGIServer
    from waitress.task import ThreadedTaskDispatcher
    from werkzeug.serving import BaseWSGIServer as WerkzeugServer

#: How many seconds open requests have after the signal that ends the server. Docker
#: kills a container 10 seconds after SIGTERM: the code after ``app.run()`` needs some
#: of them.
GRACE = 8.0
#: The key that marks a request that is served here, in its environ.
SERVED = "flask_prodguard.served"
# How often to check whether the threads have ended.
_STEP = 0.1
_THREADS_END = 0.5

# What differs from waitress's defaults, since the development server has no limits and
# passes on every header, so that ProxyFix sees them
# (https://docs.pylonsproject.org/projects/waitress/en/stable/arguments.html).
_LIKE_WERKZEUG: dict[str, t.Any] = {
    "clear_untrusted_proxy_headers": False,
    "max_request_body_size": sys.maxsize,
}
# A connection that is kept open counts as well. select() can't watch as many.
_CONNECTIONS = 10_000 if hasattr(select, "poll") else 400

_ENDING_SIGNALS = (
    (signal.SIGTERM, signal.SIG_DFL),
    (signal.SIGINT, signal.default_int_handler),
)


def serve(werkzeug_server: WerkzeugServer, poll_interval: float = 0.5) -> None:
    """Serve what a Werkzeug server would, until SIGTERM, SIGINT or its ``shutdown()``,
    and finish the requests that are open then. It returns as ``serve_forever()`` does,
    so that the code after it runs.

    :param poll_interval: how many seconds pass until ``shutdown()`` is noticed.
    """
    from waitress.server import create_server
    from waitress.task import ThreadedTaskDispatcher

    limit = THREADS if werkzeug_server.multithread else 1
    threads = _Threads(limit, ThreadedTaskDispatcher())
    server = create_server(
        _marked(werkzeug_server.app),
        sockets=[werkzeug_server.socket],
        _dispatcher=threads,
        server_name=_name_of(werkzeug_server.socket),
        connection_limit=_CONNECTIONS,
        **_LIKE_WERKZEUG,
    )
    server.channel_class = _channel_class()
    with contextlib.ExitStack() as stack:
        ended = stack.enter_context(_shutdown_of(werkzeug_server))
        signals = _signals(server.pull_trigger)
        stack.enter_context(signals)
        stack.callback(_close, server, threads)
        try:
            while not (signals.received or ended()):
                _step(server, poll_interval)
        except KeyboardInterrupt:
            # The handler is the program's own. Werkzeug's server ends there too.
            pass
        finally:
            # If a handler of the program raises SystemExit, it propagates after this.
            _answer_open_requests(server, signals)


@contextlib.contextmanager
def _shutdown_of(werkzeug_server: WerkzeugServer) -> t.Iterator[t.Callable[[], bool]]:
    # socketserver keeps both under private names: another thread sets the first in
    # shutdown(), and waits for the second.
    ended = vars(werkzeug_server)["_BaseServer__is_shut_down"]
    ended.clear()
    try:
        yield lambda: bool(vars(werkzeug_server)["_BaseServer__shutdown_request"])
    finally:
        ended.set()


def _channel_class() -> type[HTTPChannel]:
    from waitress.channel import HTTPChannel
    from waitress.task import WSGITask

    class Task(WSGITask):  # type: ignore[misc]
        def finish(self) -> None:
            if self.request.command == "HEAD":
                # What has no length would end in an empty chunk, which the client
                # takes for the start of the next answer. This writes the headers.
                self.write(b"")
                self.chunked_response = False
            super().finish()

    class Channel(HTTPChannel):  # type: ignore[misc]
        task_class = Task

    return Channel


def _marked(wsgi: t.Any) -> t.Any:
    def served(environ: dict[str, t.Any], start_response: t.Any) -> t.Any:
        environ[SERVED] = True
        # Werkzeug sets both.
        environ["RAW_URI"] = environ["REQUEST_URI"]
        return wsgi(environ, start_response)

    return served


class _Threads:
    """Starts a thread for waitress if none is idle. Otherwise waitress starts all of
    them at once, and requests rotate through them: the more there are, the slower it
    is.
    """

    def __init__(self, limit: int, dispatcher: ThreadedTaskDispatcher) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._dispatcher = dispatcher

    def add_task(self, task: HTTPChannel) -> None:
        with self._lock:
            if self._is_one_idle() or self._are_all_started():
                self._dispatcher.add_task(task)
            else:
                # The new thread looks for it there. Otherwise waitress would warn about
                # a queue, because the thread counts as busy until then.
                self._dispatcher.queue.append(task)
                self._dispatcher.set_thread_count(len(self._dispatcher.threads) + 1)

    def _is_one_idle(self) -> bool:
        dispatcher = self._dispatcher
        with dispatcher.lock:
            idle: int = len(dispatcher.threads) - dispatcher.active_count
            return idle > len(dispatcher.queue)

    def _are_all_started(self) -> bool:
        return len(self._dispatcher.threads) >= self._limit

    def end(self) -> None:
        self._dispatcher.shutdown(timeout=_THREADS_END)


def _name_of(listening: socket.socket) -> str:
    name = listening.getsockname()
    return str(name[0]) if isinstance(name, tuple) else "localhost"


def _step(server: BaseWSGIServer, seconds: float) -> None:
    from waitress import wasyncore

    wasyncore.loop(seconds, use_poll=True, map=server._map, count=1)


def _signals(wake: t.Callable[[], None]) -> _Signals | _SignalsOfThread:
    is_main = threading.current_thread() is threading.main_thread()
    return _Signals(wake) if is_main else _SignalsOfThread()


# How many times SIGTERM was received for the server in the main thread.
_terminated = 0
#: Those that hold up a signal now.
_holding: list[_Signals | _SignalsOfThread] = []


def _release_all() -> None:
    # A forked process serves nothing, and a signal ends it as ever.
    for signals in _holding:
        signals.release()


def _release_in_children() -> None:
    # Windows knows no forks.
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_release_all)


_release_in_children()


class _Signals:
    """Replaces the handlers that would end the process at once, while the server runs
    in the main thread. The program's own handlers stay.

    :param wake: makes the server check.
    """

    def __init__(self, wake: t.Callable[[], None]) -> None:
        #: How many signals were received. The second one ends the server at once.
        self.received: int = 0
        self._wake = wake
        self._replaced: list[tuple[signal.Signals, t.Any]] = []

    def __enter__(self) -> _Signals:
        for number, default in _ENDING_SIGNALS:
            if signal.getsignal(number) == default:
                signal.signal(number, self._receive)
                self._replaced.append((number, default))
        _holding.append(self)
        return self

    def __exit__(self, *error: object) -> None:
        _holding.remove(self)
        self.release()

    def release(self) -> None:
        """Put the handlers back."""
        for number, default in self._replaced:
            if signal.getsignal(number) == self._receive:
                signal.signal(number, default)

    def _receive(self, number: int, frame: types.FrameType | None) -> None:
        global _terminated
        _terminated += number == signal.SIGTERM
        self.received += 1
        self._wake()


class _SignalsOfThread:
    """Holds up SIGTERM while the server runs in another thread than the main one, and
    ends the process afterwards, as the signal would have.

    Only the main thread may set a handler, and it may be waiting for long.
    ``faulthandler`` sets one in any thread, which writes to a file: here, a pipe.
    """

    def __init__(self) -> None:
        self._received = self._written = 0
        self._pipe: tuple[int, ...] = ()
        self._terminated_before = _terminated

    @property
    def received(self) -> int:
        """How many have been received. The second one means at once."""
        # A server in the main thread has a handler, which takes the place of this one.
        return self._received_here + _terminated - self._terminated_before

    @property
    def _received_here(self) -> int:
        # Not read: eventlet would wait for more.
        written = _waiting_in(self._pipe[0]) if self._pipe else 0
        if written > self._written:
            self._written, self._received = written, self._received + 1
        return self._received

    def __enter__(self) -> _SignalsOfThread:
        # Windows has no such function.
        if _is_default() and hasattr(faulthandler, "register"):
            self._pipe = os.pipe()
            os.set_blocking(self._pipe[1], False)
            faulthandler.register(signal.SIGTERM, self._pipe[1], all_threads=False)
            _holding.append(self)
        return self

    def __exit__(self, *error: object) -> None:
        if not self._pipe:
            return
        _holding.remove(self)
        # The program may have set a handler of its own since.
        if not _is_default():
            return
        ends = self._received_here
        self.release()
        for end in self._pipe:
            os.close(end)
        if ends:
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(Exception):
                    stream.flush()
            os._exit(0)

    def release(self) -> None:
        """Let SIGTERM end the process."""
        if _is_default():
            faulthandler.unregister(signal.SIGTERM)


def _is_default() -> bool:
    return signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def _waiting_in(pipe: int) -> int:
    import fcntl
    import termios

    size = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, size)
    return size[0]


def _answer_open_requests(
    server: BaseWSGIServer, signals: _Signals | _SignalsOfThread
) -> None:
    from waitress import wasyncore

    # New connections are refused from now on.
    wasyncore.dispatcher.close(server)
    until = time.monotonic() + GRACE
    received = signals.received
    while _close_idle(server) and time.monotonic() < until:
        _step(server, _STEP)
        if signals.received > max(received, 1):
            break


def _close_idle(server: BaseWSGIServer) -> bool:
    channels = [*server.active_channels.values()]
    busy = [channel for channel in channels if _is_busy(channel)]
    for channel in channels:
        if channel not in busy:
            channel.handle_close()
    return bool(busy)


def _is_busy(channel: HTTPChannel) -> bool:
    # ``request`` is one that has only been read in part.
    return bool(channel.requests or channel.request or channel.total_outbufs_len)


def _close(server: BaseWSGIServer, threads: _Threads) -> None:
    from waitress import wasyncore

    threads.end()
    server.trigger.close()
    wasyncore.close_all(server._map)
