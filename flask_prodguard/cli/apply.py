"""Applies remedies to the files of a project: whole lines, whole files, or nothing."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
import typing as t
from pathlib import Path

from ..deployment.project import Project
from ..deployment.project import Text
from ..remedy.remedy import Applicability

if t.TYPE_CHECKING:
    from .scan import ScanReport

Change: t.TypeAlias = tuple[int, list[str], list[str]]


class Applied(t.NamedTuple):
    """What was done to a file."""

    file: str
    line: int
    #: Why nothing was done, if that is so.
    refusal: str | None = None


def apply_remedies(report: ScanReport) -> list[Applied]:
    """Write the remedies that need no person into their files. A file is written whole
    or not at all, never outside the project and never through a symbolic link.
    """
    changes: dict[str, list[Change]] = {}
    for judged in report.refused:
        remedy = judged.remedy
        if remedy is None or remedy.applicability is not Applicability.MACHINE:
            continue
        # A remedy that a machine may apply has a file and a line.
        before = (remedy.before or "").split("\n")
        change = (remedy.line or 1, before, (remedy.after or "").split("\n"))
        found = changes.setdefault(remedy.file or "", [])
        if change not in found:
            found.append(change)
    applied = []
    for file, found in changes.items():
        refusal = _write(report.root, file, found)
        applied += [Applied(file, line, refusal) for line, _, _ in sorted(found)]
    return applied


def read_text(root: Path, file: str) -> Text:
    """The text of a file of the project, empty if it can't be read."""
    return Project(root).text(file) or Text(file, ("",))


def changed_lines(lines: list[str], changes: t.Iterable[Change]) -> list[str]:
    """The lines with changes, each of which counts from the lines as they are.

    :param changes: the first line, what is there, and what replaces it.
    """
    after = list(lines)
    for line, before, replacement in sorted(changes, reverse=True):
        if after[line - 1 : line - 1 + len(before)] == before:
            after[line - 1 : line - 1 + len(before)] = replacement
    return after


def _write(root: Path, file: str, changes: list[Change]) -> str | None:
    path = root / file
    parts = Path(file).parts
    prefixes = [root.joinpath(*parts[:at]) for at in range(1, len(parts) + 1)]
    if any(prefix.is_symlink() for prefix in prefixes):
        return "it is reached through a symbolic link"
    text = Project(root).text(file)
    if text is None:
        return "it can't be read any more"
    after = changed_lines(list(text.lines), changes)
    if after == list(text.lines):
        return "it has changed since it was read"
    try:
        if path.read_bytes() != _encoded(text, text.lines):
            return "its lines end in more than one way"
        _replace(path, _encoded(text, after))
    except OSError as error:
        return f"it can't be written: {error.strerror}"
    return None


def _encoded(text: Text, lines: t.Iterable[str]) -> bytes:
    return text.newline.join(lines).encode(text.encoding)


def _replace(path: Path, data: bytes) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    descriptor, name = tempfile.mkstemp(prefix=".prodguard-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
