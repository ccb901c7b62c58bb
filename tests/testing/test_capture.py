from __future__ import annotations

import logging
import os
import socket
import threading
import typing as t

import flask.cli
import pytest
import werkzeug.serving
from click.testing import CliRunner
from flask import Flask
from flask.cli import FlaskGroup
from pytest_mock import MockerFixture
from werkzeug import _reloader
from werkzeug.debug import DebuggedApplication
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.serving import BaseWSGIServer
from werkzeug.serving import ForkingWSGIServer
from werkzeug.serving import make_server
from werkzeug.serving import run_simple
from werkzeug.test import create_environ
from werkzeug.test import run_wsgi_app

from flask_prodguard import launch_judged
from flask_prodguard import ProdGuard
from flask_prodguard import UnsafeLaunchError
from flask_prodguard.guard import hooks
from flask_prodguard.judging.launch import Via
from flask_prodguard.testing import capture_launches
from flask_prodguard.testing import CapturedLaunch
from flask_prodguard.testing import production

METHODS = [
    (Flask, "run"),
    (BaseWSGIServer, "__init__"),
    (BaseWSGIServer, "serve_forever"),
    (BaseWSGIServer, "handle_request"),
    (_reloader, "run_with_reloader"),
]


def held() -> list[object]:
    return [vars(owner).get(name) for owner, name in METHODS]


PRISTINE = held()
LOCAL = "http://localhost"
NONE = "404 NOT FOUND"


@pytest.fixture(autouse=True)
def pristine() -> t.Iterator[None]:
    before = dict(os.environ)
    yield
    hooks.remove()
    assert held() == PRISTINE
    before["PYTEST_CURRENT_TEST"] = os.environ["PYTEST_CURRENT_TEST"]
    assert dict(os.environ) == before


@pytest.fixture
def app() -> Flask:
    app = Flask("shop")
    ProdGuard(app)
    return app


def flask_command(app: Flask, *arguments: str) -> None:
    result = CliRunner().invoke(FlaskGroup(create_app=lambda: app), arguments)
    assert result.exit_code == 0, result.output


def handle_one(app: Flask) -> None:
    server = make_server("0.0.0.0", 0, app)
    server.handle_request()
    server.handle_request()


def fork(app: Flask) -> None:
    ForkingWSGIServer("0.0.0.0", 0, app, processes=2).serve_forever()


VIA_BY_NAME: list[tuple[t.Callable[[Flask], object], Via]] = [
    (lambda app: app.run("0.0.0.0"), Via.APP_RUN),
    (lambda app: app.run(host="0.0.0.0", debug=True), Via.APP_RUN),
    (lambda app: flask_command(app, "run", "--host", "0.0.0.0"), Via.FLASK_RUN),
    (lambda app: flask_command(app, "run", "-h", "0.0.0.0", "--debug"), Via.FLASK_RUN),
    (lambda app: run_simple("0.0.0.0", 80, app), Via.WERKZEUG),
    (lambda app: werkzeug.serving.run_simple("0.0.0.0", 80, app), Via.WERKZEUG),
    (lambda app: run_simple("0.0.0.0", 80, app, use_reloader=True), Via.WERKZEUG),
    (lambda app: run_simple("0.0.0.0", 80, app, use_debugger=True), Via.WERKZEUG),
    (lambda app: make_server("0.0.0.0", 80, app).serve_forever(), Via.WERKZEUG),
    (lambda app: make_server("0.0.0.0", 80, app, threaded=True), Via.WERKZEUG),
    (handle_one, Via.WERKZEUG),
    (fork, Via.WERKZEUG),
]


