"""Finds the line of the project's own files that started this program."""

from __future__ import annotations

import posixpath
import sys
import time
from typing import TYPE_CHECKING

from ..attributes import attributes_of
from ..deployment.start_command import Purpose
from ..deployment.start_command import StartCommand
from ..deployment.starts import read_starts
from ..deployment.this_process import starts_of_process
from .paths import script
from .paths import shown_from
from .places import PLACES

if TYPE_CHECKING:
    from pathlib import Path

# The place of a file that belongs to no platform.
IMAGE_FILES = ("dockerfile", "containerfile", "compose")
# A message waits no longer than this.
SECONDS = 0.5


class _LongSearchError(Exception):
    """The project has too many folders."""


def find_start(folder: Path, place_key: str, container: bool) -> StartCommand | None:
    """The command that started this program, if there is no doubt.

    :param folder: where the program was started.
    """
    end = time.monotonic() + SECONDS

    def look_at(_: str) -> None:
        if time.monotonic() > end:
            raise _LongSearchError

    program = _program(folder)
    if program is None:
        return None
    try:
        starts = read_starts(folder, look_at)
    except _LongSearchError:
        return None
    found = [
        start
        for start in starts_of_process(starts, program, sys.argv[1:])
        if start.purpose is Purpose.PRODUCTION and start.doubt is None
    ]
    own = [start for start in found if start.platform == place_key]
    fit = own or [start for start in found if _fits(start, place_key, container)]
    # Which one of several it was can't be known.
    return fit[0] if len(fit) == 1 else None


def is_of_image(start: StartCommand) -> bool:
    """Whether a file says what a container starts."""
    name = posixpath.basename(start.file).casefold()
    return any(word in name for word in IMAGE_FILES)


def _fits(start: StartCommand, place_key: str, container: bool) -> bool:
    if start.platform is not None:
        return False
    if is_of_image(start):
        return container or bool(PLACES[place_key].condition)
    # A command that was typed into a terminal will be typed there again.
    is_typed = PLACES[place_key].is_terminal and sys.stdin is not None
    return not (is_typed and sys.stdin.isatty())


def _program(folder: Path) -> str | None:
    main = attributes_of(sys.modules.get("__main__"))
    spec = attributes_of(main.get("__spec__"))
    name = spec.get("name")
    if type(name) is str:
        name = name.removesuffix(".__main__")
        return name if name == "flask" else f"-m {name}"
    file = script()
    if file is None:
        return None
    is_own = file.is_relative_to(folder)
    return shown_from(folder, file) if is_own else file.name
