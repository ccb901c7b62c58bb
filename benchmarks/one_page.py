"""An app with one page, and a WSGI call of it."""

from __future__ import annotations

import io
import sys
import typing as t

from flask import Flask

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ENVIRON = {
    "REQUEST_METHOD": "GET",
    "SCRIPT_NAME": "",
    "PATH_INFO": "/",
    "QUERY_STRING": "",
    "SERVER_NAME": "shop.example",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_HOST": "shop.example",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": False,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}


def make_app(name: str = "shop") -> Flask:
    """An app with one page.

    :param name: the app's.
    """
    app = Flask(name)
    app.add_url_rule("/", view_func=lambda: "served")
    return app


def start_response(*_: object) -> t.Callable[[bytes], object]:
    """Take the status and the headers, as a server does."""
    return lambda data: None


def call(app: WSGIApplication) -> bytes:
    """Make one WSGI call, and return what is served.

    :param app: the app, or what is around it.
    """
    environ: t.Any = {**ENVIRON, "wsgi.input": io.BytesIO()}
    response = app(environ, start_response)
    body = b"".join(response)
    t.cast("t.Any", response).close()
    return body
