"""From a command to what it serves: each shape of program."""

from __future__ import annotations

import typing as t

import pytest

from flask_prodguard.deployment.programs import program_of
from flask_prodguard.deployment.project import Project
from flask_prodguard.deployment.python.values import Known
from flask_prodguard.deployment.starts import starts_of

if t.TYPE_CHECKING:
    from pathlib import Path

    from flask_prodguard.deployment.python.serving import Program

    from .conftest import Write

APP = "from flask import Flask\napp = Flask(__name__)\n"
MAIN = 'if __name__ == "__main__":\n'
MAYBE = "import os\nif os.environ.get('MAYBE'):\n"
RUN = APP + MAIN + '    app.run(host="0.0.0.0", port=80)\n'


def _program(folder: Path) -> Program:
    project = Project(folder)
    starts = starts_of(project)
    start = next(each for each in starts if "Procfile" in (each.file, *each.via))
    return program_of(project, start)


def _said(program: Program) -> str:
    words = []
    for each in program.servings:
        host = each.host.value if isinstance(each.host, Known) else "?"
        debug = each.debug.value if isinstance(each.debug, Known) else "?"
        said = [each.server]
        if each.server == "werkzeug":
            said += [str(host), *(["debug"] if debug and debug != "?" else [])]
            said += ["debug?"] if debug == "?" else []
        said += ["maybe"] if each.condition else []
        said += ["unsure"] if each.unsure else []
        words.append(" ".join(said))
    if words:
        return ", ".join(words)
    return f"unknown: {program.unknown}" if program.unknown else program.instead


