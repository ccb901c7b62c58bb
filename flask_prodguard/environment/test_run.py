"""Whether this process is a test run, seen in the process itself. A test is a test on
any host.
"""

from __future__ import annotations

import re
import sys
import threading
import typing as t

if t.TYPE_CHECKING:
    from types import FrameType

    from .marks import Environ

# What `python -m` was given, by the name of the module that it runs.
MAIN_MODULES = {
    "unittest.__main__": "unittest",
    "pytest.__main__": "pytest",
    "nose.__main__": "nose",
    "nose2.__main__": "nose2",
    "twisted.trial.__main__": "trial",
    "behave.__main__": "behave",
    "robot.__main__": "Robot Framework",
    "robot.run": "Robot Framework",
}
# The module whose function runs the tests, and so is always on the main thread's stack:
# Django, green, nose2 and stestr use unittest's. Few programs import one.
RUNNING_MODULES = {
    "unittest.suite": "unittest",
    "unittest.case": "unittest",
    "_pytest.main": "pytest",
    "nose.core": "nose",
    "behave.runner": "behave",
    "robot.running.suiterunner": "Robot Framework",
}
# https://docs.pytest.org/en/stable/reference/reference.html (read 2026-11-27): the
# name of the test and its phase. What a test starts inherits it.
CURRENT_TEST = "PYTEST_CURRENT_TEST"
CURRENT_TEST_FORM = re.compile(r".+ \((setup|call|teardown)\)", re.DOTALL)


def current_test_seen(environ: Environ) -> str | None:
    """The variable by which pytest names the current test, if it is there."""
    value = environ.get(CURRENT_TEST)
    if value and CURRENT_TEST_FORM.fullmatch(value):
        return f"{CURRENT_TEST} is set"
    return None


def find_test_runner() -> str | None:
    """The test runner that this process belongs to, or ``None``."""
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    named = MAIN_MODULES.get(str(getattr(spec, "name", "")))
    if named or _is_child_of_unittest():
        return named or "unittest"
    # Without one of them there is no need to look at the stack.
    if not any(name in sys.modules for name in RUNNING_MODULES):
        return None
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    return _runner_on(frame)


def _is_child_of_unittest() -> bool:
    # A process that `multiprocessing` spawns, as Flask-Testing's live server on macOS,
    # runs another main module, but gets the arguments of its parent: unittest writes
    # "python -m unittest" into the first one.
    spawned = "multiprocessing.spawn" in sys.modules
    return spawned and str(next(iter(sys.argv), "")).endswith(" -m unittest")


def _runner_on(frame: FrameType | None) -> str | None:
    while frame is not None:
        runner = RUNNING_MODULES.get(str(frame.f_globals.get("__name__")))
        if runner:
            return runner
        frame = frame.f_back
    return None
