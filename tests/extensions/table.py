"""The programs that are tried, each called ``app.py``."""

from __future__ import annotations

import typing as t

from .programs import ADMIN
from .programs import APIFLASK
from .programs import CONNEXION
from .programs import DASH
from .programs import DEBUG
from .programs import GEVENT
from .programs import HEAD
from .programs import NEW_APP
from .programs import OPEN_TUNNEL
from .programs import OPENAPI3
from .programs import POLLING
from .programs import RESTX
from .programs import RUN
from .programs import SOCKETIO
from .programs import TOOLBAR
from .programs import TUNNEL
from .programs import UNSAFE

GUNICORN = ("gunicorn", "app:app", "--bind=127.0.0.1:$port")
GEVENT_WORKER = (*GUNICORN, "--worker-class=gevent")
UVICORN = ("uvicorn", "app:shop", "--port=$port")
TUNNEL_IS_OPEN = "Running on the tunnel"


class Program(t.NamedTuple):
    """A program, and a page of it."""

    #: What it is called in the documentation's table.
    name: str
    #: The extension in its registry, and as a module.
    distribution: str
    module: str
    code: str
    path: str
    expected: str
    #: How production serves it: the program's words before the address.
    production: tuple[str, ...] = GUNICORN
    #: What it prints when it is started as a program.
    printed: str = ""

    def __str__(self) -> str:
        return self.name

    @property
    def text(self) -> str:
        """The whole program."""
        return HEAD + self.code


#: They start Werkzeug's development server.
DEVELOPMENT_SERVERS = (
    Program(
        "Flask-RESTX",
        "flask-restx",
        "flask_restx",
        f"{NEW_APP}{RESTX}{RUN}",
        "/swagger.json",
        "/goods",
    ),
    Program(
        "APIFlask",
        "apiflask",
        "apiflask",
        APIFLASK + RUN,
        "/openapi.json",
        "/goods",
    ),
    Program(
        "flask-openapi3",
        "flask-openapi3",
        "flask_openapi3",
        OPENAPI3 + RUN,
        "/openapi/openapi.json",
        "/goods",
    ),
    Program(
        "Flask-DebugToolbar",
        "flask-debugtoolbar",
        "flask_debugtoolbar",
        f"{NEW_APP}{TOOLBAR}{RUN}",
        "/",
        "served",
    ),
    Program(
        "Flask-Admin",
        "flask-admin",
        "flask_admin",
        f"{NEW_APP}{ADMIN}{RUN}",
        "/admin/",
        "shop",
    ),
    Program("Dash", "dash", "dash", DASH, "/_dash-layout", "served"),
    Program(
        "Flask-SocketIO, threading",
        "flask-socketio",
        "flask_socketio",
        SOCKETIO.format(mode="threading", options=UNSAFE),
        POLLING,
        "sid",
    ),
    Program(
        "Connexion, app.run() of its Flask app",
        "connexion",
        "connexion",
        CONNEXION + RUN,
        "/",
        "served",
    ),
    Program(
        "flask-cloudflared before the guard",
        "flask-cloudflared",
        "flask_cloudflared",
        f"{NEW_APP}{TUNNEL}{OPEN_TUNNEL}ProdGuard(app)\n{RUN}",
        "/",
        "served",
        printed=TUNNEL_IS_OPEN,
    ),
    Program(
        "flask-cloudflared after the guard",
        "flask-cloudflared",
        "flask_cloudflared",
        f"{NEW_APP}{TUNNEL}ProdGuard(app)\n{OPEN_TUNNEL}{RUN}",
        "/",
        "served",
        printed=TUNNEL_IS_OPEN,
    ),
)
#: They bring a production server.
OWN_SERVERS = (
    Program(
        "Flask-SocketIO, gevent",
        "flask-socketio",
        "flask_socketio",
        GEVENT + HEAD + SOCKETIO.format(mode="gevent", options=""),
        POLLING,
        "sid",
        GEVENT_WORKER,
    ),
    Program(
        "Connexion, its own run()",
        "connexion",
        "connexion",
        f"{CONNEXION}\nif __name__ == '__main__':\n    shop.run(port=port)\n",
        "/goods",
        "null",
        UVICORN,
    ),
)
#: Flask-SocketIO wraps the app in the debugger under its own server, too.
DEBUGGED_SERVER = Program(
    "Flask-SocketIO, gevent and debug mode",
    "flask-socketio",
    "flask_socketio",
    GEVENT + HEAD + SOCKETIO.format(mode="gevent", options=DEBUG),
    POLLING,
    "sid",
)
TOOLBAR_PROGRAM = DEVELOPMENT_SERVERS[3]
