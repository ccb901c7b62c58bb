from __future__ import annotations

import sys
import types
import typing as t

import pytest
from flask import Flask

from flask_prodguard import ProdGuard
from flask_prodguard.guard.facts import launch_of_run
from flask_prodguard.guard.facts import name_of


@pytest.mark.parametrize(
    ("debug", "said"),
    [
        (True, "debug=True was passed"),
        (
            "False",
            "debug is the text 'False', which Python takes as true",
        ),
        ("s3cret", "debug is a text, which Python takes as true"),
        (1, "debug is a value of the type int, which Python takes as true"),
    ],
)
def test_what_switches_debug_mode_on_is_named_as_it_was_passed(
    debug: t.Any, said: str, app: Flask
) -> None:
    launch = launch_of_run(app, {"debug": debug})

    assert launch.debug
    assert launch.debug_by == said


@pytest.mark.parametrize("given", [{"debug": False}, {"debug": ""}, {}])
def test_nothing_is_reported_if_debug_mode_is_off(
    given: dict[str, t.Any], app: Flask
) -> None:
    launch = launch_of_run(app, given)

    assert not launch.debug
    assert launch.debug_by == ""


def test_debug_mode_of_the_app_is_named(app: Flask) -> None:
    app.debug = True

    assert launch_of_run(app, {}).debug_by == "app.debug is on"


def test_an_app_without_a_name_has_that_of_the_module_that_guards_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    main = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main)
    app = Flask("shop")
    # Some versions of Python find no folder for `Flask("")`.
    vars(app)["name"] = ""
    # Nothing says more about a program that has no file.
    monkeypatch.setattr("sys.argv", [""])
    assert name_of(app) == "__main__"
    main.__file__ = "shop.py"
    assert name_of(app) == "shop"

    names = {"__name__": "keep_alive", "ProdGuard": ProdGuard, "app": app}
    exec("ProdGuard(app)", names)
    assert name_of(app) == "keep_alive"
