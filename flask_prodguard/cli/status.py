"""What the guard knows about this process: evidence, configuration and hooks."""

from __future__ import annotations

import platform
import typing as t
from dataclasses import dataclass
from importlib import metadata

from .. import __version__
from ..config.keys import KEYS
from ..config.keys import source_in_app
from ..config.settings import DEFAULT
from ..config.settings import read_config
from ..environment import process
from ..environment.evidence import current_environment
from ..environment.evidence import Level
from ..guard import hooks
from ..guard.state import state_of
from ..remedy.import_path import find_import_path
from ..report.layout import blocks
from ..report.layout import FINDING_INDENT
from ..report.layout import TEXT_INDENT
from ..report.layout import wrapped

if t.TYPE_CHECKING:
    from flask import Flask

    from ..config.keys import Key
    from ..config.keys import Problem
    from ..config.settings import GuardConfig
    from ..config.settings import Setting
    from ..environment.evidence import Environment
    from ..environment.machine import Declaration
    from ..judging.launch import ImportPath

LEVEL_TITLES = {
    Level.EXPLICIT: "PRODGUARD_ENVIRONMENT",
    Level.DECLARED_PRODUCTION: "production, declared",
    Level.TEST_RUN: "a test run",
    Level.STRONG_PLATFORM: "a hosting platform",
    Level.DECLARED_DEVELOPMENT: "development, declared",
    Level.DEVELOPMENT_CONTEXT: "a place to develop",
    Level.CONDITIONAL_PLATFORM: "a platform that is emulated too",
    Level.BARE_CI: "CI without a name",
}
TITLE_WIDTH = 33
HOOK_WIDTH = 39
# Their values are keywords. All others may hold a secret if a variable sets them.
KEYWORD_KEYS = frozenset({"enabled", "action", "environment", "ignore"})


@dataclass(frozen=True)
class Status:
    """What the guard knows about this process as a whole."""

    #: The app's name, ``None`` if no app was loaded.
    app: str | None
    #: How a server imports it.
    import_path: ImportPath | None
    #: Whether the guard is installed on it.
    guarded: bool
    environment: Environment
    #: What this machine is declared to be.
    declarations: tuple[Declaration, ...]
    config: GuardConfig
    #: What could not be understood in the configuration.
    problems: tuple[Problem, ...]
    #: The state of each hook.
    hooks: t.Mapping[str, str]
    #: The release of each package that matters.
    versions: t.Mapping[str, str]


def read_status(app: Flask | None = None) -> Status:
    """Find out what the guard knows about this process."""
    app_config = app.config if app else {}
    config, problems = read_config(app_config, process.environ())
    state = state_of(app) if app else None
    return Status(
        app=app.name if app else None,
        import_path=_import_path(app) if app else None,
        guarded=state is not None,
        environment=current_environment(config),
        declarations=process.declarations(),
        config=config,
        problems=problems,
        hooks=hooks.states(),
        versions={
            "flask-prodguard": __version__,
            "Flask": metadata.version("flask"),
            "Werkzeug": metadata.version("werkzeug"),
            "Python": platform.python_version(),
        },
    )


def as_text(status: Status) -> str:
    """The status for people."""
    versions = ", ".join(f"{name} {number}" for name, number in status.versions.items())
    parts = [
        wrapped(versions),
        wrapped(_app(status)),
        [
            decided(status.environment),
            *_evidence(status.environment),
            *unread(status.declarations),
        ],
        ["The configuration:", *_configuration(status)],
    ]
    if status.problems:
        parts.append(["Not understood in the configuration:", *_problems(status)])
    parts.append(["The hooks:", *_hooks(status)])
    return blocks(parts)


def decided(environment: Environment) -> str:
    """Which environment this is, and which level says so."""
    if environment.level is None:
        return "The environment is undeclared: no evidence was found."
    return (
        f"The environment is {environment.name}: level {environment.level.value}"
        " decides."
    )


def unread(declarations: t.Iterable[Declaration]) -> tuple[str, ...]:
    """A line for each file that is there and can't be read as a declaration."""
    return tuple(
        f"{each.file} {each.problem}, and is ignored: declare it again."
        for each in declarations
        if each.problem
    )


def _import_path(app: Flask) -> ImportPath:
    state = state_of(app)
    return find_import_path(app, state.origin if state else None)


def _app(status: Status) -> str:
    if status.app is None:
        return "No app was loaded."
    guarded = "is guarded" if status.guarded else "is not guarded"
    return f"The app {status.app!r} ({status.import_path}) {guarded}."


def _evidence(environment: Environment) -> t.Iterator[str]:
    for level, title in LEVEL_TITLES.items():
        seen = [item.seen for item in environment.evidence if item.level is level]
        name = f"{TEXT_INDENT}{level.value}  {title}"
        yield from wrapped(
            f"{name:<{TITLE_WIDTH + 5}}{'; '.join(seen) or '-'}", "", FINDING_INDENT
        )


def _configuration(status: Status) -> t.Iterator[str]:
    for key in KEYS:
        setting: Setting[t.Any] = getattr(status.config, key.attribute)
        yield from wrapped(
            f"{key.name} = {_shown(key, setting)}, {setting.source}",
            TEXT_INDENT,
            FINDING_INDENT,
        )


def _shown(key: Key, setting: Setting[t.Any]) -> str:
    own = setting.source in (DEFAULT, source_in_app(key.name))
    if not own and key.attribute not in KEYWORD_KEYS:
        return f"[{len(setting.value)} not shown]"
    if isinstance(setting.value, tuple):
        return f"[{', '.join(map(str, setting.value))}]"
    return str(setting.value)


def _problems(status: Status) -> t.Iterator[str]:
    for problem in status.problems:
        yield from wrapped(str(problem), TEXT_INDENT, FINDING_INDENT)


def _hooks(status: Status) -> t.Iterator[str]:
    for hook, state in status.hooks.items():
        yield f"{TEXT_INDENT}{hook:<{HOOK_WIDTH}}{state}"
