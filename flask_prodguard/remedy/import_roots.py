"""The folders from which a fresh Python imports modules."""

from __future__ import annotations

import os
import site
import sysconfig
from pathlib import Path

INSTALLED = ("purelib", "platlib", "stdlib", "platstdlib")


def default_roots(cwd: Path) -> set[Path]:
    """The folders that need no mention.

    :param cwd: the folder where the program will be started.
    """
    listed = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    packages = (*site.getsitepackages(), site.getusersitepackages())
    folders = [*map(sysconfig.get_path, INSTALLED), *packages, *listed, ""]
    return {Path(cwd, folder).resolve() for folder in folders}


def relative_to(path: Path, cwd: Path) -> Path:
    """The path as a person in a folder would write it."""
    return path.relative_to(cwd) if path.is_relative_to(cwd) else path
