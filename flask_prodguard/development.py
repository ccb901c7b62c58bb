"""The command that starts the development server on one's own machine."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .shell import command

if t.TYPE_CHECKING:
    from .import_path import ImportPath

# What Flask takes before anything else, if it is a Flask app.
FIRST_NAME = "app"
ZIP_FILES = (".pyz", ".zip")


@dataclass(frozen=True)
class Development:
    """How to develop an app.

    .. versionadded:: 0.1
    """

    #: The shell command that starts the development server.
    command: str
    #: What has to be changed in the code before it works, in sentences.
    changes: tuple[str, ...]


def how_to_develop(path: ImportPath) -> Development:
    """Say how to start the development server.

    :param path: how the Flask app is imported.
    """
    target = path.module
    if path.directory and not path.directory.endswith(ZIP_FILES):
        target = f"{path.directory}/{target}"
    if path.factory or path.attribute != FIRST_NAME:
        target = f"{target}:{path.attribute}"
    words = ["flask", "--app", target, "run", "--debug"]
    return Development(command(words, None, False), path.notes)
