"""Makes it impossible to serve a Flask app in production with the development server
by accident.
"""

from __future__ import annotations

import importlib
import typing as t

if t.TYPE_CHECKING:
    from .config.keys import Problem as Problem
    from .environment.evidence import Environment as Environment
    from .environment.evidence import Evidence as Evidence
    from .environment.evidence import Level as Level
    from .errors import ConfigError as ConfigError
    from .errors import ProdGuardError as ProdGuardError
    from .errors import SetupError as SetupError
    from .errors import UnsafeLaunchError as UnsafeLaunchError
    from .extension import ProdGuard as ProdGuard
    from .judging.address import Address as Address
    from .judging.address import Exposure as Exposure
    from .judging.launch import CallSite as CallSite
    from .judging.launch import ImportPath as ImportPath
    from .judging.launch import Launch as Launch
    from .judging.launch import Via as Via
    from .judging.verdict import Finding as Finding
    from .judging.verdict import Obstacle as Obstacle
    from .judging.verdict import Outcome as Outcome
    from .judging.verdict import Verdict as Verdict
    from .rules import Rule as Rule
    from .rules import Severity as Severity
    from .signals import launch_judged as launch_judged

__version__ = "0.1.0"

# Imported on first access: pytest imports the package in every project where it is
# installed, and Flask is slow to import.
_HOMES = {
    "Address": "judging.address",
    "CallSite": "judging.launch",
    "ConfigError": "errors",
    "Environment": "environment.evidence",
    "Evidence": "environment.evidence",
    "Exposure": "judging.address",
    "Finding": "judging.verdict",
    "ImportPath": "judging.launch",
    "Launch": "judging.launch",
    "Level": "environment.evidence",
    "Obstacle": "judging.verdict",
    "Outcome": "judging.verdict",
    "Problem": "config.keys",
    "ProdGuard": "extension",
    "ProdGuardError": "errors",
    "Rule": "rules",
    "SetupError": "errors",
    "Severity": "rules",
    "UnsafeLaunchError": "errors",
    "Verdict": "judging.verdict",
    "Via": "judging.launch",
    "launch_judged": "signals",
}


def __getattr__(name: str) -> t.Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
