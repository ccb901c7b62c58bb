"""Reads the call that starts a server: what it serves, and where, as the program writes
it.
"""

from __future__ import annotations

import ast
import json
import re
import typing as t
from contextlib import suppress
from dataclasses import dataclass

from ..deployment.python.syntax import parse_expression
from ..judging.address import Exposure
from .statements import nodes_of
from .statements import read_program

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..judging.address import Address
    from ..judging.launch import Launch
    from .call_site import Caller

RUN_PARAMETERS = ("host", "port", "debug", "load_dotenv")
SERVER_PARAMETERS = ("host", "port", "app")
# What starts a server, in the order in which they are looked for on a line: the outer
# one of `make_server(...).serve_forever()` first.
STARTERS = ("serve_forever", "run", "run_simple", "run_server", "make_server")
# What Flask-SocketIO passes on to Werkzeug's server only.
OF_WERKZEUG = (
    *("allow_unsafe_werkzeug", "debug", "use_reloader", "use_debugger"),
    *("reloader_options", "extra_files", "ssl_context"),
)
DEFAULT_HOST = "127.0.0.1"
DASH_DEFAULTS = {"host": '"127.0.0.1"', "port": "8050"}
# What `SSLContext.load_cert_chain` is given, but for a password.
CERTIFICATE = ("certfile", "keyfile")
# What `run_simple` itself puts around an app whose files it is given.
STATIC_FILES = "SharedDataMiddleware"
# What calls the function that it is given while the program goes on, and its
# parameters.
STARTS_BESIDE: dict[str, tuple[str, ...]] = {
    "Thread": ("group", "target", "name", "args", "kwargs"),
    "Process": ("group", "target", "name", "args", "kwargs"),
    "Timer": ("interval", "function", "args", "kwargs"),
}
FUNCTIONS = ("target", "function")
# What passes the rest of its arguments to the function that it is given.
PASSES_ON = ("submit", "to_thread", "partial", "spawn", "start_background_task")
# The same, but by position only, after an executor that may be None.
IN_EXECUTOR = "run_in_executor"


class NoWayError(Exception):
    """The call can't be rewritten."""


