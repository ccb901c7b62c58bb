"""The remedy for an app of this process. It is imported only if something is wrong: a
server that starts as it should does not pay for it.
"""

from __future__ import annotations

import ast
import dataclasses
import re
import sys
import typing as t
from contextlib import suppress
from pathlib import Path

from ..attributes import attributes_of
from ..deployment.dotenv import DOTENV_FILES
from ..deployment.dotenv import FLASK_ONLY
from ..environment import process
from ..judging.launch import CallSite
from ..judging.launch import Via
from ..origin import package_of
from ..wsgi import is_flask_app
from ..wsgi import walk
from .besides import find_losses
from .call_site import find_caller
from .call_site import is_embedded
from .call_site import is_frozen
from .call_site import is_in_child
from .call_site import is_in_thread
from .code_changes import NO_FILE
from .code_remedy import GEVENT
from .code_remedy import HostNeeds
from .code_remedy import rewrite_call
from .code_remedy import rewrite_thread
from .code_remedy import SOCKETIO
from .factories import FRAMEWORKS
from .paths import script
from .paths import shown_from
from .paths import start_folder
from .places import Bind
from .places import PLACES
from .served_path import find_served_path
from .served_path import layers_left_out
from .start_file import find_start
from .statements import forget_statements
from .statements import nodes_of
from .statements import read_program
from .suggest import for_development
from .suggest import NO_HANDLER
from .suggest import place_key_of
from .suggest import ProgramFacts
from .suggest import suggest
from .this_machine import can_import
from .this_machine import Machine
from .this_machine import this_machine

if t.TYPE_CHECKING:
    from flask import Flask

    from ..deployment.start_command import StartCommand
    from ..environment.evidence import Environment
    from ..judging.launch import ImportPath
    from ..judging.launch import Launch
    from ..judging.verdict import Verdict
    from ..origin import Origin
    from .call_site import Caller
    from .code_remedy import Edit
    from .remedy import Remedy

# Starts that load the files of variables themselves.
READS_DOTENV = (Via.APP_RUN, Via.FLASK_RUN)
NAME = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=", re.M)
# Each library, and where it keeps what it has patched: gevent 24.11's
# src/gevent/monkey/_state.py and eventlet 0.39's eventlet/patcher.py (read 2026-11-27).
PATCHES = (
    ("gevent", "gevent.monkey", "saved"),
    ("eventlet", "eventlet.patcher", "already_patched"),
)
FORWARDED = re.compile(r"x[-_]forwarded", re.I)
PATCH = (
    "Put `from gevent import monkey` and `monkey.patch_all()` at the top of {file},"
    " before every other import."
)
LEAVE_OUT_MODE = "Leave out `async_mode` where SocketIO is created."
OTHER_START = (
    "`{name}.run` in {file}, line {line}, starts another server, which is refused as"
    " well: change it in the same way."
)
OTHER_LOST = "`{name}.run` in {file}, line {line}, would not be started."
LEFT_OUT = "{name}, which is put around the app where it is served, has no name."
BUILD_AGAIN = "The program is a bundle: its author has to build it again after that."


class Advice(t.NamedTuple):
    """A verdict with what was found out about the app, and the remedy."""

    verdict: Verdict
    remedy: Remedy


def advise(
    app: Flask, verdict: Verdict, origin: Origin, served: object = None
) -> Advice:
    """Find out how an app is served instead, on this host.

    :param origin: where the guard was applied to the app.
    :param served: what the development server was given, if that is known.
    """
    try:
        return _advise(app, verdict, origin, served)
    finally:
        forget_statements()


def _advise(app: Flask, verdict: Verdict, origin: Origin, served: object) -> Advice:
    caller = None
    with suppress(Exception):
        if verdict.launch.via is not Via.FLASK_RUN:
            caller = find_caller(app.import_name)
    launch = complete(app, verdict.launch, origin, served, caller)
    machine = dataclasses.replace(
        this_machine(process.environ()), dotenv=_dotenv_files(launch)
    )
    program = ProgramFacts()
    with suppress(Exception):
        program = _program(app, launch, verdict.environment, machine, caller, origin)
        if launch.via is Via.WERKZEUG:
            left_out = layers_left_out(app, origin, served)
            losses = tuple(LEFT_OUT.format(name=name) for name in left_out)
            program = dataclasses.replace(program, losses=(*program.losses, *losses))
    remedy = suggest(machine, verdict.environment, launch, program=program)
    if verdict.codes == ("PG103",):
        remedy = for_development(remedy, machine)
    return Advice(dataclasses.replace(verdict, launch=launch), remedy)


