from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ports import Port

from .pasting import paste_all
from .process import Command
from .process import Process
from .share import PROPERTY

NEW_APP = """\
import os

from flask import Flask
from flask_prodguard import ProdGuard

port = int(os.environ["LAUNCH_PORT"])
app = Flask(__name__)


@app.get("/")
def index():
    return "served"


@app.get("/fail")
def fail():
    raise LookupError("a secret")


"""


class Site:
    """A folder with a program, and a port to serve it on.

    :param folder: the folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[Process] = []
        self._held = Port()
        self.port = self._held.number
        #: What is requested where a refusal's command was pasted.
        self.page = "/"
        #: What is in the answer.
        self.expected = ""
        #: The unix socket that it is requested on, instead of the port.
        self.socket = ""
        #: Whether the program answers without the guard.
        self.listens = True

    def write(self, name: str, text: str) -> None:
        """Write a file.

        :param name: its path in the folder.
        :param text: what it holds.
        """
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def app(self, after: str = "", before: str = "") -> None:
        """Write ``app.py``.

        :param after: its code after the guard was applied.
        :param before: its code before that.
        """
        self.write("app.py", f"{NEW_APP}{before}\nProdGuard(app)\n{after}\n")

    def start(self, *command: str, **environ: str) -> Process:
        """Start a server that may have the port.

        :param command: the words.
        :param environ: its environment.
        """
        return self.run(command, environ)

    def attempt(self, *command: str, **environ: str) -> Process:
        """Start something that must not bind the port, which is held.

        :param command: the words.
        :param environ: its environment.
        """
        return self._start(command, environ)

    def attempt_with_input(self, text: str, *command: str, **environ: str) -> Process:
        """Start something that must not bind the port, and type into it.

        :param text: its input.
        :param command: the words.
        :param environ: its environment.
        """
        return self._start(command, environ, text=text)

    def attempt_on_terminal(self, *command: str, **environ: str) -> Process:
        """Start something that must not bind the port, on a terminal.

        :param command: the words.
        :param environ: its environment.
        """
        return self._start(command, environ, terminal=True)

    def run(
        self, command: Command, environ: dict[str, str], *, text: str = ""
    ) -> Process:
        """Run what was pasted; it may have the port.

        :param command: the words, or a line for the shell.
        :param environ: its environment.
        :param text: its input.
        """
        self._held.release()
        return self._start(command, environ, text=text)

    def stop(self) -> None:
        """End everything."""
        for process in self.processes:
            process.stop()
        self._held.release()

    def _start(
        self,
        command: Command,
        environ: dict[str, str],
        *,
        text: str = "",
        terminal: bool = False,
    ) -> Process:
        full = {"LAUNCH_PORT": str(self.port), **environ}
        process = Process(
            command, self.folder, self.port, full, text=text, terminal=terminal
        )
        self.processes.append(process)
        return process


@pytest.fixture
def site(tmp_path: Path) -> t.Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.stop()


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> t.Iterator[None]:
    """For every refusal in a test, the line that it says to paste serves the app."""
    result = yield
    site = pyfuncitem.funcargs.get("site")
    if isinstance(site, Site) and not pyfuncitem.config.getoption("no_paste"):
        site.stop()
        pasted = [*paste_all(site)]
        pyfuncitem.user_properties += [(PROPERTY, [*each]) for each in pasted]
        failures = [each.failure for each in pasted if each.failure]
        assert not failures, "\n\n".join(failures)
    return result
