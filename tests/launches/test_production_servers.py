"""gunicorn and waitress: silence, nothing left on a request's way, and never a
debugger.
"""

from __future__ import annotations

import json
import typing as t

import pytest
from ports import Port

from .conftest import Site
from .process import Answer
from .process import assert_refused
from .process import assert_served
from .process import assert_served_silently
from .process import assert_silent
from .process import codes_in
from .process import Process
from .process import PYTHON
from .process import require

HEROKU = {"DYNO": "web.1"}
PLATFORMS = (
    HEROKU,
    {"KUBERNETES_SERVICE_HOST": "10.0.0.1"},
    {"K_SERVICE": "shop", "K_REVISION": "shop-1", "K_CONFIGURATION": "shop"},
)
SERVERS = {
    "gunicorn": ("gunicorn", "--bind={}", "--threads=2"),
    "waitress": ("waitress-serve", "--listen={}"),
}


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> t.Sequence[str]:
    """The command of a production server, without the app."""
    require(request.param)
    return SERVERS[request.param]


def serve(site: Site, server: t.Sequence[str], target: str, **environ: str) -> Process:
    """Start a production server.

    :param site: the folder and the port.
    :param server: the server's command.
    :param target: the app's import path.
    :param environ: the environment.
    """
    words = [word.format(f"127.0.0.1:{site.port}") for word in server]
    return site.start(*words, target, **environ)


# Before the guard is imported. A wrapper may have the name of what it wraps.
UNTOUCHED = "untouched = Flask.wsgi_app, Flask.__call__\n"
TRACES = """
from flask import request_started

@app.get("/traces")
def traces():
    return {
        "receivers": len([*request_started.receivers_for(app)]),
        "wrapped": "wsgi_app" in vars(app)
        or (Flask.wsgi_app, Flask.__call__) != untouched,
        "hooks": [
            *app.before_request_funcs,
            *app.after_request_funcs,
            *app.teardown_request_funcs,
        ],
        "routes": len([*app.url_map.iter_rules()]),
    }
"""
NO_TRACES = {"receivers": 0, "wrapped": False, "hooks": [], "routes": 4}


@pytest.mark.parametrize("platform", PLATFORMS, ids=" ".join)
def test_a_server_serves_silently_and_without_a_trace_of_the_guard(
    site: Site, server: t.Sequence[str], platform: dict[str, str]
) -> None:
    site.app(TRACES)
    app = (site.folder / "app.py").read_text()
    site.write("app.py", f"from flask import Flask\n{UNTOUCHED}{app}")
    process = serve(site, server, "app:app", **platform)
    assert_served(process)
    assert json.loads(process.get("/traces").body) == NO_TRACES
    assert_silent(process)


AROUND = "from werkzeug.debug import DebuggedApplication as Debugger\n"
DEBUGGERS = {
    "around the app": ("served = Debugger(app, evalex=True)", AROUND),
    "before the guard": ("", f"{AROUND}served = Debugger(app, evalex=True)"),
    "inside": (
        "app.wsgi_app = Debugger(app.wsgi_app, evalex=True); served = app",
        AROUND,
    ),
    "inside before the guard": (
        "served = app",
        f"{AROUND}app.wsgi_app = Debugger(app.wsgi_app, evalex=True)",
    ),
    "a subclass below a dispatcher": (
        """
from werkzeug.middleware.dispatcher import DispatcherMiddleware

class Shown(Debugger):
    def __call__(self, environ, start_response):
        return super().__call__(environ, start_response)

served = DispatcherMiddleware(Shown(app, evalex=True), {"/other": Flask("other")})
""",
        AROUND,
    ),
    "around a dispatcher": (
        """
from werkzeug.middleware.dispatcher import DispatcherMiddleware
served = Debugger(DispatcherMiddleware(app, {"/other": Flask("other")}), evalex=True)
""",
        AROUND,
    ),
}
PROPAGATE = "app.config['PROPAGATE_EXCEPTIONS'] = True\n"


def is_debugger(answer: Answer) -> bool:
    """Check whether the debugger has answered.

    :param answer: an answer to a request that has failed.
    """
    return "EVALEX" in answer.body or "__debugger__" in answer.body


