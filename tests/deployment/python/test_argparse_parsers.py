"""Programs that read their own command line."""

from __future__ import annotations

import typing as t

import pytest

from ..conftest import APP

if t.TYPE_CHECKING:
    from ..conftest import Runs

# The command, the files, and what it runs.
PROGRAMS: dict[str, tuple[str, dict[str, str], str]] = {
    "argparse": (
        "python app.py --host 0.0.0.0",
        {
            "app.py": APP
            + "import argparse\nparser = argparse.ArgumentParser()\n"
            + "parser.add_argument('-H', '--host', default='127.0.0.1')\n"
            + "parser.add_argument('--debug', action='store_true')\n"
            + "args = parser.parse_args()\napp.run(host=args.host, debug=args.debug)\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "argparse with commands": (
        "python app.py serve --debug",
        {
            "app.py": APP
            + "import argparse\nparser = argparse.ArgumentParser()\n"
            + "sub = parser.add_subparsers(dest='command')\n"
            + "serve = sub.add_parser('serve')\n"
            + "serve.add_argument('--debug', action='store_true')\n"
            + "def start(args):\n    app.run(debug=args.debug)\n"
            + "serve.set_defaults(func=start)\n"
            + "args = parser.parse_args()\nargs.func(args)\n"
        },
        "werkzeug 127.0.0.1 debug",
    ),
    "argparse with groups and positional arguments": (
        "python app.py 0.0.0.0 --port=80 -d $X",
        {
            "app.py": APP
            + "from argparse import ArgumentParser\nparser = ArgumentParser()\n"
            + "group = parser.add_argument_group('x')\n"
            + "group.add_argument('host')\n"
            + "group.add_argument('--port', type=int)\n"
            + "parser.add_argument('-d', dest='debug')\n"
            + "parser.add_argument('--off', action='store_false')\n"
            + "parser.set_defaults(x=1)\nparser.add_argument()\n"
            + "args, rest = parser.parse_known_args()\n"
            + "app.run(vars(args)['host'], args.port, debug=args.debug)\n"
        },
        "werkzeug 0.0.0.0 debug?",
    ),
    "argparse with words of its own": (
        "python app.py",
        {
            "app.py": APP
            + "import argparse\nparser = argparse.ArgumentParser()\n"
            + "parser.add_argument('--host')\n"
            + "app.run(parser.parse_args(['--host', '0.0.0.0']).host)\nvars(app)\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "argparse without a command": (
        "python app.py",
        {
            "app.py": APP
            + "import argparse\nparser = argparse.ArgumentParser()\n"
            + "parser.add_subparsers(dest='c')\nargs = parser.parse_args()\n"
            + "if [args] and {} or (app and not args.c):\n    app.run()\n"
        },
        "werkzeug 127.0.0.1 maybe",
    ),
}


@pytest.mark.parametrize(
    ("command", "files", "expected"), PROGRAMS.values(), ids=PROGRAMS
)
def test_what_a_command_runs(
    runs: Runs, command: str, files: dict[str, str], expected: str
) -> None:
    assert runs(command, files) == expected
