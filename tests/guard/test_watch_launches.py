from __future__ import annotations

import dataclasses
import http.client
import importlib.util
import logging
import os
import socket
import sys
import threading
import types
import typing as t
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from unittest import mock

import click
import pytest
from flask import cli
from flask import Flask
from werkzeug import run_simple as captured_run_simple
from werkzeug.debug import DebuggedApplication
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import BaseWSGIServer
from werkzeug.serving import make_server
from werkzeug.serving import run_simple
from werkzeug.serving import ThreadedWSGIServer

import flask_prodguard
from flask_prodguard import ConfigError
from flask_prodguard import launch_judged
from flask_prodguard import ProdGuard
from flask_prodguard import UnsafeLaunchError
from flask_prodguard.guard import facts
from flask_prodguard.guard import hooks
from flask_prodguard.judging.address import Exposure
from flask_prodguard.judging.launch import ServerOptions
from flask_prodguard.judging.launch import Via
from flask_prodguard.judging.verdict import Verdict

Records: t.TypeAlias = list[logging.LogRecord]


@pytest.fixture
def run_simple_mock() -> t.Iterator[mock.Mock]:
    """What app.run() would start, without starting it."""
    with mock.patch("werkzeug.serving.run_simple") as run_simple:
        yield run_simple


def refused(start: t.Callable[[], object]) -> Verdict:
    with pytest.raises(UnsafeLaunchError) as raised:
        start()
    return raised.value.verdict


class KeywordServer(ThreadedWSGIServer):
    def __init__(self, *, wsgi: t.Any) -> None:
        super().__init__(port=0, host="127.0.0.1", app=wsgi)


@pytest.mark.parametrize(
    "start",
    [
        lambda app: run_simple("127.0.0.1", 0, app),
        lambda app: captured_run_simple("127.0.0.1", 0, app, use_debugger=True),
        lambda app: make_server("127.0.0.1", 0, app),
        lambda app: make_server("127.0.0.1", 0, app, processes=2),
        lambda app: BaseWSGIServer("127.0.0.1", 0, app),
        lambda app: KeywordServer(wsgi=app),
        lambda app: make_server("127.0.0.1", 0, app.wsgi_app),
        lambda app: make_server("127.0.0.1", 0, DispatcherMiddleware(app, {})),
    ],
)
def test_every_werkzeug_server_is_refused_in_production(
    start: t.Callable[[Flask], object], app: Flask, environ: dict[str, str]
) -> None:
    environ["FLASK_ENV"] = "production"

    with mock.patch.object(BaseWSGIServer, "server_bind") as bind:
        verdict = refused(lambda: start(app))

    assert verdict.launch.via is Via.WERKZEUG
    assert verdict.codes[0] == "PG101"
    assert not bind.called


def test_a_server_of_another_app_is_ignored(
    app: Flask, environ: dict[str, str], records: Records
) -> None:
    environ["FLASK_ENV"] = "production"

    make_server("127.0.0.1", 0, Flask("metrics")).server_close()

    assert records == []


def holding(app: Flask) -> t.Any:
    """A page that looks at an app, or passes requests on to it: that can't be seen."""

    def metrics(environ: t.Any, start_response: t.Any) -> t.Any:
        if environ["PATH_INFO"] == "/app":
            return app(environ, start_response)
        start_response("200 OK", [])
        return [app.name.encode()]

    return metrics


def answers(server: BaseWSGIServer, *paths: str) -> list[int]:
    """Serve in another thread, and return the status of each path."""
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    seen = []
    for path in paths:
        client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        with closing(client):
            client.request("GET", path)
            seen.append(client.getresponse().status)
    server.shutdown()
    thread.join()
    return seen


def test_a_server_next_to_the_program_may_hold_the_app(
    app: Flask, environ: dict[str, str], records: Records
) -> None:
    environ["FLASK_ENV"] = "production"

    assert answers(make_server("127.0.0.1", 0, holding(app)), "/metrics") == [200]
    assert records == []


