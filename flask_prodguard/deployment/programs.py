"""From a start command to the ways in which its program may serve."""

from __future__ import annotations

import dataclasses
import posixpath
import typing as t

from .console_scripts import console_scripts
from .dotenv import read_dotenv
from .file_system import find_file
from .file_system import find_folder
from .known_programs import PM2
from .known_programs import python_program
from .known_programs import script_of
from .known_programs import server_of
from .python.flask_command import flask_serving
from .python.flask_command import flask_words
from .python.modules import Modules
from .python.program import Interpreter
from .python.serving import Program
from .python.serving import Serving
from .python.values import Function
from .requirements import packages_of
from .shell.wrappers import program_name
from .shell.wrappers import unwrapped
from .start_command import FileSystem

if t.TYPE_CHECKING:
    from .project import Project
    from .python.values import Unknown
    from .start_command import StartCommand

DEEPEST = 3
# What is installed from the project is found by its own layout.
INSTALLED = ("/", "/src")
# Modules of Python's own, and of tools, that serve no Flask app.
OTHER_MODULES = frozenset(
    {
        *("http", "celery", "alembic", "pytest", "unittest", "rq", "dramatiq", "huey"),
        *("pip", "venv", "compileall", "django", "streamlit", "jupyter", "notebook"),
        *("scrapy", "airflow", "rasa", "smtpd", "aiosmtpd", "timeit", "json", "black"),
    }
)
# They run what their own file says, which may be a program.
TASK_RUNNERS = frozenset(
    {"invoke", "inv", "fab", "doit", "just", "task", "paver", "make", *PM2}
)
# A word that names an app or a Python program.
LIKE_AN_APP = (".py", ":app", ":application", ":create_app()")


def program_of(project: Project, start: StartCommand, depth: int = 0) -> Program:
    """What a start command runs.

    :param depth: how many programs led to this one.
    """
    name = program_name(start.argv[0])
    if start.is_circle:
        what = script_of(start.argv) or " ".join(start.argv)
        return Program(unknown=f"{what} is started by what it starts")
    server = server_of(name)
    if server is not None:
        return Program(servings=(Serving(server),))
    if name == "flask":
        return _flask(project, start, start.argv[1:])
    run = python_program(start.argv)
    if run is not None:
        return _python(project, start, *run, depth)
    scripts = console_scripts(project, start)
    if name in scripts:
        script = scripts[name]
        if script.file is not None:
            argv = ("python", f"/{script.file}", *start.argv[1:])
            copied = dataclasses.replace(start, argv=argv, files=FileSystem())
            return program_of(project, copied, depth)
        files = dataclasses.replace(start.files, base=script.folder)
        installed = dataclasses.replace(start, files=files)
        folders = [*INSTALLED, *_folders(start)]
        modules = Modules(project, installed, folders, is_installed=True)
        following = _interpreter(project, start, modules, start.argv)
        if not following.run_function(script.module, script.function):
            return Program(unknown=f"{script.module} is not in the repository")
        return _program(project, start, following, modules.find(script.module), depth)
    return _other(project, start, name)


def _other(project: Project, start: StartCommand, name: str) -> Program:
    if name.startswith("$"):
        return Program(unknown=f"{start.argv[0]} can't be known")
    if name in ("python", "python3", "pypy"):
        return Program(instead="Python without a program")
    if name in TASK_RUNNERS:
        return Program(unknown=f"what {name} runs can't be known")
    script = script_of(start.argv)
    if script is not None:
        return Program(unknown=f"{script} is not in the repository")
    for word in start.argv[1:]:
        if word.endswith(LIKE_AN_APP):
            return Program(unknown=f"what {name} does with {word} can't be known")
    return Program(instead=f"no Flask server: {name}")


