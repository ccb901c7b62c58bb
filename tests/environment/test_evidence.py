from __future__ import annotations

import os
import typing as t

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from flask_prodguard.config.settings import GuardConfig
from flask_prodguard.config.settings import Setting
from flask_prodguard.environment import process
from flask_prodguard.environment.declarations import DEVELOPMENT_NAMES
from flask_prodguard.environment.declarations import PRODUCTION_NAMES
from flask_prodguard.environment.evidence import current_environment
from flask_prodguard.environment.evidence import Environment
from flask_prodguard.environment.evidence import Level
from flask_prodguard.environment.evidence import read_environment
from flask_prodguard.environment.machine import Declaration
from flask_prodguard.environment.process import StatedProcess
from flask_prodguard.guard.judge import require_config

KUBERNETES = {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}


def nothing_exists(_: str) -> bool:
    return False


def read(
    environ: dict[str, str],
    config: GuardConfig | None = None,
    exists: t.Callable[[str], bool] = nothing_exists,
) -> Environment:
    return read_environment(environ, config or GuardConfig(), exists)


def test_an_empty_environment_is_undeclared() -> None:
    assert read({}) == Environment("undeclared")


@pytest.mark.parametrize(
    ("environ", "seen"),
    [
        ({"FLASK_ENV": "production"}, "FLASK_ENV=production"),
        ({"APP_ENV": " Prod "}, "APP_ENV=prod"),
        ({"ENVIRONMENT": "staging"}, "ENVIRONMENT=staging"),
        ({"ENV": "PROD"}, "ENV=prod"),
        ({"DD_ENV": "prd"}, "DD_ENV=prd"),
        ({"ENV_FOR_DYNACONF": "base,production"}, "ENV_FOR_DYNACONF=production"),
        ({"APP_SETTINGS": "src.config.ProductionConfig"}, "APP_SETTINGS=production"),
        ({"APP_SETTINGS": "config:prod_settings"}, "APP_SETTINGS=prod"),
        ({"FLASK_CONFIG": "config.ProductionConfig"}, "FLASK_CONFIG=production"),
        ({"FLASK_CONFIG": "production"}, "FLASK_CONFIG=production"),
        ({"FLASK_ENV": '"production"'}, "FLASK_ENV=production"),
        ({"APP_ENV": "' Prod '"}, "APP_ENV=prod"),
        ({"APP_SETTINGS": '"config.ProductionConfig"'}, "APP_SETTINGS=production"),
        ({"ENV_FOR_DYNACONF": '"base,production"'}, "ENV_FOR_DYNACONF=production"),
        ({"PRODUCTION": '"1"'}, "PRODUCTION=1"),
        ({"PRODUCTION": "True"}, "PRODUCTION=true"),
        ({"IS_PROD": "1"}, "IS_PROD=1"),
        (
            {"OTEL_RESOURCE_ATTRIBUTES": "a=b,deployment.environment.name=pro%64"},
            "OTEL_RESOURCE_ATTRIBUTES: deployment.environment.name=prod",
        ),
    ],
)
def test_production_is_declared(environ: dict[str, str], seen: str) -> None:
    environment = read(environ)

    assert environment.is_production
    assert environment.level is Level.DECLARED_PRODUCTION
    assert [item.seen for item in environment.deciding] == [seen]


@pytest.mark.parametrize(
    ("environ", "seen"),
    [
        ({"FLASK_ENV": "development"}, "FLASK_ENV=development"),
        ({"APP_ENV": "LOCAL"}, "APP_ENV=local"),
        ({"APP_SETTINGS": "config.DevConfig"}, "APP_SETTINGS=dev"),
        ({"FLASK_CONFIG": "shop.config:TestingConfig"}, "FLASK_CONFIG=testing"),
        ({"FLASK_ENV": "'development'"}, "FLASK_ENV=development"),
        ({"PYTHON_ENV": "testing"}, "PYTHON_ENV=testing"),
    ],
)
def test_development_is_declared(environ: dict[str, str], seen: str) -> None:
    environment = read(environ)

    assert environment.name == "development"
    assert environment.level is Level.DECLARED_DEVELOPMENT
    assert not environment.is_explicitly_development
    assert [item.seen for item in environment.deciding] == [seen]


