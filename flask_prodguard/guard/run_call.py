"""What a call of ``app.run()`` asks for, as options of ``flask run``."""

from __future__ import annotations

import os
import sys
import typing as t
from pathlib import Path

from ..config.keys import FALSE_WORDS
from ..config.keys import TRUE_WORDS
from ..judging.launch import CallSite
from ..judging.launch import RunCall
from ..judging.launch import Switch
from ..remedy.paths import start_folder

if t.TYPE_CHECKING:
    from types import FrameType

OWN_PACKAGE = __name__.partition(".")[0]
# They call Flask.run for a program, which calls it by another name.
CALLERS = {"dash": "Dash's app.run()", "flask_socketio": "socketio.run()"}

DEBUG_PASSED = Switch("debug=True was passed", "Take debug=True out of the call")
TEXT_PASSED = "Pass True or False, for every text but an empty one counts as true"
DEBUG_VARIABLE = Switch("FLASK_DEBUG is set", "Unset FLASK_DEBUG")
APP_DEBUG = Switch(
    "app.debug is on", "Take app.debug = True, or DEBUG, out of the configuration"
)
DEBUGGER_PASSED = Switch(
    "use_debugger=True was passed", "Take use_debugger=True out of the call"
)
DEBUGGER_AROUND = Switch("the debugger is on", "Take DebuggedApplication off the app")

# The defaults of other arguments, and those for which `flask run` has an option.
DEFAULTS: dict[str, object] = {
    "load_dotenv": True,
    "passthrough_errors": False,
    "processes": 1,
    "reloader_interval": 1,
    "reloader_type": "auto",
    "use_evalex": True,
}
OPTIONS = frozenset(
    {"host", "port", "debug", "use_debugger", "use_reloader", "threaded"}
    | {"ssl_context", "extra_files", "exclude_patterns"}
)
PLAIN = (bool, int, str)
INSTALLED = frozenset({"site-packages", "dist-packages"})


def find_caller() -> str | None:
    """What the program called, if a library calls ``app.run()`` for it."""
    frame = sys._getframe(1)
    while _package_of(frame) == OWN_PACKAGE and frame.f_back:
        frame = frame.f_back
    return CALLERS.get(_package_of(frame))


def find_call_site() -> CallSite | None:
    """The line of the program that calls ``app.run()``, or the library that does.
    ``None`` if no code of the program does.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        package, file = _package_of(frame), frame.f_code.co_filename
        installed = not INSTALLED.isdisjoint(Path(file).parts)
        if package != OWN_PACKAGE and package not in CALLERS and not installed:
            is_of_python = package in sys.stdlib_module_names or file.startswith("<")
            return None if is_of_python else CallSite(_shortened(file), frame.f_lineno)
        frame = frame.f_back
    return None


def _shortened(file: str) -> str:
    try:
        folder = start_folder()
    except OSError:
        return file
    path = folder / file
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)


def _package_of(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__")).partition(".")[0]


def passed(debug: object) -> Switch:
    """What switches debug mode on, if it was passed to the call."""
    if debug is True:
        return DEBUG_PASSED
    if isinstance(debug, str):
        # It may come from anywhere: only a word that can't be a secret is shown.
        is_word = debug.strip().casefold() in TRUE_WORDS | FALSE_WORDS
        text = f"the text {debug!r}" if is_word else "a text"
        return Switch(f"debug is {text}, which Python takes as true", TEXT_PASSED)
    kind = f"a value of the type {type(debug).__name__}"
    return Switch(
        f"debug is {kind}, which Python takes as true", "Take debug out of the call"
    )


def read_run_call(
    given: t.Mapping[str, t.Any],
    host: str,
    port: int | None,
    debug: bool,
    switch: Switch,
    caller: str | None,
) -> RunCall:
    """What a call asks for.

    :param given: the arguments of the call, by name.
    :param host: what is bound.
    :param port: what is bound, if that is a number.
    :param debug: whether debug mode is on.
    :param switch: what switched it, or the debugger, on.
    :param caller: what the program called, if not ``app.run()``.
    """
    if caller:
        seen = f"{caller} was called with debug mode on"
        switch = Switch(seen, f"Take debug out of {caller}")
    options = [
        *_switches(given, debug),
        *_address(host, port),
        *_certificate(given.get("ssl_context")),
        *_paths("--extra-files", given.get("extra_files")),
        *_paths("--exclude-patterns", given.get("exclude_patterns")),
    ]
    return RunCall(
        caller or "app.run()",
        switch,
        tuple(options),
        tuple(name for name in given if _has_no_option(name, given[name])),
    )


def _switches(given: t.Mapping[str, t.Any], debug: bool) -> t.Iterator[str]:
    if debug:
        yield "--debug"
    for name, option in (("use_debugger", "debugger"), ("use_reloader", "reload")):
        wanted = bool(given.get(name, debug))
        if wanted is not debug:
            yield f"--{option}" if wanted else f"--no-{option}"
    if not given.get("threaded", True):
        yield "--without-threads"


def _address(host: str, port: int | None) -> t.Iterator[str]:
    # Without the option, a variable with the same meaning would count.
    if host != "127.0.0.1" or "FLASK_RUN_HOST" in os.environ:
        yield from ("--host", host)
    if port is not None and (port != 5000 or "FLASK_RUN_PORT" in os.environ):
        yield from ("--port", str(port))


def _certificate(ssl_context: t.Any) -> t.Iterator[str]:
    if _has_no_option("ssl_context", ssl_context) or ssl_context is None:
        return
    if isinstance(ssl_context, str):
        yield from ("--cert", ssl_context)
        return
    for option, file in zip(("--cert", "--key"), ssl_context, strict=False):
        yield from (option, os.fspath(file))


def _paths(option: str, paths: t.Any) -> t.Iterator[str]:
    if paths and not _has_no_option("extra_files", paths):
        yield from (option, os.pathsep.join(map(os.fspath, paths)))


def _has_no_option(name: str, value: object) -> bool:
    if name == "ssl_context":
        is_made = type(value) is str and value == "adhoc"
        return not (value is None or is_made or _holds_paths(value, 2))
    if name in ("extra_files", "exclude_patterns"):
        return value is not None and not _holds_paths(value)
    if name in OPTIONS or value is None:
        return False
    default = DEFAULTS.get(name)
    return type(value) not in PLAIN or value != default


def _holds_paths(value: object, number: int | None = None) -> bool:
    if type(value) not in (list, tuple, set, frozenset):
        return False
    paths = [*t.cast("t.Iterable[object]", value)]
    if number is not None and len(paths) != number:
        return False
    return all(isinstance(path, (str, os.PathLike)) for path in paths)
