"""What another command looks like in each kind of file."""

from __future__ import annotations

import json
import typing as t

import pytest

from flask_prodguard.deployment.replacement import replace_command
from flask_prodguard.deployment.start_command import StartCommand

if t.TYPE_CHECKING:
    from .conftest import Starts

LINE = "gunicorn --bind 0.0.0.0:$PORT app:app"
PLAIN = "gunicorn --bind 127.0.0.1:80 app:app"

# The file, what it holds, the new command, and what its lines become.
FORMS: dict[str, tuple[str, str, str, str]] = {
    "a process behind another command": (
        "Procfile",
        "web: flask db upgrade; python app.py --x\n",
        LINE,
        f"web: flask db upgrade; {LINE}",
    ),
    "what is assigned before it stays": (
        "Dockerfile",
        "FROM python\nCMD A=1 poetry run python app.py\n",
        LINE,
        f"CMD A=1 poetry run {LINE}",
    ),
    "exec form without a variable": (
        "Dockerfile",
        'FROM python\nCMD ["python", "app.py"]\n',
        PLAIN,
        'CMD ["gunicorn", "--bind", "127.0.0.1:80", "app:app"]',
    ),
    "exec form with a variable needs a shell": (
        "Dockerfile",
        'FROM python\nCMD ["ddtrace-run", "python", "app.py"]\n',
        LINE,
        f'CMD ["ddtrace-run", "/bin/sh", "-c", "exec {LINE}"]',
    ),
    "several lines become one": (
        "Dockerfile",
        'FROM python\nCMD [ \\\n  "python", \\\n  "app.py" ]\nEXPOSE 80\n',
        PLAIN,
        'CMD ["gunicorn", "--bind", "127.0.0.1:80", "app:app"]',
    ),
    "CMD goes where ENTRYPOINT is the interpreter": (
        "Dockerfile",
        'FROM python\nENTRYPOINT ["python"]\nEXPOSE 80\nCMD ["app.py"]\n',
        PLAIN,
        'ENTRYPOINT ["gunicorn", "--bind", "127.0.0.1:80", "app:app"]\nEXPOSE 80',
    ),
    "an ENTRYPOINT that only wraps stays": (
        "Dockerfile",
        'FROM python\nENTRYPOINT ["tini", "--"]\nCMD ["python", "app.py"]\n',
        PLAIN,
        'CMD ["gunicorn", "--bind", "127.0.0.1:80", "app:app"]',
    ),
    "within sh -c": (
        "Dockerfile",
        'FROM python\nCMD ["sh", "-c", "flask db upgrade && python app.py"]\n',
        LINE,
        f'CMD ["sh", "-c", "flask db upgrade && {LINE}"]',
    ),
    "the whole text of sh -c": (
        "Dockerfile",
        'FROM python\nCMD ["sh", "-c", "python app.py --port $PORT"]\n',
        LINE,
        f'CMD ["sh", "-c", "{LINE}"]',
    ),
    "compose": (
        "compose.yml",
        "services:\n  web:\n    image: x\n    command: python app.py # why\n",
        PLAIN,
        f"    command: {PLAIN} # why",
    ),
    "compose fills in what isn't doubled": (
        "compose.yml",
        "services:\n  web:\n    image: x\n    command: python app.py\n",
        LINE,
        '    command: /bin/sh -c "exec gunicorn --bind 0.0.0.0:$$PORT app:app"',
    ),
    "compose with a list": (
        "compose.yml",
        "services:\n  web:\n    image: x\n    command:\n      - python\n"
        "      - app.py\n    ports: []\n",
        "gunicorn --bind 0.0.0.0:80 'app:create()'",
        "    command:\n      - gunicorn\n"
        '      - "--bind"\n      - 0.0.0.0:80\n      - app:create()',
    ),
    "compose with a folded text": (
        "compose.yml",
        "services:\n  web:\n    image: x\n    command: >\n      bash -c 'sleep 3 &&\n"
        "      python app.py'\n    ports: []\n",
        PLAIN,
        f"    command: bash -c 'sleep 3 && {PLAIN}'",
    ),
    "systemd keeps the virtual environment": (
        "shop.service",
        "[Service]\nExecStart=/srv/venv/bin/python app.py\n",
        PLAIN,
        f"ExecStart=/srv/venv/bin/{PLAIN}",
    ),
    "systemd has no shell": (
        "shop.service",
        "[Service]\nExecStart=/usr/bin/python3 app.py\n",
        LINE,
        f'ExecStart=/bin/sh -c "exec {LINE}"',
    ),
    "supervisord doubles the per cent sign": (
        "s.conf",
        "[program:x]\ncommand=python app.py\n  --port 80\nuser=x\n",
        "gunicorn --access-logformat %s app:app",
        "command=gunicorn --access-logformat %%s app:app",
    ),
    "JSON": (
        "railway.json",
        '{"deploy": {"startCommand": "python app.py"}}',
        'gunicorn --config "a b" app:app',
        '{"deploy": {"startCommand": "gunicorn --config \\"a b\\" app:app"}}',
    ),
    "TOML": (
        "fly.toml",
        "[processes]\nweb = 'python app.py' # why\n",
        PLAIN,
        f'web = "{PLAIN}" # why',
    ),
    "TOML with a list": (
        ".replit",
        '[deployment]\nrun = [\n  "python",\n  "app.py",\n]\n',
        PLAIN,
        'run = ["gunicorn", "--bind", "127.0.0.1:80", "app:app"]',
    ),
    "Kubernetes": (
        "pod.yml",
        'kind: Pod\nspec:\n  containers:\n  - command: ["python"]\n'
        '    args: ["app.py"]\n    name: x\n',
        PLAIN,
        '  - command: ["gunicorn", "--bind", "127.0.0.1:80", "app:app"]',
    ),
    "a Makefile doubles the dollar sign": (
        "Makefile",
        "run:\n\t@FLASK_DEBUG=1 python app.py\n",
        LINE,
        "\t@FLASK_DEBUG=1 gunicorn --bind 0.0.0.0:$$PORT app:app",
    ),
}


