"""A plugin of pytest that writes down what was run: ``-p servers.record
--record=FILE``. ``matrix.py`` makes a table of it.
"""

from __future__ import annotations

import datetime
import json
import platform
import typing as t
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import pytest

SUITE = "the test suite"
Row: t.TypeAlias = tuple[tuple[str, str], ...]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option.

    :param parser: pytest's options.
    """
    parser.addoption("--record", type=Path, help="where to write what was run")


def pytest_configure(config: pytest.Config) -> None:
    """Begin to write down.

    :param config: pytest's configuration.
    """
    file = config.getoption("record")
    # A worker of pytest-xdist passes everything to its controller.
    if file is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Record(file.absolute()))


class Record:
    """Writes down what was run.

    :param file: where.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._counts: dict[Row, Counter[str]] = {}
        self._reasons: dict[Row, set[str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count one test. Its setup and teardown count if they don't pass.

        :param report: what happened.
        """
        if report.passed and report.when != "call":
            return
        tried = dict(report.user_properties).get("tried") or _suite()
        row = tuple(sorted(t.cast("dict[str, str]", tried).items()))
        self._counts.setdefault(row, Counter())[report.outcome] += 1
        if report.skipped and isinstance(report.longrepr, tuple):
            reason = report.longrepr[2].removeprefix("Skipped: ")
            self._reasons.setdefault(row, set()).add(reason)

    def pytest_sessionfinish(self) -> None:
        """Write everything."""
        today = datetime.date.today().isoformat()
        rows = [
            {
                **dict(row),
                "date": today,
                "outcomes": dict(counts),
                "reasons": sorted(self._reasons.get(row, ())),
            }
            for row, counts in sorted(self._counts.items())
        ]
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(rows, indent=2))


def _suite() -> dict[str, str]:
    packages = {package: version(package) for package in ("flask", "werkzeug")}
    return {
        "component": SUITE,
        "version": ", ".join(
            f"{name} {version(name)}" for name in ("blinker", "click")
        ),
        "python": platform.python_version(),
        **packages,
    }
