from __future__ import annotations

import platform
import tempfile
import typing as t
from importlib.metadata import version
from pathlib import Path

import pytest
from launches.conftest import Site

from .server import Running
from .server import Server

Tried: t.TypeAlias = dict[str, str]


class Serve(t.Protocol):
    """Starts a server, without a request."""

    def __call__(self, server: Server, **environ: str) -> Running: ...


@pytest.fixture
def site() -> t.Iterator[Site]:
    # A unix socket's path has to be short, and Apache's user must be let in.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        site = Site(folder)
        yield site
        site.stop()


@pytest.fixture
def tried(record_property: t.Callable[[str, object], None]) -> Tried:
    """What was tried, for the table in the documentation."""
    tried = {package: version(package) for package in ("flask", "werkzeug")}
    tried["python"] = platform.python_version()
    record_property("tried", tried)
    return tried


@pytest.fixture
def serve(site: Site, tried: Tried) -> Serve:
    def serve(server: Server, **environ: str) -> Running:
        tried["component"] = server.name
        server.require()
        tried["version"] = server.version
        return Running(server, site, environ, tried)

    return serve
