"""The precedence and the rules, written a second time from their description, so that
the code can be held against them. It is slow and gives no reasons.
"""

from __future__ import annotations

import re
import typing as t
import urllib.parse
from dataclasses import dataclass

from flask_prodguard.environment.contexts import CONTEXTS
from flask_prodguard.environment.machine import Declaration
from flask_prodguard.environment.marks import DevelopmentContext
from flask_prodguard.environment.marks import Mark
from flask_prodguard.environment.marks import Platform
from flask_prodguard.environment.platforms import PLATFORMS

from .environments import BOOLEAN_VARIABLES
from .environments import CLASS_VARIABLES
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


def _bare(value: str) -> str:
    found = re.fullmatch(r"""\s*(["']?)(.*)\1\s*""", value, flags=re.S)
    assert found is not None
    return found[2].strip() if len(value.strip()) > 1 else value.strip()


def _holds(mark: Mark, environ: Environ) -> bool:
    value = _bare(environ.get(mark.variable, ""))
    if mark.words:
        return value.casefold() in mark.words
    return bool(value) and (
        not mark.pattern or re.fullmatch(mark.pattern, value) is not None
    )


def _speaks(each: Platform | DevelopmentContext, environ: Environ) -> bool:
    rules = [all(_holds(mark, environ) for mark in rule) for rule in each.rules]
    return any(rules) and not any(_holds(mark, environ) for mark in each.vetoes)


def _is_there(
    platform: Platform, environ: Environ, folders: frozenset[str], kinds: set[str]
) -> bool:
    vetoed = any(
        name.startswith(prefix) for name in environ for prefix in platform.veto_prefixes
    ) or (platform.hosts_development and kinds & {"a workspace", "a CI service"})
    found = _speaks(platform, environ) or bool(folders & {*platform.folders})
    return found and not vetoed


def _declared(environ: Environ, project: Project) -> set[str]:
    named = [
        environ.get(variable, "") for variable in (*WORD_VARIABLES, *project.variables)
    ]
    for variable in LIST_VARIABLES:
        named += _bare(environ.get(variable, "")).split(",")
    for pair in _bare(environ.get(RESOURCE, "")).split(","):
        if re.match(r"\s*deployment\.environment(\.name)?\s*=", pair):
            named.append(urllib.parse.unquote(pair.split("=", 1)[1]))
    names = {_bare(name).casefold() for name in named}
    for variable in CLASS_VARIABLES:
        last = re.sub(r".*[.:]", "", _bare(environ.get(variable, "")), flags=re.S)
        names.add(re.sub(r"[-_]?(config|settings)$", "", last.casefold()))
    return names


def environment(
    environ: Environ,
    folders: frozenset[str],
    project: Project,
    machine: tuple[Declaration, ...] = (),
    runner: str | None = None,
) -> tuple[str, int | None, bool]:
    """The environment's name, the level that has decided, and whether other devices may
    reach it.
    """
    names = _declared(environ, project)
    is_flagged = any(
        _bare(environ.get(name, "")).casefold() in TRUE for name in BOOLEAN_VARIABLES
    )
    kinds = {each.kind for each in CONTEXTS if _speaks(each, environ)}
    tiers = {
        each.tier for each in PLATFORMS if _is_there(each, environ, folders, kinds)
    }
    production = {*PRODUCTION_WORDS, *project.production}
    development = {*DEVELOPMENT_WORDS, *project.development} - production
    said = {each.says for each in machine}
    current = environ.get("PYTEST_CURRENT_TEST", "")
    levels = {
        1: project.final,
        2: names & production or is_flagged or "production" in said,
        3: runner or re.fullmatch(r".+ \((setup|call|teardown)\)", current, re.S),
        4: "strong" in tiers,
        5: names & development or "development" in said,
        6: kinds,
        7: "conditional" in tiers,
        8: _bare(environ.get("CI", "")).casefold() in {"1", "true"},
    }
    level = next((level for level, speaks in levels.items() if speaks), None)
    if level is None:
        return "undeclared", None, False
    name = "production" if level in {2, 4, 7} else "development"
    if level == 1:
        name = str(project.final)
    opened = level == 1 or any(each.network for each in machine)
    return name, level, name == "development" and opened


class Facts(t.NamedTuple):
    """What the rules' table asks of a launch."""

    via: str
    is_beyond: bool
    is_resolved: bool
    debug: bool
    debugger: bool
    testing: bool


def codes(facts: Facts, name: str, opened: bool) -> tuple[set[str], str]:
    """The codes that the rules' table has for a launch, and the outcome.

    :param facts: the launch.
    :param name: the environment's name.
    :param opened: whether other devices may reach it.
    """
    if facts.via in SERVERS or facts.via == RUNNING:
        return _of_development_server(facts, name, opened)
    is_exposed = name == "production" or (facts.is_beyond and not opened)
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
    facts: Facts, name: str, opened: bool
) -> tuple[set[str], str]:
    found = set()
    if name == "production":
        found = {"PG101", *(["PG102"] if facts.is_beyond else [])}
        found |= {"PG201"} if facts.debugger else set()
    elif facts.is_beyond and opened:
        return ({"PG201"}, "warn") if facts.debugger else (set(), "allow")
    elif facts.is_beyond:
        found = {"PG102", *(["PG201"] if facts.debugger else [])}
    elif name == "undeclared" and facts.via == "app.run()" and facts.is_resolved:
        found = {"PG103"} if facts.debug or facts.debugger else set()
    return found, "refuse" if found else "allow"
