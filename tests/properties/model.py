"""The precedence and the rules, written a second time from their description, so that
the code can be held against them. It is slow and says nothing of why.
"""

from __future__ import annotations

import re
import typing as t
import urllib.parse
from dataclasses import dataclass

from flask_prodguard.environment.contexts import CONTEXTS
from flask_prodguard.environment.marks import Mark
from flask_prodguard.environment.marks import Platform
from flask_prodguard.environment.platforms import PLATFORMS

from .environments import BOOLEAN_VARIABLES
from .environments import DEVELOPMENT_WORDS
from .environments import Environ
from .environments import LIST_VARIABLES
from .environments import PRODUCTION_WORDS
from .environments import RESOURCE
from .environments import TRUE
from .environments import WORD_VARIABLES

SERVERS = ("app.run()", "flask run", "a Werkzeug server")
RUNNING = "a running Werkzeug server"
DEBUGGER = "DebuggedApplication"


@dataclass(frozen=True)
class Project:
    """What a project has configured."""

    final: str | None = None
    variables: tuple[str, ...] = ()
    production: tuple[str, ...] = ()
    development: tuple[str, ...] = ()


def _holds(mark: Mark, environ: Environ) -> bool:
    value = environ.get(mark.variable, "").strip()
    if mark.words:
        return value.casefold() in mark.words
    return bool(value) and (
        not mark.pattern or re.fullmatch(mark.pattern, value) is not None
    )


def _is_there(platform: Platform, environ: Environ, folders: frozenset[str]) -> bool:
    rules = [all(_holds(mark, environ) for mark in rule) for rule in platform.rules]
    vetoed = any(_holds(mark, environ) for mark in platform.vetoes) or any(
        name.startswith(prefix) for name in environ for prefix in platform.veto_prefixes
    )
    return (any(rules) or bool(folders & {*platform.folders})) and not vetoed


def _declared(environ: Environ, project: Project) -> set[str]:
    named = [
        environ.get(variable, "") for variable in (*WORD_VARIABLES, *project.variables)
    ]
    for variable in LIST_VARIABLES:
        named += environ.get(variable, "").split(",")
    last = re.sub(r".*[.:]", "", environ.get("APP_SETTINGS", "").strip(), flags=re.S)
    named.append(re.sub(r"(?i)[-_]?(config|settings)$", "", last))
    for pair in environ.get(RESOURCE, "").split(","):
        if re.match(r"\s*deployment\.environment(\.name)?\s*=", pair):
            named.append(urllib.parse.unquote(pair.split("=", 1)[1]))
    return {name.strip().casefold() for name in named}


def environment(
    environ: Environ, folders: frozenset[str], project: Project
) -> tuple[str, int | None]:
    """The environment's name, and the level that has decided.

    :param environ: the process environment.
    :param folders: the folders that exist.
    :param project: what is configured.
    """
    names = _declared(environ, project)
    is_flagged = any(
        environ.get(name, "").strip().casefold() in TRUE for name in BOOLEAN_VARIABLES
    )
    tiers = {each.tier for each in PLATFORMS if _is_there(each, environ, folders)}
    is_developed = any(
        any(_holds(mark, environ) for mark in context.marks)
        and not any(_holds(mark, environ) for mark in context.vetoes)
        for context in CONTEXTS
    )
    production = {*PRODUCTION_WORDS, *project.production}
    development = {*DEVELOPMENT_WORDS, *project.development} - production
    levels = {
        1: project.final,
        2: names & production or is_flagged,
        3: "strong" in tiers,
        4: names & development,
        5: is_developed,
        6: "conditional" in tiers,
    }
    level = next((level for level, speaks in levels.items() if speaks), None)
    if level == 1:
        return str(project.final), 1
    if level is None:
        return "undeclared", None
    return "production" if level in {2, 3, 6} else "development", level


class Facts(t.NamedTuple):
    """What the rules' table asks of a launch."""

    via: str
    is_beyond: bool
    is_resolved: bool
    debug: bool
    debugger: bool
    testing: bool


def codes(facts: Facts, name: str, level: int | None) -> tuple[set[str], str]:
    """The codes that the rules' table has for a launch, and what comes of it.

    :param facts: the launch.
    :param name: the environment's name.
    :param level: the level that has decided.
    """
    if facts.via in SERVERS or facts.via == RUNNING:
        return _of_development_server(facts, name, level)
    is_exposed = name == "production" or (facts.is_beyond and level != 1)
    if facts.via == DEBUGGER:
        refused = is_exposed and facts.debugger
        return ({"PG201"}, "refuse") if refused else (set(), "allow")
    if not is_exposed:
        return set(), "allow"
    found = {"PG202": facts.debug, "PG203": facts.testing, "PG201": facts.debugger}
    named = {code for code, is_found in found.items() if is_found}
    worst = "refuse" if facts.debugger else "report"
    return named, worst if named else "allow"


def _of_development_server(
    facts: Facts, name: str, level: int | None
) -> tuple[set[str], str]:
    found = set()
    if name == "production":
        found = {"PG101", *(["PG102"] if facts.is_beyond else [])}
        found |= {"PG201"} if facts.debugger else set()
    elif facts.is_beyond and level == 1:
        return ({"PG201"}, "warn") if facts.debugger else (set(), "allow")
    elif facts.is_beyond:
        found = {"PG102", *(["PG201"] if facts.debugger else [])}
    elif name == "undeclared" and facts.via == "app.run()" and facts.is_resolved:
        found = {"PG103"} if facts.debug or facts.debugger else set()
    return found, "refuse" if found else "allow"
