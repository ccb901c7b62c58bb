"""Data: hosting platforms and the marks they leave.

Where each rule comes from stands beside it: the platform's own documentation, or
the source of the tool that sets the variable.
"""

from __future__ import annotations

from .contexts import LOCAL_LAMBDA
from .marks import CONDITIONAL
from .marks import equal
from .marks import matching
from .marks import Platform
from .marks import present
from .marks import STRONG

# More specific hosts come before those they are built on: the first one that is
# recognised decides where the fix is pasted.
PLATFORMS = (
    # https://devcenter.heroku.com/articles/dynos; Dokku sets DYNO as well.
    Platform(
        "Heroku",
        "heroku",
        STRONG,
        ((matching("DYNO", r"[a-z][\w-]*[.-].*"),),),
        vetoes=(present("HEROKU_TEST_RUN_ID"),),
    ),
    # https://render.com/docs/environment-variables
    Platform("Render", "render", STRONG, ((equal("RENDER", "true"),),)),
    # https://fly.io/docs/machines/runtime-environment; FLY_APP_NAME is exported by
    # hand for the Machines API.
    Platform("Fly.io", "fly", STRONG, ((present("FLY_MACHINE_ID"),),)),
    # https://cloud.google.com/appengine/docs/standard/python3/runtime
    Platform(
        "Google App Engine",
        "app-engine",
        STRONG,
        (
            (equal("GAE_ENV", "standard"),),
            (present("GAE_INSTANCE"), present("GAE_SERVICE")),
        ),
        vetoes=(equal("GAE_ENV", "localdev"),),
    ),
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide; CloudShell and
    # CodeBuild set AWS_EXECUTION_ENV to other values.
    Platform(
        "AWS ECS",
        "container",
        STRONG,
        (
            (present("ECS_CONTAINER_METADATA_URI_V4"),),
            (present("ECS_CONTAINER_METADATA_URI"),),
            (equal("AWS_EXECUTION_ENV", "aws_ecs_fargate", "aws_ecs_ec2"),),
        ),
    ),
    # No variable tells; the folders are those of its Linux platforms.
    Platform(
        "AWS Elastic Beanstalk",
        "beanstalk",
        STRONG,
        (),
        folders=("/opt/elasticbeanstalk", "/var/app/current"),
    ),
    # https://learn.microsoft.com/azure/app-service/reference-app-settings;
    # WEBSITE_HOSTNAME is set by the local tools too.
    Platform(
        "Azure App Service",
        "azure",
        STRONG,
        ((present("WEBSITE_INSTANCE_ID"),), (present("WEBSITE_SITE_NAME"),)),
        vetoes=(
            equal("AZURE_FUNCTIONS_ENVIRONMENT", "development"),
            present("FUNCTIONS_CORETOOLS_ENVIRONMENT"),
        ),
    ),
    # https://learn.microsoft.com/azure/container-apps/environment-variables
    Platform(
        "Azure Container Apps",
        "container",
        STRONG,
        (
            (present("CONTAINER_APP_NAME"), present("CONTAINER_APP_REVISION")),
            (present("CONTAINER_APP_NAME"), present("CONTAINER_APP_REPLICA_NAME")),
        ),
    ),
    # https://docs.cloudfoundry.org/devguide/deploy-apps/environment-variable.html
    Platform(
        "Cloud Foundry",
        "heroku",
        STRONG,
        ((present("VCAP_APPLICATION"), present("CF_INSTANCE_GUID")),),
    ),
    # https://www.koyeb.com/docs/build-and-deploy/environment-variables
    Platform(
        "Koyeb",
        "start-command",
        STRONG,
        ((present("KOYEB_INSTANCE_ID"),), (present("KOYEB_SERVICE_ID"),)),
    ),
    # https://northflank.com/docs/v1/application/secure/inject-secrets
    Platform(
        "Northflank",
        "start-command",
        STRONG,
        ((present("NF_PROJECT_ID"), present("NF_OBJECT_ID")),),
    ),
    # https://zeabur.com/docs/deploy/config/environment-variables
    Platform(
        "Zeabur",
        "start-command",
        STRONG,
        ((present("ZEABUR_SERVICE_ID"),), (present("ZEABUR"),)),
    ),
    # https://doc.scalingo.com/platform/app/environment
    Platform("Scalingo", "heroku", STRONG, ((present("SCALINGO_APPLICATION_ID"),),)),
    # https://www.clever-cloud.com/developers/doc/reference
    Platform(
        "Clever Cloud",
        "start-command",
        STRONG,
        ((present("CC_DEPLOYMENT_ID"), equal("INSTANCE_TYPE", "production")),),
    ),
    # https://docs.replit.com/cloud-services/deployments; a workspace lacks it.
    Platform("Replit", "replit", STRONG, ((equal("REPLIT_DEPLOYMENT", "1"),),)),
    # https://huggingface.co/docs/hub/spaces-overview
    Platform(
        "Hugging Face Spaces",
        "docker",
        STRONG,
        ((present("SPACE_ID"), present("SPACE_HOST")),),
    ),
    # https://developer.hashicorp.com/nomad/docs/runtime/environment
    Platform("Nomad", "container", STRONG, ((present("NOMAD_ALLOC_ID"),),)),
    # https://docs.posit.co/connect
    Platform(
        "Posit Connect",
        "posit",
        STRONG,
        (
            (equal("POSIT_PRODUCT", "connect"),),
            (equal("RSTUDIO_PRODUCT", "connect"),),
        ),
    ),
    # https://docs.snowflake.com/developer-guide/snowflake-app-runtime
    Platform(
        "Snowflake",
        "container",
        STRONG,
        ((present("SNOWFLAKE_SERVICE_NAME"), present("SNOWFLAKE_HOST")),),
    ),
    # https://cloud.google.com/run/docs/container-contract
    Platform(
        "Google Cloud Run",
        "cloud-run",
        STRONG,
        ((present("CLOUD_RUN_JOB"), present("CLOUD_RUN_EXECUTION")),),
    ),
    # The same contract; K_SERVICE=dev is Google's recipe for a local docker run.
    Platform(
        "Google Cloud Run",
        "cloud-run",
        CONDITIONAL,
        (
            (present("K_SERVICE"), present("K_REVISION"), present("K_CONFIGURATION")),
            (present("FUNCTION_TARGET"), present("K_SERVICE"), present("K_REVISION")),
            (present("FUNCTION_NAME"), present("GCP_PROJECT")),
        ),
        vetoes=(equal("K_SERVICE", "dev"),),
    ),
    # https://docs.railway.com/reference/variables; `railway run` injects the other
    # RAILWAY_* variables on a laptop.
    Platform(
        "Railway",
        "railway",
        CONDITIONAL,
        ((present("RAILWAY_REPLICA_ID"),), (present("RAILWAY_DEPLOYMENT_ID"),)),
        vetoes=(present("IN_RAILWAY_SHELL"),),
    ),
    # https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    Platform(
        "AWS Lambda",
        "lambda",
        CONDITIONAL,
        ((present("AWS_LAMBDA_FUNCTION_NAME"), present("LAMBDA_TASK_ROOT")),),
        vetoes=LOCAL_LAMBDA,
    ),
    # https://vercel.com/docs/environment-variables/system-environment-variables
    Platform(
        "Vercel",
        "vercel",
        CONDITIONAL,
        ((equal("VERCEL", "1"), equal("VERCEL_ENV", "production", "preview")),),
        vetoes=(present("__VERCEL_DEV_RUNNING"),),
    ),
    # https://docs.databricks.com/en/dev-tools/databricks-apps/system-env.html;
    # `databricks apps run-local` sets no DATABRICKS_CLIENT_ID.
    Platform(
        "Databricks Apps",
        "databricks",
        CONDITIONAL,
        ((present("DATABRICKS_APP_NAME"), present("DATABRICKS_CLIENT_ID")),),
    ),
    # https://docs.platform.sh: its development environments are public as well.
    Platform(
        "Platform.sh",
        "platform-sh",
        CONDITIONAL,
        (
            (
                present("PLATFORM_APPLICATION_NAME"),
                present("PLATFORM_PROJECT"),
                equal(
                    "PLATFORM_ENVIRONMENT_TYPE", "production", "staging", "development"
                ),
            ),
        ),
    ),
    # https://github.com/pythonanywhere/helper_scripts; its consoles have it too.
    Platform(
        "PythonAnywhere",
        "pythonanywhere",
        CONDITIONAL,
        ((present("PYTHONANYWHERE_DOMAIN"),),),
    ),
    # https://kubernetes.io/docs/concepts/containers/container-environment; the two
    # tools copy a pod's environment to a laptop.
    Platform(
        "Kubernetes",
        "kubernetes",
        CONDITIONAL,
        ((present("KUBERNETES_SERVICE_HOST"),),),
        veto_prefixes=("TELEPRESENCE_", "MIRRORD_"),
    ),
)
