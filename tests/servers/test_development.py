"""In development: nothing is in the way, and the debugger works."""

from __future__ import annotations

import pytest
from launches.conftest import Site

from .conftest import Serve
from .environments import DEVELOPMENT
from .expected import assert_nothing_said
from .server import Running
from .server import Server
from .table import RELOADED
from .table import SERVERS


def assert_debugger_works(running: Running) -> None:
    """The interactive debugger answers.

    :param running: the server.
    """
    assert running.get("/console").status == 200
    assert "EVALEX = true" in running.fails(), running.output


@pytest.mark.parametrize("place", ["around", "inside"])
@pytest.mark.parametrize("server", SERVERS, ids=str)
def test_the_debugger_works(serve: Serve, server: Server, place: str) -> None:
    running = serve(server, **DEVELOPMENT, SHOP_DEBUGGER=place)
    assert running.get() == (200, "served")
    assert_debugger_works(running)
    assert running.get() == (200, "served")
    assert_nothing_said(running)


def test_gunicorn_reloads_with_the_debugger(serve: Serve, site: Site) -> None:
    running = serve(RELOADED, **DEVELOPMENT, SHOP_DEBUGGER="around")
    assert_debugger_works(running)
    changed = (site.folder / "shop.py").read_text().replace('"served"', '"reloaded"')
    site.write("shop.py", changed)
    running.front.wait_output("Booting worker", 2)
    assert running.get() == (200, "reloaded")
    assert_debugger_works(running)
    assert_nothing_said(running)
