"""The app that every server serves."""

from __future__ import annotations

# The debugger is made before and after the guard, as people do both. It sees an
# exception only if Flask lets it pass.
SHOP = """\
from flask import Flask

# Before the guard is imported. A wrapper may bear the name of what it wraps.
untouched = Flask.wsgi_app, Flask.__call__

import logging
import os
import platform
from importlib.metadata import version

from flask import request
from flask import request_started
from flask_prodguard import ProdGuard

app = Flask("shop")
debugger = os.environ.get("SHOP_DEBUGGER")


@app.get("/")
def index():
    return "served"


@app.get("/fail")
def fail():
    return str(1 / 0)


@app.get("/state")
def state():
    functions = (
        app.before_request_funcs,
        app.after_request_funcs,
        app.teardown_request_funcs,
        app.url_value_preprocessors,
    )
    return {
        "pid": os.getpid(),
        "traces": {
            "receivers": len([*request_started.receivers_for(app)]),
            "functions": sum(len(each) for each in functions),
            "own": "wsgi_app" in vars(app),
            "replaced": (Flask.wsgi_app, Flask.__call__) != untouched,
        },
        "mod_wsgi": ".".join(map(str, request.environ.get("mod_wsgi.version", ()))),
        "versions": {
            "python": platform.python_version(),
            "flask": version("flask"),
            "werkzeug": version("werkzeug"),
        },
    }


if not debugger:
    # What is logged below the level of a warning would be seen.
    logger = logging.getLogger("flask_prodguard")
    logger.setLevel(logging.DEBUG)
    logger.addHandler(logging.StreamHandler())
if debugger:
    from werkzeug.debug import DebuggedApplication

    app.config["PROPAGATE_EXCEPTIONS"] = True
if debugger == "inside":
    app.wsgi_app = DebuggedApplication(app.wsgi_app, evalex=True)

ProdGuard(app)
served = DebuggedApplication(app, evalex=True) if debugger == "around" else app
"""

NO_TRACES = {"receivers": 0, "functions": 0, "own": False, "replaced": False}
