"""With the action ``serve``, waitress serves the same app, on the same address and in
the same process. Where it can't, the launch is refused.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import signal
import socket
from pathlib import Path

import pytest

from .conftest import Site
from .process import assert_refused
from .process import assert_served
from .process import codes_in
from .process import FLASK
from .process import Process
from .process import PYTHON
from .process import require

DEVELOPMENT = {"FLASK_PRODGUARD_ENVIRONMENT": "development"}
SERVE = {"FLASK_PRODGUARD_ACTION": "serve"}
HEROKU = {"DYNO": "web.1", **SERVE}

# What the app shows of a request, and pages that are hard to serve.
PAGES = """
import threading
from flask import request

waiting = threading.Barrier(33)


@app.route("/request", methods=["GET", "POST"])
def show():
    return {
        "method": request.method,
        "url": request.url,
        "from": request.remote_addr,
        "forwarded": request.headers.get("X-Forwarded-For"),
        "length": len(request.get_data()),
        "debug": app.debug,
    }


@app.get("/together")
def together():
    waiting.wait(15)
    return "together"


@app.get("/stream")
def stream():
    def lines():
        try:
            yield "first\\n"
            while True:
                yield "x" * 4096
        finally:
            print("the stream was closed", flush=True)

    return app.response_class(lines())


@app.get("/slow")
def slow():
    import time
    print("slow begins", flush=True)
    time.sleep(1.5)
    return "slow"


"""
PROXIED = """
from werkzeug.middleware.proxy_fix import ProxyFix
app.wsgi_app = ProxyFix(app.wsgi_app)
"""
MOUNTS = """
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import run_simple
run_simple('127.0.0.1', port, DispatcherMiddleware(app, {'/other': app}), threaded=True)
"""
MAKE_SERVER = """
from werkzeug.serving import make_server
make_server('127.0.0.1', port, app, threaded=True).serve_forever()
"""
MIDDLEWARE = """
class Middleware:
    def __init__(self, wsgi): self.wsgi = wsgi
    def __call__(self, *call): return self.wsgi(*call)
app.wsgi_app = Middleware(app.wsgi_app)
app.run(port=port)
"""
RELOADED = """
from werkzeug.serving import run_simple
run_simple('127.0.0.1', port, app, threaded=True, use_reloader=True, use_debugger=True)
"""
DEBUG = ", use_reloader=True, use_debugger=True"
INHERITED = """
import socket
from werkzeug.serving import make_server
with socket.create_server(('127.0.0.1', port)) as bound:
    server = make_server('127.0.0.1', port, app, threaded=True, fd=bound.fileno())
server.serve_forever()
"""
IN_THREAD = """
import threading
thread = threading.Thread(target=app.run, kwargs={'port': port}, daemon=True)
thread.start()
thread.join()
"""
SOCKETIO = """
from flask_socketio import SocketIO
socketio = SocketIO(app, async_mode='threading', transports=['polling'])
socketio.run(app, port=port, allow_unsafe_werkzeug=True)
"""
PY = (PYTHON, "app.py")
STARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "app.run": ("app.run(port=port)", PY),
    "app.run with debug": ("app.run('127.0.0.1', port, True)", PY),
    "python -m": ("app.run(port=port)", (PYTHON, "-m", "app")),
    "in a thread": (IN_THREAD, PY),
    "behind ProxyFix": (f"{PROXIED}app.run(port=port)", PY),
    "behind middleware": (MIDDLEWARE, PY),
    "run_simple": (MOUNTS, PY),
    "run_simple with the reloader": (RELOADED, PY),
    "make_server": (MAKE_SERVER, PY),
    "on an inherited socket": (INHERITED, PY),
    "flask run": ("", (*FLASK, "run")),
    "flask run with debug": ("", (*FLASK, "run", "--debug")),
    "Flask-SocketIO": (SOCKETIO, PY),
}


def exchange(port: int, sent: bytes) -> tuple[int, bytes]:
    """Send a request in one piece, and read the answer to its end.

    :param port: where the server listens.
    :param sent: the request.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=15) as connection:
        connection.sendall(sent)
        with http.client.HTTPResponse(connection, method=_method(sent)) as response:
            response.begin()
            return response.status, response.read()


def _method(sent: bytes) -> str:
    return sent.partition(b" ")[0].decode()


