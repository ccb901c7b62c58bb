"""What a judgement costs, and what the number of environment variables adds to it.

``python -m benchmarks.judging [--quick]`` measures with pyperf.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

import pyperf

from .alone import run_alone
from .figure import Figure
from .pairs import Spread
from .pairs import spread_of

ROOT = Path(__file__).parent.parent
MICROSECONDS = 1_000_000.0
QUICK = ("--processes=2", "--values=3", "--warmups=1", "--min-time=0.02")
#: As named in ``worker_judging``.
NAMES = {
    "judge": "a judgement, with a numeric host",
    "detect_environment 10": "environment detection, 10 variables",
    "detect_environment 10000": "environment detection, 10,000 variables",
    "resolve_configuration 10": "reading the configuration, 10 variables",
    "resolve_configuration 10000": "reading the configuration, 10,000 variables",
}
AT_MOST = {"judge": 50.0, "detect_environment 10000": 1_000.0}
NOTES = {
    "judge": "the host is resolved, and every rule asked",
    "detect_environment 10": "of the process itself, with its files",
    "detect_environment 10000": "once for each start, which takes longer by far",
    "resolve_configuration 10000": "every name is looked at, once for each start or"
    " first request, to find a key that is misspelt",
}


def measure(quick: bool) -> t.Iterator[Figure]:
    """Measure it.

    :param quick: with few rounds.
    """
    spreads = run_pyperf(QUICK if quick else ())
    for name, title in NAMES.items():
        spread = spreads[name].scaled(MICROSECONDS)
        yield Figure(
            title,
            spread.median,
            "µs",
            at_most=AT_MOST.get(name),
            spread=spread.quartiles,
            note=NOTES.get(name, ""),
        )


def run_pyperf(options: t.Iterable[str]) -> dict[str, Spread]:
    """Run the worker, and return the seconds of each benchmark.

    :param options: for pyperf.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "judging.json")
        words = ["-m", "benchmarks.worker_judging", "-q", "-o", str(file), *options]
        subprocess.run([sys.executable, *words], cwd=ROOT, check=True)
        suite = pyperf.BenchmarkSuite.load(str(file))
        return {each.get_name(): spread_of(each.get_values()) for each in suite}


if __name__ == "__main__":
    raise SystemExit(run_alone(measure, __doc__))
