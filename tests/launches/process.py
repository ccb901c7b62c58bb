"""Starts a command, watches it and ends it."""

from __future__ import annotations

import contextlib
import http.client
import importlib.metadata
import importlib.util
import itertools
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pytest

import flask_prodguard

PATIENCE = 60.0
NUMBERS = itertools.count()
RECORDER = Path(__file__).parent / "recorder"
PROGRAMS = Path(sys.executable).parent
PYTHON = sys.executable
FLASK = (PYTHON, "-m", "flask")

Command: t.TypeAlias = t.Sequence[str] | str


class Answer(t.NamedTuple):
    """What a server answers."""

    status: int
    body: str


class Process:
    """A command that runs in its own process group.

    :param command: the words, or a line for the shell.
    :param folder: where it runs.
    :param port: where it is expected to listen.
    :param environ: what it has besides :func:`clean_environ`.
    :param text: its input.
    :param terminal: whether it is started on a terminal.
    """

    def __init__(
        self,
        command: Command,
        folder: Path,
        port: int,
        environ: t.Mapping[str, str],
        *,
        text: str = "",
        terminal: bool = False,
    ) -> None:
        self.port = port
        self.folder = folder
        self.command = command
        self.environ = environ
        #: Where each remedy is written down.
        self.remedies = folder.with_name(f"{folder.name}-{next(NUMBERS)}.jsonl")
        self.typed = text
        self._reader, writer = os.openpty() if terminal else os.pipe()
        self._output = b""
        self._is_stopped = False
        #: What has answered last, in its own words.
        self.server = ""
        self._end = time.monotonic() + PATIENCE
        self._popen = subprocess.Popen(
            command,
            shell=isinstance(command, str),
            cwd=folder,
            env={
                **clean_environ(folder),
                "LAUNCH_REMEDIES": str(self.remedies),
                **environ,
            },
            stdin=writer if terminal else subprocess.PIPE,
            stdout=writer,
            stderr=writer,
            start_new_session=True,
        )
        os.close(writer)
        if self._popen.stdin:
            with self._popen.stdin as stdin:
                stdin.write(text.encode())

    @property
    def output(self) -> str:
        """What it has printed so far."""
        while not self._is_stopped and self._read(0):
            pass
        return self._output.decode()

    @property
    def has_ended(self) -> bool:
        """Whether it has ended on its own."""
        return self._popen.poll() is not None

    def wait_exit(self) -> int:
        """Wait until it ends, and return its exit status."""
        while self._read(self._left()):
            pass
        return self._popen.wait(self._left())

    def wait_output(self, text: str, times: int = 1) -> None:
        """Wait until it has printed something.

        :param text: what to wait for.
        :param times: how many times.
        """
        while self.output.count(text) < times:
            alive = self._read(self._left())
            assert alive, f"It ended without {text!r}:\n{self.output}"

    def prints(self, text: str, seconds: float) -> bool:
        """Return whether it has printed something, or does so within a time.

        :param text: what to look for.
        :param seconds: how long to wait.
        """
        end = time.monotonic() + min(seconds, self._left())
        while text not in self.output and time.monotonic() < end:
            self._read(end - time.monotonic())
        return text in self.output

    def get(self, path: str = "/") -> Answer:
        """Ask it for a page, as soon as it listens.

        :param path: what to ask for.
        """
        return self.get_from_port(self.port, path)

    def get_from_port(self, port: int, path: str = "/") -> Answer:
        """Ask something else that it serves for a page, as soon as it listens.

        :param port: where that listens.
        :param path: what to ask for.
        """
        return self._get(("127.0.0.1", port), path)

    def get_from_unix_socket(self, name: str) -> Answer:
        """Ask it for its first page, as soon as it listens.

        :param name: the socket's name in the process's folder.
        """
        return self._get(str(self.folder / name), "/")

    def wait_listening(self) -> None:
        """Wait until it listens."""
        self._connect(("127.0.0.1", self.port)).close()

    def send(self, number: int) -> None:
        """Send it a signal.

        :param number: which one.
        """
        self._popen.send_signal(number)

    def end(self) -> None:
        """Ask it to end, as a host does, and wait until everything is printed."""
        self._popen.terminate()
        self.wait_exit()

    def stop(self) -> None:
        """End it and all that it has started. What it has printed is kept."""
        if self._is_stopped:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait()
        # Until the last of them is gone, and with it what it listened on.
        while self._read(PATIENCE):
            pass
        self._is_stopped = True
        os.close(self._reader)

    def _left(self) -> float:
        left = self._end - time.monotonic()
        assert left > 0, f"It took too long:\n{self._output.decode()}"
        return left

    def _read(self, seconds: float) -> bool:
        if not select.select([self._reader], [], [], seconds)[0]:
            return False
        try:
            read = os.read(self._reader, 65536)
        except OSError:  # How a terminal says that its last process has ended.
            read = b""
        self._output += read
        return bool(read)

    def _connect(self, address: tuple[str, int] | str) -> socket.socket:
        while True:
            self._left()
            family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
            connection = socket.socket(family)
            connection.settimeout(PATIENCE)
            try:
                connection.connect(address)
            except OSError:
                connection.close()
                ended = self._popen.poll() is not None
                assert not ended, f"It ended and never listened:\n{self.output}"
                self._read(0.02)
            else:
                return connection

    def _wait_for_answer(self, connection: socket.socket) -> None:
        # A server that prints more than a pipe holds blocks unless it is read.
        waiting: list[socket.socket | int] = [connection, self._reader]
        end = time.monotonic() + PATIENCE
        while connection not in select.select(waiting, [], [], 1)[0]:
            assert time.monotonic() < end, f"It did not answer:\n{self.output}"
            if not self._read(0) and self.has_ended:
                waiting = [connection]

    def _get(self, address: tuple[str, int] | str, path: str) -> Answer:
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        client.sock = self._connect(address)
        with contextlib.closing(client):
            client.request("GET", path)
            self._wait_for_answer(client.sock)
            response = client.getresponse()
            self.server = response.getheader("Server", "")
            return Answer(response.status, response.read().decode())


