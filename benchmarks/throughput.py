"""Requests per second under gunicorn, with the guard over without it.

``python benchmarks/throughput.py`` serves the same app twice, asks both in turn, and
prints the ratio of each pair's rates with its spread.
"""

from __future__ import annotations

import contextlib
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

PAIRS = 40
REQUESTS = 400
PATIENCE = 30.0
APP = """\
from flask import Flask
app = Flask(__name__)
app.add_url_rule("/", view_func=lambda: "served")
"""
GUARDED = APP + "from flask_prodguard import ProdGuard\nProdGuard(app)\n"


def main() -> None:
    """Serve both apps and print the figures."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ports = []
        for name, source in (("plain", APP), ("guarded", GUARDED)):
            (folder / f"{name}.py").write_text(source, encoding="utf-8")
            ports.append(stack.enter_context(served(folder, name)))
        plain, guarded = ports
        rate(plain), rate(guarded)
        ratios = [ratio_of_pair(plain, guarded, turn) for turn in range(PAIRS)]
    low, _, high = statistics.quantiles(ratios, n=4)
    print(
        f"throughput with the guard over without: median"
        f" {statistics.median(ratios):.3f}, middle half {low:.3f} to {high:.3f},"
        f" {PAIRS} pairs of {REQUESTS} requests"
    )


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


def rate(port: int) -> float:
    """Requests per second over one connection that is kept open.

    :param port: where the server listens.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    start = time.perf_counter()
    for _ in range(REQUESTS):
        connection.request("GET", "/")
        connection.getresponse().read()
    elapsed = time.perf_counter() - start
    connection.close()
    return REQUESTS / elapsed


def ratio_of_pair(plain: int, guarded: int, turn: int) -> float:
    """The rate with the guard over the rate without. Who comes first alternates.

    :param plain: the port of the app without a guard.
    :param guarded: the port of the app with one.
    :param turn: the number of the pair.
    """
    if turn % 2:
        without = rate(plain)
        return rate(guarded) / without
    with_guard = rate(guarded)
    return with_guard / rate(plain)


if __name__ == "__main__":
    main()
