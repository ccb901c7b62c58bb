"""The replacement: which command, in which file, for this app on this host."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import os
import sys
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ..judging.address import Address
from ..judging.address import Exposure
from ..judging.launch import ImportPath
from .code_changes import CALLS_NO_FACTORY
from .development import how_to_develop
from .development import WITH_DEBUG
from .places import Bind
from .places import Place
from .places import PLACES
from .program import start_folder
from .remedy import Kind
from .remedy import Remedy
from .servers import Server
from .servers import SERVERS
from .shell import command
from .shell import joined
from .shell import PORT_VARIABLE
from .shell import set_folder

if t.TYPE_CHECKING:
    from ..environment.evidence import Environment
    from ..judging.launch import Launch
    from .development import Development

DEFAULT_PORT = 8000
LOCAL = frozenset({Exposure.LOOPBACK, Exposure.UNIX_SOCKET})
PROJECT = "/home/YOU/PROJECT"
UNKNOWN_PATH = ImportPath("app", "app")


@dataclass(frozen=True)
class Machine:
    """What the advice has to know of the machine it is given on."""

    #: Whether this is Windows, where gunicorn does not run.
    windows: bool
    #: The WSGI servers that can be imported here.
    installed: frozenset[str]
    #: Whether the host names the port in the variable ``PORT``.
    names_port: bool
    #: Where the programs of this Python are.
    programs: str
    #: The folder where the program was started.
    folder: str
    #: Whether the program has left it.
    is_left: bool = False


def this_machine(environ: t.Mapping[str, str]) -> Machine:
    """Look at the machine."""
    names = [server.name for server in SERVERS]
    folder = _folder(start_folder)
    return Machine(
        windows=sys.platform == "win32",
        installed=frozenset(name for name in names if _can_import(name)),
        names_port=bool(environ.get(PORT_VARIABLE)),
        programs=os.path.dirname(sys.executable),  # noqa: PTH120
        folder=folder,
        is_left=folder != _folder(Path.cwd),
    )


def suggest(
    machine: Machine,
    environment: Environment | None = None,
    launch: Launch | None = None,
    place_key: str | None = None,
) -> Remedy:
    """Say what to paste, and where.

    :param machine: the machine that the advice is given on.
    :param environment: names the platform and whether this is a container.
    :param place_key: a key of ``PLACES`` instead of the recognised platform's.
    """
    key = place_key or _place_key(machine, environment)
    place = PLACES[key]
    found = (launch.import_path if launch else None) or UNKNOWN_PATH
    path = found if place.calls_factory else _without_factory(found, place)
    # A file for another host is written for its system, not for this one.
    windows = key == "windows" or (key == "shell" and machine.windows)
    server = _choose(machine, windows, launch)
    names_port = machine.names_port or place_key is not None
    bind, port = _bind(place, launch.address if launch else None, names_port)
    folder = None if server.adds_folder else path.directory
    words = server.words(path, bind, launch)
    line = command(words, folder, windows)
    filled = {
        "command": line,
        "array": json.dumps([*set_folder(folder), *words]),
        "quoted": json.dumps(line),
        "absolute": joined(_absolute(words, folder, machine.programs)),
        "folder": machine.folder,
        "source": path.directory or ".",
        "project": _project(machine, path, is_here=place_key is None),
        "module": path.module,
        "attribute": path.attribute,
        "call": path.attribute + ("()" if path.factory else ""),
    }
    template = (*(place.path_lines if path.directory else ()), *place.template)
    is_missing = server.name not in machine.installed and not place.serves_itself
    return Remedy(
        Kind.COMMAND,
        server=server.name,
        command=line,
        argv=(*set_folder(folder), *words),
        place=place,
        lines=tuple(each.format_map(filled) for each in template),
        requirements=(server.name,) if is_missing else (),
        changes=(*path.notes, *_name_changes(path, server), *_releases(place, words)),
        note=place.note.format(port=port),
        development=_how_to_develop(machine, found.flask_app or found, launch),
    )


def _place_key(machine: Machine, environment: Environment | None) -> str:
    if environment is not None and environment.place is not None:
        return environment.place
    if environment is not None and environment.container:
        return "docker"
    return "windows" if machine.windows else "shell"


def _how_to_develop(
    machine: Machine, path: ImportPath, launch: Launch | None
) -> Development:
    if machine.is_left:
        # The reloader starts it again from where it has gone to.
        path = dataclasses.replace(path, directory=_folder_of(path, machine))
    call = launch.run_call if launch else None
    # Elsewhere the line is for another machine, where nothing of it may be right.
    is_local = launch is not None and launch.address.exposure in LOCAL
    options = call.options if call and is_local else WITH_DEBUG
    return how_to_develop(path, machine.folder, machine.windows, options)


def _folder_of(path: ImportPath, machine: Machine) -> str:
    directory = path.directory or ""
    return os.path.normpath(os.path.join(machine.folder, directory))  # noqa: PTH118


def _project(machine: Machine, path: ImportPath, is_here: bool) -> str:
    directory = path.directory or ""
    if is_here:
        return _folder_of(path, machine)
    # Where a folder of this machine is on another host, nobody can know.
    is_below = directory and not os.path.isabs(directory)  # noqa: PTH117
    return f"{PROJECT}/{directory}" if is_below else PROJECT


def _without_factory(path: ImportPath, place: Place) -> ImportPath:
    if not path.factory:
        return path
    note = CALLS_NO_FACTORY.format(
        host=place.title,
        file=os.path.join(path.directory or "", "wsgi.py"),  # noqa: PTH118
        module=path.module,
        name=path.attribute,
    )
    return ImportPath("wsgi", "app", False, path.directory, (*path.notes, note))


def _choose(machine: Machine, windows: bool, launch: Launch | None) -> Server:
    fit = [server for server in SERVERS if server.runs_on_windows or not windows]
    if launch is not None and launch.socketio:
        fit = [server for server in fit if server.serves_socketio] or fit
    installed = [server for server in fit if server.name in machine.installed]
    return (installed or fit)[0]


def _bind(place: Place, address: Address | None, names_port: bool) -> tuple[str, str]:
    port = str(place.port or (address and address.port) or DEFAULT_PORT)
    if place.bind is Bind.PLATFORM_PORT:
        port = f"${PORT_VARIABLE}" if names_port else port
    if place.bind is Bind.LOOPBACK:
        return f"127.0.0.1:{port}", port
    if place.bind is not Bind.AS_LAUNCHED or address is None:
        return f"0.0.0.0:{port}", port
    if address.exposure is Exposure.UNIX_SOCKET:
        return f"unix:{address.bound}", port
    host = address.bound or "127.0.0.1"
    return (f"[{host}]:{port}" if ":" in host else f"{host}:{port}"), port


def _absolute(words: list[str], folder: str | None, programs: str) -> list[str]:
    program, *rest = words
    setting = ["/usr/bin/env", *set_folder(folder)[1:]] if folder else []
    return [*setting, f"{programs}/{program}", *rest]


def _name_changes(path: ImportPath, server: Server) -> t.Iterator[str]:
    names = path.module.split(".")
    if server.name == "waitress" and not all(name.isidentifier() for name in names):
        yield (
            f"waitress can't import a file called {path.module}.py: rename it to"
            f" {path.module.replace('-', '_')}.py."
        )


def _releases(place: Place, words: list[str]) -> t.Iterator[str]:
    # https://gunicorn.org/news/: 26.0 has dropped that worker.
    if "eventlet" in words and not place.serves_itself:
        yield "gunicorn 26 and later has no worker for eventlet: install gunicorn<26."


def _can_import(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _folder(find: t.Callable[[], Path]) -> str:
    try:
        return str(find())
    except OSError:
        return "."
