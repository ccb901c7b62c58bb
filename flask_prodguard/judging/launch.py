"""The facts of one start."""

from __future__ import annotations

import enum
import typing as t
from dataclasses import dataclass

from .address import Address
from .address import UNKNOWN_ADDRESS

# The mode of Flask-SocketIO that needs no other package.
THREADING = "threading"


class Via(enum.Enum):
    """How a server was started.

    .. versionadded:: 0.1
    """

    APP_RUN = "app.run()"
    FLASK_RUN = "flask run"
    WERKZEUG = "a Werkzeug server"
    RUNNING = "a running Werkzeug server"
    DEBUGGER = "DebuggedApplication"
    WSGI = "a WSGI server"


DEVELOPMENT_SERVERS = frozenset({Via.APP_RUN, Via.FLASK_RUN, Via.WERKZEUG, Via.RUNNING})


@dataclass(frozen=True)
class ImportPath:
    """How a WSGI server imports an app."""

    module: str
    attribute: str
    #: Whether the attribute has to be called, without arguments.
    factory: bool = False
    #: The folder or zip file that has to be added to the import path first.
    directory: str | None = None
    #: What has to be changed in the code before the path works.
    notes: tuple[str, ...] = ()
    #: How to import the Flask app, if this leads to what wraps it.
    flask_app: ImportPath | None = None

    def __str__(self) -> str:
        return f"{self.module}:{self.attribute}{'()' if self.factory else ''}"


@dataclass(frozen=True)
class ServerOptions:
    """How the development server answers requests, apart from its address."""

    #: Whether it answers several at once.
    threaded: bool = True
    #: How many processes do.
    processes: int = 1
    #: Whether it uses TLS.
    tls: bool = False
    #: The files of the certificate and its key, if they are known.
    certificate: tuple[str, ...] = ()
    #: Whether a request handler of the program's own was passed.
    request_handler: bool = False


AS_USUAL = ServerOptions()


@dataclass(frozen=True)
class CallSite:
    """The line in the program that starts the server."""

    #: The file, relative to the folder where the program was started.
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"


class Switch(t.NamedTuple):
    """What switched debug mode or the debugger on."""

    #: What was seen, a sentence without its full stop.
    seen: str
    #: How that is undone, a sentence without its full stop.
    undo: str


@dataclass(frozen=True)
class RunCall:
    """What a call of ``app.run()`` asks for, as options of ``flask run``."""

    #: What the program called.
    name: str
    switch: Switch
    #: The options that make ``flask run`` do the same.
    options: tuple[str, ...] = ()
    #: The arguments for which it has no option.
    without_option: tuple[str, ...] = ()


@dataclass(frozen=True)
class Launch:
    """How one guarded app is about to be served.

    .. versionadded:: 0.1
    """

    #: The app's name, :attr:`flask.Flask.name`.
    app: str
    #: How it was started.
    via: Via
    #: What is bound.
    address: Address = UNKNOWN_ADDRESS
    #: Whether the app's debug mode is on.
    debug: bool = False
    #: What decided that, in words.
    debug_by: str = "app.debug is on"
    #: Whether Werkzeug's debugger wraps the app.
    debugger: bool = False
    #: Whether the debugger runs code that is typed into the browser.
    evalex: bool = False
    #: Whether the reloader was asked for, ``None`` if that can't be known.
    reloader: bool | None = None
    #: Whether the app's ``TESTING`` is on.
    testing: bool = False
    #: The asynchronous mode of Flask-SocketIO, which decides what may serve the app,
    #: ``None`` if the app isn't set up for it.
    socketio: str | None = None
    #: How its requests are answered.
    serving: ServerOptions = AS_USUAL
    #: Whether the app serves WebSockets without Flask-SocketIO, found out only if
    #: something is wrong with a start of the development server.
    websockets: bool = False
    #: Whether the app reads what a proxy says about its clients, found out only then.
    forwarded: bool = False
    #: ``"gevent"`` or ``"eventlet"`` if it has replaced Python's threads and sockets,
    #: found out only then.
    patched_by: str | None = None
    #: How a server imports the app, found out only then.
    import_path: ImportPath | None = None
    #: The call that starts the server, found out only then, and ``None`` if no code of
    #: the program does.
    call_site: CallSite | None = None
    #: What shows that a request to the debugger did not come straight from this
    #: machine, the end of a sentence.
    detour: str = ""
    #: What the call of ``app.run()`` asks for, if it is one.
    run_call: RunCall | None = None

    @property
    def is_development_server(self) -> bool:
        """Whether Werkzeug's server does the serving."""
        return self.via in DEVELOPMENT_SERVERS