@dataclass(frozen=True)
class Source:
    """A file of the program."""

    lines: tuple[str, ...]
    tree: ast.Module

    @classmethod
    def read(cls, file: Path) -> Source:
        text, tree = read_program(file)
        return cls(tuple(text.split("\n")), tree)

    def text(self, node: ast.expr) -> str:
        """The text of an expression, as it is written there."""
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        # Columns of the syntax tree count bytes.
        lines = [line.encode() for line in self.lines[first : last + 1]]
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        return b"\n".join(lines).decode()

    def names(self) -> set[str]:
        """The names that are used, but for those that come from a server."""
        found: set[str] = set()
        for node in nodes_of(self.tree):
            if isinstance(node, ast.Name):
                found.add(node.id)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found.add(node.name)
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                found.update(each.asname or each.name for each in node.names)
        return found

    def imports(self, module: str, name: str) -> bool:
        """Whether a name is imported from a module."""
        return any(
            isinstance(node, ast.ImportFrom)
            and node.module == module
            and any(each.name == name and not each.asname for each in node.names)
            for node in nodes_of(self.tree)
        )

    def call_at(self, line: int) -> ast.Call:
        """The call on a line that starts a server."""
        calls = [
            node
            for node in nodes_of(self.tree)
            if isinstance(node, ast.Call)
            and node.lineno <= line <= (node.end_lineno or 0)
        ]
        # The innermost comes last, and there is hardly ever more than one.
        calls.sort(key=lambda node: (node.lineno, -(node.end_lineno or 0)))
        for name in STARTERS:
            for call in reversed(calls):
                if function_name(call) == name:
                    return call
        raise NoWayError

    def call_beside(
        self, app: object, namespace: t.Mapping[str, object]
    ) -> tuple[ast.Call, str]:
        """The call that has a thread, a process or an executor call ``app.run``, and
        what ``app`` is called there.
        """
        found = []
        for node in nodes_of(self.tree):
            value = _called_beside(node) if isinstance(node, ast.Call) else None
            if (
                isinstance(value, ast.Attribute)
                and value.attr == "run"
                and isinstance(value.value, ast.Name)
                and namespace.get(value.value.id) is app
            ):
                found.append((t.cast("ast.Call", node), value.value.id))
        if len(found) != 1:
            raise NoWayError
        return found[0]

    def statement_of(self, wanted: ast.expr) -> ast.stmt:
        """The innermost statement that holds an expression."""
        held = [
            node
            for node in nodes_of(self.tree)
            if isinstance(node, ast.stmt)
            and (node.lineno, node.col_offset) <= (wanted.lineno, wanted.col_offset)
            and end_of(node) >= end_of(wanted)
        ]
        return held[-1]

    def between(self, stmt: ast.stmt, call: ast.Call) -> str:
        """The text of a statement before a call in it."""
        lines = [line.encode() for line in self.lines[stmt.lineno - 1 : call.lineno]]
        lines[-1] = lines[-1][: call.col_offset]
        lines[0] = lines[0][stmt.col_offset :]
        return b"\n".join(lines).decode()

    def given_to_thread(self, call: ast.Call) -> tuple[dict[str, str], list[str]]:
        """What a call of ``Thread`` gives to ``app.run``, and what it gives to the
        thread.
        """
        given: dict[str, str] = {}
        kept = []
        for name, value in _by_name(call).items():
            if name == "kwargs" and (options := _options_in(value)) is not None:
                given.update({option: self.text(each) for option, each in options})
            elif name == "args" and isinstance(value, ast.Tuple):
                values = map(self.text, value.elts)
                given.update(zip(RUN_PARAMETERS, values, strict=False))
            elif name in ("kwargs", "args"):
                raise NoWayError
            elif name not in FUNCTIONS:
                kept.append(f"{name}={self.text(value)}")
        return given, kept

    def passed_on(self, call: ast.Call) -> dict[str, str]:
        """What a call passes on to ``app.run``."""
        is_by_position = function_name(call) == IN_EXECUTOR
        rest = call.args[2 if is_by_position else 1 :]
        # To an executor itself, an argument has no name.
        if is_by_position and call.keywords:
            raise NoWayError
        return _arguments(
            self, ast.Call(call.func, rest, call.keywords), RUN_PARAMETERS
        )


def parameter_of_function(call: ast.Call) -> str:
    """The parameter that takes what a thread, a process or a timer calls."""
    return next(
        each for each in STARTS_BESIDE[function_name(call)] if each in FUNCTIONS
    )


def _by_name(call: ast.Call) -> dict[str, ast.expr]:
    parameters = STARTS_BESIDE[function_name(call)]
    named = {each.arg or "**": each.value for each in call.keywords}
    return {**dict(zip(parameters, call.args, strict=False)), **named}


def _called_beside(call: ast.Call) -> ast.expr | None:
    """The function that a call has something else call."""
    name, args = function_name(call), call.args
    if name in STARTS_BESIDE:
        return _by_name(call).get(parameter_of_function(call))
    if name == IN_EXECUTOR:
        return args[1] if len(args) > 1 else None
    return args[0] if args and name in PASSES_ON else None


def _options_in(value: ast.expr) -> list[tuple[str, ast.expr]] | None:
    """What ``{"port": 80}`` or ``dict(port=80)`` holds."""
    if isinstance(value, ast.Dict):
        names = [str(getattr(key, "value", "**")) for key in value.keys]
        return [*zip(names, value.values, strict=True)]
    if not isinstance(value, ast.Call) or function_name(value) != "dict" or value.args:
        return None
    return [(each.arg or "**", each.value) for each in value.keywords]


def end_of(node: ast.stmt | ast.expr) -> tuple[int, int]:
    return node.end_lineno or 0, node.end_col_offset or 0


