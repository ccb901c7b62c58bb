"""Judges how an app would fare, without starting anything."""

from __future__ import annotations

import sys
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ..config.settings import GuardConfig
from ..config.settings import read_config
from ..environment import process
from ..environment.evidence import DEVELOPMENT
from ..environment.evidence import Environment
from ..environment.evidence import Evidence
from ..environment.evidence import Level
from ..environment.evidence import PRODUCTION
from ..environment.evidence import UNDECLARED
from ..guard.inspection import inspect_app
from ..guard.state import state_of
from ..judging.verdict import Finding
from ..judging.verdict import judge
from ..remedy.import_path import find_import_path
from ..rules import RULES_BY_CODE
from ..rules import Severity
from .forecast import forecast_of
from .forecast import launches
from .lookup import UnknownNameError
from .status import unread

if t.TYPE_CHECKING:
    from flask import Flask

    from ..judging.launch import ImportPath
    from ..judging.verdict import Verdict
    from .forecast import Forecast
    from .scan import ScanReport

ASSUMED_LEVELS: dict[str, Level | None] = {
    PRODUCTION: Level.DECLARED_PRODUCTION,
    DEVELOPMENT: Level.DECLARED_DEVELOPMENT,
    UNDECLARED: None,
}
# These report rules that are left out.
NEVER_LEFT_OUT = frozenset({"PG901", "PG904"})


@dataclass(frozen=True)
class Question:
    """What is asked about an app.

    :raises UnknownNameError: there is no such environment or rule.
    """

    #: ``"production"``, ``"development"`` or ``"undeclared"``.
    environment: str = PRODUCTION
    #: The host of every start, instead of the one that each has by default.
    host: str | None = None
    #: Debug mode, instead of what the app and ``FLASK_DEBUG`` say.
    debug: bool | None = None
    #: The codes of rules that are not reported.
    ignore: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # A misspelled question must not be answered with "nothing found".
        if self.environment not in ASSUMED_LEVELS:
            raise UnknownNameError("environment", self.environment, ASSUMED_LEVELS)
        for code in self.ignore:
            if code not in RULES_BY_CODE:
                raise UnknownNameError("rule", code, RULES_BY_CODE)


@dataclass(frozen=True)
class CheckReport:
    """How an app would fare."""

    #: The app's name, :attr:`flask.Flask.name`.
    app: str
    #: How a server imports it.
    import_path: ImportPath
    #: The file that makes it, below the current folder, if there is one.
    file: str | None
    #: What was asked.
    question: Question
    #: Each way to serve the app, and what comes of it.
    forecasts: tuple[Forecast, ...]
    #: What is wrong, in the order of the rules.
    findings: tuple[Finding, ...]
    #: What else is worth knowing, a line each.
    notes: tuple[str, ...] = ()
    #: What would come of the start commands in the files of the current folder.
    scanned: ScanReport | None = None

    @property
    def exit_status(self) -> int:
        """0 if nothing was found, else 1."""
        return int(bool(self.findings or (self.scanned and self.scanned.refused)))


def check(app: Flask, question: Question | None = None) -> CheckReport:
    """Judge how an app would fare. It is a finding if the development server would
    start although the guard's defaults forbid it.

    :param question: what is asked; by default, how it would fare in production.
    """
    question = question or Question()
    config, problems = read_config(app.config, process.environ())
    environment = _assumed(app, question)
    state = state_of(app)
    judged = [
        forecast_of(
            launch, environment, config, problems, app=app, guarded=state is not None
        )
        for launch in launches(app, question.host, question.debug)
    ]
    left_out = {*question.ignore, *(set(config.ignore.value) - NEVER_LEFT_OUT)}
    found = [
        *inspect_app(app, question.environment),
        *_in_reach(judged, question, config),
    ]
    return CheckReport(
        app=app.name,
        import_path=find_import_path(app, state.origin if state else None),
        file=_file(app),
        question=question,
        forecasts=tuple(judged),
        findings=tuple(
            sorted(
                (finding for finding in found if finding.code not in left_out),
                key=lambda finding: finding.code,
            )
        ),
        notes=unread(process.declarations()),
    )


def _assumed(app: Flask, question: Question) -> Environment:
    # A variable counts on the machine that runs the check, but the code ships with the
    # app.
    setting = read_config(app.config, {})[0].environment
    evidence = [*_assumption(question)]
    if setting.value:
        evidence.insert(0, Evidence(Level.EXPLICIT, setting.value, setting.source))
    decided = evidence[0] if evidence else None
    return Environment(
        decided.says if decided else UNDECLARED,
        decided.level if decided else None,
        tuple(evidence),
    )


def _assumption(question: Question) -> t.Iterator[Evidence]:
    level = ASSUMED_LEVELS[question.environment]
    if level:
        yield Evidence(level, question.environment, "assumed for this check")


def _in_reach(
    forecasts: t.Iterable[Forecast], question: Question, config: GuardConfig
) -> t.Iterator[Finding]:
    defaults = GuardConfig(allowed_hosts=config.allowed_hosts)
    assumption = tuple(_assumption(question))
    level = ASSUMED_LEVELS[question.environment]
    environment = Environment(question.environment, level, assumption)
    for forecast in forecasts:
        launch = forecast.verdict.launch
        expected = judge(launch, environment, defaults)
        if not launch.is_development_server:
            yield from expected.findings
        elif expected.is_refused and not forecast.verdict.is_refused:
            yield Finding("PG908", _open(forecast, expected), Severity.ERROR)


def _open(forecast: Forecast, expected: Verdict) -> str:
    return (
        f"on {forecast.verdict.launch.address}, {forecast.name} {forecast.outcome},"
        f" where the guard's defaults refuse it: {', '.join(expected.codes)}"
    )


def _file(app: Flask) -> str | None:
    file = getattr(sys.modules.get(app.import_name), "__file__", None)
    if file is None:
        return None
    path, folder = Path(file).resolve(), Path.cwd()
    inside = path.is_relative_to(folder)
    return path.relative_to(folder).as_posix() if inside else None
