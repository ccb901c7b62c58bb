"""The launches that may come of a serving whose host or debug mode can't be known."""

from __future__ import annotations

import itertools
import socket
import typing as t

from ..deployment.python.serving import Call
from ..deployment.python.values import Known
from ..deployment.python.values import NOTHING
from ..deployment.python.values import Unknown
from ..judging.address import classify
from ..judging.launch import Launch
from ..judging.launch import THREADING
from ..judging.launch import Via

if t.TYPE_CHECKING:
    from ..deployment.python.serving import Serving
    from ..deployment.python.values import Value

VIAS = {
    Call.APP_RUN: Via.APP_RUN,
    Call.FLASK_RUN: Via.FLASK_RUN,
    Call.WERKZEUG: Via.WERKZEUG,
}
LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"


def possible_launches(serving: Serving) -> list[tuple[Launch, str | None]]:
    """Every launch that may result, and what can't be known about it."""
    hosts = _hosts(serving.host)
    debugs = _flags(serving.debug)
    port = serving.port.value if isinstance(serving.port, Known) else None
    is_command, found = serving.call is Call.FLASK_RUN, []
    for (host, host_why), (debug, debug_why) in itertools.product(hosts, debugs):
        # Werkzeug's own calls know nothing of debug mode.
        follows = serving.call is not Call.WERKZEUG
        debuggers: list[tuple[bool, str | None]] = [(debug and follows, None)]
        if serving.debugger != NOTHING:
            debuggers = _flags(serving.debugger)
        for debugger, debugger_why in debuggers:
            launch = Launch(
                app=serving.app or "app",
                via=VIAS[serving.call],
                address=classify(host, _number(port), _resolve),
                debug=debug,
                debug_by="debug mode is on" if is_command else "debug=True was passed",
                debugger=debugger,
                evalex=debugger,
                reloader=debug,
                socketio=THREADING if serving.socketio else None,
            )
            found.append((launch, host_why or debug_why or debugger_why))
    return found


def _number(port: object) -> int | None:
    try:
        return int(str(port))
    except ValueError:
        return None


def _hosts(host: Value) -> list[tuple[str, str | None]]:
    if isinstance(host, Known) and isinstance(host.value, str):
        known = classify(host.value, None, _resolve)
        if known.bound is not None:
            return [(host.value, None)]
        return _any_host(f"{host.value!r} is a name that only its host can resolve")
    why = f"its host can't be known: {host}" if isinstance(host, Unknown) else ""
    return _any_host(why or "its host can't be known")


def _any_host(why: str) -> list[tuple[str, str | None]]:
    return [(LOOPBACK, why), (EVERYWHERE, why)]


def _flags(value: Value) -> list[tuple[bool, str | None]]:
    if isinstance(value, Known):
        return [(bool(value.value), None)]
    why = f"debug mode can't be known: {value}" if isinstance(value, Unknown) else ""
    why = why or "debug mode can't be known"
    return [(False, why), (True, why)]


def _resolve(
    host: str, port: int | None, family: int, kind: int, protocol: int
) -> t.Any:
    # No network is used: only a name that resolves the same everywhere is known.
    if host.rstrip(".").casefold() == "localhost":
        host = LOOPBACK
    flags = socket.AI_NUMERICHOST
    return socket.getaddrinfo(host, port, family, kind, protocol, flags)
