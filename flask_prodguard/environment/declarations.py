"""The variables by which people name an environment, and the names they give it."""

from __future__ import annotations

import re
import typing as t
import urllib.parse

from .marks import bare

if t.TYPE_CHECKING:
    from .marks import Environ

PRODUCTION = "production"
DEVELOPMENT = "development"

# Public, although not called production: a debugger there is just as bad.
PRODUCTION_NAMES = frozenset(
    {
        *("production", "prod", "prd", "live", "staging", "stage", "stg", "preprod"),
        *("pre-production", "pre-prod", "uat", "preview"),
    }
)
DEVELOPMENT_NAMES = frozenset(
    {
        *("development", "develop", "devel", "dev", "local", "localhost", "test"),
        *("testing", "tests", "ci", "debug"),
    }
)

# A value counts only if it equals a known name. A variable without a source was seen in
# 199 public repositories that hold a Flask app (read 2026-11-22).
WORD_VARIABLES = (
    # Flask read it until 2.3: https://flask.palletsprojects.com/en/stable/changes/
    "FLASK_ENV",
    "APP_ENV",
    "ENVIRONMENT",
    # A POSIX shell reads it as a start-up file, so its value may be a path.
    "ENV",
    "PYTHON_ENV",
    # https://ddtrace.readthedocs.io/en/stable/configuration.html (read 2026-11-27)
    "DD_ENV",
    # https://github.com/getsentry/sentry-python sentry_sdk/client.py (read 2026-11-27)
    "SENTRY_ENVIRONMENT",
    # https://www.dynaconf.com/configuration/ (read 2026-11-27)
    "ENV_FOR_DYNACONF",
    "FORCE_ENV_FOR_DYNACONF",
)
# Dynaconf takes several names, as in "production,staging".
LIST_VARIABLES = frozenset({"ENV_FOR_DYNACONF", "FORCE_ENV_FOR_DYNACONF"})
# They may hold the dotted path of a class, whose last part counts.
CLASS_VARIABLES = ("FLASK_CONFIG", "APP_SETTINGS")
BOOLEAN_VARIABLES = ("PROD", "PRODUCTION", "IS_PROD", "IS_PRODUCTION")
# https://opentelemetry.io/docs/specs/semconv/resource/deployment-environment
# (read 2026-11-27)
RESOURCE_VARIABLE = "OTEL_RESOURCE_ATTRIBUTES"
RESOURCE_KEYS = frozenset({"deployment.environment.name", "deployment.environment"})
CLASS_SUFFIX = re.compile(r"[-_]?(config|settings)$")
VARIABLES = (
    *WORD_VARIABLES,
    *CLASS_VARIABLES,
    *BOOLEAN_VARIABLES,
    RESOURCE_VARIABLE,
)


def declared_names(
    environ: Environ, additional: t.Iterable[str]
) -> t.Iterator[tuple[str, str]]:
    """The names that variables give to the environment, in lower case and without
    spaces or quotes around them, each with its source.
    """
    for variable in dict.fromkeys((*WORD_VARIABLES, *additional)):
        value = environ.get(variable)
        if value is None:
            continue
        values = bare(value).split(",") if variable in LIST_VARIABLES else [value]
        yield from ((variable, bare(word).casefold()) for word in values)
    for variable in CLASS_VARIABLES:
        last = re.split(r"[.:]", bare(environ.get(variable, "")))[-1].casefold()
        yield variable, CLASS_SUFFIX.sub("", last)
    for pair in bare(environ.get(RESOURCE_VARIABLE, "")).split(","):
        key, _, value = pair.partition("=")
        if key.strip() in RESOURCE_KEYS:
            name = bare(urllib.parse.unquote(value)).casefold()
            yield f"{RESOURCE_VARIABLE}: {key.strip()}", name
