"""Scripts and tools that a command starts, and what they start."""

from __future__ import annotations

import typing as t

import pytest

from .conftest import DOCKERFILE

if t.TYPE_CHECKING:
    from .conftest import StartLines

# What the files are, and what is found: place, words of the program, purpose, platform.
KINDS: dict[str, tuple[dict[str, str], list[str]]] = {
    "an ENTRYPOINT that runs what it is given": (
        {
            "Dockerfile": DOCKERFILE
            + 'ENTRYPOINT ["./entry.sh"]\nCMD ["python", "app.py"]\n',
            "entry.sh": '#!/bin/sh\nset -e\nexport A=1\nexec "$@"\n',
        },
        ["Dockerfile:5 python app.py | production"],
    ),
    "a script that a script calls": (
        {
            "Procfile": "web: bin/start.sh\n",
            "bin/start.sh": "#!/bin/bash\n./bin/run.sh 8000\n",
            "bin/run.sh": '#!/usr/bin/env bash\nexec python app.py --port "$1"\n',
        },
        ["bin/run.sh:2 python app.py --port 8000 | production heroku"],
    ),
    "a script that a shell goes through and that is not there": (
        {
            "Procfile": "web: sh test.sh\n",
            "test.sh": ". /venv/bin/activate\npytest\n",
        },
        [],
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
    "a Makefile that calls itself": (
        {"Makefile": "run:\n\t$(MAKE) run\nbuild:\n\techo build\n"},
        ["Makefile:2 make run | development"],
    ),
    "a function that calls itself": (
        {"Procfile": "web: sh run.sh\n", "run.sh": "serve() {\n  serve\n}\nserve\n"},
        ["run.sh:2 serve | production heroku"],
    ),
    "a circle that starts something on its way": (
        {"Procfile": "web: sh a.sh\n", "a.sh": "flask run || sh a.sh\n"},
        ["a.sh:1 flask run | production heroku"],
    ),
    "a target that is called as an option is": (
        {"Procfile": "web: make run\n", "Makefile": "run:\n\tflask run -p 80\n"},
        ["Makefile:2 flask run -p 80 | production heroku"],
    ),
}


@pytest.mark.parametrize(("files", "expected"), KINDS.values(), ids=KINDS)
def test_each_kind_of_file_names_its_starts(
    start_lines: StartLines, files: dict[str, str], expected: list[str]
) -> None:
    assert start_lines(files) == expected
