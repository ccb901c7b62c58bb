"""``PRODGUARD_*``: resolved, validated, and every value remembers its source."""

from __future__ import annotations

import difflib
import re
import typing as t
from dataclasses import dataclass

from ..attributes import is_a
from .keys import IPNetwork
from .keys import Key
from .keys import KEYS
from .keys import KEYS_BY_NAME
from .keys import PREFIX
from .keys import Problem
from .keys import source_in_app
from .keys import Words

DEFAULT = "default"
# What somebody may have meant by a name that is none of ours, in any case.
MISSPELT = re.compile(
    r"(flask)?[_-]*(p[a-z]{1,4}[_-]?g[a-z]{2,6})(?:[_-]+([\w-]+))?", re.IGNORECASE
)
OWN_WORD = "prodguard"
# How much of it must be there.
ALIKE = 0.8

T = t.TypeVar("T")


@dataclass(frozen=True)
class Setting(t.Generic[T]):
    """A value and where it came from."""

    value: T
    #: ``"default"``, ``"app.config['…']"`` or ``"the environment variable …"``.
    source: str = DEFAULT


@dataclass(frozen=True)
class GuardConfig:
    """What is configured for one app."""

    enabled: Setting[bool] = Setting(True)
    action: Setting[str] = Setting("raise")
    environment: Setting[str | None] = Setting(None)
    allowed_hosts: Setting[tuple[IPNetwork, ...]] = Setting(())
    ignore: Setting[Words] = Setting(())
    environment_variables: Setting[Words] = Setting(())
    production_names: Setting[Words] = Setting(())
    development_names: Setting[Words] = Setting(())


def read_config(
    app_config: t.Mapping[str, object], environ: t.Mapping[str, str]
) -> tuple[GuardConfig, tuple[Problem, ...]]:
    """Resolve every key: environment variable, then ``app.config``, then default, as
    Flask does for ``FLASK_DEBUG``. A key whose value could not be understood keeps its
    default and is reported.
    """
    problems = [*_unknown_keys(app_config, environ)]
    settings: dict[str, t.Any] = {}
    for key in KEYS:
        value, source = _given(key, app_config, environ)
        if source == DEFAULT:
            continue
        try:
            settings[key.attribute] = Setting(key.parse(value), source)
        except Exception:
            # A value may be any object, down to a proxy that raises when looked at.
            problems.append(key.problem(value, source))
    return GuardConfig(**settings), tuple(problems)


def _given(
    key: Key, app_config: t.Mapping[str, object], environ: t.Mapping[str, str]
) -> tuple[object, str]:
    if environ.get(key.variable, "").strip():
        return environ[key.variable], f"the environment variable {key.variable}"
    try:
        value = app_config.get(key.name)
    except Exception:
        # A config class of the app may query a vault, and fail: the default counts.
        value = None
    return (value, source_in_app(key.name)) if value is not None else (None, DEFAULT)


def _unknown_keys(
    app_config: t.Mapping[str, object], environ: t.Mapping[str, str]
) -> t.Iterator[Problem]:
    for name in _names_in(app_config):
        if is_a(name, str):
            yield from _unknown(name, "", source_in_app(name))
    for name in environ:
        # Most names of a large environment are nothing like ours.
        if name[:1] in "FfPp":
            yield from _unknown(name, "FLASK_", "the process environment")
    for key in KEYS:
        if not environ.get(key.name, "").strip():
            continue
        # If the app has copied it, it counts.
        if key.variable not in environ and app_config.get(key.name) is None:
            called = f"As a variable, it is called {key.variable}."
            yield Problem(key.name, "not read", "the process environment", called)


def _names_in(app_config: t.Mapping[str, object]) -> list[object]:
    try:
        return [*app_config]
    except Exception:
        return []


def _unknown(name: str, variable_prefix: str, source: str) -> t.Iterator[Problem]:
    if name.removeprefix(variable_prefix) in KEYS_BY_NAME:
        return
    known = [variable_prefix + key for key in KEYS_BY_NAME]
    if name.startswith(variable_prefix + PREFIX):
        meant: str | None = nearest_to(name, known)
    elif meant := _meant_by(name):
        meant = variable_prefix + meant
    if meant:
        yield Problem(name, "not a key", source, f"Did you mean {meant}?")


def _meant_by(name: str) -> str | None:
    """The key that another spelling of it means, such as ``FLASK_PROD_GUARD_ACTION``
    or ``flask_prodguard_action``.
    """
    found = MISSPELT.fullmatch(name)
    if found is None:
        return None
    flask, word, rest = found.groups()
    word = re.sub("[_-]", "", word).casefold()
    ends = [key.removeprefix(PREFIX) for key in KEYS_BY_NAME]
    end = rest.upper().replace("-", "_") if rest else "ENABLED"
    if flask:
        alike = difflib.SequenceMatcher(None, word, OWN_WORD).ratio() >= ALIKE
        return PREFIX + nearest_to(end, ends) if alike else None
    # Another program may have a name like ours, such as ProGuard.
    meant = difflib.get_close_matches(end, ends) if rest else []
    return PREFIX + meant[0] if meant and word == OWN_WORD else None


def nearest_to(word: str, known: t.Iterable[str]) -> str:
    """The known word that is most like this one, of those that begin with it if any
    does.

    :param known: what is known, at least one word.
    """
    words = [*known]
    longer = [each for each in words if each.startswith(word)]
    return difflib.get_close_matches(word, longer or words, cutoff=0.0)[0]
