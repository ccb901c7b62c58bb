"""Makes WSGI calls of an app in production, for ``benchmarks.wsgi_call`` to count.

``python -m benchmarks.worker_wsgi_call (guarded|plain) CALLS``. The environment says
that this is production.
"""

from __future__ import annotations

import gc
import io
import sys
import typing as t

from flask import Flask

from flask_prodguard import ProdGuard

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


def call(app: Flask) -> bytes:
    """Make one WSGI call, and return what is served.

    :param app: the app.
    """
    environ: t.Any = {**ENVIRON, "wsgi.input": io.BytesIO()}
    response = app(environ, lambda status, headers, error=None: lambda data: None)
    body = b"".join(response)
    t.cast("t.Any", response).close()
    return body


def main(kind: str, calls: int) -> None:
    """Make the calls.

    :param kind: whether the app is guarded.
    :param calls: how many.
    """
    app = make_app()
    if kind == "guarded":
        ProdGuard(app)
    # The first request is judged.
    call(app)
    # Neither kind pays for what was loaded at the start.
    gc.collect()
    gc.freeze()
    for _ in range(calls):
        call(app)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
