"""The calls that start a server, and the address and options that they give it."""

from __future__ import annotations

import ast
import re
import typing as t

from .serving import Call
from .serving import known_text
from .serving import Serving
from .serving import WERKZEUG
from .values import External
from .values import Known
from .values import Mapped
from .values import NOTHING
from .values import Unknown
from .values import Value

if t.TYPE_CHECKING:
    from .following import FollowedCall
    from .following import Following
    from .following import Frame
    from .following import Handler


# Production servers, by the call that starts them.
PRODUCTION = {
    "waitress.serve": "waitress",
    "waitress.server.create_server": "waitress",
    "waitress.create_server": "waitress",
    "gevent.pywsgi.WSGIServer().serve_forever": "gevent",
    "gevent.pywsgi.WSGIServer().start": "gevent",
    "eventlet.wsgi.server": "eventlet",
    "uvicorn.run": "uvicorn",
    "uvicorn.main": "uvicorn",
    "uvicorn.Server().run": "uvicorn",
    "uvicorn.Server().serve": "uvicorn",
    "hypercorn.run.run": "hypercorn",
    "hypercorn.asyncio.serve": "hypercorn",
    "hypercorn.trio.serve": "hypercorn",
    "granian.Granian().serve": "granian",
    "cheroot.wsgi.Server().start": "cheroot",
    "cheroot.wsgi.Server().safe_start": "cheroot",
    "cheroot.wsgi.WSGIServer().start": "cheroot",
    "cherrypy.quickstart": "cherrypy",
    "cherrypy.engine.start": "cherrypy",
    "cherrypy.wsgiserver.CherryPyWSGIServer().start": "cherrypy",
    "tornado.httpserver.HTTPServer().listen": "tornado",
    "tornado.httpserver.HTTPServer().start": "tornado",
    "tornado.httpserver.HTTPServer().bind": "tornado",
    "bjoern.run": "bjoern",
    "meinheld.server.run": "meinheld",
    "twisted.internet.reactor.run": "twisted",
    "twisted.internet.reactor.listenTCP": "twisted",
    "paste.httpserver.serve": "paste",
    "gunicorn.app().run": "gunicorn",
    "gunicorn.app.wsgiapp.run": "gunicorn",
    "aiohttp.web.run_app": "aiohttp",
    "wsgiref.simple_server.make_server().serve_forever": "wsgiref",
    "wsgiref.simple_server.make_server().handle_request": "wsgiref",
    "quart.Quart().run": "hypercorn",
    "sanic.Sanic().run": "sanic",
    "bottle.run": "bottle",
    "bottle.Bottle().run": "bottle",
    "streamlit.web.bootstrap.run": "streamlit",
    "gradio.Blocks().launch": "uvicorn",
    "gradio.Interface().launch": "uvicorn",
}
# Options that another server has as well, or has no need of.
USUAL_OPTIONS = frozenset(
    {"host", "port", "debug", "use_reloader", "use_debugger", "threaded"}
)
SERVER_WORDS = frozenset({"host", "port", "debug", "use_reloader", "threaded"})
SERVING_METHODS = (".run", ".run_server", ".serve", ".serve_forever", ".run_simple")
# Objects whose `run()` starts no Flask server.
OTHER_RUN = re.compile(
    r"(subprocess|asyncio|discord|telebot|telegram|unittest|pytest|typer|anyio|trio|mcp"
    r"|fastmcp|nest_asyncio|schedule|rich|textual|celery|pyrogram|aiogram|win32)\b.*"
)


def maybe_served(
    program: Following, node: ast.AST, named: dict[str, Value], frame: Frame
) -> None:
    """Note a call that may serve an app, if nothing shows that it does not."""
    function = node.func if isinstance(node, ast.Call) else node
    name = getattr(function, "attr", "")
    if name not in ("run", "run_server") or not SERVER_WORDS & named.keys():
        return
    line = getattr(node, "lineno", 0)
    why = program.unknown(
        f"what `{ast.unparse(function)}` is can't be known", node, frame
    )
    program.servings.append(
        Serving(
            WERKZEUG,
            Call.APP_RUN,
            frame.module.file,
            line,
            condition=program.condition,
            unsure=why,
        )
    )


