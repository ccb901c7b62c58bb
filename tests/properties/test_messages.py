"""What a message about a verdict says, and what it never says."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import typing as t
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st

from flask_prodguard.config.keys import KEYS
from flask_prodguard.config.settings import read_config
from flask_prodguard.config.settings import Setting
from flask_prodguard.environment import process
from flask_prodguard.environment.evidence import read_environment
from flask_prodguard.errors import UnsafeLaunchError
from flask_prodguard.guard import hooks
from flask_prodguard.guard.act import advised
from flask_prodguard.guard.judge import judge_now
from flask_prodguard.judging.launch import Launch
from flask_prodguard.judging.record import as_dict
from flask_prodguard.judging.verdict import judge
from flask_prodguard.judging.verdict import Verdict
from flask_prodguard.origin import Origin
from flask_prodguard.report.message import Message
from flask_prodguard.report.message import write_message

from .environments import BOOLEAN_VARIABLES
from .environments import Environ
from .environments import environments
from .environments import folders
from .environments import LIST_VARIABLES
from .environments import MARKS
from .environments import RESOURCE
from .environments import RULES
from .environments import WORD_VARIABLES
from .test_verdicts import configured
from .test_verdicts import launches
from .test_verdicts import projects

# Read by the guard, by Flask, or by what looks at the machine.
OTHER_VARIABLES = [
    *("PORT", "HOME", "USER", "HOSTNAME", "VIRTUAL_ENV", "SECRET_KEY", "container"),
    *("FLASK_APP", "FLASK_DEBUG", "FLASK_RUN_HOST", "FLASK_RUN_PORT", "SERVER_NAME"),
    *("WERKZEUG_RUN_MAIN", "WERKZEUG_SERVER_FD", "WERKZEUG_DEBUG_PIN", "TERM"),
]
VARIABLES = [
    *(mark.variable for mark in MARKS),
    *(*WORD_VARIABLES, *LIST_VARIABLES, *BOOLEAN_VARIABLES, "APP_SETTINGS", RESOURCE),
    *OTHER_VARIABLES,
]
# No word of a message has as many digits.
secrets = st.from_regex(r"[a-z][0-9]{11,14}", fullmatch=True)
SHAPES = ["{}", "web.{}", "redis://:{}@db", "a,{}", "deployment.environment={}", "{}=1"]


def secret_values(secret: str) -> st.SearchStrategy[Environ]:
    """Variables whose values hold a secret."""
    values = st.sampled_from([shape.format(secret) for shape in SHAPES])
    whole_rule = st.sampled_from(RULES).map(
        lambda rule: {
            mark.variable: mark.words[0] if mark.words else f"web.{secret}"
            for mark in rule
        }
    )
    any_variables = st.dictionaries(
        st.sampled_from([*dict.fromkeys(VARIABLES)]), values, max_size=30
    )
    return st.builds(lambda one, other: {**one, **other}, any_variables, whole_rule)


secret_environments = secrets.flatmap(
    lambda secret: st.tuples(st.just(secret), secret_values(secret))
)


@pytest.fixture(scope="module")
def app() -> t.Iterator[Flask]:
    yield Flask("shop")
    hooks.remove()


def written(app: Flask, environ: Environ, launch: Launch) -> Message:
    config, _ = read_config(app.config, environ)
    stated = process.StatedProcess(lambda: environ, lambda path: False)
    process.stated.append(stated)
    try:
        verdict = judge_now(app, launch, config)
        return write_message(*advised(app, verdict, Origin(), None))
    finally:
        process.stated.remove(stated)


@given(secret_environments, launches)
@settings(
    max_examples=3 * settings().max_examples,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_value_of_a_variable_is_in_a_message(
    app: Flask, environment: tuple[str, Environ], launch: Launch
) -> None:
    secret, environ = environment
    environ = {"FLASK_PRODGUARD_ENVIRONMENT": "production", **environ}

    verdict = judge_now_or_nothing(app, environ, launch)
    if not verdict.findings:
        return
    message = written(app, environ, launch)

    for said in (message.text, message.summary, repr(message), str(message.extra)):
        assert secret not in said
    assert secret not in repr(UnsafeLaunchError(message.text, message.verdict))


def judge_now_or_nothing(app: Flask, environ: Environ, launch: Launch) -> Verdict:
    config, _ = read_config(app.config, environ)
    environment = read_environment(environ, config, lambda path: False)
    return judge(launch, environment, config)


@given(secrets, st.sampled_from(KEYS))
@settings(deadline=None)
def test_no_value_of_a_variable_is_in_a_configuration_error(
    secret: str, key: t.Any
) -> None:
    environ = {key.variable: f"[{secret}", f"{key.variable}_{'X'}": secret}

    _, problems = read_config({}, environ)

    assert secret not in "\n".join(map(str, problems))
    assert secret not in repr(problems)


def any_verdict(
    environ: Environ, existing: frozenset[str], project: t.Any, launch: Launch
) -> Verdict:
    config = configured(project)
    environment = read_environment(environ, config, existing.__contains__)
    return judge(launch, environment, config)


verdicts = st.builds(any_verdict, environments, folders, projects, launches)


@given(verdicts)
@settings(deadline=None)
def test_a_verdict_survives_pickle_and_copies(verdict: Verdict) -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(verdict, protocol)) == verdict
    assert copy.deepcopy(verdict) == verdict
    assert hash(copy.deepcopy(verdict)) == hash(verdict)

    error = UnsafeLaunchError("refused", verdict)
    loaded = pickle.loads(pickle.dumps(error))
    assert (loaded.verdict, str(loaded)) == (verdict, "refused")


@given(verdicts)
@settings(deadline=None)
def test_a_verdict_survives_json(verdict: Verdict) -> None:
    values = as_dict(verdict)
    read = json.loads(json.dumps(values, allow_nan=False))

    assert read == values


@given(verdicts, verdicts)
@settings(deadline=None)
def test_two_verdicts_of_different_outcome_are_different_json(
    one: Verdict, other: Verdict
) -> None:
    said = [json.dumps(as_dict(each)) for each in (one, other)]

    assert one.outcome == other.outcome or said[0] != said[1]
    assert one.codes == other.codes or said[0] != said[1]


@given(verdicts.filter(lambda verdict: bool(verdict.findings)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_verdict_survives_in_a_log_record(app: Flask, verdict: Verdict) -> None:
    message = write_message(*advised(app, verdict, Origin(), None))
    logger = logging.getLogger("flask_prodguard")
    record = logger.makeRecord(
        logger.name, logging.ERROR, "act.py", 1, "%s", (message.text,), None,
        extra=message.extra,
    )  # fmt: skip
    # As logging.handlers.SocketHandler and QueueHandler send it.
    sent = logging.makeLogRecord(pickle.loads(pickle.dumps(vars(record))))

    assert sent.getMessage() == message.text
    as_json = json.loads(json.dumps(vars(sent)))
    assert as_json["prodguard_verdict"] == as_dict(message.verdict)
    assert as_json["prodguard_codes"] == [*verdict.codes]


class Broken:
    """A value that can't even be shown."""

    def __repr__(self) -> str:
        raise LookupError("no session")


