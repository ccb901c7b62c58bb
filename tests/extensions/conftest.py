from __future__ import annotations

import typing as t
from importlib.metadata import version

import pytest
from launches.conftest import Site
from launches.process import require
from servers.conftest import site
from servers.conftest import Tried
from servers.conftest import tried

from .table import Program

__all__ = ["site", "tried"]


class Write(t.Protocol):
    """Writes a program, and notes that it is tried."""

    def __call__(self, program: Program) -> Site: ...


@pytest.fixture
def write(site: Site, tried: Tried) -> Write:
    def write(program: Program) -> Site:
        tried["component"] = program.name
        require(program.module)
        tried["version"] = version(program.distribution)
        site.write("app.py", program.text)
        return site

    return write
