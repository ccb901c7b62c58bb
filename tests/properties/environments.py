"""Environments, built from the tables' marks with random subsets and random values."""

from __future__ import annotations

import typing as t

from hypothesis import strategies as st

from flask_prodguard.environment.contexts import CONTEXTS
from flask_prodguard.environment.machine import Declaration
from flask_prodguard.environment.marks import Mark
from flask_prodguard.environment.platforms import PLATFORMS

Environ: t.TypeAlias = dict[str, str]

DEVELOPED = "development"

PRODUCTION_WORDS = [
    *("production", "prod", "prd", "live", "staging", "stage", "stg"),
    *("preprod", "pre-production", "pre-prod", "uat", "preview"),
]
DEVELOPMENT_WORDS = [
    *("development", "develop", "devel", "dev", "local", "localhost"),
    *("test", "testing", "tests", "ci", "debug"),
]
# Near misses: a part of a name, a path, a name of nobody's.
OTHERS = ["non-production", "/home/prod/.shrc", "devops", "0", "off", "jupiter", ""]
WORD_VARIABLES = [
    *("FLASK_ENV", "APP_ENV", "ENVIRONMENT", "ENV", "PYTHON_ENV"),
    *("DD_ENV", "SENTRY_ENVIRONMENT"),
]
CLASS_VARIABLES = ["FLASK_CONFIG", "APP_SETTINGS"]
LIST_VARIABLES = ["ENV_FOR_DYNACONF", "FORCE_ENV_FOR_DYNACONF"]
BOOLEAN_VARIABLES = ["PROD", "PRODUCTION", "IS_PROD", "IS_PRODUCTION"]
TRUE = ["1", "true", "t", "yes", "y", "on"]
RESOURCE = "OTEL_RESOURCE_ATTRIBUTES"

# No NUL: no environment variable holds one.
text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


def _respelled(word: str) -> st.SearchStrategy[str]:
    return st.sampled_from(
        [word, word.upper(), word.title(), f" {word}\t", f'"{word}"', f"' {word}' "]
    )


words = st.sampled_from([*PRODUCTION_WORDS, *DEVELOPMENT_WORDS, *OTHERS]).flatmap(
    _respelled
)


def value_of(mark: Mark) -> st.SearchStrategy[str]:
    """A value with which the mark is found.

    :param mark: a mark of the tables.
    """
    if mark.words:
        return st.sampled_from(mark.words).flatmap(_respelled)
    if mark.pattern:
        return st.from_regex(mark.pattern, fullmatch=True).filter(
            lambda value: "\0" not in value and value == value.strip()
        )
    return text.filter(str.strip)


def set_of(marks: t.Iterable[Mark]) -> st.SearchStrategy[Environ]:
    """Variables with which every mark is found.

    :param marks: marks of the tables.
    """
    return st.fixed_dictionaries({mark.variable: value_of(mark) for mark in marks})


def merged(parts: t.Iterable[Environ]) -> Environ:
    """One environment, in which what comes later counts.

    :param parts: environments.
    """
    return {name: value for part in parts for name, value in part.items()}


RULES = [rule for platform in PLATFORMS for rule in platform.rules]
PLACES = [rule for context in CONTEXTS for rule in context.rules]
VETOES = [mark for each in (*PLATFORMS, *CONTEXTS) for mark in each.vetoes]
PREFIXES = [prefix for platform in PLATFORMS for prefix in platform.veto_prefixes]
MARKS = [*(mark for rule in (*RULES, *PLACES) for mark in rule), *VETOES]
FOLDERS = [folder for platform in PLATFORMS for folder in platform.folders]

class_names = st.builds(
    str.format,
    st.sampled_from(
        ["config.{}Config", "shop:{}", "{}_settings", " config.{}-Config "]
    ),
    words.map(str.strip),
)
resources = st.lists(
    st.tuples(
        st.sampled_from(
            ["deployment.environment", "deployment.environment.name", "service.name"]
        ),
        words | text,
    ).map("=".join),
    max_size=2,
).map(",".join)
declared = st.one_of(
    st.dictionaries(st.sampled_from(WORD_VARIABLES), words | text, max_size=3),
    st.dictionaries(
        st.sampled_from(LIST_VARIABLES), st.lists(words, max_size=3).map(",".join)
    ),
    st.dictionaries(st.sampled_from(BOOLEAN_VARIABLES), st.sampled_from(TRUE) | words),
    st.dictionaries(st.sampled_from(CLASS_VARIABLES), class_names | words),
    resources.map(lambda value: {RESOURCE: value}),
)
marked = st.one_of(
    st.sampled_from(RULES).flatmap(set_of),
    st.sampled_from(PLACES).flatmap(set_of),
    st.sampled_from(VETOES).flatmap(lambda mark: set_of([mark])),
    st.sampled_from([{"CI": "1"}, {"CI": "true"}, {"CI": "false"}]),
    st.sampled_from(["shop.py::test (call)", "shop.py::test", " (setup)"]).map(
        lambda value: {"PYTEST_CURRENT_TEST": value}
    ),
    st.dictionaries(
        st.sampled_from([mark.variable for mark in MARKS]), text, max_size=2
    ),
    st.sampled_from(PREFIXES).map(lambda prefix: {f"{prefix}X": ""}),
)
environments = st.lists(declared | marked, max_size=4).map(merged)
folders = st.frozensets(st.sampled_from(FOLDERS), max_size=1)
# What this machine is declared to be, by the user and by the administrator.
declarations = st.lists(
    st.builds(
        Declaration,
        st.just("/machine.json"),
        st.sampled_from(["production", "development", None]),
        st.booleans(),
    ).map(
        lambda it: Declaration(it.file, it.says, it.network and it.says == DEVELOPED)
    ),
    max_size=2,
).map(tuple)
runners = st.sampled_from([None, None, "unittest"])
# What says "production" beyond doubt, unless the environment is explicit.
production_evidence = st.one_of(
    st.dictionaries(
        st.sampled_from(WORD_VARIABLES),
        st.sampled_from(["production", "Staging", " live "]),
        min_size=1,
    ),
    st.sampled_from(BOOLEAN_VARIABLES).map(lambda name: {name: "1"}),
    st.sampled_from(RULES).flatmap(set_of),
)
