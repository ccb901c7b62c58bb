"""The report of a scan, for people, for programs and for pipelines."""

from __future__ import annotations

import difflib
import itertools
import json
import typing as t

from ..remedy.remedy import as_dict
from ..remedy.remedy import Kind
from ..report.layout import blocks
from ..report.layout import CHANGE_INDENT
from ..report.layout import FINDING_INDENT
from ..report.layout import sentence
from ..report.layout import TEXT_INDENT
from ..report.layout import wrapped
from ..rules import RULES_BY_CODE
from .apply import changed_lines
from .apply import read_text
from .pipelines import annotation
from .pipelines import from_repository
from .pipelines import sarif_artifact
from .pipelines import sarif_log
from .pipelines import sarif_result
from .scan import Outcome

if t.TYPE_CHECKING:
    from pathlib import Path

    from ..remedy.remedy import Remedy
    from .pipelines import Json
    from .scan import Judged
    from .scan import ScanReport

# A command may be a script of 5,000 characters.
WIDEST = 200
# How a patch marks a last line without a line ending.
NO_NEWLINE = "\\ No newline at end of file"


def as_text(report: ScanReport) -> str:
    """The report for people."""
    parts = [[_opening(report)], *_parts(report)]
    allowed = _with(report, Outcome.ALLOW)
    if allowed:
        lines = [line for each in allowed for line in _place_and_reason(each)]
        parts.append(["Would start:", *lines])
    if report.refused:
        rule = RULES_BY_CODE[report.refused[0].answer.codes[0]]
        parts.append([f"To read more: {rule.explained_by}"])
    return blocks(parts)


def parts_of_check(report: ScanReport) -> list[list[str]]:
    """What ``check`` says about the files that start the app."""
    if report.refused:
        return _parts(report)
    said = f"In the files here: {_counted(report)}."
    return [[said], *_parts(report)] if report.starts else []


def _parts(report: ScanReport) -> list[list[str]]:
    parts = []
    if report.refused:
        parts.append(["Would be refused:", *_refused(report)])
    undecided = _with(report, Outcome.UNDECIDED)
    if undecided:
        lines = [line for each in undecided for line in _place_and_reason(each)]
        parts.append(["Can't be decided:", *lines])
    return parts


def _opening(report: ScanReport) -> str:
    if not report.starts:
        return f"flask-prodguard scanned {report.root}: no file names a start command."
    return f"flask-prodguard scanned {report.root}: {_counted(report)}."


def _counted(report: ScanReport) -> str:
    number = len(report.starts)
    commands = f"{number} start command{'' if number == 1 else 's'}"
    if report.refused:
        return f"{len(report.refused)} of {commands} refused"
    return f"{commands}, none of which would be refused"


def _with(report: ScanReport, outcome: Outcome) -> list[Judged]:
    return [each for each in report.starts if each.answer.outcome is outcome]


def _refused(report: ScanReport) -> t.Iterator[str]:
    for each in report.refused:
        yield from _place_and_reason(each)
        for code in each.answer.codes:
            yield f"{FINDING_INDENT}{code}: {RULES_BY_CODE[code].title}"
        yield from _fix(each.remedy) if each.remedy else ()


def _place_and_reason(judged: Judged) -> t.Iterator[str]:
    start = judged.start
    yield f"{TEXT_INDENT}{start.file}, line {start.line}: {_shown(start.command)}"
    if start.via:
        led = " -> ".join((*start.via, start.file))
        yield from wrapped(f"Started by {led}.", FINDING_INDENT)
    yield from wrapped(sentence(judged.answer.reason), FINDING_INDENT)


def _shown(command: str) -> str:
    """A command in one line that a person reads."""
    line = " ".join(command.split())
    return line if len(line) <= WIDEST else f"{line[: WIDEST - 3]}..."


def _fix(remedy: Remedy) -> t.Iterator[str]:
    if remedy.after is None:
        yield from wrapped("Fix: start it with", FINDING_INDENT)
        yield f"{CHANGE_INDENT}{remedy.command}"
    else:
        # The code is in another file than the start command.
        is_code = remedy.kind is Kind.CODE
        where = f" in {remedy.file}, line {remedy.line}" if is_code else ""
        yield from wrapped(f"Fix:{where}", FINDING_INDENT)
        yield from (
            f"{CHANGE_INDENT}- {line}" for line in (remedy.before or "").split("\n")
        )
        yield from (f"{CHANGE_INDENT}+ {line}" for line in remedy.after.split("\n"))
    if remedy.requirements:
        names = " and ".join(remedy.requirements)
        yield from wrapped(f"Add {names} to the requirements.", FINDING_INDENT)
    for each in (*remedy.changes, *remedy.losses):
        yield from wrapped(each, FINDING_INDENT)


