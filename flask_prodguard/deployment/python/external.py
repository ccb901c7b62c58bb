"""What calls of other packages mean to a program that is followed: the servers they
start and the values they give.
"""

from __future__ import annotations

import ast
import re
import shlex
import typing as t

from . import command_lines
from .following import Given
from .following import Handler
from .serving import Call
from .serving import known_text
from .serving import Serving
from .serving import WERKZEUG
from .values import External
from .values import Function
from .values import Instance
from .values import Known
from .values import Listed
from .values import Mapped
from .values import NOTHING
from .values import Unknown
from .values import Value

if t.TYPE_CHECKING:
    from .following import Following
    from .following import Frame

FLASK_NAMES = re.compile(
    r"(flask|dash|connexion|apiflask|eve|werkzeug|jupyter_dash|quart_flask)(_\w+)?(\..*)?"
)
# Other names of the same thing.
SAME = (
    (re.compile(r"flask\.app\.Flask\b"), "flask.Flask"),
    (
        re.compile(r"(apiflask(\.app)?\.APIFlask|eve(\.flaskapp)?\.Eve)\b"),
        "flask.Flask",
    ),
    (re.compile(r"flask_openapi3(\.\w+)?\.(OpenAPI|APIBlueprint)\b"), "flask.Flask"),
    (re.compile(r"dash\.dash\.Dash\b|jupyter_dash\.JupyterDash\b"), "dash.Dash"),
    (re.compile(r"dash_extensions\.enrich\.\w*Dash\w*"), "dash.Dash"),
    (
        re.compile(
            r"dash\.Dash\(\)\.server\b|(connexion\.App|flask_socketio\.SocketIO)\(\)\.app\b"
        ),
        "flask.Flask()",
    ),
    (re.compile(r"connexion(\.apps\.flask(_app)?)?\.FlaskApp\b"), "connexion.App"),
    (re.compile(r"werkzeug\.(run_simple|make_server)\b"), r"werkzeug.serving.\1"),
    (re.compile(r"flask_script\.commands\.Server\b"), "flask_script.Server"),
    (re.compile(r"os\.getenv\b"), "os.environ.get"),
    (re.compile(r"gunicorn\.app\.(base|wsgiapp)\.\w+\(\)"), "gunicorn.app()"),
    (re.compile(r"(gevent\.)?(pywsgi|wsgi)\.WSGIServer\b"), "gevent.pywsgi.WSGIServer"),
    (
        re.compile(r"geventwebsocket(\.\w+)?\.WebSocketServer\b"),
        "gevent.pywsgi.WSGIServer",
    ),
    (re.compile(r"flask\.ctx\..*"), "flask.ctx"),
)
# What serves in production, by the call that starts it.
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
# Functions that are given to these run.
RUNS_A_FUNCTION = re.compile(
    r"(threading\.(Thread|Timer)|multiprocess(?:ing)?(\.\w+)?\.Process|.*\.submit|.*\.spawn"
    r"|.*\.spawn_n|.*\.start_new_thread|.*\.run_in_executor|.*\.start_background_task"
    r"|.*\.to_thread|.*\.run_until_complete|asyncio\.run|.*\.callWhenRunning)"
)
# What another server does as well, or what nobody wants of it.
USUAL_OPTIONS = frozenset(
    {"host", "port", "debug", "use_reloader", "use_debugger", "threaded"}
)
SERVER_WORDS = frozenset({"host", "port", "debug", "use_reloader", "threaded"})
SERVING_METHODS = (".run", ".run_server", ".serve", ".serve_forever", ".run_simple")
# Objects whose `run` is no server of Flask's.
OTHER_RUN = re.compile(
    r"(subprocess|asyncio|discord|telebot|telegram|unittest|pytest|typer|anyio|trio|mcp"
    r"|fastmcp|nest_asyncio|schedule|rich|textual|celery|pyrogram|aiogram|win32)\b.*"
)


def is_of_flask(name: str) -> bool:
    """Whether a module comes with Flask.

    :param name: the module's dotted name.
    """
    return FLASK_NAMES.fullmatch(name) is not None


def canonical(path: str) -> str:
    """The one name of a thing that has several.

    :param path: the path that leads to it.
    """
    for pattern, name in SAME:
        path = pattern.sub(name, path)
    return path


