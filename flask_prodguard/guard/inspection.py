"""Looks at an app without judging a launch: its guard, and what wraps it. One list, for
the command ``check`` and for the test assertions.
"""

from __future__ import annotations

import ipaddress
import sys
import typing as t

from ..config.keys import KEYS
from ..config.keys import source_in_app
from ..config.settings import read_config
from ..environment import process
from ..environment.declarations import DEVELOPMENT_NAMES
from ..environment.declarations import PRODUCTION_NAMES
from ..environment.evidence import DEVELOPMENT
from ..environment.evidence import PRODUCTION
from ..environment.evidence import UNDECLARED
from ..judging.verdict import Finding
from ..rules import Severity
from ..wsgi import debuggers_around
from ..wsgi import walk
from . import hooks
from .state import state_of

if t.TYPE_CHECKING:
    from flask import Flask

    from ..config.keys import IPNetwork
    from ..config.keys import Key
    from ..config.keys import Problem
    from ..config.settings import GuardConfig
    from ..config.settings import Setting

EVERY_INTERFACE = frozenset(map(ipaddress.ip_network, ("0.0.0.0", "::")))
HOOK_STATES = {
    "displaced": ("PG906", "another patch replaced the hook on {hook}"),
    "absent": ("PG906", "the hook on {hook} was removed"),
    "missing": ("PG902", "{hook} is missing from the installed release"),
}
WEAKER_ACTIONS = {"log": "goes on", "serve": "waitress serves the app"}
# The rules that never apply in an environment, so that ignoring them weakens nothing.
SILENT = {
    PRODUCTION: frozenset({"PG103"}),
    DEVELOPMENT: frozenset({"PG101", "PG103"}),
    UNDECLARED: frozenset({"PG101"}),
}
IN_COMMON = (
    "PRODGUARD_PRODUCTION_NAMES and PRODGUARD_DEVELOPMENT_NAMES, together with the"
    " names that are known, have a name in common: it means production"
)


def inspect_app(app: Flask, environment: str) -> t.Iterator[Finding]:
    """Find what is wrong with an app and its guard."""
    config, problems = read_config(app.config, process.environ())
    yield from _guard(app, HOOK_STATES)
    yield from _config(config, problems, environment)
    # A variable counts on the machine that runs the check, but the code ships with the
    # app.
    if environment != DEVELOPMENT:
        yield from _final_word(read_config(app.config, {})[0])
    yield from _given_twice(app)
    yield from _names(config)
    yield from _profilers(app)


def weaknesses(app: Flask, environment: str) -> t.Iterator[Finding]:
    """Find what weakens the guard of an app in an environment that is fully stated,
    including its variables.

    :param environment: ``"production"``, or ``"development"`` where only the guard
        itself is looked at.
    """
    config, problems = read_config(app.config, process.environ())
    # Instrumentation wraps a hook, and calls it.
    yield from _guard(app, HOOK_STATES.keys() - {"displaced"})
    yield from _config(config, problems, environment, of_machine=True)
    if environment == PRODUCTION:
        yield from _final_word(config)
        yield from _of_app(app)


def _guard(app: Flask, bad_states: t.Container[str]) -> t.Iterator[Finding]:
    if state_of(app) is None:
        yield _error(
            "PG903",
            f"ProdGuard was not applied to {app.name!r}",
            "Add `ProdGuard(app)`, or `guard.init_app(app)` in the factory.",
        )
        return
    for hook, state in hooks.states().items():
        if state in bad_states:
            code, seen = HOOK_STATES[state]
            yield _error(
                code,
                seen.format(hook=hook),
                "Apply ProdGuard after what removed it, or upgrade flask-prodguard.",
            )


