from __future__ import annotations

import contextlib
import http.client
import json
import logging
import os
import signal
import socket
import threading
import typing as t
from unittest import mock

import pytest
from flask import Flask
from flask import request
from flask import Response
from werkzeug import _reloader
from werkzeug.debug import DebuggedApplication
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import BaseWSGIServer
from werkzeug.serving import make_server
from werkzeug.serving import run_simple
from werkzeug.test import create_environ
from werkzeug.test import run_wsgi_app

from flask_prodguard import ProdGuard
from flask_prodguard import UnsafeLaunchError
from flask_prodguard.guard import hooks
from flask_prodguard.guard import serve as serving
from flask_prodguard.guard.serve import serve
from flask_prodguard.guard.serve import SERVED
from flask_prodguard.judging.launch import Via
from flask_prodguard.judging.verdict import Obstacle
from flask_prodguard.judging.verdict import Outcome
from flask_prodguard.judging.verdict import Verdict

PATIENCE = 15.0
URI_NAMES = ("RAW_URI", "REQUEST_URI")


class Shop:
    """An app whose requests a test holds open."""

    def __init__(self) -> None:
        self.app = Flask("shop")
        # Those of other tests may still be ending.
        self.others = {*threading.enumerate()}
        self.asked = threading.Event()
        self.answering = threading.Event()
        self.app.add_url_rule("/", view_func=self.index)
        self.app.add_url_rule("/held", view_func=self.held)

    def index(self) -> dict[str, t.Any]:
        threads = {*threading.enumerate()} - self.others
        names = sorted(each.name for each in threads)
        return {
            "served": request.environ[SERVED],
            "name": request.environ["SERVER_NAME"],
            "from": request.headers.get("X-Forwarded-For"),
            "threads": [name for name in names if name.startswith("waitress")],
        }

    def held(self) -> str:
        self.asked.set()
        assert self.answering.wait(PATIENCE)
        return "held"


@pytest.fixture
def shop() -> t.Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.answering.set()


def connected(server: BaseWSGIServer) -> socket.socket:
    address = server.socket.getsockname()
    family = server.address_family
    connection = socket.socket(family)
    connection.settimeout(PATIENCE)
    try:
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


def ask(connection: socket.socket, path: str, *lines: str) -> None:
    head = [f"GET {path} HTTP/1.1", "Host: shop.test", *lines, "", ""]
    connection.sendall("\r\n".join(head).encode())


def answer(connection: socket.socket) -> bytes:
    with http.client.HTTPResponse(connection) as response:
        response.begin()
        return response.read()


@contextlib.contextmanager
def serving_in_thread(server: BaseWSGIServer) -> t.Iterator[threading.Thread]:
    thread = threading.Thread(target=serve, args=(server, 0.05))
    thread.start()
    yield thread
    if thread.is_alive():
        server.shutdown()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    server.server_close()


def test_an_app_is_served_until_another_thread_shuts_the_server_down(
    shop: Shop,
) -> None:
    server = make_server("127.0.0.1", 0, shop.app, threaded=True)
    with serving_in_thread(server), connected(server) as client:
        for _ in range(2):
            # The connection is kept.
            ask(client, "/", "X-Forwarded-For: 192.0.2.1")
            shown = json.loads(answer(client))
            # The first may not be idle yet when the second request comes.
            assert shown.pop("threads")[0] == "waitress-0"
            assert shown == {"from": "192.0.2.1", "name": "127.0.0.1", "served": True}

    assert server.socket.fileno() == -1