def attribute_of(program: Following, owner: External, name: str) -> Value:
    """An attribute of something of another package.

    :param program: the program.
    :param owner: the thing.
    :param name: the attribute's name.
    """
    path = canonical(f"{owner.path}.{name}")
    if path == "sys.argv":
        return Listed([Known(word) for word in program.argv])
    if path == "flask.Flask().debug":
        return _debug_of(program, owner)
    return External(path, owner=owner)


def item(
    program: Following, owner: Value, key: Value, node: ast.AST, frame: Frame
) -> Value | None:
    """What a pair of square brackets gives.

    :param program: the program.
    :param owner: what stands before them.
    :param key: what stands in them.
    :param node: where they stand.
    :param frame: what is known there.
    """
    if not isinstance(key, Known):
        return None
    if isinstance(owner, Mapped):
        return owner.items.get(key.value)
    if isinstance(owner, Listed) and isinstance(key.value, int):
        fits = -len(owner.items) <= key.value < len(owner.items)
        return owner.items[key.value] if fits else None
    if isinstance(owner, External) and owner.path == "os.environ":
        name = str(key.value)
        if name in program.environ:
            return Known(program.environ[name])
        return program.unknown(f"no file says what {name} is", node, frame)
    if isinstance(owner, External):
        found = owner.attributes.get(f"[{key.value}]")
        return found or External(f"{owner.path}[]", owner=owner)
    return None


def set_item(program: Following, owner: Value, key: Value, value: Value) -> None:
    """Assign to what a pair of square brackets names.

    :param program: the program.
    :param owner: what stands before them.
    :param key: what stands in them.
    :param value: the value.
    """
    if not isinstance(key, Known):
        return
    if isinstance(owner, External) and owner.path == "os.environ":
        text = known_text(value)
        if text is not None:
            program.environ[str(key.value)] = text
    elif isinstance(owner, External):
        owner.attributes[f"[{key.value}]"] = value
        if owner.path == "flask.Flask().config" and owner.owner is not None:
            owner.owner.attributes[f"config[{key.value}]"] = value
    elif isinstance(owner, Mapped):
        owner.items[key.value] = value


def decorated(program: Following, function: Function, decorator: Value) -> Value:
    """What a decorator makes of a function.

    :param program: the program.
    :param function: the function.
    :param decorator: the decorator.
    """
    made = command_lines.decorated(function, decorator)
    if isinstance(decorator, (External, Unknown, Function)):
        # Most decorators call the function in the end.
        return made
    return function


def call(
    program: Following,
    function: External,
    positional: list[Value],
    named: dict[str, Value],
    frame: Frame,
    node: ast.AST,
) -> Value:
    """Call something of another package.

    :param program: the program.
    :param function: what is called.
    :param positional: the arguments without a name.
    :param named: the arguments with a name.
    :param frame: what is known there.
    :param node: where the call stands.
    """
    path = canonical(function.path)
    given = Given(program, function, positional, named, frame, node)
    if path in PRODUCTION:
        return given.serve(PRODUCTION[path])
    handler = CALLS.get(path)
    found = handler(given) if handler else None
    if found is not None:
        return found
    if RUNS_A_FUNCTION.fullmatch(path):
        _run_functions(given)
    elif path.endswith((".run", ".run_server", ".serve")) and not OTHER_RUN.match(path):
        maybe_served(program, node, named, frame)
    made = External(f"{path}()", tuple(positional), named, owner=function.owner)
    if path == "flask.Flask":
        program.flask = True
    return made


def is_known(function: External) -> bool:
    """Whether it is known what a call means.

    :param function: what is called.
    """
    path = canonical(function.path)
    return (
        path in CALLS
        or path in PRODUCTION
        or path.endswith(SERVING_METHODS)
        or RUNS_A_FUNCTION.fullmatch(path) is not None
    )


def maybe_served(
    program: Following, node: ast.AST, named: dict[str, Value], frame: Frame
) -> None:
    """Note a call that may serve an app, for all that can be known.

    :param program: the program.
    :param node: where the call stands.
    :param named: its arguments with a name.
    :param frame: what is known there.
    """
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


