"""The files of a project, read without trusting any of them."""

from __future__ import annotations

import codecs
import os
import posixpath
import stat
import typing as t
from dataclasses import dataclass
from dataclasses import field
from functools import lru_cache

from .start_command import Skipped

if t.TYPE_CHECKING:
    import ast
    from pathlib import Path

# Folders of tools, which hold no file that a person deploys.
SKIPPED_FOLDERS = frozenset(
    {
        *(".git", ".hg", ".svn", ".tox", ".nox", ".eggs", ".terraform", ".cache"),
        *(".mypy_cache", ".pytest_cache", ".ruff_cache", "__pycache__"),
        *("node_modules", "bower_components", "site-packages", "venv", ".venv"),
    }
)
# No start command is longer. A data file of 100 MB may be called app.yaml as well.
MOST_BYTES = 1_000_000
MOST_TREES = 128
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Text:
    """The text of a file, in lines without their ends."""

    file: str
    lines: tuple[str, ...]
    encoding: str = "utf-8"
    newline: str = "\n"

    @property
    def whole(self) -> str:
        """All of it."""
        return "\n".join(self.lines)


@dataclass
class Project:
    """A folder, and what could not be read in it. The names of its files and folders
    are relative to it.

    :param on_folder: called for each folder that is entered.
    """

    root: Path
    on_folder: t.Callable[[str], None] = lambda _: None
    skipped: dict[str, Skipped] = field(default_factory=dict)
    #: Syntax trees, because several starts may lead to the same one.
    trees: dict[str, ast.Module] = field(default_factory=dict)
    #: The names of folders, and of modules without their suffix, once all have been
    #: seen.
    names: set[str] | None = None
    #: Every file, once all were seen.
    seen: list[str] = field(default_factory=list)
    #: What is neither a file nor a folder, such as a pipe, once all files were seen.
    odd: list[str] = field(default_factory=list)
    #: Symbolic links to files, and where they lead, once all files were seen.
    links: dict[str, str] = field(default_factory=dict)
    #: What was found out about a file, which is asked for many times.
    known: dict[tuple[str, str], t.Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._top = os.fspath(self.root)
        # A source file is read for each start that leads to it.
        self.text: t.Callable[[str], Text | None] = lru_cache(maxsize=256)(self._read)

    def skip(self, file: str, reason: str) -> None:
        """Note that a file could not be read."""
        self.skipped.setdefault(file, Skipped(file, reason))

    def keep_tree(self, file: str, tree: ast.Module) -> None:
        """Keep a syntax tree for the next start that leads to it."""
        if len(self.trees) >= MOST_TREES:
            self.trees.clear()
        self.trees[file] = tree

    def files(self) -> t.Iterator[str]:
        """Every file, by its name relative to the project. Symbolic links to folders
        are not followed.
        """
        waiting = [""]
        names: set[str] = set()
        while waiting:
            folder = waiting.pop()
            self.on_folder(folder)
            inner = []
            for entry in self._entries(folder):
                name = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_symlink():
                    if self._leads_to_file(name):
                        self.seen.append(name)
                        yield name
                elif entry.is_dir(follow_symlinks=False):
                    names.add(entry.name)
                    inner.append(name)
                elif entry.is_file(follow_symlinks=False):
                    if entry.name.endswith(".py"):
                        names.add(entry.name[:-3])
                    self.seen.append(name)
                    yield name
                else:
                    self.odd.append(name)
            # The stack is last in, first out.
            waiting.extend(sorted(inner, reverse=True))
        self.names = names

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        if posixpath.basename(folder) in SKIPPED_FOLDERS:
            return []
        try:
            with os.scandir(self._path(folder)) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            self.skip(folder or ".", f"can't be read: {error.strerror}")
            return []
        # A virtual environment may have any name.
        if any(entry.name == "pyvenv.cfg" for entry in entries):
            return []
        return entries

    def _leads_to_file(self, name: str) -> bool:
        """Whether a symbolic link leads to a file. A problem with it is noted."""
        try:
            target = os.path.realpath(self._path(name), strict=True)
        except OSError as error:
            self.skip(name, f"is a symbolic link that can't be read: {error.strerror}")
            return False
        # The name has slashes, and Windows separates folders by backslashes.
        top, parts = os.path.realpath(self._path("")), name.split("/")
        link = os.path.join(top, *parts)  # noqa: PTH118
        if os.path.isdir(target):  # noqa: PTH112
            if link.startswith(target + os.sep):
                self.skip(name, "is a symbolic link to a folder that it is in")
            return False
        is_inside = target.startswith(top + os.sep)
        inner = target[len(top) + 1 :].replace(os.sep, "/")
        self.links[name] = inner if is_inside else "../"
        return True

    def _path(self, file: str) -> str:
        return os.path.join(self._top, file) if file else self._top  # noqa: PTH118

    def is_file(self, file: str) -> bool:
        """Whether the project has a file."""
        return is_inside(file) and os.path.isfile(self._path(file))  # noqa: PTH113

    def is_folder(self, folder: str) -> bool:
        """Whether the project has a folder."""
        return is_inside(folder) and os.path.isdir(self._path(folder))  # noqa: PTH112

    def names_in(self, folder: str) -> list[str]:
        """The names of what is in a folder."""
        try:
            return sorted(os.listdir(self._path(folder)))  # noqa: PTH208
        except OSError:
            return []

    def content(self, file: str) -> bytes:
        """The bytes of a file, or none if it is too large or can't be read."""
        return self._bytes(file, noted=False) or b""

    def _bytes(self, file: str, noted: bool = True) -> bytes | None:
        path = self._path(file)
        try:
            found = os.stat(path)  # noqa: PTH116
            if not is_inside(file) or not stat.S_ISREG(found.st_mode):
                return None
            if not self._is_below_top(path):
                reason = "is a symbolic link that leads out of the project"
            elif (size := found.st_size) > MOST_BYTES:
                reason = f"has {size / 1_000_000:.0f} MB, more than a start needs"
            else:
                with open(path, "rb") as stream:  # noqa: PTH123
                    return stream.read(MOST_BYTES)
        except (OSError, ValueError) as error:
            reason = f"can't be read: {getattr(error, 'strerror', error)}"
        if noted:
            self.skip(file, reason)
        return None

    def _is_below_top(self, path: str) -> bool:
        top = os.path.realpath(self._top)
        return os.path.realpath(path).startswith(os.path.join(top, ""))  # noqa: PTH118

    def _read(self, file: str) -> Text | None:
        data = self._bytes(file)
        if data is None:
            return None
        encoding = next((e for mark, e in MARKS if data.startswith(mark)), "utf-8")
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            # It has a character for every byte, so the file can be written back.
            encoding = "latin-1"
            text = data.decode(encoding)
        if "\0" in text:
            self.skip(file, "is not a text file")
            return None
        if encoding == "latin-1":
            self.skip(file, "is not UTF-8, and was read as Latin-1")
        newline = "\r\n" if "\r\n" in text else "\n"
        lines = tuple(line.removesuffix("\r") for line in text.split("\n"))
        return Text(file, lines, encoding, newline)


def is_inside(file: str) -> bool:
    """Whether a relative name stays in the project."""
    return not file.startswith(("/", "../")) and file != ".." and "\0" not in file


def beside(file: str, name: str) -> str:
    """A name that is written in a file, taken relative to the file's folder."""
    return within(posixpath.dirname(file), name)


def within(folder: str, name: str) -> str:
    """A name that is relative to a folder, relative to the project."""
    found = posixpath.normpath(posixpath.join(folder, name))
    return "" if found == "." else found
