"""Looks at an app without judging a launch: its guard, and what wraps it."""

from __future__ import annotations

import ipaddress
import sys
import typing as t

from . import hooks
from . import process
from .config import read_config
from .declarations import DEVELOPMENT_NAMES
from .declarations import PRODUCTION_NAMES
from .environment import DEVELOPMENT
from .guard import state_of
from .keys import KEYS
from .keys import source_in_app
from .rules import Severity
from .verdict import Finding
from .wsgi import walk

if t.TYPE_CHECKING:
    from flask import Flask

    from .config import GuardConfig
    from .keys import Key

EVERY_INTERFACE = frozenset(map(ipaddress.ip_network, ("0.0.0.0", "::")))
HOOK_STATES = {
    "displaced": ("PG906", "another patch stands in the place of the hook on {hook}"),
    "absent": ("PG906", "the hook on {hook} was removed"),
    "missing": ("PG902", "{hook} is missing from the installed release"),
}
IN_COMMON = (
    "PRODGUARD_PRODUCTION_NAMES and PRODGUARD_DEVELOPMENT_NAMES, together with the"
    " names that are known, have a name in common: it means production"
)


def inspect_app(app: Flask) -> t.Iterator[Finding]:
    """Find what is wrong with an app and its guard, wherever it will run.

    :param app: the app.
    """
    config, problems = read_config(app.config, process.environ())
    yield from _guard(app)
    for problem in problems:
        yield _error("PG905", str(problem).removesuffix("."))
    yield from _switches(config)
    yield from _exceptions(config)
    yield from _final_word(app)
    yield from _given_twice(app)
    yield from _names(config)
    yield from _profilers(app)


def _error(code: str, seen: str) -> Finding:
    return Finding(code, seen, Severity.ERROR)


def _warning(code: str, seen: str) -> Finding:
    return Finding(code, seen, Severity.WARNING)


def _guard(app: Flask) -> t.Iterator[Finding]:
    if state_of(app) is None:
        yield _error("PG903", f"ProdGuard was not applied to {app.name!r}")
        return
    for hook, state in hooks.states().items():
        if state in HOOK_STATES:
            code, seen = HOOK_STATES[state]
            yield _error(code, seen.format(hook=hook))


def _switches(config: GuardConfig) -> t.Iterator[Finding]:
    if not config.enabled.value:
        yield _error("PG901", f"switched off by {config.enabled.source}")
    if config.action.value == "log":
        yield _error(
            "PG904",
            f"PRODGUARD_ACTION is 'log', from {config.action.source}: an unsafe start"
            " is logged, and goes on",
        )


def _exceptions(config: GuardConfig) -> t.Iterator[Finding]:
    if config.ignore.value:
        codes = ", ".join(config.ignore.value)
        yield _warning(
            "PG904", f"PRODGUARD_IGNORE leaves out {codes}, from {config.ignore.source}"
        )
    hosts = config.allowed_hosts
    in_code = hosts.source == source_in_app("PRODGUARD_ALLOWED_HOSTS")
    if any(network.prefixlen == 0 for network in hosts.value):
        yield _error(
            "PG904",
            "PRODGUARD_ALLOWED_HOSTS makes every address count as local, from"
            f" {hosts.source}",
        )
    elif in_code and EVERY_INTERFACE.intersection(hosts.value):
        # A variable says so of one machine, behind a port mapping.
        yield _warning(
            "PG904",
            "PRODGUARD_ALLOWED_HOSTS makes every network interface count as local,"
            f" from {hosts.source}: it does so wherever the code runs",
        )


def _final_word(app: Flask) -> t.Iterator[Finding]:
    setting = read_config(app.config, {})[0].environment
    if setting.value == DEVELOPMENT:
        yield _error(
            "PG904",
            f"PRODGUARD_ENVIRONMENT is 'development', from {setting.source}: it has the"
            " final word in production too",
        )


def _given_twice(app: Flask) -> t.Iterator[Finding]:
    for key in KEYS:
        variable = process.environ().get(key.variable, "").strip() or None
        given = {_understood(key, variable), _understood(key, app.config.get(key.name))}
        if len(given - {None}) > 1:
            yield _warning(
                "PG907",
                f"the environment variable {key.variable} and"
                f" {source_in_app(key.name)} differ: the variable counts",
            )


def _understood(key: Key, value: object) -> object:
    if value is None:
        return None
    try:
        return key.parse(value)
    except (ValueError, TypeError, RecursionError):
        # It is told of as a problem.
        return None


def _names(config: GuardConfig) -> t.Iterator[Finding]:
    production = PRODUCTION_NAMES.union(config.production_names.value)
    development = DEVELOPMENT_NAMES.union(config.development_names.value)
    if production & development:
        yield _warning("PG907", IN_COMMON)


def _profilers(app: Flask) -> t.Iterator[Finding]:
    # Looked up: where it was never imported, it wraps nothing.
    module = sys.modules.get("werkzeug.middleware.profiler")
    profiler = getattr(module, "ProfilerMiddleware", None)
    if profiler and any(issubclass(type(found), profiler) for found in walk(app)):
        yield _warning("PG204", f"ProfilerMiddleware wraps {app.name!r}")
