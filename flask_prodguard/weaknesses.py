"""What keeps an app from being guarded as production needs it."""

from __future__ import annotations

import ipaddress
import typing as t
from dataclasses import dataclass

from . import hooks
from . import process
from .config import read_config
from .environment import DEVELOPMENT
from .environment import PRODUCTION
from .guard import state_of
from .wsgi import debuggers_by_app

if t.TYPE_CHECKING:
    from flask import Flask

    from .config import GuardConfig

EVERY_INTERFACE = (ipaddress.ip_address("0.0.0.0"), ipaddress.ip_address("::"))


@dataclass(frozen=True)
class Weakness:
    """One point that failed.

    .. versionadded:: 0.1
    """

    #: What is wrong and where it comes from, a sentence.
    seen: str
    #: What to change, a sentence.
    fix: str

    def __str__(self) -> str:
        return f"  {self.seen}\n    Fix: {self.fix}"


def weaknesses(app: Flask, environment: str) -> tuple[Weakness, ...]:
    """Look at everything that a guarded app needs.

    :param app: the app.
    :param environment: ``"production"``, or ``"development"`` where only the guard
        itself is looked at.
    """
    found = [*_of_guard(app, environment)]
    if environment == PRODUCTION:
        found += _of_app(app)
    return tuple(found)


def _of_guard(app: Flask, environment: str) -> t.Iterator[Weakness]:
    if state_of(app) is None:
        yield Weakness(
            "There is no guard: ProdGuard was not applied to this app.",
            "Add `ProdGuard(app)`, or `guard.init_app(app)` in the factory.",
        )
        return
    config, problems = read_config(app.config, process.environ())
    for problem in problems:
        yield Weakness(
            str(problem), "Correct it: it refuses every start until it is understood."
        )
    yield from _of_switches(config)
    yield from _of_exceptions(config)
    yield from _of_final_word(config, environment)
    yield from _of_hooks()


def _of_switches(config: GuardConfig) -> t.Iterator[Weakness]:
    if not config.enabled.value:
        yield Weakness(
            f"PRODGUARD_ENABLED is False, from {config.enabled.source}.",
            "Remove it: the guard refuses nothing while it is switched off.",
        )
    if config.action.value != "raise":
        yield Weakness(
            f"PRODGUARD_ACTION is 'log', from {config.action.source}.",
            'Remove it, or set it to "raise": an unsafe start is logged and goes on.',
        )


def _of_exceptions(config: GuardConfig) -> t.Iterator[Weakness]:
    if config.ignore.value:
        yield Weakness(
            f"PRODGUARD_IGNORE holds {', '.join(config.ignore.value)}, from"
            f" {config.ignore.source}.",
            "Remove it: what it names is neither refused nor reported.",
        )
    if any(_is_wildcard(network) for network in config.allowed_hosts.value):
        yield Weakness(
            "PRODGUARD_ALLOWED_HOSTS allows every network interface, from"
            f" {config.allowed_hosts.source}.",
            "Name the networks that count as local, or set it on the one machine that"
            " needs it.",
        )


def _is_wildcard(network: t.Any) -> bool:
    return any(address in network for address in EVERY_INTERFACE)


def _of_final_word(config: GuardConfig, environment: str) -> t.Iterator[Weakness]:
    if environment == PRODUCTION and config.environment.value == DEVELOPMENT:
        yield Weakness(
            "PRODGUARD_ENVIRONMENT is 'development', from"
            f" {config.environment.source}.",
            "Remove it, and set it on development machines only.",
        )


def _of_hooks() -> t.Iterator[Weakness]:
    for hook, state in hooks.states().items():
        if state in {"absent", "missing"}:
            yield Weakness(
                f"The hook at {hook} is {state}.",
                "Apply ProdGuard after what removed it, or upgrade flask-prodguard.",
            )


def _of_app(app: Flask) -> t.Iterator[Weakness]:
    if app.debug:
        yield Weakness(
            "Debug mode is on, from app.config['DEBUG'].",
            "Take it out of the code, and unset FLASK_DEBUG where the app is created.",
        )
    if app.testing:
        yield Weakness(
            "TESTING is on, from app.config['TESTING'].",
            "Take it out of the configuration that is deployed. If a fixture of this"
            " test-suite switched it on, call the factory anew for this assertion.",
        )
    if debuggers_by_app(app).get(id(app)):
        yield Weakness(
            "The interactive debugger wraps the app, from app.wsgi_app.",
            "Remove DebuggedApplication, and use `flask run --debug` to develop.",
        )
