"""What another package does with a function or an app."""

from __future__ import annotations

import typing as t

import pytest

from ..conftest import APP

if t.TYPE_CHECKING:
    from ..conftest import Runs

# The command, the files, and what it runs.
PROGRAMS: dict[str, tuple[str, dict[str, str], str]] = {
    "a thread": (
        "python bot.py",
        {
            "bot.py": APP
            + "from threading import Thread\n"
            + "def run():\n    app.run(host='0.0.0.0')\n"
            + "Thread(target=run).start()\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "a thread with arguments": (
        "python bot.py",
        {
            "bot.py": APP
            + "import threading\n"
            + "threading.Thread(target=app.run, kwargs={'host': '0.0.0.0'}).start()\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "a lambda": (
        "python bot.py",
        {"bot.py": APP + "f = lambda: app.run(host='0.0.0.0')\nf()\n"},
        "werkzeug 0.0.0.0",
    ),
    "an app from elsewhere": (
        "python app.py",
        {"app.py": "import flask\nfrom x import app\napp.run(host='0.0.0.0')\n"},
        "werkzeug None unsure",
    ),
    "a setting of another object": (
        "python app.py",
        {
            "app.py": "import x\nfrom flask import Flask\napp = Flask('x')\n"
            "x.settings['HOST'] = '0.0.0.0'\nx.settings.debug = True\n"
            "d = {}\nd['h'] = x.settings['HOST']\nd[x.y] = 1\n"
            "app.run(d['h'], debug=app.debug)\n"
        },
        "werkzeug ?",
    ),
    "other functions that are run": (
        "python app.py",
        {
            "app.py": APP
            + "import x, threading\npool = x.Pool()\n"
            + "pool.submit(lambda: app.run('0.0.0.0'))\n"
            + "threading.Thread(target=app.run, args=('localhost',)).start()\n"
        },
        "werkzeug 0.0.0.0, werkzeug localhost",
    ),
    "a thread of a loop": (
        "python app.py",
        {
            "app.py": APP
            + "import asyncio\nfrom functools import partial\nasync def main():\n"
            + "    await asyncio.to_thread(app.run, '0.0.0.0')\n"
            + "    loop = asyncio.get_running_loop()\n"
            + "    await loop.run_in_executor(None, partial(app.run, host='1.2.3.4'))\n"
            + "asyncio.run(main())\n"
        },
        "werkzeug 0.0.0.0, werkzeug 1.2.3.4",
    ),
    "a server at the exit": (
        "python app.py",
        {"app.py": APP + "import atexit\natexit.register(app.run, host='0.0.0.0')\n"},
        "werkzeug 0.0.0.0",
    ),
    "a bot": (
        "python bot.py",
        {"bot.py": "import discord\nclient = discord.Client()\nclient.run('x')\n"},
        "no Flask server: it has nothing of Flask",
    ),
}


@pytest.mark.parametrize(
    ("command", "files", "expected"), PROGRAMS.values(), ids=PROGRAMS
)
def test_what_a_command_runs(
    runs: Runs, command: str, files: dict[str, str], expected: str
) -> None:
    assert runs(command, files) == expected
