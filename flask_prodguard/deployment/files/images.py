"""What an image starts, from its Dockerfile."""

from __future__ import annotations

import posixpath
import typing as t

from ..file_system import find_file
from ..project import beside
from ..start_command import Purpose
from .declared import Declared
from .declared import PRODUCTION_WORDS
from .declared import purpose_of
from .declared import words_of
from .dockerfile import NO_ARGUMENTS
from .dockerfile import read_stages
from .dockerfile import Stage

if t.TYPE_CHECKING:
    from ..project import Project
    from ..project import Text
    from ..start_command import Slot


class Build(t.NamedTuple):
    """How an image is built."""

    dockerfile: str
    #: The folder that it is built from, if something says so.
    context: str | None = None
    target: str | None = None
    #: The build arguments that are given.
    arguments: t.Mapping[str, str] = NO_ARGUMENTS


def stage_of(project: Project, build: Build) -> tuple[Stage, str] | None:
    """The stage that becomes the image, and the folder that it is built from."""
    is_there = project.is_file(build.dockerfile)
    text = project.text(build.dockerfile) if is_there else None
    if text is None:
        return None
    context = build.context
    if context is None:
        context = likely_context(project, text)
    stages = read_stages(text, context, build.arguments)
    for stage in stages:
        if build.target and stage.name.lower() == build.target.lower():
            return stage, context
    return (stages[-1], context) if stages and not build.target else None


def likely_context(project: Project, text: Text) -> str:
    """The nearest folder, from the Dockerfile's own up, that holds what it copies, and
    what it starts.
    """
    folder = own = posixpath.dirname(text.file)
    holding = []
    while True:
        stages = read_stages(text, folder)
        if _holds_all(project, stages[-1:]):
            if not stages or _holds_program(project, stages[-1], folder):
                return folder
            holding.append(folder)
        if not folder:
            return holding[0] if holding else own
        folder = posixpath.dirname(folder)


def _holds_all(project: Project, stages: list[Stage]) -> bool:
    sources = [
        source
        for stage in stages
        for copy in stage.copies
        if copy.origin is None
        for source in copy.sources
    ]
    return all(
        any(mark in source for mark in "*?$")
        or project.is_file(source)
        or project.is_folder(source or ".")
        or ":" in source
        for source in sources
    )


def _holds_program(project: Project, stage: Stage, folder: str) -> bool:
    values = [slot.value for slot in (stage.entrypoint, stage.command) if slot]
    texts = (each if isinstance(each, str) else " ".join(each) for each in values)
    words = [word.strip("\"'") for text in texts for word in text.split()]
    paths = [word for word in words if "/" in word or word.endswith((".py", ".sh"))]
    files, directory = stage.files(folder), stage.working_directory
    found = (find_file(project, files, path, directory) for path in paths)
    return not paths or any(each is not None for each in found)


def image_start(
    project: Project,
    build: Build,
    *,
    platform: str | None = None,
    via: tuple[str, ...] = (),
) -> Declared | None:
    """What an image starts, if its Dockerfile says so.

    :param platform: the key of the place where it runs, if that is known.
    :param via: the files that led there.
    """
    found = stage_of(project, build)
    if found is None:
        return None
    stage, context = found
    slot, arguments = joined_slots(stage.entrypoint, stage.command)
    if slot is None:
        return None
    purpose = purpose_of(build.dockerfile, build.target) or (
        Purpose.PRODUCTION,
        "a Dockerfile",
    )
    return Declared(
        slot=slot,
        arguments=arguments,
        files=stage.files(context),
        working_directory=stage.working_directory,
        environ=stage.environ,
        platform=platform,
        purpose=purpose[0],
        purpose_by=purpose[1],
        via=via,
        doubt=None if via else _rival(project, build.dockerfile),
    )


def joined_slots(
    entrypoint: Slot | None, command: Slot | None
) -> tuple[Slot | None, Slot | None]:
    """What is started, and whose words are added to it.

    https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact

    :param entrypoint: what ``ENTRYPOINT`` says.
    :param command: what ``CMD`` says.
    """
    if entrypoint is None:
        return command, None
    return entrypoint, None if entrypoint.shell else command


def _rival(project: Project, dockerfile: str) -> str | None:
    folder, name = posixpath.split(dockerfile)
    if words_of(name) & PRODUCTION_WORDS:
        return None
    for other in project.names_in(folder):
        if "dockerfile" in words_of(other) and words_of(other) & PRODUCTION_WORDS:
            return f"{beside(dockerfile, other)} may be what is deployed"
    return None
