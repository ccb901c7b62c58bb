"""Every host of the table, as it sets its variables, and what only looks like one."""

from __future__ import annotations

import pytest

from flask_prodguard.config.settings import GuardConfig
from flask_prodguard.environment.evidence import Environment
from flask_prodguard.environment.evidence import Level
from flask_prodguard.environment.evidence import read_environment
from flask_prodguard.environment.platforms import PLATFORMS

TASK = "0b69d5c0-d655-4695-98cd-5d2d526d9d5a"
FARGATE_TASK = "0b69d5c0d65546959cd5d2d526d9d5aa-527074092"

STRONG = {
    "Heroku": [
        {"DYNO": "web.1", "PORT": "3000"},
        {"DYNO": "web-12a34b56d-e78f9"},
        {"DYNO": "run.9157"},
        {"DYNO": "Worker.2"},
    ],
    "Render": [{"RENDER": "true", "RENDER_SERVICE_ID": "srv-1", "CI": "true"}],
    "Fly.io": [{"FLY_MACHINE_ID": "148ed193b95948", "FLY_APP_NAME": "shop"}],
    "Google App Engine": [
        {"GAE_ENV": "standard", "GAE_SERVICE": "default", "PORT": "8081"},
        {"GAE_INSTANCE": "aef-default-1", "GAE_SERVICE": "default"},
    ],
    "AWS ECS": [
        {"ECS_CONTAINER_METADATA_URI_V4": f"http://169.254.170.2/v4/{FARGATE_TASK}"},
        {"ECS_CONTAINER_METADATA_URI_V4": f"http://169.254.170.2/v4/{TASK}"},
        {"ECS_CONTAINER_METADATA_URI": f"http://169.254.170.2/v3/{TASK}"},
        {"AWS_EXECUTION_ENV": "AWS_ECS_FARGATE"},
        {"AWS_EXECUTION_ENV": "AWS_ECS_EC2"},
        {"AWS_EXECUTION_ENV": "AWS_ECS_MANAGED_INSTANCES"},
    ],
    "Azure App Service": [{"WEBSITE_INSTANCE_ID": "0b69"}, {"WEBSITE_SITE_NAME": "s"}],
    "Azure Container Apps": [
        {"CONTAINER_APP_NAME": "shop", "CONTAINER_APP_REVISION": "shop--1"},
        {"CONTAINER_APP_NAME": "shop", "CONTAINER_APP_REPLICA_NAME": "shop--1-0"},
    ],
    "Cloud Foundry": [{"VCAP_APPLICATION": "{}", "CF_INSTANCE_GUID": TASK}],
    "Koyeb": [{"KOYEB_INSTANCE_ID": "0b69", "KOYEB_SERVICE_ID": "0b69"}],
    "Zeabur": [
        {"ZEABUR_SERVICE_ID": "0b69", "CONTAINER_HOSTNAME": "service-0b69"},
        {"ZEABUR": "1"},
    ],
    "Scalingo": [{"SCALINGO_APPLICATION_ID": f"ap-{TASK}", "CONTAINER": "web-1"}],
    "Clever Cloud": [{"CC_DEPLOYMENT_ID": TASK, "INSTANCE_TYPE": "production"}],
    "Replit": [{"REPLIT_DEPLOYMENT": "1", "REPL_ID": TASK}],
    "Hugging Face Spaces": [
        {"SPACE_ID": "ann/shop", "SPACE_HOST": "ann-shop.hf.space"}
    ],
    "Kamal": [{"KAMAL_CONTAINER_NAME": "shop-web-1", "KAMAL_VERSION": "1"}],
    "Posit Connect": [
        {"POSIT_PRODUCT": "CONNECT", "RSTUDIO_PRODUCT": "CONNECT"},
        {"RSTUDIO_PRODUCT": "CONNECT"},
        {"POSIT_PRODUCT": "CONNECT_CLOUD"},
    ],
    "Snowflake": [
        {"SNOWFLAKE_SERVICE_NAME": "SHOP", "SNOWFLAKE_HOST": "x.snowflake.example"},
        {"SNOWFLAKE_RUNNING_INSIDE_SPCS": "true"},
    ],
    "IBM Cloud Code Engine": [
        {"CE_APP": "shop", "CE_PROJECT_ID": TASK, "K_SERVICE": "shop"}
    ],
    "Google Cloud Run": [{"CLOUD_RUN_JOB": "j", "CLOUD_RUN_EXECUTION": "j-1"}],
}
CONDITIONAL = {
    # As a bot has it that deploys itself, and a pipeline.
    "Koyeb": [{"KOYEB_SERVICE_ID": "0b69", "KOYEB_API_TOKEN": "t"}],
    "Zeabur": [{"ZEABUR_SERVICE_ID": "0b69", "ZEABUR_PROJECT_ID": "0b69"}],
    "Google Cloud Run": [
        {"K_SERVICE": "shop", "K_REVISION": "shop-1", "K_CONFIGURATION": "shop"},
        {"K_SERVICE": "shop", "K_REVISION": "shop-1", "FUNCTION_TARGET": "shop"},
    ],
    "Railway": [
        {"RAILWAY_REPLICA_ID": TASK, "RAILWAY_DEPLOYMENT_ID": TASK, "CI": "true"},
        {"RAILWAY_DEPLOYMENT_ID": TASK},
    ],
    "AWS Lambda": [
        {"AWS_LAMBDA_FUNCTION_NAME": "shop", "LAMBDA_TASK_ROOT": "/var/task"}
    ],
    "Vercel": [
        {"VERCEL": "1", "VERCEL_ENV": "production"},
        {"VERCEL": "1", "VERCEL_ENV": "preview"},
    ],
    "Databricks Apps": [{"DATABRICKS_APP_NAME": "s", "DATABRICKS_CLIENT_ID": TASK}],
    "Platform.sh": [
        {
            "PLATFORM_APPLICATION_NAME": "shop",
            "PLATFORM_PROJECT": "abc",
            "PLATFORM_ENVIRONMENT_TYPE": "development",
        }
    ],
    "PythonAnywhere": [{"PYTHONANYWHERE_DOMAIN": "pythonanywhere.com"}],
    "Coolify": [
        {"COOLIFY_RESOURCE_UUID": TASK, "COOLIFY_FQDN": "shop.example"},
        {"COOLIFY_FQDN": "shop.example"},
        {"COOLIFY_CONTAINER_NAME": "shop-1"},
    ],
    "Cloudflare Containers": [
        {"CLOUDFLARE_APPLICATION_ID": TASK, "CLOUDFLARE_DURABLE_OBJECT_ID": TASK}
    ],
    "Modal": [{"MODAL_IS_REMOTE": "1", "MODAL_TASK_ID": "ta-1"}],
    "balena": [{"BALENA": "1", "BALENA_DEVICE_UUID": "0b69"}],
    "Qovery": [{"QOVERY_APPLICATION_ID": TASK}],
    "Nomad": [{"NOMAD_ALLOC_ID": TASK}],
    "Kubernetes": [{"KUBERNETES_SERVICE_HOST": "10.0.0.1"}],
}
FOLDERS = {"AWS Elastic Beanstalk": "/opt/elasticbeanstalk"}

