"""The environment that everything is judged in: this process's own, or one that a test
has stated in its place.
"""

from __future__ import annotations

import os
import typing as t
from dataclasses import dataclass


@dataclass(frozen=True)
class StatedProcess:
    """What stands in for the process's own environment."""

    environ: t.Callable[[], t.Mapping[str, str]]
    exists: t.Callable[[str], bool]


# Not a context variable: a thread that starts inside a statement is judged by it too.
stated: list[StatedProcess] = []


def environ() -> t.Mapping[str, str]:
    """The environment variables that count now."""
    for process in reversed(stated):
        return process.environ()
    return os.environ


def exists(path: str) -> bool:
    """Whether a file or folder counts as there."""
    for process in reversed(stated):
        return process.exists(path)
    return os.path.exists(path)  # noqa: PTH110
