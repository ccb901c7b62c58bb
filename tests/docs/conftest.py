from __future__ import annotations

import functools
import http.server
import importlib.util
import subprocess
import sys
import threading
import typing as t
from pathlib import Path

import pytest

from .blocks import DOCS
from .browser import chromium
from .browser import find_chromium
from .browser import Page

NEEDED = ("sphinx", "myst_parser", "furo", "sphinx_copybutton")


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """The documentation, built with warnings as errors. ``args[-1]`` is the folder."""
    for name in NEEDED:
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed: see docs/requirements.txt")
    folder = tmp_path_factory.mktemp("site")
    options = ["-E", "-W", "--keep-going", "-n", "-q", "-b", "dirhtml"]
    return subprocess.run(
        [sys.executable, "-m", "sphinx", *options, str(DOCS), str(folder)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="session")
def site(build: subprocess.CompletedProcess[str]) -> Path:
    return Path(build.args[-1])


@pytest.fixture(scope="session")
def address(site: Path) -> t.Iterator[str]:
    """Where the documentation is served."""
    handler = functools.partial(QuietHandler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser() -> t.Iterator[Page]:
    program = find_chromium()
    if program is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    with chromium(program) as page:
        yield page
