"""What the guard adds to a WSGI call in process, after the first.

``python -m benchmarks.wsgi_call [--quick]``. Function calls are counted, and, where
valgrind is installed, instructions. The number of WSGI calls is doubled, so that the
start and the first request cancel out.
"""

from __future__ import annotations

import os
import subprocess
import sys
import typing as t
from pathlib import Path

from .alone import run_alone
from .callgrind import count_instructions
from .callgrind import find_valgrind
from .callgrind import MISSING
from .figure import Figure
from .figure import not_measured
from .pairs import spread_of

ROOT = Path(__file__).parent.parent
#: In percent.
UNNOTICED = 0.5
TITLE = "instructions of a WSGI call: added by the guard"
CONTROL = "instructions of a WSGI call: control"
WORKER = "benchmarks.worker_wsgi_call"
PRODUCTION = {"FLASK_ENV": "production"}


def measure(quick: bool) -> t.Iterator[Figure]:
    """Measure it.

    :param quick: with few calls.
    """
    without_guard, with_guard = map(functions_called, ("plain", "guarded"))
    yield Figure(
        "functions called in a WSGI call: added by the guard",
        with_guard - without_guard,
        at_most=0,
        note=f"Python's and C's, of {without_guard} without",
    )
    if find_valgrind() is None:
        yield not_measured(TITLE, MISSING)
        return
    layouts, calls = (2, 100) if quick else (4, 300)
    without, with_ = (
        [per_call(kind, calls, layout) for layout in range(layouts)]
        for kind in ("plain", "guarded")
    )
    yield from figures(without, with_)


def functions_called(kind: str) -> int:
    """How many functions a WSGI call calls, Python's and C's.

    :param kind: whether the app is guarded.
    """
    done = subprocess.run(
        command(kind, 1, 0),
        cwd=ROOT,
        env={**os.environ, **PRODUCTION},
        capture_output=True,
        check=True,
    )
    return int(done.stdout)


def command(kind: str, calls: int, layout: int) -> list[str]:
    """The command that makes WSGI calls.

    :param kind: whether the app is guarded.
    :param calls: how many.
    :param layout: of Python's caches.
    """
    return [sys.executable, "-m", WORKER, kind, str(calls), str(layout)]


def figures(without: t.Sequence[float], with_: t.Sequence[float]) -> list[Figure]:
    """What is added, and the noise: what another layout changes.

    :param without: instructions per call, for each layout of Python's caches.
    :param with_: the same with the guard.
    """
    effect = spread_of([*map(percent_added, with_, without)])
    control = [*map(percent_added, [*without[1:], without[0]], without)]
    noise = spread_of(control)
    return [
        Figure(
            TITLE,
            effect.median,
            "%",
            at_most=UNNOTICED,
            spread=effect.quartiles,
            note=f"counted by callgrind with {len(without)} layouts of Python's"
            f" caches, of {spread_of(without).median:,.0f} per call; no clock shows"
            " half a percent of a call that takes 40 µs",
        ),
        Figure(
            CONTROL,
            noise.median,
            "%",
            spread=noise.quartiles,
            note="without the guard, with another layout over the one before",
        ),
    ]


def percent_added(value: float, base: float) -> float:
    """How much more it is, in percent.

    :param value: what it is.
    :param base: what it would be.
    """
    return 100 * (value / base - 1)


def per_call(kind: str, calls: int, layout: int) -> float:
    """The instructions of one call.

    :param kind: whether the app is guarded.
    :param calls: how many.
    :param layout: of Python's caches.
    """
    few, many = (
        count_instructions(
            command(kind, count, layout),
            ROOT,
            {**os.environ, **PRODUCTION},
            seed=layout,
        )
        for count in (calls, 2 * calls)
    )
    return (many - few) / calls


if __name__ == "__main__":
    raise SystemExit(run_alone(measure, __doc__))