def head(method: str, path: str, *lines: str) -> bytes:
    """The head of a request.

    :param method: its method.
    :param path: what is asked for.
    :param lines: its headers.
    """
    words = [f"{method} {path} HTTP/1.1", "Host: shop.test", "Connection: close"]
    return "\r\n".join([*words, *lines, "", ""]).encode()


FORWARDED = (
    "X-Forwarded-For: 192.0.2.9",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Host: shop.example",
)
BODY = b"0123456789" * 300_000
REQUESTS = {
    "GET": head("GET", "/request"),
    "HEAD": head("HEAD", "/request"),
    "HEAD of a stream": head("HEAD", "/stream"),
    "a missing page": head("GET", "/missing"),
    "an error": head("GET", "/fail"),
    "forwarded": head("GET", "/request", *FORWARDED),
    "a large upload": head("POST", "/request", f"Content-Length: {len(BODY)}") + BODY,
    "a chunked upload": head("POST", "/request", "Transfer-Encoding: chunked")
    + b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
    "100-continue": head(
        "POST", "/request", "Content-Length: 5", "Expect: 100-continue"
    )
    + b"hello",
    "a quoted path": head("GET", "/request/%C3%A9?q=%C3%A9"),
}


def all_answers(process: Process) -> dict[str, tuple[int, bytes]]:
    """What a server answers to every request.

    :param process: the server.
    """
    assert_served(process)
    return {name: exchange(process.port, sent) for name, sent in REQUESTS.items()}


@pytest.mark.parametrize(("code", "command"), STARTS.values(), ids=STARTS)
def test_waitress_serves_the_same_app(
    site: Site, code: str, command: tuple[str, ...]
) -> None:
    if "socketio" in code:
        require("flask_socketio")
    site.app(code.replace("port, True", "port").replace(DEBUG, ""), before=PAGES)
    port = {"FLASK_RUN_PORT": str(site.port)}
    without = tuple(word for word in command if word != "--debug")
    werkzeug = site.start(*without, **DEVELOPMENT, **port)
    expected = all_answers(werkzeug)
    assert werkzeug.server.startswith("Werkzeug/")
    werkzeug.stop()
    site.app(code, before=PAGES)

    process = site.start(*command, **HEROKU, **port)

    assert all_answers(process) == expected
    assert process.server == "waitress"
    assert ("https://shop.test" in str(expected)) is ("ProxyFix" in code)
    assert codes_in(process.output)[0] == "PG101", process.output
    assert process.output.count("served by waitress instead") == 1
    assert "This is a development server" not in process.output
    assert "Restarting with" not in process.output
    announced = f"Running on http://127.0.0.1:{site.port}, served by waitress"
    assert (announced in process.output) is ("make_server" not in code)


@pytest.mark.parametrize("code", ["app.run(port=port)", MAKE_SERVER])
def test_many_clients_are_answered_at_once(site: Site, code: str) -> None:
    site.app(code, before=PAGES)
    process = site.start(*PY, **HEROKU)
    assert_served(process)
    with contextlib.ExitStack() as stack:
        clients = [
            stack.enter_context(socket.create_connection(("127.0.0.1", site.port)))
            for _ in range(32)
        ]
        for client in clients:
            client.sendall(head("GET", "/together"))

        answer = process.get("/together")

    assert answer.body == "together"


def test_one_request_is_answered_at_a_time_where_threads_were_not_wanted(
    site: Site,
) -> None:
    names = "sorted({t.name for t in threading.enumerate() if 'waitress' in t.name})"
    site.app(
        f"import threading\napp.add_url_rule('/t', view_func=lambda: {names})\n"
        "app.run(port=port, threaded=False)"
    )
    process = site.start(*PY, **HEROKU)

    assert process.get("/t").body.strip() == '["waitress-0"]'


def test_a_stream_is_closed_when_its_client_is_gone(site: Site) -> None:
    site.app("app.run(port=port)", before=PAGES)
    process = site.start(*PY, **HEROKU)
    assert_served(process)
    with socket.create_connection(("127.0.0.1", site.port)) as client:
        client.sendall(head("GET", "/stream"))
        assert client.recv(15) == b"HTTP/1.1 200 OK"

    process.wait_output("the stream was closed")
    assert_served(process)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_after_the_open_requests(site: Site, number: int) -> None:
    site.app("app.run(port=port)\nprint('what stands behind it')", before=PAGES)
    process = site.start(*PY, **HEROKU)
    assert_served(process)
    with socket.create_connection(("127.0.0.1", site.port), timeout=15) as client:
        client.sendall(head("GET", "/slow"))
        process.wait_output("slow begins")
        process.send(number)

        answer = client.makefile("rb").read()

    assert answer.endswith(b"\r\n\r\nslow")
    assert process.wait_exit() == 0
    assert "what stands behind it" in process.output