def test_a_server_next_to_the_program_is_refused_if_it_serves_the_app(
    app: Flask, environ: dict[str, str], verdicts: list[Verdict]
) -> None:
    environ["FLASK_ENV"] = "production"
    server = make_server("127.0.0.1", 0, holding(app))

    assert verdicts == []
    assert answers(server, "/app", "/metrics", "/app") == [500, 200, 500]
    assert [verdict.codes for verdict in verdicts] == [("PG101",)]


def test_a_server_that_is_the_program_must_not_hold_the_app(
    app: Flask, environ: dict[str, str]
) -> None:
    environ["FLASK_ENV"] = "production"

    assert refused(lambda: run_simple("127.0.0.1", 0, holding(app))).codes == ("PG101",)
    for serve in ("serve_forever", "handle_request"):
        with make_server("127.0.0.1", 0, holding(app)) as server:
            assert refused(getattr(server, serve)).codes == ("PG101",)


def test_run_simple_next_to_the_program_may_hold_the_app(
    app: Flask, environ: dict[str, str], records: Records
) -> None:
    environ["FLASK_ENV"] = "production"

    served = []

    def serve(server: BaseWSGIServer) -> None:
        served.append(server)
        server.server_close()

    with mock.patch.object(BaseWSGIServer, "serve_forever", serve):
        arguments = ("127.0.0.1", 0, holding(app))
        thread = threading.Thread(target=run_simple, args=arguments)
        thread.start()
        thread.join()

    assert len(served) == 1
    assert "prodguard_codes" not in {name for each in records for name in vars(each)}


def test_a_server_that_was_made_before_is_refused_when_it_serves(
    app: Flask, environ: dict[str, str]
) -> None:
    server = make_server("127.0.0.1", 0, app)
    environ["FLASK_ENV"] = "production"

    assert refused(server.serve_forever).codes == ("PG101",)
    assert server.socket.fileno() == -1


def test_a_server_that_was_made_before_the_hooks_is_refused_when_it_serves(
    app: Flask, environ: dict[str, str]
) -> None:
    hooks.remove()
    server = make_server("127.0.0.1", 0, app)
    hooks.install()
    environ["FLASK_ENV"] = "production"

    assert refused(server.serve_forever).launch.via is Via.WERKZEUG


def test_the_socket_decides_and_not_the_name(app: Flask) -> None:
    server = make_server("127.0.0.1", 0, app)
    other = socket.create_server(("0.0.0.0", 0))
    server.socket.close()
    server.socket = other

    verdict = refused(server.serve_forever)

    assert verdict.codes == ("PG102",)
    assert verdict.launch.address.exposure is Exposure.EVERY_INTERFACE


def test_a_loop_of_single_requests_is_refused_each_time(
    app: Flask, environ: dict[str, str]
) -> None:
    with make_server("127.0.0.1", 0, app) as server:
        environ["FLASK_ENV"] = "production"
        for _ in range(2):
            assert refused(server.handle_request).codes == ("PG101",)


def test_single_requests_are_judged_once_if_allowed(
    app: Flask, verdicts: list[Verdict]
) -> None:
    with make_server("127.0.0.1", 0, app) as server:
        server.timeout = 0
        server.handle_request()
        server.handle_request()

    assert [verdict.codes for verdict in verdicts] == [()]


def test_a_server_serves_where_nothing_is_wrong(app: Flask, records: Records) -> None:
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    server.shutdown()
    thread.join()

    assert records == []


def test_a_call_that_werkzeug_refuses_stays_werkzeugs_error(app: Flask) -> None:
    with pytest.raises(TypeError):
        BaseWSGIServer("127.0.0.1")  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        make_server(None, 0, app)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        app.run(port=object())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("config", "arguments", "host", "port"),
    [
        ({}, {}, "127.0.0.1", 5000),
        ({}, {"host": "", "port": "0"}, "127.0.0.1", 0),
        ({}, {"host": "::1", "port": 80}, "::1", 80),
        ({"SERVER_NAME": "0.0.0.0:7000"}, {}, "0.0.0.0", 7000),
        ({"SERVER_NAME": "0.0.0.0:7000"}, {"host": "127.1", "port": 1}, "127.1", 1),
        ({"SERVER_NAME": "localhost"}, {}, "localhost", 5000),
    ],
)
def test_app_run_is_judged_by_what_flask_binds(
    config: dict[str, str],
    arguments: dict[str, t.Any],
    host: str,
    port: int,
    app: Flask,
    environ: dict[str, str],
) -> None:
    app.config.update(config)
    environ["FLASK_ENV"] = "production"

    address = refused(lambda: app.run(**arguments)).launch.address

    assert (address.host, address.port) == (host, port)


