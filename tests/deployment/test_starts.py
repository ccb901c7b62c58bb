"""Each kind of file that starts an app, and what is read from it."""

from __future__ import annotations

import typing as t

import pytest

if t.TYPE_CHECKING:
    from .conftest import Starts

DOCKERFILE = "FROM python:3.12\nWORKDIR /app\nCOPY . .\n"

# What the files are, and what is found: place, words of the program, purpose, platform.
KINDS: dict[str, tuple[dict[str, str], list[str]]] = {
    "a Procfile": (
        {"Procfile": "web: python app.py\nworker: rq worker\n"},
        [
            "Procfile:1 python app.py | production heroku",
            "Procfile:2 rq worker | production heroku",
        ],
    ),
    "a Procfile for development": (
        {"Procfile.dev": "web: flask run --debug\n"},
        ["Procfile.dev:1 flask run --debug | development heroku"],
    ),
    "a Dockerfile in exec form": (
        {"Dockerfile": DOCKERFILE + 'CMD ["python", \\\n  "app.py"]\n'},
        ["Dockerfile:4 python app.py | production"],
    ),
    "a Dockerfile in shell form": (
        {"web.Dockerfile": DOCKERFILE + "CMD python \\\n# a comment\n  app.py\n"},
        ["web.Dockerfile:4 python app.py | production"],
    ),
    "CMD below ENTRYPOINT": (
        {"Dockerfile": DOCKERFILE + 'ENTRYPOINT ["python"]\nCMD ["app.py"]\n'},
        ["Dockerfile:4 python app.py | production"],
    ),
    "an ENTRYPOINT in shell form ignores CMD": (
        {"Dockerfile": DOCKERFILE + 'ENTRYPOINT python app.py\nCMD ["x"]\n'},
        ["Dockerfile:4 python app.py | production"],
    ),
    "an ENTRYPOINT that runs what it is given": (
        {
            "Dockerfile": DOCKERFILE
            + 'ENTRYPOINT ["./entry.sh"]\nCMD ["python", "app.py"]\n',
            "entry.sh": '#!/bin/sh\nset -e\nexport A=1\nexec "$@"\n',
        },
        ["Dockerfile:5 python app.py | production"],
    ),
    "a new ENTRYPOINT resets the CMD of the stage below": (
        {
            "Dockerfile": DOCKERFILE.replace("3.12", "3.12 AS base")
            + 'CMD ["app.py"]\nFROM base\nENTRYPOINT ["gunicorn", "app:app"]\n'
        },
        ["Dockerfile:6 gunicorn app:app | production"],
    ),
    "only the last stage starts": (
        {
            "Dockerfile": "FROM python AS dev\nCMD python app.py\n"
            "FROM python\nCMD gunicorn app:app\n"
        },
        ["Dockerfile:4 gunicorn app:app | production"],
    ),
    "a HEALTHCHECK starts nothing": (
        {"Dockerfile": DOCKERFILE + "HEALTHCHECK CMD python check.py\n"},
        [],
    ),
    "a heredoc is no instruction": (
        {
            "Dockerfile": "FROM python\nRUN <<EOF\nCMD python no.py\nEOF\n"
            "CMD python app.py\n"
        },
        ["Dockerfile:5 python app.py | production"],
    ),
    "another escape": (
        {"Dockerfile": "# escape=`\nFROM python\nCMD python `\n  app.py\n"},
        ["Dockerfile:3 python app.py | production"],
    ),
    "an empty CMD": ({"Dockerfile": "FROM python\nCMD []\n"}, []),
    "no stage": ({"Dockerfile": "ARG A=1\nCMD python app.py\n"}, []),
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
    "a script that a script calls": (
        {
            "Procfile": "web: bin/start.sh\n",
            "bin/start.sh": "#!/bin/bash\n./bin/run.sh 8000\n",
            "bin/run.sh": '#!/usr/bin/env bash\nexec python app.py --port "$1"\n',
        },
        ["bin/run.sh:2 python app.py --port 8000 | production heroku"],
    ),
    "supervisord": (
        {
            "deploy/web.conf": "; a comment\n[program:web]\ncommand=python app.py\n"
            "  --port 80\ndirectory=/srv/shop\n"
        },
        ["deploy/web.conf:3 python app.py --port 80 | production"],
    ),
    "supervisord in an image": (
        {
            "Dockerfile": DOCKERFILE + 'CMD ["supervisord", "-c", "/app/s.conf"]\n',
            "s.conf": "[program:web]\ncommand=gunicorn app:app\n",
        },
        ["s.conf:2 gunicorn app:app | production"],
    ),
    "systemd": (
        {
            "shop.service": "[Service]\nEnvironment=A=1\n"
            "ExecStart=-/srv/venv/bin/python \\\n  app.py\n"
        },
        ["shop.service:3 /srv/venv/bin/python app.py | production systemd"],
    ),
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
    "tools that run another file's tasks": (
        {
            "Dockerfile": DOCKERFILE + "CMD npm start\n",
            "package.json": '{"scripts": {"start": "make serve"}}',
            "Makefile": "serve:\n\thoncho start web\n",
            "Procfile": "web: python app.py\nworker: python worker.py\n",
        },
        [
            "Procfile:1 python app.py | production heroku",
            "Procfile:2 python worker.py | production heroku",
        ],
    ),
    "a supervisord by its default file": (
        {
            "Procfile": "web: supervisord -n\n",
            "supervisord.conf": "[supervisord]\nnodaemon=true\n"
            "[program:a]\ncommand=flask run\n[program:b]\nautostart=true\n",
        },
        ["supervisord.conf:4 flask run | production heroku"] * 1,
    ),
    "a supervisord without its file": (
        {"Procfile": "web: supervisord -c gone.conf\n"},
        ["Procfile:1 supervisord -c gone.conf | production heroku"],
    ),
    "PM2 that reads its file": (
        {
            "Dockerfile": DOCKERFILE + "CMD pm2-runtime start pm2.json\n",
            "pm2.json": '{"script": "app.py", "interpreter": "/venv/bin/python"}',
        },
        ["pm2.json:1 /venv/bin/python app.py | production"],
    ),
    "PM2 with a file that is a program": (
        {"Dockerfile": DOCKERFILE + "CMD pm2 start ecosystem.config.js\n"},
        ["Dockerfile:4 pm2 start ecosystem.config.js | production"],
    ),
    "PM2 without words": (
        {"Dockerfile": DOCKERFILE + "CMD pm2-runtime\n"},
        ["Dockerfile:4 pm2-runtime | production"],
    ),
    "a task that is not there": (
        {"Procfile": "web: make gone\nother: npm start\n", "Makefile": "x:\n\ttrue\n"},
        [
            "Procfile:1 make gone | production heroku",
            "Procfile:2 npm start | production heroku",
        ],
    ),
    "a shell with options": (
        {
            "Procfile": "a: bash -eo pipefail -c 'flask run'\n"
            "b: bash -o errexit run.sh\n",
            "run.sh": "flask run\n",
        },
        [
            "Procfile:1 flask run | production heroku",
            "run.sh:1 flask run | production heroku",
        ],
    ),
    "a shell without a script": (
        {"Procfile": "a: bash\nb: sh -c\nc: sh gone.sh\n"},
        [
            "Procfile:1 bash | production heroku",
            "Procfile:2 sh -c | production heroku",
            "Procfile:3 sh gone.sh | production heroku",
        ],
    ),
    "a script that is a program of Python's": (
        {"Procfile": "web: ./run\n", "run": "#!/usr/bin/env python3\n"},
        ["Procfile:1 ./run | production heroku"],
    ),
    "a script that starts itself": (
        {"Procfile": "web: ./run.sh\n", "run.sh": "./run.sh\nflask run\n"},
        ["run.sh:2 flask run | production heroku"],
    ),
    "wrappers": (
        {
            "Procfile": "a: sudo -u app env -u X A=1 nohup flask run\n"
            "b: /sbin/tini -g -- gosu app poetry run flask run\n"
            "c: uv run --extra web -- flask run\n"
            "d: ./wait-for-it.sh db:5432 -t 5 -- flask run\n"
            "e: watchmedo auto-restart --pattern '*.py' -- flask run\n"
            "f: opentelemetry-instrument --service_name x --a=b flask run\n"
            "g: python -m poetry run flask run\n"
            "h: timeout -k 5 10 flask run\n"
            "i: poetry install\n"
            "j: wait-for db\n"
            "k: nodemon -x\n"
        },
        [
            "Procfile:1 flask run | production heroku",
            "Procfile:2 flask run | production heroku",
            "Procfile:3 flask run | production heroku",
            "Procfile:4 flask run | production heroku",
            "Procfile:5 flask run | development heroku",
            "Procfile:6 flask run | production heroku",
            "Procfile:7 flask run | production heroku",
            "Procfile:8 flask run | production heroku",
            "Procfile:9 poetry install | production heroku",
            "Procfile:10 wait-for db | production heroku",
            "Procfile:11 nodemon -x | production heroku",
        ],
    ),
    "a wrapper alone": (
        {"Procfile": "web: nohup\n"},
        ["Procfile:1 nohup | production heroku"],
    ),
    "a shell form below an ENTRYPOINT in exec form": (
        {"Dockerfile": DOCKERFILE + 'ENTRYPOINT ["tini", "--"]\nCMD flask run\n'},
        ["Dockerfile:5 flask run | production"],
    ),
    "every form of COPY and ENV": (
        {
            "Dockerfile": "ARG BASE=python\nARG UNUSED\nFROM ${BASE}:3.12 AS build\n"
            "ARG BASE\nARG DIR=/srv\nARG NONE\nENV A 1 2\nENV B=x C='$B y' D\n"
            "ENV ROOT=$DIR/${NAME:-web} E=\\$X F=${A:+yes} G=${Z:+no} H=$Z\n"
            'WORKDIR $ROOT\nCOPY --chown=1 src/ ./\nCOPY ["bin", "bin"]\n'
            "ADD *.sh /scripts/\nCOPY x\nCOPY <<EOF /made.sh\nno\nEOF\nRUN make\n"
            "FROM scratch\nCOPY --from=build /srv/web /srv/web\n"
            "COPY --from=0 /scripts/run.sh /\nCOPY --from=other /x /x\n"
            'WORKDIR /srv/web/bin\nCMD ["/run.sh", "./start.sh"]\n',
            "src/app.py": "",
            "bin/start.sh": "cd ..\npython app.py\n",
            "run.sh": 'exec "$@"\n',
            "not.md": "",
        },
        ["bin/start.sh:2 python app.py | production"],
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
    "render.yaml without a command": (
        {
            "render.yaml": "services:\n  - type: redis\n  - runtime: docker\n"
            "databases: []\n"
        },
        [],
    ),
    "supervisord with a folder and variables": (
        {
            "x.ini": "[program:web]\ncommand = flask run ; why\ndirectory = /srv\n"
            'environment = A="1",B=2\n[other]\nx=1\n',
        },
        ["x.ini:2 flask run | production"],
    ),
    "a unit without a service": ({"x.service": "[Unit]\nA=1\n[Service]\nX=1\n"}, []),
    "lines that are no processes": (
        {"Procfile": "# web: x\n\nweb:\n", "Makefile": "\tx\nA = 1\n\nx: \n\t\n"},
        [],
    ),
    "a condition in a line": (
        {
            "Procfile": "web: if x; then flask run; fi\nb: sh -c 'x || flask run'\n",
        },
        [
            "Procfile:1 flask run | production heroku",
            "Procfile:2 flask run | production heroku",
        ],
    ),
    "Python without a program": (
        {"Procfile": "a: python\nb: python -m\nc: python -u\nd: app.py\n"},
        [
            "Procfile:1 python | production heroku",
            "Procfile:2 python -m | production heroku",
            "Procfile:3 python -u | production heroku",
            "Procfile:4 app.py | production heroku",
        ],
    ),
    "an image for development in compose": (
        {
            "compose.yml": "services:\n  web:\n    build:\n"
            "      dockerfile: Dockerfile.dev\n    volumes: ['./x:/x']\n",
            "Dockerfile.dev": DOCKERFILE + "CMD flask run\n",
        },
        ["Dockerfile.dev:4 flask run | development"],
    ),
    "directives above a Dockerfile": (
        {
            "Dockerfile": "# syntax=docker/dockerfile:1\n\nFROM python\n"
            "CMD [flask, run]\n"
        },
        ["Dockerfile:4 [flask, run] | production"],
    ),
    "a dollar sign in a Dockerfile": (
        {"Dockerfile": "FROM python\nENV A=\\$B\nENV\nARG\nCMD flask run\n"},
        ["Dockerfile:5 flask run | production"],
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
    "a unit that goes on to its end": (
        {"x.service": "[Service]\nExecStart=flask \\\n"},
        ["x.service:2 flask | production systemd"],
    ),
    "a program of setup.cfg": (
        {
            "Procfile": "web: ./run.sh\n",
            "run.sh": "shop\nother\ngone\n",
            "setup.cfg": "[options.entry_points]\nconsole_scripts =\n"
            "    shop = shop.main:run\n    x\n",
            "setup.py": "setup(scripts=['bin/other', 'a:b'],"
            " entry_points={'console_scripts': []})\n",
        },
        [
            "run.sh:1 shop | production heroku",
            "run.sh:2 other | production heroku",
        ],
    ),
    "a program of Poetry": (
        {
            "Procfile": "web: ./run.sh\n",
            "run.sh": "shop\nother\n",
            "pyproject.toml": "[tool.poetry.scripts]\n"
            "shop = {callable = 'shop:run'}\nother = 'no function'\n",
        },
        ["run.sh:1 shop | production heroku"],
    ),
    "files of programs that can't be read": (
        {
            "Procfile": "web: ./run.sh\n",
            "run.sh": "shop\n",
            "pyproject.toml": "scripts = [",
            "setup.cfg": "console_scripts",
        },
        [],
    ),
    "Fly's process in an image": (
        {
            "fly.toml": "[processes]\nweb = 'python app.py'\n",
            "Dockerfile": DOCKERFILE + "ENV A=1\n",
        },
        ["fly.toml:2 python app.py | production fly"],
    ),
    "compose that mounts something else": (
        {
            "compose.yml": "services:\n  web:\n    build: .\n    command: flask run\n"
            "    volumes: ['./a:/a', '/b:/b', 'c', './d:/d']\n",
            "Dockerfile": DOCKERFILE,
        },
        ["compose.yml:4 flask run | production"],
    ),
    "a Dockerfile of directives alone": ({"Dockerfile": "# syntax=x\n# check=y\n"}, []),
    "dashes behind a wrapper": (
        {
            "Procfile": "web: chamber exec prod -- flask run\n"
            "b: pipenv run -- flask run\n"
        },
        [
            "Procfile:1 flask run | production heroku",
            "Procfile:2 flask run | production heroku",
        ],
    ),
    "a reloader": (
        {"Procfile": 'web: nodemon --exec "python app.py"\n'},
        ["Procfile:1 python app.py | development heroku"],
    ),
    "a console script in a script": (
        {
            "Procfile": "web: ./start.sh\n",
            "start.sh": "#!/bin/sh\necho hello\nshop --port 80\n",
            "pyproject.toml": '[project.scripts]\nshop = "shop.main:run"\n',
        },
        ["start.sh:3 shop --port 80 | production heroku"],
    ),
    "below a folder for tests": (
        {"tests/fixtures/Procfile": "web: flask run\n"},
        ["tests/fixtures/Procfile:1 flask run | development heroku"],
    ),
}


@pytest.mark.parametrize(("files", "expected"), KINDS.values(), ids=KINDS)
def test_each_kind_of_file_names_its_starts(
    starts: Starts, files: dict[str, str], expected: list[str]
) -> None:
    found = [
        f"{start.file}:{start.line} {' '.join(start.argv)} | "
        + " ".join(filter(None, (start.purpose.value, start.platform)))
        for start in starts(files)
    ]
    assert found == expected


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


def test_a_systemd_unit_sets_variables_and_a_folder(starts: Starts) -> None:
    (start,) = starts(
        {
            "shop.service": '[Service]\nEnvironment=A=1 "B=2 3"\n'
            "WorkingDirectory=/srv/shop\nExecStart=flask run\n",
            "shop/app.py": "",
        }
    )
    assert start.variables == {"A": "1", "B": "2 3"}
    assert start.directory == "shop"


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


def test_what_led_there_is_named(starts: Starts) -> None:
    (start,) = starts(
        {
            "railway.json": '{"build": {"dockerfilePath": "Dockerfile"}}',
            "Dockerfile": DOCKERFILE + "CMD ./a.sh\n",
            "a.sh": "./b.sh\n",
            "b.sh": "flask run\n",
        }
    )
    assert start.via == ("railway.json", "Dockerfile", "a.sh")
    assert (start.file, start.line) == ("b.sh", 1)


def test_what_is_written_is_named_as_a_line(starts: Starts) -> None:
    found = starts(
        {
            "Dockerfile": DOCKERFILE
            + 'ENTRYPOINT ["tini", "--"]\nCMD ["flask", "run"]\n',
            "k.yaml": "kind: Pod\nspec:\n  containers:\n  - command: [a b, c]\n",
            "run.sh": "flask \\\n  run\n",
            "Procfile": "web: ./run.sh\n",
        }
    )
    assert [start.command for start in found] == [
        "tini -- flask run",
        "'a b' c",
        "flask run",
    ]
