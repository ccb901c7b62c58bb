"""Reads Dockerfiles: stages, what each puts into its image, and what it starts."""

from __future__ import annotations

import dataclasses
import itertools
import json
import posixpath
import re
import typing as t
from dataclasses import dataclass

from ..project import within
from ..shell.line import tokenized
from ..shell.line import Word
from ..start_command import Copy
from ..start_command import Document
from ..start_command import FileSystem
from ..start_command import Form
from ..start_command import Slot

if t.TYPE_CHECKING:
    from ..project import Text

# https://docs.docker.com/reference/dockerfile/, read in November 2026.
INSTRUCTION = re.compile(r"[ \t]*([A-Za-z]+)[ \t]+")
HEREDOC = re.compile(r"<<-?(['\"]?)([A-Za-z_][\w.-]*)\1")
# RUN cat > /start.sh <<EOF, and RUN tee /start.sh <<EOF
WRITTEN = re.compile(r"(?:cat\b[^|;&\n]*?>|tee(?:\s+-\w+)*)\s*([^\s<>|;&\"']+)")
VARIABLE = re.compile(r"\\\$|\$(?:(\w+)|\{(\w+)(?::?([-+])([^}]*))?\})")
WITH_DOCUMENTS = ("RUN", "COPY", "ADD")
ESCAPE = re.compile(r"#\s*escape\s*=\s*(\S)", re.I)
NO_ARGUMENTS: t.Mapping[str, str] = {}
DIRECTIVE = re.compile(r"#\s*\w+\s*=")


class Instruction(t.NamedTuple):
    """One instruction, its continued lines joined."""

    name: str
    text: str
    line: int
    end_line: int
    column: int
    #: Its here-documents, each with the word that ends it.
    documents: tuple[tuple[str, Document], ...] = ()


@dataclass(frozen=True)
class Stage:
    """One stage: what it is called, what it holds, and what it starts."""

    name: str
    #: The image that it is made from.
    base: str
    environ: dict[str, str] = dataclasses.field(default_factory=dict)
    working_directory: str = "/"
    copies: tuple[Copy, ...] = ()
    installed: tuple[str, ...] = ()
    entrypoint: Slot | None = None
    command: Slot | None = None
    #: Default values of its build arguments.
    arguments: dict[str, str] = dataclasses.field(default_factory=dict)

    def files(self, context: str) -> FileSystem:
        """What a program in the image finds.

        :param context: the folder that it is built from.
        """
        return FileSystem(context, self.copies, self.installed)


def instructions(text: Text) -> t.Iterator[Instruction]:
    """The instructions of a Dockerfile."""
    lines, at, escape = text.lines, 0, _escape(text)
    while at < len(lines):
        start = at
        found = INSTRUCTION.match(lines[at])
        at += 1
        if not found:
            continue
        parts = [lines[start][found.end() :]]
        while parts[-1].rstrip().endswith(escape) and at < len(lines):
            parts[-1] = parts[-1].rstrip()[:-1]
            while at < len(lines) - 1 and lines[at].lstrip().startswith("#"):
                at += 1
            parts.append(lines[at])
            at += 1
        end = at
        name, said = found[1].upper(), "".join(parts).strip()
        documents = []
        for opened in HEREDOC.finditer(said if name in WITH_DOCUMENTS else ""):
            document = _document(text, at, opened)
            documents.append((opened[2], document))
            at += len(document.lines) + 1
        yield Instruction(name, said, start + 1, end, found.end(), (*documents,))


def _escape(text: Text) -> str:
    # Directives come before everything else.
    lines = itertools.takewhile(DIRECTIVE.match, map(str.strip, text.lines))
    found = next(filter(None, map(ESCAPE.match, lines)), None)
    return found[1] if found else "\\"


def _document(text: Text, at: int, opened: re.Match[str]) -> Document:
    lines = tuple(
        itertools.takewhile(lambda line: line.strip() != opened[2], text.lines[at:])
    )
    if not opened[1]:
        # The builder leaves the variables of the script to the script.
        lines = tuple(line.replace("\\$", "$") for line in lines)
    return Document(text.file, at + 1, lines)


