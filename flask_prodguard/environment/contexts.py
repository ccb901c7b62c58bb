"""Data: where people develop, and how to recognise it.

A context is recognised by what a tool sets, never by a terminal, a user or a debug
flag. Each entry names its source, and the date on which it was read.
"""

from __future__ import annotations

from .ci_services import CI_SERVICES
from .marks import any_of
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
    *CI_SERVICES,
)

# podman, LXC and systemd-nspawn name themselves; Docker and podman leave a file.
CONTAINER_MARK = equal("container", "docker", "podman", "oci", "lxc", "systemd-nspawn")
CONTAINER_FILES = ("/.dockerenv", "/run/.containerenv")