def _flask(project: Project, start: StartCommand, words: t.Sequence[str]) -> Program:
    environ = start.variables
    packages = packages_of(project, start)
    read: dict[str, str] = {}
    if packages is None or "python-dotenv" in packages:
        # Flask reads them if python-dotenv is installed, and keeps what is already set.
        for name in (".env", ".flaskenv"):
            file = find_file(project, start.files, name, start.working_directory)
            read.update(read_dotenv(project, file) if file else {})
    environ = {**read, **environ}
    serving = flask_serving(words, environ)
    if serving is None:
        command = flask_words(words).command or "flask"
        return Program(instead=f"no Flask server: the command flask {command}")
    options = flask_words(words).options
    named = options.get("--app", options.get("-A", environ.get("FLASK_APP", "")))
    modules = Modules(project, start, [start.working_directory, *_folders(start)])
    folder, module = _app_module(modules, named)
    file = modules.find(_dotted(posixpath.join(folder, module)))
    beside = posixpath.join(start.working_directory, folder)
    importing = Modules(project, start, [beside, *_folders(start)])
    following = Interpreter(importing, start.argv, environ, packages)
    app = _app_name(following, module, named.partition(":")[2].strip())
    # The flask command imports the app, and reads variables that no other server does.
    is_plain = not read and not {"--cert", "--key"} & options.keys()
    serving = dataclasses.replace(serving, app=app, directory=folder, is_plain=is_plain)
    return Program(file, (serving,), environ=tuple(sorted(environ.items())))


def _app_module(modules: Modules, named: str) -> tuple[str, str]:
    """The folder that Flask adds to the import path, and the module's dotted name."""
    # https://flask.palletsprojects.com/en/stable/cli/#application-discovery
    path = named.partition(":")[0].strip().replace("\\", "/").removesuffix(".py")
    folder, module = posixpath.split(
        path or ("wsgi" if modules.find("wsgi") else "app")
    )
    while folder.strip("/") and modules.find(f"{_dotted(folder)}.__init__"):
        folder, package = posixpath.split(folder)
        module = f"{package}.{module}"
    return folder, module


def _dotted(path: str) -> str:
    return ".".join(filter(None, path.split("/")))


def _app_name(following: Interpreter, module: str, name: str) -> str | None:
    """How another server imports what Flask finds in a module, which may be a function
    that it calls.
    """
    # https://github.com/pallets/flask/blob/3.1.2/src/flask/cli.py, read 2026-11-27:
    # find_app_by_string and find_best_app.
    scope = following.names_of(module)
    if scope is None:
        return None
    if name:
        is_called = isinstance(scope.get(name), Function)
        return f"{module}:{name}{'()' if is_called else ''}"
    for name in ("app", "application"):
        if name in scope and not isinstance(scope[name], Function):
            return f"{module}:{name}"
    for name in ("create_app", "make_app"):
        if isinstance(scope.get(name), Function):
            return f"{module}:{name}()"
    return None


def _python(
    project: Project,
    start: StartCommand,
    kind: str,
    what: str,
    arguments: tuple[str, ...],
    depth: int,
) -> Program:
    if kind == "-m" and what == "flask":
        return _flask(project, start, arguments)
    server = server_of(what.split(".")[0]) if kind == "-m" else None
    if server is not None:
        return Program(servings=(Serving(server),))
    argv = (what, *arguments)
    modules = _modules(project, start)
    if kind == "-c":
        following = _interpreter(project, start, modules, argv)
        following.run_text(what)
        return _program(project, start, following, None, depth)
    if kind == "-m":
        file = modules.find_main(what)
        if file is None and what.split(".")[0] in OTHER_MODULES:
            return Program(instead=f"no Flask server: {what}")
    else:
        file = _script(project, start, what)
        folder = posixpath.dirname(posixpath.join(start.working_directory, what))
        modules = Modules(project, start, [folder, *_folders(start)])
    if file is None:
        return Program(unknown=f"{what} is not in the repository")
    following = _interpreter(project, start, modules, argv)
    if kind == "-m":
        is_package = posixpath.basename(file) == "__main__.py"
        following.main_name = f"{what}.__main__" if is_package else what
    following.run_main(file)
    return _program(project, start, following, file, depth)


