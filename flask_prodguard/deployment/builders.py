"""Data: what a builder starts if no file of the project names a command."""

from __future__ import annotations

import typing as t

from .files.document import read_toml
from .files.document import UnreadableError
from .project import within
from .requirements import packages_in
from .start_command import FileSystem
from .start_command import Form
from .start_command import Part
from .start_command import Purpose
from .start_command import Slot
from .start_command import StartCommand

if t.TYPE_CHECKING:
    from .project import Project

Choose: t.TypeAlias = t.Callable[["Project", str], "tuple[str, str] | None"]


class Builder(t.NamedTuple):
    """A builder, and how it chooses a command."""

    title: str
    #: The key of the place where its platform keeps its start command.
    place: str | None
    #: Returns the file that decides and the command, if there is one.
    choose: Choose
    #: Where and when that was read.
    source: str


def _has(project: Project, folder: str, name: str) -> bool:
    return project.is_file(within(folder, name))


def _packages(project: Project, folder: str) -> t.Mapping[str, str]:
    return packages_in(project, (folder,)) or {}


def _nixpacks(project: Project, folder: str) -> tuple[str, str] | None:
    if _has(project, folder, "main.py"):
        return "main.py", "python main.py"
    name = _project_name(project, folder)
    return ("pyproject.toml", f"python -m {name}") if name else None


def _project_name(project: Project, folder: str) -> str | None:
    text = project.text(within(folder, "pyproject.toml"))
    try:
        root = read_toml(text) if text else None
    except UnreadableError as error:
        project.skip(within(folder, "pyproject.toml"), str(error))
        return None
    node = (
        (root.get("project", "name") or root.get("tool", "poetry", "name"))
        if root
        else None
    )
    name = node.text if node else None
    return name.replace("-", "_") if name else None


def _railpack(project: Project, folder: str) -> tuple[str, str] | None:
    names = ("main.py", "app.py", "start.py", "bot.py", "hello.py", "server.py")
    found = next((name for name in names if _has(project, folder, name)), None)
    if found is None:
        return None
    if "gunicorn" in _packages(project, folder):
        return found, "gunicorn --bind 0.0.0.0:${PORT:-8000} main:app"
    return found, f"python {found}"


def _fly(project: Project, folder: str) -> tuple[str, str] | None:
    packages = _packages(project, folder)
    for name in ("app.py", "wsgi.py"):
        if "flask" in packages and _has(project, folder, name):
            return name, "python3 -m flask run --host=0.0.0.0 --port=8080"
    return None


def _s2i(project: Project, folder: str) -> tuple[str, str] | None:
    if _has(project, folder, "app.py"):
        return "app.py", "python app.py"
    if _has(project, folder, "wsgi.py") and "gunicorn" in _packages(project, folder):
        return "wsgi.py", "gunicorn wsgi --bind 0.0.0.0:8080"
    return None


def _oryx(project: Project, folder: str) -> tuple[str, str] | None:
    for module in ("application", "app", "run", "index", "server", "wsgi"):
        if _has(project, folder, f"{module}.py"):
            return f"{module}.py", f"gunicorn --bind=0.0.0.0 {module}:app"
    return None


def _google(project: Project, folder: str) -> tuple[str, str] | None:
    if _has(project, folder, "main.py"):
        return "main.py", "gunicorn -b :8080 main:app"
    return None


BUILDERS = {
    "nixpacks": Builder(
        "Nixpacks",
        None,
        _nixpacks,
        "railwayapp/nixpacks, src/providers/python.rs, read in November 2026",
    ),
    "railpack": Builder(
        "Railpack",
        "railway",
        _railpack,
        "railwayapp/railpack, core/providers/python/python.go, read in November 2026",
    ),
    "fly": Builder(
        "fly launch",
        "fly",
        _fly,
        "superfly/flyctl, scanner/flask.go, read in November 2026",
    ),
    "s2i": Builder(
        "OpenShift's s2i",
        "kubernetes",
        _s2i,
        "sclorg/s2i-python-container, src/s2i/bin/run, read in November 2026",
    ),
    "oryx": Builder(
        "Azure's Oryx",
        "azure",
        _oryx,
        "microsoft/Oryx, src/startupscriptgenerator/src/python/frameworks.go, read in"
        " November 2026",
    ),
    "google": Builder(
        "Google's buildpacks",
        "cloud-run",
        _google,
        "GoogleCloudPlatform/buildpacks, cmd/python/missing_entrypoint, read in"
        " November 2026",
    ),
}
# The builder of a platform.
BUILDER_OF = {
    "railway": "railpack",
    "coolify": "nixpacks",
    "dokploy": "nixpacks",
    "fly": "fly",
    "openshift": "s2i",
    "azure": "oryx",
    "app-engine": "google",
    "cloud-run": "google",
}


def built_start(project: Project, name: str, folder: str = "") -> StartCommand | None:
    """What a builder starts, if it finds something to start.

    :param name: a key of ``BUILDERS``.
    :param folder: the folder that is built.
    """
    builder = BUILDERS[name]
    found = builder.choose(project, folder)
    if found is None:
        return None
    file, command = found
    path = within(folder, file)
    slot = Slot(path, 1, 1, -1, 1, -1, Form.PLAIN, command, shell=True)
    return StartCommand(
        file=path,
        line=1,
        first_line=1,
        end_line=1,
        before=(),
        command=command,
        argv=tuple(command.split()),
        slot=slot,
        part=Part(-1),
        platform=builder.place,
        purpose=Purpose.PRODUCTION,
        purpose_by=f"{builder.title} starts it where no file names a command",
        directory=folder,
        files=FileSystem(folder),
    )
