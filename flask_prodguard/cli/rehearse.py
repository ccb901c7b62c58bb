"""Rehearses one start command: what would happen to it, with nothing served."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ..deployment.known_programs import python_program
from ..deployment.project import Project
from ..deployment.starts import starts_of_line
from ..environment.evidence import UNDECLARED
from ..report.layout import blocks
from .scan import judge_start
from .scan import Outcome

if t.TYPE_CHECKING:
    from ..deployment.start_command import StartCommand
    from .pipelines import Json

# How many seconds a program may take to end.
PATIENCE = 120
STANDARD_ERROR = 2


@dataclass(frozen=True)
class Rehearsal:
    """What would happen to a command."""

    command: str
    #: What is reported about each start, and whether it would be refused.
    starts: tuple[Json, ...]
    #: Why it couldn't be rehearsed, if it couldn't.
    error: str | None = None

    @property
    def exit_status(self) -> int:
        """0 if nothing would be refused, 1 if something would, 2 if nobody knows."""
        if self.error is not None:
            return 2
        return int(any(start["outcome"] == "refuse" for start in self.starts))


def rehearse(command: str, environment: str) -> Rehearsal:
    """Say what would happen to a command here. A Python script is run, with nothing
    served; for any other command the files are read.

    :param command: a line for a shell.
    :param environment: where it would be started.
    """
    project = Project(Path.cwd())
    found: list[Json] = []
    for start in starts_of_line(project, command):
        run = python_program(start.argv)
        if run is None or run[0] == "-c" or run[1] == "flask":
            found.append(_judged(project, start))
            continue
        kind, name, arguments = run
        script = name if kind == "-m" or "/" in name else f"./{name}"
        try:
            found += _run(start, environment, script, arguments)
        except RehearsalError as error:
            return Rehearsal(command, tuple(found), str(error))
    return Rehearsal(command, tuple(found))


class RehearsalError(Exception):
    """A script could not be run."""


def _judged(project: Project, start: StartCommand) -> Json:
    judged = judge_start(project, start)
    refused = judged.answer.outcome is Outcome.REFUSE
    codes = f" ({', '.join(judged.answer.codes)})" if refused else ""
    text = f"{start.command}: {judged.answer.outcome.value}{codes}"
    return {
        "text": f"{text}\n  {judged.answer.reason}",
        "outcome": judged.answer.outcome.value,
        "codes": list(judged.answer.codes),
    }


def _run(
    start: StartCommand, environment: str, script: str, arguments: tuple[str, ...]
) -> list[Json]:
    stated = "" if environment == UNDECLARED else environment
    with tempfile.TemporaryDirectory(prefix="prodguard-") as folder:
        result = Path(folder) / "launches.json"
        variables = json.dumps(start.variables)
        words = [str(result), stated, variables, script, *arguments]
        try:
            # Named, not imported: the commands don't need what is meant for tests.
            subprocess.run(
                [sys.executable, "-m", "flask_prodguard.testing", *words],
                env=_environ(),
                stdin=subprocess.DEVNULL,
                # What the script prints isn't part of the answer.
                stdout=STANDARD_ERROR,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            message = f"{start.command} did not end within {PATIENCE} seconds."
            raise RehearsalError(message) from None
        if not result.exists():
            raise RehearsalError(f"{start.command} could not be run: see above.")
        starts: list[Json] = json.loads(result.read_text(encoding="utf-8"))
        return starts


def _environ() -> dict[str, str]:
    # What the `flask` command sets would keep app.run() from starting.
    return {k: v for k, v in os.environ.items() if k != "FLASK_RUN_FROM_CLI"}


def as_text(rehearsal: Rehearsal) -> str:
    """The rehearsal for people."""
    opening = f"flask-prodguard rehearsed {rehearsal.command!r}."
    if rehearsal.error is not None:
        return blocks([[opening], [rehearsal.error]])
    if not rehearsal.starts:
        return blocks([[opening], ["It would not start a Werkzeug server."]])
    return blocks(
        [[opening], *(start["text"].split("\n") for start in rehearsal.starts)]
    )


def as_json(rehearsal: Rehearsal) -> str:
    """The rehearsal for programs."""
    values = {
        "command": rehearsal.command,
        "starts": list(rehearsal.starts),
        "error": rehearsal.error,
    }
    return json.dumps(values, indent=2)
