from __future__ import annotations

import pytest

from flask_prodguard.remedy import servers

WORDS = ["flask", "--app", "my shop", "run"]


@pytest.mark.parametrize(
    ("folder", "windows", "line"),
    [
        (None, False, "flask --app 'my shop' run"),
        ("my src", False, "env 'PYTHONPATH=my src' flask --app 'my shop' run"),
        (None, True, "flask --app 'my shop' run"),
        ("my src", True, "set \"PYTHONPATH=my src\" && flask --app 'my shop' run"),
    ],
)
def test_a_folder_is_added_for_one_program(
    folder: str | None, windows: bool, line: str
) -> None:
    assert servers.command(WORDS, folder, windows) == line


def test_the_port_is_left_for_the_shell_to_fill_in() -> None:
    assert servers.joined(["serve", "0.0.0.0:$PORT", "$HOME"]) == (
        "serve 0.0.0.0:$PORT '$HOME'"
    )
