"""Which packages a program can import, apart from its own."""

from __future__ import annotations

import re
import typing as t

from .project import within

if t.TYPE_CHECKING:
    from .project import Project
    from .project import Text
    from .start_command import StartCommand

FILES = re.compile(
    r"requirements[\w.-]*\.(txt|in)|pyproject\.toml|Pipfile(\.lock)?|setup\.(py|cfg)"
    r"|(poetry|uv|pdm)\.lock|environment\.ya?ml|conda\.ya?ml"
)
NAME = re.compile(r"""(?:^|[\s"'\[,=-])([A-Za-z][\w.-]*)([^,"']*)""")
FIRST = re.compile(r"^\s*([A-Za-z][\w.-]*)(.*)")


def packages_of(project: Project, start: StartCommand) -> dict[str, str] | None:
    """The packages that a program can import: what the files of requirements name, and
    what its image installs. Each has its version specifier; ``None`` if nothing names
    any packages.
    """
    folders = dict.fromkeys((start.directory, start.files.base, ""))
    found = packages_in(project, folders)
    if found is None and not start.files.installed:
        return None
    installed = {normalized(word): "" for word in start.files.installed}
    return {**installed, **(found or {})}


def packages_in(project: Project, folders: t.Iterable[str]) -> dict[str, str] | None:
    """The packages that the first folder with files of requirements names."""
    for folder in folders:
        names = project.names_in(folder)
        files = [name for name in names if FILES.fullmatch(name)]
        if "requirements" in names:
            inner = project.names_in(within(folder, "requirements"))
            files += [f"requirements/{name}" for name in inner]
        if files:
            found: dict[str, str] = {}
            for name in files:
                found.update(_packages_of_file(project, within(folder, name)))
            return found
    return None


def _packages_of_file(project: Project, file: str) -> dict[str, str]:
    key = ("packages", file)
    if key not in project.known:
        text = project.text(file)
        project.known[key] = dict(_names_in(text)) if text else {}
    return t.cast("dict[str, str]", project.known[key])


def _names_in(text: Text) -> t.Iterator[tuple[str, str]]:
    # A line of requirements names one package, a line of another file any number.
    find = FIRST.finditer if text.file.endswith(".txt") else NAME.finditer
    for line in text.lines:
        for found in find(line.partition("#")[0]):
            yield normalized(found[1]), found[2]


def normalized(name: str) -> str:
    """A package's name, the same for all its spellings."""
    return re.sub(r"[-_.]+", "-", name).lower().strip("-")
