"""What an image starts, from its Dockerfile."""

from __future__ import annotations

import posixpath
import typing as t

from ..project import beside
from ..start_command import Purpose
from .declared import Declared
from .declared import PRODUCTION_WORDS
from .declared import purpose_of
from .declared import words_of
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


def stage_of(project: Project, build: Build) -> tuple[Stage, str] | None:
    """The stage that becomes the image, and the folder that it is built from."""
    is_there = project.is_file(build.dockerfile)
    text = project.text(build.dockerfile) if is_there else None
    if text is None:
        return None
    context = build.context
    if context is None:
        context = likely_context(project, text)
    stages = read_stages(text, context)
    for stage in stages:
        if build.target and stage.name.lower() == build.target.lower():
            return stage, context
    return (stages[-1], context) if stages and not build.target else None


def likely_context(project: Project, text: Text) -> str:
    """The nearest folder, from the Dockerfile's own up, that holds what it copies."""
    folder = own = posixpath.dirname(text.file)
    while True:
        if _holds_all(project, text, folder):
            return folder
        if not folder:
            return own
        folder = posixpath.dirname(folder)


def _holds_all(project: Project, text: Text, folder: str) -> bool:
    stages = read_stages(text, folder)
    sources = [
        source
        for stage in stages[-1:]
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
