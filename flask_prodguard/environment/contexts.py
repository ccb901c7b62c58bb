"""Data: where people develop, and how to recognise it.

A context is recognised by what a tool sets, never by a terminal, a user or a debug
flag. Each entry names its source, and the date on which it was read.
"""

from __future__ import annotations

from .marks import any_of
from .marks import CI_SERVICE
from .marks import DevelopmentContext
from .marks import EMULATOR
from .marks import equal
from .marks import matching
from .marks import present
from .marks import Source
from .marks import switched_on
from .marks import TOOL
from .marks import WORKSPACE

# The image of a Lambda function starts on a laptop with Amazon's emulator, which names
# no log stream: https://github.com/aws/aws-lambda-runtime-interface-emulator
# cmd/aws-lambda-rie (read 2026-11-27).
LOCAL_LAMBDA = (
    equal("AWS_SAM_LOCAL", "true"),
    # Projects write IS_OFFLINE=false into what they deploy.
    switched_on("IS_OFFLINE"),
    present("LOCALSTACK_HOSTNAME"),
    equal("AWS_LAMBDA_LOG_STREAM_NAME", "$latest"),
)
# Google's recipe for a local `docker run`. The revision of a service that is called
# "dev" ends in three letters.
LOCAL_CLOUD_RUN = matching("K_REVISION", r"dev-\d+", "dev-00001")
# A server that has to outlive the build that starts it, which is how some deploy.
# https://wiki.eclipse.org/Stopping_build_does_not_stop_spawned_processes_-_ProcessTreeKiller
# and 10 of 10 public pipelines (read 2026-11-27); the second one is for pipelines.
OUTLIVES_JENKINS = (
    equal("BUILD_ID", "dontkillme"),
    equal("JENKINS_NODE_COOKIE", "dontkillme"),
)
# The runner ends what has its own value: https://github.com/actions/runner
# src/Runner.Common/Constants.cs, and public workflows (read 2026-11-27).
OUTLIVES_GITHUB = (matching("RUNNER_TRACKING_ID", r"(?!github_).+", "0"),)
# Each entry of it links to the service's own documentation.
CI_VENDORS = Source("https://github.com/watson/ci-info/blob/c4e1d056/vendors.json")