def test_sigterm_ends_a_server_in_a_thread_after_the_open_requests(site: Site) -> None:
    site.app(
        "threading.Thread(target=lambda: app.run(port=port)).start()\n"
        "threading.Event().wait()\n",
        before=PAGES,
    )
    process = site.start(*PY, **HEROKU)
    assert_served(process)
    with socket.create_connection(("127.0.0.1", site.port), timeout=15) as client:
        client.sendall(head("GET", "/slow"))
        process.wait_output("slow begins")
        process.send(signal.SIGTERM)

        assert client.makefile("rb").read().endswith(b"\r\n\r\nslow")

    assert process.wait_exit() == 0


def test_sigterm_ends_the_servers_of_the_main_thread_and_of_another(
    site: Site,
) -> None:
    site.app(
        "from werkzeug.serving import make_server\n"
        "other = make_server('unix://other.sock', 0, app)\n"
        "threading.Thread(target=other.serve_forever).start()\n"
        "app.run(port=port)\n"
        "print('what stands behind it')",
        before=PAGES,
    )
    process = site.start(*PY, **HEROKU)
    assert_served(process)

    process.send(signal.SIGTERM)

    assert process.wait_exit() == 0
    assert "what stands behind it" in process.output


CHILD = """
import multiprocessing

context = multiprocessing.get_context("fork")
started = context.Event()


def work():
    started.set()
    threading.Event().wait(60)


@app.get("/child")
def child():
    process = context.Process(target=work)
    process.start()
    started.wait(10)
    process.terminate()
    process.join(10)
    return f"ended with {process.exitcode}"
"""


@pytest.mark.parametrize(
    "run",
    [
        "app.run(port=port)",
        "threading.Thread(target=lambda: app.run(port=port)).start()",
    ],
    ids=["in the main thread", "in a thread"],
)
def test_a_signal_ends_a_process_that_a_request_has_forked(
    site: Site, run: str
) -> None:
    site.app(f"{run}\n", before=PAGES + CHILD)
    process = site.start(PYTHON, "-W", "ignore::DeprecationWarning", "app.py", **HEROKU)

    assert process.get("/child").body == "ended with -15"


def test_a_second_signal_ends_it_at_once(site: Site) -> None:
    site.app("app.run(port=port)\nprint('what stands behind it')", before=PAGES)
    process = site.start(*PY, **HEROKU)
    assert_served(process)
    with socket.create_connection(("127.0.0.1", site.port)) as client:
        client.sendall(head("GET", "/stream"))
        assert client.recv(15) == b"HTTP/1.1 200 OK"
        process.send(signal.SIGTERM)
        refused = False
        while not refused:
            # No new connection is accepted meanwhile.
            try:
                socket.create_connection(("127.0.0.1", site.port)).close()
            except ConnectionError:
                refused = True
        process.send(signal.SIGTERM)

        assert process.wait_exit() == 0

    assert "what stands behind it" in process.output


def test_a_handler_of_the_programs_own_is_called_and_ends_it(site: Site) -> None:
    site.app(
        "import signal, sys\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))\n"
        "app.run(port=port)\n",
        before=PAGES,
    )
    process = site.start(*PY, **HEROKU)
    assert_served(process)
    with socket.create_connection(("127.0.0.1", site.port), timeout=15) as client:
        client.sendall(head("GET", "/slow"))
        process.wait_output("slow begins")
        process.send(signal.SIGTERM)

        assert client.makefile("rb").read().endswith(b"slow")

    assert process.wait_exit() == 7


def test_shutdown_from_another_thread_ends_it(site: Site) -> None:
    site.app(
        "import threading\n"
        "from werkzeug.serving import make_server\n"
        "server = make_server('127.0.0.1', port, app, threaded=True)\n"
        "def end():\n"
        "    threading.Thread(target=server.shutdown).start()\n"
        "    return 'ending'\n"
        "app.add_url_rule('/end', view_func=end)\n"
        "thread = threading.Thread(target=server.serve_forever)\n"
        "thread.start()\n"
        "thread.join()\n"
        "print('what stands behind it')\n"
    )
    process = site.start(*PY, **HEROKU)

    assert process.get("/end").body == "ending"

    assert process.wait_exit() == 0
    assert "what stands behind it" in process.output


