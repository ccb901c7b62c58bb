"""Data: hosting platforms and the marks they leave.

Each rule names its source, the platform's own documentation or the code that sets the
variable, and the date on which it was read. A repository was read at its newest commit
at that time.
"""

from __future__ import annotations

from .contexts import LOCAL_CLOUD_RUN
from .contexts import LOCAL_LAMBDA
from .marks import any_of
from .marks import CONDITIONAL
from .marks import equal
from .marks import matching
from .marks import Platform
from .marks import present
from .marks import Source
from .marks import STRONG
from .marks import switched_on

# The agent of ECS writes the task into the address: 32 hexadecimal digits and a number
# on Fargate, a UUID on EC2. Amazon's local endpoints, which are for laptops, have none:
# https://github.com/awslabs/amazon-ecs-local-container-endpoints docs/features.md
TASK = r"https?://[^/]+/v[34]/(?:[0-9a-f]{32}-\d+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
TASK_EXAMPLE = f"http://169.254.170.2/v4/{32 * '0'}-1"

# More specific hosts come before those they are built on: the first one that is
# recognised decides where the fix is pasted.
PLATFORMS = (
    # Dokku sets DYNO as well. `heroku local` does not.
    Platform(
        "Heroku",
        "heroku",
        STRONG,
        any_of(matching("DYNO", r"[A-Za-z][\w-]*[.-].*", "web.1")),
        Source("https://devcenter.heroku.com/articles/dyno-startup-behavior"),
        vetoes=(present("HEROKU_TEST_RUN_ID"),),
    ),
    Platform(
        "Render",
        "render",
        STRONG,
        any_of(equal("RENDER", "true")),
        Source("https://render.com/docs/environment-variables"),
    ),
    # FLY_APP_NAME is exported by hand for the Machines API. Coder has a template for
    # workspaces that are such machines.
    Platform(
        "Fly.io",
        "fly",
        STRONG,
        any_of(present("FLY_MACHINE_ID")),
        Source("https://fly.io/docs/machines/runtime-environment/"),
        hosts_development=True,
    ),
    Platform(
        "Google App Engine",
        "app-engine",
        STRONG,
        (
            (equal("GAE_ENV", "standard"),),
            (present("GAE_INSTANCE"), present("GAE_SERVICE")),
        ),
        Source("https://cloud.google.com/appengine/docs/standard/python3/runtime"),
        vetoes=(equal("GAE_ENV", "localdev"),),
    ),
    # Builds of CodeBuild, agents of other CI services and workspaces are tasks too.
    # CloudShell sets AWS_EXECUTION_ENV to another value.
    Platform(
        "AWS ECS",
        "container",
        STRONG,
        any_of(
            matching("ECS_CONTAINER_METADATA_URI_V4", TASK, TASK_EXAMPLE),
            matching("ECS_CONTAINER_METADATA_URI", TASK, TASK_EXAMPLE),
            equal(
                "AWS_EXECUTION_ENV",
                "aws_ecs_fargate",
                "aws_ecs_ec2",
                "aws_ecs_managed_instances",
            ),
        ),
        Source(
            "https://github.com/aws/amazon-ecs-agent/blob/8dfceca6c/agent/api/container/container.go"
        ),
        hosts_development=True,
    ),
    # No variable identifies it. Its applications are below /var/app/current, but that
    # is an ordinary WORKDIR in Dockerfiles as well.
    Platform(
        "AWS Elastic Beanstalk",
        "beanstalk",
        STRONG,
        (),
        Source(
            "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.html"
        ),
        folders=("/opt/elasticbeanstalk",),
    ),
    # WEBSITE_HOSTNAME is set by the local tools too, and AZURE_FUNCTIONS_ENVIRONMENT
    # can be set by hand on Azure: https://github.com/Azure/azure-functions-host/issues/4491
    Platform(
        "Azure App Service",
        "azure",
        STRONG,
        any_of(present("WEBSITE_INSTANCE_ID"), present("WEBSITE_SITE_NAME")),
        Source("https://learn.microsoft.com/azure/app-service/reference-app-settings"),
        vetoes=(switched_on("FUNCTIONS_CORETOOLS_ENVIRONMENT"),),
    ),
    Platform(
        "Azure Container Apps",
        "container",
        STRONG,
        (
            (present("CONTAINER_APP_NAME"), present("CONTAINER_APP_REVISION")),
            (present("CONTAINER_APP_NAME"), present("CONTAINER_APP_REPLICA_NAME")),
        ),
        Source(
            "https://learn.microsoft.com/azure/container-apps/environment-variables"
        ),
    ),
    Platform(
        "Cloud Foundry",
        "heroku",
        STRONG,
        ((present("VCAP_APPLICATION"), present("CF_INSTANCE_GUID")),),
        Source(
            "https://docs.cloudfoundry.org/devguide/deploy-apps/environment-variable.html"
        ),
    ),
    # KOYEB_APP_NAME is set by hand.
    Platform(
        "Koyeb",
        "start-command",
        STRONG,
        any_of(present("KOYEB_INSTANCE_ID")),
        Source("https://www.koyeb.com/docs/build-and-deploy/environment-variables"),
    ),
    # Bots that deploy themselves are given this one by hand, for Koyeb's API.
    Platform(
        "Koyeb",
        "start-command",
        CONDITIONAL,
        any_of(present("KOYEB_SERVICE_ID")),
        Source("https://www.koyeb.com/docs/build-and-deploy/environment-variables"),
    ),
    Platform(
        "Zeabur",
        "start-command",
        STRONG,
        (
            (switched_on("ZEABUR"),),
            (present("ZEABUR_SERVICE_ID"), present("CONTAINER_HOSTNAME")),
        ),
        Source("https://zeabur.com/docs/en-US/deploy/special-variables"),
    ),
    # Pipelines that deploy to it, and clients of its API, are given this one by hand.
    Platform(
        "Zeabur",
        "start-command",
        CONDITIONAL,
        any_of(present("ZEABUR_SERVICE_ID")),
        Source("https://zeabur.com/docs/en-US/deploy/special-variables"),
    ),
    Platform(
        "Scalingo",
        "heroku",
        STRONG,
        any_of(present("SCALINGO_APPLICATION_ID")),
        Source("https://doc.scalingo.com/platform/app/environment"),
    ),
    Platform(
        "Clever Cloud",
        "start-command",
        STRONG,
        ((present("CC_DEPLOYMENT_ID"), equal("INSTANCE_TYPE", "production")),),
        Source(
            "https://www.clever.cloud/developers/doc/reference/reference-environment-variables/"
        ),
    ),
    # A workspace has REPL_ID alone.
    Platform(
        "Replit",
        "replit",
        STRONG,
        any_of(equal("REPLIT_DEPLOYMENT", "1")),
        Source(
            "https://docs.replit.com/cloud-services/deployments/about-deployments",
            "2026-11-22",
        ),
    ),
    # SPACE_ID alone is set by hand for the Hub's API.
    Platform(
        "Hugging Face Spaces",
        "docker",
        STRONG,
        ((present("SPACE_ID"), present("SPACE_HOST")),),
        Source("https://huggingface.co/docs/hub/spaces-overview"),
    ),
    # A hook of Kamal's on a laptop has KAMAL_VERSION, but no container.
    Platform(
        "Kamal",
        "docker",
        STRONG,
        any_of(present("KAMAL_CONTAINER_NAME")),
        Source(
            "https://github.com/basecamp/kamal/blob/eee0083b/lib/kamal/commands/app.rb"
        ),
    ),
    Platform(
        "Posit Connect",
        "posit",
        STRONG,
        any_of(
            equal("POSIT_PRODUCT", "connect", "connect_cloud"),
            equal("RSTUDIO_PRODUCT", "connect"),
        ),
        Source(
            "https://github.com/posit-dev/posit-sdk-py/blob/c9fe1bd/src/posit/connect/_utils.py"
        ),
    ),
    # SNOWFLAKE_HOST alone is a client's setting.
    Platform(
        "Snowflake",
        "container",
        STRONG,
        (
            (present("SNOWFLAKE_SERVICE_NAME"), present("SNOWFLAKE_HOST")),
            (equal("SNOWFLAKE_RUNNING_INSIDE_SPCS", "true", "1"),),
        ),
        Source(
            "https://docs.snowflake.com/en/developer-guide/snowpark-container-services/additional-considerations-services-jobs"
        ),
    ),
    # It is built on Knative, so it has Cloud Run's marks too.
    Platform(
        "IBM Cloud Code Engine",
        "container",
        STRONG,
        ((present("CE_APP"), present("CE_PROJECT_ID")),),
        Source(
            "https://cloud.ibm.com/docs/codeengine?topic=codeengine-inside-env-vars"
        ),
    ),
    Platform(
        "Google Cloud Run",
        "cloud-run",
        STRONG,
        ((present("CLOUD_RUN_JOB"), present("CLOUD_RUN_EXECUTION")),),
        Source("https://cloud.google.com/run/docs/container-contract"),
    ),
    # The same contract. functions-framework writes FUNCTION_TARGET itself.
    Platform(
        "Google Cloud Run",
        "cloud-run",
        CONDITIONAL,
        (
            (present("K_SERVICE"), present("K_REVISION"), present("K_CONFIGURATION")),
            (present("FUNCTION_TARGET"), present("K_SERVICE"), present("K_REVISION")),
        ),
        Source("https://cloud.google.com/run/docs/container-contract"),
        vetoes=(LOCAL_CLOUD_RUN,),
    ),
    # `railway run` injects the other RAILWAY_* variables on a laptop.
    Platform(
        "Railway",
        "railway",
        CONDITIONAL,
        any_of(present("RAILWAY_REPLICA_ID"), present("RAILWAY_DEPLOYMENT_ID")),
        Source("https://docs.railway.com/reference/variables"),
        vetoes=(switched_on("IN_RAILWAY_SHELL"),),
    ),
    Platform(
        "AWS Lambda",
        "lambda",
        CONDITIONAL,
        ((present("AWS_LAMBDA_FUNCTION_NAME"), present("LAMBDA_TASK_ROOT")),),
        Source(
            "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"
        ),
        vetoes=LOCAL_LAMBDA,
    ),
    Platform(
        "Vercel",
        "vercel",
        CONDITIONAL,
        ((equal("VERCEL", "1"), equal("VERCEL_ENV", "production", "preview")),),
        Source(
            "https://vercel.com/docs/environment-variables/system-environment-variables"
        ),
        vetoes=(switched_on("__VERCEL_DEV_RUNNING"),),
    ),
    # `databricks apps run-local` sets no DATABRICKS_CLIENT_ID.
    Platform(
        "Databricks Apps",
        "databricks",
        CONDITIONAL,
        ((present("DATABRICKS_APP_NAME"), present("DATABRICKS_CLIENT_ID")),),
        Source(
            "https://docs.databricks.com/en/dev-tools/databricks-apps/system-env.html"
        ),
    ),
    # Its development environments are public as well.
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
        Source("https://docs.platform.sh/development/variables/use-variables.html"),
    ),
    # Its consoles have it too.
    Platform(
        "PythonAnywhere",
        "pythonanywhere",
        CONDITIONAL,
        any_of(present("PYTHONANYWHERE_DOMAIN")),
        Source(
            "https://github.com/pythonanywhere/helper_scripts/blob/331f196/pythonanywhere/utils.py"
        ),
    ),
    # Scripts that deploy to it export one or the other of them.
    Platform(
        "Coolify",
        "start-command",
        CONDITIONAL,
        any_of(
            present("COOLIFY_CONTAINER_NAME"),
            present("COOLIFY_RESOURCE_UUID"),
            present("COOLIFY_FQDN"),
        ),
        Source("https://coolify.io/docs/knowledge-base/environment-variables"),
    ),
    # `wrangler dev` runs the same containers on a laptop.
    Platform(
        "Cloudflare Containers",
        "container",
        CONDITIONAL,
        any_of(
            present("CLOUDFLARE_APPLICATION_ID"),
            present("CLOUDFLARE_DURABLE_OBJECT_ID"),
        ),
        Source(
            "https://developers.cloudflare.com/containers/platform-details/environment-variables"
        ),
    ),
    # `modal serve` and a sandbox are for development, and look the same.
    Platform(
        "Modal",
        "container",
        CONDITIONAL,
        any_of(equal("MODAL_IS_REMOTE", "1")),
        Source("https://modal.com/docs/guide/environment_variables"),
    ),
    # A device in local mode, which is for development, has it too.
    Platform(
        "balena",
        "docker",
        CONDITIONAL,
        any_of(equal("BALENA", "1")),
        Source("https://docs.balena.io/learn/develop/runtime/"),
    ),
    Platform(
        "Qovery",
        "start-command",
        CONDITIONAL,
        any_of(present("QOVERY_APPLICATION_ID")),
        Source("https://www.qovery.com/docs/configuration/environment-variables"),
    ),
    # `nomad agent -dev` sets it on a laptop, and CI agents and workspaces run on it.
    Platform(
        "Nomad",
        "container",
        CONDITIONAL,
        any_of(present("NOMAD_ALLOC_ID")),
        Source(
            "https://developer.hashicorp.com/nomad/docs/reference/runtime-environment-settings"
        ),
    ),
    # minikube, kind and Tilt set it as well; the two tools copy a pod's environment to
    # a laptop.
    Platform(
        "Kubernetes",
        "kubernetes",
        CONDITIONAL,
        any_of(present("KUBERNETES_SERVICE_HOST")),
        Source("https://kubernetes.io/docs/concepts/containers/container-environment/"),
        veto_prefixes=("TELEPRESENCE_", "MIRRORD_"),
    ),
)
