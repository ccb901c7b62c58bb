"""The environment that everything is judged in: this process's own, or one that a test
has stated instead.
"""

from __future__ import annotations

import os
import typing as t
from dataclasses import dataclass

from ..attributes import is_a
from . import machine
from . import test_run


@dataclass(eq=False)
class StatedProcess:
    """What stands in for the process's own environment."""

    environ: t.Callable[[], t.Mapping[str, str]]
    exists: t.Callable[[str], bool]
    #: What this machine is declared to be, empty unless it is stated.
    declarations: t.Callable[[], tuple[machine.Declaration, ...]] = tuple
    #: The test runner that it belongs to, ``None`` unless it is stated.
    test_runner: t.Callable[[], str | None] = lambda: None


# Not a context variable: a thread that starts inside a statement is judged by it too.
stated: list[StatedProcess] = []


def environ() -> t.Mapping[str, str]:
    """The environment variables that count now."""
    for process in reversed(stated):
        return process.environ()
    return own_environ()


def own_environ() -> t.Mapping[str, str]:
    """The environment variables of this process. If ``os.environ`` was replaced by
    another mapping, only its strings count.
    """
    found: t.Any = getattr(os, "environ", {})
    if type(found) is os._Environ:
        return t.cast("t.Mapping[str, str]", found)
    try:
        # A class of the program's own may look into a vault, or fail.
        held = dict.items(found) if is_a(found, dict) else found.items()
        return {
            name: value
            for name, value in held
            if type(name) is str and type(value) is str
        }
    except Exception:
        return {}


def exists(path: str) -> bool:
    """Whether a file or folder counts as there."""
    for process in reversed(stated):
        return process.exists(path)
    try:
        return os.path.exists(path)  # noqa: PTH110
    except Exception:
        return False


def declarations() -> tuple[machine.Declaration, ...]:
    """What this machine is declared to be now."""
    for process in reversed(stated):
        return process.declarations()
    try:
        return machine.read_declarations(own_environ())
    except Exception:
        # What can't be read declares nothing.
        return ()


def test_runner() -> str | None:
    """The test runner that this process belongs to, or ``None``."""
    for process in reversed(stated):
        return process.test_runner()
    try:
        return test_run.find_test_runner()
    except Exception:
        # A module object that the program made may raise on any attribute.
        return None