def read_stages(
    text: Text, context: str, arguments: t.Mapping[str, str] = NO_ARGUMENTS
) -> list[Stage]:
    """The stages of a Dockerfile, in order.

    :param context: the folder that the image is built from.
    :param arguments: the build arguments that are given.
    """
    stages: list[Stage] = []
    outer: dict[str, str] = {}
    for instruction in instructions(text):
        if instruction.name == "FROM":
            stages.append(_from(instruction, stages, outer))
        elif not stages:
            if instruction.name == "ARG":
                outer.update(_argued(instruction.text, outer, arguments))
        elif instruction.name in READERS:
            context_of = _Context(context, stages, outer, text, arguments)
            stages[-1] = READERS[instruction.name](instruction, stages[-1], context_of)
    return stages


class _Context(t.NamedTuple):
    folder: str
    stages: list[Stage]
    outer: dict[str, str]
    text: Text
    arguments: t.Mapping[str, str]


def _from(
    instruction: Instruction, stages: list[Stage], outer: dict[str, str]
) -> Stage:
    words = [w for w in instruction.text.split() if not w.startswith("--")]
    base = expanded(words[0], outer) if words else ""
    named = len(words) >= 3 and words[1].lower() == "as"
    name = words[2] if named else str(len(stages))
    for stage in stages:
        if stage.name.lower() == base.lower():
            return dataclasses.replace(stage, name=name, arguments={})
    return Stage(name, base)


def _env(instruction: Instruction, stage: Stage, context: _Context) -> Stage:
    known = {**stage.arguments, **stage.environ}
    return dataclasses.replace(
        stage, environ={**stage.environ, **_pairs(instruction.text, known)}
    )


def _arg(instruction: Instruction, stage: Stage, context: _Context) -> Stage:
    known = {**context.outer, **stage.arguments, **stage.environ}
    pairs = _argued(instruction.text, known, context.arguments)
    if not pairs and instruction.text in context.outer:
        pairs = {instruction.text: context.outer[instruction.text]}
    return dataclasses.replace(stage, arguments={**stage.arguments, **pairs})


def _argued(
    text: str, known: t.Mapping[str, str], given: t.Mapping[str, str]
) -> dict[str, str]:
    pairs = _pairs(text, known)
    names = [*pairs] or text.split()
    return {**pairs, **{name: given[name] for name in names if name in given}}


def _workdir(instruction: Instruction, stage: Stage, context: _Context) -> Stage:
    folder = _filled(instruction.text.strip("\"'"), stage)
    joined = posixpath.normpath(posixpath.join(stage.working_directory, folder))
    return dataclasses.replace(stage, working_directory=joined)


def _copy(instruction: Instruction, stage: Stage, context: _Context) -> Stage:
    words = [_filled(word, stage) for word in _words(instruction.text)]
    options = [word for word in words if word.startswith("--")]
    words = [word for word in words if not word.startswith("--")]
    if len(words) < 2:
        return stage
    *sources, last = words
    destination = posixpath.join(stage.working_directory, last)
    if instruction.documents:
        is_folder = destination.endswith("/")
        for name, document in instruction.documents:
            path = posixpath.join(destination, name if is_folder else "")
            stage = _with_document(stage, path, document)
        return stage
    origin = _origin(options, context)
    if origin is None and any(option.startswith("--from=") for option in options):
        return stage
    if origin is None:
        sources = [within(context.folder, source.lstrip("/")) for source in sources]
    copy = Copy(tuple(sources), destination, origin)
    return dataclasses.replace(stage, copies=(*stage.copies, copy))


def _with_document(stage: Stage, path: str, document: Document) -> Stage:
    copy = Copy((), posixpath.normpath(path), document=document)
    return dataclasses.replace(stage, copies=(*stage.copies, copy))


def _origin(options: list[str], context: _Context) -> FileSystem | None:
    for option in options:
        name = option.removeprefix("--from=")
        for at, stage in enumerate(context.stages[:-1]):
            if option != name and name.lower() in (stage.name.lower(), str(at)):
                return stage.files(context.folder)
    return None


