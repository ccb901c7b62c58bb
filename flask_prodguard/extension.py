"""The extension, ``ProdGuard``."""

from __future__ import annotations

import typing as t

# Not from ``flask``: instrumentation such as OpenTelemetry replaces the name there.
from flask.app import Flask
from werkzeug.local import LocalProxy

from .errors import SetupError
from .guard.fork import importing

if t.TYPE_CHECKING:
    # The hooks import these by name. A bundler, such as PyInstaller, only includes what
    # an import statement names, whether or not it is executed.
    from .guard import watch_launches as watch_launches
    from .guard import watch_requests as watch_requests


class ProdGuard:
    """Refuses to serve an app by accident with Werkzeug's development server, or with
    its interactive debugger, in a production-like environment.

    Give it the app, or call :meth:`init_app` in an application factory::

        guard = ProdGuard()

        def create_app():
            app = Flask(__name__)
            guard.init_app(app)
            return app

    :param app: the app to guard.

    .. versionadded:: 0.1
    """

    def __init__(self, app: Flask | None = None) -> None:
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Guard an app. Nothing is judged and no configuration is read before a server
        starts, so that the app may be configured later.

        The following keys are read, from the environment variable ``FLASK_`` + key,
        then from ``app.config``:

        - ``PRODGUARD_ENABLED``
        - ``PRODGUARD_ACTION``
        - ``PRODGUARD_ENVIRONMENT``
        - ``PRODGUARD_ALLOWED_HOSTS``
        - ``PRODGUARD_IGNORE``
        - ``PRODGUARD_ENVIRONMENT_VARIABLES``
        - ``PRODGUARD_PRODUCTION_NAMES``
        - ``PRODGUARD_DEVELOPMENT_NAMES``

        :param app: the app to guard.
        :raises SetupError: it isn't a Flask app, or it is guarded already.

        .. versionadded:: 0.1
        """
        global _interrupting
        app = _flask_app(app)
        with importing:
            if _interrupting is not None:
                # A signal handler, in the middle of the import below.
                _interrupting.append(app)
                return
            _interrupting = []
            try:
                # Imported here so that importing the package costs next to nothing,
                # and patches nothing.
                from .guard.application import guard
            finally:
                meanwhile, _interrupting = _interrupting, None
        guard(app)
        for each in meanwhile:
            guard(each)


# The apps that a signal handler asked to guard while this thread was importing.
_interrupting: list[Flask] | None = None


def _flask_app(app: object) -> Flask:
    # By its type: a proxy claims the class of what it stands for.
    if type(app) is LocalProxy:
        app = _behind(app)
    elif not issubclass(type(app), Flask):
        # As wrapt's proxies have it.
        app = getattr(app, "__wrapped__", app)
    if issubclass(type(app), Flask):
        return t.cast("Flask", app)
    kind = type(app)
    message = (
        f"ProdGuard guards a Flask app, not {kind.__module__}.{kind.__qualname__}."
    )
    # A Dash object holds its Flask app in ``server``.
    if isinstance(getattr(app, "server", None), Flask):
        message += " Pass the Flask app that it holds: ProdGuard(dash_app.server)."
    raise SetupError(message)


def _behind(proxy: LocalProxy[t.Any]) -> object:
    try:
        return proxy._get_current_object()
    except RuntimeError:
        raise SetupError(
            "ProdGuard was given a proxy, such as current_app, that isn't bound to an"
            " app here. Pass the Flask app itself: ProdGuard(app)."
        ) from None