def test_sigterm_ends_the_process_of_a_server_in_a_thread_after_the_answers(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    server = make_server("127.0.0.1", 0, shop.app, threaded=True)
    address = server.socket.getsockname()
    thread = threading.Thread(target=serve, args=(server, 0.05))
    thread.start()
    with connected(server) as client:
        ask(client, "/held")
        assert shop.asked.wait(PATIENCE)
        os.kill(os.getpid(), signal.SIGTERM)
        with contextlib.suppress(ConnectionError):
            # Until nobody new is let in.
            while True:
                socket.create_connection(address).close()
        assert ended == []
        shop.answering.set()

        assert answer(client) == b"held"
    thread.join(PATIENCE)
    server.server_close()

    assert ended == [0]
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_a_handler_that_the_program_sets_while_a_thread_serves_stays(
    own_handler: list[t.Any], shop: Shop
) -> None:
    with serving._SignalsOfThread() as signals:
        # The program had one before.
        assert signals.received == 0
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with serving._SignalsOfThread() as signals:
        signal.signal(signal.SIGTERM, before)
        assert signals.received == 0

    assert signal.getsignal(signal.SIGTERM) is before


def test_the_whole_target_is_there_under_both_names(shop: Shop) -> None:
    shop.app.add_url_rule(
        "/uri", view_func=lambda: [request.environ[name] for name in URI_NAMES]
    )
    server = make_server("127.0.0.1", 0, shop.app, threaded=True)
    with serving_in_thread(server), connected(server) as client:
        ask(client, "/uri?a=%41")

        assert json.loads(answer(client)) == ["/uri?a=%41"] * 2


@pytest.mark.parametrize("path", ["/stream", "/"])
def test_nothing_comes_after_the_head_of_what_was_asked_for_alone(
    shop: Shop, path: str
) -> None:
    shop.app.add_url_rule(
        "/stream", view_func=lambda: Response(iter(["one", "two"]), mimetype="a/b")
    )
    server = make_server("127.0.0.1", 0, shop.app, threaded=True)
    with serving_in_thread(server), connected(server) as client:
        lines = [f"HEAD {path} HTTP/1.1", "Host: x", "Connection: close", "", ""]
        client.sendall("\r\n".join(lines).encode())

        received = client.makefile("rb").read()

    assert received.startswith(b"HTTP/1.1 200 OK\r\n")
    assert received.index(b"\r\n\r\n") == len(received) - 4


def test_a_unix_socket_is_served(shop: Shop, tmp_path: t.Any) -> None:
    server = make_server(f"unix://{tmp_path / 's'}", 0, shop.app)
    with serving_in_thread(server), connected(server) as client:
        ask(client, "/")

        assert b'"name":"localhost"' in answer(client)


def test_a_thread_is_started_where_none_is_idle(shop: Shop) -> None:
    server = make_server("127.0.0.1", 0, shop.app, threaded=True)
    with (
        serving_in_thread(server),
        connected(server) as first,
        connected(server) as second,
    ):
        ask(first, "/held")
        assert shop.asked.wait(PATIENCE)
        ask(second, "/")
        assert b'["waitress-0","waitress-1"]' in answer(second)
        shop.answering.set()
        assert answer(first) == b"held"


def test_a_server_without_threads_answers_one_request_at_a_time(shop: Shop) -> None:
    server = make_server("127.0.0.1", 0, shop.app)
    with (
        serving_in_thread(server),
        connected(server) as first,
        connected(server) as second,
    ):
        ask(first, "/held")
        assert shop.asked.wait(PATIENCE)
        ask(second, "/")
        shop.answering.set()
        assert answer(first) == b"held"
        assert b'"threads":["waitress-0"]' in answer(second)


def test_what_is_open_is_answered_before_it_ends(shop: Shop) -> None:
    server = make_server("127.0.0.1", 0, shop.app, threaded=True)
    with (
        serving_in_thread(server) as thread,
        connected(server) as open_,
        connected(server) as idle,
    ):
        ask(idle, "/")
        assert answer(idle)
        ask(open_, "/held")
        assert shop.asked.wait(PATIENCE)
        shutdown = threading.Thread(target=server.shutdown)
        shutdown.start()
        # An idle connection is closed.
        assert idle.recv(1) == b""
        assert shutdown.is_alive()
        shop.answering.set()
        assert answer(open_) == b"held"
        shutdown.join(PATIENCE)
        thread.join(PATIENCE)


def test_what_takes_too_long_is_cut_off(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "GRACE", 0.1)
    monkeypatch.setattr(serving, "_THREADS_END", 0.1)
    server = make_server("127.0.0.1", 0, shop.app, threaded=True)
    with serving_in_thread(server) as thread, connected(server) as client:
        ask(client, "/held")
        assert shop.asked.wait(PATIENCE)
        server.shutdown()
        thread.join(PATIENCE)

        assert client.recv(1) == b""


@contextlib.contextmanager
def when_asked(
    shop: Shop, server: BaseWSGIServer, do: t.Any
) -> t.Iterator[list[bytes]]:
    """Ask for the page that is held, do something, and have it answered."""
    answers: list[bytes] = []

    def run() -> None:
        with connected(server) as client:
            ask(client, "/held")
            assert shop.asked.wait(PATIENCE)
            do()
            answers.append(answer(client))

    thread = threading.Thread(target=run)
    thread.start()
    yield answers
    thread.join(PATIENCE)
    server.server_close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_its_handler_is_put_back(
    shop: Shop, number: signal.Signals
) -> None:
    before = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)]
    server = make_server("127.0.0.1", 0, shop.app, threaded=True)

    def end() -> None:
        os.kill(os.getpid(), number)
        shop.answering.set()

    with when_asked(shop, server, end) as answers:
        serve(server)

    assert answers == [b"held"]
    after = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)]
    assert after == before