def as_json(report: ScanReport) -> str:
    """The report for programs."""
    return json.dumps({"starts": starts_as_list(report)}, indent=2)


def starts_as_list(report: ScanReport) -> list[Json]:
    """The starts as JSON-compatible values."""
    return [_start_as_dict(each) for each in report.starts]


def _start_as_dict(judged: Judged) -> Json:
    start, answer = judged.start, judged.answer
    return {
        "file": start.file,
        "line": start.line,
        "command": start.command,
        "platform": start.platform,
        "purpose": start.purpose.value,
        "server": judged.server,
        "program": judged.program_file,
        "outcome": answer.outcome.value,
        "codes": list(answer.codes),
        "reason": answer.reason,
        "remedy": as_dict(judged.remedy) if judged.remedy else None,
    }


def as_github(report: ScanReport) -> str:
    """The report as annotations of GitHub Actions: an error for each start that would
    be refused, a notice for each that can't be decided.
    """
    lines = [_annotation(report, each, "error") for each in report.refused]
    undecided = _with(report, Outcome.UNDECIDED)
    lines += [_annotation(report, each, "notice") for each in undecided]
    return "\n".join(lines)


def _annotation(report: ScanReport, judged: Judged, level: str) -> str:
    codes = ", ".join(judged.answer.codes) or "undecided"
    properties = {
        "file": from_repository(report.root, judged.start.file),
        "line": str(judged.start.line),
        "title": f"{codes} {_shown(judged.start.command)}",
    }
    message = sentence(judged.answer.reason)
    if judged.remedy is not None:
        remedy = judged.remedy
        place = f" in {remedy.file}, line {remedy.line}" if not remedy.command else ""
        message += f"\nInstead{place}: {remedy.command or remedy.after}"
    return annotation(level, properties, message)


def as_sarif(report: ScanReport) -> str:
    """The report in SARIF 2.1.0, with the remedies as fixes."""
    return json.dumps(sarif_log(sarif_results(report)), indent=2)


def sarif_results(report: ScanReport) -> list[Json]:
    """The starts that would be refused, as results for a log in SARIF."""
    return [result for each in report.refused for result in _results(report.root, each)]


def _results(root: Path, judged: Judged) -> t.Iterator[Json]:
    file = from_repository(root, judged.start.file)
    for _, group in itertools.groupby(judged.answer.findings, lambda each: each.code):
        result = sarif_result(next(group), file, judged.start.line)
        fix = _fix_as_dict(root, judged)
        yield {**result, "fixes": [fix]} if fix else result


def _fix_as_dict(root: Path, judged: Judged) -> Json | None:
    remedy = judged.remedy
    if remedy is None or remedy.file is None or remedy.line is None:
        return None
    last = remedy.line + (remedy.before or "").count("\n")
    length = len((remedy.before or "").split("\n")[-1])
    region = {
        "startLine": remedy.line,
        "startColumn": 1,
        "endLine": last,
        "endColumn": length + 1,
    }
    replacement = {
        "deletedRegion": region,
        "insertedContent": {"text": remedy.after or ""},
    }
    change = {
        "artifactLocation": sarif_artifact(from_repository(root, remedy.file)),
        "replacements": [replacement],
    }
    return {
        "description": {"text": f"Start it with {remedy.server}."},
        "artifactChanges": [change],
    }


def as_diff(report: ScanReport, root: Path) -> str:
    """The remedies as a patch."""
    changes: dict[str, list[tuple[int, list[str], list[str]]]] = {}
    for each in report.refused:
        remedy = each.remedy
        if remedy and remedy.file and remedy.line and remedy.after is not None:
            before = (remedy.before or "").split("\n")
            changes.setdefault(remedy.file, []).append(
                (remedy.line, before, remedy.after.split("\n"))
            )
    return "".join(_patch(root, file, found) for file, found in changes.items())


def _patch(root: Path, file: str, found: list[tuple[int, list[str], list[str]]]) -> str:
    text = read_text(root, file)
    lines, end = list(text.lines), text.newline
    after = changed_lines(lines, found)
    name = from_repository(root, file)
    diff = difflib.unified_diff(
        _with_ends(lines, end), _with_ends(after, end), f"a/{name}", f"b/{name}"
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n{NO_NEWLINE}\n" for line in diff
    )


def _with_ends(lines: list[str], end: str) -> list[str]:
    # After the last line ending, there is no line.
    *whole, last = lines
    return [*(f"{line}{end}" for line in whole), *([last] if last else [])]


FORMATS: dict[str, t.Callable[[ScanReport], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}
