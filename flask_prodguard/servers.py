"""The WSGI servers that are suggested, and how each is told what to serve."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from .import_path import ImportPath
    from .launch import Launch


def _gunicorn(path: ImportPath, bind: str, launch: Launch | None) -> list[str]:
    words = ["gunicorn", "--bind", bind]
    if launch is not None and launch.socketio:
        # https://flask-socketio.readthedocs.io/en/latest/deployment.html: one
        # worker, as it has no sticky sessions, and a thread for each client.
        words += ["--worker-class", "gthread", "--workers", "1", "--threads", "100"]
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


SERVERS = (
    Server("gunicorn", False, _gunicorn, True),
    Server("waitress", True, _waitress, False),
)
