"""Folders and files: how this program was started, where modules are imported from, and
where a factory is called for a server.
"""

from __future__ import annotations

import functools
import os
import site
import sys
import typing as t
from pathlib import Path
from pathlib import PurePath

from ..attributes import attributes_of
from .code_changes import IN_FILE
from .code_changes import IN_NEW_FILE

INSTALLED = ("purelib", "platlib", "stdlib", "platstdlib")
# The file in which a factory is called.
USUAL = "wsgi"
OTHER = "wsgi_app"


def script() -> Path | None:
    """The file that is run, if there is one."""
    main = attributes_of(sys.modules.get("__main__"))
    file = main.get("__file__")
    if file:
        return Path(file)
    if main.get("__loader__") is None:
        # IPython puts a module of its own there. What was typed has started the kernel
        # of a notebook, and did not make the app.
        return None
    # Python removes it once the script has run to its end, while threads go on.
    typed = [Path(each) for each in getattr(sys, "argv", [])[:1] if each]
    return next((each for each in typed if each.is_file()), None)


def start_folder() -> Path:
    """The folder where the program was started: its own code may have left it.

    :raises OSError: the current folder is gone.
    """
    # A script is started with the path that was typed, and its module has the full one.
    typed = Path(*getattr(sys, "argv", [])[:1]).parts
    file = script() or Path()
    is_typed = typed and file.is_absolute() and file.parts[-len(typed) :] == typed
    if is_typed and not Path(*typed).is_absolute():
        return Path(*file.parts[: -len(typed)])
    return Path.cwd()


@functools.lru_cache
def folder_of(kind: str) -> str:
    """A folder of this Python, by the name that :mod:`sysconfig` has for it. Cached,
    because looking these up takes a quarter of the time of a message.
    """
    # It looks at the interpreter and its environment as soon as it is imported, which
    # fails where a program has changed them. Then only the advice may be lost.
    import sysconfig

    return sysconfig.get_path(kind)


def default_roots(cwd: Path) -> set[Path]:
    """The folders that need no mention.

    :param cwd: the folder where the program will be started.
    """
    listed = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    packages = (*site.getsitepackages(), site.getusersitepackages())
    folders = [*map(folder_of, INSTALLED), *packages, *listed, ""]
    return {Path(cwd, folder).resolve() for folder in folders}


def shown_from(folder: PurePath, path: PurePath) -> str:
    """The path as a person in a folder would write it, with slashes: every system knows
    them, and no shell reads them as anything else.
    """
    is_inside = path.is_relative_to(folder)
    return (path.relative_to(folder) if is_inside else path).as_posix()


class WsgiFile(t.NamedTuple):
    """A file that a server imports."""

    module: str
    #: Its path, as a person in the folder would write it.
    path: str
    exists: bool

    @property
    def add(self) -> str:
        """The words that say to add lines to it."""
        return (IN_FILE if self.exists else IN_NEW_FILE).format(file=self.path)


def choose_wsgi_file(
    directory: str | None, factory: Path | None, cwd: Path
) -> WsgiFile:
    """Choose a file from which a server can import an app.

    :param directory: the folder that is added to the import path.
    :param factory: the file of the function that makes the app.
    :param cwd: the folder where the server will be started.
    """
    # As they are searched.
    folders = [Path(cwd, directory or ""), cwd]
    taken = [each.resolve() for each in (factory, script()) if each]
    usual = [folder / f"{USUAL}.py" for folder in folders]
    module = OTHER if any(file.resolve() in taken for file in usual) else USUAL
    files = [folder / f"{module}.py" for folder in folders]
    existing = [file for file in files if file.is_file()]
    file = [*existing, cwd / f"{module}.py"][0]
    return WsgiFile(module, shown_from(cwd, file), bool(existing))
