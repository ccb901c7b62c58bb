"""Data: where people develop, and the marks of it.

A context is known by what a tool sets, never by a terminal, a user or a debug flag.
"""

from __future__ import annotations

from .marks import DevelopmentContext
from .marks import equal
from .marks import present

LOCAL_LAMBDA = (
    equal("AWS_SAM_LOCAL", "true"),
    present("IS_OFFLINE"),
    present("LOCALSTACK_HOSTNAME"),
)

CONTEXTS = (
    # _pytest/config sets the first for the whole run, _pytest/runner the second.
    DevelopmentContext(
        "pytest", (present("PYTEST_VERSION"), present("PYTEST_CURRENT_TEST"))
    ),
    DevelopmentContext(
        "GitHub Codespaces", (equal("CODESPACES", "true"), present("CODESPACE_NAME"))
    ),
    DevelopmentContext("Gitpod", (present("GITPOD_WORKSPACE_ID"),)),
    # Its agent sets both in every session of a workspace.
    DevelopmentContext(
        "Coder", (equal("CODER", "true"), present("CODER_WORKSPACE_NAME"))
    ),
    DevelopmentContext("a Dev Container", (equal("REMOTE_CONTAINERS", "true"),)),
    DevelopmentContext(
        "a cloud shell",
        (
            equal("CLOUD_SHELL", "true"),
            present("ACC_CLOUD"),
            equal("AWS_EXECUTION_ENV", "cloudshell"),
            present("C9_HOSTNAME"),
        ),
    ),
    DevelopmentContext(
        "a Replit workspace",
        (present("REPLIT_DEV_DOMAIN"), present("REPL_ID")),
        vetoes=(present("REPLIT_DEPLOYMENT"),),
    ),
    # jupyter_client sets it for its kernels.
    DevelopmentContext("a notebook", (present("JPY_PARENT_PID"),)),
    DevelopmentContext("PyCharm", (equal("PYCHARM_HOSTED", "1"),)),
    # debugpy also serves Azure App Service's remote debugging, but that host's own
    # marks are strong and speak first.
    DevelopmentContext(
        "a debugger",
        (equal("DEBUGPY_RUNNING", "true"), present("DEBUGPY_LAUNCHER_PORT")),
    ),
    DevelopmentContext("netlify dev", (equal("NETLIFY_DEV", "true"),)),
    DevelopmentContext("a local Lambda", LOCAL_LAMBDA),
    DevelopmentContext(
        "Azure Functions Core Tools",
        (
            equal("AZURE_FUNCTIONS_ENVIRONMENT", "development"),
            present("FUNCTIONS_CORETOOLS_ENVIRONMENT"),
        ),
    ),
    DevelopmentContext("railway shell", (present("IN_RAILWAY_SHELL"),)),
    DevelopmentContext("dev_appserver", (equal("GAE_ENV", "localdev"),)),
    DevelopmentContext("a local Cloud Run", (equal("K_SERVICE", "dev"),)),
    DevelopmentContext(
        "vercel dev",
        (equal("VERCEL_ENV", "development"), present("__VERCEL_DEV_RUNNING")),
    ),
    DevelopmentContext(
        "telepresence",
        (present("TELEPRESENCE_INTERCEPT_ID"), present("TELEPRESENCE_ROOT")),
    ),
    # Railway's builders put CI=true into images that run in production.
    DevelopmentContext(
        "CI",
        (
            equal("CI", "1", "true"),
            equal("GITHUB_ACTIONS", "true"),
            equal("GITLAB_CI", "true"),
            equal("CIRCLECI", "true"),
            equal("TF_BUILD", "true"),
            present("JENKINS_URL"),
            present("TEAMCITY_VERSION"),
            equal("BUILDKITE", "true"),
        ),
        vetoes=(present("RAILWAY_REPLICA_ID"), present("RAILWAY_DEPLOYMENT_ID")),
    ),
)

# podman, LXC and systemd-nspawn name themselves; Docker and podman leave a file.
CONTAINER_MARK = equal("container", "docker", "podman", "oci", "lxc", "systemd-nspawn")
CONTAINER_FILES = ("/.dockerenv", "/run/.containerenv")
