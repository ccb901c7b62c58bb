"""Chooses the remedy for an app: another start command, or a change in the code."""

from __future__ import annotations

import dataclasses
import json
import os
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ..deployment.replacement import replace_command
from ..judging.address import Address
from ..judging.address import Exposure
from ..judging.launch import ImportPath
from .code_changes import CALLS_NO_FACTORY
from .command_line import as_words
from .command_line import command
from .command_line import joined
from .command_line import PORT_VARIABLE
from .command_line import set_folder
from .command_line import ShellKind
from .development import how_to_develop
from .development import WITH_DEBUG
from .places import Bind
from .places import Place
from .places import PLACES
from .remedy import Applicability
from .remedy import Kind
from .remedy import Remedy
from .servers import NO_CERTIFICATE
from .servers import Server
from .servers import SERVERS

if t.TYPE_CHECKING:
    from ..deployment.start_command import StartCommand
    from ..environment.evidence import Environment
    from ..judging.launch import Launch
    from .code_remedy import Edit
    from .development import Development
    from .this_machine import Machine

DEFAULT_PORT = 8000
LOCAL = frozenset({Exposure.LOOPBACK, Exposure.UNIX_SOCKET})
PROJECT = "/home/YOU/PROJECT"
# Wrappers that are installed next to Python, in the order in which one starts the next.
PROGRAMS: tuple[str, ...] = ("opentelemetry-instrument", "ddtrace-run", "dotenv")
PROGRAMS += ("gunicorn", "waitress-serve")
UNKNOWN_PATH = ImportPath("app", "app")
OWN_MACHINE = "For your own machine only: the debugger runs what a browser sends it."
NO_HANDLER = (
    "{server} has no use for the request handler that is passed, and does without what"
    " it does."
)
FILL_IN = (
    "The files of the certificate are not known: put the paths of yours in the place of"
    " {certificate} and {key}."
)


@dataclass(frozen=True)
class ProgramFacts:
    """What was found out about the program, besides how it is launched."""

    #: How the call is rewritten, if that is possible.
    edit: Edit | None = None
    #: The file of the call, relative to the project.
    file: str | None = None
    #: What else has to be done, in sentences.
    changes: tuple[str, ...] = ()
    #: What else a person has to know.
    note: str = ""
    #: What a server that imports the app does not do, in sentences.
    losses: tuple[str, ...] = ()
    #: What the rewritten call does not do.
    losses_in_code: tuple[str, ...] = ()
    #: Whether a server can import the app at all.
    can_be_imported: bool = True
    #: The packages that can be imported here.
    installed: frozenset[str] = frozenset()
    machine: Machine | None = None
    #: What started it, if a file of the project says so.
    start: StartCommand | None = None


UNKNOWN_PROGRAM = ProgramFacts()


def suggest(
    machine: Machine,
    environment: Environment | None = None,
    launch: Launch | None = None,
    place_key: str | None = None,
    program: ProgramFacts = UNKNOWN_PROGRAM,
) -> Remedy:
    """The better of two remedies, another command or a change in the code. The other
    one is its alternative.

    :param environment: names the platform and whether this is a container.
    :param place_key: a key of ``PLACES`` instead of the recognised platform's.
    """
    key = place_key or place_key_of(machine, environment)
    command = _by_command(machine, launch, key, place_key is None, program)
    code = _in_code(command, program)
    if code is None or command.place.serves_itself:
        return command
    if not program.can_be_imported:
        return code
    if _comes_first(code, command):
        return dataclasses.replace(code, alternatives=(command,))
    return dataclasses.replace(command, alternatives=(code,))


def _comes_first(code: Remedy, command: Remedy) -> bool:
    """Whether the code is better changed than the command.

    A change in the code keeps everything that the program does, and whatever starts it.
    But it puts a server into the code, and removes the development server, so it is not
    the first choice if a command loses nothing. From inside an image, ``ENTRYPOINT
    ["python"]`` can't be distinguished from a script that ends in ``exec "$@"``: a new
    CMD is wrong with the former, a new ENTRYPOINT with the latter. WebSockets are the
    exception: in the code they need more than one change, so the command comes first,
    with what it depends on.
    """
    is_uncertain = bool(command.condition) and not code.changes
    return bool(command.losses or command.changes) or is_uncertain


