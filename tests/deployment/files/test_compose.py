"""What the services of Compose start."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from flask_prodguard.cli.scan import scan

from ..conftest import DOCKERFILE

if t.TYPE_CHECKING:
    from ..conftest import StartLines
    from ..conftest import Starts

# What the files are, and what is found: place, words of the program, purpose, platform.
KINDS: dict[str, tuple[dict[str, str], list[str]]] = {
    "compose with a target": (
        {
            "Dockerfile": "FROM python AS dev\nCMD python app.py\n"
            "FROM python\nCMD gunicorn app:app\n",
            "compose.yaml": "services:\n  web:\n    build:\n      context: .\n"
            "      target: dev\n",
        },
        [
            "Dockerfile:2 python app.py | development",
            "Dockerfile:4 gunicorn app:app | production",
        ],
    ),
    "compose with build arguments": (
        {
            "Dockerfile": "ARG PY\nFROM python:$PY\nARG START\nARG OPTION=-v\n"
            "COPY docker/$START/ /start/\nCMD sh /start/run.sh $OPTION\n"
            "ENV OPTION=$OPTION\n",
            "docker/web/run.sh": 'python app.py "$OPTION"\n',
            "docker/dev/run.sh": 'flask run --port "$OPTION"\n',
            "compose.yaml": "services:\n  web:\n    build:\n      context: .\n"
            "      args:\n        START: web\n",
            "compose.dev.yaml": "services:\n  dev:\n    build:\n      context: .\n"
            "      args: [START=dev, OPTION=81, GONE]\n",
        },
        [
            "docker/dev/run.sh:1 flask run --port 81 | development",
            "docker/web/run.sh:1 python app.py -v | production",
        ],
    ),
    "compose and its override": (
        {
            "docker-compose.yml": "services:\n  web:\n    image: shop\n"
            "    command: gunicorn app:app\n",
            "docker-compose.override.yml": "services:\n  web:\n"
            "    command: flask run\n",
        },
        [
            "docker-compose.override.yml:3 flask run | development",
            "docker-compose.yml:4 gunicorn app:app | production",
        ],
    ),
    "compose beside one for production": (
        {
            "docker-compose.yml": "services:\n  web:\n    image: shop\n"
            "    command: flask run\n",
            "docker-compose.prod.yml": "services:\n  web:\n"
            "    command: [gunicorn, 'app:app']\n",
        },
        [
            "docker-compose.prod.yml:3 gunicorn app:app | production",
            "docker-compose.yml:4 flask run | development",
        ],
    ),
    "compose without a shell": (
        {
            "compose.yml": "services:\n  web:\n    image: x\n"
            '    command: bash -c "sleep 3 && python app.py"\n'
        },
        ["compose.yml:4 python app.py | production"],
    ),
    "compose's entrypoint stands for the image's": (
        {
            "Dockerfile": DOCKERFILE + 'ENTRYPOINT ["python"]\nCMD ["app.py"]\n',
            "docker-compose.yml": "services:\n  web:\n    build: .\n"
            "    entrypoint: gunicorn\n    command: app:app\n",
        },
        [
            "Dockerfile:4 python app.py | production",
            "docker-compose.yml:4 gunicorn app:app | production",
        ],
    ),
    "compose's command below the image's entrypoint": (
        {
            "Dockerfile": DOCKERFILE + 'ENTRYPOINT ["python"]\n',
            "docker-compose.yml": "services:\n  web:\n    build: .\n"
            "    command: app.py\n",
        },
        [
            "Dockerfile:4 python | production",
            "docker-compose.yml:4 python app.py | production",
        ],
    ),
    "a service for development by its variables": (
        {
            "compose.yml": "services:\n  web:\n    image: x\n    command: flask run\n"
            "    environment:\n      FLASK_ENV: development\n"
        },
        ["compose.yml:4 flask run | development"],
    ),
    "a service of a profile for development": (
        {
            "compose.yml": "services:\n  web:\n    image: x\n    command: flask run\n"
            "    profiles: [dev]\n"
        },
        ["compose.yml:4 flask run | development"],
    ),
    "an extended service": (
        {
            "compose.yml": "services:\n  base:\n    command: python app.py\n"
            "  web:\n    extends: base\n    entrypoint: [gunicorn]\n"
        },
        [
            "compose.yml:3 python app.py | production",
            "compose.yml:6 gunicorn python app.py | production",
        ],
    ),
    "compose that says how an image is built": (
        {
            "docker/web.dockerfile": "FROM python\nCOPY app.py /\nCMD flask run\n",
            "docker/compose.yml": "services:\n  web:\n    build:\n"
            "      context: ${CONTEXT:-..}\n      dockerfile: docker/web.dockerfile\n"
            "    volumes:\n      - type: bind\n        source: ./x\n"
            "        target: /x\n      - named:/data\n      - /etc/x:/etc/x\n"
            "    env_file:\n      - path: web.env\n      - gone.env\n"
            "  gone:\n    build: ./gone\n  target:\n    build:\n      context: ..\n"
            "      dockerfile: docker/web.dockerfile\n      target: gone\n"
            "  none:\n    image: redis\n",
            "docker/web.env": "A=1\n",
        },
        ["docker/web.dockerfile:3 flask run | production"],
    ),
    "compose that fills in its variables": (
        {
            ".env": "APP=shop\n",
            "compose.yml": "services:\n  a:\n    image: x\n"
            "    command: flask --app ${APP} run\n    environment: [A=1, APP, X]\n"
            "  b:\n    image: x\n    command: [flask, --app, $APP, run]\n"
            "  c:\n    image: x\n    command: sh -c 'flask --app $$APP run; x'\n",
        },
        [
            "compose.yml:4 flask --app shop run | production",
            "compose.yml:8 flask --app shop run | production",
            "compose.yml:11 flask --app $APP run | production",
        ],
    ),
    "a service that another file extends": (
        {
            "base.yml": "services:\n  web:\n    command: flask run\n",
            "compose.yml": "x-a: &a\n  command: gunicorn a\nservices:\n  web:\n"
            "    extends:\n      file: base.yml\n      service: web\n"
            "    build: .\n  other:\n    <<: *a\n    image: x\n",
        },
        [
            "base.yml:3 flask run | production",
            "compose.yml:2 gunicorn a | production",
        ],
    ),
    "an override that names no command": (
        {
            "compose.yml": "services:\n  web:\n    image: x\n    command: flask run\n",
            "compose.prod.yml": "services:\n  web:\n    restart: always\n",
        },
        ["compose.yml:4 flask run | development"],
    ),
    "compose without services": ({"compose.yml": "name: x\n"}, []),
    "options for an image from elsewhere": (
        {"compose.yml": "services:\n  a:\n    image: x\n    command: --verbose\n"},
        [],
    ),
    "a service with variables for development": (
        {
            "compose.yml": "services:\n  web:\n    image: x\n    command: flask run\n"
            "    env_file: .env.dev\n"
        },
        ["compose.yml:4 flask run | development"],
    ),
    "an image for development in compose": (
        {
            "compose.yml": "services:\n  web:\n    build:\n"
            "      dockerfile: Dockerfile.dev\n    volumes: ['./x:/x']\n",
            "Dockerfile.dev": DOCKERFILE + "CMD flask run\n",
        },
        ["Dockerfile.dev:4 flask run | development"],
    ),
    "compose that mounts something else": (
        {
            "compose.yml": "services:\n  web:\n    build: .\n    command: flask run\n"
            "    volumes: ['./a:/a', '/b:/b', 'c', './d:/d']\n",
            "Dockerfile": DOCKERFILE,
        },
        ["compose.yml:4 flask run | production"],
    ),
}


@pytest.mark.parametrize(("files", "expected"), KINDS.values(), ids=KINDS)
def test_each_kind_of_file_names_its_starts(
    start_lines: StartLines, files: dict[str, str], expected: list[str]
) -> None:
    assert start_lines(files) == expected


def test_what_a_file_sets_is_known(starts: Starts) -> None:
    (start,) = starts(
        {
            "compose.yml": "services:\n  web:\n    build: .\n"
            "    working_dir: /app/api\n    command: A=1 poetry run flask run\n"
            "    environment:\n      B: 2\n"
            "    env_file: web.env\n    volumes: ['./more:/more']\n",
            "web.env": "C='3 4'\n",
            "Dockerfile": "FROM python\nENV D=5 \\\n E='\\$F'\n"
            "RUN pip install eventlet==0.33\n"
            "COPY . /app\n",
            "api/app.py": "",
        }
    )
    assert start.variables == {"A": "1", "B": "2", "C": "3 4", "D": "5", "E": "$F"}
    assert start.directory == "api"
    assert start.wrapper == ("A=1", "poetry", "run")
    assert "eventlet" in start.files.installed
    assert start.service == "web"
    assert not start.shell


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("", []),
        (
            "web:\n  image: shop\n",
            ["has no services: Compose 2 doesn't read this form"],
        ),
        ("name: shop\n", []),
    ],
)
def test_a_file_without_services_is_named_if_it_is_of_compose_1(
    tmp_path: Path, text: str, reasons: list[str]
) -> None:
    (tmp_path / "compose.yaml").write_text(text, encoding="utf-8")
    skipped = scan(tmp_path).skipped
    assert [each.reason for each in skipped] == reasons
