"""The command that starts the development server on one's own machine."""

from __future__ import annotations

import os
import typing as t
from dataclasses import dataclass

from .command_line import as_words
from .command_line import command
from .command_line import ShellKind

if t.TYPE_CHECKING:
    from ..judging.launch import ImportPath

# The names that Flask looks for first.
FIRST_NAME = "app"
ZIP_FILES = (".pyz", ".zip")
WITH_DEBUG = ("--debug",)


@dataclass(frozen=True)
class Development:
    """How to develop an app."""

    #: The shell command that starts the development server.
    command: str
    #: What has to be changed in the code before it works, in sentences.
    changes: tuple[str, ...]
    #: The same command as words.
    argv: tuple[str, ...] = ()


def how_to_develop(
    path: ImportPath,
    cwd: str,
    shell: ShellKind = ShellKind.POSIX,
    options: t.Sequence[str] = WITH_DEBUG,
    *,
    flask: t.Sequence[str] = ("flask",),
    windows: bool = False,
) -> Development:
    """Say how to start the development server.

    :param shell: the shell that it is typed into.
    :param options: what ``flask run`` is given.
    :param flask: how the command is called there.
    :param windows: whether this is Windows, which has shells of other systems too.
    """
    directory, target, added = path.directory, path.module, None
    if directory and directory.endswith(ZIP_FILES):
        added = directory
    elif directory:
        target = f"{directory}/{target}"
    if _is_package(cwd, directory):
        # Flask imports the file as a module of that package, so that its own folder
        # is not searched for what it imports.
        added = directory or "."
    if path.factory or path.attribute != FIRST_NAME:
        target = f"{target}:{path.attribute}"
    words = [*flask, "--app", target, "run", *options]
    return Development(
        command(words, added, shell),
        path.notes,
        tuple(as_words(words, added, windows)),
    )


def _is_package(cwd: str, directory: str | None) -> bool:
    file = os.path.join(cwd, directory or "", "__init__.py")  # noqa: PTH118
    return os.path.exists(file)  # noqa: PTH110
