"""Every command of a project that starts something: the way into this package."""

from __future__ import annotations

import posixpath
import re
import typing as t
from pathlib import Path

from .commands import follow
from .files.compose import build_of
from .files.compose import is_compose
from .files.compose import read_compose
from .files.compose import services_in
from .files.declared import Declared
from .files.images import Build
from .files.images import image_start
from .files.line_files import read_makefile
from .files.line_files import read_procfile
from .files.line_files import read_supervisord
from .files.line_files import read_systemd
from .files.passed_over import note_passed_over
from .files.platform_files import read_manifest
from .files.platform_files import read_platform_file
from .files.platform_files import reader_of
from .known_programs import script_of
from .project import Project
from .start_command import Form
from .start_command import Purpose
from .start_command import Skipped
from .start_command import Slot
from .start_command import StartCommand

if t.TYPE_CHECKING:
    from .project import Text

DOCKERFILE = re.compile(
    r"(?:[\w.-]+[.-])?(?:docker|container)file(?:[.-][\w.-]+)?", re.I
)
NO_DOCKERFILE = re.compile(r".*\.(dockerignore|md|py|sh|txt|ya?ml|json)", re.I)
# How a file of lines is recognised by its name, and how it is read.
LINE_FILES: tuple[
    tuple[re.Pattern[str], t.Callable[[Text], t.Iterator[Declared]]], ...
] = (
    (re.compile(r"Procfile([.-]\w+)*"), read_procfile),
    (re.compile(r"(GNU)?[Mm]akefile"), read_makefile),
    (re.compile(r".+\.service(\.(j2|template|example))?"), read_systemd),
)
SUPERVISORD = re.compile(r".*\.(conf|ini)")
MANIFEST = re.compile(r".*\.ya?ml")


def read_starts(
    root: str | Path, on_folder: t.Callable[[str], None] = lambda folder: None
) -> tuple[StartCommand | Skipped, ...]:
    """Every command of a project that starts something, and what could not be read.
    Nothing of the project is imported or run.

    :param on_folder: called for each folder that is entered.

    .. versionadded:: 0.1
    """
    project = Project(Path(root), on_folder)
    starts = starts_of(project)
    return (*starts, *project.skipped.values())


def starts_of_line(project: Project, line: str) -> list[StartCommand]:
    """What a line for a shell starts in the project's folder."""
    slot = Slot("", 1, 1, -1, 1, -1, Form.PLAIN, line, shell=True)
    return [*follow(project, Declared(slot, purpose_by="the command line"))]


def starts_of(project: Project) -> list[StartCommand]:
    """Every command of a project that starts something."""
    found = [
        start
        for declared in declared_in(project)
        for start in follow(project, declared)
    ]
    led = {file for each in found for file in each.via}
    # A script that is missing from one file system may be there in another one, such as
    # that of the image for which compose gives the arguments.
    found = [
        each
        for each in found
        if each.via or each.file not in led or not script_of(each.argv)
    ]
    followed = {each.file for each in found} | led
    for file in project.seen:
        note_passed_over(project, file, followed)
    for name in filter(is_read, project.odd):
        project.skip(name, "is no file, such as a pipe, and was not read")
    return _each_once(found)


def declared_in(project: Project) -> list[Declared]:
    """Every command that a file of the project declares."""
    dockerfiles, found = [], list[t.Any]()
    contexts: dict[str, str] = {}
    for file in project.files():
        name = posixpath.basename(file)
        if is_read(project.links.get(file, "")):
            # It is read by its own name.
            continue
        if _is_dockerfile(name):
            dockerfiles.append(file)
        elif is_compose(name):
            for dockerfile, context in _contexts(project, file):
                contexts.setdefault(dockerfile, context)
            found.extend(read_compose(project, file))
        else:
            found.extend(_declared_by(project, file, name))
    for file in dockerfiles:
        declared = image_start(project, Build(file, contexts.get(file)))
        if declared is not None:
            found.append(declared)
    return found


def _contexts(project: Project, file: str) -> t.Iterator[tuple[str, str]]:
    for service in services_in(project, file):
        build = build_of(service)
        if build is not None and build.context is not None:
            yield build.dockerfile, build.context


def is_read(file: str) -> bool:
    """Whether a file may say what starts something, by its name.

    :param file: the file, relative to the project.
    """
    name = posixpath.basename(file)
    patterns = (*(pattern for pattern, _ in LINE_FILES), SUPERVISORD, MANIFEST)
    return not file.startswith("../") and (
        _is_dockerfile(name)
        or reader_of(file) is not None
        or any(pattern.fullmatch(name) for pattern in patterns)
    )


def _is_dockerfile(name: str) -> bool:
    return bool(DOCKERFILE.fullmatch(name) and not NO_DOCKERFILE.fullmatch(name))


def _declared_by(project: Project, file: str, name: str) -> t.Iterator[Declared]:
    for pattern, read_lines in LINE_FILES:
        if pattern.fullmatch(name):
            text = project.text(file)
            yield from read_lines(text) if text else ()
            return
    read = reader_of(file)
    if read is not None:
        yield from read_platform_file(project, file, read)
    if SUPERVISORD.fullmatch(name) and b"[program:" in project.content(file):
        text = project.text(file)
        yield from read_supervisord(text) if text else ()
    elif MANIFEST.fullmatch(name) and b"containers:" in project.content(file):
        yield from read_manifest(project, file)


def _each_once(found: list[StartCommand]) -> list[StartCommand]:
    # A Dockerfile is also reached through the files that build it: such a start comes
    # first, if it is for production.
    kept: dict[t.Any, StartCommand] = {}
    ranked = sorted(found, key=_rank)
    for start in ranked:
        place = (start.file, start.line, start.argv)
        kept.setdefault(place, start)
    starts = [start for start in found if any(start is each for each in kept.values())]
    return sorted(starts, key=lambda start: (start.file, start.line))


def _rank(start: StartCommand) -> tuple[bool, bool, bool]:
    is_for_development = start.purpose is Purpose.DEVELOPMENT
    return is_for_development, start.platform is None, start.doubt is not None
