from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from flask_prodguard.config.settings import GuardConfig
from flask_prodguard.config.settings import Setting
from flask_prodguard.environment.declarations import DEVELOPMENT_NAMES
from flask_prodguard.environment.declarations import PRODUCTION_NAMES
from flask_prodguard.environment.evidence import Environment
from flask_prodguard.environment.evidence import Level
from flask_prodguard.environment.evidence import read_environment
from flask_prodguard.guard.judge import require_config

KUBERNETES = {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}
CLOUD_RUN = {"K_SERVICE": "shop", "K_REVISION": "shop-1", "K_CONFIGURATION": "shop"}
LAMBDA = {"AWS_LAMBDA_FUNCTION_NAME": "f", "LAMBDA_TASK_ROOT": "/var/task"}
RAILWAY = {"RAILWAY_REPLICA_ID": "r"}


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
def test_what_says_nothing_decides_nothing(environ: dict[str, str]) -> None:
    assert read(environ).name == "undeclared"


@pytest.mark.parametrize(
    ("environ", "platform", "place"),
    [
        ({"DYNO": "web.1"}, "Heroku", "heroku"),
        ({"DYNO": "web-12a34b56d-e78f9"}, "Heroku", "heroku"),
        ({"RENDER": "true"}, "Render", "render"),
        ({"FLY_MACHINE_ID": "1"}, "Fly.io", "fly"),
        ({"GAE_ENV": "standard"}, "Google App Engine", "app-engine"),
        (
            {"GAE_INSTANCE": "i", "GAE_SERVICE": "s"},
            "Google App Engine",
            "app-engine",
        ),
        ({"ECS_CONTAINER_METADATA_URI_V4": "http://x"}, "AWS ECS", "container"),
        ({"AWS_EXECUTION_ENV": "AWS_ECS_FARGATE"}, "AWS ECS", "container"),
        ({"WEBSITE_INSTANCE_ID": "i"}, "Azure App Service", "azure"),
        (
            {"CONTAINER_APP_NAME": "a", "CONTAINER_APP_REVISION": "r"},
            "Azure Container Apps",
            "container",
        ),
        (
            {"VCAP_APPLICATION": "{}", "CF_INSTANCE_GUID": "g"},
            "Cloud Foundry",
            "heroku",
        ),
        ({"REPLIT_DEPLOYMENT": "1"}, "Replit", "replit"),
        ({"POSIT_PRODUCT": "CONNECT"}, "Posit Connect", "posit"),
        ({"NOMAD_ALLOC_ID": "a"}, "Nomad", "container"),
        (
            {"CLOUD_RUN_JOB": "j", "CLOUD_RUN_EXECUTION": "e"},
            "Google Cloud Run",
            "cloud-run",
        ),
    ],
)
def test_a_platform_that_no_laptop_imitates_is_production(
    environ: dict[str, str], platform: str, place: str
) -> None:
    environment = read({"FLASK_ENV": "development", "CI": "true", **environ})

    assert environment.is_production
    assert environment.level is Level.STRONG_PLATFORM
    assert (environment.platform, environment.place) == (platform, place)
    assert [item.says for item in environment.contradicting] == ["development"] * 2


@pytest.mark.parametrize(
    ("environ", "seen"),
    [
        ({"DYNO": "web.1"}, "DYNO is set (Heroku)"),
        ({"RENDER": " True "}, "RENDER=true (Render)"),
        (
            {"GAE_INSTANCE": "i", "GAE_SERVICE": "s"},
            "GAE_INSTANCE is set, GAE_SERVICE is set (Google App Engine)",
        ),
        ({"CI": "true"}, "CI=true (CI)"),
    ],
)
def test_a_mark_is_told_of_with_what_leaves_it(
    environ: dict[str, str], seen: str
) -> None:
    assert [item.seen for item in read(environ).evidence] == [seen]


@pytest.mark.parametrize(
    ("environ", "platform"),
    [
        (KUBERNETES, "Kubernetes"),
        (CLOUD_RUN, "Google Cloud Run"),
        (LAMBDA, "AWS Lambda"),
        (RAILWAY, "Railway"),
        ({"RAILWAY_DEPLOYMENT_ID": "d", "CI": "true"}, "Railway"),
        ({"VERCEL": "1", "VERCEL_ENV": "preview"}, "Vercel"),
        ({"PYTHONANYWHERE_DOMAIN": "x"}, "PythonAnywhere"),
        (
            {"DATABRICKS_APP_NAME": "a", "DATABRICKS_CLIENT_ID": "c"},
            "Databricks Apps",
        ),
    ],
)
def test_a_platform_that_is_imitated_is_production_if_nothing_speaks_against_it(
    environ: dict[str, str], platform: str
) -> None:
    environment = read(environ)

    assert environment.level is Level.CONDITIONAL_PLATFORM
    assert environment.platform == platform
    assert read({**environ, "FLASK_ENV": "dev"}).name == "development"


