"""Applies the guard to an app."""

from __future__ import annotations

import typing as t

from ..errors import SetupError
from ..remedy.origin import record_origin
from . import hooks
from .containment import observe
from .first_request import await_first_request
from .state import EXTENSION_KEY
from .state import GuardState
from .state import remember_guarded

if t.TYPE_CHECKING:
    from flask import Flask

    # The hooks import these by name. A bundler, such as PyInstaller, only includes what
    # an import statement names, whether or not it is executed.
    from . import watch_launches as watch_launches
    from . import watch_requests as watch_requests


def guard(app: Flask) -> None:
    """Guard an app.

    :raises SetupError: it is guarded already.
    """
    if EXTENSION_KEY in app.extensions:
        raise SetupError(
            f"{app.name!r} is guarded already: ProdGuard was applied to it twice."
            " Remove one of ProdGuard(app) and guard.init_app(app)."
        )
    app.extensions[EXTENSION_KEY] = GuardState(record_origin(app))
    remember_guarded(app)
    observe(hooks.install, None)
    observe(lambda: await_first_request(app), None)