def function_name(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


@dataclass(frozen=True)
class StartCall:
    """What a call starts, as the program writes it."""

    wsgi: str
    host: str
    port: str
    unix_socket: str | None = None
    certificate: str | None = None
    #: The SSL context that the program makes of it.
    context: str | None = None
    #: The name of the Flask-SocketIO object, and what else it is given.
    socketio: str | None = None
    rest: tuple[str, ...] = ()

    @classmethod
    def of_call(
        cls,
        source: Source,
        call: ast.Call,
        caller: Caller,
        launch: Launch,
        port_variable: str | None,
    ) -> StartCall:
        name, receiver = function_name(call), None
        if isinstance(call.func, ast.Attribute):
            receiver = call.func.value
        if name == "serve_forever" and isinstance(receiver, ast.Call):
            # make_server(...).serve_forever()
            given = _arguments(source, receiver, SERVER_PARAMETERS)
            wsgi = given.get("app")
        elif name == "run_simple":
            given = _arguments(source, call, SERVER_PARAMETERS)
            wsgi = _with_static_files(given)
        elif name in ("run", "run_server") and receiver is not None:
            parameters = caller.parameters[1:] if caller.into else RUN_PARAMETERS
            served = source.text(receiver)
            if isinstance(caller.namespace.get(served), type):
                # Flask.run(app, ...)
                given = _arguments(source, call, ("self", *parameters))
                served = given.get("self", served)
            else:
                given = _arguments(source, call, parameters)
            wsgi = _wsgi_of(served, caller.into, given)
        else:
            raise NoWayError
        if not wsgi:
            raise NoWayError
        socketio: str | None = None
        rest: tuple[str, ...] = ()
        if launch.socketio:
            socketio = _socketio_name(source, receiver, caller)
            is_own = caller.into and caller.into.startswith("flask_socketio")
            rest = tuple(_rest_of(source, call)) if is_own else ()
        return cls(
            wsgi,
            _named_by_dash("HOST", given, launch.address, caller.into)
            or host_in(given, launch.address),
            _named_by_dash("PORT", given, launch.address, caller.into)
            or port_in(given, launch.address, caller.into, port_variable),
            unix_socket_in(given, launch.address),
            *_certificate(source, given, launch),
            socketio,
            rest,
        )

    @classmethod
    def of_server(
        cls, source: Source, call: ast.Call, launch: Launch, port_variable: str | None
    ) -> StartCall:
        """What a call of ``make_server`` makes."""
        given = _arguments(source, call, SERVER_PARAMETERS)
        if "app" not in given:
            raise NoWayError
        return cls(
            given["app"],
            host_in(given, launch.address),
            port_in(given, launch.address, None, port_variable),
            unix_socket_in(given, launch.address),
        )


def _with_static_files(given: dict[str, str]) -> str | None:
    wsgi, files = given.get("app"), given.get("static_files", "None")
    return wsgi if not wsgi or files == "None" else f"{STATIC_FILES}({wsgi}, {files})"


def _wsgi_of(receiver: str, into: str | None, given: dict[str, str]) -> str | None:
    if receiver == "super()":
        return "self"
    package = (into or "").partition(".")[0]
    if package == "flask_socketio":
        return given.get("app")
    if package == "dash":
        return f"{receiver}.server"
    return receiver if package in ("", "connexion", "flask") else None


def _arguments(
    source: Source, call: ast.Call, parameters: t.Sequence[str]
) -> dict[str, str]:
    given = {}
    for name, value in zip(parameters, call.args, strict=False):
        if isinstance(value, ast.Starred):
            raise NoWayError
        given[name] = source.text(value)
    for keyword in call.keywords:
        text = source.text(keyword.value)
        name = {"hostname": "host", "application": "app"}.get(keyword.arg or "", "")
        given[name or keyword.arg or "**"] = text
    return given


def _rest_of(source: Source, call: ast.Call) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg not in (*OF_WERKZEUG, "app", "host", "port", None):
            yield f"{keyword.arg}={source.text(keyword.value)}"


def value_in(given: dict[str, str], name: str, default: str) -> str:
    text = given.get(name)
    if text is None and "**" in given:
        return f'{given["**"]}.get("{name}") or {default}'
    if text is None or text in ("None", '""', "''"):
        return default
    # Such as os.environ.get("HOST"), for which None is the usual answer.
    with suppress(SyntaxError):
        node = parse_expression(text)
        asks = isinstance(node, ast.Call) and function_name(node) in ("get", "getenv")
        if asks and len(t.cast("ast.Call", node).args) == 1:
            return f"{text} or {default}"
    return " ".join(line.strip() for line in text.splitlines())


def host_in(given: dict[str, str], address: Address) -> str:
    asked = given.get("host") in ("''", '""') and address.bound
    return value_in(given, "host", json.dumps(asked or address.host or DEFAULT_HOST))


def port_in(
    given: dict[str, str], address: Address, into: str | None, variable: str | None
) -> str:
    default = str(address.port or 5000)
    text = given.get("port", "")
    # Dash reads the variable itself, and a program that does needs nothing more.
    is_dash = (into or "").startswith("dash")
    named = not text or (is_dash and str(variable) not in text)
    is_fixed = named or bool(re.fullmatch(r"\d+|\"\d+\"|'\d+'", text))
    if variable and is_fixed and "**" not in given:
        # A number would be right until the host names another one.
        return f'int(os.environ.get("{variable}", {text or default}))'
    return value_in(given, "port", default)


def _named_by_dash(
    variable: str, given: dict[str, str], address: Address, into: str | None
) -> str | None:
    """The variable that Dash has read, if something else is bound than the call says.

    Dash reads HOST and PORT where nothing is given. Its releases 2.18.0 to 2.18.2 let
    them win over what is given: `Dash.run` in dash/dash.py (read 2026-11-27).
    """
    name = variable.lower()
    text = given.get(name) or DASH_DEFAULTS[name]
    bound = {"host": address.host, "port": address.port}[name]
    with suppress(ValueError, SyntaxError):
        is_bound = bound is None or str(ast.literal_eval(text)) == str(bound)
        if (into or "").startswith("dash") and "**" not in given and not is_bound:
            read = f'os.environ.get("{variable}", {text})'
            return f"int({read})" if name == "port" else read
    return None


def unix_socket_in(given: dict[str, str], address: Address) -> str | None:
    if address.exposure is not Exposure.UNIX_SOCKET:
        return None
    text = given.get("host")
    with suppress(ValueError, SyntaxError):
        if text:
            return json.dumps(ast.literal_eval(text).removeprefix("unix://"))
    if text:
        return f'({text}).removeprefix("unix://")'
    return json.dumps(address.bound)


def _certificate(
    source: Source, given: dict[str, str], launch: Launch
) -> tuple[str | None, str | None]:
    """The files of the certificate, and the SSL context that the program makes."""
    text = given.get("ssl_context")
    if text is None:
        return None, None
    with suppress(SyntaxError):
        node = parse_expression(text)
        if isinstance(node, (ast.Tuple, ast.List)):
            # One file holds the key as well.
            files = map(ast.unparse, (node.elts * 2)[:2])
            return ", ".join(files).replace("'", '"'), None
        if isinstance(node, ast.Constant):
            # "adhoc"
            return None, None
    if len(launch.serving.certificate) == 2:
        return f"*{text}", None
    return _loaded_by_context(source, text), text


def _loaded_by_context(source: Source, context: str) -> str | None:
    """The files that an SSL context loads, which doesn't know them afterwards."""
    loads = [
        node
        for node in nodes_of(source.tree)
        if isinstance(node, ast.Call) and function_name(node) == "load_cert_chain"
    ]
    if len(loads) != 1:
        return None
    (load,) = loads
    given = _arguments(source, load, (*CERTIFICATE, "password"))
    values = [*load.args, *(each.value for each in load.keywords)]
    is_its_own = source.text(t.cast("ast.Attribute", load.func).value) == context
    is_known = is_its_own or all(isinstance(each, ast.Constant) for each in values)
    if not is_known or "certfile" not in given or not given.keys() <= {*CERTIFICATE}:
        return None
    # The key may be in the same file.
    return f"{given['certfile']}, {given.get('keyfile', given['certfile'])}"


def _socketio_name(source: Source, receiver: ast.expr | None, caller: Caller) -> str:
    if caller.into and caller.into.startswith("flask_socketio") and receiver:
        return source.text(receiver)
    for name, value in list(caller.namespace.items()):
        if type(value).__name__ == "SocketIO":
            return name
    raise NoWayError