def _run_functions(given: Given) -> None:
    candidates = [*given.positional, *given.named.values()]
    arguments = given.named.get("args")
    words = arguments.items if isinstance(arguments, Listed) else []
    mapping = given.named.get("kwargs")
    named = dict(mapping.items) if isinstance(mapping, Mapped) else {}
    for value in candidates:
        is_method = isinstance(value, External) and value.path.endswith(SERVING_METHODS)
        if isinstance(value, Function) or is_method:
            given.program.call(value, words, named, given.frame, given.node)


# What serves with Werkzeug


def _host(given: Given, at: int, default: str) -> Value:
    found = given.argument(at, "host")
    if found is None or (isinstance(found, Known) and found.value is None):
        return Known(default)
    return found


def _flask_run(given: Given) -> Value | None:
    owner = given.function.owner
    debug = given.argument(2, "debug")
    if debug is None or debug == NOTHING:
        debug = _debug_of(given.program, owner)
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


def _debug_of(program: Following, owner: External | None) -> Value:
    for name in ("debug", "config[DEBUG]"):
        found = owner.attributes.get(name) if owner else None
        if found is not None:
            return found
    word = program.environ.get("FLASK_DEBUG")
    if word is None:
        return Known(False, True)
    return Known(word.lower() not in ("0", "false", "no"))


def _socketio_run(given: Given) -> Value | None:
    owner = given.function.owner
    mode = _mode(given, owner)
    if mode is not None and mode != WERKZEUG:
        return given.serve(mode)
    unsure = None
    if mode is None:
        unsure = given.unknown(
            "no file of requirements says whether eventlet or gevent serves"
        )
    debug = given.named.get("debug")
    if debug is None or debug == NOTHING:
        debug = Known(False, True)
    return given.serve(
        WERKZEUG,
        Call.APP_RUN,
        host=_host(given, 1, "127.0.0.1"),
        port=given.argument(2, "port") or NOTHING,
        debug=debug,
        unsure=unsure,
        asks_for_more=True,
        socketio=True,
        served=given.argument(0, "app"),
    )


def _mode(given: Given, owner: External | None) -> str | None:
    named = {**(owner.named if owner else {}), **(owner.attributes if owner else {})}
    asked = named.get("async_mode")
    if isinstance(asked, Known) and isinstance(asked.value, str):
        return WERKZEUG if asked.value == "threading" else asked.value.split("_")[0]
    if asked is not None and asked != NOTHING:
        return None
    # https://python-socketio.readthedocs.io: eventlet comes before gevent, and threads
    # are used where there is neither.
    packages = given.program.packages
    for name in ("eventlet", "gevent"):
        if name in given.program.imported or name in (packages or {}):
            return name
    return None if packages is None else WERKZEUG


def _socketio_init(given: Given) -> Value | None:
    owner = given.function.owner or given.function
    owner.attributes.update(given.named)
    return NOTHING


def _dash_run(given: Given) -> Value | None:
    default = given.program.environ.get("HOST", "127.0.0.1")
    debug = given.named.get("debug")
    return given.serve(
        WERKZEUG,
        Call.APP_RUN,
        host=_host(given, 0, default),
        port=given.argument(1, "port") or NOTHING,
        debug=debug if debug is not None and debug != NOTHING else Known(False, True),
    )


def _connexion_run(given: Given) -> Value | None:
    # Until 2.x it is Flask's own server, on every interface; 3.0 brings uvicorn.
    server = known_text(given.named.get("server") or NOTHING)
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


def _run_simple(given: Given) -> Value | None:
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


def _make_server(given: Given) -> Value | None:
    given.serve(
        WERKZEUG,
        Call.WERKZEUG,
        host=given.argument(0, "host") or Unknown("its host can't be known"),
        port=given.argument(1, "port") or NOTHING,
        debugger=_wrapped(given, 2) or Known(False),
    )
    return External("werkzeug.serving.server")


def _wrapped(given: Given, at: int) -> Value | None:
    app = given.argument(at, "app") or given.argument(at, "application")
    is_wrapped = isinstance(app, External) and app.path.startswith("werkzeug.debug.")
    return Known(True) if is_wrapped else None


# What gives values


def _environ_get(given: Given) -> Value | None:
    key = known_text(given.argument(0, "key") or NOTHING)
    if key is None:
        return None
    if key in given.program.environ:
        return Known(given.program.environ[key])
    default = given.argument(1, "default") or given.argument(1, "cast") or NOTHING
    return Known(default.value, True) if isinstance(default, Known) else default