def _host(given: FollowedCall, at: int, default: str) -> Value:
    found = given.argument(at, "host")
    if found is None or (isinstance(found, Known) and found.value is None):
        return Known(default)
    return found


def _debug(given: FollowedCall) -> Value:
    debug = given.named.get("debug", NOTHING)
    return Known(False, True) if debug == NOTHING else debug


def _flask_run(given: FollowedCall) -> Value | None:
    owner = given.function.owner
    debug = given.argument(2, "debug")
    if debug is None or debug == NOTHING:
        debug = debug_of(given.program, owner)
    server_name = owner and owner.attributes.get("config[SERVER_NAME]")
    name = (known_text(server_name) if server_name else None) or ""
    default = name.partition(":")[0] or "127.0.0.1"
    return given.serve(
        WERKZEUG,
        Call.APP_RUN,
        host=_host(given, 0, default),
        port=given.argument(1, "port") or NOTHING,
        debug=debug,
        debugger=given.named.get("use_debugger", NOTHING),
        asks_for_more=bool(given.named.keys() - USUAL_OPTIONS),
        served=owner,
    )


def _unbound_run(given: FollowedCall) -> Value | None:
    # Flask.run(app)
    app = given.argument(0, "self") or NOTHING
    run = given.program.attribute(app, "run", given.node, given.frame)
    return given.program.call(
        run, given.positional[1:], given.named, given.frame, given.node
    )


def debug_of(program: Following, owner: External | None) -> Value:
    """Whether the debug mode of an app is on, as far as the code shows."""
    for name in ("debug", "config[DEBUG]"):
        found = owner.attributes.get(name) if owner else None
        if found is not None:
            return found
    found = program.variable("FLASK_DEBUG") or Known("0", True)
    if isinstance(found, Known):
        # flask/helpers.py of Flask 2.3 to 3.1: an empty variable means off.
        is_on = found.value.lower() not in ("", "0", "false", "no")
        return Known(is_on, found.assumed)
    return found


def _socketio_run(given: FollowedCall) -> Value | None:
    owner = given.function.owner
    mode = _mode(given, owner)
    if mode is not None and mode != WERKZEUG:
        return given.serve(mode)
    unsure = None
    if mode is None:
        unsure = given.unknown(
            "no file of requirements says whether eventlet or gevent serves"
        )
    return given.serve(
        WERKZEUG,
        Call.APP_RUN,
        host=_host(given, 1, "127.0.0.1"),
        port=given.argument(2, "port") or NOTHING,
        debug=_debug(given),
        unsure=unsure,
        asks_for_more=True,
        socketio=True,
        served=given.argument(0, "app"),
    )


def _mode(given: FollowedCall, owner: External | None) -> str | None:
    named = {**(owner.named if owner else {}), **(owner.attributes if owner else {})}
    asked = named.get("async_mode")
    if isinstance(asked, Known) and isinstance(asked.value, str):
        return WERKZEUG if asked.value == "threading" else asked.value.split("_")[0]
    if asked is not None and asked != NOTHING:
        return None
    # https://python-socketio.readthedocs.io: eventlet is preferred to gevent, and
    # threads are used if neither is installed.
    packages = given.program.packages
    for name in ("eventlet", "gevent"):
        if name in given.program.imported or name in (packages or {}):
            return name
    return None if packages is None else WERKZEUG


def _socketio_init(given: FollowedCall) -> Value | None:
    owner = given.function.owner or given.function
    owner.attributes.update(given.named)
    return NOTHING


def _dash_run(given: FollowedCall) -> Value | None:
    default = given.program.environ.get("HOST", "127.0.0.1")
    return given.serve(
        WERKZEUG,
        Call.APP_RUN,
        host=_host(given, 0, default),
        port=given.argument(1, "port") or NOTHING,
        debug=_debug(given),
    )


