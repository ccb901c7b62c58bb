from __future__ import annotations

import itertools
import logging
import os
import signal
import subprocess
import sys
import typing as t
from pathlib import Path
from unittest import mock

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings
from launches.share import report_lines

from flask_prodguard import launch_judged
from flask_prodguard import ProdGuard
from flask_prodguard.environment import process
from flask_prodguard.environment.process import StatedProcess
from flask_prodguard.guard import hooks
from flask_prodguard.judging.verdict import Verdict

TESTS = Path(__file__).parent
# Every test of these folders starts processes. Others are marked one by one.
PROCESS_FOLDERS = {
    "concurrency",
    "containment",
    "extensions",
    "launches",
    "servers",
    "upstream",
}

LONGEST = {"test_real_processes.py", "test_injected.py"}

# A shell starts background jobs with SIGINT ignored. Everything that the tests start
# would inherit that, and they end it with SIGINT.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine makes any example slow.
settings.register_profile(
    "default",
    settings.get_profile("default"),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("default")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Let ``-n auto`` be two workers for each core where processes are started: the
    tests wait for them most of their time.
    """
    if config.getoption("markexpr") == "not process":
        return None
    return 2 * (os.cpu_count() or 1)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what is too slow for the loop of edit and test."""
    if PROCESS_FOLDERS.intersection(item.path.relative_to(TESTS).parts):
        item.add_marker("process")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker is left alone with it."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(autouse=True)
def _no_process_without_a_mark(request: pytest.FixtureRequest) -> t.Iterator[None]:
    if request.node.get_closest_marker("process"):
        yield
        return
    message = f"{request.node.name} starts a process: mark it with pytest.mark.process"
    with mock.patch.object(subprocess, "Popen", side_effect=AssertionError(message)):
        yield


def _without_pytest() -> dict[str, str]:
    # pytest names the current test in a variable, before each phase of a test.
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTEST_")
    }


@pytest.fixture
def environ() -> t.Iterator[dict[str, str]]:
    """An empty process environment that a test fills in."""
    stated = StatedProcess(_without_pytest, lambda path: False)
    with mock.patch.dict(os.environ, clear=True):
        process.stated.append(stated)
        yield t.cast("dict[str, str]", os.environ)
        process.stated.remove(stated)


@pytest.fixture
def app(environ: dict[str, str]) -> t.Iterator[Flask]:
    """A guarded app in an undeclared environment."""
    app = Flask("shop")
    app.add_url_rule("/", view_func=lambda: "served")
    ProdGuard(app)
    yield app
    hooks.remove()


@pytest.fixture
def verdicts(app: Flask) -> t.Iterator[list[Verdict]]:
    """What was judged."""
    seen: list[Verdict] = []

    def receive(sender: Flask, verdict: Verdict) -> None:
        seen.append(verdict)

    with launch_judged.connected_to(receive):
        yield seen


@pytest.fixture(scope="session")
def strict_flask(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip where Flask itself does not survive ``-W error``."""
    folder = tmp_path_factory.mktemp("strict")
    code = "from flask import Flask\napp = Flask(__name__)\n"
    (folder / "shop.py").write_text(code, encoding="utf-8")
    routes = ("-m", "flask", "--app", "shop:app", "routes")
    ended = subprocess.run(
        [sys.executable, "-W", "error", *routes],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    if ended.returncode:
        pytest.skip("This release of Flask is older than this Python.")


class Recorder(logging.Handler):
    """Keeps what is logged, in the test and in its fixtures."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def records() -> t.Iterator[list[logging.LogRecord]]:
    """What the guard has logged."""
    recorder = Recorder()
    logger = logging.getLogger("flask_prodguard")
    logger.addHandler(recorder)
    yield recorder.records
    logger.removeHandler(recorder)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let those who try many versions leave out what is the same for all of them."""
    parser.addoption(
        "--no-paste",
        action="store_true",
        help="do not paste what the refusals of real processes say",
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the share of the refusals whose command serves the app."""
    everything = itertools.chain(*terminalreporter.stats.values())
    reports = [each for each in everything if isinstance(each, pytest.TestReport)]
    for line in report_lines(reports):
        terminalreporter.write_line(line)