ADDRESSES = {
    "port 0": ("app.run(port=0)", r"Running on http://127\.0\.0\.1:(\d+), served by"),
    "IPv6": ("app.run('::1', port=0)", r"Running on http://\[::1\]:(\d+), served by"),
    "every interface": (
        "app.run('0.0.0.0', port=0)",
        r"Running on http://0\.0\.0\.0:(\d+), served by",
    ),
}


@pytest.mark.parametrize(("code", "pattern"), ADDRESSES.values(), ids=ADDRESSES)
def test_the_address_is_the_one_that_was_asked_for(
    site: Site, code: str, pattern: str
) -> None:
    site.app(code)
    process = site.start(*PY, **HEROKU)
    process.wait_output("served by waitress instead")
    found = re.search(pattern, process.output)
    assert found, process.output
    host = "::1" if "::" in code else "127.0.0.1"
    client = http.client.HTTPConnection(host, int(found[1]), timeout=15)

    with contextlib.closing(client):
        client.request("GET", "/")
        assert client.getresponse().read() == b"served"


def test_a_unix_socket_is_served(site: Site) -> None:
    site.app("app.run('unix://shop.sock')")
    process = site.start(*PY, **HEROKU)

    assert process.get_from_unix_socket("shop.sock").body == "served"
    assert process.server == "waitress"
    assert "Running on unix://shop.sock, served by waitress" in process.output


def test_a_port_that_is_taken_is_werkzeugs_own_error(site: Site) -> None:
    site.app("app.run(port=port)")
    process = site.attempt(*PY, **HEROKU)

    assert process.wait_exit() == 1
    assert "Address already in use" in process.output
    assert "PG101" not in process.output


def test_dash_is_served(site: Site) -> None:
    require("dash")
    site.write(
        "shop.py",
        "import os\n"
        "from dash import Dash, html\n"
        "from flask_prodguard import ProdGuard\n"
        "app = Dash(__name__)\n"
        "server = app.server\n"
        "app.layout = html.Div('served')\n"
        "ProdGuard(server)\n"
        "app.run(port=int(os.environ['LAUNCH_PORT']))\n",
    )
    process = site.start(PYTHON, "shop.py", **HEROKU)

    assert '"children":"served"' in process.get("/_dash-layout").body
    assert process.server == "waitress"


def test_debug_mode_on_a_laptop_is_served_without_it(site: Site) -> None:
    site.app("app.run(port=port, debug=True)", before=PAGES)
    process = site.start(*PY, **SERVE)
    assert_served(process)

    assert '"debug":false' in process.get("/request").body
    assert process.get("/fail").status == 500
    assert "EVALEX" not in process.get("/fail").body
    assert codes_in(process.output) == ["PG103"]


def test_a_debugger_that_the_code_wraps_around_the_app_is_off(site: Site) -> None:
    site.app(
        "from werkzeug.debug import DebuggedApplication\n"
        "app.wsgi_app = DebuggedApplication(app.wsgi_app, evalex=True)\n"
        "app.run(port=port, debug=True)"
    )
    process = site.start(*PY, **SERVE)
    assert_served(process)

    assert "EVALEX" not in process.get("/fail").body


HANDLER = (
    "from werkzeug.serving import WSGIRequestHandler\n"
    "class Quiet(WSGIRequestHandler): pass\n"
    "app.run(port=port, request_handler=Quiet)"
)
REFUSED = {
    "processes": (
        "app.run(port=port, threaded=False, processes=2)",
        "more than one process was asked for",
        "Leave `processes` out",
    ),
    "passthrough_errors": (
        "app.run(port=port, passthrough_errors=True)",
        "passthrough_errors was passed",
        "Leave it out",
    ),
    "a request handler": (HANDLER, "a request handler was passed", "Leave it out"),
    "a WebSocket's route": (
        "app.add_url_rule('/echo', view_func=lambda: '', websocket=True)\n"
        "app.run(port=port)",
        "/echo is the route of a WebSocket",
        "Serve the app with gunicorn",
    ),
    "Flask-SocketIO": (
        "from flask_socketio import SocketIO\n"
        "socketio = SocketIO(app, async_mode='threading')\n"
        "socketio.run(app, port=port, allow_unsafe_werkzeug=True)",
        "Socket.IO offers WebSockets",
        'transports=["polling"]',
    ),
    "a reloader": (
        "from werkzeug._reloader import run_with_reloader\n"
        "run_with_reloader(lambda: app.run(port=port))",
        "Werkzeug's reloader has started this process",
        "without `run_with_reloader()`",
    ),
    "a class of its own": (
        "from werkzeug.serving import ThreadedWSGIServer\n"
        "class Server(ThreadedWSGIServer): pass\n"
        "Server('127.0.0.1', port, app).serve_forever()",
        "the server's class is not one of Werkzeug's own",
        "`app.run()`, `run_simple()` or `make_server()`",
    ),
}


