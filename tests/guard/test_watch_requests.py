from __future__ import annotations

import functools
import linecache
import logging
import socket
import sys
import threading
import typing as t
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest
from blinker import Signal
from flask import Flask
from flask import request_started
from werkzeug.debug import DebuggedApplication
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import BaseWSGIServer
from werkzeug.serving import make_server
from werkzeug.serving import run_simple
from werkzeug.test import Client
from werkzeug.test import create_environ
from werkzeug.test import run_wsgi_app

from flask_prodguard import launch_judged
from flask_prodguard import ProdGuard
from flask_prodguard import UnsafeLaunchError
from flask_prodguard.guard import application
from flask_prodguard.guard import facts
from flask_prodguard.guard import hooks
from flask_prodguard.guard import state
from flask_prodguard.guard.hook_points import find_watch
from flask_prodguard.guard.start import answer_under_way
from flask_prodguard.guard.state import state_of
from flask_prodguard.judging.launch import Via
from flask_prodguard.judging.verdict import Verdict

Records: t.TypeAlias = list[logging.LogRecord]


class ClientSocket:
    """What gunicorn puts into the environ of a request."""

    family = socket.AF_INET

    def __init__(self, name: object) -> None:
        self.name = name

    def getsockname(self) -> object:
        return self.name


INET = ClientSocket(("10.0.0.5", 80))
UNIX = ClientSocket("/run/app.sock")


def served(app: t.Any, path: str = "/", **environ: t.Any) -> str:
    """Call the app as a production server does, and return the status."""
    return run_wsgi_app(app, {**create_environ(path), **environ})[1]


def failing(app: Flask) -> t.Any:
    """A debugger would show the error in a page."""
    error = LookupError("out of stock")
    return mock.patch.object(app, "wsgi_app", side_effect=error)


def is_watched(app: Flask) -> bool:
    return any(request_started.receivers_for(app))


def codes(records: Records) -> list[list[str]]:
    return [vars(record)["prodguard_codes"] for record in records]


class Late:
    """Serves an app that is made, or found, after its server was started. It isn't a
    function, so what it holds can't be seen from the server.
    """

    def __init__(self) -> None:
        self.app: t.Any = None

        self.serve = lambda *call: hidden_in(self)(*call)

    def make_server(self) -> BaseWSGIServer:
        return make_server("127.0.0.1", 0, self.serve)


def hidden_in(late: Late) -> t.Any:
    return late.app or Flask("early")


@contextmanager
def running(server: BaseWSGIServer) -> t.Iterator[str]:
    url = f"http://127.0.0.1:{server.port}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    # An answer, whatever it is, means that the server has been judged.
    status_of(f"{url}judged")
    yield url
    server.shutdown()
    thread.join()


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_a_production_server_is_served_and_left_alone(
    app: Flask, environ: dict[str, str], records: Records
) -> None:
    environ["FLASK_ENV"] = "production"
    before = dict(vars(app))

    assert served(app) == "200 OK"

    assert records == []
    assert not is_watched(app)
    assert vars(app) == {**before, "_got_first_request": True}
    assert "wsgi_app" not in vars(app)


