"""Runs the test suites of Flask and of Werkzeug, unmodified, without and with every
``Flask`` object guarded, and compares them test by test.

``python tests/upstream/compare.py [MINOR...]``: for each minor version of Flask, its
newest release with the newest Werkzeug of the same minor version. pip downloads the
source distributions, which hold the tests. The exit status is 1 if anything differs.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import typing as t
import venv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

PACKAGES = ("flask", "werkzeug")
MINORS = ("2.3", "3.0", "3.1")
HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parents[1] / "flask_prodguard"
PATIENCE = 1200
# pytest's exit statuses that mean "every test was run".
RAN = (0, 1)
# What the older suites do not pin, and break with.
LATER = ("click<8.2",)
FAILURES = ("error", "failed")

IN_CHILDREN = (
    "import os; 'GUARD_EVERY_APP' in os.environ and __import__('guard_every_app')"
)
SEEN = "{guarded} apps guarded, {judged} launches judged, {children} child processes"

Outcomes: t.TypeAlias = t.Mapping[str, str]


class Difference(t.NamedTuple):
    """A test whose outcome is another one with the guard."""

    test: str
    plain: str
    guarded: str
    #: Its outcome in a second run without the guard.
    again: str

    @property
    def is_stable(self) -> bool:
        """Whether the guard is the reason, as far as a second run shows."""
        return self.plain == self.again

    def __str__(self) -> str:
        blame = "" if self.is_stable else f"; without it again {self.again}: unstable"
        return (
            f"{self.test}: {self.plain} without the guard, {self.guarded} with it"
            + (blame)
        )


@dataclass(frozen=True)
class Suite:
    """A test suite in its source distribution.

    :param folder: the unpacked distribution.
    """

    folder: Path

    @property
    def requirement(self) -> str:
        """What pip installs for it, for example ``"flask==3.1.0"``."""
        name, _, version = self.folder.name.rpartition("-")
        return f"{name}=={version}"

    @property
    def needs(self) -> list[str]:
        """What pip installs for its tests."""
        pinned = self.folder / "requirements" / "tests.txt"
        if pinned.is_file():
            return ["-r", str(pinned), *LATER]
        constraints = self.folder / "constraints.txt"
        constraints.write_text("\n".join(locked((self.folder / "uv.lock").read_text())))
        group = f"{self.folder / 'pyproject.toml'}:tests"
        return ["--group", group, "-c", str(constraints)]


def locked(lock: str) -> list[str]:
    """The newest versions that a lock file holds, as constraints: tests break with what
    was published later. The suites' own packages are chosen elsewhere.

    :param lock: the text of a ``uv.lock``, whose versions of a package are in order.
    """
    pinned = re.findall(r'^name = "(.+)"\nversion = "(.+)"$', lock, re.MULTILINE)
    return [
        f"{name}<={pin}" for name, pin in dict(pinned).items() if name not in PACKAGES
    ]


class Python:
    """A virtual environment.

    :param folder: where it is made.
    """

    def __init__(self, folder: Path) -> None:
        venv.create(folder, with_pip=True)
        self.path = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
        # Dependency groups need pip 25.1.
        self.pip("install", "--upgrade", "pip")

    def pip(self, command: str, *arguments: str) -> None:
        """Run pip.

        :param command: for example ``"install"``.
        :param arguments: its arguments.
        """
        _run(self.path, "-m", "pip", command, "-q", *arguments, statuses=(0,))

    def write_path_file(self, text: str) -> None:
        """Write what ``site`` reads whenever this Python starts. (The tests change
        ``PYTHONPATH`` for their child processes.)

        :param text: folders, and lines that begin with ``import``.
        """
        folder = "import sysconfig; print(sysconfig.get_path('purelib'))"
        packages = _run(self.path, "-c", folder, statuses=(0,)).strip()
        (Path(packages) / "upstream.pth").write_text(text)


def _run(
    *command: object,
    statuses: t.Container[int],
    folder: Path | None = None,
    environ: t.Mapping[str, str] | None = None,
) -> str:
    ended = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=PATIENCE,
        check=False,
        text=True,
        errors="replace",
    )
    if ended.returncode not in statuses:
        words = " ".join(map(str, command))
        raise SystemExit(f"{words} ended with {ended.returncode}:\n{ended.stdout}")
    return ended.stdout


def download(python: Python, requirement: str, folder: Path) -> Suite:
    """Download a source distribution and unpack it.

    :param python: whose pip does it.
    :param requirement: what to download.
    :param folder: where to put it.
    """
    folder.mkdir()
    only_source = ("--no-binary", ":all:", "--no-deps")
    python.pip("download", *only_source, "-d", str(folder), requirement)
    (archive,) = folder.iterdir()
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    archive.unlink()
    (unpacked,) = folder.iterdir()
    return Suite(unpacked)


class Run(t.NamedTuple):
    """What came of one run of a suite."""

    outcomes: Outcomes
    #: What the plugin has counted, nothing without the guard.
    figures: t.Mapping[str, t.Any]


def run(python: Python, suite: Suite, work: Path, *, guarded: bool) -> Run:
    """Run a suite.

    :param python: what runs it.
    :param suite: the suite.
    :param work: an empty folder.
    :param guarded: whether every app is guarded.
    """
    results, figures = work / "results.xml", work / "figures.json"
    environ = {
        "PATH": f"{python.path.parent}{os.pathsep}{os.defpath}",
        "HOME": str(work),
    }
    plugins = _copied_plugins(work / "plugins", guarded=guarded)
    python.write_path_file(f"{plugins}\n{IN_CHILDREN if guarded else ''}")
    options = [f"--junit-xml={results}", f"--basetemp={work / 'temp'}"]
    options += ["-p", "same_for_both"]
    if guarded:
        options += ["-p", "guard_every_app", f"--guard-figures={figures}"]
        options += ["-p", "flask_prodguard.pytest_plugin"]
    command = (python.path, "-m", "pytest", "-q", *options)
    _run(*command, folder=suite.folder, environ=environ, statuses=RAN)
    counted = json.loads(figures.read_text()) if guarded else {}
    return Run(outcomes(results), counted)


def _copied_plugins(folder: Path, *, guarded: bool) -> Path:
    folder.mkdir()
    shutil.copy(HERE / "same_for_both.py", folder)
    if guarded:
        shutil.copytree(PACKAGE, folder / PACKAGE.name)
        shutil.copy(HERE / "guard_every_app.py", folder)
    return folder


def outcomes(results: Path) -> Outcomes:
    """The outcome of every test.

    :param results: the file that pytest has written.
    """
    return {
        f"{case.get('classname')}::{case.get('name')}": _outcome(case)
        for case in ElementTree.parse(results).iter("testcase")
    }


def _outcome(case: ElementTree.Element) -> str:
    worst = {"error": "error", "failure": "failed", "skipped": "skipped"}
    for tag, outcome in worst.items():
        found = case.find(tag)
        if found is not None:
            is_expected = found.get("type") == "pytest.xfail"
            return "expected failure" if is_expected else outcome
    return "passed"


def differences(
    plain: Outcomes, guarded: Outcomes, again: t.Callable[[], Outcomes]
) -> list[Difference]:
    """Every test whose outcome is another one with the guard.

    :param plain: the outcomes without the guard.
    :param guarded: those with it.
    :param again: runs the suite without the guard once more, if anything differs.
    """
    absent = "not run"
    changed = [
        test
        for test in {**plain, **guarded}
        if plain.get(test, absent) != guarded.get(test, absent)
    ]
    repeated = again() if changed else {}
    return [
        Difference(test, *(run.get(test, absent) for run in (plain, guarded, repeated)))
        for test in changed
    ]


def counts(run: Outcomes) -> str:
    """How many tests had which outcome, in words.

    :param run: the outcomes.
    """
    counted = Counter(run.values())
    words = [f"{number} {outcome}" for outcome, number in sorted(counted.items())]
    return f"{len(run)} tests: {', '.join(words)}"


def compare(python: Python, suite: Suite, work: Path) -> list[Difference]:
    """Run a suite without and with the guard, and say what came of it.

    :param python: what runs it.
    :param suite: the suite.
    :param work: a folder.
    """
    number = iter(range(3))

    def once(*, guarded: bool) -> Run:
        folder = work / f"{suite.folder.name}-{next(number)}"
        folder.mkdir()
        return run(python, suite, folder, guarded=guarded)

    plain, guarded = once(guarded=False), once(guarded=True)
    if guarded.figures["hooks"] != ["installed"]:
        raise SystemExit(f"The guard did not stay in place: {guarded.figures}")
    found = differences(
        plain.outcomes, guarded.outcomes, lambda: once(guarded=False).outcomes
    )
    seen = SEEN.format(**guarded.figures)
    _say(suite.requirement)
    _say(f"  without the guard  {counts(plain.outcomes)}")
    _say(f"  with the guard     {counts(guarded.outcomes)} ({seen})")
    for test, outcome in plain.outcomes.items():
        if outcome in FAILURES:
            _say(f"    {outcome} without the guard: {test}")
    _say(f"  differences        {len(found)}")
    for difference in found:
        _say(f"    {difference}")
    return found


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def compare_minor(minor: str, work: Path) -> list[Difference]:
    """Compare the suites of Flask and of Werkzeug.

    :param minor: a minor version, for example ``"3.1"``.
    :param work: an empty folder.
    """
    python = Python(work / "venv")
    suites = [download(python, f"{name}=={minor}.*", work / name) for name in PACKAGES]
    versions = [suite.requirement for suite in suites]
    found = []
    for suite in suites:
        # Each at its turn: what they need in the older versions can't be installed
        # together.
        python.pip("install", *versions, *suite.needs)
        found += compare(python, suite, work)
    return found


def main(arguments: t.Sequence[str] | None = None) -> int:
    """Compare the suites, and return the exit status.

    :param arguments: from the command line.
    """
    parser = argparse.ArgumentParser(description=re.sub(r"``", "", __doc__ or ""))
    parser.add_argument("minor", nargs="*", metavar="MINOR", help=", ".join(MINORS))
    minors = parser.parse_args(arguments).minor or MINORS
    found = []
    for minor in minors:
        with tempfile.TemporaryDirectory() as folder:
            found += compare_minor(minor, Path(folder))
    return int(any(difference.is_stable for difference in found))


if __name__ == "__main__":
    sys.exit(main())
