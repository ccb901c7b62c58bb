"""What the command ``flask prodguard`` adds to ``flask --help``, which loads it.

``python -m benchmarks.flask_help [--quick]``. The guard is installed in both cases,
once without the command's entry point.
"""

from __future__ import annotations

import typing as t

from .alone import run_alone
from .startup import measure_startup
from .startup import Startup

if t.TYPE_CHECKING:
    from .figure import Figure

FLASK_HELP = Startup(
    name="`flask --help`",
    words=("flask", "--help"),
    needed=("flask",),
    group="flask.commands",
    at_most=3.0,
)


def measure(quick: bool) -> t.Iterator[Figure]:
    """Measure it.

    :param quick: with few rounds.
    """
    return measure_startup(FLASK_HELP, *((4, 1) if quick else (40, 2)))


if __name__ == "__main__":
    raise SystemExit(run_alone(measure, __doc__))
