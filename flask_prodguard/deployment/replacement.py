"""Replaces a command in a file, in the form in which the file writes commands."""

from __future__ import annotations

import json
import posixpath
import re
import shlex
import typing as t
from dataclasses import dataclass

from .shell.line import joined_words
from .shell.line import needs_shell
from .shell.wrappers import program_name
from .shell.wrappers import PYTHON
from .start_command import Form

if t.TYPE_CHECKING:
    from .start_command import Slot
    from .start_command import StartCommand

# Text that YAML needs no quotes for.
PLAIN_IN_YAML = re.compile(r"[A-Za-z0-9_./$][^\n\t]*")
SPECIAL_IN_YAML = re.compile(r":(\s|$)|\s#|^(true|false|null|yes|no|on|off|~)$", re.I)
# The folders of a system's own Python. What pip installs may be elsewhere.
SYSTEM_FOLDERS = ("/usr/bin", "/bin", "/usr/local/bin")
KEY = re.compile(r"(\s*(?:-\s+)?)command(\s*:)")


@dataclass(frozen=True)
class Replacement:
    """Whole lines of a file, and those that replace them.

    .. versionadded:: 0.1
    """

    file: str
    #: The line of the first of them.
    line: int
    before: tuple[str, ...]
    after: tuple[str, ...]


def replace_command(
    start: StartCommand, command: str | t.Sequence[str]
) -> Replacement | None:
    """Say which lines start another program instead. Wrappers, assignments and what
    runs before it are kept.

    :param command: a line for a shell, or the words of a program, in which variables
        such as ``$PORT`` are left for a shell too.
    :return: ``None`` if it can't be known what the file has to say.

    .. versionadded:: 0.1
    """
    if start.part.word < 0 or start.slot.column < 0 or not start.before:
        return None
    arguments = start.arguments
    if arguments is not None and arguments.file != start.slot.file:
        return _without_entrypoint(start, command)
    text = _Lines(start)
    value = _value(start, command)
    if arguments is not None:
        text.remove(arguments)
    text.put(start.slot, value)
    return Replacement(start.file, start.first_line, start.before, text.lines())


def _without_entrypoint(
    start: StartCommand, command: str | t.Sequence[str]
) -> Replacement | None:
    # Compose's entrypoint replaces both the image's entrypoint and its command.
    first = start.before[0]
    if not KEY.match(first) or start.slot.line != start.first_line:
        return None
    text = _Lines(start)
    text.put(start.slot, _words(command))
    lines = text.lines()
    renamed = KEY.sub(r"\1entrypoint\2", lines[0], count=1)
    return Replacement(
        start.file, start.first_line, start.before, (renamed, *lines[1:])
    )


def _value(
    start: StartCommand, command: str | t.Sequence[str]
) -> str | tuple[str, ...]:
    slot, part = start.slot, start.part
    value = slot.value
    if isinstance(value, str):
        line = _line(start, command)
        return value[: part.start] + line + value[part.end :]
    inner = value[part.word]
    if part.inside:
        line = _in_same_folder(start, command)
        changed = inner[: part.start] + line + inner[part.end :]
        return (*value[: part.word], changed, *value[part.word + 1 :])
    return (*value[: part.word], *_words(_in_same_folder(start, command)))


def _line(start: StartCommand, command: str | t.Sequence[str]) -> str:
    value, part = str(start.slot.value), start.part
    has_more = bool((value[: part.start] + value[part.end :]).strip())
    if start.slot.shell and (has_more or start.via):
        # A shell runs the rest of the text or the script, and needs no other one.
        command = _without_shell(command)
    line = _in_same_folder(start, command)
    if start.slot.shell or not needs_shell(line):
        return line
    if start.part.start and _is_quoted(value, start.part.start):
        # It is already inside the quotes of `sh -c '…'`.
        return line
    return joined_words(_words(line))


def _without_shell(command: str | t.Sequence[str]) -> str | t.Sequence[str]:
    words = shlex.split(command) if isinstance(command, str) else [*command]
    if len(words) != 3 or words[:2] != ["sh", "-c"]:
        return command
    return words[2].removeprefix("exec ")


def _in_same_folder(start: StartCommand, command: str | t.Sequence[str]) -> str:
    line = command if isinstance(command, str) else joined_words(command)
    folder, program = posixpath.split(start.argv[0])
    # What a virtual environment has is not on the path.
    is_python = PYTHON.fullmatch(program_name(program)) or program == "flask"
    if not is_python or not folder or folder in SYSTEM_FOLDERS:
        return line
    first = line.split(" ", 1)[0]
    known = first.isidentifier() or first.replace("-", "_").isidentifier()
    return f"{folder}/{line}" if known else line


def _is_quoted(value: str, at: int) -> bool:
    before = value[:at]
    return before.count("'") % 2 == 1 or before.count('"') % 2 == 1


def _words(command: str | t.Sequence[str]) -> tuple[str, ...]:
    if not isinstance(command, str):
        command = joined_words(command)
    if not needs_shell(command):
        return tuple(shlex.split(command))
    simple = not re.search(r"[;&|\n]", command)
    return ("/bin/sh", "-c", f"exec {command}" if simple else command)


class _Lines:
    """The lines of a start while parts of them are replaced."""

    def __init__(self, start: StartCommand) -> None:
        self.first = start.first_line
        self.changed: dict[int, list[str]] = {
            self.first + index: [line] for index, line in enumerate(start.before)
        }

    def lines(self) -> tuple[str, ...]:
        """The lines as they are now."""
        return tuple(line for lines in self.changed.values() for line in lines)

    def remove(self, slot: Slot) -> None:
        """Take out the lines of a value."""
        for number in range(slot.line, slot.end_line + 1):
            self.changed[number] = []

    def put(self, slot: Slot, value: str | tuple[str, ...]) -> None:
        """Replace a value with another."""
        head = self.changed[slot.value_line][0][: slot.column]
        tail = self.changed[slot.end_line][0][slot.end_column :]
        written = _written(slot, value, head)
        for number in range(slot.value_line, slot.end_line + 1):
            self.changed[number] = []
        self.changed[slot.value_line] = (head + written + tail).split("\n")


def _written(slot: Slot, value: str | tuple[str, ...], head: str) -> str:
    for character in slot.doubled:
        value = (
            value.replace(character, character * 2)
            if isinstance(value, str)
            else tuple(word.replace(character, character * 2) for word in value)
        )
    if not isinstance(value, str):
        if slot.form is Form.ITEMS:
            # The first dash is already in the line.
            items = [f"- {_in_yaml(word)}" for word in value]
            return ("\n" + " " * len(head)).join(items)
        return json.dumps(value, ensure_ascii=False)
    if slot.form is Form.YAML_TEXT:
        return _in_yaml(value.strip())
    return json.dumps(value, ensure_ascii=False) if slot.form is Form.QUOTED else value


def _in_yaml(text: str) -> str:
    plain = PLAIN_IN_YAML.fullmatch(text) and not SPECIAL_IN_YAML.search(text)
    if plain and text == text.strip():
        return text
    return json.dumps(text, ensure_ascii=False)