nested: list[t.Any] = []
for _ in range(5000):
    nested = [nested]
itself: list[t.Any] = []
itself.append(itself)
VALUES = st.one_of(
    st.recursive(
        st.one_of(
            st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary()
        ),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.text(max_size=3), inner, max_size=3),
            st.tuples(inner, inner),
        ),
        max_leaves=5,
    ),
    st.sets(st.text() | st.integers(), max_size=3),
    st.sampled_from([object(), object, len, Path(), Setting(1), 1j, range(3)]),
    st.just(itself),
)
# Python refuses to show the first, and fails to show the others.
UNSHOWABLE = {"a number of 5001 digits": 10**5000, "a broken object": Broken()}
UNSHOWABLE["a list 5000 deep"] = nested


@given(
    st.dictionaries(st.sampled_from([key.name for key in KEYS]), VALUES),
    st.dictionaries(st.text(), VALUES, max_size=2),
)
@settings(deadline=None)
def test_any_values_are_a_configuration_and_problems_that_can_be_shown(
    values: dict[str, t.Any], others: dict[str, t.Any]
) -> None:
    config, problems = read_config({**others, **values}, {})

    told = {problem.key for problem in problems}
    for key in KEYS:
        setting = getattr(config, key.attribute)
        is_set = setting.source != "default"
        assert is_set == (values.get(key.name) is not None and key.name not in told)
    assert all(str(problem).count("\n") == 0 for problem in problems)


@pytest.mark.parametrize("what", UNSHOWABLE)
@pytest.mark.parametrize("key", [key.name for key in KEYS])
def test_a_value_that_can_not_be_shown_is_a_problem_too(key: str, what: str) -> None:
    _, problems = read_config({key: UNSHOWABLE[what]}, {})

    assert [problem.key for problem in problems] == [key]
    assert str(problems[0]).startswith(f"{key}, from app.config['{key}'], is ")
