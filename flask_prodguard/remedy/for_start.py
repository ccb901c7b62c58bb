"""The remedy for a start command that was read from a file: the program was not
started, and only its files are known.
"""

from __future__ import annotations

import dataclasses
import posixpath
import re
import typing as t
from contextlib import suppress
from pathlib import PurePosixPath

from ..deployment.dotenv import DOTENV_FILES
from ..deployment.dotenv import FLASK_ONLY
from ..deployment.dotenv import read_dotenv
from ..deployment.file_system import find_file
from ..deployment.project import within
from ..deployment.python.flask_command import flask_words
from ..deployment.python.serving import Call
from ..deployment.python.values import Known
from ..deployment.python.values import Unknown
from ..deployment.requirements import packages_of
from ..deployment.shell.wrappers import program_name
from ..judging.launch import CallSite
from ..judging.launch import ImportPath
from ..judging.launch import ServerOptions
from .besides import adds_to
from .besides import find_losses
from .call_in_file import OTHER_APPS
from .call_in_file import read_call
from .code_changes import CALLED
from .code_changes import NOT_A_GLOBAL
from .code_changes import UNDER_GUARD
from .code_remedy import HostNeeds
from .code_remedy import rewrite_call
from .places import Bind
from .places import PLACES
from .remedy import Applicability
from .remedy import Kind
from .servers import SERVERS
from .source import binds
from .source import locate_script
from .start_file import is_of_image
from .statements import forget_statements
from .statements import read_program
from .suggest import DEFAULT_PORT
from .suggest import in_file
from .suggest import ProgramFacts
from .suggest import suggest
from .this_machine import Machine

if t.TYPE_CHECKING:
    from pathlib import Path

    from ..deployment.project import Project
    from ..deployment.python.serving import Program
    from ..deployment.python.serving import Serving
    from ..deployment.start_command import StartCommand
    from ..judging.launch import Launch
    from ..judging.verdict import Verdict
    from .call_in_file import CallInFile
    from .remedy import Remedy

FORWARDED = re.compile(r"\bProxyFix\b|x[-_]forwarded", re.I)
PATCHES = (
    ("gevent", re.compile(r"\bmonkey\.patch_all\(")),
    ("eventlet", re.compile(r"\beventlet\.monkey_patch\(")),
)
FLASKS_PORT = 5000
FIXED_PORT = (
    "The port is fixed, where {at} takes another one if a variable of the environment"
    " names it."
)
UNKNOWN_PORT = f"The port of {{at}} can't be known: {DEFAULT_PORT} stands for it."
BESIDES = "What else {file} does is not done when another server imports the app."
ONLY_FLASK = "The variables of {file} are read by Flask's own start only."


def remedy_for_start(
    project: Project, start: StartCommand, program: Program, verdict: Verdict
) -> Remedy | None:
    """Say what starts the same app with a production server, in the form of its file.
    Where another command would lose something, the code is changed instead, and the
    command is the alternative.
    """
    try:
        return _remedy(project, start, program, verdict)
    finally:
        # Some file of it may be written before the next remedy is looked for.
        forget_statements()


def _remedy(
    project: Project, start: StartCommand, program: Program, verdict: Verdict
) -> Remedy:
    program = _without_what_differs(project, program)
    serving = program.servings[0]
    packages = packages_of(project, start) or {}
    place, dotenv = _place(start), _dotenv(project, start, serving, packages)
    installed = frozenset(s.name for s in SERVERS if s.name in packages)
    machine = Machine(False, installed, start.platform is not None, "", ".")
    names_port = machine.names_port and PLACES[place].bind is Bind.PLATFORM_PORT
    port = None if names_port else _port(project, serving)
    call = None
    is_port_known = names_port or port is not None
    imported = _import_path(project, program, None)
    has_one_path = bool(imported and not imported.notes) and serving.home is None
    fixed = () if names_port else _fixed_port(serving)
    is_enough = serving.is_plain and is_port_known and has_one_path and not fixed
    if serving.file and not is_enough:
        path = project.root / serving.file
        call = read_call(path, serving.line, serving.socketio)
    launch = _launch(project, start, program, call, verdict.launch, packages)
    address = dataclasses.replace(launch.address, port=port)
    launch = dataclasses.replace(launch, address=address)
    edit = None
    if call is not None and call.is_flask and len(program.servings) == 1:
        needs = HostNeeds("PORT" if names_port else None, names_port)
        edit = rewrite_call(call.caller, launch, "app", bool(dotenv), needs)
    losses = (
        *_losses(project, program, launch, call),
        *(ONLY_FLASK.format(file=file) for file in dotenv),
        *(() if is_port_known else (UNKNOWN_PORT.format(at=serving.at or start.file),)),
        *fixed,
    )
    details = ProgramFacts(
        edit=edit,
        file=serving.file,
        losses=losses,
        can_be_imported=serving.app is not None,
        installed=frozenset(packages),
    )
    found = suggest(machine, verdict.environment, launch, place, details)
    found = _placed(start, serving, found, packages)
    others = tuple(_placed(start, serving, e, packages) for e in found.alternatives)
    return dataclasses.replace(found, alternatives=others)


