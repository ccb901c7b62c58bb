"""A headless Chromium, driven by its own protocol."""

from __future__ import annotations

import base64
import contextlib
import json
import shutil
import subprocess
import tempfile
import time
import typing as t
import urllib.request
from pathlib import Path

from simple_websocket import Client  # type: ignore[import-untyped]

PATIENCE = 30.0
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
)
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class RefusedError(Exception):
    """Chromium does not answer a call, as while it leaves a page."""


class Page:
    """A tab. Its warnings and errors are kept."""

    def __init__(self, socket: Client) -> None:
        self._socket = socket
        self._number = 0
        self._loaded = False
        self.complaints: list[str] = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._call(f"{domain}.enable")

    def resize(self, width: int, height: int = 900, dark: bool = False) -> None:
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {
            "name": "prefers-color-scheme",
            "value": "dark" if dark else "light",
        }
        self._call("Emulation.setEmulatedMedia", features=[scheme])

    def open(self, url: str) -> None:
        self._loaded = False
        self._call("Page.navigate", url=url)
        deadline = time.monotonic() + PATIENCE
        while not self._loaded and time.monotonic() < deadline:
            self._receive()
        assert self._loaded, f"{url} did not load"

    def ask(self, expression: str) -> t.Any:
        result = self._call(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
        )
        return result["result"].get("value")

    def wait_for(self, expression: str) -> t.Any:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(RefusedError):
                value = self.ask(expression)
                if value:
                    return value
            time.sleep(0.1)
        raise AssertionError(f"Never true: {expression}")

    def screenshot(self, file: Path) -> None:
        shot = self._call("Page.captureScreenshot", format="png")
        file.write_bytes(base64.b64decode(shot["data"]))

    def _call(self, method: str, **parameters: t.Any) -> dict[str, t.Any]:
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": parameters}
        self._socket.send(json.dumps(message))
        while True:
            answer = self._receive()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RefusedError(answer)
                return t.cast("dict[str, t.Any]", answer["result"])

    def _receive(self) -> dict[str, t.Any]:
        received = self._socket.receive(timeout=PATIENCE)
        assert received is not None, "Chromium says nothing"
        event: dict[str, t.Any] = json.loads(received)
        self._note(event.get("method", ""), event.get("params", {}))
        return event

    def _note(self, method: str, about: dict[str, t.Any]) -> None:
        if method == "Page.loadEventFired":
            self._loaded = True
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(str(about["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and about["type"] != "log":
            self.complaints.append(str(about["args"]))
        elif method == "Log.entryAdded":
            entry = about["entry"]
            self.complaints.append(f"{entry['text']} {entry.get('url', '')}")
        elif method == "Network.loadingFailed" and not about.get("canceled"):
            self.complaints.append(about["errorText"])


@contextlib.contextmanager
def chromium(program: str) -> t.Iterator[Page]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            socket = Client.connect(_address(Path(profile)), max_message_size=2**26)
            try:
                yield Page(socket)
            finally:
                socket.close()
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _address(profile: Path) -> str:
    file = profile / "DevToolsActivePort"
    deadline = time.monotonic() + PATIENCE
    while not (file.exists() and file.read_text()):
        assert time.monotonic() < deadline, "Chromium did not start"
        time.sleep(0.1)
    port = file.read_text().split()[0]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=10) as answer:
        tabs = json.loads(answer.read())
    address: str = next(tab for tab in tabs if tab["type"] == "page")[
        "webSocketDebuggerUrl"
    ]
    return address