CONTEXTS = (
    DevelopmentContext(
        "GitHub Codespaces",
        WORKSPACE,
        any_of(equal("CODESPACES", "true"), present("CODESPACE_NAME")),
        Source(
            "https://docs.github.com/en/codespaces/developing-in-a-codespace/default-environment-variables-for-your-codespace",
            "2026-11-22",
        ),
    ),
    # Gitpod is now called Ona, which sets the second one.
    DevelopmentContext(
        "Gitpod or Ona",
        WORKSPACE,
        any_of(present("GITPOD_WORKSPACE_ID"), present("GITPOD_ENVIRONMENT_ID")),
        Source("https://www.gitpod.io/docs/environment-variables"),
    ),
    # Its agent sets the first in every session, so that tools can recognise a
    # workspace.
    DevelopmentContext(
        "Coder",
        WORKSPACE,
        any_of(equal("CODER", "true"), present("CODER_WORKSPACE_NAME")),
        Source(
            "https://github.com/coder/coder/blob/000586a7/agent/agentssh/agentssh.go"
        ),
    ),
    # DevPod sets REMOTE_CONTAINERS as well.
    DevelopmentContext(
        "a Dev Container",
        WORKSPACE,
        any_of(equal("REMOTE_CONTAINERS", "true"), equal("DEVPOD", "true")),
        Source(
            "https://github.com/loft-sh/devpod/blob/7b386079/pkg/devcontainer/single.go"
        ),
    ),
    DevelopmentContext(
        "Eclipse Che or OpenShift Dev Spaces",
        WORKSPACE,
        any_of(present("DEVWORKSPACE_ID")),
        Source(
            "https://github.com/devfile/devworkspace-operator/blob/f91eefec/pkg/constants/env.go"
        ),
    ),
    DevelopmentContext(
        "Okteto",
        WORKSPACE,
        any_of(present("OKTETO_NAMESPACE")),
        Source("https://github.com/okteto/okteto/blob/965feb404/pkg/model/dev.go"),
    ),
    # A service that JupyterHub publishes has the token as well, but no user.
    DevelopmentContext(
        "JupyterHub",
        WORKSPACE,
        (
            (present("JUPYTERHUB_USER"), present("JUPYTERHUB_API_TOKEN")),
            (present("JUPYTERHUB_USER"), present("JUPYTERHUB_SERVICE_PREFIX")),
        ),
        Source(
            "https://github.com/jupyterhub/jupyterhub/blob/2841153d/jupyterhub/spawner.py"
        ),
    ),
    DevelopmentContext(
        "Google Cloud Workstations",
        WORKSPACE,
        any_of(switched_on("GOOGLE_CLOUD_WORKSTATIONS")),
        Source("https://github.com/firebase/firebase-tools/blob/master/src/utils.ts"),
    ),
    DevelopmentContext(
        "Firebase Studio",
        WORKSPACE,
        any_of(switched_on("MONOSPACE_ENV")),
        Source(
            "https://github.com/firebase/firebase-tools/tree/master/firebase-vscode"
        ),
    ),
    DevelopmentContext(
        "Amazon SageMaker Studio",
        WORKSPACE,
        any_of(present("SAGEMAKER_APP_TYPE")),
        Source("https://pypi.org/project/sagemaker-jupyterlab-extension-common/"),
    ),
    DevelopmentContext(
        "Posit Workbench",
        WORKSPACE,
        any_of(
            equal("POSIT_PRODUCT", "workbench"), equal("RSTUDIO_PRODUCT", "workbench")
        ),
        Source(
            "https://github.com/posit-dev/posit-sdk-py/blob/c9fe1bd/src/posit/workbench/client.py"
        ),
    ),
    DevelopmentContext(
        "a Lightning Studio",
        WORKSPACE,
        any_of(present("LIGHTNING_CLOUDSPACE_HOST")),
        Source(
            "https://github.com/Lightning-AI/pytorch-lightning/blob/43c97950/src/lightning/app/core/constants.py"
        ),
    ),
    DevelopmentContext(
        "CodeSandbox",
        WORKSPACE,
        any_of(present("CODESANDBOX_HOST"), present("CSB_BASE_PREVIEW_HOST")),
        Source("https://github.com/unjs/std-env/blob/50dc652/src/providers.ts"),
    ),
    DevelopmentContext(
        "a Replit workspace",
        WORKSPACE,
        any_of(present("REPLIT_DEV_DOMAIN"), present("REPL_ID")),
        Source(
            "https://docs.replit.com/cloud-services/deployments/about-deployments",
            "2026-11-22",
        ),
        vetoes=(switched_on("REPLIT_DEPLOYMENT"),),
    ),
    DevelopmentContext(
        "a cloud shell",
        WORKSPACE,
        any_of(
            equal("CLOUD_SHELL", "true"),
            switched_on("GOOGLE_CLOUD_SHELL"),
            present("ACC_CLOUD"),
            equal("AWS_EXECUTION_ENV", "cloudshell"),
            present("C9_HOSTNAME"),
        ),
        Source("https://github.com/firebase/firebase-tools/blob/master/src/utils.ts"),
    ),
    # jupyter_client sets the first for its kernels.
    DevelopmentContext(
        "a notebook",
        WORKSPACE,
        any_of(
            present("JPY_PARENT_PID"),
            present("KAGGLE_KERNEL_RUN_TYPE"),
            present("COLAB_RELEASE_TAG"),
            present("DEEPNOTE_PROJECT_ID"),
        ),
        Source(
            "https://github.com/jupyter/jupyter_client/blob/8d760b1e/jupyter_client/launcher.py"
        ),
    ),
    # Set for the whole run, and inherited by what a test starts. It is also set by
    # those who pin pytest's version in an image, which isn't a test run.
    DevelopmentContext(
        "pytest",
        TOOL,
        any_of(present("PYTEST_VERSION")),
        Source("https://docs.pytest.org/en/stable/reference/reference.html"),
    ),
    DevelopmentContext(
        "tox",
        TOOL,
        any_of(present("TOX_ENV_NAME")),
        Source("https://github.com/tox-dev/tox/blob/main/src/tox/tox_env/api.py"),
    ),
    DevelopmentContext(
        "nox",
        TOOL,
        any_of(present("NOX_CURRENT_SESSION")),
        Source("https://github.com/wntrblm/nox/blob/main/nox/sessions.py"),
    ),
    DevelopmentContext(
        "PyCharm",
        TOOL,
        any_of(equal("PYCHARM_HOSTED", "1")),
        Source(
            "https://github.com/keras-team/keras/blob/5e71260d/keras/src/utils/progbar.py"
        ),
    ),
    # debugpy also serves Azure App Service's remote debugging, but that host's own
    # marks are strong and come first.
    DevelopmentContext(
        "a debugger",
        TOOL,
        any_of(equal("DEBUGPY_RUNNING", "true"), present("DEBUGPY_LAUNCHER_PORT")),
        Source(
            "https://github.com/microsoft/debugpy/blob/2f734446/src/debugpy/server/cli.py"
        ),
    ),
    DevelopmentContext(
        "netlify dev",
        EMULATOR,
        any_of(equal("NETLIFY_DEV", "true")),
        Source("https://github.com/netlify/cli/blob/88ece2915/src/commands/dev/dev.ts"),
    ),
    DevelopmentContext(
        "a local Lambda",
        EMULATOR,
        any_of(*LOCAL_LAMBDA),
        Source(
            "https://github.com/aws/aws-sam-cli/blob/fe8f8dbb1/samcli/local/lambdafn/env_vars.py"
        ),
    ),
    DevelopmentContext(
        "Azure Functions Core Tools",
        EMULATOR,
        any_of(
            equal("AZURE_FUNCTIONS_ENVIRONMENT", "development"),
            switched_on("FUNCTIONS_CORETOOLS_ENVIRONMENT"),
        ),
        Source(
            "https://github.com/Azure/azure-functions-core-tools/blob/3ee97a633/src/Cli/func/Actions/HostActions/StartHostAction.cs"
        ),
    ),
    DevelopmentContext(
        "railway shell",
        EMULATOR,
        any_of(switched_on("IN_RAILWAY_SHELL")),
        Source("https://docs.railway.com/cli/shell"),
    ),
    DevelopmentContext(
        "dev_appserver",
        EMULATOR,
        any_of(equal("GAE_ENV", "localdev")),
        Source(
            "https://cloud.google.com/appengine/docs/standard/python3/runtime",
            "2026-11-22",
        ),
    ),
    DevelopmentContext(
        "a local Cloud Run",
        EMULATOR,
        ((equal("K_SERVICE", "dev"), LOCAL_CLOUD_RUN),),
        Source("https://cloud.google.com/run/docs/testing/local", "2026-11-22"),
    ),
    DevelopmentContext(
        "vercel dev",
        EMULATOR,
        any_of(equal("VERCEL_ENV", "development"), switched_on("__VERCEL_DEV_RUNNING")),
        Source(
            "https://github.com/vercel/vercel/blob/17d9ebaf8e/packages/cli/src/util/dev/server.ts"
        ),
    ),
    DevelopmentContext(
        "telepresence",
        EMULATOR,
        any_of(
            present("TELEPRESENCE_INTERCEPT_ID"),
            present("TELEPRESENCE_ROOT"),
            present("TELEPRESENCE_CONTAINER"),
        ),
        Source(
            "https://github.com/telepresenceio/telepresence/blob/ebb90267b/docs/reference/environment.md"
        ),
    ),
    DevelopmentContext(
        "mirrord",
        EMULATOR,
        any_of(present("MIRRORD_LAYER_INTPROXY_ADDR")),
        Source("https://github.com/metalbear-co/mirrord/blob/8320eb8f8/mirrord"),
    ),
    # Gitea and Forgejo set it too.
    DevelopmentContext(
        "GitHub Actions",
        CI_SERVICE,
        any_of(equal("GITHUB_ACTIONS", "true")),
        CI_VENDORS,
        vetoes=OUTLIVES_GITHUB,
    ),
    DevelopmentContext(
        "GitLab CI", CI_SERVICE, any_of(equal("GITLAB_CI", "true")), CI_VENDORS
    ),
    DevelopmentContext(
        "CircleCI",
        CI_SERVICE,
        any_of(equal("CIRCLECI", "true")),
        Source("https://circleci.com/docs/reference/variables/"),
    ),
    DevelopmentContext(
        "Azure Pipelines", CI_SERVICE, any_of(equal("TF_BUILD", "true")), CI_VENDORS
    ),
    DevelopmentContext(
        "Jenkins",
        CI_SERVICE,
        any_of(present("JENKINS_URL")),
        CI_VENDORS,
        vetoes=OUTLIVES_JENKINS,
    ),
    DevelopmentContext(
        "TeamCity", CI_SERVICE, any_of(present("TEAMCITY_VERSION")), CI_VENDORS
    ),
    DevelopmentContext(
        "Buildkite",
        CI_SERVICE,
        any_of(equal("BUILDKITE", "true")),
        Source("https://buildkite.com/docs/pipelines/configure/environment-variables"),
    ),
    DevelopmentContext(
        "AWS CodeBuild",
        CI_SERVICE,
        any_of(present("CODEBUILD_BUILD_ARN"), present("CODEBUILD_BUILD_ID")),
        Source(
            "https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html"
        ),
    ),
    # Its other variables are often baked into an image, to say what was built.
    DevelopmentContext(
        "Bitbucket Pipelines",
        CI_SERVICE,
        (
            (present("BITBUCKET_PIPELINE_UUID"),),
            (present("BITBUCKET_BUILD_NUMBER"), present("BITBUCKET_COMMIT")),
        ),
        CI_VENDORS,
    ),
    DevelopmentContext(
        "Google Cloud Build", CI_SERVICE, any_of(present("BUILDER_OUTPUT")), CI_VENDORS
    ),
    DevelopmentContext(
        "Drone",
        CI_SERVICE,
        any_of(equal("DRONE", "true")),
        Source("https://docs.drone.io/pipeline/environment/reference/drone/"),
    ),
    DevelopmentContext(
        "Woodpecker",
        CI_SERVICE,
        any_of(equal("CI", "woodpecker"), equal("CI_SYSTEM_NAME", "woodpecker")),
        Source("https://woodpecker-ci.org/docs/usage/environment"),
    ),
    DevelopmentContext(
        "Travis CI",
        CI_SERVICE,
        any_of(equal("TRAVIS", "true")),
        Source("https://docs.travis-ci.com/user/environment-variables/"),
    ),
    DevelopmentContext(
        "AppVeyor",
        CI_SERVICE,
        any_of(equal("APPVEYOR", "true")),
        Source("https://www.appveyor.com/docs/environment-variables/"),
    ),
    DevelopmentContext(
        "Semaphore",
        CI_SERVICE,
        any_of(equal("SEMAPHORE", "true")),
        Source("https://docs.semaphore.io/reference/env-vars"),
    ),
    DevelopmentContext(
        "Cirrus CI",
        CI_SERVICE,
        any_of(equal("CIRRUS_CI", "true")),
        Source("https://cirrus-ci.org/guide/writing-tasks/"),
    ),
    DevelopmentContext(
        "Bamboo", CI_SERVICE, any_of(present("bamboo_planKey")), CI_VENDORS
    ),
    DevelopmentContext(
        "GoCD",
        CI_SERVICE,
        ((present("GO_PIPELINE_LABEL"), present("GO_SERVER_URL")),),
        Source(
            "https://docs.gocd.org/current/faq/dev_use_current_revision_in_build.html"
        ),
    ),
    DevelopmentContext(
        "Codefresh", CI_SERVICE, any_of(present("CF_BUILD_ID")), CI_VENDORS
    ),
    DevelopmentContext(
        "Bitrise", CI_SERVICE, any_of(equal("BITRISE_IO", "true")), CI_VENDORS
    ),
    DevelopmentContext(
        "Harness CI", CI_SERVICE, any_of(present("HARNESS_BUILD_ID")), CI_VENDORS
    ),
    DevelopmentContext("Prow", CI_SERVICE, any_of(present("PROW_JOB_ID")), CI_VENDORS),
    DevelopmentContext(
        "Screwdriver", CI_SERVICE, any_of(equal("SCREWDRIVER", "true")), CI_VENDORS
    ),
    DevelopmentContext(
        "SourceHut", CI_SERVICE, any_of(equal("CI_NAME", "sourcehut")), CI_VENDORS
    ),
    DevelopmentContext(
        "Heroku CI",
        CI_SERVICE,
        any_of(present("HEROKU_TEST_RUN_ID")),
        Source("https://devcenter.heroku.com/articles/heroku-ci", "2026-11-22"),
    ),
)

# Builders bake it into images, which then run in production: Railpack and Nixpacks for
# Node, and hand-written Dockerfiles. It counts only if there is no other evidence.
BARE_CI = equal("CI", "1", "true")
# podman, LXC and systemd-nspawn name themselves; Docker and podman leave a file.
CONTAINER_MARK = equal("container", "docker", "podman", "oci", "lxc", "systemd-nspawn")
CONTAINER_FILES = ("/.dockerenv", "/run/.containerenv")
