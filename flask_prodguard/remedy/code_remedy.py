"""Rewrites the call that starts the development server, so that a production server
serves the app in the same process.
"""

from __future__ import annotations

import ast
import dataclasses
import typing as t
from contextlib import suppress
from dataclasses import dataclass

from ..deployment.python.syntax import parse
from ..judging.address import Exposure
from .kept_server import find_kept_server
from .servers import THREADS
from .start_call import end_of
from .start_call import function_name
from .start_call import host_in
from .start_call import IN_EXECUTOR
from .start_call import NoWayError
from .start_call import parameter_of_function
from .start_call import port_in
from .start_call import Source
from .start_call import StartCall
from .start_call import STARTS_BESIDE
from .start_call import STATIC_FILES
from .start_call import unix_socket_in

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..judging.launch import Launch
    from .call_site import Caller
    from .kept_server import KeptServer

WIDTH = 88
STEP = "    "


class HostNeeds(t.NamedTuple):
    """What a host asks of a server, whatever the program has asked for."""

    #: The variable in which it names the port.
    port_variable: str | None = None
    #: Whether nobody reaches a server there that listens on this machine only.
    every_interface: bool = False


class InProcess(t.NamedTuple):
    """A server that a program can start itself."""

    name: str
    requirements: tuple[str, ...]


NO_NEEDS = HostNeeds()
WAITRESS = InProcess("waitress", ("waitress",))
# waitress has no TLS, and gunicorn only runs its own program. gevent has both, but
# answers one request at a time unless everything is patched first. cheroot is the
# server of CherryPy: threads, and TLS, with nothing else to change.
CHEROOT = InProcess("cheroot", ("cheroot",))
# Neither of them passes a connection on to the app, as a WebSocket needs.
GEVENT = InProcess("gevent", ("gevent",))
SOCKETIO = InProcess("gevent", ("gevent", "gevent-websocket"))


@dataclass(frozen=True)
class Edit:
    """Whole lines of a file, and those that replace them."""

    server: InProcess
    line: int
    #: ``None`` if the source can't be read.
    before: str | None
    after: str


def choose_in_process(launch: Launch) -> InProcess | None:
    """The server that serves the same app in the process that makes the call, if there
    is one.
    """
    if launch.socketio:
        return SOCKETIO if not launch.serving.tls else None
    if launch.websockets:
        return GEVENT if not launch.serving.tls else None
    if launch.serving.tls:
        # No visitor's browser accepts a certificate that Werkzeug generates.
        return CHEROOT
    return WAITRESS


def rewrite_call(
    caller: Caller,
    launch: Launch,
    app: str,
    dotenv: bool = False,
    needs: HostNeeds = NO_NEEDS,
) -> Edit | None:
    """Rewrite the call, if it can be known what it has to say.

    :param app: what the app is called, if the source can't be read.
    :param dotenv: whether the variables of a file have to be loaded, as the call does.
    :param needs: what the host asks for.
    """
    server = choose_in_process(launch)
    if server is None:
        return None
    try:
        source = Source.read(caller.file)
    except (OSError, SyntaxError, ValueError):
        return _without_source(server, caller, launch, app)
    with suppress(NoWayError):
        call = source.call_at(caller.line)
        if server is WAITRESS and (kept := find_kept_server(source, call)):
            return _kept_edit(source, kept, launch, needs)
        start = StartCall.of_call(source, call, caller, launch, needs.port_variable)
        start = _reachable(start, launch, needs)
        return _edit(source, server, start, call, launch, dotenv)
    return None


def _reachable(start: StartCall, launch: Launch, needs: HostNeeds) -> StartCall:
    # Werkzeug's default host answers nobody there.
    if not needs.every_interface or launch.address.exposure is not Exposure.LOOPBACK:
        return start
    return dataclasses.replace(start, host='"0.0.0.0"')


def rewrite_thread(
    file: Path,
    app: object,
    namespace: t.Mapping[str, object],
    launch: Launch,
    needs: HostNeeds = NO_NEEDS,
) -> Edit | None:
    """Rewrite ``Thread(target=app.run)``, or ``executor.submit(app.run)``: there, no
    line of the program makes the call.

    :param file: where to look for it.
    :param namespace: the global names of that file.
    :param needs: what the host asks for.
    """
    if choose_in_process(launch) is not WAITRESS:
        return None
    with suppress(NoWayError, OSError, SyntaxError, ValueError):
        source = Source.read(file)
        call, receiver = source.call_beside(app, namespace)
        return _thread_edit(source, call, receiver, launch, needs)
    return None