def _connexion_run(given: FollowedCall) -> Value | None:
    # Up to 2.x, Flask's own server is started, on every interface. 3.0 has uvicorn.
    server = known_text(given.named.get("server"))
    if server in ("tornado", "gevent", "aiohttp"):
        return given.serve(server)
    packages = given.program.packages or {}
    version = re.search(r"\d+", packages.get("connexion", ""))
    if version is not None and int(version[0]) >= 3:
        return given.serve("uvicorn")
    unsure = None
    if version is None and server is None:
        unsure = given.unknown(
            "which release of connexion is installed decides: 3.0 brings uvicorn"
        )
    return given.serve(
        WERKZEUG,
        Call.APP_RUN,
        host=_host(given, 3, "0.0.0.0"),
        port=given.argument(0, "port") or NOTHING,
        debug=given.named.get("debug", Known(False, True)),
        unsure=unsure,
    )


def _run_simple(given: FollowedCall) -> Value | None:
    return given.serve(
        WERKZEUG,
        Call.WERKZEUG,
        host=given.argument(0, "hostname") or Unknown("its host can't be known"),
        port=given.argument(1, "port") or NOTHING,
        debugger=_wrapped(given, 2)
        or given.argument(4, "use_debugger")
        or Known(False),
        served=given.argument(2, "application"),
    )


def _make_server(given: FollowedCall) -> Value | None:
    given.serve(
        WERKZEUG,
        Call.WERKZEUG,
        host=given.argument(0, "host") or Unknown("its host can't be known"),
        port=given.argument(1, "port") or NOTHING,
        debugger=_wrapped(given, 2) or Known(False),
    )
    return External("werkzeug.serving.server")


def _wrapped(given: FollowedCall, at: int) -> Value | None:
    app = given.argument(at, "app") or given.argument(at, "application")
    is_wrapped = isinstance(app, External) and app.path.startswith("werkzeug.debug.")
    return Known(True) if is_wrapped else None


def _config_update(given: FollowedCall) -> Value | None:
    owner = given.function.owner
    app = (owner and owner.owner) or given.function
    mappings = [each.items for each in given.positional if isinstance(each, Mapped)]
    for mapping in (*mappings, given.named):
        for key, value in mapping.items():
            given.program.put(app.attributes, f"config[{key}]", value)
    return NOTHING


def _config_from_object(given: FollowedCall) -> Value | None:
    owner = given.function.owner
    app = owner.owner if owner else None
    source = given.positional[0] if given.positional else None
    name = known_text(source)
    if name is not None:
        module, _, inner = name.partition(":")
        source = given.program.load(module)
        if source is None and "." in module:
            module, _, inner = module.rpartition(".")
            source = given.program.load(module)
        if source is not None and inner:
            source = given.program.attribute(source, inner, given.node, given.frame)
    if app is None or (not hasattr(source, "of") and not hasattr(source, "scope")):
        return NOTHING
    for key in ("DEBUG", "SERVER_NAME"):
        value = given.program.attribute(
            t.cast("Value", source), key, given.node, given.frame
        )
        if isinstance(value, Known):
            given.program.put(app.attributes, f"config[{key}]", value)
    return NOTHING


SERVER_CLASSES = ("BaseWSGIServer", "ThreadedWSGIServer", "ForkingWSGIServer")


CALLS: dict[str, Handler] = {
    "flask.Flask().run": _flask_run,
    "flask.Flask.run": _unbound_run,
    "flask_socketio.SocketIO().run": _socketio_run,
    "flask_socketio.SocketIO().init_app": _socketio_init,
    "dash.Dash().run": _dash_run,
    "dash.Dash().run_server": _dash_run,
    "connexion.App().run": _connexion_run,
    "werkzeug.serving.run_simple": _run_simple,
    **{
        f"werkzeug.serving.{name}": _make_server
        for name in ("make_server", *SERVER_CLASSES)
    },
    "flask.Flask().config.update": _config_update,
    "flask.Flask().config.from_mapping": _config_update,
    "flask.Flask().config.from_object": _config_from_object,
}
