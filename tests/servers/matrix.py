"""Writes the documentation's table of what was run.

``python matrix.py PAGE RECORD...`` It runs on its own, and imports nothing from the
package.
"""

from __future__ import annotations

import json
import sys
import typing as t
from pathlib import Path

HEAD = """\
# What was run

<!-- Written by `nox -s matrix` from the records of the runs. Not by hand. -->

Every row is one component in real processes, or the test suite, with the versions that
were installed. `nox -t whole` runs everything again, and then writes this page.

"""
COLUMNS = {
    "component": "Component",
    "version": "Version",
    "python": "Python",
    "flask": "Flask",
    "werkzeug": "Werkzeug",
    "date": "Date",
    "result": "Result",
}
SECTIONS = {
    "tests": """\
## The test suite

`nox -t whole` is every Python, with the oldest and the newest of every minor version of
Flask, and with the lowest version of everything that is declared. Processes are
started with the lowest, the oldest and the newest of everything.
""",
    "servers": """\
## Production servers

Every server serves a guarded app with production flags and with the variables of
Heroku, Kubernetes and Cloud Run: nothing is said, and nothing is left in a request's
way. With the interactive debugger around or inside the app, neither its console nor
its pages are reachable in production, and it works in development.
""",
    "extensions": """\
## Extensions

Apps with an extension start silently on a laptop and under a production server.
Werkzeug's development server is refused in production, whoever starts it.
""",
}

Row: t.TypeAlias = dict[str, t.Any]


def result_of(row: Row) -> str:
    """What happened, in a few words.

    :param row: a row of a record.
    """
    outcomes = row["outcomes"]
    if not outcomes:
        return "**not run**"
    words = [
        f"{outcomes[outcome]} {outcome}"
        for outcome in ("failed", "passed", "skipped")
        if outcome in outcomes
    ]
    # The suite skips for many reasons, a component for one.
    if "passed" not in outcomes:
        words += row["reasons"]
    return ", ".join(words)


def table(rows: t.Iterable[Row]) -> str:
    """A table in Markdown.

    :param rows: the rows of the records.
    """
    lines = [COLUMNS.values(), ["---"] * len(COLUMNS)]
    for row in rows:
        cells = {**row, "result": result_of(row)}
        lines.append([str(cells.get(column, "")) for column in COLUMNS])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def page(records: t.Iterable[Path]) -> str:
    """The whole page.

    :param records: what the runs write, named after what is run. What has written
        nothing has a row that says so.
    """
    sections: dict[str, list[Row]] = {name: [] for name in SECTIONS}
    for record in records:
        name = record.stem.partition("-")[0]
        missing: list[Row] = [{"component": record.stem, "outcomes": {}}]
        rows = json.loads(record.read_text()) if record.exists() else missing
        sections[name].extend(rows)
    return HEAD + "\n".join(
        f"{text}\n{table(sections[name])}"
        for name, text in SECTIONS.items()
        if sections[name]
    )


if __name__ == "__main__":
    target, *files = map(Path, sys.argv[1:])
    target.write_text(page(files))
