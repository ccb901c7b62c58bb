"""What importing the guard costs beyond Flask, and the first ``ProdGuard(app)``.

``python -m benchmarks.importing [--quick]`` starts fresh processes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t

from .alone import run_alone
from .figure import Figure
from .pairs import spread_of

MILLISECONDS = 1000.0
PROGRAM = """\
import json
import time
import flask
app = flask.Flask("shop")
times = [time.process_time()]
import flask_prodguard
times.append(time.process_time())
from flask_prodguard import ProdGuard
times.append(time.process_time())
ProdGuard(app)
times.append(time.process_time())
print(json.dumps(times))
"""
STEPS = {
    "`import flask_prodguard`, beyond Flask": (0, 1, 3.0),
    "`from flask_prodguard import ProdGuard`, beyond Flask": (0, 2, 3.0),
    "the first `ProdGuard(app)`": (2, 3, 2.0),
}


def measure(quick: bool) -> t.Iterator[Figure]:
    """Measure it.

    :param quick: with few rounds.
    """
    runs = 5 if quick else 60
    times_of_process()  # Compiles what was not.
    rows = [times_of_process() for _ in range(runs)]
    for name, (start, end, at_most) in STEPS.items():
        taken = [MILLISECONDS * (row[end] - row[start]) for row in rows]
        spread = spread_of(taken)
        yield Figure(
            name,
            spread.median,
            "ms",
            at_most=at_most,
            spread=spread.quartiles,
            note=f"the processor's time, in {runs} fresh processes",
        )


def times_of_process() -> list[float]:
    """The processor's time before and after each step, in a fresh process."""
    command = [sys.executable, "-c", PROGRAM]
    # An installed package has been compiled.
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env=environ
    )
    return [float(each) for each in json.loads(done.stdout)]


if __name__ == "__main__":
    raise SystemExit(run_alone(measure, __doc__))
