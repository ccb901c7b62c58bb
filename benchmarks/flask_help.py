"""How much slower ``flask --help`` gets by the command: at most 3 ms.

Run it with the Python that Flask is installed in::

    python benchmarks/flask_help.py

Each pair is one run with the command's entry point and one without, in turns, so that
a slow moment of the machine falls on both. The processor's time is measured, because
nothing else is waited for, and the median of the differences counts.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

LIMIT = 0.003
PACKAGE = Path(__file__).resolve().parents[1]
ENTRY_POINT = "[flask.commands]\nprodguard = flask_prodguard.cli:prodguard\n"
METADATA = "Metadata-Version: 2.1\nName: flask-prodguard\nVersion: 0\n"
# Without an app and without site-packages of users.
COMMAND = [sys.executable, "-s", "-m", "flask", "--help"]


def make_site(folder: Path, entry_point: str) -> str:
    """Write what pip would, with or without the command.

    :param folder: an empty folder.
    :param entry_point: the distribution's entry points.
    """
    information = folder / "flask_prodguard-0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text(METADATA)
    (information / "entry_points.txt").write_text(entry_point)
    return os.pathsep.join([str(folder), str(PACKAGE)])


def seconds(path: str, folder: str) -> float:
    """How long ``flask --help`` takes.

    :param path: the import path.
    :param folder: an empty folder to run in.
    """
    environment = {**os.environ, "PYTHONPATH": path}
    start = processor_time()
    done = subprocess.run(
        COMMAND, cwd=folder, env=environment, capture_output=True, check=True
    )
    taken = processor_time() - start
    if (b"prodguard" in done.stdout) != (b"with_command" in os.fsencode(path)):
        sys.exit("The two sides are mixed up: is flask-prodguard installed here?")
    return taken


def processor_time() -> float:
    """What the processes started so far have taken of the processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def differences(pairs: int) -> tuple[list[float], list[float]]:
    """Measure pairs, and return the times without the command and the differences.

    :param pairs: how many.
    """
    with tempfile.TemporaryDirectory() as folder:
        with_command = make_site(Path(folder, "with_command"), ENTRY_POINT)
        without = make_site(Path(folder, "without"), "")
        for path in (with_command, without):
            seconds(path, folder)
        base, added = [], []
        for number in range(pairs):
            order = (with_command, without) if number % 2 else (without, with_command)
            taken = {path: seconds(path, folder) for path in order}
            base.append(taken[without])
            added.append(taken[with_command] - taken[without])
    return base, added


def main() -> None:
    """Measure, print the figures, and exit with 1 if the limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=60)
    base, added = differences(parser.parse_args().pairs)
    median = statistics.median(added)
    quartiles = statistics.quantiles(added, n=4)
    sys.stdout.write(
        f"flask --help without the command: {statistics.median(base) * 1000:.1f} ms\n"
        f"the command adds: {median * 1000:.2f} ms (quartiles"
        f" {quartiles[0] * 1000:.2f} to {quartiles[2] * 1000:.2f},"
        f" {len(added)} pairs)\n"
    )
    sys.exit(median > LIMIT)


if __name__ == "__main__":
    main()