# The command, the files, and what it runs.
PROGRAMS: dict[str, tuple[str, dict[str, str], str]] = {
    "a script": ("python app.py", {"app.py": RUN}, "werkzeug 0.0.0.0"),
    "a module": ("python -m app", {"app.py": RUN}, "werkzeug 0.0.0.0"),
    "a module behind other options": (
        "python3.12 -Xdev -W error -um app",
        {"app.py": RUN},
        "werkzeug 0.0.0.0",
    ),
    "a package": (
        "python -m shop",
        {"shop/__init__.py": APP, "shop/__main__.py": "from . import app\napp.run()\n"},
        "werkzeug 127.0.0.1",
    ),
    "a folder": (
        "python shop",
        {"shop/__main__.py": APP + "app.run()\n"},
        "werkzeug 127.0.0.1",
    ),
    "a line": (
        "python -c 'from app import app; app.run(debug=True)'",
        {"app.py": APP},
        "werkzeug 127.0.0.1 debug",
    ),
    "a debugger's": (
        "python -m debugpy --listen 0.0.0.0:5678 --wait-for-client -m app",
        {"app.py": RUN},
        "werkzeug 0.0.0.0",
    ),
    "main()": (
        "python app.py",
        {
            "app.py": APP
            + "def main():\n    app.run('0.0.0.0')\n"
            + MAIN
            + "    main()\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "a factory": (
        "python run.py",
        {
            "shop/__init__.py": "from flask import Flask\ndef create_app():\n"
            "    app = Flask(__name__)\n    return app\n",
            "run.py": "from shop import create_app\napp = create_app()\n"
            + MAIN
            + "    app.run(host='0.0.0.0')\n",
        },
        "werkzeug 0.0.0.0",
    ),
    "another module's function": (
        "python run.py",
        {
            "shop.py": APP + "def serve():\n    app.run()\n",
            "run.py": "import shop\nshop.serve()\n",
        },
        "werkzeug 127.0.0.1",
    ),
    "a module that serves when it is imported": (
        "python run.py",
        {"shop.py": APP + "app.run()\n", "run.py": "import flask\nimport shop\n"},
        "werkzeug 127.0.0.1",
    ),
    "a module that names the server's host": (
        "python run.py",
        {
            "settings.py": "class Config:\n    HOST = '0.0.0.0'\n    DEBUG = True\n",
            "run.py": APP
            + "from settings import Config\n"
            + "app.run(Config.HOST, debug=Config.DEBUG)\n",
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "an object's method": (
        "python run.py",
        {
            "run.py": "from flask import Flask\nclass Server:\n"
            "    def __init__(self, host='127.0.0.1'):\n"
            "        self.app = Flask(__name__)\n        self.host = host\n"
            "    def start(self):\n        self.app.run(host=self.host)\n"
            "Server(host='0.0.0.0').start()\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "an app of one's own class": (
        "python run.py",
        {
            "run.py": "from flask import Flask\nclass Shop(Flask):\n"
            "    def run(self, **options):\n        super().run(host='0.0.0.0')\n"
            "Shop(__name__).run()\n"
        },
        "werkzeug 0.0.0.0",
    ),
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
    "debug by FLASK_DEBUG": (
        "FLASK_DEBUG=1 python app.py",
        {"app.py": APP + "app.run()\n"},
        "werkzeug 127.0.0.1 debug",
    ),
    "debug by the app": (
        "python app.py",
        {"app.py": APP + "app.debug = True\napp.run()\n"},
        "werkzeug 127.0.0.1 debug",
    ),
    "debug by the configuration": (
        "python app.py",
        {"app.py": APP + "app.config['DEBUG'] = True\napp.run()\n"},
        "werkzeug 127.0.0.1 debug",
    ),
    "debug by an object": (
        "python app.py",
        {
            "settings.py": "class Local:\n    DEBUG = True\n",
            "app.py": APP + "app.config.from_object('settings.Local')\napp.run()\n",
        },
        "werkzeug 127.0.0.1 debug",
    ),
    "the host of SERVER_NAME": (
        "python app.py",
        {"app.py": APP + "app.config.update(SERVER_NAME='0.0.0.0:5000')\napp.run()\n"},
        "werkzeug 0.0.0.0",
    ),
    "a branch that can't be known": (
        "python app.py",
        {
            "app.py": APP
            + "import os\nif os.environ.get('ENV') == 'production':\n"
            + "    from waitress import serve\n    serve(app)\nelse:\n    app.run()\n"
        },
        "waitress maybe, werkzeug 127.0.0.1 maybe",
    ),
    "a branch that a file decides": (
        "ENV=production python app.py",
        {
            "app.py": APP
            + "import os\nif os.environ.get('ENV') == 'production':\n"
            + "    from waitress import serve\n    serve(app)\nelse:\n    app.run()\n"
        },
        "waitress",
    ),
    "a branch that the command line decides": (
        "python app.py web",
        {
            "app.py": APP
            + "import sys\nif len(sys.argv) > 1 and sys.argv[1] == 'web':\n"
            + "    app.run(host='0.0.0.0')\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "what an error decides": (
        "python app.py",
        {
            "app.py": APP
            + "try:\n    from waitress import serve\n    serve(app)\n"
            + "except ImportError:\n    app.run()\n"
        },
        "waitress, werkzeug 127.0.0.1 maybe",
    ),
    "a program that has ended": (
        "python app.py",
        {"app.py": APP + "import sys\nsys.exit()\napp.run()\n"},
        "no Flask server: it serves no app",
    ),
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
    "click": (
        "python app.py --host=0.0.0.0 --debug",
        {
            "app.py": APP
            + "import click\n@click.command()\n"
            + "@click.option('--host', '-h', default='127.0.0.1')\n"
            + "@click.option('--debug/--no-debug', default=False)\n"
            + "def main(host, debug):\n    app.run(host=host, debug=debug)\n"
            + MAIN
            + "    main()\n"
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "click with commands": (
        "python app.py web",
        {
            "app.py": APP
            + "import click\n@click.group()\ndef cli():\n    pass\n"
            + "@cli.command()\ndef web():\n    app.run()\n"
            + "@cli.command('work')\ndef work():\n    pass\ncli()\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "another command of click": (
        "python app.py work",
        {
            "app.py": APP
            + "import click\n@click.group()\ndef cli():\n    pass\n"
            + "@cli.command()\ndef web():\n    app.run()\n"
            + "@cli.command('work')\ndef work():\n    pass\ncli.main()\n"
        },
        "no Flask server: it serves no app",
    ),
    "typer": (
        "python app.py --host 0.0.0.0",
        {
            "app.py": APP
            + "import typer\ncli = typer.Typer()\n@cli.command()\n"
            + "def main(host: str = typer.Option('127.0.0.1'), port: int = 80):\n"
            + "    app.run(host, port)\ncli()\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "typer's run": (
        "python app.py",
        {
            "app.py": APP
            + "import typer\ndef main(host: str = '0.0.0.0'):\n    app.run(host)\n"
            + "typer.run(main)\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "the flask command of one's own": (
        "python manage.py run --host 0.0.0.0",
        {
            "manage.py": APP
            + "from flask.cli import FlaskGroup\ncli = FlaskGroup(app)\n"
            + "@cli.command('seed')\ndef seed():\n    pass\n"
            + MAIN
            + "    cli()\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "a command below the flask command of one's own": (
        "python manage.py seed",
        {
            "manage.py": APP
            + "from flask.cli import FlaskGroup\ncli = FlaskGroup(app)\n"
            + "@cli.command('seed')\ndef seed():\n    pass\n"
            + MAIN
            + "    cli()\n"
        },
        "no Flask server: it serves no app",
    ),
    "a group of click with the flask command": (
        "python manage.py runserver -h 0.0.0.0",
        {
            "manage.py": "import click\nfrom flask.cli import FlaskGroup, run_command\n"
            "@click.group(cls=FlaskGroup)\ndef manager():\n    pass\n"
            "manager.add_command(run_command, 'runserver')\nmanager()\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "Flask-Script": (
        "python manage.py runserver -h 0.0.0.0",
        {
            "manage.py": APP
            + "from flask_script import Manager\nmanager = Manager(app)\n"
            + "manager.run()\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "Flask-Script's own server": (
        "python manage.py web",
        {
            "manage.py": APP
            + "from flask_script import Manager, Server\nmanager = Manager(app)\n"
            + "manager.add_command('web', Server(host='0.0.0.0'))\nmanager.run()\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "a command of Flask-Script": (
        "python manage.py db",
        {
            "manage.py": APP
            + "from flask_script import Manager\nmanager = Manager(app)\n"
            + "manager.run()\n"
        },
        "no Flask server: it serves no app",
    ),
    "run_simple": (
        "python app.py",
        {
            "app.py": APP
            + "from werkzeug.serving import run_simple\n"
            + "run_simple('0.0.0.0', 80, app, use_debugger=True)\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "make_server": (
        "python app.py",
        {
            "app.py": APP
            + "from werkzeug.serving import make_server\n"
            + "make_server('127.0.0.1', 80, app).serve_forever()\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "Flask-SocketIO in threads": (
        "python app.py",
        {
            "requirements.txt": "flask\nflask-socketio\n",
            "app.py": APP
            + "from flask_socketio import SocketIO\nsocketio = SocketIO(app)\n"
            + "socketio.run(app, host='0.0.0.0', debug=True)\n",
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "Flask-SocketIO with eventlet": (
        "python app.py",
        {
            "requirements.txt": "flask-socketio\neventlet==0.33\n",
            "app.py": APP
            + "from flask_socketio import SocketIO\nsocketio = SocketIO()\n"
            + "socketio.init_app(app)\nsocketio.run(app)\n",
        },
        "eventlet",
    ),
    "Flask-SocketIO that asks for threads": (
        "python app.py",
        {
            "requirements.txt": "gevent\n",
            "app.py": APP
            + "from flask_socketio import SocketIO\n"
            + "socketio = SocketIO(app, async_mode='threading')\nsocketio.run(app)\n",
        },
        "werkzeug 127.0.0.1",
    ),
    "Flask-SocketIO where nothing says what is installed": (
        "python app.py",
        {
            "app.py": APP
            + "from flask_socketio import SocketIO\nSocketIO(app).run(app)\n",
        },
        "werkzeug 127.0.0.1 unsure",
    ),
    "Dash": (
        "python app.py",
        {
            "app.py": "import dash\napp = dash.Dash(__name__)\nserver = app.server\n"
            "app.run_server(host='0.0.0.0', debug=True)\n"
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "Connexion 2": (
        "python app.py",
        {
            "requirements.txt": "connexion[swagger-ui]==2.14.2\n",
            "app.py": "import connexion\napp = connexion.FlaskApp(__name__)\n"
            "app.run(port=8080)\n",
        },
        "werkzeug 0.0.0.0",
    ),
    "Connexion 3": (
        "python app.py",
        {
            "requirements.txt": "connexion>=3\n",
            "app.py": "import connexion\napp = connexion.FlaskApp(__name__)\n"
            "app.run(port=8080)\n",
        },
        "uvicorn",
    ),
    "Connexion of any release": (
        "python app.py",
        {"app.py": "from connexion import App\napp = App(__name__)\napp.run()\n"},
        "werkzeug 0.0.0.0 unsure",
    ),
    "gevent": (
        "python app.py",
        {
            "app.py": APP
            + "from gevent.pywsgi import WSGIServer\n"
            + "WSGIServer(('0.0.0.0', 80), app).serve_forever()\n"
        },
        "gevent",
    ),
    "gunicorn in a class of one's own": (
        "python app.py",
        {
            "app.py": APP
            + "from gunicorn.app.base import BaseApplication\n"
            + "class Server(BaseApplication):\n"
            + "    def load(self):\n        return app\n"
            + "Server().run()\n"
        },
        "gunicorn",
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
    "a program of the project": (
        "shop --port 80",
        {
            "pyproject.toml": '[project.scripts]\nshop = "shop.main:cli"\n',
            "src/shop/__init__.py": "",
            "src/shop/main.py": APP + "def cli():\n    app.run(host='0.0.0.0')\n",
        },
        "werkzeug 0.0.0.0",
    ),
    "a program of the project that is not there": (
        "shop",
        {"setup.py": "setup(entry_points={'console_scripts': ['shop = shop:run']})\n"},
        "unknown: shop is not in the repository",
    ),
    "what getattr names": (
        "python app.py",
        {"app.py": APP + "getattr(app, 'run')(host='0.0.0.0')\n"},
        "werkzeug 0.0.0.0",
    ),
    "what getattr can't name": (
        "python app.py",
        {"app.py": APP + "import os\ngetattr(app, os.environ['X'])(host='0.0.0.0')\n"},
        "unknown: app.py, line 4: `getattr(app, os.environ['X'])(host='0.0.0.0')`"
        " can't be followed",
    ),
    "a table of functions": (
        "python app.py",
        {
            "app.py": APP
            + "import sys\ncommands = {'web': app.run}\ncommands[sys.argv[1]]()\n"
        },
        "unknown: app.py, line 5: `commands[sys.argv[1]]()` can't be followed",
    ),
    "code that is made": (
        "python app.py",
        {"app.py": APP + "exec('app.run()')\n"},
        "unknown: app.py, line 3: code that is made while it runs can't be followed",
    ),
    "an app from elsewhere": (
        "python app.py",
        {"app.py": "import flask\nfrom x import app\napp.run(host='0.0.0.0')\n"},
        "werkzeug None unsure",
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
    "a value that two branches set": (
        "python app.py",
        {
            "app.py": APP
            + "import x\nif x.y:\n    host = '0.0.0.0'\nelse:\n    host = 'localhost'\n"
            + "debug = True if x.y else True\napp.run(host, debug=debug)\n"
        },
        "werkzeug ? debug",
    ),
    "match": (
        "python app.py web",
        {
            "app.py": APP
            + "import sys\nmatch sys.argv[1]:\n    case 'web':\n        app.run()\n"
            + "    case _:\n        pass\n"
        },
        "werkzeug 127.0.0.1 maybe",
    ),
    "loops": (
        "python app.py",
        {
            "app.py": APP
            + "for host in ['0.0.0.0']:\n    while True:\n        app.run(host)\n"
            + "while False:\n    app.run()\nfor x in []:\n    pass\nelse:\n    pass\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "with": (
        "python app.py",
        {"app.py": APP + "with app.app_context(), open('x') as f:\n    app.run()\n"},
        "werkzeug 127.0.0.1",
    ),
    "try and finally": (
        "python app.py",
        {
            "app.py": APP
            + "try:\n    import x\nexcept ImportError:\n    x = None\nelse:\n    pass\n"
            + "finally:\n    app.run()\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "asynchronous code": (
        "python app.py",
        {
            "app.py": APP
            + "import asyncio\nasync def go():\n    async with x:\n"
            + "        async for y in z:\n"
            + "            await asyncio.to_thread(app.run)\n"
            + "asyncio.run(go())\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "a global name": (
        "python app.py",
        {
            "app.py": "import flask\napp = None\ndef make():\n    global app\n"
            "    app = flask.Flask('x')\nmake()\napp.run()\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "classes": (
        "python app.py",
        {
            "app.py": "from flask import Flask\nclass Base:\n    host = '0.0.0.0'\n"
            "    @staticmethod\n    def make():\n        return Flask('x')\n"
            "    @property\n    def app(self):\n        return self.made\n"
            "class Server(Base):\n    def __init__(self):\n"
            "        super().__init__()\n        self.made = self.make()\n"
            "    def __call__(self):\n        self.app.run(self.host)\n"
            "Server.port = 1\nServer()()\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "a function with every kind of parameter": (
        "python app.py",
        {
            "app.py": APP
            + "def run(a, /, b=1, *rest, host='127.0.0.1', d, **more):\n"
            + "    app.run(host, **more)\n"
            + "run(0, *[1, 2], host='0.0.0.0', debug=True)\n"
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "a parameter that nothing gives": (
        "python app.py",
        {"app.py": APP + "def run(host):\n    app.run(host)\nrun()\n"},
        "werkzeug ?",
    ),
    "a function that returns in a branch": (
        "python app.py",
        {
            "app.py": "from flask import Flask\nimport x\ndef host():\n    if x.y:\n"
            "        return '0.0.0.0'\n    return 'localhost'\ndef nothing():\n"
            "    if x.y:\n        return 1\nnothing()\nFlask('x').run(host())\n"
        },
        "werkzeug ?",
    ),
    "an error that ends a function": (
        "python app.py",
        {
            "app.py": APP
            + "import x\ndef go():\n    if x.y:\n        raise ValueError\n"
            + "    app.run()\n    raise ValueError\n    app.run('0.0.0.0')\ngo()\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "imports of every kind": (
        "python -m shop.run",
        {
            "shop/__init__.py": "",
            "shop/run.py": "import shop.web as web, shop.settings, os.path\n"
            "from . import settings\nfrom .settings import *\nfrom .. import gone\n"
            "from shop import web as again\nfrom shop.settings import missing\n"
            "if HOST and shop.settings.HOST and settings.HOST:\n"
            "    again.app.run(HOST)\n",
            "shop/web.py": "from flask import Flask\napp = Flask('x')\n",
            "shop/settings.py": "HOST = '0.0.0.0'\n_HIDDEN = 1\n",
        },
        "werkzeug 0.0.0.0",
    ),
    "a module that the project does not have": (
        "python app.py",
        {"app.py": APP + "from gone import *\nimport gone.inner\napp.run()\n"},
        "werkzeug 127.0.0.1",
    ),
    "a module that is made while it runs": (
        "python app.py",
        {
            "web.py": APP,
            "app.py": "import importlib\nimport flask\n"
            "importlib.import_module('web').app.run()\nimportlib.import_module('x')\n",
        },
        "werkzeug 127.0.0.1",
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
    "configuration from a mapping": (
        "python app.py",
        {
            "app.py": APP
            + "app.config.from_mapping({'DEBUG': True})\n"
            + "app.config.from_object('gone')\napp.config.from_object(app)\napp.run()\n"
        },
        "werkzeug 127.0.0.1 debug",
    ),
    "configuration from a module": (
        "python app.py",
        {
            "settings.py": "DEBUG = True\n",
            "app.py": APP
            + "import settings\napp.config.from_object(settings)\n"
            + "app.config.from_object('settings:Gone')\napp.run()\n",
        },
        "werkzeug 127.0.0.1 debug",
    ),
    "a debugger around the app": (
        "python app.py",
        {
            "app.py": APP
            + "from werkzeug.debug import DebuggedApplication\n"
            + "from werkzeug.serving import run_simple, ThreadedWSGIServer\n"
            + "run_simple('0.0.0.0', 80, DebuggedApplication(app))\n"
            + "ThreadedWSGIServer(port=80, app=app)\n"
        },
        "werkzeug 0.0.0.0, werkzeug ?",
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
    "Connexion that asks for gevent": (
        "python app.py",
        {
            "app.py": "import connexion\napp = connexion.App('x')\n"
            "app.run(server='gevent')\n"
        },
        "gevent",
    ),
    "Flask-SocketIO that can't be known": (
        "python app.py",
        {
            "app.py": APP
            + "import x\nfrom flask_socketio import SocketIO\n"
            + "SocketIO(app, async_mode=x.mode).run(app)\n"
        },
        "werkzeug 127.0.0.1 unsure",
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
    "an option of click that a variable sets": (
        "HOST=0.0.0.0 python app.py",
        {
            "app.py": APP
            + "import click\n@click.command(name='x')\n"
            + "@click.option('--host', envvar='HOST', default='localhost')\n"
            + "@click.option('-d', 'debug', is_flag=True, envvar='D', default=True)\n"
            + "@click.argument('rest', nargs=-1)\n@app.route('/')\n@staticmethod\n"
            + "def main(host, debug, rest):\n    app.run(host, debug=debug)\nmain()\n"
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "groups of click in groups": (
        "python app.py web start",
        {
            "app.py": APP
            + "import click\n@click.group()\ndef cli(): pass\n"
            + "@click.group()\ndef web(): pass\n@web.command()\n"
            + "def start():\n    app.run()\ncli.add_command(web)\n"
            + "cli.add_command(gone, gone)\ncli(obj={})\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "typer with commands": (
        "python app.py web --host 0.0.0.0 --no-debug",
        {
            "app.py": APP
            + "import typer\ncli = typer.Typer()\n@cli.callback()\ndef main(): pass\n"
            + "@cli.command()\ndef web(host: str = typer.Option(x), port: int = y,"
            + " debug: bool = True):\n    app.run(host, debug=debug)\n"
            + "@cli.command()\ndef work(): pass\ncli()\ntyper.run(gone)\n"
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "the flask command itself": (
        "python app.py run -h 0.0.0.0",
        {"app.py": "from flask.cli import main\nmain()\n"},
        "werkzeug 0.0.0.0",
    ),
    "a command of Flask-Script of one's own": (
        "python manage.py web",
        {
            "manage.py": APP
            + "import flask_script\nmanager = flask_script.Manager(app)\n"
            + "@manager.command\ndef web():\n    app.run()\n"
            + "manager.add_command('other', object)\nmanager.run()\n"
        },
        "werkzeug 127.0.0.1",
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
    "a program that is too long": (
        "python app.py",
        {"app.py": APP + "def f(n):\n" + "    f(n)\n" * 30 + "f(1)\napp.run()\n"},
        "unknown: it takes too long to follow",
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
    "a program that is copied": (
        "shop --port 80",
        {
            "setup.py": "setup(scripts=['bin/shop.py'])\n",
            "bin/shop.py": RUN,
        },
        "werkzeug 0.0.0.0",
    ),
    "Python without a program": (
        "python",
        {},
        "Python without a program",
    ),
    "a runner of tasks": (
        "invoke app.run",
        {},
        "unknown: what invoke runs can't be known",
    ),
    "a file of PM2 in JavaScript": (
        "pm2-runtime ecosystem.config.js",
        {"ecosystem.config.js": 'module.exports = {apps: [{script: "app.py"}]}'},
        "unknown: what pm2-runtime runs can't be known",
    ),
    "flask with an app by its name": (
        "flask --app shop:app run",
        {"shop.py": APP},
        "werkzeug 127.0.0.1",
    ),
    "flask with an app that is not there": (
        "flask --app gone run",
        {},
        "werkzeug 127.0.0.1",
    ),
    "flask with an app of another name": (
        "flask run",
        {"wsgi.py": "shop = 1\n"},
        "werkzeug 127.0.0.1",
    ),
    "a program that starts nothing": (
        "python run.py",
        {"run.py": "import flask, os\nos.system('A=1')\n"},
        "no Flask server: it serves no app",
    ),
    "requirements in a folder": (
        "python app.py",
        {
            "requirements/base.txt": "gevent\n",
            "app.py": APP
            + "from flask_socketio import SocketIO\nSocketIO(app).run(app)\n",
        },
        "gevent",
    ),
    "a function that may serve by what it imports": (
        "python run.py",
        {
            "run.py": "import flask\nfrom shop import go, idle\nidle()\ngo()\n",
            "shop/__init__.py": "from .inner import *\nfrom . import inner\n"
            "import gone, os\ndef go():\n    inner.work()\ndef idle():\n    pass\n",
            "shop/inner.py": "from . import web\nfrom shop import go\n"
            "def work():\n    web.app.run()\n",
            "shop/web.py": APP,
        },
        "werkzeug 127.0.0.1",
    ),
    "a function that can't serve": (
        "python run.py",
        {
            "run.py": APP
            + "import idle\nfrom idle import work\nidle.work()\nwork()\n"
            + "x.append(idle)\nopen(idle.x)\nopen(work)\napp.run()\n",
            "idle.py": "import idle, os\nfrom a import (b, c)\ndef work():\n    pass\n",
        },
        "werkzeug 127.0.0.1",
    ),
    "values that are kept until they are needed": (
        "python run.py",
        {
            "run.py": "import flask\nfrom shop import app as made, HOST\n"
            "from gone import x\n"
            "apps = [made]\nhosts = {'a': HOST}\nagain = made\n"
            "def go(app, host):\n    app.run(host)\nfor each in apps:\n"
            "    go(each, hosts['a'])\n",
            "shop.py": APP + "HOST = '0.0.0.0'\n",
        },
        "werkzeug 0.0.0.0",
    ),
    "a decorator that is a class": (
        "python app.py",
        {
            "app.py": APP
            + "class lazy:\n    pass\n@lazy\ndef host(): return 1\napp.run(host)\n"
        },
        "werkzeug ?",
    ),
    "a group of click below flask's": (
        "python app.py web start",
        {
            "app.py": APP
            + "from flask.cli import AppGroup\nimport click\n"
            + "from flask.cli import FlaskGroup\n"
            + "@click.group(cls=FlaskGroup)\ndef cli(): pass\n"
            + "@cli.command('web')\ndef web():\n    app.run()\ncli()\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "what defaults decide": (
        "python app.py",
        {
            "app.py": APP
            + "import os\nenv = os.environ.get\n"
            + "host = env('A') or env('B') or '0.0.0.0'\n"
            + "one = env('A', 'x') and env('B', 'y')\ntwo = env('A') or gone\n"
            + "debug = True if env('C') else False\n"
            + "three = gone if env('C', 'x') else 1\n"
            + "four = not env('A')\nfive = -env('A', 1)\n"
            + "app.run(host, debug=debug or bool(env(gone)))\n"
        },
        "werkzeug 0.0.0.0 debug?",
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
    "branches that set the same": (
        "python app.py",
        {
            "app.py": "import x\nfrom flask import Flask\nif x.y:\n"
            "    app = Flask('a')\n"
            "    z = 1\nelse:\n    app = Flask('b')\nif x.y:\n    raise SystemExit\n"
            "if x.y:\n    exit()\nelse:\n    pass\nif x.y:\n    a = Flask\n"
            "else:\n    a = x\napp.run()\n"
        },
        "werkzeug 127.0.0.1",
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
    "a class that only inherits": (
        "python app.py",
        {
            "app.py": "from flask import Flask\nclass A(Flask): pass\n"
            "class B(A): pass\n"
            "class C: pass\nclass D(C):\n    def f(self):\n        return super().f()\n"
            "D().f()\nB('x').run('0.0.0.0')\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "a package that imports its own": (
        "python -m shop",
        {
            "shop/__init__.py": "",
            "shop/__main__.py": "from .web import app\nfrom .. import x\napp.run()\n",
            "shop/web.py": APP,
        },
        "werkzeug 127.0.0.1",
    ),
    "a module that serves in a loop of modules": (
        "python run.py",
        {
            "run.py": "import flask\nfrom a import run\nrun()\n",
            "a.py": "import b\ndef run():\n    b.f()\n",
            "b.py": "import a\ndef f():\n    pass\n",
        },
        "no Flask server: it serves no app",
    ),
    "a program that is too long in its statements": (
        "python app.py",
        {"app.py": APP + "x\n" * 25_000},
        "unknown: it takes too long to follow",
    ),
    "a script that is a program": ("app.py", {"app.py": RUN}, "werkzeug 0.0.0.0"),
    "-m without a module": ("python -m", {}, "Python without a program"),
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
    "branches that end": (
        "python app.py",
        {
            "app.py": APP
            + "import x\ndef go():\n    if x.y:\n        for z in x: raise ValueError\n"
            + "    def inner():\n        return 1\n    inner()\n    if x.y:\n"
            + "        def run(h='0.0.0.0'):\n            app.run(h)\n"
            + "            return 1\n"
            + "        run()\ngo()\nx.print(*[1], *x, **x)\n"
        },
        "werkzeug 0.0.0.0 maybe",
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
    "another command of a group with flask's": (
        "python manage.py routes",
        {
            "manage.py": "import click\nfrom flask.cli import FlaskGroup\n"
            "@click.group(cls=FlaskGroup)\ndef manager():\n    pass\n"
            "manager.add_command(object, 'routes')\nmanager()\n"
        },
        "no Flask server: it serves no app",
    ),
    "a class that inherits from nothing": (
        "python app.py",
        {
            "app.py": APP
            + "class A:\n    def __init__(self):\n        super().__init__()\n"
            + "A()\napp.run()\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "a module of two names that are there": (
        "python -m shop.web",
        {"shop/x.py": "", "other/web.py": ""},
        "unknown: shop.web is not in the repository",
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
    "an exit with what main returns": (
        "python run.py",
        {
            "run.py": "from shop import main\nraise SystemExit(main())\n",
            "shop.py": APP + "def main():\n    app.run()\n",
        },
        "werkzeug 127.0.0.1",
    ),
    "a call that another function prints": (
        "python run.py",
        {
            "run.py": "from shop import main\nprint(main())\n",
            "shop.py": APP + "def main():\n    app.run()\n",
        },
        "werkzeug 127.0.0.1",
    ),
    "a part of a call": (
        "python app.py",
        {
            "app.py": APP
            + "from functools import partial\nstart = partial(app.run, '0.0.0.0')\n"
            + "start(debug=True)\npartial()()\n"
        },
        "werkzeug 0.0.0.0 debug",
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
    "a thread of one's own class": (
        "python app.py",
        {
            "app.py": APP
            + "from threading import Thread\nclass Server(Thread):\n"
            + "    def run(self):\n        app.run('0.0.0.0')\nServer().start()\n"
        },
        "werkzeug 0.0.0.0",
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
    "a function of the class": (
        "python app.py",
        {"app.py": APP + "Flask.run(app, '0.0.0.0')\n"},
        "werkzeug 0.0.0.0",
    ),
    "a server at the exit": (
        "python app.py",
        {"app.py": APP + "import atexit\natexit.register(app.run, host='0.0.0.0')\n"},
        "werkzeug 0.0.0.0",
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
    "a name of the function around it": (
        "python app.py",
        {
            "app.py": APP
            + "def start():\n    host = '127.0.0.1'\n    def choose():\n"
            + "        nonlocal host\n        host = '0.0.0.0'\n    choose()\n"
            + "    app.run(host)\nstart()\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "settings in a dataclass": (
        "python app.py",
        {
            "app.py": APP
            + "from dataclasses import dataclass\n@dataclass\nclass Settings:\n"
            + "    host: str = '127.0.0.1'\n    debug: bool = False\n"
            + "settings = Settings('0.0.0.0', debug=True)\n"
            + "app.run(settings.host, debug=settings.debug)\n"
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "settings of pydantic": (
        "HOST=0.0.0.0 DEBUG=no python app.py",
        {
            "app.py": APP
            + "from pydantic_settings import BaseSettings\n"
            + "class Settings(BaseSettings):\n    host: str = '127.0.0.1'\n"
            + "    debug: bool = True\n"
            + "app.run(Settings().host, debug=Settings().debug)\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "an option that typer is given a name for": (
        "python app.py --bind 0.0.0.0",
        {
            "app.py": APP
            + "import typer\nfrom typing import Annotated\n"
            + "def main(host: Annotated[str, typer.Option('--bind')] = '127.0.0.1'):\n"
            + "    app.run(host)\ntyper.run(main)\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "a decorator that calls the function": (
        "python app.py",
        {
            "app.py": APP
            + "def logged(function):\n    def inner(*words, flag=1, **options):\n"
            + "        return function(*words, **options)\n    return inner\n"
            + "@logged\ndef main(host, debug=False):\n    app.run(host, debug=debug)\n"
            + "main('0.0.0.0', debug=True)\n"
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "a decorator that does not call the function": (
        "python app.py",
        {
            "app.py": APP
            + "def never(function):\n    def inner():\n        print()\n"
            + "    return inner\n@never\ndef main():\n    app.run()\nmain()\n"
        },
        "no Flask server: it serves no app",
    ),
    "a decorator that can't be followed": (
        "python app.py",
        {
            "app.py": APP
            + "def kept(function):\n    return wrap(function)\n"
            + "@kept\ndef main():\n    app.run()\nmain()\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "an error that is raised again": (
        "python app.py",
        {
            "app.py": APP
            + "def main():\n    try:\n        app.run()\n    except OSError:\n"
            + "        raise\nmain()\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "what is not there": (
        "python gone.py",
        {},
        "unknown: gone.py is not in the repository",
    ),
    "a module that is not there": (
        "python -m gone.app",
        {},
        "unknown: gone.app is not in the repository",
    ),
    "a module of a tool": (
        "python -m celery -A shop worker",
        {},
        "no Flask server: celery",
    ),
    "a syntax error": (
        "python app.py",
        {"app.py": "def:\n"},
        "unknown: app.py, line 1: it is not Python that can be parsed",
    ),
    "a module with a syntax error": (
        "python app.py",
        {"app.py": "from shop import app\napp.run()\n", "shop.py": "def:\n"},
        "unknown: shop.py, line 1: it is not Python that can be parsed",
    ),
    "a syntax error in a line": (
        "python -c 'def:'",
        {},
        "unknown: it is not Python that can be parsed",
    ),
    "debug mode that a condition may set": (
        "python app.py",
        {"app.py": APP + MAYBE + "    app.debug = True\napp.run()\n"},
        "werkzeug 127.0.0.1 debug?",
    ),
    "debug mode that a condition may set in the configuration": (
        "python app.py",
        {"app.py": APP + MAYBE + "    app.config.update(DEBUG=True)\napp.run()\n"},
        "werkzeug 127.0.0.1 debug?",
    ),
    "debug mode that is set and left": (
        "python app.py",
        {
            "app.py": APP
            + "app.debug = True\n"
            + MAYBE
            + "    app.debug = False\napp.run()\n"
        },
        "werkzeug 127.0.0.1 debug?",
    ),
    "debug mode that each branch sets": (
        "python app.py",
        {
            "app.py": APP
            + MAYBE
            + "    app.debug = True\nelse:\n    app.debug = True\napp.run()\n"
        },
        "werkzeug 127.0.0.1 debug",
    ),
    "debug mode of the branch that serves": (
        "python app.py",
        {
            "app.py": APP
            + MAYBE
            + "    app.debug = True\n    app.run()\nelse:\n    app.run()\n"
        },
        "werkzeug 127.0.0.1 debug maybe, werkzeug 127.0.0.1 maybe",
    ),
    "a variable that a condition may set": (
        "python app.py",
        {
            "app.py": APP
            + MAYBE
            + "    os.environ['FLASK_DEBUG'] = '1'\n"
            + "    os.environ['HOST'] = '0.0.0.0'\n"
            + "app.run(os.environ.get('HOST', '127.0.0.1'))\n"
        },
        "werkzeug ? debug?",
    ),
    "a global that a function may set": (
        "python app.py",
        {
            "app.py": APP
            + "HOST = '127.0.0.1'\ndef choose():\n    global HOST\n"
            + "    HOST = '0.0.0.0'\n"
            + MAYBE
            + "    choose()\napp.run(HOST)\n"
        },
        "werkzeug ?",
    ),
    "a circle": (
        "python app.py",
        {"app.py": APP + "def f():\n    return f()\nf()\n"},
        "no Flask server: it serves no app",
    ),
    "a circle of modules": (
        "python a.py",
        {
            "a.py": "from b import run\nfrom flask import Flask\nrun()\n",
            "b.py": "import c\nfrom flask import Flask\napp = Flask('x')\n"
            "def run():\n    c.go(app)\n",
            "c.py": "from b import app\ndef go(app):\n    app.run()\n",
        },
        "werkzeug 127.0.0.1",
    ),
    "a bot": (
        "python bot.py",
        {"bot.py": "import discord\nclient = discord.Client()\nclient.run('x')\n"},
        "no Flask server: it has nothing of Flask",
    ),
    "gunicorn": ("gunicorn app:app", {}, "gunicorn"),
    "gunicorn by Python": ("python -m gunicorn app:app", {}, "gunicorn"),
    "waitress": ("waitress-serve --port 80 app:app", {}, "waitress"),
    "flask run": ("flask run", {"app.py": APP}, "werkzeug 127.0.0.1"),
    "flask run with options": (
        "flask --app shop --debug run -h0.0.0.0 --port=80",
        {"shop.py": APP},
        "werkzeug 0.0.0.0 debug",
    ),
    "flask run by Python": (
        "python -m flask run --host 0.0.0.0 --no-debug",
        {"app.py": APP},
        "werkzeug 0.0.0.0",
    ),
    "flask run with variables": (
        "FLASK_RUN_HOST=0.0.0.0 FLASK_DEBUG=false flask run",
        {},
        "werkzeug 0.0.0.0",
    ),
    "flask run with .flaskenv": (
        "flask run",
        {
            "requirements.txt": "flask\npython-dotenv\n",
            ".flaskenv": "FLASK_RUN_HOST=0.0.0.0\nexport FLASK_DEBUG='1'\n",
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "flask run without python-dotenv": (
        "flask run",
        {"requirements.txt": "flask\n", ".flaskenv": "FLASK_RUN_HOST=0.0.0.0\n"},
        "werkzeug 127.0.0.1",
    ),
    "flask run where a condition may switch debug mode on": (
        "python app.py run",
        {
            "app.py": "from flask.cli import main\n"
            + MAYBE
            + "    os.environ['FLASK_DEBUG'] = '1'\nmain()\n"
        },
        "werkzeug 127.0.0.1 debug?",
    ),
    "flask run where a variable names the host": (
        "flask run --host $HOST",
        {},
        "werkzeug ?",
    ),
    "FLASK_ENV in an old release": (
        "FLASK_ENV=development flask run",
        {},
        "werkzeug 127.0.0.1 debug?",
    ),
    "another command of flask": (
        "flask db upgrade",
        {},
        "no Flask server: the command flask db",
    ),
    "a variable for the program": (
        "$SERVER app:app",
        {},
        "unknown: $SERVER can't be known",
    ),
    "a program that nobody knows": (
        "launcher app.py",
        {},
        "unknown: what launcher does with app.py can't be known",
    ),
    "a script that is not there": (
        "sh -e gone.sh",
        {},
        "unknown: gone.sh is not in the repository",
    ),
    "a script of an image from elsewhere": (
        "/start.sh",
        {},
        "unknown: /start.sh is not in the repository",
    ),
    "scripts that source one another": (
        "sh a.sh",
        {"a.sh": ". ./b.sh\n", "b.sh": ". ./a.sh\n"},
        "unknown: ./b.sh is started by what it starts",
    ),
    "a script that starts itself": (
        "./a.sh",
        {"a.sh": "#!/bin/bash\nbash a.sh || ./a.sh\n"},
        "unknown: a.sh is started by what it starts",
    ),
    "a shell": ("bash", {}, "no Flask server: bash"),
    "another language": ("node server.js", {}, "no Flask server: node"),
}


@pytest.mark.parametrize(
    ("command", "files", "expected"), PROGRAMS.values(), ids=PROGRAMS
)
def test_what_a_command_runs(
    project: Write, command: str, files: dict[str, str], expected: str
) -> None:
    folder = project({**files, "Procfile": f"web: {command}\n"})
    assert _said(_program(folder)) == expected


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (RUN.encode("utf-16"), "is UTF-16, which Python can't run"),
        (RUN.encode("utf-16-le"), "is not a text file"),
        (b"\0\xff" * 9, "is not a text file"),
    ],
)
def test_what_is_no_source_code_may_do_anything(
    project: Write, data: bytes, reason: str
) -> None:
    files = {"Procfile": "web: python app.py\n", "app.py": "import shop\nshop.go()\n"}
    folder = project(files)
    (folder / "shop.py").write_bytes(data)
    assert _said(_program(folder)) == f"unknown: shop.py, line 1: it {reason}"

    (folder / "app.py").write_bytes(data)
    assert _said(_program(folder)) == f"unknown: app.py, line 1: it {reason}"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        # It is tried again until it is there: `else` is for when it never is.
        ("    if connect():\n            break\n", "werkzeug 0.0.0.0"),
        (
            "    for y in []:\n            break\n",
            "no Flask server: it serves no app",
        ),
    ],
)
def test_what_follows_a_loop_that_is_not_left_is_not_certain(
    project: Write, body: str, said: str
) -> None:
    source = (
        "from flask import Flask\ndef create_app():\n    for x in range(9):\n"
        f"    {body}    else:\n        raise OSError\n    return Flask('x')\n"
        "app = create_app()\napp.run('0.0.0.0')\n"
    )
    folder = project({"Procfile": "web: python app.py\n", "app.py": source})
    assert _said(_program(folder)) == said