@pytest.mark.parametrize(
    ("file", "text", "command", "expected"), FORMS.values(), ids=FORMS
)
def test_a_command_is_written_as_the_file_writes_it(
    starts: Starts, file: str, text: str, command: str, expected: str
) -> None:
    (start,) = [start for start in starts({file: text}) if "app.py" in start.argv]
    found = replace_command(start, command)
    assert found is not None
    assert "\n".join(found.after) == expected
    # What is replaced is there, in whole lines.
    last = found.line - 1 + len(found.before)
    assert text.split("\n")[found.line - 1 : last] == list(found.before)


@pytest.mark.parametrize(
    ("file", "text", "command", "expected"), FORMS.values(), ids=FORMS
)
def test_what_was_written_is_read_again(
    starts: Starts, file: str, text: str, command: str, expected: str
) -> None:
    (start,) = [start for start in starts({file: text}) if "app.py" in start.argv]
    found = replace_command(start, command)
    assert found is not None
    lines = text.split("\n")
    lines[found.line - 1 : found.line - 1 + len(found.before)] = found.after
    again = [s for s in starts({file: "\n".join(lines)}) if "gunicorn" in s.argv[0]]
    assert [start.argv[-1] for start in again] == [command.split()[-1].strip("'")]


def test_words_are_a_command_too(starts: Starts) -> None:
    (start,) = starts({"Procfile": "web: python app.py\n"})
    found = replace_command(start, ["gunicorn", "--bind", "0.0.0.0:$PORT", "a b:c"])
    assert found is not None
    assert found.after == ("web: gunicorn --bind 0.0.0.0:$PORT 'a b:c'",)


def test_the_line_of_a_script_is_replaced_and_not_the_one_that_calls_it(
    starts: Starts,
) -> None:
    (start,) = starts(
        {
            "Procfile": "web: ./run.sh\n",
            "run.sh": "#!/bin/sh\nexec python app.py \\\n  --port 80\necho\n",
        }
    )
    found = replace_command(start, PLAIN)
    assert found is not None
    assert (found.file, found.line) == ("run.sh", 2)
    assert found.before == ("exec python app.py \\", "  --port 80")
    assert found.after == (f"exec {PLAIN}",)


def test_what_a_script_is_given_is_not_for_the_server(starts: Starts) -> None:
    (start,) = starts(
        {
            "Dockerfile": "FROM python\nCOPY . /\n"
            'ENTRYPOINT ["/run.sh"]\nCMD ["--port", "80"]\n',
            "run.sh": '#!/bin/sh\nexec python app.py "$@" # why\n',
        }
    )
    found = replace_command(start, PLAIN)
    assert found is not None
    assert (found.file, found.line) == ("run.sh", 2)
    assert found.after == (f"exec {PLAIN} # why",)


