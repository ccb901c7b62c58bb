"""The extension, ``ProdGuard``."""

from __future__ import annotations

# Not from ``flask``: instrumentation such as OpenTelemetry replaces the name there.
from flask.app import Flask

from .errors import SetupError
from .guard.fork import importing


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
        :raises SetupError: it is no Flask app, or it is guarded already.

        .. versionadded:: 0.1
        """
        _require_flask(app)
        # Imported here so that importing the package costs next to nothing, and
        # patches nothing.
        with importing:
            from .guard import hooks
            from .guard.first_request import await_first_request
            from .guard.state import EXTENSION_KEY
            from .guard.state import GuardState
            from .guard.state import remember_guarded
            from .remedy.origin import record_origin
        if EXTENSION_KEY in app.extensions:
            raise SetupError(
                f"{app.name!r} is guarded already: ProdGuard was applied to it twice."
                " Remove one of ProdGuard(app) and guard.init_app(app)."
            )
        app.extensions[EXTENSION_KEY] = GuardState(record_origin(app))
        remember_guarded(app)
        hooks.install()
        await_first_request(app)


def _require_flask(app: object) -> None:
    if isinstance(app, Flask):
        return
    kind = type(app)
    message = (
        f"ProdGuard guards a Flask app, not {kind.__module__}.{kind.__qualname__}."
    )
    # A Dash object holds its Flask app in ``server``.
    if isinstance(getattr(app, "server", None), Flask):
        message += " Pass the Flask app that it holds: ProdGuard(dash_app.server)."
    raise SetupError(message)
