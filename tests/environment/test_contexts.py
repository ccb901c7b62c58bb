"""Every place to develop of the table, and what carries its mark into production."""

from __future__ import annotations

import pytest

from flask_prodguard.config.settings import GuardConfig
from flask_prodguard.environment.contexts import CONTEXTS
from flask_prodguard.environment.evidence import Environment
from flask_prodguard.environment.evidence import Level
from flask_prodguard.environment.evidence import read_environment

KUBERNETES = {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}

PLACES = {
    "GitHub Codespaces": [{"CODESPACES": "true"}, {"CODESPACE_NAME": "shop-1"}],
    "Gitpod or Ona": [{"GITPOD_WORKSPACE_ID": "1"}, {"GITPOD_ENVIRONMENT_ID": "1"}],
    "Coder": [{"CODER": "true"}, {"CODER_WORKSPACE_NAME": "shop"}],
    "a Dev Container": [{"REMOTE_CONTAINERS": "true"}, {"DEVPOD": "true"}],
    "Eclipse Che or OpenShift Dev Spaces": [{"DEVWORKSPACE_ID": "1"}],
    "Okteto": [{"OKTETO_NAMESPACE": "ann", "OKTETO_NAME": "shop"}],
    "JupyterHub": [
        {"JUPYTERHUB_USER": "ann", "JUPYTERHUB_API_TOKEN": "t"},
        {"JUPYTERHUB_USER": "ann", "JUPYTERHUB_SERVICE_PREFIX": "/user/ann/"},
    ],
    "Google Cloud Workstations": [{"GOOGLE_CLOUD_WORKSTATIONS": "true"}],
    "Firebase Studio": [{"MONOSPACE_ENV": "true"}],
    "Amazon SageMaker Studio": [{"SAGEMAKER_APP_TYPE": "JupyterLab"}],
    "Posit Workbench": [
        {"POSIT_PRODUCT": "WORKBENCH"},
        {"RSTUDIO_PRODUCT": "WORKBENCH"},
    ],
    "a Lightning Studio": [{"LIGHTNING_CLOUDSPACE_HOST": "1.cloudspaces.litng.ai"}],
    "CodeSandbox": [{"CODESANDBOX_HOST": "h"}, {"CSB_BASE_PREVIEW_HOST": "csb.app"}],
    "a Replit workspace": [{"REPL_ID": "1"}, {"REPLIT_DEV_DOMAIN": "1.replit.dev"}],
    "a cloud shell": [
        {"CLOUD_SHELL": "true"},
        {"GOOGLE_CLOUD_SHELL": "true"},
        {"ACC_CLOUD": "PROD"},
        {"AWS_EXECUTION_ENV": "CloudShell"},
        {"C9_HOSTNAME": "1.vfs.cloud9.us-east-1.amazonaws.com"},
    ],
    "a notebook": [
        {"JPY_PARENT_PID": "1"},
        {"KAGGLE_KERNEL_RUN_TYPE": "Interactive"},
        {"COLAB_RELEASE_TAG": "release-colab_20261101"},
        {"DEEPNOTE_PROJECT_ID": "1"},
    ],
    "pytest": [{"PYTEST_VERSION": "8.2"}],
    "tox": [{"TOX_ENV_NAME": "dev"}],
    "nox": [{"NOX_CURRENT_SESSION": "serve"}],
    "PyCharm": [{"PYCHARM_HOSTED": "1"}],
    "a debugger": [{"DEBUGPY_RUNNING": "true"}, {"DEBUGPY_LAUNCHER_PORT": "1"}],
    "netlify dev": [{"NETLIFY_DEV": "true"}],
    "a local Lambda": [
        {"AWS_SAM_LOCAL": "true"},
        {"IS_OFFLINE": "true"},
        {"LOCALSTACK_HOSTNAME": "localhost"},
        {"AWS_LAMBDA_LOG_STREAM_NAME": "$LATEST"},
    ],
    "Azure Functions Core Tools": [
        {"AZURE_FUNCTIONS_ENVIRONMENT": "Development"},
        {"FUNCTIONS_CORETOOLS_ENVIRONMENT": "True"},
    ],
    "railway shell": [{"IN_RAILWAY_SHELL": "true"}],
    "dev_appserver": [{"GAE_ENV": "localdev"}],
    "a local Cloud Run": [{"K_SERVICE": "dev", "K_REVISION": "dev-00001"}],
    "vercel dev": [{"VERCEL_ENV": "development"}, {"__VERCEL_DEV_RUNNING": "1"}],
    "telepresence": [
        {"TELEPRESENCE_INTERCEPT_ID": "1"},
        {"TELEPRESENCE_ROOT": "/tmp/1"},
        {"TELEPRESENCE_CONTAINER": "shop"},
    ],
    "mirrord": [{"MIRRORD_LAYER_INTPROXY_ADDR": "127.0.0.1:1"}],
    "GitHub Actions": [{"GITHUB_ACTIONS": "true", "CI": "true"}],
    "GitLab CI": [{"GITLAB_CI": "true", "CI": "true"}],
    "CircleCI": [{"CIRCLECI": "true"}],
    "Azure Pipelines": [{"TF_BUILD": "True"}],
    "Jenkins": [{"JENKINS_URL": "http://ci.example/"}],
    "TeamCity": [{"TEAMCITY_VERSION": "2026.1"}],
    "Buildkite": [{"BUILDKITE": "true"}],
    "AWS CodeBuild": [{"CODEBUILD_BUILD_ARN": "arn"}, {"CODEBUILD_BUILD_ID": "shop:1"}],
    "Bitbucket Pipelines": [
        {"BITBUCKET_PIPELINE_UUID": "{1}"},
        {"BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_COMMIT": "0b69"},
    ],
    "Google Cloud Build": [{"BUILDER_OUTPUT": "/builder/outputs"}],
    "Drone": [{"DRONE": "true"}],
    "Woodpecker": [{"CI": "woodpecker"}, {"CI_SYSTEM_NAME": "woodpecker"}],
    "Travis CI": [{"TRAVIS": "true"}],
    "AppVeyor": [{"APPVEYOR": "True"}],
    "Semaphore": [{"SEMAPHORE": "true"}],
    "Cirrus CI": [{"CIRRUS_CI": "true"}],
    "Bamboo": [{"bamboo_planKey": "SHOP"}],
    "GoCD": [{"GO_PIPELINE_LABEL": "1", "GO_SERVER_URL": "http://ci.example/go"}],
    "Codefresh": [{"CF_BUILD_ID": "1"}],
    "Bitrise": [{"BITRISE_IO": "true"}],
    "Harness CI": [{"HARNESS_BUILD_ID": "1"}],
    "Prow": [{"PROW_JOB_ID": "1"}],
    "Screwdriver": [{"SCREWDRIVER": "true"}],
    "SourceHut": [{"CI_NAME": "sourcehut"}],
    "Heroku CI": [{"HEROKU_TEST_RUN_ID": "1"}],
}
CARRIED = {
    "a deployed Replit": {"REPL_ID": "1", "REPLIT_DEPLOYMENT": "1"},
    "a service that JupyterHub publishes": {
        "JUPYTERHUB_API_TOKEN": "t",
        "JUPYTERHUB_SERVICE_PREFIX": "/services/shop/",
    },
    "a commit that was baked into an image": {"BITBUCKET_COMMIT": "0b69"},
    "a label that was baked into an image": {"GO_PIPELINE_LABEL": "1"},
    "Posit Connect": {"POSIT_PRODUCT": "CONNECT"},
    "a Cloud Run service that is called dev": {
        "K_SERVICE": "dev",
        "K_REVISION": "dev-00001-abc",
    },
    "a Lambda function of AWS": {
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/27/[$LATEST]0b69"
    },
    "what a Jenkins job starts to stay": {
        "JENKINS_URL": "http://ci.example/",
        "BUILD_ID": "dontKillMe",
    },
    "what a Jenkins pipeline starts to stay": {
        "JENKINS_URL": "http://ci.example/",
        "JENKINS_NODE_COOKIE": "dontKillMe",
    },
    "what a workflow starts to stay": {
        "GITHUB_ACTIONS": "true",
        "RUNNER_TRACKING_ID": "0",
    },
    "switched off": {"GITHUB_ACTIONS": "false", "CI": "false", "CODER": "0"},
}
# Variables of tools that say true or false, in which any other value counts.
SWITCHES = [
    "FUNCTIONS_CORETOOLS_ENVIRONMENT",
    "GOOGLE_CLOUD_SHELL",
    "GOOGLE_CLOUD_WORKSTATIONS",
    "IN_RAILWAY_SHELL",
    "IS_OFFLINE",
    "MONOSPACE_ENV",
    "__VERCEL_DEV_RUNNING",
]
CASES = [(title, environ) for title in PLACES for environ in PLACES[title]]


