"""What expressions stand for, where that can be known."""

from __future__ import annotations

import typing as t

import pytest

from ..conftest import APP

if t.TYPE_CHECKING:
    from ..conftest import Runs

# The command, the files, and what it runs.
PROGRAMS: dict[str, tuple[str, dict[str, str], str]] = {
    "a table of functions": (
        "python app.py",
        {
            "app.py": APP
            + "import sys\ncommands = {'web': app.run}\ncommands[sys.argv[1]]()\n"
        },
        "unknown: app.py, line 5: `commands[sys.argv[1]]()` can't be followed",
    ),
    "values of every kind": (
        "python app.py",
        {
            "app.py": APP
            + "port: int\nport: int = 80\nport += 1\n"
            + "hosts = ['127.0.0.1'] + ['0.0.0.0']\n"
            + "a, (b, *c) = 1, (2, 3)\n(d, e) = x = hosts\n"
            + "options = {'host': hosts[1], **{'port': port}}\nif (n := 3) > -2: pass\n"
            + "host = options['host'] if not None else 'x'\n"
            + "app.run(f'{host}', **{'debug': 'x' in {'x': 1}, 'port': port})\n"
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "a host put together": (
        "python app.py",
        {
            "app.py": APP
            + "parts = '0.0.0.0:80'.split(':')\nhost, port = parts\n"
            + "app.run(host.strip() or 'localhost', port)\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "options that can't be known": (
        "python app.py",
        {"app.py": APP + "from x import options\napp.run(**options)\n"},
        "werkzeug ? debug?",
    ),
    "large values": (
        "python app.py",
        {
            "app.py": APP
            + "x = 'a' * 99999999999\ny = [] * 2\nz = 1 / 0\nw = ~1\nv = -'a'\n"
            + "u = 1 < 2 < 3\nt = 1 in [z]\ns = 1 in z\nr = not app\nq = {1.5: 2}\n"
            + "p = [*z]\no = {*'a'}\nm = (yield_ for yield_ in x)\n"
            + "app.run(x)\n"
        },
        "werkzeug ?",
    ),
    "conditions with known containers": (
        "python app.py",
        {
            "app.py": APP
            + "x = 'a' in {'a': 1} and 'b' not in ['a'] and app is not None\n"
            + "if []: pass\nelif app: pass\nif gone in x: pass\n"
            + "if 'a' in [gone]: pass\nif lambda: 1: app.run(f'{gone}')\n"
        },
        "werkzeug ?",
    ),
    "threads of a comprehension": (
        "python app.py",
        {
            "app.py": APP
            + "from threading import Thread\n[print(x) for x in []]\n"
            + "[Thread(target=app.run, args=('0.0.0.0', p)).start() for p in (1, 2)]\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "defaults that stay defaults": (
        "python app.py",
        {
            "app.py": APP
            + "import os\nhost = os.getenv('A', '') or gone\n"
            + "debug = os.getenv('B', '1') and gone\n"
            + "x = 1 + gone\ny = 'a' in gone\nz = -os.getenv('C', 'x')\n"
            + "w = os.getenv('D') or os.getenv('E') or '0.0.0.0'\n"
            + "app.run(w, debug=os.getenv('F', 'x') and os.getenv('G', 'y'))\n"
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "a program that is too long": (
        "python app.py",
        {"app.py": APP + "def f(n):\n" + "    f(n)\n" * 30 + "f(1)\napp.run()\n"},
        "unknown: it takes too long to follow",
    ),
}


@pytest.mark.parametrize(
    ("command", "files", "expected"), PROGRAMS.values(), ids=PROGRAMS
)
def test_what_a_command_runs(
    runs: Runs, command: str, files: dict[str, str], expected: str
) -> None:
    assert runs(command, files) == expected