@pytest.mark.parametrize(
    ("arguments", "debug", "debugger", "evalex", "reloader"),
    [
        ({}, False, False, False, False),
        ({"debug": True}, True, True, True, True),
        ({"debug": True, "use_evalex": False}, True, True, False, True),
        ({"debug": True, "use_debugger": False}, True, False, False, True),
        ({"use_debugger": True}, False, True, True, False),
        ({"debug": True, "use_reloader": False}, True, True, True, False),
    ],
)
def test_app_run_is_judged_by_what_flask_switches_on(
    arguments: dict[str, t.Any],
    debug: bool,
    debugger: bool,
    evalex: bool,
    reloader: bool,
    app: Flask,
    environ: dict[str, str],
) -> None:
    environ["FLASK_ENV"] = "production"

    launch = refused(lambda: app.run(**arguments)).launch

    assert launch.via is Via.APP_RUN
    assert (launch.debug, launch.debugger) == (debug, debugger)
    assert (launch.evalex, launch.reloader) == (evalex, reloader)
    if debug:
        assert launch.debug_by == "debug=True was passed"


@pytest.mark.parametrize(
    ("variable", "load_dotenv", "debug"),
    [("1", True, True), ("0", True, False), ("1", False, False)],
)
def test_flask_debug_counts_as_flask_has_it(
    variable: str, load_dotenv: bool, debug: bool, app: Flask, environ: dict[str, str]
) -> None:
    environ.update(FLASK_ENV="production", FLASK_DEBUG=variable)

    launch = refused(lambda: app.run(load_dotenv=load_dotenv)).launch

    assert launch.debug is debug
    assert (launch.debug_by == "FLASK_DEBUG is set") is debug


def test_a_debugger_in_the_app_is_seen_by_app_run(
    app: Flask, environ: dict[str, str]
) -> None:
    app.wsgi_app = DebuggedApplication(app.wsgi_app)  # type: ignore[method-assign]
    environ["FLASK_ENV"] = "production"

    launch = refused(app.run).launch

    assert (launch.debugger, launch.evalex) == (True, False)


def test_debug_in_app_run_is_refused_where_nothing_is_declared(app: Flask) -> None:
    assert refused(lambda: app.run(debug=True)).codes == ("PG103",)


def test_app_run_goes_on_where_nothing_is_wrong(
    app: Flask, run_simple_mock: mock.Mock, records: Records
) -> None:
    app.run("127.0.0.1", 80, threaded=False)

    run_simple_mock.assert_called_once_with(
        "127.0.0.1", 80, app, threaded=False, use_reloader=False, use_debugger=False
    )
    assert records == []


