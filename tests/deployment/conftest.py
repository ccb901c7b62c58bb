from __future__ import annotations

import typing as t

import pytest

from flask_prodguard.deployment.start_command import StartCommand
from flask_prodguard.deployment.starts import read_starts

if t.TYPE_CHECKING:
    from pathlib import Path

Write: t.TypeAlias = t.Callable[[dict[str, str]], "Path"]
Starts: t.TypeAlias = t.Callable[[dict[str, str]], "list[StartCommand]"]


@pytest.fixture
def project(tmp_path: Path) -> Write:
    """Writes the files of a project, and returns its folder."""

    def write(files: dict[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def starts(project: Write) -> Starts:
    """Reads the start commands of a project with these files."""

    def read(files: dict[str, str]) -> list[StartCommand]:
        found = read_starts(project(files))
        return [each for each in found if isinstance(each, StartCommand)]

    return read