def test_compose_gets_an_entrypoint_where_the_image_has_the_interpreter(
    starts: Starts,
) -> None:
    files = {
        "Dockerfile": 'FROM python\nCOPY . .\nENTRYPOINT ["python"]\n',
        "compose.yml": "services:\n  web:\n    build: .\n    command: app.py\n",
    }
    start = starts(files)[-1]
    found = replace_command(start, PLAIN)
    assert found == replace_command(start, PLAIN.split())
    assert found is not None
    assert (found.file, found.line) == ("compose.yml", 4)
    assert found.after == (
        '    entrypoint: ["gunicorn", "--bind", "127.0.0.1:80", "app:app"]',
    )


@pytest.mark.parametrize(
    ("file", "text"),
    [
        # Which quotes belong to which shell can't be known.
        ("Procfile", 'web: bash -c "echo \\"a\\"; python app.py"\n'),
        ("pm2.json", '{"apps": [{"script": "app.py"}]}'),
        ("pyproject.toml", "[tool.poe.tasks]\nrun = {cmd = 'python app.py'}\n"),
    ],
)
def test_where_it_is_written_in_another_way_nothing_is_replaced(
    starts: Starts, file: str, text: str
) -> None:
    (start,) = starts({file: text})
    assert isinstance(start, StartCommand)
    assert replace_command(start, PLAIN) is None


@pytest.mark.parametrize(
    ("file", "text", "command", "expected"),
    [
        # The wrapper of a list in TOML, and words that a text needs quotes for.
        (".replit", "run = ['python', 'app.py']\n", "a 'b c'", 'run = ["a", "b c"]'),
        (
            "compose.yml",
            "services:\n  web:\n    image: x\n    command: python app.py\n",
            "gunicorn 'a: b'",
            "    command: \"gunicorn 'a: b'\"",
        ),
        # A shell that has the line in its own quotes.
        (
            "x.service",
            "[Service]\nExecStart=/bin/sh -c 'cd /srv; python app.py'\n",
            "gunicorn -b :$PORT app:app",
            "ExecStart=/bin/sh -c 'cd /srv; gunicorn -b :$PORT app:app'",
        ),
        (
            "Procfile",
            "web: venv/bin/python app.py\n",
            "gunicorn app:app",
            "web: venv/bin/gunicorn app:app",
        ),
        (
            "Procfile",
            "web: venv/bin/python app.py\n",
            "/x/gunicorn a:b",
            "web: /x/gunicorn a:b",
        ),
    ],
)
def test_a_command_of_another_shape(
    starts: Starts, file: str, text: str, command: str, expected: str
) -> None:
    (start,) = starts({file: text})
    found = replace_command(start, command)
    assert found is not None
    assert found.after == (expected,)


def test_compose_without_its_own_key_is_left(starts: Starts) -> None:
    files = {
        "Dockerfile": 'FROM python\nCOPY . .\nENTRYPOINT ["python"]\n',
        "compose.yml": "services: {web: {build: ., command: app.py}}\n",
    }
    start = starts(files)[-1]
    assert replace_command(start, PLAIN) is None


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        ({}, f'"/bin/sh -c \\"exec {LINE}\\""'),
        ({"builder": "NIXPACKS"}, f'"{LINE}"'),
    ],
)
def test_railway_starts_without_a_shell_what_it_builds_from_a_dockerfile(
    starts: Starts, build: dict[str, str], expected: str
) -> None:
    settings = {"build": build, "deploy": {"startCommand": "python app.py"}}
    files = {"railway.json": json.dumps(settings), "Dockerfile": "FROM python:3\n"}
    (start,) = [start for start in starts(files) if start.file == "railway.json"]
    found = replace_command(start, LINE)
    assert found is not None
    assert expected in found.after[0]


def test_a_script_in_a_dockerfile_is_changed_where_it_is_written(
    starts: Starts,
) -> None:
    script = "python app.py\npython b.py \\$1\n"
    text = f"FROM python\nCOPY <<E /a.sh\n{script}E\nCMD sh /a.sh\n"
    first, second = starts({"Dockerfile": text})
    found = replace_command(first, PLAIN)
    assert found is not None
    assert (found.file, found.line, found.after) == ("Dockerfile", 3, (PLAIN,))
    # What the builder takes out is no part of the command.
    assert replace_command(second, PLAIN) is None
