"""A pytest plugin for both runs, with the guard and without it: what must not differ.

Flask is imported: Werkzeug's tests go through the exceptions that happen to be there.
No name but this machine's own is resolved, as on a machine without a network: Flask's
tests pass public names to ``app.run()``, and a stand-in to serve them. If such a name
resolves, the guard refuses the start before the stand-in is called.
"""

from __future__ import annotations

import ipaddress
import socket
import typing as t

import flask  # noqa: F401

_getaddrinfo = socket.getaddrinfo


def _resolve(host: t.Any, *arguments: t.Any, **options: t.Any) -> t.Any:
    if not _is_local(host):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return _getaddrinfo(host, *arguments, **options)


def _is_local(host: t.Any) -> bool:
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


socket.getaddrinfo = _resolve