def _config(
    config: GuardConfig,
    problems: t.Iterable[Problem],
    environment: str,
    of_machine: bool = False,
) -> t.Iterator[Finding]:
    for problem in problems:
        yield _error(
            "PG905",
            str(problem).removesuffix("."),
            "Correct it: it refuses every start until it is understood.",
        )
    if not config.enabled.value:
        yield _error(
            "PG901",
            f"turned off by {config.enabled.source}",
            "Remove it: the guard refuses nothing while it is turned off.",
        )
    if config.action.value in WEAKER_ACTIONS:
        yield _error(
            "PG904",
            f"PRODGUARD_ACTION is {config.action.value!r}, from {config.action.source}:"
            f" an unsafe start is logged, and {WEAKER_ACTIONS[config.action.value]}",
            'Remove it, or set it to "raise".',
        )
    ignored = [code for code in config.ignore.value if code not in SILENT[environment]]
    if ignored:
        codes = ", ".join(ignored)
        yield _warning(
            "PG904",
            f"PRODGUARD_IGNORE leaves out {codes}, from {config.ignore.source}",
            "Remove it: what it names is neither refused nor reported.",
        )
    yield from _hosts(config.allowed_hosts, of_machine)


def _final_word(config: GuardConfig) -> t.Iterator[Finding]:
    if config.environment.value == DEVELOPMENT:
        yield _error(
            "PG904",
            f"PRODGUARD_ENVIRONMENT is 'development', from {config.environment.source}:"
            " it has the final word in production too",
            "Remove it, and set it on development machines only.",
        )


def _error(code: str, seen: str, fix: str = "") -> Finding:
    return Finding(code, seen, Severity.ERROR, fix)


def _warning(code: str, seen: str, fix: str = "") -> Finding:
    return Finding(code, seen, Severity.WARNING, fix)


def _hosts(
    hosts: Setting[tuple[IPNetwork, ...]], of_machine: bool
) -> t.Iterator[Finding]:
    fix = "Name the networks that count as local, on the one machine that needs it."
    in_code = hosts.source == source_in_app("PRODGUARD_ALLOWED_HOSTS")
    if any(network.prefixlen == 0 for network in hosts.value):
        yield _error(
            "PG904",
            "PRODGUARD_ALLOWED_HOSTS makes every address count as local, from"
            f" {hosts.source}",
            fix,
        )
    # A variable may be meant for one machine behind a port mapping.
    elif (in_code or of_machine) and EVERY_INTERFACE.intersection(hosts.value):
        yield _warning(
            "PG904",
            "PRODGUARD_ALLOWED_HOSTS makes every network interface count as local,"
            f" from {hosts.source}: it does so wherever the code runs",
            fix,
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
        # It is reported as a problem.
        return None


def _names(config: GuardConfig) -> t.Iterator[Finding]:
    production = PRODUCTION_NAMES.union(config.production_names.value)
    development = DEVELOPMENT_NAMES.union(config.development_names.value)
    if production & development:
        yield _warning("PG907", IN_COMMON)


def _profilers(app: Flask) -> t.Iterator[Finding]:
    # Looked up: if it was never imported, it wraps nothing.
    module = sys.modules.get("werkzeug.middleware.profiler")
    profiler = getattr(module, "ProfilerMiddleware", None)
    if profiler and any(issubclass(type(found), profiler) for found in walk(app)):
        yield _warning("PG204", f"ProfilerMiddleware wraps {app.name!r}")


def _of_app(app: Flask) -> t.Iterator[Finding]:
    if app.debug:
        yield _error(
            "PG202",
            "debug mode is on, from app.config['DEBUG']",
            "Take it out of the code, and unset FLASK_DEBUG where the app is created.",
        )
    if app.testing:
        yield _error(
            "PG203",
            "TESTING is on, from app.config['TESTING']",
            "Take it out of the configuration that is deployed. If a fixture of this"
            " test suite turned it on, call the factory again for this assertion.",
        )
    if debuggers_around(app):
        yield _error(
            "PG201",
            "the interactive debugger wraps the app, from app.wsgi_app",
            "Remove DebuggedApplication, and use `flask run --debug` to develop.",
        )