@pytest.mark.parametrize(("launch", "via"), VIA_BY_NAME)
@pytest.mark.parametrize("environment", ["production", "development", None])
def test_every_way_to_start_is_recorded_once_and_binds_nothing(
    app: Flask,
    launch: t.Callable[[Flask], object],
    via: Via,
    environment: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bound: list[object] = []
    monkeypatch.setattr(BaseWSGIServer, "server_bind", bound.append)
    if environment != "development":
        monkeypatch.setattr(launch_judged, "send", bound.append)

    with capture_launches(environment) as launches:
        launch(app)

    assert bound == []
    assert [each.launch.via for each in launches] == [via]
    assert launches[0].is_refused == (environment != "development")
    assert launches[0].launch.address.host == "0.0.0.0"


def test_a_captured_start_is_neither_logged_nor_signalled(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    told = []

    def receive(app: Flask, **verdict: object) -> None:
        told.append(verdict)

    with launch_judged.connected_to(receive, app), capture_launches("production"):
        app.run()

    assert told == []
    assert not [each for each in caplog.records if each.name == "flask_prodguard"]


def test_the_server_knows_its_address_although_it_is_not_bound(app: Flask) -> None:
    with capture_launches():
        server = make_server("127.0.0.1", 5000, app)

        assert (server.host, server.port) == ("127.0.0.1", 5000)
        assert server.server_address == ("127.0.0.1", 5000)
        assert server.socket.getsockname()[1] == 0

    assert server.socket.fileno() == -1


def test_a_unix_socket_in_use_is_left_alone(
    app: Flask, tmp_path: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("s")

        with capture_launches() as launches:
            run_simple("unix://s", 0, app)

        assert (tmp_path / "s").exists()
    assert [each.launch.address.host for each in launches] == ["unix://s"]


def test_a_server_that_was_bound_before_is_judged_on_its_socket(app: Flask) -> None:
    with production():
        hooks.remove()
        server = make_server("127.0.0.1", 0, app)
    ProdGuard(Flask("other"))

    with capture_launches("production") as launches:
        server.handle_request()
        server.serve_forever()

    assert [each.codes for each in launches] == [("PG101",)]
    assert server.socket.fileno() == -1


def test_the_strictest_view_of_a_start_counts(app: Flask) -> None:
    app.config["PRODGUARD_ENVIRONMENT"] = "production"
    app.config["PRODGUARD_IGNORE"] = ["PG101"]
    app.config["SERVER_NAME"] = "localhost"

    class Wrapped(Flask):
        pass

    with capture_launches() as launches:
        original = werkzeug.serving.make_server
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                werkzeug.serving,
                "make_server",
                lambda host, *rest, **options: original("0.0.0.0", *rest, **options),
            )
            app.run()

    assert [each.codes for each in launches] == [("PG102",)]
    assert launches[0].launch.via is Via.APP_RUN


def test_an_app_without_a_guard_is_recorded_and_not_served_either(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with capture_launches("production") as launches:
        Flask("unguarded").run()
        run_simple("127.0.0.1", 80, handle_one)  # type: ignore[arg-type]

    assert [(each.launch.app, each.is_guarded) for each in launches] == [
        ("unguarded", False),
        ("handle_one", False),
    ]
    assert not any(each.is_refused for each in launches)


def test_each_block_records_what_happens_inside_it(app: Flask) -> None:
    with capture_launches() as outer:
        server = make_server("127.0.0.1", 0, app)
        with capture_launches("production") as inner:
            server.serve_forever()
            app.run()
        app.run()

    assert [each.codes for each in inner] == [(), ("PG101",)]
    assert [each.codes for each in outer] == [(), ("PG101",), ()]


def test_threads_that_start_inside_are_captured_too(app: Flask) -> None:
    with capture_launches("production") as launches:
        for _ in range(3):
            threading.Thread(target=app.run, daemon=True).start()

    assert [each.codes for each in launches] == [("PG101",)] * 3


def test_a_thread_that_never_ends_is_not_waited_for(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flask_prodguard.testing.capture.PATIENCE", 0.01)
    release = threading.Event()

    with capture_launches():
        thread = threading.Thread(target=release.wait)
        thread.start()

    assert thread.is_alive()
    release.set()
    thread.join()


def test_a_leaked_mark_of_the_flask_command_hides_no_start(app: Flask) -> None:
    with capture_launches() as launches:
        flask_command(app, "run")
        assert os.environ["FLASK_RUN_FROM_CLI"] == "true"
        app.run()

    assert [each.launch.via for each in launches] == [Via.FLASK_RUN, Via.APP_RUN]


def test_below_the_flask_command_app_run_is_ignored_as_usual() -> None:
    def create_app() -> Flask:
        app = Flask("shop")
        ProdGuard(app)
        app.run()
        return app

    with capture_launches() as launches:
        CliRunner().invoke(FlaskGroup(create_app=create_app), ["run"])

    assert [each.launch.via for each in launches] == [Via.FLASK_RUN]


def test_debug_mode_is_what_it_was_before(app: Flask) -> None:
    with capture_launches("development"):
        app.run(debug=True)

    assert not app.debug


@pytest.mark.parametrize("guarded", [True, False])
def test_everything_is_restored_after_an_exception(guarded: bool) -> None:
    if guarded:
        ProdGuard(Flask("shop"))
    before = held()

    def fail() -> None:
        with capture_launches():
            Flask("shop").run()
            raise ZeroDivisionError

    with (
        capture_launches("production") as launches,
        pytest.raises(ZeroDivisionError),
    ):
        fail()

    assert held() == before
    assert len(launches) == 1


def test_overlapping_blocks_restore_everything(app: Flask) -> None:
    entered, leave = threading.Event(), threading.Event()
    before = dict(os.environ)

    def other() -> None:
        with capture_launches("development"):
            entered.set()
            leave.wait()

    first = capture_launches("production")
    first.__enter__()
    thread = threading.Thread(target=other)
    thread.start()
    entered.wait()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flask_prodguard.testing.capture.PATIENCE", 0.0)
        first.__exit__(None, None, None)
    leave.set()
    thread.join()

    assert dict(os.environ) == before
    with production(), pytest.raises(UnsafeLaunchError):
        app.run()


def test_a_guard_that_is_made_inside_stays(app: Flask) -> None:
    hooks.remove()

    with capture_launches():
        ProdGuard(Flask("other"))

    assert set(hooks.states().values()) == {"installed"}


def test_a_mock_of_run_simple_is_still_called(
    app: Flask, mocker: MockerFixture
) -> None:
    mock = mocker.patch("werkzeug.serving.run_simple")

    with capture_launches() as launches:
        app.run(port=80)

    mock.assert_called_once()
    assert len(launches) == 1


def test_a_mock_of_app_run_hides_the_start(app: Flask, mocker: MockerFixture) -> None:
    mock = mocker.patch.object(Flask, "run")

    with capture_launches() as launches:
        app.run(port=80)

    mock.assert_called_once_with(port=80)
    assert launches == []


def test_mocks_inside_the_block_work_too(app: Flask, mocker: MockerFixture) -> None:
    with capture_launches() as launches:
        mock = mocker.patch.object(Flask, "run")
        app.run()
        mocker.stop(mock)
        reloader = mocker.patch("werkzeug._reloader.run_with_reloader")
        app.run(use_reloader=True)

    reloader.assert_called_once()
    assert len(launches) == 1
    mocker.stopall()
    with capture_launches():
        # It takes away what the mock has brought back.
        pass


def test_mocks_that_outlive_the_block_bring_nothing_back(
    mocker: MockerFixture,
) -> None:
    original = mocker.patch.object(_reloader, "run_with_reloader")

    with capture_launches():
        patch = pytest.MonkeyPatch()
        patch.setattr(_reloader, "run_with_reloader", lambda: None)
        with capture_launches():
            pass
    patch.undo()
    _reloader.run_with_reloader(print, interval=2)

    original.assert_called_once_with(print, interval=2)
    with capture_launches():
        pass
    assert _reloader.run_with_reloader is original
    mocker.stopall()


def test_a_captured_launch_is_a_value(app: Flask) -> None:
    with capture_launches("production") as launches:
        app.run()
        app.run()

    assert launches[0] == launches[1]
    assert launches[0] == CapturedLaunch(launches[0].verdict)
    assert flask.cli.run_command.name == "run"


def test_a_debugger_inside_a_block_logs_nothing_and_is_off_in_production(
    app: Flask, records: list[logging.LogRecord]
) -> None:
    app.config["PRODGUARD_ACTON"] = "raise"
    sent = []

    def receive(sender: Flask, **options: object) -> None:
        sent.append(options)

    with launch_judged.connected_to(receive):
        for environment, status in (("production", 404), ("development", 200)):
            with capture_launches(environment=environment) as launches:
                debugger = DebuggedApplication(app, evalex=True)
                answers = [
                    run_wsgi_app(debugger, create_environ("/console", LOCAL))[1],
                    run_wsgi_app(debugger.debug_application, create_environ("/x"))[1],
                ]
            assert answers == [f"{status} {HTTP_STATUS_CODES[status].upper()}", NONE]
            assert launches == []

    assert not records
    assert not sent
