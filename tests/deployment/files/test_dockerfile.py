"""What the instructions of a Dockerfile start."""

from __future__ import annotations

import typing as t

import pytest

from ..conftest import DOCKERFILE

if t.TYPE_CHECKING:
    from ..conftest import StartLines

# What the files are, and what is found: place, words of the program, purpose, platform.
KINDS: dict[str, tuple[dict[str, str], list[str]]] = {
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
    "a script that COPY writes": (
        {
            "Dockerfile": DOCKERFILE
            + "COPY --chmod=755 <<EOF /start\n#!/bin/sh\n"
            + 'exec python app.py "\\$@"\nEOF\n'
            + 'ENTRYPOINT ["/start"]\nCMD ["-v"]\n'
        },
        ["Dockerfile:6 python app.py -v | production"],
    ),
    "scripts that COPY writes to a folder": (
        {
            "Dockerfile": DOCKERFILE
            + "COPY <<-'a.sh' <<\"b.conf\" ./bin/\n\tflask run\n\ta.sh\nx\nb.conf\n"
            + 'CMD ["sh", "bin/a.sh"]\n'
        },
        ["Dockerfile:5 flask run | production"],
    ),
    "a script that RUN writes in another stage": (
        {
            "Dockerfile": DOCKERFILE.replace("3.12", "3.12 AS base")
            + "RUN cat > start.sh <<EOF\npython app.py\nEOF\n"
            + "RUN <<EOF tee -a b.sh > /dev/null\nflask run\nEOF\nRUN <<EOF\nx\nEOF\n"
            + "FROM python\nCOPY . .\nCOPY --from=base /app /srv\n"
            + "CMD sh /srv/start.sh && sh /srv/b.sh\n"
        },
        [
            "Dockerfile:5 python app.py | production",
            "Dockerfile:8 flask run | production",
        ],
    ),
    "a program that COPY writes and no shell runs": (
        {
            "Dockerfile": DOCKERFILE
            + "COPY <<E /start\n#!/usr/bin/env python3\nprint(1)\nE\nCMD /start\n"
        },
        ["Dockerfile:8 /start | production"],
    ),
    "an empty file that COPY writes": (
        {"Dockerfile": DOCKERFILE + "COPY <<E /a.sh\nE\nCMD sh /a.sh\n"},
        [],
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
    "a Dockerfile of directives alone": ({"Dockerfile": "# syntax=x\n# check=y\n"}, []),
}


@pytest.mark.parametrize(("files", "expected"), KINDS.values(), ids=KINDS)
def test_each_kind_of_file_names_its_starts(
    start_lines: StartLines, files: dict[str, str], expected: list[str]
) -> None:
    assert start_lines(files) == expected
