"""Programs that read their own command line."""

from __future__ import annotations

import typing as t

import pytest

from ..conftest import APP
from ..conftest import MAIN
from ..conftest import MAYBE

if t.TYPE_CHECKING:
    from ..conftest import Runs

# The command, the files, and what it runs.
PROGRAMS: dict[str, tuple[str, dict[str, str], str]] = {
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
    "another command of a group with flask's": (
        "python manage.py routes",
        {
            "manage.py": "import click\nfrom flask.cli import FlaskGroup\n"
            "@click.group(cls=FlaskGroup)\ndef manager():\n    pass\n"
            "manager.add_command(object, 'routes')\nmanager()\n"
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
    "the flask command itself": (
        "python app.py run -h 0.0.0.0",
        {"app.py": "from flask.cli import main\nmain()\n"},
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
    "a group of click with a class of one's own below the flask command's": (
        "python manage.py run -h 0.0.0.0",
        {
            "manage.py": "import click\nfrom flask.cli import FlaskGroup\n"
            "class Plain: pass\nclass Group(Plain, FlaskGroup): pass\n"
            "@click.group(cls=Group)\ndef manager():\n    pass\nmanager()\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "an object of a class of one's own below the flask command's": (
        "python manage.py run -h 0.0.0.0",
        {
            "manage.py": "from flask.cli import FlaskGroup\n"
            "class Group(FlaskGroup): pass\ncli = Group()\ncli()\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "a class of Flask-Script whose call can't be followed": (
        "python manage.py web",
        {
            "manage.py": APP
            + "from flask_script import Command, Manager\nmanager = Manager(app)\n"
            + "class Web(Command):\n    def __call__(self, app): app.run('0.0.0.0')\n"
            + "manager.add_command('web', Web())\nmanager.run()\n"
        },
        "unknown: manage.py, line 8: what its command web does can't be known",
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
    "flask run where a condition may switch debug mode on": (
        "python app.py run",
        {
            "app.py": "from flask.cli import main\n"
            + MAYBE
            + "    os.environ['FLASK_DEBUG'] = '1'\nmain()\n"
        },
        "werkzeug 127.0.0.1 debug?",
    ),
}


@pytest.mark.parametrize(
    ("command", "files", "expected"), PROGRAMS.values(), ids=PROGRAMS
)
def test_what_a_command_runs(
    runs: Runs, command: str, files: dict[str, str], expected: str
) -> None:
    assert runs(command, files) == expected
