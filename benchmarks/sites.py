"""Makes a folder of installed packages that holds the guard and what a command needs,
and nothing else: another plugin or command would change the figure.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import typing as t
from pathlib import Path

import flask_prodguard

NAME = "flask-prodguard"
PACKAGE = Path(flask_prodguard.__file__).parent
METADATA = f"Metadata-Version: 2.1\nName: {NAME}\nVersion: 0\n"
ENTRY_POINTS = {
    "flask.commands": "prodguard = flask_prodguard.cli:prodguard",
    "pytest11": "prodguard = flask_prodguard.pytest_plugin",
}


def make_site(
    folder: Path, needed: t.Iterable[str], groups: t.Iterable[str]
) -> dict[str, str]:
    """Make a folder of installed packages, and return the environment in which a Python
    that was started with ``-S`` has only these.

    :param folder: an empty folder.
    :param needed: other distributions that are there, with what they need.
    :param groups: the guard's entry points that are there.
    """
    for entry in entries_of(needed):
        folder.joinpath(entry.name).symlink_to(entry)
    folder.joinpath(PACKAGE.name).symlink_to(PACKAGE)
    information = folder / "flask_prodguard-0.dist-info"
    information.mkdir()
    sections = [f"[{group}]\n{ENTRY_POINTS[group]}\n" for group in groups]
    written = {
        "METADATA": METADATA,
        "entry_points.txt": "\n".join(sections),
        "RECORD": "".join(f"{file},,\n" for file in _recorded()),
    }
    for name, text in written.items():
        information.joinpath(name).write_text(text, encoding="utf-8")
    # An installed package has been compiled.
    set_here = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": ""}
    return {**os.environ, **set_here}


def _recorded() -> list[str]:
    # pip records what it has compiled as well.
    files = [*PACKAGE.glob("*.py"), *PACKAGE.glob("__pycache__/*.pyc")]
    return sorted(file.relative_to(PACKAGE.parent).as_posix() for file in files)


def entries_of(names: t.Iterable[str]) -> list[Path]:
    """The files and folders of distributions and of what they need.

    :param names: the distributions.
    """
    found: dict[str, Path] = {}
    for each in _closure(names):
        for file in each.files or ():
            if file.parts[0] not in {"..", "__pycache__"}:
                found[file.parts[0]] = Path(str(each.locate_file(file.parts[0])))
    return [*found.values()]


def _closure(names: t.Iterable[str]) -> list[importlib.metadata.Distribution]:
    waiting = [*names]
    found: dict[str, importlib.metadata.Distribution] = {}
    while waiting:
        name = waiting.pop()
        if name.lower() in found:
            continue
        try:
            found[name.lower()] = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            # Only some systems need it.
            continue
        waiting += requirements_in(found[name.lower()].requires or ())
    return [*found.values()]


def requirements_in(lines: t.Iterable[str]) -> list[str]:
    """The names of what is needed without any extra.

    :param lines: the requirements of a distribution.
    """
    needed = (line for line in lines if "extra ==" not in line)
    return [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in needed]