def _by_command(
    machine: Machine,
    launch: Launch | None,
    key: str,
    is_here: bool,
    program: ProgramFacts,
) -> Remedy:
    place = PLACES[key]
    found = (launch.import_path if launch else None) or UNKNOWN_PATH
    path = found if place.calls_factory else _without_factory(found, place)
    # A file for another host is written for its system, not for this one.
    windows = key == "windows" or (key == "shell" and machine.windows)
    server = _choose(machine, windows, launch)
    bind, port = _bind(
        place, launch.address if launch else None, machine.names_port or not is_here
    )
    folder = None if server.adds_folder else path.directory
    before = _before(machine, program.start is not None) if is_here else ()
    words = [*before, *server.words(path, bind, launch)]
    line = command(words, folder, _shell(machine, key))
    all_words = as_words(words, folder, windows)
    if place.wants_whole_paths:
        all_words = _absolute(words, folder, machine.programs)
        line = joined(all_words)
    filled = {
        "command": line,
        "array": json.dumps(all_words),
        "quoted": json.dumps(line),
        "executed": json.dumps(f"exec {line}"),
        "folder": machine.folder,
        "source": path.directory or ".",
        "project": _project(machine, path, is_here),
        "module": path.module,
        "attribute": path.attribute,
        "call": path.attribute + ("()" if path.factory else ""),
    }
    template = (*(place.path_lines if path.directory else ()), *place.template)
    lines = tuple(each.format_map(filled) for each in template)
    is_missing = server.name not in machine.installed and not place.serves_itself
    requirements = (server.name,) if is_missing else ()
    changes = (
        *path.notes,
        *_name_changes(path, server),
        *_releases(place, words),
        *_to_fill_in(words),
    )
    remedy = Remedy(
        Kind.COMMAND,
        server=server.name,
        command=line if place.has_shell else lines[-1],
        argv=_argv(line, all_words),
        place=place,
        lines=lines,
        requirements=requirements,
        install=_install(machine, requirements),
        changes=changes,
        losses=(*_missing_in(server, launch), *program.losses),
        condition=place.condition if is_here else "",
        note=place.note.format(port=port),
        development=_how_to_develop(machine, found.flask_app or found, launch),
    )
    if program.start is not None and is_here:
        remedy = in_file(remedy, program.start, line)
    return dataclasses.replace(remedy, applicability=_how_far(remedy))


def in_file(remedy: Remedy, start: StartCommand, line: str) -> Remedy:
    """The remedy as the file of a start writes its command, unchanged if it can't be
    known how.
    """
    written = replace_command(start, line)
    if written is None:
        return remedy
    return dataclasses.replace(
        remedy,
        file=written.file,
        line=written.line,
        before="\n".join(written.before),
        after="\n".join(written.after),
        lines=written.after,
        # The file says what the image starts with.
        condition="",
    )


def _before(machine: Machine, is_in_file: bool) -> t.Iterator[str]:
    """The words before the server, such as those that the program was started with.

    :param is_in_file: whether they are in the file and stay there.
    """
    if not is_in_file:
        yield from machine.wrapper
    for file in machine.dotenv:
        named = ("--file", file) if file != ".env" else ()
        yield from ("dotenv", *named, "run", "--no-override", "--")


def _argv(line: str, words: list[str]) -> tuple[str, ...]:
    # Only a shell fills in a variable.
    needs_shell = any("$" in word for word in words)
    return ("sh", "-c", f"exec {line}") if needs_shell else tuple(words)


def _install(machine: Machine, requirements: tuple[str, ...]) -> str | None:
    if not requirements or machine.adds_with is None:
        return None
    return joined([*machine.adds_with.split(), *requirements])


def _missing_in(server: Server, launch: Launch | None) -> t.Iterator[str]:
    """What the development server does and another server can't."""
    if launch is None:
        return
    if not server.has_tls and launch.serving.tls:
        yield f"{server.name} has no TLS: it answers plain HTTP."
    if not server.serves_websockets and (launch.websockets or launch.socketio):
        yield f"{server.name} serves no WebSockets."
    if launch.serving.processes > 1 and server.name == "waitress":
        yield f"{server.name} serves with threads in one process, not with several."
    if launch.serving.request_handler:
        yield NO_HANDLER.format(server=server.name)


def _how_far(remedy: Remedy) -> Applicability:
    if any(word in NO_CERTIFICATE for word in remedy.command.split()):
        return Applicability.PLACEHOLDERS
    if remedy.changes or remedy.losses or remedy.condition or remedy.requirements:
        return Applicability.MAYBE
    is_placed = remedy.file is not None or remedy.place.is_terminal
    return Applicability.MACHINE if is_placed else Applicability.MAYBE


def _in_code(command: Remedy, program: ProgramFacts) -> Remedy | None:
    edit = program.edit
    if edit is None:
        return None
    missing = tuple(
        each for each in edit.server.requirements if each not in program.installed
    )
    changes = program.changes
    besides = (missing, changes, program.note, program.losses_in_code)
    is_exact = edit.before is not None and not any(besides)
    return Remedy(
        Kind.CODE,
        server=edit.server.name,
        file=program.file,
        line=edit.line,
        before=edit.before,
        after=edit.after,
        place=command.place,
        lines=tuple(edit.after.split("\n")),
        requirements=missing,
        install=_install(program.machine, missing) if program.machine else None,
        changes=changes,
        losses=program.losses_in_code,
        note=program.note,
        development=command.development,
        applicability=Applicability.MACHINE if is_exact else Applicability.MAYBE,
    )


