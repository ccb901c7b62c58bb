"""The WSGI servers that are suggested, and the command line of each."""

from __future__ import annotations

import typing as t

from ..judging.launch import AS_USUAL
from ..judging.launch import THREADING

if t.TYPE_CHECKING:
    from ..judging.launch import ImportPath
    from ..judging.launch import Launch

#: How many requests are answered at once. The development server has a thread for
#: each: with fewer, a page with many open streams keeps the next one waiting.
THREADS = 100

# https://flask-socketio.readthedocs.io/en/latest/deployment.html: one worker, as
# gunicorn has no sticky sessions, and a worker that serves all clients at once.
SOCKETIO_WORKERS = {
    THREADING: ["gthread", "--workers", "1", "--threads", str(THREADS)],
    "gevent": ["gevent", "--workers", "1"],
    "eventlet": ["eventlet", "--workers", "1"],
}
# Placeholders: the development server generates its certificate.
NO_CERTIFICATE = ("CERTIFICATE.pem", "KEY.pem")


def _gunicorn(path: ImportPath, bind: str, launch: Launch | None) -> list[str]:
    words = ["gunicorn", "--bind", bind, *_workers(launch)]
    if launch is not None and launch.serving.tls:
        certificate, *key = launch.serving.certificate or NO_CERTIFICATE
        words += ["--certfile", certificate]
        words += [word for file in key for word in ("--keyfile", file)]
    if path.directory:
        words += ["--pythonpath", path.directory]
    return [*words, str(path)]


def _workers(launch: Launch | None) -> list[str]:
    mode = launch and (launch.socketio or launch.patched_by)
    if mode:
        worker = SOCKETIO_WORKERS.get(mode, SOCKETIO_WORKERS[THREADING])
        return ["--worker-class", *worker]
    serving = launch.serving if launch else AS_USUAL
    processes = ["--workers", str(serving.processes)]
    if not serving.threaded:
        # The usual worker has only the request's thread, and is killed if a request
        # takes longer than 30 seconds.
        return ["--worker-class", "gthread", *processes]
    # One worker, whatever WEB_CONCURRENCY says: every request finds what the app keeps
    # in memory.
    return [*processes, "--threads", str(THREADS)]


def _waitress(path: ImportPath, bind: str, launch: Launch | None) -> list[str]:
    # For "::", waitress binds only IPv6, and Werkzeug both.
    bind = bind.replace("[::]", "*")
    unix = bind.removeprefix("unix:")
    words = ["waitress-serve"]
    words += [f"--listen={bind}"] if unix == bind else [f"--unix-socket={unix}"]
    threaded = launch is None or launch.serving.threaded
    words += [f"--threads={THREADS if threaded else 1}"]
    if launch is not None and launch.forwarded:
        # https://github.com/Pylons/waitress/issues/436: they are dropped by default.
        words += ["--no-clear-untrusted-proxy-headers"]
    if path.factory:
        words += ["--call"]
    return [*words, f"{path.module}:{path.attribute}"]


class Server(t.NamedTuple):
    """A WSGI server that can be suggested."""

    name: str
    runs_on_windows: bool
    words: t.Callable[[ImportPath, str, Launch | None], list[str]]
    #: Whether it has an option that adds a folder to the import path.
    adds_folder: bool
    #: Whether clients of Flask-SocketIO get a WebSocket, and none blocks the others.
    serves_websockets: bool
    #: Whether it can use a certificate.
    has_tls: bool


SERVERS = (
    Server("gunicorn", False, _gunicorn, True, serves_websockets=True, has_tls=True),
    Server("waitress", True, _waitress, False, serves_websockets=False, has_tls=False),
)
