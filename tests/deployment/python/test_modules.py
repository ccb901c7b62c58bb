"""Which file a module is, and whether it may serve."""

from __future__ import annotations

import typing as t

import pytest

from ..conftest import APP
from ..conftest import program_in
from ..conftest import RUN
from ..conftest import said

if t.TYPE_CHECKING:
    from ..conftest import Runs
    from ..conftest import Write

# The command, the files, and what it runs.
PROGRAMS: dict[str, tuple[str, dict[str, str], str]] = {
    "a function that may serve by what it imports": (
        "python run.py",
        {
            "run.py": "import flask\nfrom shop import go, idle\nidle()\ngo()\n",
            "shop/__init__.py": "from .inner import *\nfrom . import inner\n"
            "import gone, os\ndef go():\n    inner.work()\ndef idle():\n    pass\n",
            "shop/inner.py": "from . import web\nfrom shop import go\n"
            "def work():\n    web.app.run()\n",
            "shop/web.py": APP,
        },
        "werkzeug 127.0.0.1",
    ),
    "a function that can't serve": (
        "python run.py",
        {
            "run.py": APP
            + "import idle\nfrom idle import work\nidle.work()\nwork()\n"
            + "x.append(idle)\nopen(idle.x)\nopen(work)\napp.run()\n",
            "idle.py": "import idle, os\nfrom a import (b, c)\ndef work():\n    pass\n",
        },
        "werkzeug 127.0.0.1",
    ),
    "a module of two names that are there": (
        "python -m shop.web",
        {"shop/x.py": "", "other/web.py": ""},
        "unknown: shop.web is not in the repository",
    ),
    "a syntax error": (
        "python app.py",
        {"app.py": "def:\n"},
        "unknown: app.py, line 1: it is not Python that can be parsed",
    ),
}


@pytest.mark.parametrize(
    ("command", "files", "expected"), PROGRAMS.values(), ids=PROGRAMS
)
def test_what_a_command_runs(
    runs: Runs, command: str, files: dict[str, str], expected: str
) -> None:
    assert runs(command, files) == expected


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (RUN.encode("utf-16"), "is UTF-16, which Python can't run"),
        (RUN.encode("utf-16-le"), "is not a text file"),
        (b"\0\xff" * 9, "is not a text file"),
    ],
)
def test_what_is_no_source_code_may_do_anything(
    project: Write, data: bytes, reason: str
) -> None:
    files = {"Procfile": "web: python app.py\n", "app.py": "import shop\nshop.go()\n"}
    folder = project(files)
    (folder / "shop.py").write_bytes(data)
    assert said(program_in(folder)) == f"unknown: shop.py, line 1: it {reason}"

    (folder / "app.py").write_bytes(data)
    assert said(program_in(folder)) == f"unknown: app.py, line 1: it {reason}"