def _run(instruction: Instruction, stage: Stage, context: _Context) -> Stage:
    written = WRITTEN.search(instruction.text)
    if written and len(instruction.documents) == 1:
        path = posixpath.join(stage.working_directory, _filled(written[1], stage))
        stage = _with_document(stage, path, instruction.documents[0][1])
    if "install" not in instruction.text:
        return stage
    words = re.split(r"[\s\"',\[\]=<>~!]+", instruction.text)
    return dataclasses.replace(stage, installed=(*stage.installed, *words))


def _command(instruction: Instruction, stage: Stage, context: _Context) -> Stage:
    slot = _slot(instruction, context.text)
    if instruction.name == "CMD":
        return dataclasses.replace(stage, command=slot)
    inherited = stage.command is not None and not _is_own(stage, context)
    # A new ENTRYPOINT resets the CMD of the image that it is built on.
    command = None if inherited else stage.command
    return dataclasses.replace(stage, entrypoint=slot, command=command)


def _is_own(stage: Stage, context: _Context) -> bool:
    return all(each.command is not stage.command for each in context.stages[:-1])


def _slot(instruction: Instruction, text: Text) -> Slot | None:
    array = array_of(instruction.text)
    if array == ():
        return None
    last = text.lines[instruction.end_line - 1]
    return Slot(
        file=text.file,
        line=instruction.line,
        value_line=instruction.line,
        column=instruction.column,
        end_line=instruction.end_line,
        end_column=len(last.rstrip()),
        form=Form.PLAIN if array is None else Form.ARRAY,
        value=instruction.text if array is None else array,
        shell=array is None,
    )


READERS: dict[str, t.Callable[[Instruction, Stage, _Context], Stage]] = {
    "ENV": _env,
    "ARG": _arg,
    "WORKDIR": _workdir,
    "COPY": _copy,
    "ADD": _copy,
    "RUN": _run,
    "CMD": _command,
    "ENTRYPOINT": _command,
}


def array_of(text: str) -> tuple[str, ...] | None:
    """The words of a list in JSON, or ``None`` if it is none.

    :param text: what may be a list.
    """
    if not text.lstrip().startswith("["):
        return None
    try:
        words = json.loads(text)
    except (ValueError, RecursionError):
        return None
    is_list = isinstance(words, list) and all(isinstance(word, str) for word in words)
    return tuple(words) if is_list else None


def _words(text: str) -> list[str]:
    # COPY ["a", "b"], or options before it.
    options = re.match(r"(?:--\S+\s+)*", text)
    start = options.end() if options else 0
    array = array_of(text[start:])
    return [
        *text[:start].split(),
        *(array if array is not None else text[start:].split()),
    ]


def _pairs(text: str, known: t.Mapping[str, str]) -> dict[str, str]:
    words = [token for token in tokenized(text) if isinstance(token, Word)]
    if words and "=" not in words[0].source:
        # The old form: ENV NAME the rest of the line.
        value = text[words[0].end :].strip()
        return {words[0].source: expanded(value, known)} if value else {}
    pairs = {}
    for word in words:
        name, equals, _ = word.source.partition("=")
        plain = "".join(p.value if p.kind == "text" else p.source for p in word.pieces)
        if equals:
            pairs[name] = expanded(plain.partition("=")[2], known)
    return pairs


def _filled(text: str, stage: Stage) -> str:
    return expanded(text, {**stage.arguments, **stage.environ})


def expanded(text: str, known: t.Mapping[str, str]) -> str:
    """Text with the variables that are known."""

    def value(found: re.Match[str]) -> str:
        if found[0] == "\\$":
            return "$"
        name, operator, operand = found[1] or found[2], found[3], found[4]
        if operator == "+":
            return str(operand) if known.get(name) else ""
        if operator == "-":
            return known.get(name) or str(operand)
        return known.get(name, found[0])

    return VARIABLE.sub(value, text)