def _environ_setdefault(given: Given) -> Value | None:
    key, value = given.argument(0, "key"), given.argument(1, "value") or NOTHING
    name, text = known_text(key or NOTHING), known_text(value)
    if name is not None and text is not None:
        given.program.environ.setdefault(name, text)
        return Known(given.program.environ[name])
    return value


def _config(given: Given) -> Value | None:
    # https://github.com/HBNetwork/python-decouple
    found = _environ_get(
        given._replace(
            positional=given.positional[:1],
            named={
                key: value for key, value in given.named.items() if key == "default"
            },
        )
    )
    cast = given.named.get("cast")
    if found is None or not isinstance(cast, External):
        return found
    return call(given.program, cast, [found], {}, given.frame, given.node)


def _load_dotenv(given: Given) -> Value | None:
    given.program.load_dotenv()
    return Known(True)


def _number(given: Given) -> Value | None:
    return _converted(given, int)


def _text(given: Given) -> Value | None:
    return _converted(given, str)


def _boolean(given: Given) -> Value | None:
    return _converted(given, bool) if given.positional else Known(False)


def _length(given: Given) -> Value | None:
    value = given.positional[0] if given.positional else None
    if isinstance(value, (Listed, Mapped)):
        return Known(len(value.items))
    return _converted(given, len)


def _strtobool(given: Given) -> Value | None:
    return _converted(
        given, lambda word: str(word).lower() in ("1", "y", "yes", "t", "true", "on")
    )


def _converted(given: Given, convert: t.Callable[[t.Any], t.Any]) -> Value | None:
    value = given.positional[0] if given.positional else None
    if not isinstance(value, Known):
        return (
            None
            if not isinstance(value, (Listed, Mapped))
            else Known(bool(value.items))
        )
    try:
        return Known(convert(value.value), value.assumed)
    except (TypeError, ValueError):
        return None


def _getattr(given: Given) -> Value | None:
    if len(given.positional) < 2:
        return None
    name = known_text(given.positional[1])
    if name is None:
        return given.unknown("which attribute it takes can't be known")
    return given.program.attribute(given.positional[0], name, given.node, given.frame)


def _super(given: Given) -> Value | None:
    own = given.frame.scope.get("self")
    if isinstance(own, Instance):
        for base in own.of.bases:
            if isinstance(base, External):
                return own.external or External(f"{base.path}()")
            return Instance(t.cast("t.Any", base), own.attributes, own.external)
    return None


def _import_module(given: Given) -> Value | None:
    name = known_text(given.argument(0, "name") or NOTHING)
    if name is None:
        return given.unknown("which module it imports can't be known")
    return given.program.load(name) or External(name)


def _exit(given: Given) -> Value | None:
    given.program.end(given.frame)
    return NOTHING


def _asyncio_run(given: Given) -> Value | None:
    # The coroutine was followed when it was called.
    return given.positional[0] if given.positional else NOTHING


def _text_method(given: Given) -> Value | None:
    owner = given.function.positional[0] if given.function.positional else None
    name = given.function.path.partition(".")[2]
    arguments = [a.value for a in given.positional if isinstance(a, Known)]
    if not isinstance(owner, Known) or not isinstance(owner.value, str):
        return None
    if name not in TEXT_METHODS or len(arguments) != len(given.positional):
        return None
    try:
        found = getattr(owner.value, name)(*arguments)
    except Exception:
        # It would fail in the program too.
        return None
    if isinstance(found, list):
        return Listed([Known(each, owner.assumed) for each in found])
    return Known(found, owner.assumed)


def _dictionary_get(given: Given) -> Value | None:
    owner = given.function.positional[0]
    key = given.positional[0] if given.positional else NOTHING
    if isinstance(owner, Mapped) and isinstance(key, Known):
        return owner.items.get(key.value) or given.argument(1, "default") or NOTHING
    return None


def _config_update(given: Given) -> Value | None:
    owner = given.function.owner
    app = (owner and owner.owner) or given.function
    mappings = [each.items for each in given.positional if isinstance(each, Mapped)]
    for mapping in (*mappings, given.named):
        for key, value in mapping.items():
            app.attributes[f"config[{key}]"] = value
    return NOTHING


