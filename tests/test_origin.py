from __future__ import annotations

import functools
import os
import subprocess
import sys
import typing as t
import weakref
from types import FrameType

import pytest
from flask import Flask

from flask_prodguard import origin
from flask_prodguard.origin import code_of
from flask_prodguard.origin import Origin
from flask_prodguard.origin import record_origin
from flask_prodguard.origin import Step


@functools.lru_cache
def decorated() -> object:
    return object()


def constant() -> None:
    return None


def test_the_code_of_a_function_is_found_below_its_decorators() -> None:
    assert code_of(decorated) is decorated.__wrapped__.__code__
    assert code_of(constant) is constant.__code__


def test_what_is_not_a_function_has_no_code() -> None:
    class Odd:
        __code__ = "code"

    class Unbound:
        def __getattr__(self, name: str) -> object:
            raise RuntimeError("no context")

    assert code_of(None) is None
    assert code_of(Odd()) is None
    assert code_of(Unbound()) is None


class Table:
    """An object that a variable holds, and then releases."""


def guard_below(app: Flask, depth: int) -> Origin:
    if depth:
        return guard_below(app, depth - 1)
    return record_origin(app)


@pytest.fixture
def untraced(monkeypatch: pytest.MonkeyPatch) -> None:
    """As without the measurement of coverage, which looks at variables itself."""
    monkeypatch.setattr(origin, "_tracers_of", lambda frame: ())


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("depth", [0, 3])
def test_nothing_that_a_call_held_is_kept(depth: int) -> None:
    table = Table()
    seen = weakref.ref(table)
    app = Flask("shop")

    guard_below(app, depth)
    del table

    assert seen() is None


@pytest.mark.usefixtures("untraced")
def test_the_variables_of_a_class_stay() -> None:
    class Made:
        table = Table()
        guard_below(Flask("shop"), 0)

    assert isinstance(Made.table, Table)


@pytest.mark.usefixtures("untraced")
def test_variables_that_somebody_else_looks_at_stay() -> None:
    table = Table()
    held = sys._getframe().f_locals

    guard_below(Flask("shop"), 0)

    assert held["table"] is table


def test_variables_of_a_call_that_is_traced_stay() -> None:
    lines = []

    def trace(frame: FrameType, event: str, argument: object) -> t.Any:
        # As a signal handler may, in the middle of a debugger's work.
        if frame.f_code is traced.__code__ and event == "line":
            before = sys.gettrace()
            sys.settrace(None)
            record_origin(Flask("shop"))
            sys.settrace(before)
            lines.append(event)
        return trace

    def traced() -> str:
        table = "a value"
        length = len(table)
        return f"{table} of {length} letters"

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        said = traced()
    finally:
        sys.settrace(before)

    assert said == "a value of 7 letters"
    assert len(lines) == 3


def test_origins_are_compared_by_value() -> None:
    step = Step("shop", "create_app", True, False)

    assert step == Step("shop", "create_app", True, False)
    assert step != Step("shop", "create_app", True, True)
    assert len({Origin("shop", (step,)), Origin("shop", (step,))}) == 1
    assert Origin() != ("shop", ())


# Nobody traces this program, and its variables are read as they are.
LETS_GO = """
import weakref

from flask import Flask
from flask_prodguard import ProdGuard


class Table:
    pass


def guard(app, depth):
    if depth:
        guard(app, depth - 1)
    else:
        ProdGuard(app)


def main(depth):
    table = Table()
    seen = weakref.ref(table)
    guard(Flask("shop"), depth)
    del table
    print(seen())


main(0)
main(3)
"""


@pytest.mark.process
def test_a_program_keeps_nothing_alive_by_being_guarded() -> None:
    # A frame that is traced, as where lines are counted, is left as it is.
    untraced = {k: v for k, v in os.environ.items() if k != "COVERAGE_PROCESS_START"}
    command = [sys.executable, "-c", LETS_GO]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=untraced
    )

    assert done.stdout == "None\nNone\n"
