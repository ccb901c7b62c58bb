"""Which of the start commands may have started this process."""

from __future__ import annotations

import typing as t

import pytest

from flask_prodguard.deployment.start_command import Skipped
from flask_prodguard.deployment.start_command import StartCommand
from flask_prodguard.deployment.this_process import starts_of_process

if t.TYPE_CHECKING:
    from .conftest import Starts

FILES = {
    "Procfile": "web: python shop/app.py --port $PORT\n"
    "admin: python shop/app.py admin\n",
    "Procfile.dev": "web: python shop/app.py --port 5000\n",
    "compose.yml": "services:\n  a:\n    image: x\n    command: flask run\n"
    "  b:\n    image: x\n    command: python -m shop.web\n"
    "  c:\n    image: x\n    command: python -c pass\n",
}


@pytest.mark.parametrize(
    ("program", "arguments", "expected"),
    [
        (
            "shop/app.py",
            ("--port", "80"),
            ["Procfile:1", "Procfile.dev:1", "Procfile:2"],
        ),
        ("shop/app.py", ("admin",), ["Procfile:2", "Procfile:1", "Procfile.dev:1"]),
        ("./shop/app.py", (), ["Procfile:1", "Procfile:2", "Procfile.dev:1"]),
        ("-m shop.web", (), ["compose.yml:7"]),
        ("shop.web", (), ["compose.yml:7"]),
        ("flask", ("run",), ["compose.yml:4"]),
        ("/usr/bin/flask", ("run",), ["compose.yml:4"]),
        ("other.py", (), []),
        ("-m other", (), []),
    ],
)
def test_the_starts_of_a_program(
    starts: Starts, program: str, arguments: tuple[str, ...], expected: list[str]
) -> None:
    read: list[StartCommand | Skipped] = [Skipped("x", "y"), *starts(FILES)]
    found = starts_of_process(read, program, arguments)
    assert [f"{start.file}:{start.line}" for start in found] == expected
