"""The remedy for a start command that was read from a file: the program was not
started, and only its files are known.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ..deployment.replacement import replace_command
from ..deployment.requirements import packages_of
from ..judging.launch import CallSite
from ..judging.launch import ImportPath
from .remedy import Applicability
from .servers import SERVERS
from .suggest import suggest
from .this_machine import Machine

if t.TYPE_CHECKING:
    from ..deployment.project import Project
    from ..deployment.python.serving import Program
    from ..deployment.python.serving import Serving
    from ..deployment.start_command import StartCommand
    from ..judging.verdict import Verdict
    from .remedy import Remedy

# The place of a file that belongs to no platform.
CONTAINER_FILES = ("dockerfile", "containerfile", "compose")


def remedy_for_start(
    project: Project, start: StartCommand, program: Program, verdict: Verdict
) -> Remedy | None:
    """Say what starts the same app with a production server, in the form of its file.

    :param project: the project.
    :param start: the command that would be refused.
    :param program: what the command runs.
    :param verdict: why it would be refused.
    """
    serving = program.servings[0]
    packages = packages_of(project, start) or {}
    path = _import_path(serving, start)
    launch = dataclasses.replace(
        verdict.launch,
        import_path=path,
        call_site=CallSite(serving.file, serving.line) if serving.file else None,
    )
    installed = frozenset(s.name for s in SERVERS if s.name in packages)
    machine = Machine(False, installed, start.platform is not None, "", ".")
    found = suggest(machine, verdict.environment, launch, _place(start))
    written = replace_command(start, found.command)
    if written is None:
        return found
    return dataclasses.replace(
        found,
        file=written.file,
        line=written.line,
        before="\n".join(written.before),
        after="\n".join(written.after),
        losses=_losses(serving, program),
        applicability=_applicability(serving, found, packages),
    )


def _place(start: StartCommand) -> str:
    # The unit file itself is changed, so that no absolute path has to be guessed.
    if start.platform is not None and start.platform != "systemd":
        return start.platform
    name = start.file.casefold()
    return "docker" if any(word in name for word in CONTAINER_FILES) else "shell"


def _import_path(serving: Serving, start: StartCommand) -> ImportPath | None:
    if serving.app is None:
        return None
    module, _, attribute = serving.app.partition(":")
    return ImportPath(
        module, attribute.removesuffix("()"), factory=attribute.endswith("()")
    )


def _losses(serving: Serving, program: Program) -> tuple[str, ...]:
    if serving.is_plain or not serving.file:
        return ()
    return (
        f"{serving.file}, line {serving.line}: what stands beside this call is done"
        " only where the file is run as a script.",
    )


def _applicability(
    serving: Serving, found: Remedy, packages: t.Mapping[str, str]
) -> Applicability:
    if serving.app is None:
        return Applicability.PLACEHOLDERS
    is_same = serving.is_plain and found.server in packages and not found.changes
    return Applicability.MACHINE if is_same else Applicability.MAYBE
