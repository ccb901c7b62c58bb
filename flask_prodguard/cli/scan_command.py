"""What the command ``scan`` prints, and its exit status."""

from __future__ import annotations

import dataclasses
import sys
import time
import typing as t
from importlib.util import find_spec
from pathlib import Path

import click

from ..deployment.builders import BUILDER_OF
from ..deployment.builders import BUILDERS
from ..deployment.files.document import PARSERS
from ..environment.evidence import PRODUCTION
from ..report.terminal import BAD_NEWS
from ..report.terminal import GOOD_NEWS
from ..report.terminal import show
from ..report.terminal import write
from .apply import apply_remedies
from .lookup import find_place
from .scan import scan
from .scan_formats import as_diff
from .scan_formats import FORMATS

if t.TYPE_CHECKING:
    from .check import CheckReport
    from .check import Question
    from .scan import ScanReport

# A scan that takes longer than this shows its progress.
PATIENCE = 1.0
NOTHING_APPLIED = (
    "No remedy was applied: each of them needs a person to look at it first. The option"
    " --diff shows them."
)


def run(
    root: Path,
    platform: str | None,
    ignore: tuple[str, ...],
    style: str,
    diff: bool,
    fixes: bool,
) -> int:
    """Scan a repository and print what was found.

    :param platform: where it is deployed, as a person may write it.
    :param ignore: the codes of rules that are not reported.
    :param style: a key of ``FORMATS``.
    :param diff: whether the remedies are printed as a patch instead.
    :param fixes: whether the remedies that need no person are applied first.
    :return: the exit status.
    """
    missing = missing_parser()
    if missing is not None:
        raise click.UsageError(f"The command scan can't start: {missing}")
    builders = (*BUILDERS, *BUILDER_OF)
    place = find_place(platform, builders) if platform else None
    with Progress(sys.stderr) as progress:
        report = scan(root, place, ignore, progress.count)
        if fixes:
            applied = apply_remedies(report)
            for each in applied:
                done = each.refusal or "changed"
                click.echo(f"{each.file}, line {each.line}: {done}", err=True)
            if report.refused and not applied:
                click.echo(NOTHING_APPLIED, err=True)
            report = scan(root, place, ignore, progress.count)
    for skipped in report.skipped:
        click.echo(f"{skipped.file}: {skipped.reason}", err=True)
    _print(report, root, style, diff)
    return report.exit_status


def _print(report: ScanReport, root: Path, style: str, diff: bool) -> None:
    if diff:
        # Its lines end as those of the files, on every system.
        sys.stdout.buffer.write(as_diff(report, root).encode())
        return
    text = FORMATS[style](report)
    if style == "text":
        show(text, sys.stdout, BAD_NEWS if report.refused else GOOD_NEWS)
    elif text:
        write(text, sys.stdout)


def with_files(report: CheckReport, question: Question) -> CheckReport:
    """The report with what was found in the files in the current folder, if the
    question is about production.
    """
    if question.environment != PRODUCTION:
        return report
    scanned = scan(Path.cwd(), None, question.ignore)
    # A parser that is missing is missed only where a file needs it.
    notes = [str(each) for each in scanned.skipped if each.reason in PARSERS.values()]
    return dataclasses.replace(report, scanned=scanned, notes=(*report.notes, *notes))


def missing_parser() -> str | None:
    """What has to be installed before files can be read, if something has."""
    return next((what for name, what in PARSERS.items() if not find_spec(name)), None)


class Progress:
    """Shows progress on a terminal."""

    def __init__(self, stream: t.IO[str]) -> None:
        self.stream = stream
        self.folders: int = 0
        self.since: float = time.monotonic()
        self.width: int = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: object) -> None:
        if self.width:
            self.stream.write("\r" + " " * self.width + "\r")
            self.stream.flush()

    def count(self, folder: str) -> None:
        """Note that a folder is entered."""
        self.folders += 1
        now = time.monotonic()
        if now - self.since < PATIENCE or not self.stream.isatty():
            return
        self.since = now
        text = f"Scanning: {self.folders} folders"
        self.width = len(text)
        self.stream.write("\r" + text)
        self.stream.flush()