@pytest.fixture
def lone_signal(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Signal:
    """Flask's signal, as in a process where no other app was guarded."""
    signal = Signal()
    monkeypatch.setattr("flask.app.request_started", signal)
    monkeypatch.setattr(application, "request_started", signal)
    monkeypatch.setattr(state, "_awaited", state.WeakIdentityMap())
    return signal


def test_flasks_signal_is_as_before_once_every_guarded_app_was_served(
    lone_signal: Signal, app: Flask
) -> None:
    apps = [Flask("shop"), Flask("stock")]
    for each in apps:
        ProdGuard(each)

    left = []
    for each in apps:
        served(each)
        left.append(bool(lone_signal.receivers))

    assert left == [True, False]


def test_an_app_that_is_guarded_after_all_others_were_served_is_judged(
    lone_signal: Signal, app: Flask, environ: dict[str, str], records: Records
) -> None:
    environ["FLASK_ENV"] = "production"
    for name in ("shop", "stock"):
        late = Flask(name)
        late.debug = True
        ProdGuard(late)
        served(late)

    assert codes(records) == [["PG202"], ["PG202"]]
    assert not lone_signal.receivers


def test_debug_and_testing_are_reported_once(
    app: Flask, environ: dict[str, str], records: Records
) -> None:
    environ["FLASK_ENV"] = "production"
    app.config.update(DEBUG=True, TESTING=True)

    for _ in range(2):
        assert served(app) == "200 OK"

    assert codes(records) == [["PG202", "PG203"]]
    assert [record.levelname for record in records] == ["ERROR"]


def test_nothing_is_looked_for_in_a_program_whose_server_stays(
    app: Flask,
    environ: dict[str, str],
    records: Records,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []
    monkeypatch.setattr(linecache, "getlines", lambda file, *_: read.append(file))
    environ["FLASK_ENV"] = "production"
    app.debug = True

    assert served(app) == "200 OK"

    assert codes(records) == [["PG202"]]
    assert vars(records[0])["prodguard_remedy"] is None
    assert read == []


def test_debug_is_not_reported_without_evidence_of_production(
    app: Flask, records: Records
) -> None:
    app.debug = True

    assert served(app) == "200 OK"

    assert records == []


@pytest.mark.parametrize(
    ("client", "name", "reported"),
    [
        (INET, "0.0.0.0", [["PG202"]]),
        (INET, "10.0.0.5", [["PG202"]]),
        (INET, "127.0.0.1", []),
        (UNIX, "10.0.0.5", []),
        (None, "10.0.0.5", []),
    ],
)
def test_an_address_counts_where_the_server_reports_its_own(
    client: object, name: str, reported: list[list[str]], app: Flask, records: Records
) -> None:
    app.debug = True
    marks: dict[str, t.Any] = {"gunicorn.socket": client} if client else {}

    served(app, **{"SERVER_NAME": name, **marks})

    assert codes(records) == reported


def test_a_test_client_is_never_judged_and_ends_no_wait(
    app: Flask, environ: dict[str, str], records: Records
) -> None:
    environ["FLASK_ENV"] = "production"
    app.debug = True

    assert app.test_client().get("/").status_code == 200
    with app.test_client() as client:
        assert client.get("/").status_code == 200

    assert records == []
    assert is_watched(app)


def test_a_bad_configuration_is_logged_once_and_the_default_counts(
    app: Flask, environ: dict[str, str], records: Records
) -> None:
    environ["FLASK_ENV"] = "production"
    app.config["PRODGUARD_ACTION"] = "lgo"
    debugger = DebuggedApplication(app, evalex=True)

    assert served(app) == "200 OK"
    assert served(debugger, "/console") == "404 NOT FOUND"

    assert records[0].getMessage() == (
        "PRODGUARD_ACTION, from app.config['PRODGUARD_ACTION'], is not understood"
        " (the value is not shown). Accepted: raise, log and serve. Did you mean log?"
        " The default counts."
    )
    assert codes(records[1:]) == [["PG201"]]


def test_the_verdict_on_a_production_server_is_sent_once(app: Flask) -> None:
    seen: list[Verdict] = []

    def receive(sender: Flask, verdict: Verdict) -> None:
        seen.append(verdict)

    with launch_judged.connected_to(receive):
        served(app)
        served(app)

    assert [verdict.launch.via for verdict in seen] == [Via.WSGI]


def test_an_app_whose_guard_is_gone_is_served(app: Flask) -> None:
    app.extensions.clear()

    assert served(app) == "200 OK"


def wrapped_before_the_guard(environ: dict[str, str]) -> t.Any:
    app = Flask("shop")
    app.add_url_rule("/", view_func=lambda: str(1 / 0))
    debugger = DebuggedApplication(app, evalex=True)
    ProdGuard(app)
    environ["FLASK_ENV"] = "production"
    return debugger


def wrapped_inside(environ: dict[str, str]) -> t.Any:
    app = wrapped_before_the_guard(environ).app
    app.wsgi_app = DebuggedApplication(app.wsgi_app, evalex=True)
    return app


def wrapped_by_a_subclass(environ: dict[str, str]) -> t.Any:
    class Debugger(DebuggedApplication):
        def __init__(self, app: t.Any) -> None:
            super().__init__(app, evalex=True)

    return Debugger(wrapped_before_the_guard(environ).app)


def wrapped_below_a_dispatcher(environ: dict[str, str]) -> t.Any:
    return DispatcherMiddleware(wrapped_before_the_guard(environ), {})


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "make",
    [
        wrapped_before_the_guard,
        wrapped_inside,
        wrapped_by_a_subclass,
        wrapped_below_a_dispatcher,
    ],
)
def test_a_debugger_is_never_reachable_in_production(
    make: t.Callable[[dict[str, str]], t.Any],
    environ: dict[str, str],
    records: Records,
) -> None:
    wsgi = make(environ)

    assert served(wsgi, "/console") == "404 NOT FOUND"
    assert served(wsgi, "/?__debugger__=yes&cmd=resource&f=debugger.js") == (
        "500 INTERNAL SERVER ERROR"
    )
    assert Client(wsgi).get("/console").status_code == 404

    assert codes(records) == [["PG201"]]
    assert records[0].levelname == "ERROR"


def test_a_debugger_is_reported_when_it_is_made(
    app: Flask, environ: dict[str, str], records: Records
) -> None:
    environ["FLASK_ENV"] = "production"

    DebuggedApplication(app)

    assert codes(records) == [["PG201"]]


@pytest.mark.parametrize("variables", [{}, {"FLASK_ENV": "development"}])
def test_a_debugger_works_in_development(
    variables: dict[str, str], app: Flask, environ: dict[str, str], records: Records
) -> None:
    environ.update(variables)
    debugger = DebuggedApplication(app, evalex=True)

    assert served(debugger, "/console", HTTP_HOST="localhost") == "200 OK"
    assert records == []


def test_a_debugger_is_switched_off_where_others_reach_the_server(app: Flask) -> None:
    debugger = DebuggedApplication(app, evalex=True)
    beyond = {"gunicorn.socket": INET, "SERVER_NAME": "0.0.0.0"}

    for _ in range(2):
        assert served(debugger, "/console", **beyond) == "404 NOT FOUND"
        assert served(debugger, "/console", HTTP_HOST="localhost") == "200 OK"


def test_the_action_log_only_reports_a_debugger(
    app: Flask, environ: dict[str, str], records: Records
) -> None:
    environ.update(FLASK_ENV="production", FLASK_PRODGUARD_ACTION="log")
    debugger = DebuggedApplication(app, evalex=True)

    assert served(debugger, "/console", HTTP_HOST="localhost") == "200 OK"
    assert codes(records) == [["PG201"]]


def test_an_unguarded_apps_debugger_is_left_alone(
    app: Flask, environ: dict[str, str], records: Records
) -> None:
    environ["FLASK_ENV"] = "production"
    debugger = DebuggedApplication(Flask("other"), evalex=True)

    assert served(debugger, "/console", HTTP_HOST="localhost") == "200 OK"
    assert records == []


hidden: Flask


def test_a_debugger_around_a_global_app_is_switched_off(
    app: Flask, environ: dict[str, str], records: Records
) -> None:
    global hidden
    hidden = app
    environ["FLASK_ENV"] = "production"
    debugger = DebuggedApplication(lambda *call: hidden(*call), evalex=True)

    assert served(debugger, "/console") == "404 NOT FOUND"
    assert codes(records) == [["PG201"]]


def test_a_debugger_that_may_wrap_any_app_is_switched_off(
    app: Flask, environ: dict[str, str], records: Records
) -> None:
    late = Late()
    environ["FLASK_ENV"] = "production"
    debugger = DebuggedApplication(late.serve, evalex=True)
    assert records == []

    assert served(debugger, "/console") == "404 NOT FOUND"
    assert codes(records) == [["PG201"]]
    late.app = app
    assert served(debugger) == "200 OK"


def test_a_debugger_around_several_apps_is_judged_for_those_it_may_wrap(
    app: Flask, environ: dict[str, str]
) -> None:
    environ["FLASK_ENV"] = "production"
    late = Late()
    both = DispatcherMiddleware(late.serve, {"/other": Flask("other")})

    assert served(DebuggedApplication(both, evalex=True), "/console") == (
        "404 NOT FOUND"
    )


def test_the_debugger_without_its_console_path_is_switched_off_too(
    app: Flask, environ: dict[str, str]
) -> None:
    app.add_url_rule("/fail", "fail", lambda: str(1 / 0))
    app.config["PROPAGATE_EXCEPTIONS"] = True
    environ["FLASK_ENV"] = "production"
    debugger = DebuggedApplication(app, evalex=True)

    with pytest.raises(ZeroDivisionError):
        served(debugger.debug_application, "/fail")


def test_a_debugger_called_in_any_way_is_judged(
    app: Flask, environ: dict[str, str]
) -> None:
    environ["FLASK_ENV"] = "production"
    debugger = DebuggedApplication(app, evalex=True)
    request = create_environ("/console")
    statuses: list[str] = []

    def start_response(status: str, *_: object) -> t.Any:
        statuses.append(status)

    debugger(environ=request, start_response=start_response)

    assert statuses == ["404 NOT FOUND"]
    with pytest.raises(TypeError):
        debugger()  # type: ignore[call-arg]


def test_a_server_that_was_running_before_the_guard_refuses_every_request(
    app: Flask, environ: dict[str, str], records: Records
) -> None:
    late = Late()
    with running(late.make_server()) as url:
        late.app = app
        environ["FLASK_ENV"] = "production"
        assert [status_of(url), status_of(url)] == [500, 500]

    assert codes([r for r in records if "prodguard_codes" in vars(r)]) == [["PG101"]]
    assert vars(records[0])["prodguard_via"] == "a running Werkzeug server"
    assert (
        records[0]
        .getMessage()
        .startswith(
            "PG101: refuses to serve 'shop' with the development server, because"
        )
    )


def test_a_server_that_was_running_before_the_guard_serves_where_nothing_is_wrong(
    app: Flask, records: Records
) -> None:
    late = Late()
    with running(late.make_server()) as url:
        late.app = app
        assert status_of(url) == 200

    assert records == []
    assert not is_watched(app)


def test_a_server_that_was_judged_is_not_judged_again(
    app: Flask, environ: dict[str, str], records: Records
) -> None:
    with make_server("127.0.0.1", 0, app) as server:
        kept = state_of(app)
        assert kept is not None
        assert kept.has_judged(server)
        with running(server) as url:
            assert not is_watched(app)
            environ["FLASK_ENV"] = "production"
            assert status_of(url) == 200

    assert records == []


def test_another_server_than_the_judged_one_is_judged(
    app: Flask, environ: dict[str, str]
) -> None:
    with make_server("127.0.0.1", 0, app) as judged:
        kept = state_of(app)
        assert kept is not None
        assert kept.has_judged(judged)
        late = Late()
        with running(late.make_server()) as url:
            late.app = app
            environ["FLASK_ENV"] = "production"
            assert status_of(url) == 500


def test_a_judged_server_on_another_address_is_another_server(
    app: Flask, environ: dict[str, str]
) -> None:
    with make_server("127.0.0.2", 0, app) as judged:
        late = Late()
        assert judged.port
        with running(make_server("127.0.0.1", judged.port, late.serve)) as url:
            late.app = app
            environ["FLASK_ENV"] = "production"
            assert status_of(url) == 500


def test_closed_servers_do_not_disturb_the_next_one(app: Flask) -> None:
    closed = [make_server("127.0.0.1", 0, app) for _ in range(20)]
    for server in closed:
        server.server_close()

    with running(make_server("127.0.0.1", 0, app)) as url:
        assert status_of(url) == 200


def test_a_judged_server_on_a_unix_socket_is_known(app: Flask, tmp_path: Path) -> None:
    seen: list[Via] = []

    def receive(sender: Flask, verdict: Verdict) -> None:
        seen.append(verdict.launch.via)

    path = tmp_path / "s"
    with launch_judged.connected_to(receive):
        server = make_server(f"unix://{path}", 0, app)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(10)
            client.connect(str(path))
            client.sendall(b"GET / HTTP/1.0\r\n\r\n")
            answer = client.recv(100)
        server.shutdown()
        thread.join()

    assert b" 200 " in answer
    assert seen == [Via.WERKZEUG]


def test_a_debugger_made_by_run_simple_is_known_through_foreign_wrappers(
    app: Flask, environ: dict[str, str], records: Records
) -> None:
    environ.update(FLASK_ENV="production", FLASK_PRODGUARD_ACTION="log")
    make = DebuggedApplication.__init__

    @functools.wraps(make)
    def foreign(self: DebuggedApplication, *args: t.Any, **kwargs: t.Any) -> None:
        (lambda: make(self, *args, **kwargs))()

    with (
        mock.patch.object(DebuggedApplication, "__init__", foreign),
        mock.patch.object(BaseWSGIServer, "serve_forever", BaseWSGIServer.server_close),
    ):
        run_simple("127.0.0.1", 0, app, use_debugger=True)

    assert codes([r for r in records if "prodguard_codes" in vars(r)]) == [
        ["PG101", "PG201"]
    ]


def test_a_debugger_that_a_request_makes_is_judged_below_werkzeugs_server(
    app: Flask, environ: dict[str, str], records: Records
) -> None:
    def make() -> str:
        environ["FLASK_ENV"] = "production"
        DebuggedApplication(app)
        return "made"

    app.add_url_rule("/make", "make", make)
    with running(make_server("127.0.0.1", 0, app)) as url:
        assert status_of(f"{url}make") == 200

    assert codes(records) == [["PG201"]]


@pytest.fixture
def no_other_app(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process where no app was guarded yet."""
    monkeypatch.setattr(state, "_guarded", state.WeakIdentityMap())


class Maker:
    """Makes and guards its app at the first request."""

    def __call__(self, environ: t.Any, start_response: t.Any) -> t.Any:
        app = Flask("late")
        app.debug = True
        app.add_url_rule("/", view_func=lambda: str(1 / 0))
        ProdGuard(app)
        return app(environ, start_response)


@pytest.mark.usefixtures("no_other_app")
def test_an_error_of_an_app_that_its_debugger_did_not_know_propagates(
    environ: dict[str, str], records: Records
) -> None:
    hooks.install()
    environ["FLASK_ENV"] = "production"
    debugger = DebuggedApplication(Maker(), evalex=True)

    with pytest.raises(ZeroDivisionError):
        served(debugger)

    hooks.remove()
    assert debugger.frames == {}
    assert codes(records) == [["PG202"], ["PG201"]]


@pytest.mark.usefixtures("no_other_app")
def test_an_error_is_shown_in_development(environ: dict[str, str]) -> None:
    hooks.install()
    environ["FLASK_ENV"] = "development"
    debugger = DebuggedApplication(Maker(), evalex=True)

    assert served(debugger) == "500 INTERNAL SERVER ERROR"

    hooks.remove()
    assert debugger.frames


def test_a_server_that_was_left_alone_is_judged_whatever_has_answered_before(
    app: Flask, environ: dict[str, str], records: Records
) -> None:
    late = Late()
    with running(late.make_server()) as url:
        late.app = app
        assert served(app) == "200 OK"
        environ["FLASK_ENV"] = "production"
        assert [status_of(url), status_of(url)] == [500, 500]
        assert served(app) == "200 OK"

    assert codes([r for r in records if "prodguard_codes" in vars(r)]) == [["PG101"]]


def test_a_production_server_is_judged_once_while_another_is_watched(
    app: Flask, environ: dict[str, str], records: Records
) -> None:
    app.debug = True
    server = make_server("127.0.0.1", 0, Flask("metrics"))
    with server, answer_under_way(server):
        served(app)
        assert is_watched(app)
        environ["FLASK_ENV"] = "production"
        served(app)

    assert records == []
    served(app)
    assert not is_watched(app)


def test_an_answer_by_an_unknown_server_is_judged(app: Flask) -> None:
    seen: list[Via] = []

    def receive(sender: Flask, verdict: Verdict) -> None:
        seen.append(verdict.launch.via)

    with launch_judged.connected_to(receive):
        # As if its class had its own way to answer.
        served(app, **t.cast("t.Any", {"werkzeug.socket": INET}))

    assert seen == [Via.RUNNING]
    assert not is_watched(app)


def test_a_debugger_that_nothing_can_judge_answers_nobody(
    app: Flask, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    debugger = DebuggedApplication(app, evalex=True)
    find_watch.cache_clear()
    monkeypatch.setitem(sys.modules, "flask_prodguard.guard.watch_requests", None)
    environ["FLASK_ENV"] = "production"

    status = served(debugger, "/fails")

    assert status == "404 NOT FOUND"
    with failing(app), pytest.raises(LookupError, match="out of stock"):
        served(debugger)


def test_a_debugger_around_an_app_that_no_look_reaches_is_switched_off(
    app: Flask, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    environ["FLASK_ENV"] = "production"
    debugger = DebuggedApplication(app, evalex=True)
    monkeypatch.setattr(facts, "flask_apps", lambda wsgi: ())

    with failing(app), pytest.raises(LookupError, match="out of stock"):
        served(debugger)


def test_what_can_not_be_worded_is_logged_and_refused_by_its_codes(
    app: Flask,
    environ: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    records: Records,
) -> None:
    environ["FLASK_ENV"] = "production"
    app.debug = True
    monkeypatch.setitem(sys.modules, "flask_prodguard.report.message", None)

    served(app)
    with pytest.raises(UnsafeLaunchError) as refused:
        app.run(debug=False)

    assert [each.getMessage() for each in records] == [
        "PG202: debug mode is on, and this is production: FLASK_ENV=production",
        "PG101: this is production: FLASK_ENV=production",
    ]
    assert str(refused.value) == "PG101: this is production: FLASK_ENV=production"
    assert refused.value.verdict.codes == ("PG101",)
    assert refused.value.remedy is None
