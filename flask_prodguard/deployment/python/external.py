"""What other packages provide: their names, attributes and calls."""

from __future__ import annotations

import re
import typing as t

from . import argparse_parsers
from . import click_commands
from . import library
from . import servers
from .following import FollowedCall
from .following import Handler
from .servers import debug_of
from .servers import maybe_served
from .servers import OTHER_RUN
from .servers import PRODUCTION
from .servers import SERVING_METHODS
from .serving import known_text
from .values import External
from .values import Function
from .values import Known
from .values import Listed
from .values import Mapped
from .values import Value

if t.TYPE_CHECKING:
    import ast

    from .following import Following
    from .following import Frame

FLASK_NAMES = re.compile(
    r"(flask|dash|connexion|apiflask|eve|werkzeug|jupyter_dash|quart_flask)(_\w+)?(\..*)?"
)
# Other names, and the one that is used here.
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
# They run the function that they are given.
RUNS_A_FUNCTION = re.compile(
    r"(threading\.(Thread|Timer)|multiprocess(?:ing)?(\.\w+)?\.Process|.*\.submit|.*\.spawn"
    r"|.*\.spawn_n|.*\.start_new_thread|.*\.run_in_executor|.*\.start_background_task"
    r"|.*\.to_thread|.*\.run_until_complete|asyncio\.run|.*\.callWhenRunning|atexit\.register)"
)


def is_of_flask(name: str) -> bool:
    """Whether a module comes with Flask."""
    return FLASK_NAMES.fullmatch(name) is not None


def canonical(path: str) -> str:
    """The name that is used here for something that has several."""
    for pattern, name in SAME:
        path = pattern.sub(name, path)
    return path


def attribute_of(program: Following, owner: External, name: str) -> Value:
    """An attribute of something of another package."""
    path = canonical(f"{owner.path}.{name}")
    if path == "sys.argv":
        return Listed([Known(word) for word in program.argv])
    if path == "flask.Flask().debug":
        return debug_of(program, owner)
    return External(path, owner=owner)


def item(
    program: Following, owner: Value, key: Value, node: ast.AST, frame: Frame
) -> Value | None:
    """The value of ``owner[key]``, if it is known."""
    if not isinstance(key, Known):
        return None
    if isinstance(owner, Mapped):
        return owner.items.get(key.value)
    if isinstance(owner, Listed) and isinstance(key.value, int):
        fits = -len(owner.items) <= key.value < len(owner.items)
        return owner.items[key.value] if fits else None
    if isinstance(owner, External) and owner.path == "os.environ":
        name = str(key.value)
        why = f"no file says what {name} is"
        return program.variable(name) or program.unknown(why, node, frame)
    if isinstance(owner, External):
        found = owner.attributes.get(f"[{key.value}]")
        return found or External(f"{owner.path}[]", owner=owner)
    return None


def set_item(program: Following, owner: Value, key: Value, value: Value) -> None:
    """Assign to ``owner[key]``."""
    if not isinstance(key, Known):
        return
    if isinstance(owner, External) and owner.path == "os.environ":
        text = known_text(value)
        if text is not None:
            program.put(program.environ, str(key.value), text)
    elif isinstance(owner, External):
        program.put(owner.attributes, f"[{key.value}]", value)
        if owner.path == "flask.Flask().config" and owner.owner is not None:
            program.put(owner.owner.attributes, f"config[{key.value}]", value)
    elif isinstance(owner, Mapped):
        program.put(owner.items, key.value, value)


def decorated(
    program: Following, function: Function, decorator: Value, frame: Frame
) -> Value:
    """What a decorator makes of a function."""
    made = click_commands.decorated(function, decorator)
    if isinstance(decorator, Function):
        found = program.call(decorator, [function], {}, frame, function.node)
        if isinstance(found, Function) and found is not function:
            found.command, found.options = function.command, function.options
            return found
    # Most decorators call the function in the end.
    return made


def call(
    program: Following,
    function: External,
    positional: list[Value],
    named: dict[str, Value],
    frame: Frame,
    node: ast.AST,
) -> Value:
    """Call something of another package."""
    path = canonical(function.path)
    given = FollowedCall(program, function, positional, named, frame, node)
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
    """Whether it is known what a call means."""
    path = canonical(function.path)
    return (
        path in CALLS
        or path in PRODUCTION
        or path.endswith(SERVING_METHODS)
        or RUNS_A_FUNCTION.fullmatch(path) is not None
    )


def _run_functions(given: FollowedCall) -> None:
    arguments, mapping = given.named.get("args"), given.named.get("kwargs")
    rest = {k: v for k, v in given.named.items() if k not in ("target", "function")}
    named = mapping.items if isinstance(mapping, Mapped) else rest
    for at, value in enumerate([*given.positional, *given.named.values()], 1):
        # asyncio.to_thread(app.run, "0.0.0.0") passes the arguments one by one.
        words = given.positional[at:]
        if isinstance(arguments, Listed):
            words = arguments.items
        is_external = isinstance(value, External) and value.path.endswith(
            (*SERVING_METHODS, "functools.partial()")
        )
        if isinstance(value, Function) or is_external:
            given.program.call(value, words, named, given.frame, given.node)


CALLS: dict[str, Handler] = {
    **servers.CALLS,
    **library.CALLS,
    **argparse_parsers.CALLS,
    **click_commands.CALLS,
}
