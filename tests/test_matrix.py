from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from servers.matrix import page

pytest_plugins = ["pytester"]
ROW = {
    "component": "Granian",
    "version": "2.8.7",
    "python": "3.13.0",
    "flask": "3.1.3",
    "werkzeug": "3.1.9",
    "date": "2026-11-23",
}
TESTS = """
import pytest

def test_passes(record_property):
    record_property("tried", {"component": "gunicorn", "version": "27.0.1"})

def test_fails(record_property):
    test_passes(record_property)
    assert False

def test_is_skipped(record_property):
    record_property("tried", {"component": "nginx"})
    pytest.skip("nginx is not installed")

def test_of_the_suite():
    pass
"""


def rows_of(text: str) -> list[str]:
    """The rows of the tables on the page.

    :param text: the page.
    """
    return [line for line in text.splitlines() if line.startswith("| ")]


def write(folder: Path, name: str, *rows: t.Mapping[str, object]) -> Path:
    """Write a record.

    :param folder: where.
    :param name: what was run.
    :param rows: what has happened.
    """
    file = folder / f"{name}.json"
    file.write_text(json.dumps(rows))
    return file


def test_a_row_names_the_versions_the_day_and_the_result(tmp_path: Path) -> None:
    ran = {**ROW, "outcomes": {"passed": 8, "failed": 1}, "reasons": []}
    text = page([write(tmp_path, "servers-3.13", ran)])
    versions = "Granian | 2.8.7 | 3.13.0 | 3.1.3 | 3.1.9"
    assert rows_of(text)[-1] == f"| {versions} | 2026-11-23 | 1 failed, 8 passed |"
    assert "## Production servers" in text
    assert "## Extensions" not in text


def test_what_was_only_skipped_says_why(tmp_path: Path) -> None:
    ran = {**ROW, "outcomes": {"skipped": 2}, "reasons": ["it is not installed"]}
    text = page([write(tmp_path, "servers-3.13", ran)])
    assert rows_of(text)[-1].endswith("| 2 skipped, it is not installed |")


def test_what_was_not_run_has_a_row_that_says_so(tmp_path: Path) -> None:
    text = page([tmp_path / "extensions-3.10.json"])
    assert rows_of(text)[-1] == "| extensions-3.10 |  |  |  |  |  | **not run** |"


def test_the_rows_are_in_the_order_of_the_records(tmp_path: Path) -> None:
    ran = {**ROW, "outcomes": {"passed": 1}, "reasons": []}
    names = ("tests-3.13-3.1-newest", "tests-3.10-2.3-oldest")
    files = [write(tmp_path, each, {**ran, "component": each}) for each in names]
    found = [row.split(" | ")[0] for row in rows_of(page(files))[2:]]
    assert found == [f"| {name}" for name in names]


def test_a_run_writes_down_what_it_has_tried(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    file = pytester.path / "records/servers.json"
    pytester.runpytest_inprocess("-p", "servers.record", f"--record={file}")
    rows = {row["component"]: row for row in json.loads(file.read_text())}
    assert rows["gunicorn"]["outcomes"] == {"passed": 1, "failed": 1}
    assert rows["gunicorn"]["version"] == "27.0.1"
    assert rows["nginx"]["reasons"] == ["nginx is not installed"]
    assert rows["the test suite"]["outcomes"] == {"passed": 1}
    assert rows["the test suite"]["date"]
