"""Requests to a server. Each answer is compared with that of another server."""

from __future__ import annotations

import contextlib
import ssl
import subprocess
import sys
import time
import typing as t
import urllib.error
import urllib.request

if t.TYPE_CHECKING:
    from launches.process import Process

    Probe: t.TypeAlias = t.Callable[[Process], object]

SECONDS = 60.0
STREAMS = 30
FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
WEB_SOCKETS = """
import os, sys, urllib.request
from simple_websocket import Client

address = f"127.0.0.1:{sys.argv[1]}"
clients = [Client(f"ws://{address}/ws") for _ in range(2)]
for said in ("one", "two"):
    for client in clients:
        client.send(said)
    print([client.receive(timeout=10) for client in clients])
    print(urllib.request.urlopen(f"http://{address}/", timeout=10).read(), flush=True)
os._exit(0)
"""
SOCKETIO = """
import queue, sys
from socketio import Client

client, received = Client(), queue.Queue()
client.on("echo", received.put)
client.connect(f"http://127.0.0.1:{sys.argv[1]}", transports=["websocket"])
client.emit("echo", "hello")
print(received.get(timeout=10), client.transport())
client.disconnect()
"""


def page(process: Process) -> object:
    """Its page."""
    return _ask(f"http://127.0.0.1:{process.port}/")


def layout(process: Process) -> object:
    """The layout of Dash."""
    # The page itself says whether debug mode is on.
    return _ask(f"http://127.0.0.1:{process.port}/_dash-layout")


def page_by_tls(process: Process) -> object:
    """Its page, by TLS."""
    return _ask(f"https://127.0.0.1:{process.port}/")


def page_behind_proxy(process: Process) -> object:
    """Its page, as a proxy asks for it."""
    return _ask(f"http://127.0.0.1:{process.port}/", FORWARDED)


def page_beside_streams(process: Process) -> object:
    """Its page, while many clients keep a stream open, and the stream after that."""
    with contextlib.ExitStack() as stack:
        streams = []
        for _ in range(STREAMS):
            address = f"http://127.0.0.1:{process.port}/feed"
            stream = urllib.request.urlopen(address, timeout=SECONDS)
            streams.append(stack.enter_context(stream))
            assert stream.read(5) == b"frame"
        return page(process), streams[0].read(5)


def web_sockets(process: Process) -> object:
    """Two clients that stay connected, and the page meanwhile."""
    return _client(WEB_SOCKETS, process)


def socketio(process: Process) -> object:
    """A client of Socket.IO by WebSocket."""
    return _client(SOCKETIO, process)


def bot_works(process: Process) -> object:
    """What a program does besides goes on."""
    file = process.folder / "bot.txt"
    before, end = file.read_text(), time.monotonic() + SECONDS
    while file.read_text() in ("", before) and time.monotonic() < end:
        time.sleep(0.05)
    return file.read_text() != before


def _ask(address: str, headers: t.Mapping[str, str] | None = None) -> object:
    request = urllib.request.Request(address, headers=dict(headers or {}))
    context = ssl._create_unverified_context()
    try:
        with urllib.request.urlopen(request, timeout=SECONDS, context=context) as found:
            return found.status, found.read()
    except urllib.error.HTTPError as error:
        return error.code
    except OSError as error:
        return type(error).__name__


def _client(code: str, process: Process) -> object:
    ended = subprocess.run(
        [sys.executable, "-c", code, str(process.port)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return ended.stdout or ended.stderr
