"""The ways to start an app, and what happens to each."""

from __future__ import annotations

import dataclasses
import typing as t
from dataclasses import dataclass

from flask.helpers import get_debug_flag

from ..environment import process
from ..guard.facts import launch_of
from ..guard.facts import launch_of_run
from ..guard.obstacles import demands_of
from ..guard.obstacles import obstacles
from ..judging.address import classify
from ..judging.address import UNKNOWN_ADDRESS
from ..judging.launch import DEVELOPMENT_SERVERS
from ..judging.launch import Via
from ..judging.verdict import Finding
from ..judging.verdict import judge
from ..judging.verdict import Outcome
from ..judging.verdict import Verdict
from ..judging.verdict import with_obstacles
from ..report.layout import TEXT_INDENT
from ..rules import Severity
from ..wsgi import debuggers_around

if t.TYPE_CHECKING:
    from flask import Flask

    from ..config.keys import Problem
    from ..config.settings import GuardConfig
    from ..environment.evidence import Environment
    from ..judging.launch import Launch

SERVERS = {
    Outcome.ALLOW: "starts",
    Outcome.WARN: "starts, with a warning",
    Outcome.REPORT: "starts, with an error in the log",
    Outcome.SERVE: "is served by waitress instead, with an error in the log",
    Outcome.REFUSE: "is refused",
}
WSGI_SERVERS = {
    Outcome.ALLOW: "serves",
    Outcome.WARN: "serves, with a warning",
    Outcome.REPORT: "serves, with an error in the log",
}
DEBUGGERS = {
    Outcome.ALLOW: "is on",
    Outcome.WARN: "is on, with a warning",
    Outcome.REPORT: "is on, with an error in the log",
    Outcome.REFUSE: "is turned off",
}
WORDS = {
    **dict.fromkeys(DEVELOPMENT_SERVERS, SERVERS),
    Via.WSGI: WSGI_SERVERS,
    Via.DEBUGGER: DEBUGGERS,
}
NAME_WIDTH = len(Via.DEBUGGER.value) + 2


@dataclass(frozen=True)
class Forecast:
    """One way to serve an app, and what happens to it."""

    verdict: Verdict
    #: Whether the guard covers it.
    guarded: bool = True

    @property
    def name(self) -> str:
        """Its name, for example ``"flask run"``."""
        return self.verdict.launch.via.value

    @property
    def outcome(self) -> str:
        """What happens to it, the end of a sentence that begins with the name."""
        words = WORDS[self.verdict.launch.via][self.verdict.outcome]
        return words if self.guarded else f"{words}, unguarded"


def table(forecasts: t.Iterable[Forecast]) -> list[str]:
    """What happens to each way to start, one line for each."""
    lines = []
    for forecast in forecasts:
        codes = ", ".join(dict.fromkeys(forecast.verdict.codes))
        outcome = f"{forecast.outcome}: {codes}" if codes else forecast.outcome
        lines.append(f"{TEXT_INDENT}{forecast.name:<{NAME_WIDTH}}{outcome}")
    return lines


def launches(
    app: Flask, host: str | None = None, debug: bool | None = None
) -> tuple[Launch, ...]:
    """The facts of each way to start an app, if it were started now. Nothing is.

    :param host: the host, instead of the one that each way has by default.
    :param debug: debug mode, instead of what the app and ``FLASK_DEBUG`` say.
    """
    around = debuggers_around(app)
    address = UNKNOWN_ADDRESS if host is None else classify(host)
    served = launch_of(app, [], Via.WSGI, address)
    found = [
        _app_run(app, host, debug),
        _flask_run(launch_of(app, around, Via.FLASK_RUN, address), host, debug),
        served if debug is None else dataclasses.replace(served, debug=debug),
    ]
    if around:
        found.append(launch_of(app, around, Via.DEBUGGER, address))
    return tuple(found)


def forecast_of(
    launch: Launch,
    environment: Environment,
    config: GuardConfig,
    problems: tuple[Problem, ...] = (),
    *,
    app: Flask,
    guarded: bool = True,
) -> Forecast:
    """Say what the hooks would make of a launch.

    :param guarded: whether the guard is installed on the app.
    """
    if not guarded:
        return Forecast(Verdict(launch, environment, Outcome.ALLOW), guarded=False)
    if problems and launch.is_development_server:
        refusals = tuple(
            Finding("PG905", str(problem).removesuffix("."), Severity.REFUSE)
            for problem in problems
        )
        return Forecast(Verdict(launch, environment, Outcome.REFUSE, refusals))
    verdict = judge(launch, environment, config)
    if verdict.outcome is Outcome.SERVE:
        verdict = with_obstacles(verdict, obstacles(demands_of(app)))
    return Forecast(verdict)


def _app_run(app: Flask, host: str | None, debug: bool | None) -> Launch:
    # The files are not loaded here, but what they have set counts.
    if debug is None and "FLASK_DEBUG" in process.environ():
        debug = get_debug_flag()
    return launch_of_run(app, {"host": host, "debug": debug, "load_dotenv": False})


def _flask_run(seen: Launch, host: str | None, debug: bool | None) -> Launch:
    host = host or process.environ().get("FLASK_RUN_HOST") or "127.0.0.1"
    debug = get_debug_flag() if debug is None else debug
    return dataclasses.replace(
        seen,
        address=classify(host, 5000),
        debug=debug,
        debugger=debug or seen.debugger,
        evalex=debug or seen.evalex,
        reloader=debug,
    )
