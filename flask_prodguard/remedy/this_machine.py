"""This machine, as far as a remedy depends on it."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
import typing as t
from dataclasses import dataclass
from pathlib import Path

from .command_line import kind_of_shell
from .command_line import PORT_VARIABLE
from .command_line import ShellKind
from .paths import folder_of
from .paths import start_folder
from .servers import SERVERS

# The lock file of each tool, and the command that adds a package.
LOCK_FILES = {
    "uv.lock": "uv add",
    "poetry.lock": "poetry add",
    "Pipfile.lock": "pipenv install",
    "pdm.lock": "pdm add",
}
# The commands of tools that run a program, by the variable that each of them sets.
WRAPPER_VARIABLES = {
    "UV_RUN_RECURSION_DEPTH": ("uv", "run"),
    "PIPENV_ACTIVE": ("pipenv", "run"),
    "POETRY_ACTIVE": ("poetry", "run"),
}
FLASK_WORDS = (("flask",), ("python", "-m", "flask"))
# A path that needs no quotes in any shell.
SIMPLE = re.compile(r"[\w.:/\\-]+")
WRAPPER_MODULES = {
    "opentelemetry.instrumentation.auto_instrumentation": "opentelemetry-instrument",
    "ddtrace.bootstrap.sitecustomize": "ddtrace-run",
}


@dataclass(frozen=True)
class Machine:
    """What a remedy depends on apart from the app."""

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
    #: Whether the program has changed to another folder since.
    is_left: bool = False
    #: Whether systemd has started the program.
    systemd: bool = False
    #: What the program was started with, for example ``("uv", "run")``.
    wrapper: tuple[str, ...] = ()
    #: The files of variables that only Flask's own start reads.
    dotenv: tuple[str, ...] = ()
    #: The command that adds a package to the project, if a lock file shows which.
    adds_with: str | None = None
    #: The shell that a command is pasted into.
    shell: ShellKind = ShellKind.POSIX
    #: How this Python's ``flask`` is called.
    flask: tuple[str, ...] = ("flask",)


def this_machine(environ: t.Mapping[str, str]) -> Machine:
    """Find out about this machine."""
    names = [server.name for server in SERVERS]
    folder = _folder(start_folder)
    return Machine(
        windows=sys.platform == "win32",
        installed=frozenset(name for name in names if can_import(name)),
        names_port=bool(environ.get(PORT_VARIABLE)),
        programs=os.path.dirname(sys.executable or ""),  # noqa: PTH120
        folder=folder,
        is_left=folder != _folder(Path.cwd),
        systemd=_is_unit(environ),
        wrapper=tuple(_wrapper(environ)),
        adds_with=next(
            (
                command
                for name, command in LOCK_FILES.items()
                if os.path.isfile(os.path.join(folder, name))  # noqa: PTH113, PTH118
            ),
            None,
        ),
        shell=kind_of_shell(environ, sys.platform),
        flask=own_flask(environ),
    )


def own_flask(environ: t.Mapping[str, str]) -> tuple[str, ...]:
    """How the ``flask`` of this Python is called, where a command is pasted."""
    tool = _tool(environ)
    if tool:
        # It has added the folder of its environment to the path for this program only.
        return (*tool, "flask")
    executable = sys.executable or ""
    folders = {os.path.dirname(executable), folder_of("scripts")}  # noqa: PTH120
    # What another environment calls flask knows neither the app nor this package, and
    # an editor starts a program without the folder of its environment on the path.
    for words in FLASK_WORDS:
        found = shutil.which(words[0])
        if found and os.path.dirname(found) in folders:  # noqa: PTH120
            return words
    if getattr(sys, "frozen", False) or not SIMPLE.fullmatch(executable):
        return FLASK_WORDS[-1]
    return (executable, *FLASK_WORDS[-1][1:])


def _is_unit(environ: t.Mapping[str, str]) -> bool:
    # https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html: the
    # first one names the main process of a unit. A terminal may inherit the others.
    if environ.get("SYSTEMD_EXEC_PID") == str(os.getpid()):
        return True
    has_both = "INVOCATION_ID" in environ and "JOURNAL_STREAM" in environ
    return has_both and not os.isatty(2)


def _tool(environ: t.Mapping[str, str]) -> tuple[str, ...]:
    variables = WRAPPER_VARIABLES.items()
    return next((words for name, words in variables if environ.get(name)), ())


def _wrapper(environ: t.Mapping[str, str]) -> t.Iterator[str]:
    yield from _tool(environ)
    for module, program in WRAPPER_MODULES.items():
        if module in sys.modules:
            yield program


def can_import(name: str) -> bool:
    """Whether a package is installed. A file with its name does not count."""
    try:
        spec = importlib.util.find_spec(name)
        return spec is not None and spec.submodule_search_locations is not None
    except Exception:
        # A finder of the program's own, or an object in the module's place, may raise.
        return False


def _folder(find: t.Callable[[], Path]) -> str:
    try:
        return str(find())
    except OSError:
        return "."