def test_app_run_below_the_flask_command_is_not_judged(
    app: Flask, environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    environ.update(FLASK_ENV="production", FLASK_RUN_FROM_CLI="true")

    app.run()

    assert "Ignoring a call to 'app.run()'" in capsys.readouterr().out


def test_an_unguarded_app_runs(
    app: Flask, environ: dict[str, str], run_simple_mock: mock.Mock
) -> None:
    environ["FLASK_ENV"] = "production"

    Flask("other").run()

    assert run_simple_mock.called


@pytest.mark.parametrize("installed", [True, False])
def test_dotenv_files_are_loaded_first_if_that_is_installed(
    installed: bool, app: Flask, environ: dict[str, str]
) -> None:
    dotenv = types.ModuleType("dotenv") if installed else None

    def load_dotenv() -> None:
        environ["FLASK_ENV"] = "production"

    with (
        mock.patch.dict(sys.modules, {"dotenv": dotenv}),
        mock.patch.object(cli, "load_dotenv", load_dotenv),
        mock.patch("werkzeug.serving.run_simple"),
    ):
        if installed:
            assert refused(app.run).codes == ("PG101",)
        else:
            app.run()


def test_flask_run_is_known_by_its_command(app: Flask, environ: dict[str, str]) -> None:
    environ["FLASK_ENV"] = "production"

    with click.Context(cli.run_command):
        assert refused(lambda: make_server("", 0, app)).launch.via is Via.FLASK_RUN
    with click.Context(click.Command("serve", callback=lambda: None)):
        assert refused(lambda: make_server("", 0, app)).launch.via is Via.WERKZEUG


def test_the_action_log_reports_once_for_each_start(
    app: Flask, environ: dict[str, str], records: Records, verdicts: list[Verdict]
) -> None:
    environ.update(FLASK_ENV="production", FLASK_PRODGUARD_ACTION="log")

    with mock.patch("socketserver.BaseServer.serve_forever"):
        app.run(port=0)
        app.run(port=0)

    assert [record.levelname for record in records] == ["ERROR", "ERROR"]
    assert [verdict.codes for verdict in verdicts] == [("PG101",)] * 2
    assert (
        records[0]
        .getMessage()
        .startswith(
            "PG101: flask-prodguard found an unsafe start of the development server of"
            " 'shop'.\n"
            "It starts anyway. The call is in "
        )
    )


def test_a_refusal_is_logged_in_one_line_with_its_data(
    app: Flask, environ: dict[str, str], records: Records, verdicts: list[Verdict]
) -> None:
    environ["FLASK_ENV"] = "production"

    verdict = refused(app.run)

    (record,) = records
    assert record.levelname == "ERROR"
    assert record.msg == "PG101: %s"
    assert record.getMessage().startswith("PG101: refused to start the development")
    assert vars(record)["prodguard_codes"] == ["PG101"]
    assert vars(record)["prodguard_remedy"]["kind"] in {"command", "code"}
    assert verdicts == [verdict]


def test_the_signal_is_sent_before_the_record(
    app: Flask, environ: dict[str, str], records: Records
) -> None:
    environ["FLASK_ENV"] = "production"
    recorded: list[int] = []

    def receive(sender: Flask, verdict: Verdict) -> None:
        recorded.append(len(records))

    with launch_judged.connected_to(receive, app):
        refused(app.run)

    assert recorded == [0]
    assert len(records) == 1


class Collected(logging.Handler):
    """What Python prints where nobody has configured logging."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.printed: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.printed.append(record.getMessage()[:23])


def test_if_logging_is_not_configured_one_message_is_printed(
    app: Flask, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    environ["FLASK_ENV"] = "production"
    last_resort = Collected()
    monkeypatch.setattr(logging, "lastResort", last_resort)
    monkeypatch.setattr(logging.getLogger("flask_prodguard"), "propagate", False)

    refused(app.run)

    assert last_resort.printed == []
    with ThreadPoolExecutor() as pool:
        pool.submit(app.run)
    assert last_resort.printed == ["PG101: refused to start"]


def test_a_traceback_has_one_frame_of_the_guard(
    app: Flask, environ: dict[str, str]
) -> None:
    environ["FLASK_ENV"] = "production"

    with pytest.raises(UnsafeLaunchError) as caught:
        run_simple("127.0.0.1", 0, app)

    package = str(Path(flask_prodguard.__file__).parent)
    files = [entry.path for entry in caught.traceback]
    assert [str(file).startswith(package) for file in files].count(True) == 1
    assert str(files[-1]).startswith(package)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_the_opt_out_is_logged_as_a_warning(
    app: Flask,
    environ: dict[str, str],
    records: Records,
    run_simple_mock: mock.Mock,
) -> None:
    environ.update(FLASK_ENV="production", FLASK_PRODGUARD_ENABLED="off")

    app.run()

    assert run_simple_mock.called
    assert [record.levelname for record in records] == ["WARNING"]
    assert vars(records[0])["prodguard_codes"] == ["PG901", "PG101"]


def test_the_reloaders_child_says_nothing_again(
    app: Flask,
    environ: dict[str, str],
    records: Records,
    run_simple_mock: mock.Mock,
) -> None:
    environ.update(
        FLASK_ENV="production",
        FLASK_PRODGUARD_ACTION="log",
        WERKZEUG_RUN_MAIN="true",
        _PRODGUARD_REPORTED=str(os.getppid()),
    )

    app.run()

    assert records == []


def test_a_fake_reloader_is_refused(app: Flask, environ: dict[str, str]) -> None:
    environ.update(FLASK_ENV="production", WERKZEUG_RUN_MAIN="true")

    assert refused(app.run).codes == ("PG101",)


def test_a_bad_configuration_refuses_a_development_server(
    app: Flask, environ: dict[str, str], run_simple_mock: mock.Mock
) -> None:
    app.config["PRODGUARD_ACTION"] = "lgo"

    with pytest.raises(ConfigError):
        app.run()
    with pytest.raises(ConfigError):
        make_server("127.0.0.1", 0, app)


def test_a_receiver_that_fails_neither_stops_nor_permits_a_launch(
    app: Flask, environ: dict[str, str], records: Records, run_simple_mock: mock.Mock
) -> None:
    def fail(sender: Flask, verdict: Verdict) -> None:
        raise KeyError

    with launch_judged.connected_to(fail):
        app.run()
        environ["FLASK_ENV"] = "production"
        refused(app.run)

    assert run_simple_mock.called
    assert records[0].getMessage() == "A receiver of launch_judged failed."


def test_the_strictest_of_several_apps_counts(
    app: Flask, environ: dict[str, str], records: Records
) -> None:
    environ["FLASK_ENV"] = "production"
    lenient = Flask("lenient")
    lenient.config["PRODGUARD_ACTION"] = "log"
    ProdGuard(lenient)
    both = DispatcherMiddleware(lenient, {"/shop": app})

    assert refused(lambda: make_server("127.0.0.1", 0, both)).launch.app == "shop"
    assert len(records) == 1


def test_an_app_that_starts_another_apps_server_is_not_mistaken_for_it(
    app: Flask, environ: dict[str, str]
) -> None:
    other = Flask("other")
    ProdGuard(other)

    def start_other(*_: object, **__: object) -> None:
        environ["FLASK_ENV"] = "production"
        verdict = refused(lambda: make_server("127.0.0.1", 0, other))
        assert (verdict.launch.app, verdict.launch.via) == ("other", Via.WERKZEUG)

    with mock.patch("werkzeug.serving.run_simple", start_other):
        app.run()


def test_removed_hooks_judge_nothing(
    app: Flask, environ: dict[str, str], run_simple_mock: mock.Mock
) -> None:
    environ["FLASK_ENV"] = "production"
    hooks.remove()

    app.run()

    assert run_simple_mock.called


def test_dotenv_is_looked_for_where_python_looks() -> None:
    found = importlib.util.find_spec("dotenv") is not None

    assert facts._is_dotenv_installed() == found


SERVINGS: t.Any = {
    "as usual": ({"threaded": True}, ServerOptions()),
    "one at a time": ({}, ServerOptions(threaded=False)),
    "processes": ({"processes": 3}, ServerOptions(False, 2)),
    "TLS": (
        {"threaded": True, "ssl_context": (Path("cert.pem"), "key.pem")},
        ServerOptions(tls=True, certificate=("cert.pem", "key.pem")),
    ),
    "a certificate of its own": (
        {"threaded": True, "ssl_context": "adhoc"},
        ServerOptions(tls=True),
    ),
}


@pytest.mark.parametrize(("options", "serving"), SERVINGS.values(), ids=SERVINGS)
def test_how_requests_are_answered_is_known(
    app: Flask,
    environ: dict[str, str],
    options: dict[str, t.Any],
    serving: ServerOptions,
) -> None:
    environ["FLASK_ENV"] = "production"

    by_server = refused(lambda: make_server("127.0.0.1", 0, app, **options))
    by_run = refused(lambda: app.run(**{"threaded": False, **options}))

    assert by_server.launch.serving == serving
    # The call says how many processes, which a server only knows later.
    processes = options.get("processes", 1)
    assert by_run.launch.serving == dataclasses.replace(serving, processes=processes)