def test_a_forked_process_holds_up_no_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving._Signals(lambda: None):
        assert signal.getsignal(signal.SIGTERM) != signal.SIG_DFL
        serving._release_all()
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    monkeypatch.delattr(os, "register_at_fork", raising=False)
    serving._release_in_children()


def test_a_handler_that_is_set_meanwhile_stays_in_a_forked_process() -> None:
    held = serving._SignalsOfThread()
    with (
        mock.patch.object(signal, "getsignal", return_value=signal.SIG_IGN),
        mock.patch("faulthandler.unregister") as unregister,
    ):
        held.release()
    unregister.assert_not_called()


def test_a_second_signal_ends_it_at_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_THREADS_END", 0.0)
    server = make_server("127.0.0.1", 0, shop.app, threaded=True)
    address = server.socket.getsockname()
    ended: list[bytes] = []

    def end() -> None:
        with socket.create_connection(address, timeout=PATIENCE) as client:
            ask(client, "/held")
            assert shop.asked.wait(PATIENCE)
            os.kill(os.getpid(), signal.SIGTERM)
            with contextlib.suppress(ConnectionError):
                # Until no new connection is accepted.
                while True:
                    socket.create_connection(address).close()
            os.kill(os.getpid(), signal.SIGTERM)
            ended.append(client.recv(1))

    thread = threading.Thread(target=end)
    thread.start()
    serve(server)
    thread.join(PATIENCE)
    server.server_close()

    assert ended == [b""]


@pytest.fixture
def own_handler() -> t.Iterator[list[t.Any]]:
    """The program's own handler, which raises what the test puts there."""
    raised: list[t.Any] = []

    def handle(*_: object) -> None:
        raise raised[0]

    before = signal.signal(signal.SIGTERM, handle)
    yield raised
    signal.signal(signal.SIGTERM, before)


def test_what_a_handler_of_the_program_raises_goes_on_after_the_answers(
    shop: Shop, own_handler: list[t.Any]
) -> None:
    own_handler.append(SystemExit(7))
    server = make_server("127.0.0.1", 0, shop.app, threaded=True)

    def end() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        shop.answering.set()

    with when_asked(shop, server, end) as answers, pytest.raises(SystemExit):
        serve(server)

    assert answers == [b"held"]


def test_a_keyboard_interrupt_ends_it_as_it_ends_werkzeugs_server(
    shop: Shop, own_handler: list[t.Any]
) -> None:
    own_handler.append(KeyboardInterrupt())
    server = make_server("127.0.0.1", 0, shop.app, threaded=True)

    def end() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        shop.answering.set()

    with when_asked(shop, server, end) as answers:
        serve(server)

    assert answers == [b"held"]


def test_a_handler_that_was_replaced_meanwhile_is_left_alone() -> None:
    before = signal.getsignal(signal.SIGTERM)

    with serving._Signals(lambda: None) as signals:
        assert signals.received == 0
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    signal.signal(signal.SIGTERM, before)


Records: t.TypeAlias = list[logging.LogRecord]


@pytest.fixture
def in_production(environ: dict[str, str]) -> None:
    environ.update(FLASK_ENV="production", FLASK_PRODGUARD_ACTION="serve")