@pytest.mark.parametrize(
    "variable",
    [
        *("FLASK_ENV", "APP_ENV", "ENVIRONMENT", "ENV", "PYTHON_ENV", "FLASK_CONFIG"),
        *("DD_ENV", "SENTRY_ENVIRONMENT", "APP_SETTINGS"),
        *("ENV_FOR_DYNACONF", "FORCE_ENV_FOR_DYNACONF"),
    ],
)
def test_a_variable_names_the_environment(variable: str) -> None:
    assert read({variable: "production"}).level is Level.DECLARED_PRODUCTION
    assert read({variable: "testing"}).level is Level.DECLARED_DEVELOPMENT
    assert read({variable.lower(): "production"}).name == "undeclared"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "production",
            "production prod prd live staging stage stg preprod pre-production pre-prod"
            " uat preview",
        ),
        (
            "development",
            "development develop devel dev local localhost test testing tests ci debug",
        ),
    ],
)
def test_a_name_is_understood_however_it_is_written(name: str, words: str) -> None:
    for word in words.split():
        assert read({"APP_ENV": word}).name == name
        assert read({"APP_ENV": f" {word.title()} "}).name == name


@pytest.mark.parametrize("variable", ["PROD", "PRODUCTION", "IS_PROD", "IS_PRODUCTION"])
def test_a_switch_declares_production(variable: str) -> None:
    assert read({variable: "yes"}).is_production
    assert read({variable: "no"}).name == "undeclared"


@pytest.mark.parametrize("variable", ["ENV_FOR_DYNACONF", "FORCE_ENV_FOR_DYNACONF"])
def test_dynaconf_may_name_several_environments(variable: str) -> None:
    assert read({variable: "base, production"}).is_production


@pytest.mark.parametrize(
    "key", ["deployment.environment", "deployment.environment.name"]
)
def test_a_resource_may_name_the_environment(key: str) -> None:
    for attributes in (f"{key}=live", f"a=b, {key} = live "):
        assert read({"OTEL_RESOURCE_ATTRIBUTES": attributes}).is_production


@pytest.mark.parametrize(
    "environ",
    [
        {"FLASK_ENV": ""},
        {"ENV": "/home/prod/.shrc"},
        {"APP_ENV": "non-production"},
        {"APP_ENV": "product"},
        {"APP_ENV": '""production""'},
        {"APP_ENV": "\"production'"},
        {"APP_ENV": '"'},
        {"APP_ENV": "docker"},
        {"APP_ENV": "base,production"},
        {"PRODUCTION": "False"},
        {"PROD": "https://prod.example"},
        {"FLASK_DEBUG": "1"},
        {"DEBUG": "0"},
        {"NODE_ENV": "production"},
        {"PLAID_ENV": "production"},
        {"OTEL_RESOURCE_ATTRIBUTES": "service.name=production"},
        {"APP_SETTINGS": "config.Config"},
        {"WERKZEUG_RUN_MAIN": "true"},
        {"INVOCATION_ID": "1", "JOURNAL_STREAM": "1"},
        {"SUPERVISOR_ENABLED": "1", "pm_id": "0"},
        {"SSH_CONNECTION": "1", "TERM_PROGRAM": "iTerm.app"},
        {"PORT": "5000"},
        {"FLY_APP_NAME": "shop"},
        {"VERCEL": "1"},
        {"WEBSITE_HOSTNAME": "localhost:7071"},
        {"FUNCTION_TARGET": "f"},
        {"AWS_EXECUTION_ENV": "AmazonQ"},
        {"DATABRICKS_APP_NAME": "app"},
        {"RAILWAY_ENVIRONMENT_ID": "e", "RAILWAY_SERVICE_ID": "s"},
        {"CI": "false"},
    ],
)
def test_what_is_not_evidence_decides_nothing(environ: dict[str, str]) -> None:
    assert read(environ).name == "undeclared"


