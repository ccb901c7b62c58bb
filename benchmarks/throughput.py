"""Requests per second under gunicorn, with the guard over without it.

``python -m benchmarks.throughput [--quick]`` serves the same app three times, once with
the guard, and sends all three requests in turns. The second one without is the control.
Then it starts them again, because no two processes are equally fast.
"""

from __future__ import annotations

import http.client
import statistics
import time
import typing as t

from .alone import run_alone
from .figure import Figure
from .pairs import Pairs
from .pairs import spread_of
from .server import APP
from .server import GUARDED
from .server import measure_starts
from .server import PATIENCE
from .server import Server

GUNICORN = (
    *("-m", "gunicorn", "--bind", "127.0.0.1:{port}", "--threads", "1"),
    *("--worker-class", "gthread", "--log-level", "error", "shop:app"),
)
SERVERS = (Server(APP, GUNICORN), Server(GUARDED, GUNICORN), Server(APP, GUNICORN))
TITLE = "requests per second under gunicorn, with the guard over without"


def measure(quick: bool) -> t.Iterator[Figure]:
    """Measure it.

    :param quick: with few requests.
    """
    starts, rounds, requests = (2, 3, 50) if quick else (4, 15, 300)
    pairs = measure_starts(SERVERS, rate, starts, rounds, requests)
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