def _without_what_differs(project: Project, program: Program) -> Program:
    """The program, whose call is only plain if the modules that it imports do the same
    under another server.
    """
    serving, *others = program.servings
    if not (serving.is_plain and serving.app and serving.file):
        return program
    module = serving.app.partition(":")[0]
    file, root = _file_of(project, module, serving.file), project.root
    path = ImportPath(module, "")
    app_file = root / file if file else None
    main = root / (program.file or serving.file)
    adds = app_file is not None and app_file != main and adds_to(main, app_file)
    if not adds and not find_losses(None, app_file, path, root, script=main):
        return program
    serving = dataclasses.replace(serving, is_plain=False)
    return dataclasses.replace(program, servings=(serving, *others))


def _fixed_port(serving: Serving) -> tuple[str, ...]:
    """What is lost where a variable may name another port than the usual one."""
    is_usual = isinstance(serving.port, Known) and serving.port.assumed
    return (FIXED_PORT.format(at=serving.at),) if is_usual and serving.at else ()


def _port(project: Project, serving: Serving) -> int | None:
    """The port that is asked for, if it is known."""
    if isinstance(serving.port, Known) and serving.port.value is not None:
        with suppress(ValueError):
            return int(str(serving.port.value))
        return None
    text = project.text(serving.file) if serving.file else None
    is_other = text is not None and OTHER_APPS.search(text.whole)
    # Werkzeug's own calls name one, and Dash and Connexion have others.
    is_default = not isinstance(serving.port, Unknown) and not is_other
    return FLASKS_PORT if is_default else None


def _launch(
    project: Project,
    start: StartCommand,
    program: Program,
    call: CallInFile | None,
    launch: Launch,
    packages: t.Mapping[str, str],
) -> Launch:
    serving = program.servings[0]
    files = dict.fromkeys(filter(None, (program.file, serving.file)))
    texts = [text.whole for text in map(project.text, files) if text]
    answers = launch.serving
    if call is not None:
        answers = call.serving
    elif serving.call is Call.FLASK_RUN:
        answers = _options_of_command(start)
    patched = [name for name, used in PATCHES if any(map(used.search, texts))]
    return dataclasses.replace(
        launch,
        import_path=_import_path(project, program, call),
        call_site=CallSite(serving.file, serving.line) if serving.file else None,
        serving=answers,
        websockets=not serving.socketio and "flask-sock" in packages,
        forwarded=any(map(FORWARDED.search, texts)),
        patched_by=patched[0] if patched else None,
    )


def _options_of_command(start: StartCommand) -> ServerOptions:
    # A program of the project's own may take the same words.
    names = [program_name(word) for word in start.argv]
    at = names.index("flask") if "flask" in names else 0
    options = flask_words(start.argv[at + 1 :]).options
    files = [options[name] for name in ("--cert", "--key") if name in options]
    return ServerOptions(
        threaded="--without-threads" not in options,
        tls=bool(files),
        certificate=tuple(files) if files != ["adhoc"] else (),
    )


def _dotenv(
    project: Project,
    start: StartCommand,
    serving: Serving,
    packages: t.Mapping[str, str],
) -> tuple[str, ...]:
    """The files of variables that only Flask's own start reads."""
    if serving.call is Call.WERKZEUG or "python-dotenv" not in packages:
        return ()
    found = []
    for name in DOTENV_FILES:
        file = find_file(project, start.files, name, start.working_directory)
        names = read_dotenv(project, file) if file else {}
        if file and not all(map(FLASK_ONLY.fullmatch, names)):
            found.append(file)
    return tuple(found)


