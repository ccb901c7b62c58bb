"""In production: nothing is logged, nothing is left on a request's way, and no
debugger.
"""

from __future__ import annotations

import pytest

from .conftest import Serve
from .environments import PRODUCTION
from .expected import assert_no_debugger
from .expected import assert_nothing_said
from .expected import codes_reported
from .server import Server
from .shop import NO_TRACES
from .table import SERVERS

REQUESTS = 5
SCRIPT = "/?__debugger__=yes&cmd=resource&f=debugger.js"
#: Everywhere around the app, and on one platform inside.
DEBUGGERS = [*((name, "around") for name in PRODUCTION), ("Heroku", "inside")]


@pytest.mark.parametrize("environment", PRODUCTION)
@pytest.mark.parametrize("server", SERVERS, ids=str)
def test_a_server_serves_silently_and_without_a_trace_of_the_guard(
    serve: Serve, server: Server, environment: str
) -> None:
    running = serve(server, **PRODUCTION[environment])
    state = running.state()
    assert state["traces"] == NO_TRACES
    for _ in range(REQUESTS):
        assert running.get() == (200, "served")
    # The process is still the same one.
    assert running.state() == state
    running.end()
    assert_nothing_said(running)


@pytest.mark.parametrize(("environment", "place"), DEBUGGERS)
@pytest.mark.parametrize("server", SERVERS, ids=str)
def test_no_debugger_is_reachable(
    serve: Serve, server: Server, environment: str, place: str
) -> None:
    running = serve(server, **PRODUCTION[environment], SHOP_DEBUGGER=place)
    # Not even by the first request.
    assert running.get("/console").status == 404
    for _ in range(2):
        assert_no_debugger(running.fails())
    assert running.get(SCRIPT) == (200, "served")
    assert running.state()["traces"]["functions"] == 0
    running.end()
    assert codes_reported(running) == ["PG201"], running.output


@pytest.mark.parametrize("place", ["around", "inside"])
def test_an_exception_in_the_first_request_is_not_shown(
    serve: Serve, place: str
) -> None:
    running = serve(SERVERS[0], **PRODUCTION["Heroku"], SHOP_DEBUGGER=place)
    assert_no_debugger(running.fails())
    assert running.get("/console").status == 404
    running.state()
