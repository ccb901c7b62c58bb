"""Shows the guard at work: the shop is started as a host would start it, is refused,
and is then served by the command that the refusal prints.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

FOLDER = Path(__file__).parent
PROGRAMS = Path(sys.executable).parent
PATIENCE = 30.0
# A host's environment is not that of the machine this runs on.
KEPT = ("PATH", "PYTHONPATH", "HOME", "LANG", "SYSTEMROOT", "TEMP")


def main() -> None:
    """Run the three steps."""
    host = {name: os.environ[name] for name in KEPT if name in os.environ}
    host |= {"DYNO": "web.1", "PORT": str(free_port())}
    host["PATH"] = os.pathsep.join([str(PROGRAMS), host.get("PATH", "")])
    refusal = refused_start(host)
    served_start(pasted_command(refusal), host)


def refused_start(environ: dict[str, str]) -> str:
    """Start the shop as its Procfile says, and return what it printed.

    :param environ: the variables that Heroku sets.
    """
    print("$ DYNO=web.1 python shop.py   # what a Procfile on Heroku would run\n")
    result = subprocess.run(
        ["python", "shop.py"],
        executable=sys.executable,
        cwd=FOLDER,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    refusal = result.stderr.partition("UnsafeLaunchError: ")[2]
    print(refusal)
    print(f"(exit status {result.returncode})\n")
    return refusal


def pasted_command(refusal: str) -> str:
    """Take the command out of the line that belongs into the Procfile.

    :param refusal: what was printed.
    """
    found = re.search(r"^ +web: (.+)$", refusal, re.MULTILINE)
    if found is None:
        sys.exit("The refusal names no command.")
    return found[1]


def served_start(command: str, environ: dict[str, str]) -> None:
    """Start the shop with the command, ask it for its prices, and stop it.

    :param command: what the refusal printed.
    :param environ: the variables that Heroku sets.
    """
    print(f"$ {command}   # the line that was printed, pasted\n")
    words = command.replace("$PORT", environ["PORT"]).split()
    server = subprocess.Popen(words, cwd=FOLDER, env=environ)
    try:
        wait_for(int(environ["PORT"]), server)
        url = f"http://127.0.0.1:{environ['PORT']}/"
        with urllib.request.urlopen(url, timeout=PATIENCE) as response:
            print(f"\nGET / -> {response.status} {response.read().decode().strip()}")
    finally:
        server.terminate()
        server.wait(PATIENCE)


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server listens, or give up.

    :param port: where it will listen.
    :param server: the process.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            continue
        return
    sys.exit("The server did not start.")


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


if __name__ == "__main__":
    main()