def _config_from_object(given: Given) -> Value | None:
    owner = given.function.owner
    app = owner.owner if owner else None
    source = given.positional[0] if given.positional else None
    name = known_text(source or NOTHING)
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
            app.attributes[f"config[{key}]"] = value
    return NOTHING


def _spawned(given: Given) -> Value | None:
    words = _words_of(given.positional[0] if given.positional else NOTHING)
    if words:
        given.program.spawn(words, given.frame, given.node)
    return External("subprocess.Popen()")


def _executed(given: Given) -> Value | None:
    # os.execvp(file, [name, …]) and os.execlp(file, name, …)
    last = given.positional[-1] if given.positional else NOTHING
    if isinstance(last, Listed):
        words = _words_of(last)
        program = known_text(given.positional[0])
        words = [program, *words[1:]] if words and program else words
    else:
        words = _words_of(Listed(given.positional[1:]))
    if words:
        given.program.spawn(words, given.frame, given.node)
    return NOTHING


def _words_of(value: Value) -> list[str]:
    text = known_text(value)
    if text is not None:
        try:
            return shlex.split(text)
        except ValueError:
            return []
    if not isinstance(value, Listed):
        return []
    words = []
    for each in value.items:
        if isinstance(each, External) and each.path == "sys.executable":
            words.append("python")
        else:
            words.append(str(each.value) if isinstance(each, Known) else "$UNKNOWN")
    return words


def _uncertain(given: Given) -> Value | None:
    found = given.unknown("code that is made while it runs can't be followed")
    given.program.lost.append(found)
    return found


TEXT_METHODS = frozenset(
    {
        *("lower", "upper", "strip", "lstrip", "rstrip", "split", "replace", "title"),
        *("startswith", "endswith", "casefold", "isdigit", "format", "capitalize"),
    }
)
SPAWNING = (
    *("subprocess.run", "subprocess.call", "subprocess.Popen", "subprocess.check_call"),
    *("subprocess.check_output", "os.system", "os.popen", "pty.spawn"),
)
EXECUTING = tuple(f"os.exec{end}" for end in ("v", "vp", "ve", "vpe", "l", "lp", "le"))
SERVER_CLASSES = ("BaseWSGIServer", "ThreadedWSGIServer", "ForkingWSGIServer")
CALLS: dict[str, Handler] = {
    "flask.Flask().run": _flask_run,
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
    "flask_script.Manager().run": command_lines.run_manager,
    "flask.cli.FlaskGroup()": command_lines.run_group,
    "flask.cli.FlaskGroup().main": command_lines.run_group,
    "flask.cli.main": command_lines.run_group,
    "flask.Flask().config.update": _config_update,
    "flask.Flask().config.from_mapping": _config_update,
    "flask.Flask().config.from_object": _config_from_object,
    "os.environ.get": _environ_get,
    "os.environ.setdefault": _environ_setdefault,
    "decouple.config": _config,
    **{
        f"{name}.Env().{kind}": _environ_get
        for name in ("environs", "environ")
        for kind in ("str", "int", "bool", "get")
    },
    "environs.Env()": _environ_get,
    "dotenv.load_dotenv": _load_dotenv,
    "dotenv.main.load_dotenv": _load_dotenv,
    "builtins.int": _number,
    "builtins.str": _text,
    "builtins.bool": _boolean,
    "builtins.len": _length,
    "distutils.util.strtobool": _strtobool,
    "builtins.getattr": _getattr,
    "builtins.super": _super,
    "importlib.import_module": _import_module,
    "builtins.__import__": _import_module,
    "builtins.exec": _uncertain,
    "builtins.eval": _uncertain,
    "runpy.run_path": _uncertain,
    "runpy.run_module": _uncertain,
    **dict.fromkeys(("sys.exit", "os._exit", "builtins.exit", "builtins.quit"), _exit),
    "asyncio.run": _asyncio_run,
    "dict.get": _dictionary_get,
    **{f"value.{name}": _text_method for name in TEXT_METHODS},
    **dict.fromkeys(SPAWNING, _spawned),
    **dict.fromkeys(EXECUTING, _executed),
    **command_lines.CALLS,
}