def for_development(remedy: Remedy, machine: Machine) -> Remedy:
    """The remedy if only debug mode was refused: how to go on developing.

    It starts the development server with its debugger again, which is only right on
    one's own machine, so it is no more than a maybe. The alternative serves without a
    debugger.
    """
    development = remedy.development
    commands = [
        each for each in (remedy, *remedy.alternatives) if each.kind is Kind.COMMAND
    ]
    return Remedy(
        Kind.COMMAND,
        server="werkzeug",
        command=development.command,
        argv=development.argv,
        place=PLACES["windows" if machine.windows else "shell"],
        lines=(development.command,),
        changes=development.changes,
        # `flask run` imports the app as another server does.
        losses=commands[0].losses if commands else (),
        note=OWN_MACHINE,
        alternatives=(
            dataclasses.replace(remedy, alternatives=()),
            *remedy.alternatives,
        ),
        development=development,
    )


def place_key_of(machine: Machine, environment: Environment | None) -> str:
    """The key of the place where this host keeps its start command."""
    if environment is not None and environment.place is not None:
        return environment.place
    if environment is not None and environment.container:
        return "docker"
    if machine.systemd:
        return "systemd"
    return "windows" if machine.windows else "shell"


def _how_to_develop(
    machine: Machine, path: ImportPath, launch: Launch | None
) -> Development:
    if machine.is_left:
        # The reloader starts it again in the folder that it has changed to.
        path = dataclasses.replace(path, directory=_folder_of(path, machine))
    call = launch.run_call if launch else None
    # Otherwise the line is for another machine, on which none of them may be right.
    is_local = launch is not None and launch.address.exposure in LOCAL
    options = call.options if call and is_local else WITH_DEBUG
    return how_to_develop(
        path,
        machine.folder,
        machine.shell,
        options,
        flask=machine.flask,
        windows=machine.windows,
    )


def _shell(machine: Machine, key: str) -> ShellKind:
    """The shell that reads the line: the host's, if the line is put into a file."""
    if key == "windows" and not machine.windows:
        return ShellKind.CMD
    return machine.shell if PLACES[key].is_terminal else ShellKind.POSIX


def _folder_of(path: ImportPath, machine: Machine) -> str:
    folder = os.path.join(machine.folder, path.directory or "")  # noqa: PTH118
    return Path(os.path.normpath(folder)).as_posix()


def _project(machine: Machine, path: ImportPath, is_here: bool) -> str:
    directory = path.directory or ""
    if is_here:
        return _folder_of(path, machine)
    # Nobody can know where a folder of this machine is on another host.
    is_below = directory and not os.path.isabs(directory)  # noqa: PTH117
    return f"{PROJECT}/{directory}" if is_below else PROJECT


def _without_factory(path: ImportPath, place: Place) -> ImportPath:
    if not path.factory:
        return path
    note = CALLS_NO_FACTORY.format(
        host=place.title,
        file=f"{path.directory}/wsgi.py" if path.directory else "wsgi.py",
        module=path.module,
        name=path.attribute,
    )
    return ImportPath("wsgi", "app", False, path.directory, (*path.notes, note))


def _choose(machine: Machine, windows: bool, launch: Launch | None) -> Server:
    fit = [server for server in SERVERS if server.runs_on_windows or not windows]
    if launch is not None and (launch.socketio or launch.websockets):
        fit = [server for server in fit if server.serves_websockets] or fit
    if launch is not None and launch.serving.tls:
        fit = [server for server in fit if server.has_tls] or fit
    installed = [server for server in fit if server.name in machine.installed]
    return (installed or fit)[0]


def _bind(place: Place, address: Address | None, names_port: bool) -> tuple[str, str]:
    port = str(place.port or (address and address.port) or DEFAULT_PORT)
    if place.bind is Bind.PLATFORM_PORT:
        port = f"${PORT_VARIABLE}" if names_port else port
    if (
        address is not None
        and address.exposure is Exposure.UNIX_SOCKET
        and (place.bind is not Bind.PLATFORM_PORT or not names_port)
    ):
        return f"unix:{address.bound}", port
    if place.bind is Bind.LOOPBACK:
        return f"127.0.0.1:{port}", port
    if place.bind is not Bind.AS_LAUNCHED or address is None:
        is_both = address is not None and address.bound == "::"
        return f"{'[::]' if is_both else '0.0.0.0'}:{port}", port
    host = address.bound or "127.0.0.1"
    return (f"[{host}]:{port}" if ":" in host else f"{host}:{port}"), port


def _absolute(words: list[str], folder: str | None, programs: str) -> list[str]:
    # A unit has neither a shell nor the PATH of a virtual environment.
    setting = ["/usr/bin/env", *set_folder(folder)[1:]] if folder else []
    first = next(i for i, word in enumerate(words) if word in PROGRAMS)
    return [
        *setting,
        *(f"{programs}/{word}" if word in PROGRAMS else word for word in words[first:]),
    ]


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


def _to_fill_in(words: list[str]) -> t.Iterator[str]:
    certificate, key = NO_CERTIFICATE
    if certificate in words:
        yield FILL_IN.format(certificate=certificate, key=key)
