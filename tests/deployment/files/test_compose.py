"""Files of Docker Compose of other ages and names."""

from __future__ import annotations

import typing as t

from flask_prodguard.deployment.start_command import Skipped
from flask_prodguard.deployment.start_command import StartCommand
from flask_prodguard.deployment.starts import read_starts

if t.TYPE_CHECKING:
    from ..conftest import Write


def test_a_file_of_the_first_compose_is_named(project: Write) -> None:
    found = read_starts(
        project({"docker-compose.yml": "web:\n  build: .\n  command: python app.py\n"})
    )
    assert found == (
        Skipped(
            "docker-compose.yml", "has no services: Compose 2 doesn't read this form"
        ),
    )


def test_a_file_without_anything_to_start_is_not_named(project: Write) -> None:
    files = {
        "compose.yml": "x-common:\n  tty: true\n",
        "compose.prod.yml": "{}\n",
        "compose.dev.yml": "",
    }
    assert read_starts(project(files)) == ()


def test_what_a_swarm_is_given_is_read(project: Write) -> None:
    text = "services:\n  web:\n    image: x\n    command: python app.py\n"
    (found,) = read_starts(project({"docker-stack.yml": text}))
    assert isinstance(found, StartCommand)
    assert (found.file, found.line) == ("docker-stack.yml", 4)


def test_the_file_that_mounts_the_source_is_named(project: Write) -> None:
    found = read_starts(
        project(
            {
                "compose.yml": "services:\n  web:\n    build: .\n"
                "    volumes: [.:/app]\n    entrypoint: [/app/start.sh]\n",
                "compose.prod.yml": "services:\n  web:\n    build: .\n",
                "Dockerfile": "FROM python\nWORKDIR /app\nCOPY . .\n",
                "start.sh": "python app.py\n",
                "app.py": "",
            }
        )
    )
    doubts = [each.doubt for each in found if isinstance(each, StartCommand)]
    assert doubts == [
        "compose.yml mounts the source into web, as people do for development"
    ]
