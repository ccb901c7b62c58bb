"""What a host string makes Werkzeug bind, and so who can reach it."""

from __future__ import annotations

# getaddrinfo imports it at its first call. If that happens in a thread while a server
# such as gunicorn --preload forks, the worker would wait for the import forever.
import encodings.idna  # noqa: F401
import enum
import ipaddress
import os
import socket
import typing as t
from dataclasses import dataclass

if t.TYPE_CHECKING:
    from ..config.keys import IPNetwork

IPAddress: t.TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve: t.TypeAlias = t.Callable[..., t.Sequence[t.Sequence[t.Any]]]

UNIX_PREFIX = "unix://"

# Hosts that bind every interface, but not because a resolver says so: getaddrinfo has
# no answer for "", and bind() takes it for INADDR_ANY; "*" isn't a name to glibc, while
# other systems and other servers read it as every interface.
EVERY_INTERFACE_SPELLINGS = {"": "0.0.0.0", "*": "0.0.0.0"}


class Exposure(enum.Enum):
    """Who can reach an address.

    .. versionadded:: 0.1
    """

    LOOPBACK = "this machine only"
    UNIX_SOCKET = "a unix socket"
    EVERY_INTERFACE = "every network interface"
    NETWORK = "a network interface"
    UNRESOLVED = "unresolved"
    UNKNOWN = "unknown"


NETWORK_EXPOSURES = frozenset({Exposure.EVERY_INTERFACE, Exposure.NETWORK})


@dataclass(frozen=True)
class Address:
    """A host as it was given and what it binds.

    .. versionadded:: 0.1
    """

    #: The host as it was given, for example ``"localhost"``.
    host: str
    #: The port as it was given, ``None`` if there is none or it isn't known.
    port: int | None
    #: Who can reach it.
    exposure: Exposure
    #: The IP address or the socket's path that is bound, ``None`` if unresolved.
    bound: str | None = None

    def is_beyond_this_machine(self, allowed: t.Iterable[IPNetwork] = ()) -> bool:
        """Whether other machines can reach it."""
        if self.exposure not in NETWORK_EXPOSURES or self.bound is None:
            return False
        ip = ipaddress.ip_address(self.bound)
        return not any(ip in network for network in allowed)

    def __str__(self) -> str:
        if self.exposure is Exposure.UNKNOWN:
            return "an address that is not known"
        if self.bound in (None, self.host):
            return repr(self.host)
        return f"{self.host!r} ({self.bound})"


UNKNOWN_ADDRESS = Address("", None, Exposure.UNKNOWN)


def classify(
    host: object, port: object = None, resolve: Resolve = socket.getaddrinfo
) -> Address:
    """Find out what Werkzeug will bind for a host. A name is looked up exactly as
    Werkzeug does, a literal needs no lookup, and what Werkzeug itself can't bind is
    unresolved: its own error is clearer than a guess.

    Source: ``select_address_family`` and ``get_sockaddr`` in Werkzeug's
    ``serving.py``, the same from 2.3 to 3.1.

    :param host: what is given to Werkzeug, normally a string.
    :param port: what is given to Werkzeug, normally an integer.
    :param resolve: asks the resolver; ``socket.getaddrinfo`` by default.
    """
    known_port = port if isinstance(port, int) else None
    if not isinstance(host, str):
        return Address(repr(host), known_port, Exposure.UNRESOLVED)
    if host.startswith(UNIX_PREFIX):
        path = os.path.abspath(host[len(UNIX_PREFIX) :])  # noqa: PTH100
        return Address(host, None, Exposure.UNIX_SOCKET, path)
    bound = EVERY_INTERFACE_SPELLINGS.get(host) or _look_up(host, known_port, resolve)
    if bound is None:
        return Address(host, known_port, Exposure.UNRESOLVED)
    return _classified(host, known_port, bound)


def of_socket(bound_socket: socket.socket) -> Address:
    """Find out who can reach a socket that is bound already."""
    try:
        name = bound_socket.getsockname()
    except OSError:
        return UNKNOWN_ADDRESS
    if not isinstance(name, tuple):
        path = os.fsdecode(name)
        return Address(UNIX_PREFIX + path, None, Exposure.UNIX_SOCKET, path)
    return _classified(name[0], name[1], name[0])


def of_literal(text: object) -> Address:
    """Find out who can reach the address that a server reports for itself. Anything but
    an IP address is unknown.

    :param text: for example the ``SERVER_NAME`` that gunicorn fills in.
    """
    if not isinstance(text, str):
        return UNKNOWN_ADDRESS
    try:
        return _classified(text, None, text)
    except ValueError:
        return UNKNOWN_ADDRESS


def _look_up(host: str, port: int | None, resolve: Resolve) -> str | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        answers = resolve(host, port, family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        return str(answers[0][4][0])
    except (OSError, UnicodeError, ValueError, OverflowError, IndexError):
        # A label of 70 letters is a UnicodeError, a NUL byte a ValueError.
        return None


def _classified(host: str, port: int | None, bound: str) -> Address:
    ip = _unmapped(ipaddress.ip_address(bound))
    exposure = Exposure.NETWORK
    if ip.is_unspecified:
        exposure = Exposure.EVERY_INTERFACE
    elif ip.is_loopback:
        exposure = Exposure.LOOPBACK
    return Address(host, port, exposure, str(ip))


def _unmapped(ip: IPAddress) -> IPAddress:
    # ``::ffff:0.0.0.0`` listens on every IPv4 address, yet ipaddress calls it
    # neither unspecified nor, before Python 3.13, ``::ffff:127.0.0.1`` loopback.
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return mapped or ip
