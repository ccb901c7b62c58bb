"""A pytest plugin for both runs, with the guard and without it: what must not differ.

Flask is imported: Werkzeug's tests go through the exceptions that happen to be there.
A name is always resolved, to an address beyond this machine, and without any traffic:
Flask's tests pass public names to ``app.run()``, and the guard looks them up.
"""

from __future__ import annotations

import ipaddress
import socket
import typing as t

import flask  # noqa: F401

# An address for documentation (RFC 5737).
PUBLIC_ADDRESS = "192.0.2.1"

_getaddrinfo = socket.getaddrinfo


def _resolve(host: t.Any, *arguments: t.Any, **options: t.Any) -> t.Any:
    known = host if _is_local(host) else PUBLIC_ADDRESS
    return _getaddrinfo(known, *arguments, **options)


def _is_local(host: t.Any) -> bool:
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


socket.getaddrinfo = _resolve