KUBERNETES = {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}
FARGATE = {
    "ECS_CONTAINER_METADATA_URI_V4": f"http://169.254.170.2/v4/{FARGATE_TASK}",
    "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE",
}
LOOKALIKES = {
    "Amazon's local endpoints": {
        "ECS_CONTAINER_METADATA_URI": "http://169.254.170.2/v3",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/creds",
    },
    "Amazon's local endpoints, version 4": {
        "ECS_CONTAINER_METADATA_URI_V4": "http://169.254.170.2/v3/containers/shop"
    },
    "CodeBuild": {
        "AWS_EXECUTION_ENV": "AWS_ECS_EC2",
        "ECS_CONTAINER_METADATA_URI": f"http://169.254.170.2/v3/{TASK}",
        "CODEBUILD_BUILD_ARN": "arn:aws:codebuild:eu-west-1:1:build/shop:1",
    },
    "a Jenkins agent on Fargate": {**FARGATE, "JENKINS_URL": "http://ci.example"},
    "a Coder workspace on ECS": {**FARGATE, "CODER": "true"},
    "CloudShell": {"AWS_EXECUTION_ENV": "CloudShell"},
    "another tool of Amazon's": {"AWS_EXECUTION_ENV": "AmazonQ"},
    "Heroku CI": {"DYNO": "run.1", "HEROKU_TEST_RUN_ID": "1"},
    "a dynamo": {"DYNO": "1"},
    "a Coder workspace on Fly.io": {"FLY_MACHINE_ID": "1", "CODER": "true"},
    "Zeabur, switched off": {"ZEABUR": "false"},
    "the Machines API": {"FLY_APP_NAME": "shop"},
    "dev_appserver": {"GAE_ENV": "localdev", "GAE_INSTANCE": "1", "GAE_SERVICE": "1"},
    "Azure's local tools": {"WEBSITE_HOSTNAME": "localhost:7071"},
    "Azure's local tools, with a site": {
        "WEBSITE_SITE_NAME": "s",
        "FUNCTIONS_CORETOOLS_ENVIRONMENT": "True",
    },
    "half of Container Apps": {"CONTAINER_APP_NAME": "shop"},
    "a copied .env": {"VCAP_APPLICATION": "{}"},
    "a bot's setting": {"KOYEB_APP_NAME": "shop"},
    "a client of Zeabur's": {"ZEABUR_API_KEY": "k", "ZEABUR_PROJECT_ID": "p"},
    "a build of Clever Cloud's": {"CC_DEPLOYMENT_ID": "1", "INSTANCE_TYPE": "build"},
    "a workspace of Replit's": {"REPL_ID": TASK},
    "the Hub's API": {"SPACE_ID": "ann/shop"},
    "a hook of Kamal's": {"KAMAL_VERSION": "1", "KAMAL_HOSTS": "shop.example"},
    "Posit Workbench": {"POSIT_PRODUCT": "WORKBENCH"},
    "a client of Snowflake's": {"SNOWFLAKE_HOST": "x.snowflake.example"},
    "the command line of Code Engine": {"CE_PROJECT_ID": TASK},
    "Google's local docker run": {
        "K_SERVICE": "dev",
        "K_REVISION": "dev-00001",
        "K_CONFIGURATION": "dev",
    },
    "functions-framework": {"FUNCTION_TARGET": "shop"},
    "railway run": {"RAILWAY_ENVIRONMENT_ID": "e", "RAILWAY_SERVICE_ID": "s"},
    "railway shell": {"RAILWAY_REPLICA_ID": "r", "IN_RAILWAY_SHELL": "true"},
    "the emulator in the images of Lambda": {
        **CONDITIONAL["AWS Lambda"][0],
        "AWS_LAMBDA_LOG_STREAM_NAME": "$LATEST",
    },
    "SAM": {**CONDITIONAL["AWS Lambda"][0], "AWS_SAM_LOCAL": "true"},
    "serverless-offline": {**CONDITIONAL["AWS Lambda"][0], "IS_OFFLINE": "true"},
    "LocalStack": {**CONDITIONAL["AWS Lambda"][0], "LOCALSTACK_HOSTNAME": "localhost"},
    "vercel dev": {"VERCEL": "1", "VERCEL_ENV": "development"},
    "vercel dev, running": {
        "VERCEL": "1",
        "VERCEL_ENV": "preview",
        "__VERCEL_DEV_RUNNING": "1",
    },
    "databricks apps run-local": {"DATABRICKS_APP_NAME": "app"},
    "Platform.sh's command line": {"PLATFORM_PROJECT": "abc"},
    "a client of PythonAnywhere's": {"PYTHONANYWHERE_SITE": "www.pythonanywhere.com"},
    "a client of Coolify's": {"COOLIFY_URL": "https://c.example", "COOLIFY_TOKEN": "t"},
    "a client of Cloudflare's": {"CLOUDFLARE_API_TOKEN": "t"},
    "a client of Modal's": {"MODAL_ENVIRONMENT": "main", "MODAL_TOKEN_ID": "t"},
    "a client of balena's": {"BALENA_API_KEY": "k"},
    "a client of Qovery's": {"QOVERY_API_TOKEN": "t"},
    "a client of Nomad's": {"NOMAD_ADDR": "http://127.0.0.1:4646"},
    "telepresence": {**KUBERNETES, "TELEPRESENCE_ROOT": "/tmp/1"},
    "mirrord": {**KUBERNETES, "MIRRORD_LAYER_INTPROXY_ADDR": "127.0.0.1:1"},
}