@pytest.fixture
def served() -> t.Iterator[mock.Mock]:
    """What waitress would serve. It ends at once."""
    with mock.patch("flask_prodguard.guard.watch_launches.serve") as serve:
        yield serve


def server_in(served: mock.Mock) -> BaseWSGIServer:
    (server,) = served.call_args.args
    assert isinstance(server, BaseWSGIServer)
    return server


@pytest.mark.usefixtures("in_production")
def test_app_run_is_served_by_waitress_with_one_error_and_one_signal(
    app: Flask, served: mock.Mock, records: Records, verdicts: list[Verdict]
) -> None:
    app.run("127.0.0.1", 0, True)

    assert server_in(served).app is app
    assert server_in(served).socket.fileno() == -1
    assert not app.debug
    assert [record.levelname for record in records] == ["ERROR"]
    message = records[0].getMessage()
    assert message.startswith(
        "PG101, PG201: flask-prodguard found an unsafe start of the development server"
        " of 'shop'.\n"
        "The app is served by waitress instead. The call is in "
    )
    assert "\n\nWhat was found:\n  PG101" in message
    assert "How to fix it:" in message
    assert [(each.outcome, each.codes) for each in verdicts] == [
        (Outcome.SERVE, ("PG101", "PG201"))
    ]


def test_debug_mode_in_code_is_what_is_reported_although_it_is_off_by_then(
    app: Flask, environ: dict[str, str], served: mock.Mock, verdicts: list[Verdict]
) -> None:
    environ["FLASK_PRODGUARD_ACTION"] = "serve"

    app.run(port=0, debug=True)

    served.assert_called_once()
    assert [each.codes for each in verdicts] == [("PG103",)]


@pytest.mark.usefixtures("in_production")
def test_run_simple_is_served_without_its_reloader_and_debugger(
    app: Flask, served: mock.Mock, verdicts: list[Verdict]
) -> None:
    app.debug = True
    with mock.patch.object(_reloader, "run_with_reloader") as reloader:
        run_simple("127.0.0.1", 0, app, use_reloader=True, use_debugger=True)
        # Another server's reloader doesn't matter.
        _reloader.run_with_reloader(print, interval=2)
        hooks.remove()
        restored = _reloader.run_with_reloader

    reloader.assert_called_once_with(print, interval=2)
    assert restored is reloader
    assert not app.debug
    assert isinstance(server_in(served).app, DebuggedApplication)
    assert [each.outcome for each in verdicts] == [Outcome.SERVE]


@pytest.mark.usefixtures("in_production", "served")
def test_a_capture_leaves_the_reloader_of_a_served_app_held(app: Flask) -> None:
    with mock.patch.object(_reloader, "run_with_reloader") as reloader:
        server = make_server("127.0.0.1", 0, app)
        with hooks.diverted({}):
            pass
        _reloader.run_with_reloader(server.serve_forever)
        hooks.remove()

    reloader.assert_not_called()


@pytest.mark.usefixtures("in_production", "served")
@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:{port}"),
        ("::1", "http://[::1]:{port}"),
        ("unix://{folder}/s", "unix://{folder}/s"),
    ],
)
def test_it_is_announced_as_what_it_is(
    app: Flask, host: str, url: str, tmp_path: t.Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "werkzeug")
    server = make_server(host.format(folder=tmp_path), 0, app)

    server.log_startup()
    server.serve_forever()

    shown = url.format(folder=tmp_path, port=server.port)
    assert caplog.messages[0] == f" * Running on {shown}, served by waitress"


def test_werkzeugs_own_announcement_is_left_alone(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "werkzeug")
    server = make_server("127.0.0.1", 0, app)
    server.log_startup()
    server.server_close()
    hooks.remove()
    unguarded = make_server("127.0.0.1", 0, Flask("other"))
    unguarded.log_startup()
    unguarded.server_close()

    assert all("This is a development server" in each for each in caplog.messages)


@pytest.mark.usefixtures("in_production")
def test_what_fails_leaves_nothing_half_served(app: Flask, served: mock.Mock) -> None:
    served.side_effect = OSError("no more threads")
    server = make_server("127.0.0.1", 0, app)

    with pytest.raises(OSError, match="no more threads"):
        server.serve_forever()

    assert server.socket.fileno() == -1


