"""In production: nothing is said, nothing is left on the way, and no debugger."""

from __future__ import annotations

import pytest

from .conftest import Serve
from .environments import PRODUCTION
from .expected import assert_no_debugger
from .expected import assert_nothing_said
from .expected import codes_told
from .server import Server
from .shop import NO_TRACES
from .table import SERVERS

REQUESTS = 5


@pytest.mark.parametrize("environment", PRODUCTION)
@pytest.mark.parametrize("server", SERVERS, ids=str)
def test_serves_silently_and_leaves_nothing_on_the_way(
    serve: Serve, server: Server, environment: str
) -> None:
    running = serve(server, **PRODUCTION[environment])
    state = running.state()
    assert state["traces"] == NO_TRACES
    for _ in range(REQUESTS):
        assert running.get() == (200, "served")
    # The process is still the same one.
    assert running.state() == state
    assert_nothing_said(running)


@pytest.mark.parametrize("place", ["around", "inside"])
@pytest.mark.parametrize("server", SERVERS, ids=str)
def test_no_debugger_is_reachable(serve: Serve, server: Server, place: str) -> None:
    running = serve(server, **PRODUCTION["Heroku"], SHOP_DEBUGGER=place)
    assert running.get("/console").status == 404
    for _ in range(2):
        assert_no_debugger(running.fails())
    assert running.get() == (200, "served")
    assert codes_told(running) == ["PG201"], running.output
