"""Writes the log of a few services, as the page about a roll-out shows it.

``python docs/sample_logs.py`` starts them with the code of that page, and writes
``docs/examples/roll-out/logs.jsonl``; a test holds it to that. It needs gunicorn and
waitress, which the remedies name, and python-json-logger.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE / "roll-out.md"
SAMPLE = HERE / "examples" / "roll-out" / "logs.jsonl"
KEPT = ("PATH", "PYTHONPATH", "HOME", "SYSTEMROOT", "TEMP")
# A host's own port is not free on every machine.
PORT = "8000"
WHEN = "2026-11-27 09:00:00,000"
STARTED = "Press CTRL+C to quit"


class Service(t.NamedTuple):
    """A service, and how its host starts it."""

    name: str
    environ: dict[str, str]
    argv: tuple[str, ...] = ("app.py",)
    files: dict[str, str] = {}  # noqa: RUF012


WORKS_BESIDES = """\
import logs  # noqa: F401

import threading

from flask import Flask
from flask_prodguard import ProdGuard

app = Flask(__name__)
ProdGuard(app)


def send_mail() -> None:
    threading.Event().wait()


if __name__ == "__main__":
    threading.Thread(target=send_mail, daemon=True).start()
    app.run(host="0.0.0.0", port=8000)
"""
DOCKERFILE = """\
FROM python:3.13-slim
WORKDIR /app
COPY . .
CMD ["python", "app.py"]
"""
SERVICES = (
    Service(
        "shop",
        {"DYNO": "web.1", "PORT": PORT},
        files={"Procfile": "web: python app.py\n"},
    ),
    Service("billing", {"APP_ENV": "production"}, files={"Dockerfile": DOCKERFILE}),
    Service("mail", {"APP_ENV": "production"}, files={"app.py": WORKS_BESIDES}),
    Service("search", {}, ("-m", "flask", "--app", "app", "run", "--port", PORT)),
)


def files_of_page() -> dict[str, str]:
    """The code that the page shows, by the name of its file."""
    block = re.compile(
        r"^```\{code-block\} python\n:caption: (\S+)\n\n(.*?)^```$", re.M | re.S
    )
    return dict(block.findall(PAGE.read_text(encoding="utf-8")))


def logged(service: Service, folder: Path) -> list[str]:
    """The lines that a service writes until it has started.

    :param folder: an empty one, for its files.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = str(server.getsockname()[1])
    for name, text in {**files_of_page(), **service.files}.items():
        (folder / name).write_text(text.replace(PORT, free), encoding="utf-8")
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    kept["PATH"] = os.pathsep.join(
        [str(Path(sys.executable).parent), kept.get("PATH", "")]
    )
    process = subprocess.Popen(
        ["python", *(word.replace(PORT, free) for word in service.argv)],
        executable=sys.executable,
        cwd=folder,
        env={
            **kept,
            **{
                name: each.replace(PORT, free) for name, each in service.environ.items()
            },
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
            "FLASK_PRODGUARD_ACTION": "log",
            "SERVICE": service.name,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = []
    with process:
        for line in process.stdout or ():
            lines.append(line.replace(free, PORT))
            if STARTED in line:
                break
        process.terminate()
    return [line for line in map(_kept, lines) if line]


def _kept(line: str) -> str | None:
    """A line as the sample has it, if it does not name an address of this machine."""
    if not line.startswith("{"):
        return line if line.startswith(" * ") and "Running" not in line else None
    record = json.loads(line)
    if record["name"] != "flask_prodguard":
        return None
    return json.dumps({**record, "asctime": WHEN}) + "\n"


def sample() -> str:
    """The log of all services."""
    lines = []
    for service in SERVICES:
        with tempfile.TemporaryDirectory() as folder:
            lines += logged(service, Path(folder).resolve())
    return "".join(lines)


def main() -> None:
    """Write the sample."""
    SAMPLE.write_text(sample(), encoding="utf-8")


if __name__ == "__main__":
    main()
