"""Makes it impossible to serve a Flask app in production with the development server
by accident.
"""

from __future__ import annotations

import importlib
import typing as t

if t.TYPE_CHECKING:
    from .errors import ConfigError as ConfigError
    from .errors import ProdGuardError as ProdGuardError
    from .errors import SetupError as SetupError
    from .errors import UnsafeLaunchError as UnsafeLaunchError
    from .extension import ProdGuard as ProdGuard
    from .signals import launch_judged as launch_judged

__version__ = "0.1.0"

# Imported when they are asked for: pytest imports the package in every project where it
# is installed, and Flask is slow to import.
_HOMES = {
    "ConfigError": "errors",
    "ProdGuard": "extension",
    "ProdGuardError": "errors",
    "SetupError": "errors",
    "UnsafeLaunchError": "errors",
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
