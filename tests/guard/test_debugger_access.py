from __future__ import annotations

import pytest

from flask_prodguard.guard.debugger_access import detour_seen
from flask_prodguard.guard.debugger_access import FORWARDING
from flask_prodguard.judging.address import of_literal
from flask_prodguard.judging.address import UNKNOWN_ADDRESS

LOOPBACK = of_literal("127.0.0.1")
BROWSER = {
    "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_HOST": "127.0.0.1:5000",
    "REMOTE_ADDR": "127.0.0.1",
    "HTTP_ACCEPT": "text/html",
    "HTTP_UPGRADE_INSECURE_REQUESTS": "1",
    "HTTP_SEC_FETCH_SITE": "none",
    "HTTP_X_REQUESTED_WITH": "XMLHttpRequest",
    "HTTP_CACHE_CONTROL": "max-age=0",
    "HTTP_REFERER": "http://localhost:5000/",
}


def test_a_browser_on_this_machine_takes_no_detour() -> None:
    assert detour_seen(BROWSER, LOOPBACK) == ""
    assert detour_seen(BROWSER, UNKNOWN_ADDRESS) == ""


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.0.0.1:5000", "localhost", "LOCALHOST:80", "localhost."),
        *("shop.localhost:5000", "[::1]", "[::1]:5000", "::1", "127.1.2.3:80"),
        *("[::ffff:127.0.0.1]:5000", "0.0.0.0:5000", " localhost "),
    ],
)
def test_a_name_of_this_machine_is_local(host: str) -> None:
    assert detour_seen({**BROWSER, "HTTP_HOST": host}, LOOPBACK) == ""


@pytest.mark.parametrize(
    "host",
    [
        *("shop.example", "192.168.1.5:5000", "localhost.example", "notlocalhost"),
        *("[2001:db8::1]:80", "127.0.0.1.nip.io", "bore.pub:4000", ":::", "a:b:c"),
    ],
)
def test_a_name_of_another_machine_is_a_tunnel(host: str) -> None:
    seen = detour_seen({**BROWSER, "HTTP_HOST": host}, LOOPBACK)

    assert seen == (
        "a request came for a host that is not this machine, as through a tunnel"
    )


@pytest.mark.parametrize("sent", [{}, {"HTTP_HOST": ""}, {"HTTP_HOST": " "}])
def test_a_request_without_a_host_is_no_browser_s(sent: dict[str, str]) -> None:
    asked = {name: value for name, value in BROWSER.items() if name != "HTTP_HOST"}

    seen = detour_seen({**asked, **sent}, LOOPBACK)

    assert seen == "a request came without a Host, as no browser sends it"


@pytest.mark.parametrize("prefix", FORWARDING)
def test_what_a_proxy_adds_is_a_detour(prefix: str) -> None:
    seen = detour_seen({**BROWSER, f"{prefix}S3CRET": "s3cret"}, LOOPBACK)

    assert seen == (
        f"a request came with the header {FORWARDING[prefix]}, as through a proxy"
    )


@pytest.mark.parametrize("protocol", ["HTTP/1.0", "HTTP/0.9"])
def test_an_old_protocol_is_a_proxy(protocol: str) -> None:
    seen = detour_seen({**BROWSER, "SERVER_PROTOCOL": protocol}, LOOPBACK)

    assert seen == "a request came over HTTP/1.0, as through a proxy"


def test_a_peer_counts_where_the_server_is_on_loopback() -> None:
    environ = {**BROWSER, "REMOTE_ADDR": "172.17.0.1"}

    assert detour_seen(environ, LOOPBACK) == "a request came from another machine"
    # A port that was published to this machine only is reached from Docker's bridge.
    assert detour_seen(environ, of_literal("0.0.0.0")) == ""


@pytest.mark.parametrize("peer", ["", "<local>", "::1", "::ffff:127.0.0.1"])
def test_a_peer_without_an_address_is_local(peer: str) -> None:
    assert detour_seen({**BROWSER, "REMOTE_ADDR": peer}, LOOPBACK) == ""