def read(environ: dict[str, str], folder: str = "") -> Environment:
    return read_environment(environ, GuardConfig(), lambda path: path == folder)


def cases(table: dict[str, list[dict[str, str]]]) -> list[tuple[str, dict[str, str]]]:
    return [(title, environ) for title in table for environ in table[title]]


def test_every_host_of_the_table_is_tried_here() -> None:
    titles = {
        tier: {each.title for each in PLATFORMS if each.tier == tier}
        for tier in ("strong", "conditional")
    }

    assert {*STRONG, *FOLDERS} == titles["strong"]
    assert {*CONDITIONAL} == titles["conditional"]


@pytest.mark.parametrize(("title", "environ"), cases(STRONG))
def test_a_host_that_no_laptop_imitates_is_production(
    title: str, environ: dict[str, str]
) -> None:
    environment = read({**environ, "FLASK_ENV": "development", "CI": "true"})

    assert environment.is_production
    assert environment.level is Level.STRONG_PLATFORM
    assert environment.platform == title
    says = [item.says for item in environment.contradicting]
    assert says == ["development"] * len(says)
    assert len(says) > 1


@pytest.mark.parametrize(("title", "environ"), cases(CONDITIONAL))
def test_a_host_that_is_imitated_is_production_without_evidence_to_the_contrary(
    title: str, environ: dict[str, str]
) -> None:
    environment = read(environ)

    assert environment.is_production
    assert environment.level is Level.CONDITIONAL_PLATFORM
    assert environment.platform == title
    # A builder's CI=true is in the image, and isn't evidence here.
    assert read({**environ, "CI": "true"}).is_production
    assert read({**environ, "FLASK_ENV": "dev"}).name == "development"
    assert read({**environ, "GITHUB_ACTIONS": "true"}).name == "development"


