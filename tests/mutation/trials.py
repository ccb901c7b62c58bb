"""Tries changes, each in its own process with a changed copy of the package."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import typing as t
from dataclasses import dataclass
from pathlib import Path

# Imported once, for every process that is forked. Nothing of the package may be here.
import flask
import hypothesis.strategies
import pytest
import werkzeug.debug
import werkzeug.serving

from .beyond import Change
from .mutants import Identity
from .mutants import KILLED
from .mutants import Mutant
from .mutants import SURVIVED
from .mutants import TIMEOUT

PRELOADED = (flask, hypothesis.strategies, werkzeug.debug, werkzeug.serving)
PACKAGE = "flask_prodguard"
SECONDS = 180
OPTIONS = (
    *("-x", "-q", "-pno:cacheprovider", "--hypothesis-profile=ci"),
    # A warning that a plugin is imported already doesn't matter here.
    "-Wignore::pytest.PytestAssertRewriteWarning",
)
# Where a module is tested, if not in the file with its own name. It is tried first.
TESTED_IN = {
    "checks": "verdict",
    "declarations": "evidence",
    "keys": "settings",
}


@dataclass(frozen=True)
class Trial:
    """A change that is being tried."""

    identity: Identity
    #: Holds the changed copy.
    folder: tempfile.TemporaryDirectory[str]


def outcomes(
    changes: t.Iterable[Change], tests: t.Sequence[str], children: int
) -> t.Iterator[Mutant]:
    """What becomes of each change, in the order in which they end.

    :param changes: what to try.
    :param tests: what to try it with.
    :param children: how many at a time.
    """
    assert PACKAGE not in sys.modules
    running: dict[int, Trial] = {}
    for change in changes:
        if len(running) == children:
            yield _ended(running)
        trial = Trial(change.identity, _copy(change))
        running[_start(trial, tests)] = trial
    while running:
        yield _ended(running)


def _copy(change: Change) -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory()
    package = shutil.copytree(PACKAGE, Path(folder.name) / PACKAGE)
    module = Path(package, *change.identity.module.split(".")).with_suffix(".py")
    module.write_text(change.code, encoding="utf-8")
    return folder


def _ended(running: dict[int, Trial]) -> Mutant:
    process, code = os.wait()
    trial = running.pop(process)
    trial.folder.cleanup()
    ended = os.waitstatus_to_exitcode(code)
    status = {0: SURVIVED, -signal.SIGALRM: TIMEOUT}.get(ended, KILLED)
    return Mutant(trial.identity, status)


def _start(trial: Trial, tests: t.Sequence[str]) -> int:
    process = os.fork()
    if process:
        return process
    signal.alarm(SECONDS)
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    # pytest puts the clone's folder first, if it isn't told otherwise.
    changed = trial.folder.name
    sys.path.insert(0, changed)
    # Whatever else ends the process is a mutant that was noticed.
    code = 1
    try:
        code = _code(trial.identity.module, tests, f"-opythonpath={changed}")
    finally:
        os._exit(code)


def _code(module: str, tests: t.Sequence[str], path: str) -> int:
    name = module.rpartition(".")[2]
    own = f"test_{TESTED_IN.get(name, name)}"
    first = [test for test in tests if Path(test).stem == own]
    rest = [test for test in tests if test not in first]
    codes = (pytest.main([*OPTIONS, path, *files]) for files in (first, rest))
    return next(filter(None, codes), 0)
