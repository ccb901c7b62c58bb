from __future__ import annotations

import os
import subprocess
import sys
import typing as t
from importlib.metadata import version
from pathlib import Path

import pytest

from .compare import counts
from .compare import Difference
from .compare import differences
from .compare import HERE
from .compare import locked
from .compare import outcomes
from .compare import PACKAGE
from .compare import Suite

RESULTS = """\
<testsuites><testsuite>
<testcase classname="tests.test_a" name="test_one" />
<testcase classname="tests.test_a" name="test_two"><failure message="no" /></testcase>
<testcase classname="tests.test_a" name="test_three"><error message="no" /></testcase>
<testcase classname="tests.test_a" name="test_four">
<skipped type="pytest.skip" message="why" /></testcase>
<testcase classname="tests.test_a" name="test_five">
<skipped type="pytest.xfail" message="why" /></testcase>
</testsuite></testsuites>
"""
LOCK = """\
[[package]]
name = "pytest"
version = "8.4.2"

[[package]]
name = "pytest"
version = "9.0.2"

[[package]]
name = "werkzeug"
version = "3.1.5"
"""
COUNTING = """\
import subprocess
import sys

import flask


def test_every_app_is_guarded():
    assert "prodguard" in flask.Flask("shop").extensions


def test_a_child_is_counted():
    code = "import guard_every_app"
    subprocess.run([sys.executable, "-c", code], check=True)
"""


def not_again() -> t.NoReturn:
    pytest.fail("nothing has to be repeated")


def test_every_outcome_is_read(tmp_path: Path) -> None:
    results = tmp_path / "results.xml"
    results.write_text(RESULTS)

    read = outcomes(results)

    assert read == {
        "tests.test_a::test_one": "passed",
        "tests.test_a::test_two": "failed",
        "tests.test_a::test_three": "error",
        "tests.test_a::test_four": "skipped",
        "tests.test_a::test_five": "expected failure",
    }
    assert counts(read) == (
        "5 tests: 1 error, 1 expected failure, 1 failed, 1 passed, 1 skipped"
    )


def test_equal_outcomes_do_not_differ() -> None:
    run = {"a": "passed", "b": "failed"}

    assert differences(run, dict(run), not_again) == []


def test_a_test_that_changes_or_vanishes_differs() -> None:
    plain = {"a": "passed", "b": "passed", "c": "passed"}
    guarded = {"a": "passed", "b": "failed", "d": "passed"}

    found = differences(plain, guarded, lambda: plain)

    assert found == [
        Difference("b", "passed", "failed", "passed"),
        Difference("c", "passed", "not run", "passed"),
        Difference("d", "not run", "passed", "not run"),
    ]
    assert all(difference.is_stable for difference in found)
    assert str(found[0]) == "b: passed without the guard, failed with it"


def test_a_test_that_changes_by_itself_is_not_blamed_on_the_guard() -> None:
    (found,) = differences({"a": "passed"}, {"a": "failed"}, lambda: {"a": "failed"})

    assert not found.is_stable
    assert str(found).endswith("without it again failed: unstable")


def test_nothing_newer_than_locked_is_installed(tmp_path: Path) -> None:
    folder = tmp_path / "flask-3.1.0"
    folder.mkdir()
    (folder / "uv.lock").write_text(LOCK)
    suite = Suite(folder)

    assert locked(LOCK) == ["pytest<=9.0.2"]
    assert suite.requirement == "flask==3.1.0"
    assert suite.needs[:2] == ["--group", f"{folder}{os.sep}pyproject.toml:tests"]


def test_the_plugin_guards_every_app_and_counts(tmp_path: Path) -> None:
    (tmp_path / "test_counting.py").write_text(COUNTING)
    figures = tmp_path / "figures.json"
    folders = (HERE, PACKAGE.parent)
    options = ("-p", "same_for_both", "-p", "guard_every_app", "-q")

    subprocess.run(
        [sys.executable, "-m", "pytest", *options, f"--guard-figures={figures}"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders))},
        stdout=subprocess.DEVNULL,
        timeout=60,
        check=True,
    )

    assert figures.read_text() == (
        '{"guarded": 1, "judged": 0, "hooks": ["installed"], "children": 1}'
    )


@pytest.mark.skipif(
    "PRODGUARD_UPSTREAM" not in os.environ,
    reason="PRODGUARD_UPSTREAM is not set: it takes a minute and needs the network",
)
def test_upstreams_own_tests_do_not_notice_the_guard() -> None:
    minor = version("flask").rpartition(".")[0]
    command = [sys.executable, str(HERE / "compare.py"), minor]

    assert subprocess.run(command, check=False).returncode == 0
