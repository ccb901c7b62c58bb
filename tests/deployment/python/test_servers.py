"""Calls that serve an app, and what decides how."""

from __future__ import annotations

import typing as t

import pytest

from ..conftest import APP
from ..conftest import RUN

if t.TYPE_CHECKING:
    from ..conftest import Runs

# The command, the files, and what it runs.
PROGRAMS: dict[str, tuple[str, dict[str, str], str]] = {
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
    "Flask-SocketIO that can't be known": (
        "python app.py",
        {
            "app.py": APP
            + "import x\nfrom flask_socketio import SocketIO\n"
            + "SocketIO(app, async_mode=x.mode).run(app)\n"
        },
        "werkzeug 127.0.0.1 unsure",
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
    "Connexion that asks for gevent": (
        "python app.py",
        {
            "app.py": "import connexion\napp = connexion.App('x')\n"
            "app.run(server='gevent')\n"
        },
        "gevent",
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
    "debug by an empty FLASK_DEBUG": (
        "FLASK_DEBUG= python app.py",
        {"app.py": RUN},
        "werkzeug 0.0.0.0",
    ),
}


@pytest.mark.parametrize(
    ("command", "files", "expected"), PROGRAMS.values(), ids=PROGRAMS
)
def test_what_a_command_runs(
    runs: Runs, command: str, files: dict[str, str], expected: str
) -> None:
    assert runs(command, files) == expected
