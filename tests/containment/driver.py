"""Serves each odd program in its own process, requests its pages, and prints what it
answered and what the guard logged, a line of JSON for each.

    python -m containment.driver SERVER guarded|loaded|bare [FAULT ...]

``loaded`` is guarded, and what the guard imports when it is needed was imported before.
"""

from __future__ import annotations

import contextlib
import http.client
import importlib
import json
import logging
import os
import select
import signal
import sys
import tempfile
import time
import typing as t
from pathlib import Path

from ports import free_port

from containment.faults import Fault
from containment.faults import FAULTS
from flask_prodguard import ProdGuard

SECONDS = 30
#: How many are served at a time. Some never answer the page that fails.
AT_ONCE = 2
#: What the guard imports where something is wrong.
NEEDED = (
    "guard.watch_launches",
    "guard.watch_requests",
    "report.message",
    "remedy.advise",
)
#: The pages that are requested: plain ones, then one that fails.
FAILS = "/fails"
PATHS = ("/", "/", "/", FAILS)
CONSOLE = b"EVALEX = true"


class Recorder(logging.Handler):
    """Appends what the guard says to a file, whatever the process does to its own."""

    def __init__(self, file: Path) -> None:
        super().__init__(logging.DEBUG)
        self._file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def emit(self, record: logging.LogRecord) -> None:
        line = json_of([record.levelname, str(record.msg) % record.args]) + "\n"
        os.write(self._file, line.encode())


json_of = json.JSONEncoder().encode


def program(fault: Fault, is_guarded: bool, said: Path) -> t.Any:
    """The WSGI callable of an odd program."""
    recorder = Recorder(said)
    fault.before()
    logger = logging.getLogger("flask_prodguard")
    logger.addHandler(recorder)
    logger.setLevel(logging.DEBUG)
    app = fault.kind("shop")
    app.config["PRODGUARD_ACTON"] = "raise"
    app.debug = True
    if is_guarded:
        ProdGuard(app)
    app.get("/")(lambda: "ok")

    @app.get("/fails")
    def view() -> t.NoReturn:
        raise ValueError

    wsgi = fault.debugger(app, evalex=True)
    fault.after(app)
    return wsgi


def by_waitress(fault: Fault, is_guarded: bool, said: Path, port: int) -> None:
    """Serve it with waitress."""
    from waitress import serve

    wsgi = program(fault, is_guarded, said)
    serve(wsgi, host="127.0.0.1", port=port, threads=2, _quiet=True)


def by_gunicorn(fault: Fault, is_guarded: bool, said: Path, port: int) -> None:
    """Serve it with gunicorn."""
    base: t.Any = importlib.import_module("gunicorn.app.base")

    class Server(base.BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            self.cfg.set("bind", f"127.0.0.1:{port}")
            self.cfg.set("accesslog", None)

        def load(self) -> t.Any:
            return program(fault, is_guarded, said)

    Server().run()


def by_run(fault: Fault, is_guarded: bool, said: Path, port: int) -> None:
    """Start it as a script does, by ``app.run()``, and say how that ends."""
    recorder = Recorder(said)
    fault.before()
    logging.getLogger("flask_prodguard").addHandler(recorder)
    app = fault.kind("shop")
    if is_guarded:
        ProdGuard(app)
    app.get("/")(lambda: "ok")
    fault.after(app)
    try:
        app.run(port=port, use_reloader=False)
    except Exception as error:
        text = str(vars(error).get("message", ""))
        with said.open("a") as file:
            file.write(json_of([type(error).__name__, text]) + "\n")


PRODUCTION = ("waitress", "gunicorn")
SERVERS = {"waitress": by_waitress, "gunicorn": by_gunicorn, "app.run()": by_run}


def ask(port: int, process: int, until: float, paths: tuple[str, ...]) -> list[object]:
    """What the pages of a server answer: the status, or how it failed to answer."""
    answers: list[object] = []
    for path in paths:
        answer: object = None
        while time.monotonic() < until and answer is None and not has_ended(process):
            timeout = 3 if path == FAILS else 10
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
            try:
                connection.request("GET", path)
                response = connection.getresponse()
                body = response.read()
                shown = body.decode() if len(body) < 10 else ""
                answer = [response.status, shown, CONSOLE in body]
            except ConnectionRefusedError:
                # It is not listening yet.
                select.select([], [], [], 0.02)
            except (OSError, http.client.HTTPException) as error:
                answer = type(error).__name__
            finally:
                connection.close()
        answers.append(answer)
        if answer == TimeoutError.__name__:
            # One that does not answer a page answers no other.
            break
    return answers


def has_ended(process: int) -> bool:
    """Whether a child has ended, without reaping it."""
    options = os.WEXITED | os.WNOHANG | os.WNOWAIT
    return os.waitid(os.P_PID, process, options) is not None


def try_fault(server: str, fault: Fault, is_guarded: bool, folder: Path) -> object:
    """Serve one odd program, in a child process."""
    said, port = folder / "said", free_port()
    said.unlink(missing_ok=True)
    process = os.fork()
    if process == 0:
        with contextlib.suppress(BaseException):
            # Servers and failures print.
            printed = os.open(folder / "printed", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(printed, 1)
            os.dup2(printed, 2)
            os.setpgid(0, 0)
            # A busy machine takes its time to start it.
            signal.alarm(2 * SECONDS)
            SERVERS[server](fault, is_guarded, said, port)
        os._exit(1)
    try:
        paths = PATHS if server in PRODUCTION else PATHS[:1]
        answers = ask(port, process, time.monotonic() + SECONDS, paths)
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process, number)
        os.waitpid(process, 0)
    lines = said.read_text().splitlines() if said.exists() else []
    return {"answers": answers, "said": [json.loads(line) for line in lines]}


def try_faults(
    server: str, names: t.Iterable[str], is_guarded: bool, folder: Path
) -> None:
    """Serve odd programs one after the other, and write down what came of each."""
    with (folder / "found").open("w") as file:
        for name in names:
            found = try_fault(server, FAULTS[name], is_guarded, folder)
            file.write(json_of({"name": name, "found": found}) + "\n")


def main(server: str, guard: str, *names: str) -> None:
    """Try every fault, or those that are named, several at a time."""
    # Imported here, so that no child has to.
    import_of = {"gunicorn": "gunicorn.app.base", "waitress": "waitress"}
    __import__(import_of.get(server, "werkzeug.serving"))
    for module in NEEDED if guard == "loaded" else ():
        importlib.import_module(f"flask_prodguard.{module}")
    everything = names or tuple(FAULTS)
    with tempfile.TemporaryDirectory() as parent:
        workers = {}
        for number in range(AT_ONCE):
            folder = Path(parent, str(number))
            folder.mkdir()
            worker = os.fork()
            if worker == 0:
                part = everything[number::AT_ONCE]
                try_faults(server, part, guard != "bare", folder)
                os._exit(0)
            workers[worker] = folder
        for worker, folder in workers.items():
            assert os.waitpid(worker, 0)[1] == 0
            sys.stdout.write((folder / "found").read_text())


if __name__ == "__main__":
    main(*sys.argv[1:])
