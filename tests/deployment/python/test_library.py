"""Calls of the standard library on the way to a server."""

from __future__ import annotations

import typing as t

import pytest

from ..conftest import APP
from ..conftest import RUN

if t.TYPE_CHECKING:
    from ..conftest import Runs

# The command, the files, and what it runs.
PROGRAMS: dict[str, tuple[str, dict[str, str], str]] = {
    "asyncio": (
        "python bot.py",
        {
            "bot.py": APP
            + "import asyncio\nasync def main():\n    app.run()\nasyncio.run(main())\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "a default of a variable": (
        "python app.py",
        {
            "app.py": APP
            + "import os\n"
            + "app.run(host=os.environ.get('HOST', '0.0.0.0'),"
            + " port=int(os.getenv('PORT', 5000)))\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "a variable that a file sets": (
        "HOST=0.0.0.0 python app.py",
        {"app.py": APP + "from os import environ\napp.run(host=environ['HOST'])\n"},
        "werkzeug 0.0.0.0",
    ),
    "a variable that nothing sets": (
        "python app.py",
        {"app.py": APP + "import os\napp.run(host=os.environ['HOST'])\n"},
        "werkzeug ?",
    ),
    "debug by a variable": (
        "python app.py",
        {
            "app.py": APP
            + "import os\napp.run(debug=os.environ.get('DEBUG', '0').lower()"
            + " in ('1', 'true'))\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "a program that has ended": (
        "python app.py",
        {"app.py": APP + "import sys\nsys.exit()\napp.run()\n"},
        "no Flask server: it serves no app",
    ),
    "another program": (
        "python run.py",
        {
            "app.py": RUN,
            "run.py": "import subprocess, sys\n"
            "subprocess.run([sys.executable, 'app.py'])\n",
        },
        "werkzeug 0.0.0.0",
    ),
    "another program's line": (
        "python run.py",
        {"run.py": "import os\nos.system('FLASK_DEBUG=1 flask run')\n"},
        "werkzeug 127.0.0.1 debug",
    ),
    "another program that can't be known": (
        "python run.py",
        {
            "run.py": "import flask, os, sys\n"
            "os.execvp('flask', ['flask', *sys.argv[1:], os.environ['X']])\n"
        },
        "unknown: run.py, line 2: it starts another program",
    ),
    "another program with a list": (
        "python run.py",
        {
            "run.py": "import os, subprocess\n"
            "os.execlp('gunicorn', 'gunicorn', 'app:app')\nos.system('')\n"
            "os.system('\"')\nsubprocess.run(['ls', os.environ['X']])\n"
            "os.execv('x')\n"
        },
        "gunicorn",
    ),
    "a program that starts itself": (
        "python run.py",
        {"run.py": "import flask, os\nos.system('python run.py')\n"},
        "no Flask server: it serves no app",
    ),
    "a program that starts nothing": (
        "python run.py",
        {"run.py": "import flask, os\nos.system('A=1')\n"},
        "no Flask server: it serves no app",
    ),
    "a program that has no words": (
        "python run.py",
        {
            "run.py": APP
            + "import os\nos.system(gone)\nos.environ['A']\n{}[1]\n[1]['a']\n"
            + "x = 1\nx.y = 2\nx['a'] = 3\nimport shop\nshop.z = 4\n"
            + "app.run(shop.HOST, debug=shop.z)\n",
            "shop.py": "HOST = '0.0.0.0'\n",
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "code that is made": (
        "python app.py",
        {"app.py": APP + "exec('app.run()')\n"},
        "unknown: app.py, line 3: code that is made while it runs can't be followed",
    ),
    "a module that nobody can name": (
        "python app.py",
        {
            "app.py": "import importlib, flask, os\n"
            "importlib.import_module(os.environ['X']).run()\n"
        },
        "unknown: app.py, line 2:"
        " `importlib.import_module(os.environ['X']).run()` can't be followed",
    ),
    "environment variables that the program sets": (
        "python app.py",
        {
            "app.py": APP
            + "import os\nos.environ['HOST'] = '0.0.0.0'\n"
            + "os.environ.setdefault('DEBUG', 'x')\n"
            + "os.environ.setdefault('HOST', 'y')\n"
            + "app.run(os.environ['HOST'], debug=bool(os.environ['DEBUG']))\n"
        },
        "werkzeug 0.0.0.0 debug",
    ),
    ".env": (
        "python app.py",
        {
            ".env": "HOST=0.0.0.0\n# no\nexport B = 'x y'\nC=$(no)\nD=\n",
            "app.py": APP
            + "import os\nfrom dotenv import load_dotenv\nload_dotenv()\n"
            + "app.run(os.getenv('HOST'))\n",
        },
        "werkzeug 0.0.0.0",
    ),
    "decouple": (
        "python app.py",
        {
            "app.py": APP
            + "from decouple import config\n"
            + "app.run(config('HOST', default='0.0.0.0'),"
            + " debug=config('DEBUG', cast=bool, default='1'))\n"
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "environs": (
        "python app.py",
        {
            "app.py": APP
            + "from environs import Env\nenv = Env()\nenv.read_env()\n"
            + "app.run(env.str('HOST', '0.0.0.0'), debug=env.bool('DEBUG', True))\n"
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "functions of Python": (
        "python app.py",
        {
            "app.py": APP
            + "import os\nfrom distutils.util import strtobool\n"
            + "debug = strtobool(os.environ.get('DEBUG', 'yes'))\n"
            + "port = int(str(float('1')) or len('x') or bool() or bool([]))\n"
            + "port = int('x')\nn = -len({}) + len([1])\n"
            + "app.run(host={'a': '0.0.0.0'}.get('a', 'b'), debug=debug, port=port)\n"
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "methods that fail": (
        "python app.py",
        {
            "app.py": APP
            + "a = 'x'.split('')\nb = 'x'.join([])\nc = (1).lower()\n"
            + "d = 'x'.strip(gone)\n"
            + "e = {}.get(gone)\nf = getattr(app)\ng = super()\nh = len(1)\n"
            + "i = int(gone)\nj = decouple\nimport decouple\n"
            + "k = decouple.config(gone)\n"
            + "import os\nos.environ[gone] = 1\nos.environ['A'] = gone\n"
            + "l = os.environ.setdefault(gone)\napp.config.update([1], {'A': 1})\n"
            + "os.execv(gone)\nm = x()()\nclass N: pass\nN()()\n"
            + "N().run(host='0.0.0.0')\n"
        },
        "werkzeug None unsure",
    ),
    "a function by its name": (
        "python app.py",
        {"app.py": APP + "def web():\n    app.run()\nglobals()['web']()\n"},
        "unknown: app.py, line 5: code that is made while it runs can't be followed",
    ),
    "options that are brought up to date": (
        "python app.py",
        {
            "app.py": APP
            + "options = {'host': '127.0.0.1'}\noptions.update({'debug': True},"
            + " host='0.0.0.0')\napp.run(**options)\n"
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "another program with words that are added": (
        "python run.py",
        {
            "run.py": "import subprocess\ncommand = ['flask']\n"
            "command.append('run')\ncommand.extend(['-h', '0.0.0.0'])\n"
            "command.insert(1, '--debug')\nsubprocess.run(args=command)\n",
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "another program with words that a condition adds": (
        "python run.py",
        {
            "run.py": "import os\ncommand = ['flask', 'run']\n"
            "if os.environ.get('PUBLIC'):\n    command.append('--host=0.0.0.0')\n"
            "os.execvp('flask', command)\n",
        },
        "unknown: run.py, line 5: it starts another program",
    ),
    "another program with words that two branches set": (
        "python run.py",
        {
            "run.py": "import os, flask, subprocess\ncommand = ['flask', 'run']\n"
            "if os.environ.get('PUBLIC'):\n    command += ['-h', '0.0.0.0']\n"
            "subprocess.run(command)\n",
        },
        "unknown: run.py, line 5: what it starts can't be known",
    ),
    "a program that is replaced with words that nobody knows": (
        "python run.py",
        {
            "run.py": "import os, sys\nos.execve('flask', words(), {})\n"
            "os.execl('gone')\nos.execv()\n",
        },
        "unknown: run.py, line 2: it starts another program",
    ),
    "a program that is replaced with a variable for it": (
        "python run.py",
        {
            "run.py": "import os\nos.execve('/bin/flask', ['shop', 'run'], {})\n",
        },
        "werkzeug 127.0.0.1",
    ),
    "lists that are not commands": (
        "python app.py",
        {
            "app.py": APP + "hosts = []\nhosts.append()\nhosts.insert(x, '0.0.0.0')\n"
            "hosts.extend(x)\napp.run(hosts[1])\n",
        },
        "werkzeug 0.0.0.0",
    ),
    "whether a list holds something": (
        "python app.py",
        {"app.py": APP + "hosts = ['a']\napp.run(debug=bool(hosts))\n"},
        "werkzeug 127.0.0.1 debug",
    ),
}


@pytest.mark.parametrize(
    ("command", "files", "expected"), PROGRAMS.values(), ids=PROGRAMS
)
def test_what_a_command_runs(
    runs: Runs, command: str, files: dict[str, str], expected: str
) -> None:
    assert runs(command, files) == expected
