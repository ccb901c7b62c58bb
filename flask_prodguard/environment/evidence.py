"""The process environment as evidence for production or for development.

Only names of variables and accepted keywords leave this module, never a value.
"""

from __future__ import annotations

import enum
import typing as t
from dataclasses import dataclass

from ..config.keys import TRUE_WORDS
from . import process
from .ci_services import BARE_CI
from .contexts import CONTAINER_FILES
from .contexts import CONTAINER_MARK
from .contexts import CONTEXTS
from .declarations import BOOLEAN_VARIABLES
from .declarations import declared_names
from .declarations import DEVELOPMENT as DEVELOPMENT
from .declarations import DEVELOPMENT_NAMES
from .declarations import PRODUCTION as PRODUCTION
from .declarations import PRODUCTION_NAMES
from .declarations import VARIABLES
from .marks import any_found
from .marks import bare
from .marks import CI_SERVICE
from .marks import DevelopmentContext
from .marks import Environ
from .marks import Platform
from .marks import rule_found
from .marks import STRONG
from .marks import WORKSPACE
from .platforms import PLATFORMS
from .test_run import CURRENT_TEST
from .test_run import current_test_seen

if t.TYPE_CHECKING:
    from ..config.settings import GuardConfig
    from .machine import Declaration

UNDECLARED = "undeclared"

# Contexts that run on a platform and pass its marks on.
GUESTS = frozenset({WORKSPACE, CI_SERVICE})

Exists: t.TypeAlias = t.Callable[[str], bool]


class Level(enum.IntEnum):
    """How strong a piece of evidence is: the lowest level found decides."""

    EXPLICIT = 1
    DECLARED_PRODUCTION = 2
    TEST_RUN = 3
    STRONG_PLATFORM = 4
    DECLARED_DEVELOPMENT = 5
    DEVELOPMENT_CONTEXT = 6
    CONDITIONAL_PLATFORM = 7
    BARE_CI = 8


@dataclass(frozen=True)
class Evidence:
    """One thing that was seen."""

    level: Level
    #: ``"production"`` or ``"development"``.
    says: str
    #: What was seen, for example ``"DYNO is set (Heroku)"``.
    seen: str
    #: Whether it also says that other devices may reach the development server.
    network: bool = False


@dataclass(frozen=True)
class Environment:
    """What is known about where this process runs."""

    #: ``"production"``, ``"development"`` or ``"undeclared"``.
    name: str
    #: The level that decided, ``None`` without evidence.
    level: Level | None = None
    #: Everything that was seen, starting with what decided.
    evidence: tuple[Evidence, ...] = ()
    #: The title of the hosting platform, if one was recognised.
    platform: str | None = None
    #: The key of the place where that platform keeps its start command.
    place: str | None = None
    #: Whether this is a container, which changes only the advice.
    container: bool = False

    @property
    def is_production(self) -> bool:
        """Whether this counts as production."""
        return self.name == PRODUCTION

    @property
    def is_explicitly_development(self) -> bool:
        """Whether this was declared to be development that other devices may reach:
        ``PRODGUARD_ENVIRONMENT`` means both, and this machine's declaration may.
        """
        explicit = self.level is Level.EXPLICIT
        network = any(item.network for item in self.evidence)
        return self.name == DEVELOPMENT and (explicit or network)

    @property
    def deciding(self) -> tuple[Evidence, ...]:
        """The evidence of the level that decided."""
        return tuple(item for item in self.evidence if item.level is self.level)

    @property
    def contradicting(self) -> tuple[Evidence, ...]:
        """The evidence to the contrary."""
        return tuple(item for item in self.evidence if item.says != self.name)


def current_environment(config: GuardConfig) -> Environment:
    """Weigh what this process's environment says now."""
    return read_environment(
        process.environ(),
        config,
        process.exists,
        process.declarations(),
        process.test_runner(),
    )


