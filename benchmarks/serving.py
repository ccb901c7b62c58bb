"""Requests per second of 16 clients, waitress instead of the development server.

``python -m benchmarks.serving [--quick]`` starts the same app three times by
``app.run()``: once with the action ``serve``, and twice with ``log``, under which the
development server goes on. All three get requests in turns. Each client keeps its
connection for as long as the server does. Then they are started anew.
"""

from __future__ import annotations

import selectors
import socket
import statistics
import time
import typing as t

from .alone import run_alone
from .figure import Figure
from .pairs import Pairs
from .pairs import spread_of
from .server import GUARDED
from .server import measure_starts
from .server import PATIENCE
from .server import Server

CLIENTS = 16
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
#: What the app answers, and nothing else that is sent.
END = b"\r\n\r\nserved"
CLOSES = b"Connection: close"
SOURCE = f"{GUARDED}import sys\napp.run(port=int(sys.argv[1]))\n"
COMMAND = ("shop.py", "{port}")
DEVELOPMENT_SERVER = Server(SOURCE, COMMAND, {"FLASK_PRODGUARD_ACTION": "log"})
WAITRESS = Server(SOURCE, COMMAND, {"FLASK_PRODGUARD_ACTION": "serve"})
SERVERS = (DEVELOPMENT_SERVER, WAITRESS, DEVELOPMENT_SERVER)


def measure(quick: bool) -> t.Iterator[Figure]:
    """Measure it.

    :param quick: with few requests.
    """
    starts, rounds, requests = (1, 3, 200) if quick else (4, 9, 500)
    pairs = measure_starts(SERVERS, rate, starts, rounds, requests)
    note = f"{starts} starts, {rounds} rounds in each, of {requests} requests to each"
    return figures(pairs, note)


def figures(pairs: Pairs, note: str) -> t.Iterator[Figure]:
    """The ratio with waitress, and the noise.

    :param pairs: what came of the rounds.
    :param note: how many they were.
    """
    effect, control = spread_of(pairs.effect), spread_of(pairs.control)
    yield Figure(
        "requests per second of 16 clients, waitress over the development server",
        effect.median,
        at_least=1.8,
        spread=effect.quartiles,
        note=f"{note}, {statistics.median(pairs.without):,.0f} a second under the"
        " development server",
    )
    yield Figure(
        "requests per second of 16 clients, control",
        control.median,
        spread=control.quartiles,
        note="the development server in another process, over itself",
    )


def rate(port: int, requests: int) -> float:
    """Requests per second of all clients.

    :param port: where the server listens.
    :param requests: how many are made.
    """
    start = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for _ in range(CLIENTS):
            _ask(selector, port)
        answered = 0
        while answered < requests:
            for key, _ in selector.select(PATIENCE):
                answered += _read(selector, port, t.cast("socket.socket", key.fileobj))
        elapsed = time.perf_counter() - start
        for key in [*selector.get_map().values()]:
            t.cast("socket.socket", key.fileobj).close()
    return requests / elapsed


def _ask(selector: selectors.BaseSelector, port: int) -> None:
    connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    connection.sendall(REQUEST)
    selector.register(connection, selectors.EVENT_READ, bytearray())


def _read(
    selector: selectors.BaseSelector, port: int, connection: socket.socket
) -> bool:
    read: bytearray = selector.get_key(connection).data
    read += connection.recv(65536)
    if not read.endswith(END):
        return False
    if CLOSES in read:
        selector.unregister(connection)
        connection.close()
        _ask(selector, port)
    else:
        read.clear()
        connection.sendall(REQUEST)
    return True


if __name__ == "__main__":
    raise SystemExit(run_alone(measure, __doc__))
