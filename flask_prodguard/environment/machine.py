"""What this machine was declared to be, once for every project on it, in a file of the
user or of the whole system. Such a file never ships with code.
"""

from __future__ import annotations

import functools
import json
import ntpath
import os
import posixpath
import stat
import sys
import typing as t
from dataclasses import dataclass

from .declarations import DEVELOPMENT
from .declarations import PRODUCTION

FOLDER = "flask-prodguard"
FILE = "machine.json"
KEYS = frozenset({"environment", "network"})
# A declaration takes less than a tenth of it.
LARGEST = 4096
# Never wait for a pipe. Windows has neither these flags nor pipes in folders.
FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True)
class Declaration:
    """What a file declares this machine to be."""

    #: The file.
    file: str
    #: ``"production"`` or ``"development"``, ``None`` if the file says nothing.
    says: str | None = None
    #: Whether other devices may reach the development server.
    network: bool = False
    #: What is wrong with the file, the end of a sentence that begins with its name.
    problem: str = ""

    @property
    def shown_file(self) -> str:
        """The file as a message may name it: the value of a variable is not shown."""
        home = os.path.expanduser("~")  # noqa: PTH111
        if self.file.startswith(home + os.sep):
            return f"~{self.file.removeprefix(home)}"
        if self.file == system_file({}):
            return self.file
        return f"the configuration folder, {FOLDER}{os.sep}{FILE}"


def user_file(environ: t.Mapping[str, str], platform: str = sys.platform) -> str | None:
    """The file of the user, in the folder that :func:`click.get_app_dir` names, or
    ``None`` if there is no such folder.
    """
    if platform == "win32":
        return _below(environ.get("APPDATA"), environ.get("USERPROFILE"), "", platform)
    if platform == "darwin":
        return _below(
            None, environ.get("HOME"), "Library/Application Support", platform
        )
    given = environ.get("XDG_CONFIG_HOME")
    return _below(given, environ.get("HOME"), ".config", platform)


@functools.lru_cache(maxsize=8)
def _below(
    given: str | None, home: str | None, default: str, platform: str
) -> str | None:
    paths: t.Any = ntpath if platform == "win32" else posixpath
    # Without the variable, the system knows the user's home.
    home = home or paths.expanduser("~")
    folder = paths.expanduser(given) if given else ""
    if not paths.isabs(folder):
        # One that depends on the current folder would ship with code.
        folder = paths.join(home, default)
    file = paths.join(folder, FOLDER, FILE)
    return file if paths.isabs(file) else None


def system_file(environ: t.Mapping[str, str], platform: str = sys.platform) -> str:
    """The file of the whole system, which an administrator writes."""
    if platform != "win32":
        return f"/etc/{FOLDER}/{FILE}"
    folder = environ.get("PROGRAMDATA") or r"C:\ProgramData"
    return ntpath.join(folder, FOLDER, FILE)


def read_declarations(
    environ: t.Mapping[str, str], platform: str = sys.platform
) -> tuple[Declaration, ...]:
    """What the files declare, if they exist."""
    files = (user_file(environ, platform), system_file(environ, platform))
    # Checking whether a file exists is cheaper than handling the error.
    there = (file for file in files if file and os.access(file, os.F_OK))
    return tuple(map(read_declaration, there))


def read_declaration(file: str) -> Declaration:
    """What one file declares. What is wrong with it is reported, not raised."""
    try:
        found = os.stat(file)  # noqa: PTH116
        # A file that was rewritten has another inode, size or time.
        version = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        return _read(file, version)
    except OSError as error:
        return Declaration(file, problem=f"can't be read: {error.strerror}")
    except (ValueError, RecursionError):
        return Declaration(file, problem="holds no declaration")


@functools.lru_cache(maxsize=8)
def _read(file: str, version: tuple[int, ...]) -> Declaration:
    descriptor = os.open(file, FLAGS)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ValueError
        held = json.loads(os.read(descriptor, LARGEST))
    finally:
        os.close(descriptor)
    if not isinstance(held, dict) or not held.keys() <= KEYS:
        raise ValueError
    says, network = held.get("environment"), held.get("network", False)
    if says not in (PRODUCTION, DEVELOPMENT) or not isinstance(network, bool):
        raise ValueError
    return Declaration(file, says, network and says == DEVELOPMENT)


def as_text(says: str, network: bool) -> str:
    """The text of a file that declares this."""
    return json.dumps({"environment": says, "network": network}) + "\n"
