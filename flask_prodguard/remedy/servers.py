"""The WSGI servers that are suggested, and how each is told what to serve."""

from __future__ import annotations

import typing as t

from ..judging.launch import THREADING

if t.TYPE_CHECKING:
    from ..judging.launch import ImportPath
    from ..judging.launch import Launch


#: How many requests are answered at once. The development server has a thread for
#: each: with fewer, a page with many open streams keeps the next one waiting.
THREADS = 100

# https://flask-socketio.readthedocs.io/en/latest/deployment.html: one worker, as
# gunicorn has no sticky sessions, and what serves all clients at once in it.
SOCKETIO_WORKERS = {
    THREADING: ["gthread", "--workers", "1", "--threads", str(THREADS)],
    "gevent": ["gevent", "--workers", "1"],
    "eventlet": ["eventlet", "--workers", "1"],
}


def _gunicorn(path: ImportPath, bind: str, launch: Launch | None) -> list[str]:
    words = ["gunicorn", "--bind", bind]
    if launch is not None and launch.socketio:
        worker = SOCKETIO_WORKERS.get(launch.socketio, SOCKETIO_WORKERS[THREADING])
        words += ["--worker-class", *worker]
    if path.directory:
        words += ["--pythonpath", path.directory]
    return [*words, str(path)]


def _waitress(path: ImportPath, bind: str, launch: Launch | None) -> list[str]:
    unix = bind.removeprefix("unix:")
    words = ["waitress-serve"]
    words += [f"--listen={bind}"] if unix == bind else [f"--unix-socket={unix}"]
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
    serves_socketio: bool


SERVERS = (
    Server("gunicorn", False, _gunicorn, adds_folder=True, serves_socketio=True),
    Server("waitress", True, _waitress, adds_folder=False, serves_socketio=False),
)
