"""What 1,000 guarded apps cost in one process, each, and each other.

``python -m benchmarks.many_apps [--quick]`` starts fresh processes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t
from dataclasses import dataclass
from pathlib import Path

from .alone import run_alone
from .figure import Figure
from .pairs import spread_of

ROOT = Path(__file__).parent.parent
APPS = 1000
PRODUCTION = {"FLASK_ENV": "production"}
MICROSECONDS = 1_000_000.0
#: With many over with one: constant, and a fifth for noise.
CONSTANT = 1.2


@dataclass(frozen=True)
class Shown:
    """A figure that is shown of what the worker measures."""

    name: str
    #: What is shown, by its name in the worker.
    measured: str
    #: What it is divided by. Else it is a time.
    over: str | None = None
    note: str = ""


SPEED = (
    Shown("`ProdGuard(app)`, each of 1,000", "guard"),
    Shown(
        "`ProdGuard(app)`, the last 100 over the first 100", "guard late", "guard early"
    ),
    Shown(
        "judging one app, among 1,000 over alone",
        "judge many",
        "judge one",
        "its configuration, environment and launch",
    ),
    Shown("a WSGI call, among 1,000 over alone", "call served", "call one"),
    Shown(
        "a WSGI call, among 999 that were never served over alone",
        "call waiting",
        "call one",
        "Flask's signal has a receiver then",
    ),
    Shown(
        "a WSGI call through a debugger, among 1,000 over alone",
        "debugged many",
        "debugged one",
        "the debugger wraps a function, which may serve any app",
    ),
    Shown(
        "the first WSGI call through that debugger, among 1,000",
        "debugged first",
        note="every guarded app is judged, once for each debugger",
    ),
)


def measure(quick: bool) -> t.Iterator[Figure]:
    """Measure it.

    :param quick: with few processes.
    """
    processes = 2 if quick else 7
    rows = [run_worker("speed") for _ in range(processes)]
    for shown in SPEED:
        yield figure_of(shown, rows)
    memory = run_worker("memory")
    yield Figure(
        "memory of a guarded app, each of 1,000",
        memory["guarded"],
        "bytes",
        note="beyond the app's own, by tracemalloc; a Flask app with one page takes"
        f" {memory['unguarded']:,.0f}",
    )


def figure_of(shown: Shown, rows: t.Sequence[t.Mapping[str, float]]) -> Figure:
    """Sum up what the processes have measured.

    :param shown: what is shown.
    :param rows: what each process has measured.
    """
    if shown.over is None:
        spread = spread_of([row[shown.measured] * MICROSECONDS for row in rows])
    else:
        spread = spread_of([row[shown.measured] / row[shown.over] for row in rows])
    return Figure(
        shown.name,
        spread.median,
        "" if shown.over else "µs",
        at_most=CONSTANT if shown.over else None,
        spread=spread.quartiles,
        note="; ".join(filter(None, [shown.note, f"{len(rows)} processes"])),
    )


def run_worker(measured: str) -> dict[str, float]:
    """Run the worker in a fresh process, and return what it measured.

    :param measured: what it shall measure.
    """
    command = [sys.executable, "-m", "benchmarks.worker_many_apps", measured, str(APPS)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **PRODUCTION},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    raise SystemExit(run_alone(measure, __doc__))
