"""How a program may serve an app."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from dataclasses import field

from .values import Known
from .values import NOTHING
from .values import Unknown
from .values import Value

WERKZEUG = "werkzeug"


class Call(enum.Enum):
    """What starts the server."""

    APP_RUN = "app.run()"
    FLASK_RUN = "flask run"
    WERKZEUG = "a Werkzeug server"
    OTHER = "another server"


@dataclass(frozen=True)
class Serving:
    """One way in which a program may serve."""

    #: ``"werkzeug"``, or the name of a production server.
    server: str
    call: Call = Call.OTHER
    #: The file and line of the call.
    file: str = ""
    line: int = 0
    host: Value = NOTHING
    port: Value = NOTHING
    debug: Value = NOTHING
    #: Whether the debugger is on, ``None`` if it follows debug mode.
    debugger: Value = NOTHING
    #: Why it can't be known whether the program serves in this way.
    condition: Unknown | None = None
    #: Why the server itself can't be known.
    unsure: Unknown | None = None
    #: Whether more is asked for than a host and a port, for example a certificate.
    asks_for_more: bool = False
    #: Whether Flask-SocketIO serves it, in threads.
    socketio: bool = False
    #: What is served, and how another server imports it: ``module:name``.
    served: Value | None = field(default=None, repr=False, compare=False)
    app: str | None = None
    #: The same for another module than the script, if the app is in that as well.
    home: str | None = None
    #: The function of a module that has made it: ``module:name()``.
    factory: str | None = None
    #: The folder that it is imported from, as seen from where the program runs, ``""``
    #: if that is the same.
    directory: str = ""
    #: Whether importing the app does all that the program did.
    is_plain: bool = False

    @property
    def at(self) -> str:
        """Where the call is."""
        return f"{self.file}, line {self.line}" if self.file else ""


@dataclass(frozen=True)
class Program:
    """What a command runs."""

    #: The file that is run, relative to the project.
    file: str | None = None
    servings: tuple[Serving, ...] = ()
    #: Why it can't be known whether it serves, if it can't.
    unknown: str | None = None
    #: What it does instead of serving a Flask app.
    instead: str = ""
    #: The variables that it reads from files, for example ``.env``.
    environ: tuple[tuple[str, str], ...] = ()


def known_text(value: Value | None) -> str | None:
    """A value as text, if it is known."""
    text = value.value if isinstance(value, Known) else None
    return text if isinstance(text, str) else None
