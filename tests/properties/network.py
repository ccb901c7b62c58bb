"""Binds real sockets, in its own network namespace: ``unshare --net python
network.py``. For each line of input, a host in JSON, it prints who reaches a server
that Werkzeug binds to that host: nothing but what it can see.

The namespace has a loopback interface, and beside 127.0.0.0/8 and ::1 it has an address
of each family that stands for "another machine gets here". No name can be looked up
beyond ``/etc/hosts``, and nothing is sent anywhere.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import struct
import sys
import typing as t

from werkzeug.serving import BaseWSGIServer

# Nothing else has these addresses: those for documentation (RFC 5737, RFC 3849).
OUTSIDE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
INTERFACE = b"lo"
ALIAS = b"lo:1"
# From linux/sockios.h and linux/if.h.
SIOCSIFFLAGS = 0x8914
SIOCSIFADDR = 0x8916
IFF_UP = 1
PATIENCE = 5.0


def set_up() -> None:
    """Switch the loopback interface on, and give it the two addresses."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh14x", INTERFACE, IFF_UP))
        address = socket.inet_aton(OUTSIDE[socket.AF_INET])
        named = struct.pack("16sH2x4s8x", ALIAS, socket.AF_INET, address)
        fcntl.ioctl(control, SIOCSIFADDR, named)
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as control:
        address = socket.inet_pton(socket.AF_INET6, OUTSIDE[socket.AF_INET6])
        index = socket.if_nametoindex(INTERFACE.decode())
        fcntl.ioctl(control, SIOCSIFADDR, struct.pack("16sIi", address, 128, index))


def bind(host: str) -> dict[str, t.Any]:
    """Let Werkzeug bind a host, and see who reaches the server.

    :param host: as a person writes it.
    """
    try:
        server = BaseWSGIServer(host, 0, _no_app)
    except (SystemExit, OSError, ValueError, TypeError):
        return {"is_bound": False}
    with contextlib.closing(server.socket):
        if server.address_family == socket.AF_UNIX:
            return {"is_bound": True, "ip": None, "is_reached": False}
        ip, port = server.socket.getsockname()[:2]
        family = t.cast("socket.AddressFamily", server.address_family)
        # Broadcast and multicast addresses can be bound, and serve nobody.
        if not _reaches(family, ip, port):
            return {"is_bound": False}
        ways = (_reaches(family, at, port) for family, at in OUTSIDE.items())
        return {"is_bound": True, "ip": ip, "is_reached": any([*ways])}


def _no_app(environ: object, start_response: object) -> t.Iterable[bytes]:
    return []


def _reaches(family: socket.AddressFamily, address: str, port: int) -> bool:
    with socket.socket(family) as client:
        client.settimeout(PATIENCE)
        return client.connect_ex((address, port)) == 0


def main() -> None:
    """Answer one line after the other."""
    # Werkzeug prints why it could not bind.
    answers = os.fdopen(os.dup(1), "w")
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        set_up()
        for line in sys.stdin:
            with contextlib.redirect_stderr(nowhere):
                answer = bind(json.loads(line))
            answers.write(f"{json.dumps(answer)}\n")
            answers.flush()


if __name__ == "__main__":
    main()
