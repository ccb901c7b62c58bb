"""What keeps an app from being guarded as production needs it."""

from __future__ import annotations

import typing as t

from ..config.settings import read_config
from ..environment import process
from ..environment.evidence import PRODUCTION
from ..judging.verdict import Finding
from ..rules import Severity
from ..wsgi import debuggers_by_app
from .inspection import inspect_config
from .inspection import inspect_final_word
from .inspection import inspect_guard

if t.TYPE_CHECKING:
    from flask import Flask

# Not one that another patch stands in front of: instrumentation does, and calls it.
BAD_HOOK_STATES = frozenset({"absent", "missing"})


def weaknesses(app: Flask, environment: str) -> tuple[Finding, ...]:
    """Look at everything that a guarded app needs.

    :param environment: ``"production"``, or ``"development"`` where only the guard
        itself is looked at.
    """
    config, problems = read_config(app.config, process.environ())
    found = [
        *inspect_guard(app, BAD_HOOK_STATES),
        *inspect_config(config, problems, of_machine=True),
    ]
    if environment == PRODUCTION:
        found += [*inspect_final_word(config), *_of_app(app)]
    return tuple(found)


def _of_app(app: Flask) -> t.Iterator[Finding]:
    if app.debug:
        yield Finding(
            "PG202",
            "debug mode is on, from app.config['DEBUG']",
            Severity.ERROR,
            "Take it out of the code, and unset FLASK_DEBUG where the app is created.",
        )
    if app.testing:
        yield Finding(
            "PG203",
            "TESTING is on, from app.config['TESTING']",
            Severity.ERROR,
            "Take it out of the configuration that is deployed. If a fixture of this"
            " test-suite switched it on, call the factory anew for this assertion.",
        )
    if debuggers_by_app(app).get(id(app)):
        yield Finding(
            "PG201",
            "the interactive debugger wraps the app, from app.wsgi_app",
            Severity.ERROR,
            "Remove DebuggedApplication, and use `flask run --debug` to develop.",
        )
