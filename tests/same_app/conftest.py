from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from launches.conftest import Site


@pytest.fixture
def site(tmp_path: Path) -> t.Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.stop()
