"""What the unused plugin adds to ``pytest --collect-only`` of an empty suite.

``python -m benchmarks.collect_only [--quick]``. The guard is installed in both cases,
once without the plugin's entry point. ``-p no:prodguard`` would not do: pytest would
still look through the package's files for modules to rewrite.
"""

from __future__ import annotations

import typing as t

from .alone import run_alone
from .startup import measure_startup
from .startup import Startup

if t.TYPE_CHECKING:
    from .figure import Figure

COLLECT_ONLY = Startup(
    name="`pytest --collect-only`",
    words=("pytest", "--collect-only", "-p", "no:cacheprovider"),
    needed=("pytest", "flask"),
    group="pytest11",
    at_most=5.0,
    # No tests were collected.
    status=5,
)


def measure(quick: bool) -> t.Iterator[Figure]:
    """Measure it.

    :param quick: with few rounds.
    """
    return measure_startup(COLLECT_ONLY, *((4, 1) if quick else (40, 2)))


if __name__ == "__main__":
    raise SystemExit(run_alone(measure, __doc__))