def read(environ: dict[str, str]) -> Environment:
    return read_environment(environ, GuardConfig(), lambda path: False)


def test_every_place_of_the_table_is_tried_here() -> None:
    assert [*PLACES] == [each.title for each in CONTEXTS]


@pytest.mark.parametrize(("title", "environ"), CASES)
def test_a_place_to_develop_is_development(title: str, environ: dict[str, str]) -> None:
    environment = read(environ)

    assert environment.name == "development"
    assert environment.level is Level.DEVELOPMENT_CONTEXT
    assert any(item.seen.endswith(f" ({title})") for item in environment.deciding)


@pytest.mark.parametrize(("title", "environ"), CASES)
def test_a_place_in_a_cluster_is_development(
    title: str, environ: dict[str, str]
) -> None:
    for cluster in (KUBERNETES, {"NOMAD_ALLOC_ID": "1"}):
        assert read({**cluster, **environ}).name == "development"
    for host in ({"RENDER": "true"}, {"FLASK_ENV": "production"}):
        assert read({**host, **environ}).is_production


@pytest.mark.parametrize(("title", "environ"), CASES)
def test_quotes_that_docker_passes_on_hide_no_place(
    title: str, environ: dict[str, str]
) -> None:
    quoted = {name: f"'{value}'" for name, value in environ.items()}

    assert read(quoted).name == "development"


