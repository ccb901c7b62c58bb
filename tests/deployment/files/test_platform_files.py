"""What the files of platforms and of package managers start."""

from __future__ import annotations

import typing as t

import pytest

from ..conftest import DOCKERFILE

if t.TYPE_CHECKING:
    from ..conftest import StartLines

# What the files are, and what is found: place, words of the program, purpose, platform.
KINDS: dict[str, tuple[dict[str, str], list[str]]] = {
    "PM2": (
        {
            "ecosystem.config.json": '{"apps": [{"name": "x", "script": "app.py",'
            ' "args": "--port 80"}, {"script": "x.js"}, {"name": "y"}]}'
        },
        [
            "ecosystem.config.json:1 python3 app.py --port 80 | production",
            "ecosystem.config.json:1 x.js | production",
        ],
    ),
    "App Engine": (
        {"app.yaml": "runtime: python312\nentrypoint: python main.py\n"},
        ["app.yaml:2 python main.py | production app-engine"],
    ),
    "App Engine with a Dockerfile": (
        {
            "app.yaml": "runtime: custom\nenv_variables:\n  A: '1'\n",
            "Dockerfile": DOCKERFILE + "CMD python app.py\n",
        },
        ["Dockerfile:4 python app.py | production app-engine"],
    ),
    "App Engine with a Dockerfile that is not there": (
        {"app.yaml": "runtime: custom\n"},
        [],
    ),
    "Databricks": (
        {"app.yaml": "command: ['flask', 'run']\nenv:\n  - name: A\n    value: '1'\n"},
        ["app.yaml:1 flask run | production databricks"],
    ),
    "Render": (
        {
            "render.yaml": "services:\n  - type: web\n    name: x\n"
            "    startCommand: python app.py\n"
        },
        ["render.yaml:4 python app.py | production render"],
    ),
    "Render with an image": (
        {
            "render.yaml": "services:\n  - type: web\n    runtime: docker\n"
            "    dockerfilePath: ./web/Dockerfile\n"
            "  - type: web\n    runtime: docker\n    dockerCommand: python b.py\n",
            "web/Dockerfile": DOCKERFILE + "CMD python app.py\n",
        },
        [
            "render.yaml:7 python b.py | production render",
            "web/Dockerfile:4 python app.py | production render",
        ],
    ),
    "Fly": (
        {"fly.toml": '[processes]\nweb = "python app.py"\n[env]\nA = "1"\n'},
        ["fly.toml:2 python app.py | production fly"],
    ),
    "Fly with an image": (
        {
            "fly.toml": "[env]\nA = '1'\n",
            "Dockerfile": DOCKERFILE + "CMD python app.py\n",
        },
        ["Dockerfile:4 python app.py | production fly"],
    ),
    "Fly's cmd": (
        {
            "fly.toml": '[experimental]\ncmd = ["python", "app.py"]\n',
            "Dockerfile": DOCKERFILE,
        },
        ["fly.toml:2 python app.py | production fly"],
    ),
    "Railway": (
        {"railway.json": '{"deploy": {"startCommand": "python app.py"}}'},
        ["railway.json:1 python app.py | production railway"],
    ),
    "Railway with an image": (
        {
            "railway.toml": '[build]\nbuilder = "DOCKERFILE"\n'
            'dockerfilePath = "Dockerfile.web"\n',
            "Dockerfile.web": DOCKERFILE + 'CMD ["./start.sh"]\n',
            "start.sh": "#!/bin/sh\nflask run\n",
        },
        ["start.sh:2 flask run | production railway"],
    ),
    "Railway's command in an image": (
        {
            "railway.toml": '[build]\ndockerfilePath = "Dockerfile"\n'
            '[deploy]\nstartCommand = "python app.py"\n',
            "Dockerfile": DOCKERFILE,
        },
        ["railway.toml:4 python app.py | production railway"],
    ),
    "heroku.yml": (
        {"heroku.yml": "run:\n  web: python app.py\n  w:\n    command: [rq worker]\n"},
        [
            "heroku.yml:2 python app.py | production heroku",
            "heroku.yml:4 rq worker | production heroku",
        ],
    ),
    "heroku.yml with an image": (
        {
            "heroku.yml": "build:\n  docker:\n    web: Dockerfile\n    x: gone\n",
            "Dockerfile": DOCKERFILE + "CMD python app.py\n",
        },
        ["Dockerfile:4 python app.py | production heroku"],
    ),
    "Platform.sh": (
        {
            ".platform.app.yaml": "web:\n  commands:\n    start: flask run -p $PORT\n"
            "workers:\n  queue:\n    commands:\n      start: rq worker\n"
        },
        [
            ".platform.app.yaml:3 flask run -p $PORT | production platform-sh",
            ".platform.app.yaml:7 rq worker | production platform-sh",
        ],
    ),
    "Upsun": (
        {
            ".upsun/config.yaml": "applications:\n  shop:\n    source:\n"
            "      root: api\n    web:\n      commands:\n        start: flask run\n"
        },
        [".upsun/config.yaml:7 flask run | production platform-sh"],
    ),
    "Nixpacks": (
        {"nixpacks.toml": '[start]\ncmd = "python app.py"\n'},
        ["nixpacks.toml:2 python app.py | production"],
    ),
    "Railpack": (
        {"railpack.json": '{"deploy": {"startCommand": "python app.py"}}'},
        ["railpack.json:1 python app.py | production"],
    ),
    "Replit": (
        {
            ".replit": 'run = "python main.py"\n[deployment]\n'
            'run = ["sh", "-c", "python main.py"]\n'
        },
        [
            ".replit:1 python main.py | development replit",
            ".replit:3 python main.py | production replit",
        ],
    ),
    "Kubernetes": (
        {
            "k8s/web.yaml": "kind: Service\n---\nkind: Deployment\nspec:\n"
            "  template:\n    spec:\n      containers:\n      - name: a\n"
            '        command: ["python"]\n        args: ["app.py"]\n'
            "      - name: b\n        image: c\n---\nspec: {}\n"
        },
        ["k8s/web.yaml:9 python app.py | production kubernetes"],
    ),
    "Kubernetes in a namespace for development": (
        {
            "pod.yml": "kind: Pod\nmetadata:\n  namespace: dev\nspec:\n"
            "  containers:\n  - command: [flask, run]\n"
        },
        ["pod.yml:6 flask run | development kubernetes"],
    ),
    "package.json": (
        {
            "package.json": '{"scripts": {\n"start": "python app.py",\n'
            '"dev": "concurrently \\"cd api && flask run\\" \\"npm run ui\\"",\n'
            '"ui": "vite",\n"lint": "eslint ."}}'
        },
        [
            "package.json:2 python app.py | production",
            "package.json:3 flask run | development",
        ],
    ),
    "a Makefile": (
        {
            "Makefile": "PYTHON ?= python3\nrun: deps\n\t@$(PYTHON) app.py\n"
            "prod:\n\tgunicorn app:app\ntest:\n\tpytest\n"
        },
        [
            "Makefile:3 python3 app.py | development",
            "Makefile:5 gunicorn app:app | production",
        ],
    ),
    "pyproject.toml": (
        {
            "pyproject.toml": '[tool.pdm.scripts]\nstart = "flask run"\n'
            'prod = {cmd = "gunicorn app:app"}\n'
        },
        [
            "pyproject.toml:2 flask run | development",
            "pyproject.toml:3 gunicorn app:app | production",
        ],
    ),
    "a development container": (
        {
            ".devcontainer/devcontainer.json": "{\n// a comment\n"
            '"postStartCommand": "flask run --debug",\n}'
        },
        [".devcontainer/devcontainer.json:3 flask run --debug | development"],
    ),
    "render.yaml without a command": (
        {
            "render.yaml": "services:\n  - type: redis\n  - runtime: docker\n"
            "databases: []\n"
        },
        [],
    ),
    "a list for a Makefile's sake": (
        {"heroku.yml": "run:\n  web:\n    - flask run\n  w: ['', x]\n"},
        [
            "heroku.yml:2 flask run | production heroku",
            "heroku.yml:4  x | production heroku",
        ],
    ),
    "heroku.yml with an image and its own command": (
        {
            "heroku.yml": "build:\n  docker:\n    web: Dockerfile\nrun:\n"
            "  web: flask run\n",
            "Dockerfile": DOCKERFILE,
        },
        ["heroku.yml:5 flask run | production heroku"],
    ),
    "render.yaml with a variable that is secret": (
        {
            "render.yaml": "services:\n- startCommand: flask run\n  envVars:\n"
            "  - key: A\n    sync: false\n"
        },
        ["render.yaml:2 flask run | production render"],
    ),
    "railway.json without a start": ({"railway.json": "{}"}, []),
    "an empty document": ({"render.yaml": "", "k.yml": "# containers:\n"}, []),
    "Fly's process in an image": (
        {
            "fly.toml": "[processes]\nweb = 'python app.py'\n",
            "Dockerfile": DOCKERFILE + "ENV A=1\n",
        },
        ["fly.toml:2 python app.py | production fly"],
    ),
}


@pytest.mark.parametrize(("files", "expected"), KINDS.values(), ids=KINDS)
def test_each_kind_of_file_names_its_starts(
    start_lines: StartLines, files: dict[str, str], expected: list[str]
) -> None:
    assert start_lines(files) == expected
