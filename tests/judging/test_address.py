from __future__ import annotations

import ipaddress
import socket
import subprocess
import sys
import typing as t
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from werkzeug.serving import get_sockaddr
from werkzeug.serving import select_address_family

from flask_prodguard.judging.address import Address
from flask_prodguard.judging.address import classify
from flask_prodguard.judging.address import Exposure
from flask_prodguard.judging.address import of_literal
from flask_prodguard.judging.address import of_socket
from flask_prodguard.judging.address import UNKNOWN_ADDRESS

LOOPBACK = Exposure.LOOPBACK
EVERYTHING = Exposure.EVERY_INTERFACE


def answer(*addresses: str) -> t.Callable[..., t.Any]:
    return lambda *_: [(0, 0, 0, "", (address, 0)) for address in addresses]


def refuse(*_: object) -> t.NoReturn:
    raise socket.gaierror


@pytest.mark.parametrize(
    ("host", "exposure", "bound"),
    [
        ("127.0.0.1", LOOPBACK, "127.0.0.1"),
        ("127.0.1.1", LOOPBACK, "127.0.1.1"),
        ("127.1", LOOPBACK, "127.0.0.1"),
        ("0x7f.1", LOOPBACK, "127.0.0.1"),
        ("2130706433", LOOPBACK, "127.0.0.1"),
        ("１２７.０.０.１", LOOPBACK, "127.0.0.1"),  # noqa: RUF001
        ("localhost", LOOPBACK, "127.0.0.1"),
        ("::1", LOOPBACK, "::1"),
        ("::ffff:127.0.0.1", LOOPBACK, "127.0.0.1"),
        ("", EVERYTHING, "0.0.0.0"),
        ("*", EVERYTHING, "0.0.0.0"),
        ("0", EVERYTHING, "0.0.0.0"),
        ("0x0", EVERYTHING, "0.0.0.0"),
        ("０.０.０.０", EVERYTHING, "0.0.0.0"),  # noqa: RUF001
        ("0.0.0.0", EVERYTHING, "0.0.0.0"),
        ("::", EVERYTHING, "::"),
        ("::ffff:0.0.0.0", EVERYTHING, "0.0.0.0"),
        ("10.9.9.9", Exposure.NETWORK, "10.9.9.9"),
        ("100.64.1.1", Exposure.NETWORK, "100.64.1.1"),
        ("169.254.7.7", Exposure.NETWORK, "169.254.7.7"),
        ("::ffff:10.9.9.9", Exposure.NETWORK, "10.9.9.9"),
        ("fd00::5", Exposure.NETWORK, "fd00::5"),
        ("127.0.0.1 ", Exposure.UNRESOLVED, None),
        ("[::1]", Exposure.UNRESOLVED, None),
        ("nul\0byte", Exposure.UNRESOLVED, None),
        ("a" * 70 + ".example", Exposure.UNRESOLVED, None),
        (b"0.0.0.0", Exposure.UNRESOLVED, None),
        (None, Exposure.UNRESOLVED, None),
        (7, Exposure.UNRESOLVED, None),
    ],
)
def test_a_host_is_classified_by_what_werkzeug_binds(
    host: object, exposure: Exposure, bound: str | None
) -> None:
    address = classify(host, 5000)

    assert (address.exposure, address.bound) == (exposure, bound)
    assert (address.host, address.port) == (
        host if isinstance(host, str) else repr(host),
        5000,
    )


def test_a_name_is_looked_up_as_werkzeug_does() -> None:
    for host in ("box", "fe80::1"):
        with mock.patch("socket.getaddrinfo", return_value=answer("10.0.0.5")()) as ask:
            get_sockaddr(host, 80, select_address_family(host, 80))
            classify(host, 80, ask)

        werkzeugs, ours = ask.call_args_list
        assert ours == werkzeugs


def test_a_name_is_what_the_resolver_says() -> None:
    assert classify("box", 80, answer("127.0.0.1")).exposure is LOOPBACK
    assert classify("box", 80, answer("10.1.2.3", "127.0.0.1")) == Address(
        "box", 80, Exposure.NETWORK, "10.1.2.3"
    )


