"""A launch that a test has captured, and its judgement."""

from __future__ import annotations

import dataclasses
import os
import typing as t
from dataclasses import dataclass

from flask.helpers import get_debug_flag

from ..config.settings import read_config
from ..environment import process
from ..environment.evidence import current_environment
from ..environment.evidence import UNDECLARED
from ..guard.facts import guarded_apps
from ..guard.facts import launch_of
from ..guard.facts import launch_of_run
from ..guard.judge import judge_now
from ..guard.judge import judge_server
from ..guard.judge import require_config
from ..guard.state import state_of
from ..judging.launch import Launch
from ..judging.verdict import Outcome
from ..judging.verdict import Verdict
from ..report.layout import finding_lines
from ..wsgi import debuggers_by_app
from ..wsgi import flask_apps

if t.TYPE_CHECKING:
    from flask import Flask

    from ..judging.address import Address
    from ..judging.launch import Via

RESULTS = {
    Outcome.ALLOW: "allowed",
    Outcome.WARN: "allowed, with a warning",
    Outcome.REPORT: "reported as an error, but not refused",
    Outcome.SERVE: "served by waitress instead, but not refused",
    Outcome.REFUSE: "refused",
}
NO_GUARD = "allowed, because no guarded app was found behind it"


@dataclass(frozen=True)
class CapturedLaunch:
    """A launch that would have happened, and the verdict on it.

    .. versionadded:: 0.1
    """

    #: The judgement, with the launch and the environment it rests on.
    verdict: Verdict
    #: Whether :class:`~flask_prodguard.ProdGuard` was applied to the app. Without it
    #: nothing is refused.
    is_guarded: bool = True

    @property
    def launch(self) -> Launch:
        """The facts of the start."""
        return self.verdict.launch

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the findings."""
        return self.verdict.codes

    @property
    def is_refused(self) -> bool:
        """Whether nothing would have been started."""
        return self.verdict.is_refused

    def __str__(self) -> str:
        return "\n".join(_lines(self))


def as_stated(given: dict[str, t.Any]) -> dict[str, t.Any]:
    """The arguments of a call of :meth:`flask.Flask.run`, with debug mode as Flask
    would take it from the environment. A stated environment keeps Flask from loading
    ``.env``, and so from reading ``FLASK_DEBUG``.
    """
    looks = given.get("debug") is None and given.get("load_dotenv", True)
    if looks and "FLASK_DEBUG" in os.environ:
        return {**given, "debug": get_debug_flag()}
    return given


def judge_captured(app: Flask, launch: Launch) -> CapturedLaunch:
    """Judge one launch of an app.

    :raises ConfigError: the configuration can't be understood.
    """
    if state_of(app) is None:
        return _unguarded(launch)
    config = require_config(app.config, process.environ())
    return CapturedLaunch(judge_now(app, launch, config))


def judge_captured_server(wsgi: object, via: Via, address: Address) -> CapturedLaunch:
    """Judge a Werkzeug server. The strictest verdict counts.

    :param wsgi: what it calls.
    :raises ConfigError: the configuration can't be understood.
    """
    around = debuggers_by_app(wsgi)
    judged = judge_server(guarded_apps(wsgi), around, via, address)
    if judged:
        return CapturedLaunch(max((each[0] for each in judged), key=_outcome))
    for app in flask_apps(wsgi):
        return _unguarded(launch_of(app, around.get(id(app), ()), via, address))
    name = getattr(wsgi, "__qualname__", type(wsgi).__qualname__)
    return _unguarded(Launch(name, via, address))


def _outcome(verdict: Verdict) -> Outcome:
    return verdict.outcome


def _unguarded(launch: Launch) -> CapturedLaunch:
    # Without a guard nothing looks at app.config.
    config, _ = read_config({}, process.environ())
    environment = current_environment(config)
    verdict = Verdict(launch, environment, Outcome.ALLOW)
    return CapturedLaunch(verdict, is_guarded=False)


def _lines(captured: CapturedLaunch) -> t.Iterator[str]:
    launch, verdict = captured.launch, captured.verdict
    result = RESULTS[verdict.outcome] if captured.is_guarded else NO_GUARD
    yield (
        f"{launch.via.value} of {launch.app!r} on {launch.address},"
        f" debug {_switch(launch.debug)}, debugger {_switch(launch.debugger)}: {result}"
    )
    yield f"  {_environment(verdict)}"
    yield from finding_lines(verdict.findings, with_fix=True)


def _environment(verdict: Verdict) -> str:
    environment = verdict.environment
    if environment.name == UNDECLARED:
        return "environment: undeclared, nothing says what it is"
    seen = "; ".join(item.seen for item in environment.deciding)
    against = "; ".join(item.seen for item in environment.contradicting)
    said = f"environment: {environment.name}, because {seen}"
    return f"{said}; against it, but weaker: {against}" if against else said


def _switch(is_on: bool) -> str:
    return "on" if is_on else "off"


def described_launch(
    app: Flask, via: Via, given: dict[str, t.Any], debugger: bool | None
) -> Launch:
    """The facts of a start that is described, and does not happen.

    :param given: host, port and debug, as for :meth:`flask.Flask.run`.
    :param debugger: whether the debugger is on, ``None`` if it follows debug.
    """
    if debugger is not None:
        given = {**given, "use_debugger": debugger}
    return dataclasses.replace(launch_of_run(app, as_stated(given)), via=via)