@pytest.mark.parametrize("environ", CARRIED.values(), ids=CARRIED.keys())
def test_a_mark_that_was_carried_into_production_does_not_count(
    environ: dict[str, str],
) -> None:
    assert read({**KUBERNETES, **environ}).is_production


@pytest.mark.parametrize("value", ["false", "0", "'False'", " off ", "no", ""])
@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_that_is_off_is_no_place(name: str, value: str) -> None:
    assert read({name: value}) == Environment("undeclared")
    assert read({name: "falsework"}).name == "development"


@pytest.mark.parametrize("value", ["false", "0"])
def test_a_workspace_of_replit_is_one_where_the_deployment_is_off(value: str) -> None:
    environment = read({"REPL_ID": "1", "REPLIT_DEPLOYMENT": value})

    assert environment.name == "development"


def test_a_step_of_a_workflow_is_development_on_its_runner() -> None:
    environ = {"GITHUB_ACTIONS": "true", "RUNNER_TRACKING_ID": "github_1f3d9475"}

    assert read(environ).name == "development"


def test_a_bare_ci_counts_last() -> None:
    environment = read({"CI": "true"})

    assert environment.name == "development"
    assert environment.level is Level.BARE_CI
    assert environment.deciding[0].seen == "CI=true (an unnamed CI service)"
    assert read({"CI": "1", **KUBERNETES}).is_production


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda each: each.title)
def test_a_place_names_its_source_and_the_day_it_was_read(context: object) -> None:
    source = context.source  # type: ignore[attr-defined]

    assert source.url.startswith("https://")
    assert source.read.startswith("2026-11-")
