"""Three servers of the same app that get requests in turns: without, with, and without
again as the control. Then they are started anew, since no two processes are equally
fast.
"""

from __future__ import annotations

import contextlib
import functools
import os
import socket
import subprocess
import sys
import tempfile
import time
import typing as t
from pathlib import Path

from .pairs import measure_in_turns
from .pairs import Pairs
from .pairs import ratio

PATIENCE = 30.0
APP = """\
from flask import Flask
app = Flask(__name__)
app.add_url_rule("/", view_func=lambda: "served")
"""
GUARDED = APP + "from flask_prodguard import ProdGuard\nProdGuard(app)\n"

#: Requests per second of the server on a port, from so many requests.
Rate: t.TypeAlias = t.Callable[[int, int], float]


class Server(t.NamedTuple):
    """How a server is started in production."""

    source: str
    #: What Python is given. The app is in ``shop.py``, and ``{port}`` is free.
    words: tuple[str, ...]
    environ: t.Mapping[str, str] = {}


def measure_starts(
    servers: tuple[Server, Server, Server],
    rate: Rate,
    starts: int,
    rounds: int,
    requests: int,
) -> Pairs:
    """Start the servers, and send them requests in turns.

    :param servers: the one that is compared with, the one that is measured, and the
        control.
    :param starts: how often all are started.
    :param rounds: how often each gets requests after that.
    :param requests: how many requests each time.
    """
    pairs = Pairs([], [], [])
    for _ in range(starts):
        with contextlib.ExitStack() as stack:
            rates = []
            for server in servers:
                port = stack.enter_context(started(server))
                rates.append(functools.partial(rate, port, requests))
                # The first request is judged.
                rates[-1]()
            without, effect, control = rates
            one = measure_in_turns(without, effect, control, ratio, rounds)
            pairs = pairs.joined(one)
    return pairs


@contextlib.contextmanager
def started(server: Server) -> t.Iterator[int]:
    """Start a server on a free port, and stop it in the end."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "shop.py").write_text(server.source, encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, *(word.format(port=port) for word in server.words)],
            cwd=folder,
            env={**os.environ, "FLASK_ENV": "production", **server.environ},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
    raise TimeoutError("The server did not start.")
