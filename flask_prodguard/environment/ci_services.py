"""Data: the services for continuous integration, and how to recognise each.

Each entry names its source, and the date on which it was read.
"""

from __future__ import annotations

from .marks import any_of
from .marks import CI_SERVICE
from .marks import DevelopmentContext
from .marks import equal
from .marks import matching
from .marks import present
from .marks import Source

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

CI_SERVICES = (
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
