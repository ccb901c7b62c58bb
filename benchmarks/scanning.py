"""What ``flask prodguard scan`` takes for a repository of 2,000 files, and what it
keeps in memory for one with ten times as many files beside the same starts.

``python -m benchmarks.scanning [--quick]``. Two files in twenty start something, which
is far more than usual. The time is that of the processor, in a process that has
imported everything: the import of Python and Flask comes on top.
"""

from __future__ import annotations

import statistics
import tempfile
import time
import tracemalloc
import typing as t
from pathlib import Path

from flask_prodguard.cli.scan import scan

from .alone import run_alone
from .figure import Figure

FILES = 2_000
APP = """
from flask import Flask
from . import views_{other}
app = Flask(__name__)
if __name__ == "__main__":
    app.run(host="0.0.0.0")
"""
VIEWS = "def index():\n    return 'served'\n" * 40
DOCKERFILE = 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD ["python", "app.py"]\n'
COMPOSE = "services:\n  web:\n    build: .\n    environment:\n      A: '1'\n"


def measure(quick: bool) -> t.Iterator[Figure]:
    """Measure it.

    :param quick: with few rounds.
    """
    rounds = 2 if quick else 15
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_repository(root, FILES)
        times = sorted(_seconds(root) for _ in range(rounds + 1))[:rounds]
        middle = (times[len(times) // 4], times[-1 - len(times) // 4])
        yield Figure(
            f"scan of {FILES:,} files",
            statistics.median(times),
            "s",
            at_most=0.5,
            spread=middle,
        )
        small = _bytes(root)
        times_as_many = "twice" if quick else "ten times"
        write_repository(root, FILES, modules=32 if quick else 196)
        yield Figure(
            f"memory for {times_as_many} as many files",
            _bytes(root) / small,
            at_most=3.0,
        )


def write_repository(root: Path, number: int, modules: int = 16) -> None:
    """Write a repository of so many files.

    :param root: its folder.
    :param number: how many files.
    :param modules: how many more modules each of its services has.
    """
    for at in range(number // 20):
        folder = root / f"team_{at % 10}" / f"service_{at}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
        (folder / "compose.yaml").write_text(COMPOSE, encoding="utf-8")
        (folder / "app.py").write_text(APP.format(other=0), encoding="utf-8")
        (folder / "requirements.txt").write_text("flask\n", encoding="utf-8")
        for other in range(modules):
            (folder / f"views_{other}.py").write_text(VIEWS, encoding="utf-8")


def _seconds(root: Path) -> float:
    start = time.process_time()
    scan(root)
    return time.process_time() - start


def _bytes(root: Path) -> int:
    tracemalloc.start()
    scan(root)
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return highest


if __name__ == "__main__":
    raise SystemExit(run_alone(measure, __doc__))
