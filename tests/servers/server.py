"""What a server is, and how it is started."""

from __future__ import annotations

import grp
import http.client
import importlib.util
import json
import os
import pwd
import re
import shutil
import subprocess
import sysconfig
import typing as t
from dataclasses import dataclass
from dataclasses import field
from importlib.metadata import version
from pathlib import Path
from string import Template

import pytest
from launches.conftest import Site
from launches.process import Answer
from launches.process import Process
from launches.process import PROGRAMS
from launches.process import PYTHON

import flask_prodguard

from .shop import SHOP

# Debian's place for what only an administrator runs is on nobody's PATH.
PATH = os.pathsep.join((str(PROGRAMS), os.defpath, "/usr/sbin", "/sbin"))
APT = "apt-get install"
# Where one of these is set, everything has to be there.
REQUIRE_SYSTEM = ("PRODGUARD_REQUIRE_SYSTEM", "CI")


@dataclass(frozen=True)
class Server:
    """A server, and how to start it. ``$`` marks what is filled in; see
    :meth:`Running.names`.
    """

    #: What it is called in the table of the documentation.
    name: str
    #: What it is called in its registry, or its program.
    component: str
    #: The words that start it.
    command: tuple[str, ...]
    #: What is imported; the component is, if nothing is named.
    modules: tuple[str, ...] = ()
    #: Files that it reads.
    files: t.Mapping[str, str] = field(default_factory=dict)
    #: What is started before it, and what that prints when it is ready.
    backend: tuple[str, ...] = ()
    backend_ready: str = ""
    #: The system packages that it comes from, and a file of theirs.
    system: str = ""
    system_file: str = ""

    def __str__(self) -> str:
        return self.name

    @property
    def version(self) -> str:
        """The versions of what is installed."""
        if self.system:
            own = version_of(require_program(self.component, self.system))
        else:
            own = version(self.component)
        behind = [each for each in self.modules if each != self.component]
        return ", ".join([own, *(f"{name} {version(name)}" for name in behind)])

    def require(self) -> None:
        """Skip the test where it is not installed, or have it fail in CI."""
        if self.system:
            require_program(self.component, self.system)
            require_file(self.system_file, self.system)
        for module in self.modules or (() if self.system else (self.component,)):
            require_module(module)


def require_module(name: str) -> None:
    """Skip the test, or have it fail in CI, where a module is missing. It is not
    imported here.

    :param name: what the processes import.
    """
    if importlib.util.find_spec(name) is None:
        _missing(name, f"pip install {name}")


def require_program(name: str, packages: str) -> str:
    """The path of a system program. Where there is none, the test is skipped, or it
    fails in CI.

    :param name: the program.
    :param packages: the system packages that it comes from.
    """
    return shutil.which(name, path=PATH) or _missing(name, f"{APT} {packages}")


def require_file(name: str, packages: str) -> None:
    """Skip the test, or have it fail in CI, where a file of the system is missing.

    :param name: the file, nothing if none is needed.
    :param packages: the system packages that it comes from.
    """
    if name and not Path(name).exists():
        _missing(name, f"{APT} {packages}")


def _missing(what: str, command: str) -> t.NoReturn:
    reason = f"{what} is not installed: {command}"
    if any(os.environ.get(variable) for variable in REQUIRE_SYSTEM):
        pytest.fail(reason)
    pytest.skip(reason)


def version_of(program: str) -> str:
    """The version that a system program says it is.

    :param program: its path.
    """
    stated = subprocess.run([program, "-v"], capture_output=True, text=True, check=True)
    match = re.search(r"/([\d.]+)", stated.stdout + stated.stderr)
    return match[1] if match else ""


class Running:
    """A server that was started, with everything behind it.

    :param server: the server.
    :param site: the folder and the port.
    :param environ: what its processes have.
    :param tried: what the table shows.
    """

    def __init__(
        self,
        server: Server,
        site: Site,
        environ: t.Mapping[str, str],
        tried: dict[str, str],
    ) -> None:
        self._server = server
        self._site = site
        self._tried = tried
        filled_in = {name: self._fill_in(text) for name, text in environ.items()}
        for name, text in {"shop.py": SHOP, **server.files}.items():
            site.write(name, self._fill_in(text))
        if server.backend:
            backend = self._start(server.backend, filled_in)
            backend.wait_output(server.backend_ready)
        self.front = self._start(server.command, filled_in)

    def _start(self, command: t.Sequence[str], environ: t.Mapping[str, str]) -> Process:
        program, *words = (self._fill_in(word) for word in command)
        found = shutil.which(program, path=PATH) or program
        return self._site.start(found, *words, **environ)

    def names(self) -> dict[str, str]:
        """What may be mentioned in a command, a file or a variable."""
        source = Path(flask_prodguard.__file__).parents[1]
        packages = sysconfig.get_path("platlib")
        root = not os.geteuid()
        return {
            "python": PYTHON,
            "port": str(self._site.port),
            "folder": str(self._site.folder),
            "python_path": f"{self._site.folder}:{packages}:{source}",
            "user": pwd.getpwuid(os.geteuid()).pw_name,
            "group": grp.getgrgid(os.getegid()).gr_name,
            # Apache serves nothing as root.
            "user_of_apache": "User www-data\nGroup www-data" if root else "",
        }

    def _fill_in(self, text: str) -> str:
        return Template(text).substitute(self.names())

    @property
    def output(self) -> str:
        """What all its processes have printed."""
        return "".join(process.output for process in self._site.processes)

    def get(self, path: str = "/") -> Answer:
        """Ask it for a page.

        :param path: what to ask for.
        """
        return self.front.get(path)

    def fails(self) -> str:
        """Have a request fail. Returns what is answered, which is nothing where a
        server ends the connection.
        """
        try:
            return self.front.get("/fail").body
        except http.client.IncompleteRead as error:
            return error.partial.decode()
        except (http.client.HTTPException, ConnectionError):
            return ""

    def state(self) -> dict[str, t.Any]:
        """What the app says about itself. The table shows the versions."""
        state: dict[str, t.Any] = json.loads(self.get("/state").body)
        self._tried.update(state["versions"])
        if state["mod_wsgi"]:
            both = f"{self._server.version}, mod_wsgi {state['mod_wsgi']}"
            self._tried["version"] = both
        return state

    def end(self) -> None:
        """End it as a host does, and wait until everything is printed."""
        for process in reversed(self._site.processes):
            process.end()