def complete(
    app: Flask,
    launch: Launch,
    origin: Origin | None,
    served: object = None,
    caller: Caller | None = None,
) -> Launch:
    """A launch with what is found out only once something is wrong."""
    site = None
    with suppress(OSError):
        if caller is not None:
            file = shown_from(start_folder(), caller.file)
            site = CallSite(file, caller.line)
    return dataclasses.replace(
        launch,
        import_path=find_served_path(app, origin, served),
        call_site=site,
        websockets=launch.socketio is None and _has_websockets(app),
        forwarded=_is_behind_proxy(app, served),
        patched_by=_patched_by(),
    )


def _has_websockets(app: Flask) -> bool:
    # flask-sock registers no extension: its views are its own functions.
    views = list(app.view_functions.values())
    own = any(_module_of(view) == "flask_sock" for view in views)
    return own or "simple_websocket" in sys.modules


def _module_of(view: object) -> object:
    namespace = getattr(view, "__globals__", None)
    return namespace.get("__name__") if type(namespace) is dict else None


def _patched_by() -> str | None:
    # Gunicorn's usual worker uses real threads, and would never answer there.
    for name, module, patched in PATCHES:
        if attributes_of(sys.modules.get(module)).get(patched):
            return name
    return None


def _is_behind_proxy(app: Flask, served: object) -> bool:
    around = (*walk(served), *walk(app))
    if any(type(found).__name__ == "ProxyFix" for found in around):
        return True
    files = {
        view.__code__.co_filename
        for view in list(app.view_functions.values())
        if hasattr(view, "__code__") and _is_own(view)
    }
    return any(FORWARDED.search(_text(file)) for file in files)


def _is_own(view: object) -> bool:
    # The view of static files is in a long file of Flask's own.
    return package_of(str(_module_of(view))) not in FRAMEWORKS


def _text(file: str) -> str:
    with suppress(OSError, ValueError):
        return Path(file).read_text(errors="replace")
    return ""


def _dotenv_files(launch: Launch) -> tuple[str, ...]:
    if launch.via not in READS_DOTENV or not can_import("dotenv"):
        return ()
    with suppress(Exception):
        from dotenv import find_dotenv
        from flask.helpers import get_load_dotenv

        if not get_load_dotenv():
            return ()
        cwd = start_folder()
        found = [find_dotenv(name, usecwd=True) for name in DOTENV_FILES]
        chosen = [Path(file) for file in found if file and _has_own_names(Path(file))]
        named = [_named_env_file(sys.argv)] if launch.via is Via.FLASK_RUN else []
        files = [Path(cwd, file) for file in named if file] + chosen
        return tuple(shown_from(cwd, file) for file in files)
    return ()


def _named_env_file(argv: t.Sequence[str]) -> str | None:
    """The file that ``flask --env-file`` names, which takes precedence over the others.

    Source: ``_env_file_option`` in Flask's ``cli.py``, read 2026-11-27.
    """
    for word, following in zip(argv, [*argv[1:], ""], strict=True):
        if word in ("-e", "--env-file"):
            return following
        if word.startswith("--env-file="):
            return word.partition("=")[2]
    return process.environ().get("FLASK_ENV_FILE") or None


def _has_own_names(file: Path) -> bool:
    names = NAME.findall(_text(str(file)))
    return file.name == ".env" or not all(map(FLASK_ONLY.fullmatch, names))