def _edit(
    source: Source,
    server: InProcess,
    start: StartCall,
    call: ast.Call,
    launch: Launch,
    dotenv: bool,
) -> Edit:
    stmt = source.statement_of(call)
    is_alone = isinstance(stmt, ast.Expr) and stmt.value is call
    names = source.names()
    imports: list[str] = []
    expression = _written(server, start, launch, names, source, imports, is_alone)
    if dotenv:
        imports.append("from flask.cli import load_dotenv")
        expression = ["load_dotenv()", *expression]
    imports += _imports_of_variables(start, names)
    if start.wsgi.startswith(f"{STATIC_FILES}(") and STATIC_FILES not in names:
        imports.append(f"from werkzeug.middleware.shared_data import {STATIC_FILES}")
    if len(expression) > 1 and not is_alone:
        raise NoWayError
    imports.sort(key=lambda line: (line.startswith("from"), line))
    return _put(source, server, stmt, call, imports, expression)


def _written(
    server: InProcess,
    start: StartCall,
    launch: Launch,
    names: set[str],
    source: Source,
    imports: list[str],
    is_alone: bool,
) -> list[str]:
    if server is SOCKETIO:
        words = [start.wsgi, f"host={start.host}", f"port={start.port}", *start.rest]
        return [f"{start.socketio}.run({', '.join(words)})"]
    if server is GEVENT:
        name = _import(imports, names, "gevent.pywsgi", "WSGIServer", source)
        where = f"({start.host}, {start.port})"
        return [f"{name}({where}, {start.wsgi}).serve_forever()"]
    if server is CHEROOT:
        if not is_alone or start.certificate is None:
            raise NoWayError
        name = _import(imports, names, "cheroot.wsgi", "Server", source)
        adapter = _import(
            imports, names, "cheroot.ssl.builtin", "BuiltinSSLAdapter", source
        )
        made = next(
            each
            for each in ("server", "https", "production_server")
            if each not in names
        )
        where = f"({start.host}, {start.port})"
        lines = [
            f"{made} = {name}({where}, {start.wsgi}, numthreads={_threads(launch)})",
            f"{made}.ssl_adapter = {adapter}({start.certificate})",
        ]
        if start.context:
            # It may ask for more than a certificate, such as that of the client.
            lines += [f"{made}.ssl_adapter.context = {start.context}"]
        return [*lines, f"{made}.start()"]
    name = _import(imports, names, "waitress", "serve", source)
    return [f"{name}({', '.join(_waitress(start, launch))})"]


def _waitress(start: StartCall, launch: Launch) -> Iterator[str]:
    yield start.wsgi
    if start.unix_socket:
        yield f"unix_socket={start.unix_socket}"
    else:
        # For "::", waitress binds only IPv6, and Werkzeug both.
        is_both = start.host.strip("\"'") == "::"
        yield 'host="*"' if is_both else f"host={start.host}"
        yield f"port={start.port}"
    yield f"threads={_threads(launch)}"
    if launch.forwarded:
        yield "clear_untrusted_proxy_headers=False"


def _threads(launch: Launch) -> int:
    return THREADS if launch.serving.threaded else 1


def _imports_of_variables(start: StartCall, names: set[str]) -> list[str]:
    """What has to be imported to read the variables of the host and the port."""
    reads_them = "os.environ" in start.host + start.port
    return ["import os"] if reads_them and "os" not in names else []


def _import(
    imports: list[str], names: set[str], module: str, name: str, source: Source
) -> str:
    if name not in names or source.imports(module, name):
        imports.append(f"from {module} import {name}")
        return name
    imports.append(f"import {module}")
    return f"{module}.{name}"


def _put(
    source: Source,
    server: InProcess,
    stmt: ast.stmt,
    call: ast.Call,
    imports: list[str],
    expression: list[str],
) -> Edit:
    first, last = stmt.lineno, call.end_lineno or call.lineno
    line = source.lines[first - 1]
    # Columns of the syntax tree count bytes.
    head = line.encode()[: stmt.col_offset].decode()
    indent = line[: len(line) - len(line.lstrip())]
    opening: list[str] = []
    if head.endswith((":", ": ")):
        # `if __name__ == "__main__": app.run()`, to which a line has to be added.
        opening, head = [head.rstrip()], indent + STEP
        indent = head
    start = source.between(stmt, call)
    end = source.lines[last - 1].encode()[call.end_col_offset :].decode()
    if head.strip():
        # It comes after another statement of that line.
        written = [head + start + "; ".join(expression) + end]
    else:
        *others, last_one = expression
        written = [*(head + each for each in others)]
        written += _folded(head, start + last_one, end)
    lines = [*opening, *(indent + each for each in imports), *written]
    after = [*source.lines[: first - 1], *lines, *source.lines[last:]]
    try:
        parse("\n".join(after))
    except SyntaxError:
        raise NoWayError from None
    before = "\n".join(source.lines[first - 1 : last])
    return Edit(server, first, before, "\n".join(lines))


