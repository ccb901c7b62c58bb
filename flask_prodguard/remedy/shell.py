"""Words as a line for a shell."""

from __future__ import annotations

import shlex
import typing as t

PORT_VARIABLE = "PORT"


def joined(words: t.Iterable[str]) -> str:
    """The words as one line."""
    # The variable has to be left for the shell to fill in.
    return " ".join(
        word if f"${PORT_VARIABLE}" in word else shlex.quote(word) for word in words
    )


def command(words: t.Iterable[str], folder: str | None, windows: bool) -> str:
    """The line that runs a program.

    :param folder: what has to be added to the import path first.
    """
    if folder and windows:
        return f'set "PYTHONPATH={folder}" && {joined(words)}'
    return joined([*set_folder(folder), *words])


def set_folder(folder: str | None) -> list[str]:
    """The words that add a folder to the import path, for the program after them.

    :param folder: the folder, if there is one to add.
    """
    # A program, and not the shell's own way: some places run no shell.
    return ["env", f"PYTHONPATH={folder}"] if folder else []
