"""What a host is taken for, and what a real socket makes of it."""

from __future__ import annotations

import ipaddress
import json
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
from hypothesis import example
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st

from flask_prodguard.judging.address import classify
from flask_prodguard.judging.address import Exposure

WORKER = Path(__file__).with_name("network.py")
NAMESPACE = ("unshare", "--user", "--map-root-user", "--net")


class Network:
    """A network namespace in which sockets are bound.

    :param worker: what binds them.
    """

    def __init__(self, worker: subprocess.Popen[str]) -> None:
        self._worker = worker

    def bind(self, host: str) -> dict[str, t.Any]:
        """Bind a host, and see who reaches it.

        :param host: as a person writes it.
        """
        assert self._worker.stdin
        assert self._worker.stdout
        self._worker.stdin.write(f"{json.dumps(host)}\n")
        self._worker.stdin.flush()
        return t.cast("dict[str, t.Any]", json.loads(self._worker.stdout.readline()))


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Network]:
    if shutil.which(NAMESPACE[0]) is None:
        pytest.skip("there is no unshare here")
    if subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode:
        pytest.skip("this machine allows no network namespace")
    with subprocess.Popen(
        [*NAMESPACE, sys.executable, str(WORKER)],
        cwd=tmp_path_factory.mktemp("network"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        yield Network(worker)


def _spelled(number: int) -> st.SearchStrategy[str]:
    spellings = [
        str(number),
        hex(number),
        f"{number:#X}",
        f"0{number:o}",
        f"00{number}",
    ]
    return st.sampled_from(spellings)


def _in_parts(value: int) -> st.SearchStrategy[str]:
    # inet_aton takes one to four parts; the last one fills what is left.
    octets = value.to_bytes(4, "big")
    return st.integers(1, 4).flatmap(
        lambda parts: st.tuples(
            *map(_spelled, octets[: parts - 1]),
            _spelled(int.from_bytes(octets[parts - 1 :], "big")),
        ).map(".".join)
    )


def _in_other_digits(text: str) -> st.SearchStrategy[str]:
    full_width = str.maketrans("0123456789.", "０１２３４５６７８９．")  # noqa: RUF001
    return st.sampled_from([text, text.translate(full_width)])


FOUR = st.one_of(
    st.sampled_from([0, 0x7F000001, 0x7FFFFFFF, 0xC0000201, 0xFFFFFFFF, 1]),
    st.integers(0x7F000000, 0x7FFFFFFF),
    st.integers(0, 2**32 - 1),
)
FOUR_TEXT = FOUR.map(lambda number: str(ipaddress.IPv4Address(number)))
SIX = st.one_of(
    st.sampled_from(
        ["::", "::1", "2001:db8::1", "0:0:0:0:0:0:0:0", "0::0", "::0.0.0.1"]
    ),
    st.ip_addresses(v=6).flatmap(lambda ip: st.sampled_from([str(ip), ip.exploded])),
    FOUR_TEXT.map(lambda text: f"::ffff:{text}"),
    FOUR_TEXT.map(lambda text: f"::FFFF:{text}"),
    FOUR_TEXT.map(lambda text: f"::{text}"),
    FOUR_TEXT.map(lambda text: f"64:ff9b::{text}"),
)
NAMES = st.sampled_from(
    ["localhost", "LOCALHOST", "localhost.", "localhost.localdomain", "ip6-localhost"]
)
TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
MARGINS = st.sampled_from(
    ["{}", "{}", "{}", " {}", "{} ", "[{}]", "{}%lo", "{}\0", "{}."]
)
HOSTS = st.builds(
    str.format,
    MARGINS,
    st.one_of(
        FOUR.flatmap(_in_parts), FOUR_TEXT.flatmap(_in_other_digits), SIX, NAMES, TEXT
    ),
)


@given(HOSTS.filter(lambda host: host != "*"))
@example("")
@example("0")
@example("::ffff:0.0.0.0")
@example("192.0.2.1")
@example("unix://shop.sock")
@settings(
    max_examples=3 * settings().max_examples,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_host_is_what_a_real_socket_makes_of_it(network: Network, host: str) -> None:
    address = classify(host, 0)
    seen = network.bind(host)

    if not seen["is_bound"]:
        # It serves nobody here. The address may be one of another machine's network.
        assert address.exposure is not Exposure.EVERY_INTERFACE
        return
    assert address.is_beyond_this_machine() == seen["is_reached"]
    if address.exposure is not Exposure.UNIX_SOCKET:
        ip = ipaddress.ip_address(seen["ip"])
        assert address.bound == str(getattr(ip, "ipv4_mapped", None) or ip)


def test_a_star_is_every_interface_wherever_it_is_bound(network: Network) -> None:
    # A resolver may know it or not, and may take it for anything: the worst counts.
    assert network.bind("*").keys() >= {"is_bound"}
    assert classify("*").exposure is Exposure.EVERY_INTERFACE
