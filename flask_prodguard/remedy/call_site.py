"""Finds the code of the program that is starting a server."""

from __future__ import annotations

import os
import sys
import threading
import typing as t
from dataclasses import dataclass

from ..attributes import attributes_of
from ..origin import calls_from
from ..origin import OWN_PACKAGE
from ..origin import package_of
from .paths import folder_of
from .paths import start_folder

if t.TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import FrameType

# They start Werkzeug's server for a program, wherever they were installed.
LIBRARIES = frozenset(
    {"click", "connexion", "dash", "flask", "flask_script", "flask_socketio"}
    | {"gevent", "eventlet", "werkzeug", OWN_PACKAGE}
)
INSTALLED = ("stdlib", "platstdlib", "purelib", "platlib", "scripts")


@dataclass(frozen=True)
class Step:
    """A line of the program that is being executed."""

    file: Path
    line: int
    #: The function, or ``<module>``.
    function: str
    #: Where the function begins.
    first_line: int


@dataclass(frozen=True)
class Caller:
    """The line of the program that starts a server, and what led there."""

    #: The call itself first, the outermost step last.
    steps: tuple[Step, ...]
    #: The global names of the module that makes the call.
    namespace: Mapping[str, object]
    #: The module of the function that is called, if it is not the guard's own hook.
    into: str | None = None
    #: The names of that function's parameters.
    parameters: tuple[str, ...] = ()

    @property
    def file(self) -> Path:
        """The file of the call."""
        return self.steps[0].file

    @property
    def line(self) -> int:
        """The line of the call."""
        return self.steps[0].line


def find_caller(app_module: str) -> Caller | None:
    """The code of the program that is starting a server, if this is called on the way
    to that server. ``None`` if no code of the program does: below the ``flask``
    command, and in a thread that was given ``app.run`` itself.

    :param app_module: the module that made the app, which may be installed.
    """
    frames = [
        frame
        for frame in calls_from(sys._getframe(1))
        if package_of(_module(frame)) != OWN_PACKAGE
    ]
    own = [frame for frame in frames if _is_of_program(frame, package_of(app_module))]
    if not own:
        return None
    steps, namespace = tuple(map(_step, own)), own[0].f_globals
    first = frames.index(own[0])
    if not first:
        return Caller(steps, namespace)
    code = frames[first - 1].f_code
    names = code.co_varnames[: code.co_argcount]
    return Caller(steps, namespace, _module(frames[first - 1]), names)


def is_in_thread() -> bool:
    """Whether the server starts next to what the program does in its main thread."""
    return threading.current_thread() is not threading.main_thread()


def is_in_child() -> bool:
    """Whether this process was made by ``multiprocessing``."""
    multiprocessing = attributes_of(sys.modules.get("multiprocessing.process"))
    return multiprocessing.get("_parent_process") is not None


def _is_of_program(frame: FrameType, app_package: str) -> bool:
    file, package = frame.f_code.co_filename, package_of(_module(frame))
    if package in LIBRARIES or file.startswith("<"):
        return False
    if is_frozen():
        return package not in sys.stdlib_module_names
    return package == app_package != "__main__" or not _is_installed(file)


def _is_installed(file: str) -> bool:
    folders = [*map(folder_of, INSTALLED)]
    folders += [os.path.dirname(sys.executable)]  # noqa: PTH120
    return is_below(file, folders)


def is_below(file: str, folders: t.Iterable[str], paths: t.Any = os.path) -> bool:
    """Whether a file is in one of some folders, or further below."""
    # On Windows, C:\Python and c:/python are the same folder.
    path = paths.normcase(file)
    return any(path.startswith(paths.normcase(each) + paths.sep) for each in folders)


def is_frozen() -> bool:
    """Whether the program is a bundle, such as PyInstaller's."""
    return bool(getattr(sys, "frozen", False) or getattr(sys, "_MEIPASS", None))


def is_embedded() -> bool:
    """Whether another program runs this Python, which has no command line."""
    main = sys.modules.get("__main__")
    has_file = bool(getattr(main, "__file__", None) or getattr(main, "__spec__", None))
    return not has_file and not any(sys.argv[:1]) and not sys.flags.interactive


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__"))


def _step(frame: FrameType) -> Step:
    code = frame.f_code
    file = start_folder() / code.co_filename
    return Step(file, frame.f_lineno, code.co_name, code.co_firstlineno)