def read_environment(
    environ: Environ,
    config: GuardConfig,
    exists: Exists,
    declarations: t.Iterable[Declaration] = (),
    test_runner: str | None = None,
) -> Environment:
    """Weigh what the process environment says. The cost depends on the tables, not
    on the number of variables.

    :param exists: whether a file or folder exists; an error counts as no.
    :param declarations: what this machine is declared to be.
    :param test_runner: the test runner that the process belongs to.
    """
    held = _held(environ, config)
    contexts = [*_contexts(held)]
    platforms = [
        *_platforms(held, environ, exists, {each.kind for each, _ in contexts})
    ]
    evidence = [
        *_explicit(config),
        *_declared(held, config),
        *_of_machine(declarations),
        *_test_run(held, test_runner),
        *(_platform_evidence(platform, seen) for platform, seen in platforms),
        *(_context_evidence(context, seen) for context, seen in contexts),
        *_bare_ci(held),
    ]
    evidence.sort(key=lambda item: item.level)
    decided = evidence[0] if evidence else None
    platform = platforms[0][0] if platforms else None
    return Environment(
        name=decided.says if decided else UNDECLARED,
        level=decided.level if decided else None,
        evidence=tuple(dict.fromkeys(evidence)),
        platform=platform.title if platform else None,
        place=platform.place if platform else None,
        container=_is_container(held, exists),
    )


def _names() -> t.Iterator[str]:
    yield from (*VARIABLES, CURRENT_TEST, BARE_CI.variable, CONTAINER_MARK.variable)
    for each in (*PLATFORMS, *CONTEXTS):
        yield from each.variables
        yield from (mark.variable for mark in each.vetoes)


#: The variables that any of the tables uses.
DECIDING_VARIABLES: frozenset[str] = frozenset(_names())


def _held(environ: Environ, config: GuardConfig) -> dict[str, str]:
    # Looking up a variable in os.environ takes longer than everything that follows.
    names = DECIDING_VARIABLES.union(config.environment_variables.value)
    if len(environ) < len(names):
        names = names.intersection(environ)
    return {name: environ[name] for name in names if name in environ}


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
        word = bare(environ.get(variable, "")).casefold()
        if word in TRUE_WORDS:
            yield _declaration(Level.DECLARED_PRODUCTION, f"{variable}={word}")


def _declaration(level: Level, seen: str) -> Evidence:
    production = level is Level.DECLARED_PRODUCTION
    return Evidence(level, PRODUCTION if production else DEVELOPMENT, seen)


def _of_machine(declarations: t.Iterable[Declaration]) -> t.Iterator[Evidence]:
    for declared in declarations:
        opened = ", with --network," if declared.network else ""
        words = (
            f"this machine is declared {declared.says}{opened} in {declared.shown_file}"
        )
        if declared.says == PRODUCTION:
            yield Evidence(Level.DECLARED_PRODUCTION, PRODUCTION, words)
        elif declared.says == DEVELOPMENT:
            network = declared.network
            yield Evidence(Level.DECLARED_DEVELOPMENT, DEVELOPMENT, words, network)


def _test_run(environ: Environ, test_runner: str | None) -> t.Iterator[Evidence]:
    seen = current_test_seen(environ)
    if test_runner:
        seen = f"{test_runner} runs this process"
    if seen:
        yield Evidence(Level.TEST_RUN, DEVELOPMENT, seen)


def _platforms(
    held: Environ, environ: Environ, exists: Exists, kinds: set[str]
) -> t.Iterator[tuple[Platform, str]]:
    for platform in PLATFORMS:
        if platform.variables.isdisjoint(held) and not platform.folders:
            continue
        seen = rule_found(platform.rules, held) or next(
            (folder for folder in platform.folders if _exists(exists, folder)), None
        )
        passed_on = platform.hosts_development and not GUESTS.isdisjoint(kinds)
        if seen and not passed_on and not _is_vetoed(platform, environ):
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


def _contexts(environ: Environ) -> t.Iterator[tuple[DevelopmentContext, str]]:
    for context in CONTEXTS:
        if context.variables.isdisjoint(environ):
            continue
        seen = rule_found(context.rules, environ)
        if seen and not any_found(context.vetoes, environ):
            yield context, seen


def _context_evidence(context: DevelopmentContext, seen: str) -> Evidence:
    words = f"{seen} ({context.title})"
    return Evidence(Level.DEVELOPMENT_CONTEXT, DEVELOPMENT, words)


def _bare_ci(environ: Environ) -> t.Iterator[Evidence]:
    seen = BARE_CI.found_in(environ)
    if seen:
        yield Evidence(Level.BARE_CI, DEVELOPMENT, f"{seen} (an unnamed CI service)")


def _is_container(environ: Environ, exists: Exists) -> bool:
    return CONTAINER_MARK.found_in(environ) is not None or any(
        _exists(exists, path) for path in CONTAINER_FILES
    )


def _exists(exists: Exists, path: str) -> bool:
    try:
        return exists(path)
    except (OSError, ValueError):
        return False
