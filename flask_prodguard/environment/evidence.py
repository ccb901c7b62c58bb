"""The process environment as evidence for production or for development.

Only names of variables and accepted keywords leave this module, never a value.
"""

from __future__ import annotations

import enum
import typing as t
from dataclasses import dataclass

from ..config.keys import TRUE_WORDS
from .contexts import CONTAINER_FILES
from .contexts import CONTAINER_MARK
from .contexts import CONTEXTS
from .declarations import BOOLEAN_VARIABLES
from .declarations import declared_names
from .declarations import DEVELOPMENT_NAMES
from .declarations import PRODUCTION_NAMES
from .marks import all_found
from .marks import any_found
from .marks import Environ
from .marks import Platform
from .marks import STRONG
from .platforms import PLATFORMS

if t.TYPE_CHECKING:
    from ..config.settings import GuardConfig

PRODUCTION = "production"
DEVELOPMENT = "development"
UNDECLARED = "undeclared"

Exists: t.TypeAlias = t.Callable[[str], bool]


class Level(enum.IntEnum):
    """How strong a piece of evidence is: the first level that speaks decides.

    .. versionadded:: 0.1
    """

    EXPLICIT = 1
    DECLARED_PRODUCTION = 2
    STRONG_PLATFORM = 3
    DECLARED_DEVELOPMENT = 4
    DEVELOPMENT_CONTEXT = 5
    CONDITIONAL_PLATFORM = 6


@dataclass(frozen=True)
class Evidence:
    """One thing that was seen.

    .. versionadded:: 0.1
    """

    level: Level
    #: ``"production"`` or ``"development"``.
    says: str
    #: What was seen, for example ``"DYNO is set (Heroku)"``.
    seen: str


@dataclass(frozen=True)
class Environment:
    """What is known of where this process runs.

    .. versionadded:: 0.1
    """

    #: ``"production"``, ``"development"`` or ``"undeclared"``.
    name: str
    #: The level that decided, ``None`` if none spoke.
    level: Level | None = None
    #: Everything that was seen, what decided first.
    evidence: tuple[Evidence, ...] = ()
    #: The title of the hosting platform, if one was recognised.
    platform: str | None = None
    #: The key of the place where that platform keeps its start command.
    place: str | None = None
    #: Whether this is a container, which decides nothing but the advice.
    container: bool = False

    @property
    def is_production(self) -> bool:
        """Whether this counts as production."""
        return self.name == PRODUCTION

    @property
    def is_explicitly_development(self) -> bool:
        """Whether ``PRODGUARD_ENVIRONMENT`` says that this is development."""
        return self.name == DEVELOPMENT and self.level is Level.EXPLICIT

    @property
    def deciding(self) -> tuple[Evidence, ...]:
        """The evidence of the level that decided."""
        return tuple(item for item in self.evidence if item.level is self.level)

    @property
    def contradicting(self) -> tuple[Evidence, ...]:
        """The evidence that says otherwise."""
        return tuple(item for item in self.evidence if item.says != self.name)


def read_environment(
    environ: Environ, config: GuardConfig, exists: Exists
) -> Environment:
    """Weigh what the process environment says. The cost depends on the tables, not
    on the number of variables.

    :param config: names and variables that the project added, and its final word.
    :param exists: whether a file or folder exists; an error counts as no.
    """
    platforms = [*_platforms(environ, exists)]
    evidence = [
        *_explicit(config),
        *_declared(environ, config),
        *(_platform_evidence(platform, seen) for platform, seen in platforms),
        *_contexts(environ),
    ]
    evidence.sort(key=lambda item: item.level)
    decided = evidence[0] if evidence else None
    platform = platforms[0][0] if platforms else None
    return Environment(
        name=decided.says if decided else UNDECLARED,
        level=decided.level if decided else None,
        evidence=tuple(evidence),
        platform=platform.title if platform else None,
        place=platform.place if platform else None,
        container=_is_container(environ, exists),
    )


def _explicit(config: GuardConfig) -> t.Iterator[Evidence]:
    if config.environment.value is not None:
        seen = f"PRODGUARD_ENVIRONMENT={config.environment.value}"
        yield Evidence(
            Level.EXPLICIT,
            config.environment.value,
            f"{seen} ({config.environment.source})",
        )


def _declared(environ: Environ, config: GuardConfig) -> t.Iterator[Evidence]:
    production = PRODUCTION_NAMES.union(config.production_names.value)
    development = DEVELOPMENT_NAMES.union(config.development_names.value)
    for variable, name in declared_names(environ, config.environment_variables.value):
        if name in production:
            yield _declaration(Level.DECLARED_PRODUCTION, f"{variable}={name}")
        elif name in development:
            yield _declaration(Level.DECLARED_DEVELOPMENT, f"{variable}={name}")
    for variable in BOOLEAN_VARIABLES:
        word = environ.get(variable, "").strip().casefold()
        if word in TRUE_WORDS:
            yield _declaration(Level.DECLARED_PRODUCTION, f"{variable}={word}")


def _declaration(level: Level, seen: str) -> Evidence:
    production = level is Level.DECLARED_PRODUCTION
    return Evidence(level, PRODUCTION if production else DEVELOPMENT, seen)


def _platforms(environ: Environ, exists: Exists) -> t.Iterator[tuple[Platform, str]]:
    for platform in PLATFORMS:
        seen = next(
            filter(None, (all_found(rule, environ) for rule in platform.rules)),
            None,
        ) or next((f for f in platform.folders if _exists(exists, f)), None)
        if seen and not _is_vetoed(platform, environ):
            yield platform, seen


def _is_vetoed(platform: Platform, environ: Environ) -> bool:
    if any_found(platform.vetoes, environ):
        return True
    prefixes = platform.veto_prefixes
    return bool(prefixes) and any(name.startswith(prefixes) for name in environ)


def _platform_evidence(platform: Platform, seen: str) -> Evidence:
    strong = platform.tier == STRONG
    level = Level.STRONG_PLATFORM if strong else Level.CONDITIONAL_PLATFORM
    verb = "" if "=" in seen or seen.endswith(" is set") else " exists"
    return Evidence(level, PRODUCTION, f"{seen}{verb} ({platform.title})")


def _contexts(environ: Environ) -> t.Iterator[Evidence]:
    for context in CONTEXTS:
        seen = any_found(context.marks, environ)
        if seen and not any_found(context.vetoes, environ):
            yield Evidence(
                Level.DEVELOPMENT_CONTEXT, DEVELOPMENT, f"{seen} ({context.title})"
            )


def _is_container(environ: Environ, exists: Exists) -> bool:
    return CONTAINER_MARK.found_in(environ) is not None or any(
        _exists(exists, path) for path in CONTAINER_FILES
    )


def _exists(exists: Exists, path: str) -> bool:
    try:
        return exists(path)
    except (OSError, ValueError):
        return False