def refused(start: t.Callable[[], object]) -> Verdict:
    with pytest.raises(UnsafeLaunchError) as raised:
        start()
    return raised.value.verdict


@pytest.mark.usefixtures("in_production")
def test_what_waitress_can_not_serve_is_refused_in_full(
    app: Flask, served: mock.Mock, records: Records
) -> None:
    with pytest.raises(UnsafeLaunchError) as raised:
        app.run(ssl_context="adhoc", passthrough_errors=True)

    assert raised.value.verdict.is_refused
    assert raised.value.verdict.obstacles == (
        Obstacle(
            "TLS was asked for (ssl_context), and waitress has none",
            "Leave it out and let a proxy do TLS, or serve the app with gunicorn.",
        ),
        Obstacle(
            "passthrough_errors was passed, and errors don't end waitress",
            "Leave it out.",
        ),
    )
    paragraph = str(raised.value).split("\n\n")[2]
    assert " ".join(paragraph.split()) == (
        "PRODGUARD_ACTION is 'serve', but waitress can't serve this start: TLS was"
        " asked for (ssl_context), and waitress has none. Leave it out and let a proxy"
        " do TLS, or serve the app with gunicorn. passthrough_errors was passed, and"
        " errors don't end waitress. Leave it out."
    )
    assert ", and waitress can't serve it: TLS was asked" in records[0].getMessage()
    served.assert_not_called()


@pytest.mark.usefixtures("in_production")
def test_an_obstacle_that_only_the_server_shows_refuses_it(
    app: Flask, served: mock.Mock
) -> None:
    def start() -> None:
        class Server(BaseWSGIServer):
            pass

        Server("127.0.0.1", 0, app)

    verdict = refused(start)

    assert [each.seen for each in verdict.obstacles] == [
        "the server's class is not one of Werkzeug's own"
    ]


@pytest.mark.usefixtures("in_production")
def test_a_single_request_is_refused(app: Flask, served: mock.Mock) -> None:
    server = make_server("127.0.0.1", 0, app)

    verdict = refused(server.handle_request)

    server.server_close()
    assert [each.seen for each in verdict.obstacles] == [
        "handle_request() answers a single request, and waitress goes on"
    ]


@pytest.mark.usefixtures("in_production")
def test_the_strictest_of_several_apps_counts(app: Flask, served: mock.Mock) -> None:
    strict = Flask("strict")
    ProdGuard(strict)
    del os.environ["FLASK_PRODGUARD_ACTION"]
    app.config["PRODGUARD_ACTION"] = "serve"
    both = DispatcherMiddleware(app, {"/strict": strict})

    verdict = refused(lambda: make_server("127.0.0.1", 0, both))

    assert (verdict.launch.app, verdict.obstacles) == ("strict", ())


@pytest.mark.usefixtures("in_production")
def test_a_server_that_was_running_before_the_guard_is_refused(
    environ: dict[str, str],
) -> None:
    app = Flask("shop")
    app.add_url_rule("/", view_func=lambda: "served")
    app.config["PROPAGATE_EXCEPTIONS"] = True
    with make_server("127.0.0.1", 0, app) as server:
        ProdGuard(app)
        environ_of_request = create_environ("/", base_url="http://127.0.0.1")
        environ_of_request["werkzeug.socket"] = server.socket

        verdict = refused(lambda: run_wsgi_app(app, environ_of_request))

        server.server_close()
    hooks.remove()
    assert verdict.launch.via is Via.RUNNING
    assert [each.seen for each in verdict.obstacles] == [
        "the server was running before the guard was applied"
    ]


@pytest.mark.parametrize(("mark", "answer"), [({SERVED: True}, b"served"), ({}, None)])
def test_a_debugger_never_answers_below_waitress(
    app: Flask, mark: dict[str, bool], answer: bytes | None
) -> None:
    # On a laptop, it would.
    debugger = DebuggedApplication(app, evalex=True)
    resource = {"__debugger__": "yes", "cmd": "resource", "f": "style.css"}
    environ = create_environ("/", "http://localhost", query_string=resource)

    body = b"".join(run_wsgi_app(debugger, {**environ, **mark})[0])

    assert (body == b"served") is (answer is not None)
