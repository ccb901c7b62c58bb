"""What the unused plugin adds to ``pytest --collect-only`` of an empty suite.

Runs with and without the plugin take turns, and the processor's time is measured. What
else the machine does only ever adds to it, so the fastest run of each counts. It exits
with status 1 if the plugin adds more than 5 ms::

    python benchmarks/collect_only.py [PAIRS]
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIMIT = 0.005
COMMAND = (sys.executable, "-m", "pytest", "--collect-only", "-q")
# Nothing else is loaded, so that only the plugin makes the difference.
WITHOUT = ("-p", "no:cacheprovider")
WITH = (*WITHOUT, "-p", "flask_prodguard.pytest_plugin")


def seconds(options: tuple[str, ...], folder: str) -> float:
    environ = {
        **os.environ,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": str(ROOT),
        # An installed package has been compiled.
        "PYTHONDONTWRITEBYTECODE": "",
    }
    start = _processor_time()
    done = subprocess.run(
        [*COMMAND, *options], cwd=folder, env=environ, stdout=subprocess.DEVNULL
    )
    elapsed = _processor_time() - start
    # 5 says that no tests were collected.
    if done.returncode != 5:
        raise SystemExit(f"pytest ended with the status {done.returncode}")
    return elapsed


def _processor_time() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(pairs: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        for options in (WITHOUT, WITH):
            seconds(options, folder)
        rounds = [
            (seconds(WITHOUT, folder), seconds(WITH, folder)) for _ in range(pairs)
        ]
    without, with_plugin = (min(times) for times in zip(*rounds, strict=True))
    added = with_plugin - without
    sys.stdout.write(
        f"without the plugin {without * 1000:7.1f} ms\n"
        f"with the plugin    {with_plugin * 1000:7.1f} ms\n"
        f"added (fastest of {pairs} runs each) {added * 1000:.1f} ms,"
        f" at most {LIMIT * 1000:.0f} ms\n"
    )
    return int(added > LIMIT)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
