"""The variables by which people name an environment, and the names they give it."""

from __future__ import annotations

import re
import typing as t
import urllib.parse

if t.TYPE_CHECKING:
    from .marks import Environ

# Public although not called production: a debugger there is as bad.
PRODUCTION_NAMES = frozenset(
    {
        "production",
        "prod",
        "prd",
        "live",
        "staging",
        "stage",
        "stg",
        "preprod",
        "pre-production",
        "pre-prod",
        "uat",
        "preview",
    }
)
DEVELOPMENT_NAMES = frozenset(
    {
        "development",
        "develop",
        "devel",
        "dev",
        "local",
        "localhost",
        "test",
        "testing",
        "tests",
        "ci",
        "debug",
    }
)

# ENV is a start-up file to a POSIX shell, so its value may be a path: like all of
# these it counts only if it equals a known name.
WORD_VARIABLES = (
    "FLASK_ENV",
    "APP_ENV",
    "ENVIRONMENT",
    "ENV",
    "PYTHON_ENV",
    "FLASK_CONFIG",
    "DD_ENV",
    "SENTRY_ENVIRONMENT",
    "ENV_FOR_DYNACONF",
    "FORCE_ENV_FOR_DYNACONF",
)
# Dynaconf takes several names, as in "production,staging".
LIST_VARIABLES = frozenset({"ENV_FOR_DYNACONF", "FORCE_ENV_FOR_DYNACONF"})
CLASS_VARIABLES = ("APP_SETTINGS",)
BOOLEAN_VARIABLES = ("PROD", "PRODUCTION", "IS_PROD", "IS_PRODUCTION")
# https://opentelemetry.io/docs/specs/semconv/resource/deployment-environment
RESOURCE_VARIABLE = "OTEL_RESOURCE_ATTRIBUTES"
RESOURCE_KEYS = frozenset({"deployment.environment.name", "deployment.environment"})
CLASS_SUFFIX = re.compile(r"[-_]?(config|settings)$")


def declared_names(
    environ: Environ, additional: t.Iterable[str]
) -> t.Iterator[tuple[str, str]]:
    """The names that variables give to the environment, trimmed and in lower case, each
    with what gives it.
    """
    for variable in dict.fromkeys((*WORD_VARIABLES, *additional)):
        value = environ.get(variable, "")
        values = value.split(",") if variable in LIST_VARIABLES else [value]
        yield from ((variable, word.strip().casefold()) for word in values)
    for variable in CLASS_VARIABLES:
        last = re.split(r"[.:]", environ.get(variable, "").strip())[-1].casefold()
        yield variable, CLASS_SUFFIX.sub("", last)
    for pair in environ.get(RESOURCE_VARIABLE, "").split(","):
        key, _, value = pair.partition("=")
        if key.strip() in RESOURCE_KEYS:
            name = urllib.parse.unquote(value).strip().casefold()
            yield f"{RESOURCE_VARIABLE}: {key.strip()}", name
