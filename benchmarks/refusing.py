"""What a refusal of ``app.run()`` costs: the judgement, and the advice on this app.

``python -m benchmarks.refusing [--quick]`` starts fresh processes.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

from .alone import run_alone
from .figure import Figure
from .pairs import spread_of

MILLISECONDS = 1000.0
CALLS = 7
PROGRAM = f"""\
import json
import logging
import time

from flask import Flask
from flask_prodguard import ProdGuard
from flask_prodguard import UnsafeLaunchError

app = Flask(__name__)
ProdGuard(app)


@app.get("/")
def index():
    return "served"


def refuse():
    start = time.process_time()
    try:
        app.run()
    except UnsafeLaunchError:
        return time.process_time() - start


if __name__ == "__main__":
    logging.getLogger("flask_prodguard").addHandler(logging.NullHandler())
    print(json.dumps([refuse() for _ in range({CALLS})]))
"""


def measure(quick: bool) -> t.Iterator[Figure]:
    """Measure it.

    :param quick: with few rounds.
    """
    runs = 3 if quick else 15
    with tempfile.TemporaryDirectory() as name:
        file = Path(name, "shop.py")
        file.write_text(PROGRAM, encoding="utf-8")
        times_of_process(file)  # Compiles what was not.
        rows = [times_of_process(file) for _ in range(runs)]
    first = [MILLISECONDS * row[0] for row in rows]
    later = [MILLISECONDS * statistics.median(row[1:]) for row in rows]
    for title, taken, at_most in (
        ("the first refusal of a process, with its imports", first, None),
        ("a refusal of `app.run()`", later, 6.0),
    ):
        spread = spread_of(taken)
        yield Figure(
            title,
            spread.median,
            "ms",
            at_most=at_most,
            spread=spread.quartiles,
            note=f"the processor's time, in {runs} fresh processes",
        )


def times_of_process(file: Path) -> list[float]:
    """The processor's time for each refusal of a fresh process.

    :param file: the program.
    """
    environ = {**os.environ, "DYNO": "web.1", "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(
        [sys.executable, file.name],
        cwd=file.parent,
        env=environ,
        check=True,
        capture_output=True,
        text=True,
    )
    return [float(each) for each in json.loads(done.stdout)]


if __name__ == "__main__":
    raise SystemExit(run_alone(measure, __doc__))