def _folded(indent: str, text: str, end: str) -> list[str]:
    whole = [f"{indent}{text}{end}"]
    if len(whole[0]) <= WIDTH or not text.endswith(")") or "\n" in text:
        return whole
    try:
        node = parse(text).body[0]
    except SyntaxError:
        # The rest of the statement is on other lines.
        return whole
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return whole
    call = node.value
    parts = [ast.get_source_segment(text, each) for each in call.args]
    parts += [
        f"{each.arg}={ast.get_source_segment(text, each.value)}"
        for each in call.keywords
    ]
    function = ast.get_source_segment(text, call.func)
    body = [f"{indent}{STEP}{part}," for part in parts]
    return [f"{indent}{function}(", *body, f"{indent}){end}"]


def _kept_edit(
    source: Source, kept: KeptServer, launch: Launch, needs: HostNeeds
) -> Edit:
    call, methods = kept
    start = StartCall.of_server(source, call, launch, needs.port_variable)
    start = _reachable(start, launch, needs)
    names = source.names()
    imports = _imports_of_variables(start, names)
    name = _import(imports, names, "waitress", "create_server", source)
    written = f"{name}({', '.join(_waitress(start, launch))})"
    stmt = source.statement_of(call)
    made = _put(source, WAITRESS, stmt, call, imports, [written])
    first = min(made.line, *(node.lineno for node, _ in methods))
    end = made.line + str(made.before).count("\n")
    last = max(end, *(node.end_lineno or 0 for node, _ in methods))
    lines = [*source.lines]
    # From the end, so that the columns of those before stay right.
    ends = [(end_of(node), len(node.attr.encode()), name) for node, name in methods]
    for (number, column), length, method in sorted(ends, reverse=True):
        line = lines[number - 1].encode()
        head = line[: column - length]
        lines[number - 1] = (head + method.encode() + line[column:]).decode()
    after = [*lines[first - 1 : made.line - 1], made.after, *lines[end:last]]
    before = "\n".join(source.lines[first - 1 : last])
    return Edit(WAITRESS, first, before, "\n".join(after))


def _thread_edit(
    source: Source, call: ast.Call, receiver: str, launch: Launch, needs: HostNeeds
) -> Edit:
    is_thread = function_name(call) in STARTS_BESIDE
    given, kept = (
        source.given_to_thread(call) if is_thread else (source.passed_on(call), [])
    )
    address = launch.address
    start = StartCall(
        receiver,
        host_in(given, address),
        port_in(given, address, None, needs.port_variable),
        unix_socket_in(given, address),
    )
    start = _reachable(start, launch, needs)
    stmt = source.statement_of(call)
    names = source.names()
    imports = _imports_of_variables(start, names)
    name = _import(imports, names, "waitress", "serve", source)
    words = [*_waitress(start, launch)]
    if is_thread:
        named = (each.replace("=", '": ', 1) for each in words[1:])
        options = ", ".join(f'"{word}' for word in named)
        function = parameter_of_function(call)
        parts = [f"{function}={name}", f"args=({receiver},)", f"kwargs={{{options}}}"]
        parts += kept
    elif function_name(call) == IN_EXECUTOR:
        parts = [source.text(call.args[0]), f"lambda: {name}({', '.join(words)})"]
    else:
        parts = [name, *words]
    written = f"{source.text(call.func)}({', '.join(parts)})"
    return _put(source, WAITRESS, stmt, call, imports, [written])


def _without_source(
    server: InProcess, caller: Caller, launch: Launch, app: str
) -> Edit | None:
    if server is not WAITRESS:
        return None
    start = StartCall(
        app,
        host_in({}, launch.address),
        str(launch.address.port or 5000),
        unix_socket_in({}, launch.address),
    )
    lines = [
        "from waitress import serve",
        f"serve({', '.join(_waitress(start, launch))})",
    ]
    return Edit(server, caller.line, None, "\n".join(lines))