@pytest.mark.parametrize(
    ("title", "environ"), [*cases(STRONG), *cases(CONDITIONAL)], ids=str
)
def test_quotes_that_docker_passes_on_hide_no_host(
    title: str, environ: dict[str, str]
) -> None:
    quoted = {name: f'"{value}"' for name, value in environ.items()}

    assert read(quoted).platform == title


@pytest.mark.parametrize(("title", "folder"), FOLDERS.items())
def test_a_host_without_a_variable_is_known_by_its_folder(
    title: str, folder: str
) -> None:
    environment = read({}, folder)

    assert environment.platform == title
    assert environment.deciding[0].seen == f"{folder} exists ({title})"


def test_a_folder_that_is_an_ordinary_workdir_is_not_a_host() -> None:
    assert read({}, "/var/app/current") == Environment("undeclared")


@pytest.mark.parametrize("environ", LOOKALIKES.values(), ids=LOOKALIKES.keys())
def test_what_only_looks_like_a_host_is_not_production(environ: dict[str, str]) -> None:
    environment = read(environ)

    assert not environment.is_production
    assert environment.platform is None


def test_a_flag_that_was_left_in_the_image_does_not_outweigh_a_task() -> None:
    assert read({**FARGATE, "FLASK_ENV": "development"}).is_production


@pytest.mark.parametrize(
    "environ",
    [
        {**FARGATE, "JENKINS_URL": "http://ci.example", "BUILD_ID": "dontKillMe"},
        {"WEBSITE_INSTANCE_ID": "0b", "AZURE_FUNCTIONS_ENVIRONMENT": "Development"},
        {**CONDITIONAL["AWS Lambda"][0], "IS_OFFLINE": "false"},
        {"RAILWAY_REPLICA_ID": "r", "IN_RAILWAY_SHELL": "false"},
        {
            "K_SERVICE": "dev",
            "K_REVISION": "dev-00001-abc",
            "K_CONFIGURATION": "dev",
        },
    ],
    ids=["Jenkins", "Azure", "Lambda", "Railway", "Cloud Run"],
)
def test_what_can_be_set_on_the_host_itself_vetoes_nothing(
    environ: dict[str, str],
) -> None:
    assert read(environ).is_production


def test_a_debugger_does_not_make_a_task_a_guest() -> None:
    assert read({**FARGATE, "DEBUGPY_RUNNING": "true"}).is_production


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda each: each.title)
def test_a_host_names_its_source_and_the_day_it_was_read(platform: object) -> None:
    source = platform.source  # type: ignore[attr-defined]

    assert source.url.startswith("https://")
    assert source.read.startswith("2026-11-")
