"""Requests per second under gunicorn, with the guard over without it.

``python -m benchmarks.throughput [--quick]`` serves the same app three times, once with
the guard, and sends all three requests in turns. The second one without is the control.
Then it starts them again, because no two processes are equally fast.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import typing as t
from pathlib import Path

from .alone import run_alone
from .figure import Figure
from .pairs import measure_in_turns
from .pairs import Pairs
from .pairs import ratio
from .pairs import spread_of

PATIENCE = 30.0
APP = """\
from flask import Flask
app = Flask(__name__)
app.add_url_rule("/", view_func=lambda: "served")
"""
GUARDED = APP + "from flask_prodguard import ProdGuard\nProdGuard(app)\n"
SOURCES = {"plain": APP, "guarded": GUARDED, "control": APP}
TITLE = "requests per second under gunicorn, with the guard over without"


def measure(quick: bool) -> t.Iterator[Figure]:
    """Measure it.

    :param quick: with few requests.
    """
    starts, rounds, requests = (2, 3, 50) if quick else (6, 15, 400)
    pairs = Pairs([], [], [])
    for _ in range(starts):
        pairs = pairs.joined(measure_start(rounds, requests))
    note = f"{starts} starts, {rounds} rounds in each, of {requests} requests to each"
    return figures(pairs, note)


def figures(pairs: Pairs, note: str) -> t.Iterator[Figure]:
    """The ratio with the guard, and the noise.

    :param pairs: what came of the rounds.
    :param note: how many they were.
    """
    effect, control = spread_of(pairs.effect), spread_of(pairs.control)
    yield Figure(
        TITLE,
        effect.median,
        at_least=control.quartiles[0],
        spread=effect.quartiles,
        note=f"{note}, {statistics.median(pairs.without):,.0f} a second without; the"
        " limit is 1.00 within noise: no less than the middle half of the control",
    )
    yield Figure(
        "requests per second under gunicorn, control",
        control.median,
        spread=control.quartiles,
        note="the app without the guard in another process, over itself",
    )


def measure_start(rounds: int, requests: int) -> Pairs:
    """Serve the apps, and send them requests in turns.

    :param rounds: how often each is asked.
    :param requests: how many requests each time.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        rates = []
        for name, source in SOURCES.items():
            (folder / f"{name}.py").write_text(source, encoding="utf-8")
            port = stack.enter_context(served(folder, name))
            rates.append(functools.partial(rate, port, requests))
            # The first request is judged.
            rates[-1]()
        plain, guarded, control = rates
        return measure_in_turns(plain, guarded, control, ratio, rounds)


@contextlib.contextmanager
def served(folder: Path, name: str) -> t.Iterator[int]:
    """Serve an app with one gunicorn worker, in production.

    :param folder: where the module is.
    :param name: the module.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = ["-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "1"]
    words += ["--worker-class", "gthread", "--log-level", "error", f"{name}:app"]
    environ = {**os.environ, "FLASK_ENV": "production"}
    server = subprocess.Popen([sys.executable, *words], cwd=folder, env=environ)
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(PATIENCE)


def wait_for(port: int) -> None:
    """Wait until the server listens.

    :param port: where.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
    raise TimeoutError("The server did not start.")


def rate(port: int, requests: int) -> float:
    """Requests per second over one connection that is kept open.

    :param port: where the server listens.
    :param requests: how many are made.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    start = time.perf_counter()
    for _ in range(requests):
        connection.request("GET", "/")
        connection.getresponse().read()
    elapsed = time.perf_counter() - start
    connection.close()
    return requests / elapsed


if __name__ == "__main__":
    raise SystemExit(run_alone(measure, __doc__))
