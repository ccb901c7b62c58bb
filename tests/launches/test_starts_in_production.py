"""Every way to start Werkzeug's server, as on Heroku."""

from __future__ import annotations

import typing as t
import zipapp

import pytest

from .conftest import Site
from .process import assert_refused
from .process import assert_reported
from .process import FLASK
from .process import PYTHON

HEROKU = {"DYNO": "web.1"}


class Start(t.NamedTuple):
    """Code after and before the guard is applied to the app, and what is found."""

    after: str
    before: str = ""
    codes: str = "PG101"


MAKE_SERVER = """
from werkzeug.serving import make_server
server = make_server("127.0.0.1", port, app)
"""
HANDLE_REQUESTS = """
while True:
    server.handle_request()
"""

STARTS = {
    "app.run": Start("app.run(port=port)"),
    "app.run by position": Start(
        "app.run('127.0.0.1', port, True)", codes="PG101 PG201"
    ),
    "Flask.run": Start("Flask.run(app, port=port)"),
    "app.run captured": Start("run(port=port)", before="run = app.run"),
    "Flask.run captured": Start("run(app, port=port)", before="run = Flask.run"),
    "functools.partial": Start(
        "run()",
        before="import functools; run = functools.partial(app.run, port=port)",
    ),
    "super().run": Start(
        """
class Shop(Flask):
    def run(self):
        super().run(port=port)

shop = Shop("shop")
shop.add_url_rule("/", view_func=index)
ProdGuard(shop)
shop.run()
"""
    ),
    "run_simple before": Start(
        "run_simple('127.0.0.1', port, app)",
        before="from werkzeug.serving import run_simple",
    ),
    "run_simple after": Start(
        "import werkzeug.serving\nwerkzeug.serving.run_simple('127.0.0.1', port, app)",
    ),
    "run_simple from werkzeug": Start(
        "from werkzeug import run_simple\n"
        "run_simple(hostname='127.0.0.1', port=port, application=app)",
    ),
    "make_server": Start(f"{MAKE_SERVER}\nserver.serve_forever()"),
    "handle_request": Start(f"{MAKE_SERVER}\n{HANDLE_REQUESTS}"),
    "BaseWSGIServer": Start(
        "from werkzeug.serving import BaseWSGIServer\n"
        "BaseWSGIServer(host='127.0.0.1', port=port, app=app).serve_forever()"
    ),
    "ThreadedWSGIServer": Start(
        "from werkzeug.serving import ThreadedWSGIServer\n"
        "ThreadedWSGIServer('127.0.0.1', port, app).serve_forever()"
    ),
    "ForkingWSGIServer": Start(
        "from werkzeug.serving import ForkingWSGIServer\n"
        "ForkingWSGIServer('127.0.0.1', port, app, processes=2).serve_forever()"
    ),
    "a subclass": Start(
        """
from werkzeug.serving import ThreadedWSGIServer

class Server(ThreadedWSGIServer):
    def __init__(self, *, shop):
        super().__init__(app=shop, host="127.0.0.1", port=port)

Server(shop=app).serve_forever()
"""
    ),
    "a dispatcher": Start(
        """
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.serving import run_simple
run_simple(
    "127.0.0.1", port, DispatcherMiddleware(Flask("root"), {"/shop": ProxyFix(app)})
)
"""
    ),
    "middleware": Start(
        """
from werkzeug.middleware.profiler import ProfilerMiddleware
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.serving import run_simple
files = SharedDataMiddleware(ProfilerMiddleware(app.wsgi_app), {})
run_simple("127.0.0.1", port, files, static_files={"/files": "."}, use_debugger=False)
"""
    ),
    "a closure": Start(
        """
from werkzeug.serving import run_simple

def middleware(wsgi):
    return lambda environ, start_response: wsgi(environ, start_response)

run_simple("127.0.0.1", port, middleware(app))
"""
    ),
    "asyncio.to_thread": Start(
        "import asyncio\nasyncio.run(asyncio.to_thread(app.run, port=port))",
    ),
    "a pool of threads": Start(
        "from concurrent.futures import ThreadPoolExecutor\n"
        "ThreadPoolExecutor().submit(app.run, port=port).result()"
    ),
    "WERKZEUG_RUN_MAIN": Start(
        "app.run(port=port)", before="os.environ['WERKZEUG_RUN_MAIN'] = 'true'"
    ),
    "stolen FLASK_RUN_FROM_CLI": Start(
        "del os.environ['FLASK_RUN_FROM_CLI']; app.run(port=port)",
        before="os.environ['FLASK_RUN_FROM_CLI'] = 'true'",
    ),
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_every_start_in_python_is_refused(site: Site, start: Start) -> None:
    site.app(start.after, start.before)
    process = site.attempt(PYTHON, "app.py", **HEROKU)
    assert_refused(process, *start.codes.split())


COMMANDS: dict[str, tuple[str, ...]] = {
    "flask": ("flask", "run"),
    "python -m flask": (*FLASK, "run"),
    "a factory": ("flask", "--app", "factory", "run"),
    "a factory called": ("flask", "--app", "factory:create_app()", "run"),
    "another factory": ("flask", "--app", "factory:make_shop", "run"),
    "python -c": (PYTHON, "-c", "from app import *; app.run(port=port)"),
    "python -m": (PYTHON, "-m", "shop"),
    "a zipapp": (PYTHON, "shop.pyz"),
    "a unix socket": ("flask", "run", "--host=unix://s"),
    "FlaskGroup": (PYTHON, "manage.py", "run"),
    "a custom command": (PYTHON, "manage.py", "serve"),
    "the reloader": ("flask", "run", "--debug", "--reload"),
}
FACTORY = """
from flask import Flask
from flask_prodguard import ProdGuard

guard = ProdGuard()

def create_app():
    app = Flask("shop")
    app.add_url_rule("/", view_func=lambda: "served")
    guard.init_app(app)
    return app

def make_shop():
    return create_app()
"""


MANAGE = """
import click
from factory import create_app
from flask.cli import FlaskGroup

@click.group(cls=FlaskGroup, create_app=create_app)
def manage():
    pass

@manage.command()
def serve():
    import os
    from werkzeug.serving import run_simple
    run_simple("127.0.0.1", int(os.environ["LAUNCH_PORT"]), create_app())

manage()
"""


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_every_command_is_refused(site: Site, command: tuple[str, ...]) -> None:
    site.app()
    site.socket = "s" if "--host=unix://s" in command else ""
    site.write("factory.py", FACTORY)
    site.write("manage.py", MANAGE)
    site.write("shop/__init__.py", "")
    site.write("shop/__main__.py", "from app import *; app.run(port=port)")
    site.write("zipped/__main__.py", (site.folder / "app.py").read_text())
    with (site.folder / "zipped/__main__.py").open("a") as main:
        main.write("app.run(port=port)")
    zipapp.create_archive(site.folder / "zipped", site.folder / "shop.pyz")
    process = site.attempt(*command, FLASK_RUN_PORT=str(site.port), **HEROKU)
    debugger = ["PG201"] if "--debug" in command else []
    assert_refused(process, "PG101", *debugger)
    by_click = "flask" in command or "manage.py" in command
    assert ("Traceback" in process.output) is not by_click


MADE_BEFORE = {
    "serve_forever": "server.serve_forever()",
    "handle_request": HANDLE_REQUESTS,
}


@pytest.mark.parametrize("call", MADE_BEFORE.values(), ids=MADE_BEFORE)
def test_a_server_made_before_the_guard_does_not_serve(site: Site, call: str) -> None:
    site.app(call, before=MAKE_SERVER)
    assert_refused(site.start(PYTHON, "app.py", **HEROKU), "PG101")


PROCESS = """
import multiprocessing
import sys

def serve():
    app.run(port=port)

if __name__ == "__main__":
    process = multiprocessing.get_context("{method}").Process(target=serve)
    process.start()
    process.join()
    sys.exit(process.exitcode)
"""


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_start_in_a_child_process_is_refused(site: Site, method: str) -> None:
    site.app(PROCESS.format(method=method))
    assert_refused(site.attempt(PYTHON, "app.py", **HEROKU), "PG101")


POOL = """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

def serve():
    app.run(port=port)

fork = multiprocessing.get_context("fork")
ProcessPoolExecutor(1, fork).submit(serve).result()
"""


def test_a_process_pool_passes_the_exception_on(site: Site) -> None:
    site.app(POOL)
    # The exception, and the traceback of the other process.
    assert_refused(site.attempt(PYTHON, "app.py", **HEROKU), "PG101", "PG101")


SWALLOWED = """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor() as pool:
    pool.submit(app.run, port=port)
"""


def test_a_refusal_that_is_swallowed_is_logged(site: Site) -> None:
    site.app(SWALLOWED)
    process = site.attempt(PYTHON, "app.py", **HEROKU)
    process.wait_exit()
    assert process.output.startswith("PG101: refused to start"), process.output
    assert process.output.count("\n") == 1


THREAD = """
import threading
thread = threading.Thread(target={target}, daemon=True)
thread.start()
thread.join()
print("main goes on")
"""


@pytest.mark.parametrize(
    "target", ["app.run, kwargs={'port': port}", "server.serve_forever"]
)
def test_a_start_in_a_thread_is_refused_and_the_main_thread_goes_on(
    site: Site, target: str
) -> None:
    before = MAKE_SERVER if "server." in target else ""
    site.app(THREAD.format(target=target), before)
    start = site.start if before else site.attempt
    process = start(PYTHON, "app.py", **HEROKU)
    assert process.wait_exit() == 0
    assert_reported(process.output, "PG101")
    assert process.output.endswith("main goes on\n")


AGAIN_AND_AGAIN = """
for attempt in range(3):
    try:
        {call}
    except Exception as error:
        print("The attempt failed:", error)
raise SystemExit("given up")
"""
NEXT_APP = """
        app = Flask(f"shop{attempt}")
        app.add_url_rule("/", view_func=index)
        ProdGuard(app)
        app.run(port=port)
"""


@pytest.mark.parametrize("call", ["app.run(port=port)", NEXT_APP.strip()])
def test_every_attempt_is_refused(site: Site, call: str) -> None:
    site.app(AGAIN_AND_AGAIN.format(call=call))
    process = site.attempt(PYTHON, "app.py", **HEROKU)
    assert process.wait_exit() == 1
    assert_reported(process.output, "PG101", "PG101", "PG101")
    assert process.output.endswith("given up\n")


MESSAGE = """\
flask-prodguard refused to start the development server of 'app'.
Nothing was started.

What was found:
  PG101  The development server was started in production.
         This is production: DYNO is set (Heroku).
  PG102  The development server is bound where other machines can reach it.
         The host '0.0.0.0' binds every network interface.
  PG201  Others can reach Werkzeug's interactive debugger.
         This is production: DYNO is set (Heroku); whoever reaches it can run
         any Python.
         Weaker evidence says that this is development: APP_ENV=local. When in
         doubt, it is production.

How to fix it:
  Serve the app with gunicorn. Paste this into Procfile:

      web: gunicorn --bind 0.0.0.0:$PORT --workers 1 --threads 100 app:app

To start it anyway, and have this logged as an error:

      FLASK_PRODGUARD_ACTION=log {start}

Other ways out: flask prodguard explain opt-out

Fix: Paste into Procfile: web: gunicorn --bind 0.0.0.0:$PORT --workers 1\
 --threads 100 app:app
"""


def test_the_message_is_printed_in_full(site: Site) -> None:
    site.app()
    port = str(site.port)
    command = ("flask", "--app=app", "run", "--host=0.0.0.0", "--debug", "--port", port)
    process = site.attempt(*command, **HEROKU, PORT=port, APP_ENV="local")
    assert process.wait_exit() == 1
    banner, debug, *message = process.output.splitlines(keepends=True)
    assert (banner, debug) == (" * Serving Flask app 'app'\n", " * Debug mode: on\n")
    assert "".join(message) == MESSAGE.format(start=" ".join(command))
