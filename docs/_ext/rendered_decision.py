"""The decision table, made by asking the guard for each of its cells."""

from __future__ import annotations

import typing as t

from flask_prodguard.config.settings import GuardConfig
from flask_prodguard.environment.evidence import DEVELOPMENT
from flask_prodguard.environment.evidence import Environment
from flask_prodguard.environment.evidence import Level
from flask_prodguard.environment.evidence import PRODUCTION
from flask_prodguard.environment.evidence import UNDECLARED
from flask_prodguard.judging.address import classify
from flask_prodguard.judging.launch import Launch
from flask_prodguard.judging.launch import Via
from flask_prodguard.judging.verdict import judge
from flask_prodguard.judging.verdict import Outcome

LOOPBACK = "127.0.0.1"
EVERY_INTERFACE = "0.0.0.0"
ROWS = {
    "**production**": Environment(PRODUCTION, Level.DECLARED_PRODUCTION),
    "**nothing declared**": Environment(UNDECLARED),
    "**development**, declared or inferred": Environment(
        DEVELOPMENT, Level.DECLARED_DEVELOPMENT
    ),
    "**development**, by `PRODGUARD_ENVIRONMENT`": Environment(
        DEVELOPMENT, Level.EXPLICIT
    ),
}
#: The host and whether debug mode is on, for each column.
COLUMNS = {
    "loopback, debug off": (LOOPBACK, False),
    "loopback, debug on": (LOOPBACK, True),
    "other machines can reach it": (EVERY_INTERFACE, False),
    "other machines can reach it, debug on": (EVERY_INTERFACE, True),
}
STARTS = (Via.APP_RUN, Via.FLASK_RUN, Via.WERKZEUG)

Table: t.TypeAlias = t.Callable[[t.Sequence[str], t.Iterable[t.Sequence[str]]], str]


def decision(table: Table) -> str:
    """The table.

    :param table: writes one in Markdown.
    """
    rows = [
        (title, *(_cell(environment, *column) for column in COLUMNS.values()))
        for title, environment in ROWS.items()
    ]
    return table(["", *COLUMNS], rows)


def _cell(environment: Environment, host: str, debug: bool) -> str:
    outcomes = {
        via: _outcome(
            Launch(
                "shop",
                via,
                classify(host, 5000),
                debug=debug,
                debugger=debug,
                evalex=debug,
            ),
            environment,
        )
        for via in STARTS
    }
    if len(set(outcomes.values())) == 1:
        return outcomes[Via.APP_RUN]
    # app.run() is the one start that differs.
    return f"`app.run()`: {outcomes[Via.APP_RUN]}; else {outcomes[Via.FLASK_RUN]}"


def _outcome(launch: Launch, environment: Environment) -> str:
    verdict = judge(launch, environment, GuardConfig())
    if verdict.outcome is Outcome.REFUSE:
        return f"refused: {_links(verdict.codes)}"
    if verdict.codes:
        return f"served, with one warning: {_links(verdict.codes)}"
    return "served"


def _links(codes: t.Iterable[str]) -> str:
    return ", ".join(f"{{doc}}`{code} </rules/{code}>`" for code in codes)
