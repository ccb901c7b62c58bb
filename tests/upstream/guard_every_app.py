"""A pytest plugin that guards every ``Flask`` object of the process, right after its
initialisation, and of the processes that it starts.

The hooks are in place from the start: Werkzeug's own tests make no app. ``compare.py``
has it imported in child processes.
"""

from __future__ import annotations

import functools
import json
import os
import typing as t
from pathlib import Path

import flask
import pytest

from flask_prodguard import launch_judged
from flask_prodguard import ProdGuard
from flask_prodguard.guard import hooks

# Tells the child processes to do the same.
VARIABLE = "GUARD_EVERY_APP"

figures = {"guarded": 0, "judged": 0}


def _guard_every_app() -> None:
    original = flask.Flask.__init__

    @functools.wraps(original)
    def guarded(app: flask.Flask, *arguments: t.Any, **options: t.Any) -> None:
        original(app, *arguments, **options)
        if "prodguard" not in app.extensions:
            ProdGuard(app)
            figures["guarded"] += 1

    flask.Flask.__init__ = guarded  # type: ignore[assignment, method-assign]
    hooks.install()
    launch_judged.connect(_count_launch)


def _count_launch(sender: object, **_: object) -> None:
    figures["judged"] += 1


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option.

    :param parser: pytest's.
    """
    parser.addoption("--guard-figures", metavar="FILE", help="where to write figures")


def pytest_configure(config: pytest.Config) -> None:
    """Let the child processes do the same.

    :param config: pytest's.
    """
    _children(config).mkdir()
    os.environ[VARIABLE] = str(_children(config))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write how many apps were guarded, and what has become of the hooks.

    :param session: pytest's.
    """
    seen = {
        **figures,
        "hooks": sorted(set(hooks.states().values())),
        "children": len([*_children(session.config).iterdir()]),
    }
    _figures(session.config).write_text(json.dumps(seen))


def _figures(config: pytest.Config) -> Path:
    return Path(config.getoption("--guard-figures"))


def _children(config: pytest.Config) -> Path:
    return _figures(config).with_name("children")


_guard_every_app()
if VARIABLE in os.environ:
    (Path(os.environ[VARIABLE]) / str(os.getpid())).touch()
