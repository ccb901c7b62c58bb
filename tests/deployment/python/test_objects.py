"""Functions, classes and objects of a project's own."""

from __future__ import annotations

import typing as t

import pytest

from ..conftest import APP

if t.TYPE_CHECKING:
    from ..conftest import Runs

SETTINGS = (
    "from pydantic import Field\nfrom elsewhere import Choices\n"
    "from pydantic_settings import BaseSettings, SettingsConfigDict\n"
    "class Settings(BaseSettings):\n"
)
DEFAULTS = "    host: str = '127.0.0.1'\n    debug: bool = False\n"
SERVE = "settings = Settings()\napp.run(settings.host, debug=settings.debug)\n"
# The command, the files, and what it runs.
PROGRAMS: dict[str, tuple[str, dict[str, str], str]] = {
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
    "a decorator that is a class": (
        "python app.py",
        {
            "app.py": APP
            + "class lazy:\n    pass\n@lazy\ndef host(): return 1\napp.run(host)\n"
        },
        "werkzeug ?",
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
    "a class that inherits from nothing": (
        "python app.py",
        {
            "app.py": APP
            + "class A:\n    def __init__(self):\n        super().__init__()\n"
            + "A()\napp.run()\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "a class that inherits from a generic one": (
        "python app.py",
        {
            "app.py": APP
            + "class Store(dict[str, int]):\n    def __init__(self):\n"
            + "        super().__init__()\n"
            + "class Server(Store[str]):\n    def serve(self):\n"
            + "        app.run('0.0.0.0')\n"
            + "class Own(Server[int]): pass\n"
            + "Store()\nOwn().serve()\n"
        },
        "werkzeug 0.0.0.0",
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
    "a function of the class": (
        "python app.py",
        {"app.py": APP + "Flask.run(app, '0.0.0.0')\n"},
        "werkzeug 0.0.0.0",
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
    "a circle": (
        "python app.py",
        {"app.py": APP + "def f():\n    return f()\nf()\n"},
        "no Flask server: it serves no app",
    ),
    "settings of pydantic with a prefix": (
        "SHOP_HOST=0.0.0.0 DEBUG=1 python app.py",
        {
            "app.py": APP
            + SETTINGS
            + "    model_config = SettingsConfigDict(env_prefix='SHOP_')\n"
            + DEFAULTS
            + SERVE,
        },
        "werkzeug 0.0.0.0",
    ),
    "settings of pydantic with a class of options": (
        "shop_debug=on python app.py",
        {
            "app.py": APP
            + SETTINGS
            + "    class Config:\n        env_prefix = 'SHOP_'\n"
            + DEFAULTS
            + SERVE,
        },
        "werkzeug 127.0.0.1 debug",
    ),
    "settings of pydantic with a prefix that nobody knows": (
        "SHOP_HOST=0.0.0.0 python app.py",
        {
            "app.py": APP
            + SETTINGS
            + "    model_config = {'env_prefix': app.name}\n"
            + DEFAULTS
            + SERVE,
        },
        "werkzeug ? debug?",
    ),
    "settings of pydantic with fields": (
        "ADDRESS=0.0.0.0 python app.py",
        {
            "app.py": APP
            + SETTINGS
            + "    host: str = Field('127.0.0.1', validation_alias='ADDRESS')\n"
            "    debug: bool = Field(default=True)\n" + SERVE,
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "settings of pydantic without a default": (
        "python app.py",
        {
            "app.py": APP + SETTINGS + "    host: str = Field(..., alias=Choices())\n"
            "    debug: bool = Field(...)\n" + SERVE,
        },
        "werkzeug ? debug?",
    ),
    "settings of pydantic in a file": (
        "python app.py",
        {
            "app.py": APP
            + SETTINGS
            + "    model_config = SettingsConfigDict(env_file='.env')\n"
            + DEFAULTS
            + SERVE,
            ".env": "HOST=0.0.0.0\n",
        },
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
