"""How this program was started: its script, and the folder."""

from __future__ import annotations

import sys
from pathlib import Path

from ..attributes import attributes_of


def script() -> Path | None:
    """The file that is run, if there is one."""
    file = attributes_of(sys.modules.get("__main__")).get("__file__")
    return Path(file) if file else None


def start_folder() -> Path:
    """The folder where the program was started: its own code may have left it.

    :raises OSError: the current folder is gone.
    """
    # A script is started with the path that was typed, and knows where it is.
    typed = Path(*sys.argv[:1]).parts
    file = script() or Path()
    is_typed = typed and file.is_absolute() and file.parts[-len(typed) :] == typed
    if is_typed and not Path(*typed).is_absolute():
        return Path(*file.parts[: -len(typed)])
    return Path.cwd()
