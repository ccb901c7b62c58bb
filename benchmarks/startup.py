"""What an entry point adds to a command: the processor's time, and instructions."""

from __future__ import annotations

import functools
import statistics
import subprocess
import sys
import tempfile
import typing as t
from dataclasses import dataclass
from pathlib import Path

from .callgrind import count_instructions
from .callgrind import find_valgrind
from .callgrind import MISSING
from .callgrind import SEEDS
from .figure import Figure
from .figure import not_measured
from .pairs import added
from .pairs import measure_in_turns
from .pairs import ratio
from .pairs import spread_of
from .sites import make_site

MILLISECONDS = 1000.0


@dataclass(frozen=True)
class Startup:
    """A command, and the entry point that it loads."""

    name: str
    #: The command's words after ``python``.
    words: tuple[str, ...]
    #: What has to be installed besides the guard.
    needed: tuple[str, ...]
    #: The group of the entry point.
    group: str
    #: At most so many milliseconds are added.
    at_most: float
    #: The exit status of a success.
    status: int = 0
    #: What the command prints if the entry point was loaded, and only then.
    proof: bytes = b"prodguard"

    @property
    def command(self) -> list[str]:
        """The whole command."""
        # -S: nothing is installed but what is in the site, -s: not for the user either.
        return [sys.executable, "-s", "-S", "-m", *self.words]


@dataclass(frozen=True)
class _Cases:
    """Where the command runs, and its environment without and with the entry point."""

    folder: Path
    without: t.Mapping[str, str]
    with_: t.Mapping[str, str]


def measure_startup(startup: Startup, rounds: int, seeds: int) -> t.Iterator[Figure]:
    """Measure what the entry point adds.

    :param startup: the command.
    :param rounds: how often the processor's time is taken.
    :param seeds: how many pairs of runs have their instructions counted.
    """
    with tempfile.TemporaryDirectory() as scratch:
        cases = _make_cases(startup, Path(scratch))
        base = yield from _time(startup, cases, rounds)
        yield _instructions(startup, cases, seeds, base)


def _make_cases(startup: Startup, scratch: Path) -> _Cases:
    empty, *sites = [scratch / name for name in ("empty", "without", "with")]
    for folder in (empty, *sites):
        folder.mkdir()
    without = make_site(sites[0], startup.needed, ())
    with_ = make_site(sites[1], startup.needed, (startup.group,))
    return _Cases(empty, without, with_)


def _time(
    startup: Startup, cases: _Cases, rounds: int
) -> t.Generator[Figure, None, float]:
    time = functools.partial(processor_time, startup, cases.folder)
    run_without = functools.partial(time, cases.without)
    run_with = functools.partial(time, cases.with_)
    prove(startup, cases.folder, cases.without, is_loaded=False)
    prove(startup, cases.folder, cases.with_, is_loaded=True)
    pairs = measure_in_turns(run_without, run_with, run_without, added, rounds)
    effect = spread_of(pairs.effect).scaled(MILLISECONDS)
    control = spread_of(pairs.control).scaled(MILLISECONDS)
    base = statistics.median(pairs.without) * MILLISECONDS
    yield Figure(
        f"{startup.name}: added",
        effect.median,
        "ms",
        at_most=startup.at_most,
        spread=effect.quartiles,
        note=f"the processor's time, {rounds} pairs in turns, on top of {base:.0f} ms",
    )
    yield Figure(
        f"{startup.name}: control",
        control.median,
        "ms",
        spread=control.quartiles,
        note="the command without the entry point against itself",
    )
    return base


def _instructions(startup: Startup, cases: _Cases, seeds: int, base: float) -> Figure:
    name = f"{startup.name}: instructions"
    if find_valgrind() is None:
        return not_measured(name, MISSING)
    ratios = []
    for seed in SEEDS[:seeds]:
        counts = [
            count_instructions(
                startup.command, cases.folder, environ, seed, (startup.status,)
            )
            for environ in (cases.with_, cases.without)
        ]
        ratios.append(100 * (ratio(*counts) - 1))
    spread = spread_of(ratios)
    note = (
        f"added, counted by callgrind with {seeds} hash seeds; so much of the"
        f" command's time is {spread.median / 100 * base:.1f} ms"
    )
    return Figure(name, spread.median, "%", spread=spread.quartiles, note=note)


def run(
    startup: Startup, folder: Path, environ: t.Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """Run the command.

    :param startup: the command.
    :param folder: the folder to run in.
    :param environ: its environment.
    """
    done = subprocess.run(
        startup.command, cwd=folder, env=environ, capture_output=True, check=False
    )
    if done.returncode != startup.status:
        raise RuntimeError(f"{startup.command} failed:\n{done.stderr.decode()}")
    return done


def prove(
    startup: Startup, folder: Path, environ: t.Mapping[str, str], *, is_loaded: bool
) -> None:
    """Run the command, and see whether it loads the entry point.

    :param startup: the command.
    :param folder: the folder to run in.
    :param environ: its environment.
    :param is_loaded: whether it must.
    """
    if (startup.proof in run(startup, folder, environ).stdout) is not is_loaded:
        raise RuntimeError(f"{startup.command}: the two cases are mixed up")


def processor_time(
    startup: Startup, folder: Path, environ: t.Mapping[str, str]
) -> float:
    """Run the command, and return how long the processor was busy with it.

    :param startup: the command.
    :param folder: the folder to run in.
    :param environ: its environment.
    """
    # Unknown to Windows.
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(startup, folder, environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