@pytest.mark.parametrize(("code", "seen", "fix"), REFUSED.values(), ids=REFUSED)
def test_what_waitress_can_not_serve_is_refused(
    site: Site, code: str, seen: str, fix: str
) -> None:
    if "flask_socketio" in code:
        require("flask_socketio")
    site.app(code)
    # Werkzeug has the reloader's child wait for a socket that it was not given.
    site.listens = "reloader" not in code
    process = site.attempt(*PY, **HEROKU)
    if "reloader" in code:
        # The child is refused in a thread, and its reloader waits for a change.
        process.wait_output("\nFix: ")
    else:
        assert_refused(process, "PG101")
    text = " ".join(process.output.split())
    assert "but waitress can't serve this start" in text
    assert seen.lower() in text.lower()
    assert fix in text


def test_tls_is_refused(tmp_path: Path) -> None:
    # What the message says to paste names a certificate that is not there.
    without_paste = Site(tmp_path)
    without_paste.app("app.run(port=port, ssl_context='adhoc')")
    try:
        process = without_paste.attempt(*PY, **HEROKU)
        assert_refused(process, "PG101")
    finally:
        without_paste.stop()

    text = " ".join(process.output.split())
    assert "TLS was asked for (ssl_context), and waitress has none" in text
    assert "let a proxy do TLS" in text


def test_without_waitress_the_launch_is_refused(site: Site) -> None:
    site.write("waitress.py", "raise ImportError")
    site.app("app.run(port=port)")
    process = site.attempt(*PY, **HEROKU)

    assert_refused(process, "PG101")
    text = " ".join(process.output.split())
    assert (
        'Waitress is not installed. Install it: `pip install "flask-prodguard[serve]"`'
        in text
    )
    # The command in the message installs it.
    (site.folder / "waitress.py").unlink()


@pytest.mark.parametrize("action", ["raise", "log", "serve"])
def test_waitress_is_imported_only_where_it_serves(site: Site, action: str) -> None:
    site.app(
        "import atexit, sys\n"
        "atexit.register(lambda: print('imported', 'waitress' in sys.modules))\n"
        "app.run(port=port)"
    )
    environ = {"FLASK_PRODGUARD_ACTION": action}
    process = site.start(*PY, **environ)
    assert_served(process)
    process.send(signal.SIGINT)

    process.wait_exit()
    assert "imported False" in process.output


def test_the_signal_carries_the_outcome(site: Site) -> None:
    site.app(
        "from flask_prodguard import launch_judged\n"
        "def told(app, verdict): print('outcome', verdict.outcome.name, flush=True)\n"
        "launch_judged.connect(told, app)\n"
        "app.run(port=port)"
    )
    process = site.start(*PY, **HEROKU)
    assert_served(process)

    assert "outcome SERVE" in process.output
    assert "outcome REFUSE" not in process.output


def test_an_app_of_another_action_is_refused_in_the_same_server(site: Site) -> None:
    site.app(
        "other = Flask('other')\n"
        "other.add_url_rule('/', view_func=lambda: 'served')\n"
        "other.config['PRODGUARD_ACTION'] = 'raise'\n"
        "app.config['PRODGUARD_ACTION'] = 'serve'\n"
        "ProdGuard(other)\n"
        "from werkzeug.middleware.dispatcher import DispatcherMiddleware\n"
        "from werkzeug.serving import run_simple\n"
        "run_simple('127.0.0.1', port, DispatcherMiddleware(app, {'/other': other}))"
    )
    process = site.attempt(*PY, DYNO="web.1")

    assert_refused(process, "PG101")
