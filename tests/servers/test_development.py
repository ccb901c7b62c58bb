"""In development: nothing is refused, and the debugger works."""

from __future__ import annotations

import itertools
import os
import re
from pathlib import Path

import pytest
from launches.conftest import Site

from .conftest import Serve
from .environments import DEVELOPMENT
from .expected import assert_nothing_said
from .server import Running
from .server import Server
from .shop import NO_TRACES
from .table import RELOADED
from .table import SERVERS

# Without it the developer types a number that the server prints.
NO_PIN = {"WERKZEUG_DEBUG_PIN": "off"}
SECRET = re.compile(r'SECRET = "(\w+)"')


def assert_debugger_works(running: Running) -> None:
    """The interactive debugger answers, and runs what is typed.

    :param running: the server.
    """
    console = running.get("/console")
    found = SECRET.search(console.body)
    assert found, console.body
    typed = f"__debugger__=yes&cmd=6*7&frm=0&s={found[1]}"
    assert ">42<" in running.get(f"/console?{typed}").body
    assert "EVALEX = true" in running.fails(), running.output


@pytest.mark.parametrize("server", SERVERS, ids=str)
def test_a_development_server_serves_silently(serve: Serve, server: Server) -> None:
    running = serve(server, **DEVELOPMENT)
    state = running.state()
    assert state["traces"] == NO_TRACES
    assert running.get() == (200, "served")
    assert running.state() == state
    running.end()
    assert_nothing_said(running)


@pytest.mark.parametrize("place", ["around", "inside"])
@pytest.mark.parametrize("server", SERVERS, ids=str)
def test_the_debugger_works_in_development(
    serve: Serve, server: Server, place: str
) -> None:
    running = serve(server, **DEVELOPMENT, **NO_PIN, SHOP_DEBUGGER=place)
    assert_debugger_works(running)
    assert running.get() == (200, "served")
    running.state()
    running.end()
    assert_nothing_said(running)


def change(running: Running, file: Path) -> None:
    """Change the app until gunicorn sees it.

    :param running: gunicorn.
    :param file: the app's.
    """
    file.write_text(file.read_text().replace('"served"', '"reloaded"'))
    # Only a file that it saw before the change counts as changed.
    for later in itertools.count(int(file.stat().st_mtime) + 1):
        if running.front.prints("Worker reloading", 0.2):
            return
        os.utime(file, (later, later))


@pytest.mark.parametrize("place", ["around", "inside"])
def test_gunicorn_reloads_and_keeps_the_debugger(
    serve: Serve, site: Site, place: str
) -> None:
    running = serve(RELOADED, **DEVELOPMENT, **NO_PIN, SHOP_DEBUGGER=place)
    assert_debugger_works(running)
    change(running, site.folder / "shop.py")
    running.front.wait_output("Booting worker", 2)
    assert running.get() == (200, "reloaded")
    assert_debugger_works(running)
    running.state()
    running.end()
    assert_nothing_said(running)