@pytest.mark.parametrize(("code", "before"), DEBUGGERS.values(), ids=DEBUGGERS)
def test_no_debugger_is_reachable_in_production(
    site: Site, server: t.Sequence[str], code: str, before: str
) -> None:
    site.app(PROPAGATE + code, before)
    process = serve(site, server, "app:served", **HEROKU)
    assert_served(process)
    failed = process.get("/fail")
    assert failed.status == 500
    assert not is_debugger(failed)
    assert "a secret" not in failed.body
    assert process.get("/console").status == 404
    assert codes_in(process.output) == ["PG201"], process.output


HIDDEN = "lambda environ, start: app(environ, start)"


def test_a_debugger_around_a_hidden_app_ends_with_the_first_request(
    site: Site, server: t.Sequence[str]
) -> None:
    site.app(f"{PROPAGATE}served = Debugger({HIDDEN}, evalex=True)", AROUND)
    process = serve(site, server, "app:served", **HEROKU)
    assert_served(process)
    assert not is_debugger(process.get("/fail"))
    assert process.get("/console").status == 404
    assert codes_in(process.output) == ["PG201"], process.output


def test_a_debugger_around_a_hidden_app_ends_with_the_refusal(site: Site) -> None:
    site.app(
        "app.debug = True\n"
        "from werkzeug.serving import run_simple\n"
        f"run_simple('127.0.0.1', port, {HIDDEN}, use_debugger=True)"
    )
    process = site.start(PYTHON, "app.py", **HEROKU)
    assert process.get().status == 500
    assert not is_debugger(process.get())
    assert process.get("/console").status == 500


def test_the_opt_out_is_logged_once(site: Site, server: t.Sequence[str]) -> None:
    site.app(f"{PROPAGATE}served = Debugger(app, evalex=True)", AROUND)
    off = {"FLASK_PRODGUARD_ENABLED": "off"}
    process = serve(site, server, "app:served", **HEROKU, **off)
    assert is_debugger(process.get("/fail"))
    assert is_debugger(process.get("/fail"))
    assert codes_in(process.output) == ["PG901", "PG201"]


def test_the_debugger_works_on_a_laptop(site: Site, server: t.Sequence[str]) -> None:
    site.app(PROPAGATE + "served = Debugger(app, evalex=True)", AROUND)
    process = serve(site, server, "app:served")
    assert_served(process)
    assert is_debugger(process.get("/fail"))
    assert process.get("/console").status == 200
    assert_silent(process)


def test_the_debugger_is_reported_only_with_the_action_log(
    site: Site, server: t.Sequence[str]
) -> None:
    site.app(PROPAGATE + "served = Debugger(app, evalex=True)", AROUND)
    log = {"FLASK_PRODGUARD_ACTION": "log"}
    process = serve(site, server, "app:served", **HEROKU, **log)
    assert is_debugger(process.get("/fail"))
    assert is_debugger(process.get("/fail"))
    assert codes_in(process.output) == ["PG201"]


def test_debug_and_testing_are_reported_once(
    site: Site, server: t.Sequence[str]
) -> None:
    site.app("app.debug = app.testing = True\napp.test_client().get('/')")
    process = serve(site, server, "app:app", **HEROKU)
    assert_served(process)
    assert_served(process)
    assert codes_in(process.output) == ["PG202", "PG203"]


def test_gunicorn_beyond_this_machine_has_no_debugger(site: Site) -> None:
    require("gunicorn")
    site.app(PROPAGATE + "served = Debugger(app, evalex=True)", AROUND)
    process = site.start("gunicorn", f"--bind=0.0.0.0:{site.port}", "app:served")
    assert_served(process)
    assert not is_debugger(process.get("/fail"))
    assert codes_in(process.output) == ["PG201"]


def test_a_factory_is_served_silently(site: Site) -> None:
    require("gunicorn")
    site.app("def create_app():\n    return app")
    bind = f"--bind=127.0.0.1:{site.port}"
    assert_served_silently(site.start("gunicorn", bind, "app:create_app()", **HEROKU))


METRICS = """
import threading

from flask import Flask
from flask_prodguard import ProdGuard
from werkzeug.serving import make_server
from werkzeug.serving import run_simple


class Metrics:
    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [f"views: {len(self.app.view_functions)}".encode()]


def of(app):
    def metrics(environ, start_response):
        return Metrics(app)(environ, start_response)

    return metrics


def serve_beside(serve, *arguments):
    threading.Thread(target=serve, args=arguments, daemon=True).start()


def create_app():
    app = Flask("shop")
    ProdGuard(app)
    app.add_url_rule("/", view_func=lambda: "served")
    @START
    return app
"""
METRICS_SERVERS = {
    "a closure": "serve_beside(make_server('127.0.0.1', @PORT, of(app)).serve_forever)",
    "an object": (
        "serve_beside(make_server('127.0.0.1', @PORT, Metrics(app)).serve_forever)"
    ),
    "run_simple": "serve_beside(run_simple, '127.0.0.1', @PORT, Metrics(app))",
}
NUMBER_OF_VIEWS = "views: 2"


