"""Reads the files of hosting platforms and of tools: which command each of them names.

Each reader names the documentation of its file, read in November 2026.
"""

from __future__ import annotations

import dataclasses
import posixpath
import re
import typing as t

from ..dotenv import read_dotenv
from ..project import beside
from ..project import within
from ..start_command import FileSystem
from ..start_command import Purpose
from ..start_command import Slot
from .declared import Declared
from .declared import purpose_of
from .document import Entry
from .document import Node
from .document import read_document
from .document import slot_of
from .document import UnreadableError
from .images import Build
from .images import image_start
from .images import stage_of

if t.TYPE_CHECKING:
    from ..project import Project

Declareds: t.TypeAlias = t.Iterator[Declared]

# Names of the scripts in package.json that a host runs.
DEPLOYED_SCRIPT = re.compile(r"(start|prod|production|deploy|heroku)([:_-].*)?")
# What holds containers in Kubernetes: https://kubernetes.io/docs/concepts/workloads/
POD_PATHS = (
    ("spec", "template", "spec"),
    ("spec", "jobTemplate", "spec", "template", "spec"),
    ("spec",),
)


class Reading(t.NamedTuple):
    """A file that is being read."""

    project: Project
    file: str
    #: Its first document, and all of them.
    root: Node
    documents: list[Node]

    @property
    def folder(self) -> str:
        """The folder of the file."""
        return posixpath.dirname(self.file)

    def slot(self, *keys: str, shell: bool = True) -> Slot | None:
        """The command below a path of keys.

        :param shell: whether a shell runs it, if it is a text.
        """
        return slot_of(self.file, self.root.entry(*keys), shell)

    def declared(self, slot: Slot | None, platform: str | None, by: str) -> Declareds:
        """The command of a slot, if there is one.

        :param platform: the key of the platform's place.
        :param by: what says that it is for production.
        """
        purpose = purpose_of(self.file) or (Purpose.PRODUCTION, by)
        if slot is not None:
            yield Declared(
                slot=slot,
                files=FileSystem(self.folder),
                platform=platform,
                purpose=purpose[0],
                purpose_by=purpose[1],
            )


def read_platform_file(project: Project, file: str, read: Reader) -> Declareds:
    """The commands of a file.

    :param read: how such a file is read.
    """
    text = project.text(file)
    try:
        documents = read_document(text) if text else []
    except UnreadableError as error:
        # A Helm template becomes YAML only when it is rendered.
        if text is not None and "{{" not in text.whole:
            project.skip(file, str(error))
        return
    if documents:
        yield from read(Reading(project, file, documents[0], documents))


Reader: t.TypeAlias = t.Callable[[Reading], Declareds]


def _render(reading: Reading) -> Declareds:
    # https://render.com/docs/blueprint-spec
    services = reading.root.get("services")
    for service in services.items if services else ():
        folder = _text(service, "rootDir") or ""
        environ = _pairs(service.get("envVars"), "key", "value")
        slot = slot_of(reading.file, service.entry("startCommand"), shell=True)
        docker = service.entry("dockerCommand")
        path = _text(service, "dockerfilePath")
        runtime = _text(service, "runtime") or _text(service, "env")
        found = None
        if slot is None and (runtime == "docker" or path):
            build = Build(
                beside(reading.file, path or "Dockerfile"),
                beside(reading.file, _text(service, "dockerContext") or folder or "."),
            )
            slot = slot_of(reading.file, docker, shell=False)
            found = image_start(
                reading.project, build, platform="render", via=(reading.file,)
            )
            if found and slot is None:
                yield found.with_environ(environ)
                continue
        for declared in reading.declared(slot, "render", "a service of render.yaml"):
            yield declared.changed(
                environ=environ,
                files=FileSystem(beside(reading.file, folder or ".")),
                service=_text(service, "name"),
            )


def _app_engine(reading: Reading) -> Declareds:
    # https://cloud.google.com/appengine/docs/standard/reference/app-yaml, and
    # https://docs.databricks.com/en/dev-tools/databricks-apps/app-runtime
    runtime = _text(reading.root, "runtime") or ""
    environ = _mapping(reading.root.get("env_variables"))
    slot = reading.slot("entrypoint")
    if slot is None and runtime in ("custom", "flex"):
        found = image_start(
            reading.project,
            Build(beside(reading.file, "Dockerfile"), reading.folder),
            platform="app-engine",
            via=(reading.file,),
        )
        if found:
            yield found.with_environ(environ)
        return
    for declared in reading.declared(slot, "app-engine", "an app.yaml"):
        yield declared.changed(environ=environ)
    if not runtime and isinstance(reading.root.entries.get("command"), Entry):
        environ = _pairs(reading.root.get("env"), "name", "value")
        slot = reading.slot("command", shell=False)
        for declared in reading.declared(slot, "databricks", "an app.yaml"):
            yield declared.changed(environ=environ)


def _fly(reading: Reading) -> Declareds:
    # https://fly.io/docs/reference/configuration/
    environ = _mapping(reading.root.get("env"))
    processes = reading.root.get("processes")
    path = _text(reading.root, "build", "dockerfile") or "Dockerfile"
    build = Build(
        beside(reading.file, path),
        reading.folder,
        _text(reading.root, "build", "build-target"),
    )
    image = image_start(reading.project, build, platform="fly", via=(reading.file,))
    names = list(processes.entries) if processes else []
    for name in names:
        slot = reading.slot("processes", name, shell=False)
        for declared in reading.declared(slot, "fly", "a process of fly.toml"):
            inner = _in_image(reading, declared, build)
            yield inner.with_environ(environ).changed(service=name)
    slot = reading.slot("experimental", "cmd", shell=False)
    if slot is not None:
        for declared in reading.declared(slot, "fly", "the cmd of fly.toml"):
            yield _in_image(reading, declared, build).with_environ(environ)
    elif image and not names:
        yield image.with_environ(environ)


def _in_image(reading: Reading, declared: Declared, build: Build) -> Declared:
    found = stage_of(reading.project, build)
    if found is None:
        return declared
    stage, context = found
    return declared.changed(
        files=stage.files(context),
        working_directory=stage.working_directory,
        environ=stage.environ,
    )


def _railway(reading: Reading) -> Declareds:
    # https://docs.railway.com/reference/config-as-code
    path = _text(reading.root, "build", "dockerfilePath")
    builder = (_text(reading.root, "build", "builder") or "").upper()
    build = Build(beside(reading.file, path or "Dockerfile"), reading.folder)
    # One that lies there is taken, unless another builder is asked for:
    # https://docs.railway.com/guides/dockerfiles (read 2026-11-27)
    is_there = builder in ("", "DOCKERFILE") and reading.project.is_file(
        build.dockerfile
    )
    has_image = path is not None or builder == "DOCKERFILE" or is_there
    # An image is started without a shell, what Nixpacks and Railpack build with one.
    slot = reading.slot("deploy", "startCommand", shell=not has_image)
    for declared in reading.declared(slot, "railway", "Railway's startCommand"):
        yield _in_image(reading, declared, build) if has_image else declared
    if slot is None and has_image:
        image = image_start(
            reading.project, build, platform="railway", via=(reading.file,)
        )
        yield from filter(None, [image])


def _heroku(reading: Reading) -> Declareds:
    # https://devcenter.heroku.com/articles/build-docker-images-heroku-yml
    run = reading.root.get("run")
    for name in run.entries if run else ():
        slot = reading.slot("run", name) or reading.slot("run", name, "command")
        for declared in reading.declared(slot, "heroku", "heroku.yml"):
            yield declared.changed(service=name)
    docker = reading.root.get("build", "docker")
    for name, entry in docker.entries.items() if docker else ():
        if entry.node.text and (run is None or name not in run.entries):
            found = image_start(
                reading.project,
                Build(beside(reading.file, entry.node.text)),
                platform="heroku",
                via=(reading.file,),
            )
            if found:
                yield found.changed(service=name)


def _platform_sh(reading: Reading) -> Declareds:
    # https://docs.platform.sh/create-apps/app-reference.html; a file .environment is
    # sourced by every shell.
    applications = reading.root.get("applications")
    apps = [*applications.entries.values()] if applications else []
    nodes = [entry.node for entry in apps] or [reading.root]
    for node in nodes:
        slot = slot_of(reading.file, node.entry("web", "commands", "start"), shell=True)
        folder = _text(node, "source", "root") or "."
        base = within("" if apps else reading.folder, folder)
        sourced = read_dotenv(reading.project, within(base, ".environment"))
        environ = {**_mapping(node.get("variables", "env")), **sourced}
        for declared in reading.declared(slot, "platform-sh", "web.commands.start"):
            yield declared.changed(
                environ=environ,
                files=FileSystem(base),
            )
        workers = node.get("workers")
        for name, entry in workers.entries.items() if workers else ():
            start = entry.node.entry("commands", "start")
            worker = slot_of(reading.file, start, shell=True)
            for declared in reading.declared(worker, "platform-sh", "a worker"):
                yield declared.changed(environ=environ, service=name)


def _nixpacks(reading: Reading) -> Declareds:
    # https://nixpacks.com/docs/configuration/file
    slot = reading.slot("start", "cmd")
    environ = _mapping(reading.root.get("variables"))
    for declared in reading.declared(slot, None, "the start of nixpacks.toml"):
        yield declared.changed(environ=environ)


def _railpack(reading: Reading) -> Declareds:
    # https://railpack.com/config/file
    slot = reading.slot("deploy", "startCommand")
    environ = _mapping(reading.root.get("deploy", "variables"))
    for declared in reading.declared(slot, None, "railpack.json"):
        yield declared.changed(environ=environ)


def _replit(reading: Reading) -> Declareds:
    # https://docs.replit.com/replit-app/configuration
    environ = _mapping(reading.root.get("env"))
    run = reading.slot("run")
    for declared in reading.declared(run, "replit", ""):
        yield declared.changed(
            environ=environ,
            purpose=Purpose.DEVELOPMENT,
            purpose_by="the Run button of a workspace",
        )
    deployed = reading.slot("deployment", "run")
    for declared in reading.declared(deployed, "replit", "a deployment of .replit"):
        yield declared.changed(environ=environ)


def _kubernetes(reading: Reading) -> Declareds:
    # https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
    nodes = [
        item
        for document in reading.documents
        for item in ((document.get("items") or document).items or (document,))
    ]
    for node in nodes:
        if node.get("kind") is None:
            continue
        for path in POD_PATHS:
            containers = node.get(*path, "containers")
            if containers is not None:
                for container in containers.items:
                    yield from _container(reading, container, node)
                break


def _container(reading: Reading, container: Node, node: Node) -> Declareds:
    command = slot_of(reading.file, container.entry("command"), shell=False)
    arguments = slot_of(reading.file, container.entry("args"), shell=False)
    if command is None:
        return
    environ = _pairs(container.get("env"), "name", "value")
    name = _text(node, "metadata", "namespace") or ""
    purpose = purpose_of(reading.file, name)
    for declared in reading.declared(command, "kubernetes", "a manifest of Kubernetes"):
        yield declared.changed(
            arguments=arguments,
            files=FileSystem(""),
            working_directory=_text(container, "workingDir") or "/",
            environ=environ,
            service=_text(container, "name"),
            **({"purpose": purpose[0], "purpose_by": purpose[1]} if purpose else {}),
        )


def _package(reading: Reading) -> Declareds:
    # https://docs.npmjs.com/cli/using-npm/scripts
    scripts = reading.root.get("scripts")
    for name in scripts.entries if scripts else ():
        is_deployed = DEPLOYED_SCRIPT.fullmatch(name) is not None
        for declared in reading.declared(reading.slot("scripts", name), None, ""):
            yield declared.changed(
                purpose=Purpose.PRODUCTION if is_deployed else Purpose.DEVELOPMENT,
                purpose_by=f"npm run {name}",
                service=name,
                is_script=True,
            )


def _devcontainer(reading: Reading) -> Declareds:
    # https://containers.dev/implementors/json_reference/
    for key in ("postCreateCommand", "postStartCommand", "postAttachCommand"):
        for declared in reading.declared(reading.slot(key), None, ""):
            yield declared.changed(
                files=FileSystem(""),
                purpose=Purpose.DEVELOPMENT,
                purpose_by="a development container",
                is_script=True,
            )


def _pm2(reading: Reading) -> Declareds:
    # https://pm2.keymetrics.io/docs/usage/application-declaration/
    apps = reading.root.get("apps")
    for app in apps.items if apps else (reading.root,):
        entry = app.entry("script")
        slot = slot_of(reading.file, entry, shell=False)
        if slot is None or not isinstance(slot.value, str):
            continue
        interpreter = _text(app, "interpreter") or ""
        arguments = slot_of(reading.file, app.entry("args"), shell=False)
        if slot.value.endswith(".py") or "python" in interpreter:
            # PM2 picks the interpreter by the file's suffix, so the words aren't in one
            # place.
            value = (interpreter or "python3", slot.value)
            slot = dataclasses.replace(slot, value=value, column=-1)
        for declared in reading.declared(slot, None, "a file of PM2"):
            yield declared.changed(
                arguments=arguments,
                working_directory=posixpath.join("/", _text(app, "cwd") or ""),
                environ=_mapping(app.get("env_production") or app.get("env")),
                service=_text(app, "name"),
            )


def _script_table(*path: str) -> Reader:
    # https://pdm-project.org/en/latest/usage/scripts/ and
    # https://poethepoet.natn.io/tasks/index.html
    def read(reading: Reading) -> Declareds:
        table = reading.root.get(*path)
        for name in table.entries if table else ():
            slot = reading.slot(*path, name) or reading.slot(*path, name, "cmd")
            found = purpose_of("", name)
            purpose = found or (Purpose.DEVELOPMENT, f"the script {name}")
            for declared in reading.declared(slot, None, ""):
                yield declared.changed(
                    purpose=purpose[0],
                    purpose_by=purpose[1],
                    service=name,
                    is_script=True,
                )

    return read


def _pyproject(reading: Reading) -> Declareds:
    for path in (("tool", "pdm", "scripts"), ("tool", "poe", "tasks")):
        yield from _script_table(*path)(reading)


#: A pattern for the whole name of a file below the project, and how to read it.
READERS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(rf"(?:.*/)?(?:{pattern})"), reader)
    for pattern, reader in (
        (r"render\.ya?ml", _render),
        (r"app([.-][\w-]+)?\.ya?ml", _app_engine),
        (r"fly([.-][\w-]+)?\.toml", _fly),
        (r"railway([.-][\w-]+)?\.(json|toml)", _railway),
        (r"heroku\.ya?ml", _heroku),
        (r"\.platform\.app\.yaml|\.platform/applications\.yaml", _platform_sh),
        (r"\.upsun/[\w-]+\.ya?ml", _platform_sh),
        (r"nixpacks\.(toml|json)", _nixpacks),
        (r"railpack\.json", _railpack),
        (r"\.replit", _replit),
        (r"package\.json", _package),
        (r"\.?devcontainer\.json", _devcontainer),
        (r"(ecosystem|pm2|process(es)?)(\.config)?\.(json|ya?ml)", _pm2),
        (r"pyproject\.toml", _pyproject),
    )
)


def reader_of(file: str) -> Reader | None:
    """How a file is read, if its name says what it is."""
    for pattern, reader in READERS:
        if pattern.fullmatch(file):
            return reader
    return None


def read_manifest(project: Project, file: str) -> Declareds:
    """What a Kubernetes manifest starts."""
    return read_platform_file(project, file, _kubernetes)


def _text(node: Node, *keys: str) -> str | None:
    found = node.get(*keys)
    return found.text if found else None


def _mapping(node: Node | None) -> dict[str, str]:
    texts = {name: e.node.text for name, e in node.entries.items()} if node else {}
    return {name: text for name, text in texts.items() if text is not None}


def _pairs(node: Node | None, name: str, value: str) -> dict[str, str]:
    pairs = {}
    for item in node.items if node else ():
        key, text = _text(item, name), _text(item, value)
        if key is not None and text is not None:
            pairs[key] = text
    return pairs
