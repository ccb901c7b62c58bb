"""The verdict, for any environment and any launch."""

from __future__ import annotations

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from flask_prodguard.config.settings import GuardConfig
from flask_prodguard.config.settings import Setting
from flask_prodguard.environment.evidence import Environment
from flask_prodguard.environment.evidence import read_environment
from flask_prodguard.environment.machine import Declaration
from flask_prodguard.judging.address import Address
from flask_prodguard.judging.address import classify
from flask_prodguard.judging.launch import Launch
from flask_prodguard.judging.launch import Via
from flask_prodguard.judging.verdict import judge

from . import model
from .environments import declarations
from .environments import Environ
from .environments import environments
from .environments import folders
from .environments import production_evidence
from .environments import runners
from .environments import words

own_names = st.lists(
    st.sampled_from(["jupiter", "sandbox", "dev", "production"]), max_size=2
).map(tuple)
projects = st.builds(
    model.Project,
    final=st.sampled_from([None, None, None, "production", "development"]),
    variables=st.lists(st.sampled_from(["STAGE", "ENV"]), max_size=2).map(tuple),
    production=own_names,
    development=own_names,
)
own_variables = st.dictionaries(st.just("STAGE"), words)
addresses = st.sampled_from(
    [
        classify("127.0.0.1", 5000),
        classify("0.0.0.0", 5000),
        classify("::", 5000),
        classify("10.1.2.3", 5000),
        classify("unix://shop.sock"),
        classify("b\0x"),
        Address("", None, classify("127.0.0.1").exposure, "127.0.0.1"),
    ]
)
# The administrator declares the machine production.
more = st.sampled_from([(), (Declaration("/etc/machine.json", "production"),)])
launches = st.builds(
    Launch,
    app=st.just("shop"),
    via=st.sampled_from(Via),
    address=addresses,
    debug=st.booleans(),
    debugger=st.booleans(),
    evalex=st.booleans(),
    testing=st.booleans(),
)


def configured(project: model.Project) -> GuardConfig:
    return GuardConfig(
        environment=Setting(project.final),
        environment_variables=Setting(project.variables),
        production_names=Setting(project.production),
        development_names=Setting(project.development),
    )


def facts_of(launch: Launch) -> model.Facts:
    return model.Facts(
        launch.via.value,
        launch.address.is_beyond_this_machine(),
        launch.address.exposure.value != "unresolved",
        launch.debug,
        launch.debugger,
        launch.testing,
    )


def read(
    environ: Environ,
    config: GuardConfig | None = None,
    existing: frozenset[str] = frozenset(),
    machine: tuple[Declaration, ...] = (),
    runner: str | None = None,
) -> Environment:
    return read_environment(
        environ, config or GuardConfig(), existing.__contains__, machine, runner
    )


@given(environments, own_variables, folders, projects, declarations, runners)
@settings(max_examples=5 * settings().max_examples, deadline=None)
def test_the_first_level_with_evidence_decides(
    environ: Environ,
    own: Environ,
    existing: frozenset[str],
    project: model.Project,
    machine: tuple[Declaration, ...],
    runner: str | None,
) -> None:
    environ = {**environ, **own}

    found = read(environ, configured(project), existing, machine, runner)

    expected = model.environment(environ, existing, project, machine, runner)
    level = found.level and found.level.value
    assert (found.name, level, found.is_explicitly_development) == expected


@given(environments, folders, projects, launches, declarations, runners)
@settings(max_examples=5 * settings().max_examples, deadline=None)
def test_the_verdict_is_the_one_of_the_table(
    environ: Environ,
    existing: frozenset[str],
    project: model.Project,
    launch: Launch,
    machine: tuple[Declaration, ...],
    runner: str | None,
) -> None:
    config = configured(project)
    environment = read(environ, config, existing, machine, runner)
    verdict = judge(launch, environment, config)

    name, _, opened = model.environment(environ, existing, project, machine, runner)
    codes, outcome = model.codes(facts_of(launch), name, opened)
    assert {*verdict.codes} == codes
    assert verdict.outcome.name.lower() == outcome


@given(
    environments, production_evidence, projects, launches, declarations, runners, more
)
@settings(max_examples=5 * settings().max_examples, deadline=None)
def test_more_evidence_of_production_never_turns_a_refusal_into_an_allowance(
    environ: Environ,
    seen: Environ,
    project: model.Project,
    launch: Launch,
    machine: tuple[Declaration, ...],
    runner: str | None,
    declared: tuple[Declaration, ...],
) -> None:
    config = configured(project)

    before = judge(
        launch, read(environ, config, machine=machine, runner=runner), config
    )
    everything = read(
        {**environ, **seen}, config, machine=(*machine, *declared), runner=runner
    )
    after = judge(launch, everything, config)

    assert after.outcome >= before.outcome


@given(environments, folders)
@settings(deadline=None)
def test_the_order_of_the_variables_decides_nothing(
    environ: Environ, existing: frozenset[str]
) -> None:
    backwards = dict(reversed(environ.items()))

    assert read(environ, existing=existing) == read(backwards, existing=existing)
