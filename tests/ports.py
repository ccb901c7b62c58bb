"""Ports for the servers of the tests."""

from __future__ import annotations

import atexit
import collections
import random
import socket

#: Below the ports that Linux, macOS and Windows give to outgoing connections.
NUMBERS = range(10_000, 32_000)
_reserved: collections.deque[socket.socket] = collections.deque()


@atexit.register
def _let_go() -> None:
    while _reserved:
        _reserved.pop().close()


class Port:
    """A port of this machine that no other test is given. While it is held, nobody can
    bind it: a server that tries ends with "Address already in use".
    """

    def __init__(self) -> None:
        self._holder, self.number = _reserve()

    def release(self) -> None:
        """Let a server have it."""
        self._holder.close()


def free_port() -> int:
    """A port on which nothing listens, and that no other test is given."""
    port = Port()
    port.release()
    return port.number


def _reserve() -> tuple[socket.socket, int]:
    """Bind a port for TCP, which is held until a server may have it, and for UDP, by
    which the other workers see that it is taken while a server starts or ends.
    """
    while True:
        number = random.choice(NUMBERS)
        holder = socket.socket()
        reserved = socket.socket(type=socket.SOCK_DGRAM)
        try:
            reserved.bind(("127.0.0.1", number))
            holder.bind(("127.0.0.1", number))
        except OSError:
            holder.close()
            reserved.close()
            continue
        _reserved.append(reserved)
        if len(_reserved) > 100:
            _reserved.popleft().close()
        return holder, number