@pytest.mark.parametrize(
    ("environ", "seen"),
    [
        ({"DYNO": "web.1"}, "DYNO is set (Heroku)"),
        ({"RENDER": " True "}, "RENDER=true (Render)"),
        (
            {"GAE_INSTANCE": "i", "GAE_SERVICE": "s"},
            "GAE_INSTANCE is set, GAE_SERVICE is set (Google App Engine)",
        ),
        ({"CODER": "true"}, "CODER=true (Coder)"),
        ({"CI": "true"}, "CI=true (an unnamed CI service)"),
    ],
)
def test_a_mark_is_reported_with_what_leaves_it(
    environ: dict[str, str], seen: str
) -> None:
    assert [item.seen for item in read(environ).evidence] == [seen]


def test_a_host_leads_to_where_its_start_command_is_kept() -> None:
    environment = read({"DYNO": "web.1", **KUBERNETES})

    assert (environment.platform, environment.place) == ("Heroku", "heroku")


def test_a_failing_probe_is_not_evidence() -> None:
    def fail(_: str) -> t.NoReturn:
        raise PermissionError

    assert read({}, exists=fail) == Environment("undeclared")


@pytest.mark.parametrize("environ", [{"container": "podman"}, {}])
def test_a_container_is_noticed_and_decides_nothing(environ: dict[str, str]) -> None:
    environment = read(
        environ, exists=lambda path: not environ and path == "/.dockerenv"
    )

    assert environment == Environment("undeclared", container=True)


def test_the_explicit_environment_comes_first() -> None:
    config = require_config({"PRODGUARD_ENVIRONMENT": "development"}, {})

    environment = read({"DYNO": "web.1", "FLASK_ENV": "production"}, config)

    assert environment.is_explicitly_development
    assert environment.deciding[0].seen == (
        "PRODGUARD_ENVIRONMENT=development (app.config['PRODGUARD_ENVIRONMENT'])"
    )
    assert len(environment.contradicting) == 2


def test_a_project_adds_its_own_names_and_variables() -> None:
    config = GuardConfig(
        environment_variables=Setting(("STAGE",)),
        production_names=Setting(("jupiter",)),
        development_names=Setting(("sandbox",)),
    )

    assert read({"STAGE": "Jupiter"}, config).is_production
    assert read({"STAGE": "sandbox"}, config).name == "development"
    assert read({"STAGE": "production"}).name == "undeclared"


HOME_FILE = os.path.expanduser("~/machine.json")  # noqa: PTH111
PRODUCTION_HERE = Declaration("/etc/flask-prodguard/machine.json", "production")
DEVELOPMENT_HERE = Declaration(HOME_FILE, "development")
ON_THE_NETWORK = Declaration(HOME_FILE, "development", network=True)


def test_the_levels_decide_in_their_order() -> None:
    steps: list[dict[str, t.Any]] = [
        {"environ": {"CI": "true"}},
        {"environ": KUBERNETES},
        {"environ": {"CODER": "true"}},
        {"environ": {"FLASK_ENV": "development"}},
        {"environ": {"DYNO": "web.1"}},
        {"test_runner": "unittest"},
        {"environ": {"APP_ENV": "production"}},
        {"config": GuardConfig(environment=Setting("development"))},
    ]
    environ: dict[str, str] = {}
    given: dict[str, t.Any] = {"config": GuardConfig(), "exists": nothing_exists}
    found = []
    for step in steps:
        environ |= step.get("environ", {})
        given |= {**step, "environ": environ}
        environment = read_environment(**given)
        found.append((environment.level, environment.name))

    assert [level for level, _ in found] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert [*Level] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [name for _, name in found] == [
        *("development", "production", "development", "development"),
        *("production", "development", "production", "development"),
    ]


@pytest.mark.parametrize(
    ("declarations", "name", "level", "network"),
    [
        ([PRODUCTION_HERE], "production", Level.DECLARED_PRODUCTION, False),
        ([DEVELOPMENT_HERE], "development", Level.DECLARED_DEVELOPMENT, False),
        ([ON_THE_NETWORK], "development", Level.DECLARED_DEVELOPMENT, True),
        (
            [ON_THE_NETWORK, PRODUCTION_HERE],
            "production",
            Level.DECLARED_PRODUCTION,
            False,
        ),
        (
            [Declaration("/x", problem="holds no declaration")],
            "undeclared",
            None,
            False,
        ),
    ],
)
def test_this_machine_may_be_declared(
    declarations: list[Declaration], name: str, level: Level | None, network: bool
) -> None:
    environment = read_environment({}, GuardConfig(), nothing_exists, declarations)

    assert (environment.name, environment.level) == (name, level)
    assert environment.is_explicitly_development is network
    opened = ", with --network," if network else ""
    for item in environment.deciding:
        assert item.seen == (
            f"this machine is declared {name}{opened} in {declarations[-1].shown_file}"
        )