def clean_environ(folder: Path) -> dict[str, str]:
    """The environment of a process without any evidence.

    :param folder: the home folder.
    """
    searched = [str(RECORDER)]
    try:
        importlib.metadata.distribution("flask-prodguard")
    except importlib.metadata.PackageNotFoundError:
        searched.append(str(Path(flask_prodguard.__file__).parents[1]))
    return {
        "PATH": f"{PROGRAMS}{os.pathsep}{os.defpath}",
        "HOME": str(folder),
        "PYTHONPATH": os.pathsep.join(searched),
    }


def require(package: str) -> None:
    """Skip the test where a package is not installed. It is not imported here.

    :param package: what the processes import.
    """
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")


def codes_in(output: str) -> list[str]:
    """The codes of the findings in a message, in their order.

    :param output: what a process has printed.
    """
    return re.findall(r"^  (PG\d{3})  ", output, re.MULTILINE)


def assert_reported(output: str, *codes: str) -> None:
    """The whole message is there, with exactly these findings.

    :param output: what a process has printed.
    :param codes: the codes that are expected.
    """
    assert codes_in(output) == list(codes), output
    assert "Address already in use" not in output
    assert "refused to start the development server" in output


def assert_refused(process: Process, *codes: str) -> None:
    """Nothing was started, and the refusal was printed. The port is held by the test,
    so a server that had tried to bind it would have ended with another message.

    :param process: a process whose port is held.
    :param codes: the codes that are expected.
    """
    status = process.wait_exit()
    assert_reported(process.output, *codes)
    # 0 looks healthy, and 3 makes the reloader start again.
    assert status not in {0, 3}


def assert_silent(process: Process) -> None:
    """The guard has printed nothing.

    :param process: the process.
    """
    output = process.output
    # ``flask --help`` lists the command ``prodguard``: that is Flask's own output.
    assert not re.search(r"flask.prodguard|PG\d{3}", output, re.IGNORECASE), output


def assert_served(process: Process, body: str = "served") -> None:
    """The app answers.

    :param process: the process.
    :param body: what it answers.
    """
    answer = process.get()
    assert (answer.status, answer.body) == (200, body), process.output


def assert_served_silently(process: Process, body: str = "served") -> None:
    """The app answers, and the guard has printed nothing.

    :param process: the process.
    :param body: what it answers.
    """
    assert_served(process, body)
    assert_silent(process)
