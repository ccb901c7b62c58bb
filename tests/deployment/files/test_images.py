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


@pytest.mark.parametrize(
    ("command", "folder"),
    [
        ("CMD flask run", "docker"),
        ("CMD python app.py", ""),
        ("CMD python own.py", "docker"),
        ('ENTRYPOINT ["./bin/start"]\nCMD ["--port", "80"]', ""),
        ("CMD /usr/bin/supervisord", "docker"),
    ],
)
def test_an_image_of_all_files_is_built_from_the_folder_that_has_its_program(
    starts: Starts, command: str, folder: str
) -> None:
    (start,) = starts(
        {
            "docker/Dockerfile": "FROM python AS all\nWORKDIR /app\nCOPY . .\n"
            f"FROM python\nWORKDIR /app\nCOPY --from=all /app .\n{command}\n",
            "docker/own.py": "",
            "app.py": "",
            "bin/start": "",
        }
    )
    assert start.directory == folder