def test_a_declared_machine_outweighs_a_cluster_but_not_a_host() -> None:
    declared = [DEVELOPMENT_HERE]

    cluster = read_environment(KUBERNETES, GuardConfig(), nothing_exists, declared)
    host = read_environment({"DYNO": "web.1"}, GuardConfig(), nothing_exists, declared)

    assert cluster.name == "development"
    assert host.is_production


def test_what_opens_the_network_does_so_for_any_kind_of_development() -> None:
    declared = [ON_THE_NETWORK]

    environment = read_environment(
        {"CODER": "true"}, GuardConfig(), nothing_exists, declared, "unittest"
    )

    assert environment.level is Level.TEST_RUN
    assert environment.is_explicitly_development


def test_a_test_is_a_test_on_any_host() -> None:
    host = {"DYNO": "web.1", **KUBERNETES}
    current = {"PYTEST_CURRENT_TEST": "test_shop.py::test_page (call)"}

    by_runner = read_environment(host, GuardConfig(), nothing_exists, (), "unittest")

    assert by_runner.name == "development"
    assert by_runner.deciding[0].seen == "unittest runs this process"
    assert read({**host, **current}).deciding[0].seen == "PYTEST_CURRENT_TEST is set"
    assert read({**host, **current}).level is Level.TEST_RUN
    assert read({**host, **current, "FLASK_ENV": "production"}).is_production


def test_a_version_that_an_image_pins_is_not_a_test_run() -> None:
    host = {"DYNO": "web.1", "PYTEST_VERSION": "8.2", "PYTEST_CURRENT_TEST": "yes"}

    assert read(host).is_production


def test_what_is_found_twice_is_reported_once() -> None:
    config = GuardConfig(environment_variables=Setting(("APP_SETTINGS",)))

    assert len(read({"APP_SETTINGS": "production"}, config).evidence) == 1


def test_thousands_of_variables_change_nothing() -> None:
    many = {f"SHOP_{number}": "1" for number in range(1000)}

    assert read({**many, "RENDER": "true"}).platform == "Render"
    assert read(many) == Environment("undeclared")


def test_the_current_environment_is_this_process_and_this_machine() -> None:
    simulated = StatedProcess(
        lambda: {"CODER": "true"},
        nothing_exists,
        lambda: (PRODUCTION_HERE,),
        lambda: "unittest",
    )
    process.stated.append(simulated)
    try:
        environment = current_environment(GuardConfig())
    finally:
        process.stated.remove(simulated)

    assert [int(item.level) for item in environment.evidence] == [2, 3, 6]


NAMES = st.sampled_from(
    ["FLASK_ENV", "APP_ENV", "ENV", "APP_SETTINGS", "DYNO", "RENDER", "K_SERVICE", "CI"]
)
WORDS = st.sampled_from([*PRODUCTION_NAMES, *DEVELOPMENT_NAMES, "web.1", "true", "x"])


@given(st.dictionaries(NAMES, WORDS | st.text()))
@settings(deadline=None)
def test_more_evidence_of_production_never_weakens_the_rest(
    environ: dict[str, str],
) -> None:
    before = read(environ)
    after = read({**environ, "PRODUCTION": "1"})

    assert after.is_production
    assert set(before.evidence) <= set(after.evidence)


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=12))
@settings(deadline=None)
def test_no_value_of_a_variable_is_shown(secret: str) -> None:
    names = ["FLASK_ENV", "ENV", "APP_SETTINGS", "DYNO", "FLY_MACHINE_ID", "PRODUCTION"]
    environ = dict.fromkeys(names, secret)
    environ["OTEL_RESOURCE_ATTRIBUTES"] = f"deployment.environment={secret}"

    assert secret not in repr(read(environ))
