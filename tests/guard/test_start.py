from __future__ import annotations

import os

import pytest

from flask_prodguard.config.settings import GuardConfig
from flask_prodguard.environment.evidence import Environment
from flask_prodguard.guard.start import current_start
from flask_prodguard.guard.start import mark_reported
from flask_prodguard.guard.start import REPORTED_VARIABLE
from flask_prodguard.guard.start import start_under_way
from flask_prodguard.guard.start import was_reported_by_parent
from flask_prodguard.guard.state import Start
from flask_prodguard.judging.launch import Launch
from flask_prodguard.judging.launch import Via
from flask_prodguard.judging.verdict import judge
from flask_prodguard.judging.verdict import Verdict


def verdict_of(app: str = "shop", debugger: bool = False) -> Verdict:
    launch = Launch(app, Via.APP_RUN, debugger=debugger)
    return judge(launch, Environment("production"), GuardConfig())


def test_a_start_reports_each_finding_once() -> None:
    start = Start(Via.APP_RUN)

    assert start.claim_unreported(verdict_of())
    assert not start.claim_unreported(verdict_of())
    assert start.claim_unreported(verdict_of(debugger=True))
    assert not start.claim_unreported(verdict_of(debugger=True))
    assert start.claim_unreported(verdict_of("other"))


def test_a_start_without_findings_is_reported_once() -> None:
    start = Start(Via.APP_RUN)
    allowed = judge(Launch("shop", Via.WSGI), Environment("undeclared"), GuardConfig())

    assert start.claim_unreported(allowed)
    assert not start.claim_unreported(allowed)


def test_a_start_is_under_way_until_it_ends_however_it_ends() -> None:
    start = Start(Via.APP_RUN)

    def fail() -> None:
        with start_under_way(start):
            assert current_start() is start
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert current_start() is None


def test_only_the_reloaders_child_knows_that_its_parent_has_reported(
    environ: dict[str, str],
) -> None:
    mark_reported()
    assert environ[REPORTED_VARIABLE] == str(os.getpid())
    environ["WERKZEUG_RUN_MAIN"] = "true"
    assert not was_reported_by_parent()

    environ[REPORTED_VARIABLE] = str(os.getppid())
    assert was_reported_by_parent()

    del environ["WERKZEUG_RUN_MAIN"]
    assert not was_reported_by_parent()
