from __future__ import annotations

import typing as t
from importlib.metadata import version

import pytest
from launches.conftest import Site
from launches.process import Process
from servers.conftest import site
from servers.conftest import Tried
from servers.conftest import tried
from servers.server import require_module

from .table import Program

__all__ = ["site", "tried"]


class Write(t.Protocol):
    """Writes a program, and notes that it is tried."""

    def __call__(self, program: Program) -> Site: ...


@pytest.fixture
def write(site: Site, tried: Tried) -> Write:
    def write(program: Program) -> Site:
        tried["component"] = program.name
        require_module(program.module)
        tried["version"] = version(program.distribution)
        site.write("app.py", program.text)
        return site

    return write


def serve(site: Site, program: Program, **environ: str) -> Process:
    """Serve a program as production does.

    :param site: the folder and the port.
    :param program: what was written.
    :param environ: the environment.
    """
    words = [word.replace("$port", str(site.port)) for word in program.production]
    return site.start(*words, **environ)
