"""A plugin of pytest that writes the page of what was the same:
``-p same_app.record --same-app=docs/same-app.md``.
"""

from __future__ import annotations

import datetime
import platform
import typing as t
from importlib.metadata import version
from pathlib import Path

import pytest

from .shapes import SHAPES

PROPERTY = "same app"
PACKAGES = ("flask", "werkzeug", "gunicorn", "waitress")
PAGE = """\
# The same app

<!-- Written by `nox -s same_app`. Not by hand. -->

A refusal is worth what it leaves a person with. Each program is started with the
development server and without the guard, and asked. Then it is refused, what the
message advises first is applied as it is placed, in a fresh copy of the folder, and the
program is asked again. The answers have to be equal.

Run on {date} with Python {python}, {packages}: {same} of {all} were the same.

| The program | What is asked | {hosts} |
| --- | --- | {lines} |
{rows}
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--same-app", type=Path, help="where to write what was the same")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Write the page."""
    file = config.getoption("same_app")
    reports = [
        *terminalreporter.stats.get("passed", ()),
        *terminalreporter.stats.get("failed", ()),
    ]
    rows = [dict(report.user_properties).get(PROPERTY) for report in reports]
    found = t.cast("list[dict[str, t.Any]]", [row for row in rows if row])
    if file is not None and found:
        file.write_text(page(found), encoding="utf-8")


def page(rows: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """The page.

    :param rows: one for each program on each host.
    """
    hosts = sorted({row["host"] for row in rows})
    order = [*SHAPES]
    shapes: dict[str, dict[str, t.Mapping[str, t.Any]]] = {}
    for row in sorted(rows, key=lambda row: order.index(row["shape"])):
        shapes.setdefault(row["shape"], {})[row["host"]] = row
    lines = [
        " | ".join(
            [
                f"| {shape}",
                next(iter(cells.values()))["asked"],
                *(_cell(cells.get(host)) for host in hosts),
            ]
        )
        + " |"
        for shape, cells in shapes.items()
    ]
    return PAGE.format(
        date=datetime.date.today().isoformat(),
        python=platform.python_version(),
        packages=", ".join(f"{name} {version(name)}" for name in PACKAGES),
        same=sum(bool(row["same"]) for row in rows),
        all=len(rows),
        hosts=" | ".join(hosts),
        lines=" | ".join("---" for _ in hosts),
        rows="\n".join(lines),
    )


def _cell(row: t.Mapping[str, t.Any] | None) -> str:
    if row is None:
        return ""
    what = "the code" if row["kind"] == "code" else "the command"
    return f"{'the same' if row['same'] else 'not the same'}: {what}, {row['server']}"