def write_metrics(site: Site, start: str, port: int, after: str = "") -> None:
    """Write ``app.py`` with a factory that starts a metrics server.

    :param site: the folder.
    :param start: how it is started.
    :param port: its port.
    :param after: code after the factory.
    """
    code = METRICS.replace("@START", start).replace("@PORT", str(port))
    site.write("app.py", code + after)


@pytest.fixture
def metrics_port() -> int:
    """A port for a metrics server."""
    port = Port()
    port.release()
    return port.number


@pytest.mark.parametrize("option", ["--threads=1", "--preload"])
@pytest.mark.parametrize("start", METRICS_SERVERS.values(), ids=METRICS_SERVERS)
def test_a_metrics_server_next_to_gunicorn_is_left_alone(
    site: Site, start: str, option: str, metrics_port: int
) -> None:
    require("gunicorn")
    write_metrics(site, start, metrics_port)
    bind = f"--bind=127.0.0.1:{site.port}"
    process = site.start("gunicorn", bind, option, "app:create_app()", **HEROKU)
    assert_served(process)
    assert process.get_from_port(metrics_port).body == NUMBER_OF_VIEWS
    assert_silent(process)


def test_a_metrics_server_next_to_waitress_in_a_program_is_left_alone(
    site: Site, metrics_port: int
) -> None:
    require("waitress")
    serve = f"\nfrom waitress import serve\nserve(create_app(), port={site.port})\n"
    write_metrics(site, METRICS_SERVERS["a closure"], metrics_port, serve)
    process = site.start(PYTHON, "app.py", **HEROKU)
    assert_served(process)
    assert process.get_from_port(metrics_port).body == NUMBER_OF_VIEWS
    assert_silent(process)


def test_app_run_next_to_a_metrics_server_is_refused(
    site: Site, metrics_port: int
) -> None:
    run = f"\ncreate_app().run(port={site.port})\n"
    write_metrics(site, METRICS_SERVERS["a closure"], metrics_port, run)
    assert_refused(site.attempt(PYTHON, "app.py", **HEROKU), "PG101")


def test_a_captured_serve_forever_is_refused(site: Site) -> None:
    site.app(
        "serve()",
        before="from werkzeug.serving import make_server\n"
        "serve = make_server('127.0.0.1', port, app).serve_forever",
    )
    process = site.start(PYTHON, "app.py", **HEROKU)
    assert [process.get().status for _ in range(2)] == [500] * 2
    assert "UnsafeLaunchError: flask-prodguard refuses to serve" in process.output


LAZY = """
import functools
import os

from flask import Flask
from werkzeug.serving import run_simple


@functools.cache
def app():
    from app import app
    return app


def lazy(environ, start_response):
    return app()(environ, start_response)


run_simple("127.0.0.1", int(os.environ["LAUNCH_PORT"]), lazy)
"""


def test_an_app_made_below_a_running_server_is_refused(site: Site) -> None:
    site.app()
    site.write("lazy.py", LAZY)
    process = site.start(PYTHON, "lazy.py", **HEROKU)
    assert [process.get().status for _ in range(3)] == [500] * 3
    assert "UnsafeLaunchError: flask-prodguard refuses to serve" in process.output


def test_an_app_hidden_in_a_global_is_refused(site: Site) -> None:
    site.app(
        "from werkzeug.serving import run_simple\n"
        f"run_simple('127.0.0.1', port, {HIDDEN})"
    )
    process = site.start(PYTHON, "app.py", **HEROKU)
    assert [process.get().status for _ in range(2)] == [500] * 2
    assert "UnsafeLaunchError: flask-prodguard refuses to serve" in process.output


def test_an_app_made_below_a_running_server_is_served_on_a_laptop(site: Site) -> None:
    site.app()
    site.write("lazy.py", LAZY)
    assert_served_silently(site.start(PYTHON, "lazy.py"))
