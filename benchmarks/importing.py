"""What ``import flask_prodguard`` costs beyond ``import flask``, and the first
``ProdGuard(app)``.

``python benchmarks/importing.py`` starts fresh processes and prints medians.
"""

from __future__ import annotations

import statistics
import subprocess
import sys

RUNS = 30
PROGRAM = """\
import time
import flask
app = flask.Flask("shop")
start = time.perf_counter()
import flask_prodguard
imported = time.perf_counter()
flask_prodguard.ProdGuard(app)
print(imported - start, time.perf_counter() - imported)
"""


def main() -> None:
    """Run the processes and print the figures in milliseconds."""
    command = [sys.executable, "-c", PROGRAM]
    subprocess.run(command, check=True, capture_output=True)  # Writes the .pyc files.
    rows = []
    for _ in range(RUNS):
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        rows.append([1000 * float(figure) for figure in done.stdout.split()])
    names = ("import flask_prodguard, beyond flask", "the first ProdGuard(app)")
    for name, figures in zip(names, zip(*rows, strict=True), strict=True):
        print(
            f"{name}: median {statistics.median(figures):.2f} ms,"
            f" {min(figures):.2f} to {max(figures):.2f} in {RUNS} processes"
        )


if __name__ == "__main__":
    main()