def _program(
    app: Flask,
    launch: Launch,
    environment: Environment,
    machine: Machine,
    caller: Caller | None,
    origin: Origin,
) -> ProgramFacts:
    path = t.cast("ImportPath", launch.import_path)
    folder = start_folder()
    place_key = place_key_of(machine, environment)
    place = PLACES[place_key]
    needs = _needs(machine, environment, place.bind)
    edit, file = None, caller.file if caller else None
    names: t.Mapping[str, object] = caller.namespace if caller else {}
    if caller is not None:
        own = path.flask_app or path
        edit = rewrite_call(caller, launch, own.attribute, bool(machine.dotenv), needs)
    if edit is None and launch.via is not Via.FLASK_RUN:
        found = _edit_of_thread(app, launch, origin, needs)
        edit, file, names = found or (None, file, names)
    packages = ("waitress", "cheroot", "gevent", "gevent-websocket")
    own_file = _file_of(path, folder)
    is_bundle = is_frozen()
    can_be_imported = not (is_bundle or is_embedded() or NO_FILE in path.notes)
    if can_be_imported and edit is not None and edit.before is None:
        # A line in a zip file can't be changed either.
        edit = None
    beside = is_in_thread(), script(), is_in_child()
    roots = [root for root in map(folder.joinpath, sys.path) if folder in root.parents]
    others = [*_other_starts(app, file, names, folder)]
    losses = find_losses(caller, own_file, path, folder, *beside, roots)
    return ProgramFacts(
        edit=edit,
        file=shown_from(folder, file) if file else None,
        changes=(
            *_changes(edit, file, folder),
            *(OTHER_START.format_map(each) for each in others),
        ),
        losses=(*losses, *(OTHER_LOST.format_map(each) for each in others)),
        note=BUILD_AGAIN if is_bundle else "",
        losses_in_code=tuple(_losses_in_code(launch, edit)),
        can_be_imported=can_be_imported,
        installed=frozenset(
            name
            for name in packages
            if can_import(name.replace("-websocket", "websocket"))
        ),
        machine=machine,
        start=_start(folder, place_key, environment),
    )


def _start(folder: Path, key: str, environment: Environment) -> StartCommand | None:
    with suppress(Exception):
        return find_start(folder, key, environment.container)
    return None


def _needs(machine: Machine, environment: Environment, bind: Bind) -> HostNeeds:
    names_port = machine.names_port and bind is Bind.PLATFORM_PORT
    # A container of one's own may have a proxy beside the app.
    is_platform = environment.place is not None
    reaches_all = bind in (Bind.PLATFORM_PORT, Bind.EVERY_INTERFACE)
    return HostNeeds("PORT" if names_port else None, is_platform and reaches_all)


def _edit_of_thread(
    app: Flask, launch: Launch, origin: Origin, needs: HostNeeds
) -> tuple[Edit, Path, t.Mapping[str, object]] | None:
    for name in dict.fromkeys(("__main__", origin.module, app.import_name)):
        namespace = attributes_of(sys.modules.get(name or ""))
        file = script() if name == "__main__" else namespace.get("__file__")
        if file and (edit := rewrite_thread(Path(file), app, namespace, launch, needs)):
            return edit, Path(file), namespace
    return None


def _other_starts(
    app: Flask, file: Path | None, names: t.Mapping[str, object], folder: Path
) -> t.Iterator[dict[str, object]]:
    """What starts other guarded apps in the same file, each of which is refused too.

    :param names: the global names of the file.
    """
    others = {name for name, value in list(names.items()) if _is_other(value, app)}
    with suppress(OSError, SyntaxError, ValueError):
        for node in nodes_of(read_program(file)[1]) if file and others else ():
            if isinstance(node, ast.Attribute) and node.attr == "run":
                name = ast.unparse(node.value)
                if name in others:
                    shown = shown_from(folder, t.cast("Path", file))
                    yield {"name": name, "file": shown, "line": node.lineno}


def _is_other(value: object, app: Flask) -> bool:
    extensions = attributes_of(value).get("extensions", {})
    return is_flask_app(value) and value is not app and "prodguard" in extensions


def _changes(edit: Edit | None, file: Path | None, folder: Path) -> t.Iterator[str]:
    if edit is None:
        return
    if edit.server in (GEVENT, SOCKETIO):
        main = script() or file or Path("app.py")
        yield PATCH.format(file=shown_from(folder, main))
        if edit.server is SOCKETIO and file and "async_mode" in _text(str(file)):
            yield LEAVE_OUT_MODE


def _losses_in_code(launch: Launch, edit: Edit | None) -> t.Iterator[str]:
    if launch.serving.processes > 1:
        yield "It serves with threads in one process, not with several processes."
    if launch.serving.request_handler and edit is not None:
        yield NO_HANDLER.format(server=edit.server.name)


def _file_of(path: ImportPath, folder: Path) -> Path | None:
    base = folder / (path.directory or "") / path.module.replace(".", "/")
    for file in (base / "__init__.py", base.with_name(f"{base.name}.py")):
        if file.is_file():
            return file
    module = attributes_of(sys.modules.get(path.module)).get("__file__")
    return Path(module) if module else script()