def _losses(
    project: Project, program: Program, launch: Launch, call: CallInFile | None
) -> tuple[str, ...]:
    serving, root = program.servings[0], project.root
    path = launch.import_path or ImportPath("", "")
    is_script = (serving.app or "").startswith(f"{path.module}:")
    if (serving.is_plain and is_script) or not serving.file:
        return ()
    main = program.file or serving.file
    found: tuple[str, ...] = ()
    is_whole = False
    if call is not None:
        app_file = _file_of(project, path.module, serving.file, main)
        found = find_losses(
            call.caller,
            root / app_file if app_file else None,
            path,
            root,
            call.in_thread,
            root / main,
            roots=_folders_added(project, main),
        )
        is_whole = call.is_whole and main == serving.file
    return found if found or is_whole else (BESIDES.format(file=main),)


def _folders_added(project: Project, main: str) -> list[Path]:
    """The folders from which a program that changes ``sys.path`` may import."""
    text = project.text(main)
    if text is None or "sys.path" not in text.whole:
        return []
    return [each for each in project.root.iterdir() if each.is_dir()]


def _file_of(project: Project, module: str, *beside: str) -> str | None:
    name = module.replace(".", "/")
    # A module is named from a folder above its file: `shop.web` is server/shop/web.py.
    above = [PurePosixPath(file).parents for file in beside if file]
    folders = dict.fromkeys([*(str(each) for parents in above for each in parents), ""])
    candidates = [
        within(folder, file)
        for folder in folders
        for file in (f"{name}/__init__.py", f"{name}.py")
    ]
    return next((each for each in candidates if project.is_file(each)), None)


def _placed(
    start: StartCommand,
    serving: Serving,
    found: Remedy,
    packages: t.Mapping[str, str],
) -> Remedy:
    """The remedy as the file of the start writes it."""
    if found.kind is Kind.CODE:
        return found
    written = in_file(found, start, found.command)
    if written is found:
        return found
    applicability = _applicability(serving, found, packages)
    return dataclasses.replace(written, applicability=applicability)


def _place(start: StartCommand) -> str:
    # The unit file itself is changed, so that no absolute path has to be guessed.
    if start.platform is not None and start.platform != "systemd":
        return start.platform
    return "docker" if is_of_image(start) else "shell"


def _import_path(
    project: Project, program: Program, call: CallInFile | None
) -> ImportPath | None:
    serving = program.servings[0]
    if serving.app is None:
        return None
    path = _path_to(project, program, serving.app, call)
    if path.notes and serving.factory is not None:
        # Nothing has to be moved where a server can call the function that made it.
        made = _path_to(project, program, serving.factory, call)
        path = path if made.notes else made
    if serving.home is None:
        return path
    # As for a start that was refused: the script, where only importing that does all
    # that it does, and where it doesn't have to be changed.
    home = _path_to(project, program, serving.home, call)
    script, file = program.file or "", _file_of(project, home.module, serving.file)
    if file is None or home.notes:
        return path
    try:
        adds = not path.notes and adds_to(project.root / script, project.root / file)
    except (OSError, SyntaxError, ValueError):
        return path
    return path if adds else home


def _path_to(
    project: Project, program: Program, app: str, call: CallInFile | None
) -> ImportPath:
    serving = program.servings[0]
    module, _, attribute = app.partition(":")
    file = _file_of(project, module, serving.file, program.file or "")
    notes: list[str] = []
    if program.file and module == posixpath.basename(program.file).removesuffix(".py"):
        located = locate_script(None, project.root / program.file)
        module, file = located.name, program.file
        notes += [located.obstacle] if located.obstacle else []
    if file is not None and not notes:
        notes += _not_bound(
            project, file, attribute.partition("(")[0].partition(".")[0]
        )
    if call is not None and call.on_import is not None and file == serving.file:
        name, line = call.on_import
        notes.append(CALLED.format(file=file, call=name, line=line))
    return ImportPath(
        module,
        attribute.removesuffix("()"),
        factory=attribute.endswith("()"),
        directory=serving.directory or None,
        notes=tuple(notes),
    )


def _not_bound(project: Project, file: str, name: str) -> t.Iterator[str]:
    """Why importing a file gives no server the app, if it doesn't."""
    with suppress(OSError, SyntaxError, ValueError):
        body = read_program(project.root / file)[1].body
        if not binds(body, name, {}):
            is_guarded = binds(body, name, {}, as_script=True)
            said = UNDER_GUARD if is_guarded else NOT_A_GLOBAL
            yield said.format(name=name, file=file)


def _applicability(
    serving: Serving, found: Remedy, packages: t.Mapping[str, str]
) -> Applicability:
    if serving.app is None or found.applicability is Applicability.PLACEHOLDERS:
        return Applicability.PLACEHOLDERS
    is_whole = not (found.changes or found.losses)
    is_same = serving.is_plain and found.server in packages and is_whole
    return Applicability.MACHINE if is_same else Applicability.MAYBE
