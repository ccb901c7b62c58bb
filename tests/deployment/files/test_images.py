"""Which folder an image is built from."""

from __future__ import annotations

import typing as t

import pytest

if t.TYPE_CHECKING:
    from ..conftest import Starts


@pytest.mark.parametrize(
    ("dockerfile", "folder"),
    [
        ("docker/Dockerfile", ""),
        ("web/Dockerfile", "web"),
        ("deep/er/Dockerfile", "deep/er"),
    ],
)
def test_an_image_is_built_from_the_nearest_folder_that_has_what_it_copies(
    starts: Starts, dockerfile: str, folder: str
) -> None:
    copied = "gone" if "deep" in dockerfile else "app.py"
    (start,) = starts(
        {
            dockerfile: f"FROM python\nCOPY {copied} *.txt $X https://x/y /app/\n"
            "CMD flask run\n",
            "app.py": "",
            "web/app.py": "",
        }
    )
    assert start.files.base == folder