def _script(project: Project, start: StartCommand, path: str) -> str | None:
    found = find_file(project, start.files, path, start.working_directory)
    if found is None:
        folder = find_folder(project, start.files, path, start.working_directory)
        main = f"{folder}/__main__.py" if folder else "__main__.py"
        found = main if folder is not None and project.is_file(main) else None
    return found


def _modules(project: Project, start: StartCommand) -> Modules:
    return Modules(project, start, [start.working_directory, *_folders(start)])


def _folders(start: StartCommand) -> list[str]:
    path = start.variables.get("PYTHONPATH", "")
    named = [folder for folder in path.split(":") if folder and "$" not in folder]
    joined = [posixpath.join(start.working_directory, folder) for folder in named]
    return [*joined, *INSTALLED]


def _interpreter(
    project: Project, start: StartCommand, modules: Modules, argv: t.Sequence[str]
) -> Interpreter:
    return Interpreter(modules, argv, start.variables, packages_of(project, start))


def _program(
    project: Project,
    start: StartCommand,
    following: Interpreter,
    file: str | None,
    depth: int,
) -> Program:
    servings = [*following.servings]
    unknown = None
    for words, why in following.spawned if depth < DEEPEST else ():
        inner = _spawned(project, start, words, why, depth)
        servings.extend(inner.servings)
        unknown = unknown or inner.unknown
    environ = tuple(sorted(following.environ.items()))
    if servings:
        named = tuple(_named(following, each) for each in _each_once(servings))
        return Program(file, named, environ=environ)
    lost = following.lost[0] if following.lost else None
    if unknown or (following.flask and lost):
        return Program(file, unknown=unknown or str(lost), environ=environ)
    if following.unread:
        return Program(file, unknown=str(following.unread[0]), environ=environ)
    what = "it serves no app" if following.flask else "it has nothing of Flask"
    return Program(file, instead=f"no Flask server: {what}", environ=environ)


def _named(following: Interpreter, serving: Serving) -> Serving:
    paths = following.paths_of(serving.served)
    factory = following.factory_of(serving.served)
    main = following.main.file if following.main else None
    is_plain = (
        serving.file == main
        and following.is_plain(serving.line)
        and not serving.asks_for_more
    )
    directory = serving.directory if serving.app else _directory(following.modules)
    return dataclasses.replace(
        serving,
        served=None,
        app=serving.app or (paths[0] if paths else factory),
        factory=factory,
        home=None if serving.app else (paths[1] if len(paths) > 1 else None),
        directory=directory,
        is_plain=is_plain,
    )


def _directory(modules: Modules) -> str:
    if modules.is_installed:
        return ""
    here, folder = modules.start.working_directory, modules.folders[0]
    relative = posixpath.relpath(posixpath.join("/", folder), posixpath.join("/", here))
    return "" if relative == "." else relative


def _spawned(
    project: Project,
    start: StartCommand,
    words: tuple[str, ...],
    why: Unknown,
    depth: int,
) -> Program:
    found = unwrapped(words)
    argv = words[found.at :]
    if not argv:
        return Program()
    environ = tuple(sorted({**start.variables, **found.environ}.items()))
    inner = dataclasses.replace(start, argv=argv, environ=environ)
    if "$UNKNOWN" in argv:
        # Running ffmpeg with a file's name is just as common.
        is_like = any(w in ("flask", "gunicorn") or w.endswith(".py") for w in argv)
        return Program(unknown=str(why) if is_like else None)
    program = program_of(project, inner, depth + 1)
    return dataclasses.replace(
        program, unknown=program.unknown and f"{why}: {program.unknown}"
    )


def _each_once(servings: list[Serving]) -> list[Serving]:
    kept: dict[t.Any, Serving] = {}
    for serving in servings:
        key = (serving.server, serving.file, serving.line, str(serving.host))
        kept.setdefault(key, serving)
    return [*kept.values()]