@pytest.mark.parametrize(
    "environ",
    [
        {**KUBERNETES, "TELEPRESENCE_INTERCEPT_ID": "1"},
        {**KUBERNETES, "MIRRORD_ANYTHING": "1"},
        {**KUBERNETES, "GITPOD_WORKSPACE_ID": "1"},
        {**KUBERNETES, "CODER": "true", "CODER_WORKSPACE_NAME": "shop"},
        {**KUBERNETES, "PYTEST_VERSION": "8"},
        {**CLOUD_RUN, "K_SERVICE": "dev"},
        {**LAMBDA, "AWS_SAM_LOCAL": "true"},
        {**LAMBDA, "IS_OFFLINE": "true"},
        {**RAILWAY, "IN_RAILWAY_SHELL": "true"},
        {"VERCEL": "1", "VERCEL_ENV": "development"},
        {"DYNO": "web.1", "HEROKU_TEST_RUN_ID": "1"},
        {"GAE_ENV": "localdev", "GAE_INSTANCE": "1", "GAE_SERVICE": "1"},
        {"WEBSITE_SITE_NAME": "s", "FUNCTIONS_CORETOOLS_ENVIRONMENT": "True"},
    ],
)
def test_an_emulator_is_not_production(environ: dict[str, str]) -> None:
    environment = read(environ)

    assert not environment.is_production


@pytest.mark.parametrize(
    "environ",
    [
        {"PYTEST_VERSION": "8.2"},
        {"CODESPACES": "true"},
        {"CODER": "true"},
        {"CODER_WORKSPACE_NAME": "shop"},
        {"REMOTE_CONTAINERS": "true"},
        {"AWS_EXECUTION_ENV": "CloudShell"},
        {"REPL_ID": "1"},
        {"JPY_PARENT_PID": "1"},
        {"PYCHARM_HOSTED": "1"},
        {"DEBUGPY_RUNNING": "true"},
        {"CI": "true"},
        {"GITHUB_ACTIONS": "true"},
    ],
)
def test_a_development_tool_is_development(environ: dict[str, str]) -> None:
    environment = read(environ)

    assert environment.name == "development"
    assert environment.level is Level.DEVELOPMENT_CONTEXT


def test_a_deployed_replit_is_no_workspace() -> None:
    assert read({"REPL_ID": "1", "REPLIT_DEPLOYMENT": "1"}).contradicting == ()


@pytest.mark.parametrize("folder", ["/opt/elasticbeanstalk", "/var/app/current"])
def test_elastic_beanstalk_is_known_by_its_folders(folder: str) -> None:
    environment = read({}, exists=lambda path: path == folder)

    assert environment.platform == "AWS Elastic Beanstalk"
    assert environment.deciding[0].seen == f"{folder} exists (AWS Elastic Beanstalk)"


def test_a_failing_probe_is_no_evidence() -> None:
    def fail(_: str) -> t.NoReturn:
        raise PermissionError

    assert read({}, exists=fail) == Environment("undeclared")


@pytest.mark.parametrize("environ", [{"container": "podman"}, {}])
def test_a_container_is_noticed_and_decides_nothing(environ: dict[str, str]) -> None:
    environment = read(
        environ, exists=lambda path: not environ and path == "/.dockerenv"
    )

    assert environment == Environment("undeclared", container=True)


def test_the_final_word_comes_first() -> None:
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


def test_the_levels_decide_in_their_order() -> None:
    steps = [
        KUBERNETES,
        {"CI": "true"},
        {"FLASK_ENV": "development"},
        {"DYNO": "web.1"},
        {"APP_ENV": "production"},
    ]
    environ: dict[str, str] = {}
    levels = []
    for step in steps:
        environ |= step
        levels.append(read(environ).level)

    assert levels == [6, 5, 4, 3, 2]
    assert [*Level] == [1, 2, 3, 4, 5, 6]


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