@pytest.mark.parametrize("resolve", [refuse, answer()])
def test_a_name_without_an_answer_is_left_to_werkzeug(
    resolve: t.Callable[..., t.Any],
) -> None:
    assert classify("box", 80, resolve) == Address("box", 80, Exposure.UNRESOLVED)


def test_a_unix_socket_is_local_and_its_path_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    address = classify("unix://app.sock", 0)

    assert address == Address(
        "unix://app.sock", None, Exposure.UNIX_SOCKET, str(tmp_path / "app.sock")
    )
    assert not address.is_beyond_this_machine()


def test_a_port_that_is_not_a_number_is_left_to_werkzeug() -> None:
    assert classify("127.0.0.1", "http").port is None


@pytest.mark.parametrize(
    ("host", "allowed", "beyond"),
    [
        ("0.0.0.0", "0.0.0.0/32", False),
        ("0.0.0.0", "10.0.0.0/8", True),
        ("10.1.2.3", "10.0.0.0/8", False),
        ("::", "0.0.0.0/0", True),
        ("::", "::/128", False),
        ("127.0.0.1", "10.0.0.0/8", False),
    ],
)
def test_an_allowed_network_counts_as_local(
    host: str, allowed: str, beyond: bool
) -> None:
    network = ipaddress.ip_network(allowed)

    assert classify(host).is_beyond_this_machine([network]) is beyond


def test_a_bound_socket_leaves_nothing_to_guess(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = of_socket(server)
        port = server.getsockname()[1]
    assert address == Address("127.0.0.1", port, LOOPBACK, "127.0.0.1")

    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        assert of_socket(server) == Address(
            f"unix://{path}", None, Exposure.UNIX_SOCKET, path
        )

    assert of_socket(server) == UNKNOWN_ADDRESS


@pytest.mark.parametrize("text", ["example.com", "/", None, 5])
def test_what_is_not_an_ip_address_is_an_unknown_address(text: object) -> None:
    assert of_literal(text) == UNKNOWN_ADDRESS
    assert not of_literal(text).is_beyond_this_machine()


def test_the_words_of_an_exposure_are_those_of_the_log_record() -> None:
    assert [exposure.value for exposure in Exposure] == [
        "this machine only",
        "a unix socket",
        "every network interface",
        "a network interface",
        "unresolved",
        "unknown",
    ]
    assert UNKNOWN_ADDRESS.host == ""


def test_an_address_is_shown_with_what_it_binds() -> None:
    assert str(classify("0.0.0.0")) == "'0.0.0.0'"
    assert str(classify("")) == "'' (0.0.0.0)"
    assert str(classify("box", 1, refuse)) == "'box'"
    assert str(UNKNOWN_ADDRESS) == "an address that is not known"
    assert str(of_literal("0.0.0.0")) == "'0.0.0.0'"


numbers = st.integers(0, 2**32 - 1)
literals = st.one_of(
    st.ip_addresses().map(str),
    numbers.map(str),
    numbers.map(hex),
    st.ip_addresses(v=4).map(lambda ip: f"::ffff:{ip}"),
    st.tuples(st.integers(0, 255), st.integers(0, 2**24 - 1)).map(
        lambda pair: f"{pair[0]}.{pair[1]}"
    ),
)


@given(literals)
@settings(deadline=None)
def test_a_literal_is_what_werkzeug_resolves_it_to(host: str) -> None:
    family = select_address_family(host, 0)
    resolved = ipaddress.ip_address(get_sockaddr(host, 0, family)[0])
    mapped = getattr(resolved, "ipv4_mapped", None) or resolved

    address = classify(host, 0)

    assert address.bound == str(mapped)
    assert (address.exposure is EVERYTHING) == mapped.is_unspecified
    assert (address.exposure is LOOPBACK) == mapped.is_loopback


@given(st.text())
@settings(deadline=None)
def test_no_host_makes_the_guard_fail(host: str) -> None:
    assert isinstance(classify(host, 0, refuse), Address)


RESOLVE = """
import sys
import flask_prodguard.judging.address
before = set(sys.modules)
flask_prodguard.judging.address.classify("127.0.0.1", 5000)
print(*set(sys.modules) - before)
"""


@pytest.mark.process
def test_resolving_a_host_imports_nothing_that_a_fork_could_interrupt() -> None:
    done = subprocess.run(
        [sys.executable, "-c", RESOLVE],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == []
