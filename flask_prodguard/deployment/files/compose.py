"""Reads Docker Compose files, with the files that they override."""

from __future__ import annotations

import dataclasses
import posixpath
import re
import typing as t

from ..dotenv import read_dotenv
from ..project import within
from ..start_command import Copy
from ..start_command import FileSystem
from ..start_command import Purpose
from .declared import Declared
from .declared import DEVELOPMENT_WORDS
from .declared import PRODUCTION_WORDS
from .declared import purpose_of
from .declared import words_of
from .dockerfile import expanded
from .document import Entry
from .document import Node
from .document import read_yaml
from .document import slot_of
from .document import UnreadableError
from .images import Build
from .images import image_start
from .images import joined_slots
from .images import stage_of

if t.TYPE_CHECKING:
    from ..project import Project
    from ..start_command import Slot

# https://docs.docker.com/reference/compose-file/, read in November 2026.
BASE_NAMES = (
    "compose.yaml",
    "compose.yml",
    "docker-compose.yaml",
    "docker-compose.yml",
)
# `docker stack deploy` reads the same format.
NAME = re.compile(
    r"(docker-)?compose([.-][\w.-]+)?\.ya?ml|[\w.-]+[.-]compose\.ya?ml"
    r"|docker-(stack|swarm)([.-][\w.-]+)?\.ya?ml"
)
# Variables of a service whose value may say that it is for development.
DEVELOPMENT_VARIABLES = ("FLASK_ENV", "APP_ENV", "ENVIRONMENT", "ENV", "PYTHON_ENV")


def is_compose(name: str) -> bool:
    """Whether a file is a Docker Compose file.

    :param name: its name without folders.
    """
    return NAME.fullmatch(name) is not None


class Service(t.NamedTuple):
    """A service of a file, merged with the file that it overrides."""

    file: str
    name: str
    own: dict[str, Entry]
    merged: dict[str, Entry]
    #: The file that each value of the merged service comes from.
    origins: dict[str, str]
    variables: dict[str, str]

    def get(self, *keys: str) -> Node | None:
        """A value of the service."""
        found = self.merged.get(keys[0])
        return found.node.get(*keys[1:]) if found and keys[1:] else found and found.node

    def text(self, *keys: str) -> str | None:
        """A text of the service, with the variables that are known."""
        node = self.get(*keys)
        found = node.text if node else None
        return expanded(found, self.variables) if found is not None else None


def services_in(project: Project, file: str) -> list[Service]:
    """The services of a file."""
    own = _services(project, file)
    folder, name = posixpath.split(file)
    bases = [within(folder, base) for base in BASE_NAMES if name not in BASE_NAMES]
    base = next((each for each in bases if project.is_file(each)), None)
    below = _services(project, base) if base else {}
    variables = read_dotenv(project, within(folder, ".env"))
    found = []
    for key, entry in own.items():
        layers = [(base or "", _entries(below.get(key)))]
        layers += [_extended(project, file, own, entry), (file, entry.node.entries)]
        merged = {name: each for _, layer in layers for name, each in layer.items()}
        origins = {name: source for source, layer in layers for name in layer}
        found.append(Service(file, key, entry.node.entries, merged, origins, variables))
    return found


def _entries(entry: Entry | None) -> dict[str, Entry]:
    return entry.node.entries if entry else {}


def _extended(
    project: Project, file: str, own: dict[str, Entry], entry: Entry
) -> tuple[str, dict[str, Entry]]:
    extends = entry.node.get("extends")
    if extends is None:
        return file, {}
    named = extends.text or (extends.get("service") or extends).text
    other = extends.get("file")
    if other is not None and other.text:
        file = within(posixpath.dirname(file), other.text)
        own = _services(project, file)
    return file, _entries(own.get(named or ""))


def _services(project: Project, file: str) -> dict[str, Entry]:
    key = ("services", file)
    if key not in project.known:
        project.known[key] = _read_services(project, file)
    return t.cast("dict[str, Entry]", project.known[key])


def _read_services(project: Project, file: str) -> dict[str, Entry]:
    text = project.text(file)
    try:
        documents = read_yaml(text) if text else []
    except UnreadableError as error:
        project.skip(file, str(error))
        return {}
    if not documents:
        return {}
    services = documents[0].get("services")
    if services is None:
        first = next(iter(documents[0].entries.values()), None)
        if first and any(first.node.get(key) for key in ("build", "image")):
            # https://docs.docker.com/reference/compose-file/legacy-versions/
            project.skip(file, "has no services: Compose 2 doesn't read this form")
        return {}
    return services.entries


def build_of(service: Service) -> Build | None:
    """How the image of a service is built, if it is."""
    node = service.get("build")
    if node is None:
        return None
    folder = posixpath.dirname(service.file)
    context = node.text if node.text is not None else service.text("build", "context")
    context = within(folder, expanded(context or ".", service.variables))
    dockerfile = service.text("build", "dockerfile") or "Dockerfile"
    target = service.text("build", "target")
    arguments = _known_pairs(service.get("build", "args"), service.variables)
    return Build(within(context, dockerfile), context, target, arguments)


def read_compose(project: Project, file: str) -> t.Iterator[Declared]:
    """What the services of a file start."""
    services = services_in(project, file)
    purpose = _purpose_of_file(project, file, services)
    for service in services:
        found = _start(project, service)
        if found is None:
            continue
        own = _purpose_of_service(project, service) or purpose
        if own[0] is Purpose.PRODUCTION and found.purpose is Purpose.DEVELOPMENT:
            own = found.purpose, found.purpose_by
        yield dataclasses.replace(
            found,
            purpose=own[0],
            purpose_by=own[1],
            service=service.name,
            doubt=_mounted(service) if own[0] is Purpose.PRODUCTION else None,
        )


def _start(project: Project, service: Service) -> Declared | None:
    build = build_of(service)
    found = build and stage_of(project, build)
    command = _slot(service, "command")
    entrypoint = _slot(service, "entrypoint")
    environ = environ_of(project, service)
    directory = service.text("working_dir")
    if not {"command", "entrypoint", "build"} & service.own.keys():
        # It starts what the file that it overrides starts.
        return None
    if command is None and entrypoint is None:
        image = build and image_start(project, build, via=(service.file,))
        if not image:
            return None
        return dataclasses.replace(
            image,
            environ={**image.environ, **environ},
            files=_with_mounts(image.files, service),
            working_directory=directory or image.working_directory,
        )
    stage, context = found or (None, "")
    if entrypoint is None and stage is not None and "entrypoint" not in service.merged:
        entrypoint = stage.entrypoint
    slot, arguments = joined_slots(entrypoint, command)
    if slot is None or (stage is None and _is_for_another(slot)):
        return None
    files = (
        stage.files(context) if stage else FileSystem(posixpath.dirname(service.file))
    )
    inherited = stage.environ if stage else {}
    return Declared(
        slot=slot,
        arguments=arguments,
        files=_with_mounts(files, service),
        working_directory=directory or (stage.working_directory if stage else "/"),
        environ={**inherited, **environ},
        purpose=Purpose.PRODUCTION,
    )


def _is_for_another(slot: Slot) -> bool:
    # A command of options only is for the ENTRYPOINT of an image from elsewhere.
    first = slot.value.split()[:1] if isinstance(slot.value, str) else slot.value[:1]
    return any(word.startswith("-") for word in first)


def _slot(service: Service, key: str) -> Slot | None:
    file = service.origins.get(key, service.file)
    slot = slot_of(file, service.merged.get(key), shell=False)
    if slot is None:
        return None
    # Compose fills in its own variables; a doubled dollar sign is left for the
    # container.
    if isinstance(slot.value, str):
        filled: str | tuple[str, ...] = _filled(slot.value, service.variables)
    else:
        filled = tuple(_filled(word, service.variables) for word in slot.value)
    return dataclasses.replace(slot, value=filled, doubled="$")


def _filled(text: str, variables: dict[str, str]) -> str:
    parts = text.split("$$")
    return "$".join(expanded(part, variables) for part in parts)


def _with_mounts(files: FileSystem, service: Service) -> FileSystem:
    copies = tuple(Copy((source,), target) for source, target in mounts_of(service))
    return dataclasses.replace(files, copies=(*files.copies, *copies))


def mounts_of(service: Service) -> list[tuple[str, str]]:
    """The folders of the project that are mounted into a service, and where."""
    node = service.get("volumes")
    mounts = []
    for item in node.items if node else ():
        source, target = _mount(item)
        if source.startswith((".", "/")) and target:
            inner = within(posixpath.dirname(service.file), source)
            if not source.startswith("/"):
                mounts.append((inner, target))
    return mounts


def _mount(item: Node) -> tuple[str, str]:
    if item.text is not None:
        source, _, rest = item.text.partition(":")
        return source, rest.partition(":")[0]
    source_node, target_node = item.get("source"), item.get("target")
    return (
        (source_node and source_node.text) or "",
        (target_node and target_node.text) or "",
    )


def _mounted(service: Service) -> str | None:
    node = service.get("build")
    if node is None:
        return None
    context = node.text if node.text is not None else service.text("build", "context")
    folder = within(posixpath.dirname(service.file), context or ".")
    if folder not in (source for source, _ in mounts_of(service)):
        return None
    file = service.origins["volumes"]
    return f"{file} mounts the source into {service.name}, as people do for development"


def environ_of(project: Project, service: Service) -> dict[str, str]:
    """The variables that are set for a service."""
    environ: dict[str, str] = {}
    for file in _env_files(service):
        environ.update(read_dotenv(project, file))
    return {**environ, **_known_pairs(service.get("environment"), service.variables)}


def _known_pairs(node: Node | None, variables: dict[str, str]) -> dict[str, str]:
    """Names and values, written as a list or as a mapping."""
    pairs: list[tuple[str, str | None]] = []
    if node is not None:
        for item in node.items:
            name, equals, value = (item.text or "").partition("=")
            pairs.append((name, value if equals else variables.get(name)))
        for name, entry in node.entries.items():
            pairs.append((name, entry.node.text))
    return {n: expanded(known, variables) for n, known in pairs if known is not None}


def _env_files(service: Service) -> list[str]:
    node = service.get("env_file")
    if node is None:
        return []
    folder = posixpath.dirname(service.file)
    nodes = [node] if node.text is not None else [*node.items]
    texts = [each.text or (each.get("path") or each).text for each in nodes]
    return [within(folder, text) for text in texts if text]


def _purpose_of_file(
    project: Project, file: str, services: list[Service]
) -> tuple[Purpose, str]:
    found = purpose_of(file)
    if found:
        return found
    folder = posixpath.dirname(file)
    for other in project.names_in(folder):
        if is_compose(other) and words_of(other) & PRODUCTION_WORDS:
            return Purpose.DEVELOPMENT, f"{other} next to it is for production"
    for service in services:
        target = service.text("build", "target") or ""
        if words_of(target) & DEVELOPMENT_WORDS:
            return Purpose.DEVELOPMENT, f"its service {service.name} builds {target}"
    return Purpose.PRODUCTION, "a service of Docker Compose"


def _purpose_of_service(
    project: Project, service: Service
) -> tuple[Purpose, str] | None:
    for file in _env_files(service):
        words = words_of(posixpath.basename(file))
        if words & DEVELOPMENT_WORDS and not words & PRODUCTION_WORDS:
            return Purpose.DEVELOPMENT, f"its variables come from {file}"
    environ = environ_of(project, service)
    for variable in DEVELOPMENT_VARIABLES:
        if words_of(environ.get(variable, "")) & DEVELOPMENT_WORDS:
            return Purpose.DEVELOPMENT, f"{variable} is set for it in {service.file}"
    profiles = service.get("profiles")
    named = [service.name, *((profiles and profiles.words()) or ())]
    return next((p for p in (purpose_of("", name) for name in named) if p), None)
