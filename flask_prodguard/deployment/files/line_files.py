"""Reads files of lines: Procfile, Makefile, supervisord's and systemd's."""

from __future__ import annotations

import dataclasses
import posixpath
import re
import typing as t

from ..start_command import FileSystem
from ..start_command import Form
from ..start_command import Purpose
from ..start_command import Slot
from .declared import Declared
from .declared import purpose_of

if t.TYPE_CHECKING:
    from ..project import Text

PROCESS = re.compile(r"([A-Za-z0-9_-]+):[ \t]*(?=\S)")
TARGET = re.compile(r"([\w./-]+(?:[ \t]+[\w./-]+)*)[ \t]*:(?![=:])([^#]*)")
SETTING = re.compile(r"[ \t]*([\w.-]+)[ \t]*[=:][ \t]*")
SECTION = re.compile(r"[ \t]*\[([^\]]+)\]")
MAKE_VARIABLE = re.compile(r"([A-Za-z_]\w*)[ \t]*[:?]?=[ \t]*(.*)")
MAKE_REFERENCE = re.compile(r"\$[({](\w+)[)}]")
DEFAULT_GOAL = re.compile(r"\.DEFAULT_GOAL[ \t]*[:?]?=[ \t]*(\S+)")
# What supervisord fills in: http://supervisord.org/configuration.html
EXPRESSION = re.compile(r"%\((?:ENV_)?(\w+)\)[-+#0-9]*[a-z]")
SYSTEMD_PREFIXES = "-@:+!"


def read_procfile(text: Text) -> t.Iterator[Declared]:
    """The processes of a Procfile.

    https://devcenter.heroku.com/articles/procfile, read in November 2026.
    """
    purpose, by = purpose_of(text.file) or (Purpose.PRODUCTION, "a Procfile")
    for number, line in enumerate(text.lines, 1):
        found = PROCESS.match(line)
        if not found:
            continue
        # A release is a task, not a process.
        yield Declared(
            slot=_rest(text, line, number, found.end(), shell=True),
            files=_at(text.file),
            platform="heroku",
            purpose=purpose,
            purpose_by=by,
            service=found[1],
        )


def read_makefile(text: Text) -> t.Iterator[Declared]:
    """The recipes of a Makefile that start something."""
    assigned = filter(None, map(MAKE_VARIABLE.match, text.lines))
    variables = {"MAKE": "make", **{found[1]: found[2] for found in assigned}}
    target = ""
    for number, line in enumerate(text.lines, 1):
        found = TARGET.match(line)
        if found and not line.startswith("\t"):
            target = found[1]
        elif line.startswith("\t") and target and line.strip():
            column = len(line) - len(line.lstrip("\t @-+"))
            declared = _recipe(text, line, number, column, target)
            slot = declared.slot
            value = MAKE_REFERENCE.sub(
                lambda each: variables.get(each[1], each[0]), str(slot.value)
            )
            filled = dataclasses.replace(slot, value=value)
            yield dataclasses.replace(declared, slot=filled)


def made_in_order(text: Text, wanted: t.Sequence[str]) -> list[str]:
    """The targets of a Makefile that make reaches, what each of them needs first.

    https://www.gnu.org/software/make/manual/html_node/Goals.html, read 2026-11-27.

    :param wanted: the targets that are named. If there are none, it is the default one.
    """
    needed: dict[str, list[str]] = {}
    chosen = ""
    for line in text.lines:
        rule, goal = TARGET.match(line), DEFAULT_GOAL.match(line)
        chosen = goal[1] if goal else chosen
        for name in rule[1].split() if rule else ():
            needed.setdefault(name, []).extend(rule[2].split() if rule else ())
    default = [name for name in needed if not name.startswith(".")][:1]
    rest = [*(wanted or ([chosen] if chosen else default))]
    order: list[str] = []
    while rest:
        name = rest[0]
        before = needed.pop(name, [])
        # A target that is being made already is left out, as make does.
        rest[:0] = [each for each in before if each in needed]
        if rest[0] == name:
            order.extend(rest[:1] if name not in order else ())
            del rest[0]
    return order


def _recipe(text: Text, line: str, number: int, column: int, target: str) -> Declared:
    found = purpose_of(text.file, target)
    purpose, by = found or (Purpose.DEVELOPMENT, f"make {target}")
    return Declared(
        slot=_rest(text, line, number, column, shell=True, doubled="$"),
        files=_at(text.file),
        purpose=purpose,
        purpose_by=by,
        service=target,
        is_script=True,
    )


def read_supervisord(text: Text) -> t.Iterator[Declared]:
    """The programs of a configuration of supervisord.

    http://supervisord.org/configuration.html, read in November 2026.
    """
    for name, settings in _sections(text):
        if not name.startswith("program:") or "command" not in settings:
            continue
        here = posixpath.join("/", posixpath.dirname(text.file))
        setting = settings["command"]
        directory = settings["directory"].value if "directory" in settings else "/"
        slot = setting.slot(text, doubled="%")
        filled = _filled(setting.value, here)
        if filled != setting.value:
            # It can't be written back.
            value = filled.replace("%%", "%")
            slot = dataclasses.replace(slot, value=value, column=-1)
        purpose = purpose_of(text.file, name[8:]) or (
            Purpose.PRODUCTION,
            "a program of supervisord",
        )
        yield Declared(
            slot=slot,
            files=FileSystem(),
            working_directory=_absolute(_filled(directory, here)),
            environ=_comma_pairs(
                settings["environment"].value if "environment" in settings else ""
            ),
            purpose=purpose[0],
            purpose_by=purpose[1],
            service=name[8:],
        )


def _filled(value: str, here: str) -> str:
    return EXPRESSION.sub(
        lambda found: here if found[1] == "here" else f"${{{found[1]}}}", value
    )


def read_systemd(text: Text) -> t.Iterator[Declared]:
    """The command of a systemd unit.

    systemd.service(5) and systemd.exec(5), read in November 2026.
    """
    for name, settings in _sections(text, commented="#;", equals="="):
        setting = settings.get("ExecStart")
        if name != "Service" or setting is None or not setting.value:
            continue
        start = len(setting.value) - len(setting.value.lstrip(SYSTEMD_PREFIXES))
        directory = (
            settings["WorkingDirectory"].value
            if "WorkingDirectory" in settings
            else "/"
        )
        purpose = purpose_of(text.file) or (Purpose.PRODUCTION, "a unit of systemd")
        yield Declared(
            slot=setting.slot(text, skipped=start, doubled="%"),
            working_directory=_absolute(directory.lstrip("-~")),
            environ=_systemd_environ(text),
            platform="systemd",
            purpose=purpose[0],
            purpose_by=purpose[1],
            service=posixpath.basename(text.file).removesuffix(".service"),
        )


class _Setting(t.NamedTuple):
    value: str
    line: int
    column: int
    end_line: int
    end_column: int

    def slot(self, text: Text, skipped: int = 0, doubled: str = "") -> Slot:
        value = self.value[skipped:]
        for character in doubled:
            value = value.replace(character * 2, character)
        return Slot(
            file=text.file,
            line=self.line,
            value_line=self.line,
            column=self.column + skipped,
            end_line=self.end_line,
            end_column=self.end_column,
            form=Form.PLAIN,
            value=value,
            doubled=doubled,
        )


def _sections(
    text: Text, commented: str = ";#", equals: str = "=:"
) -> t.Iterator[tuple[str, dict[str, _Setting]]]:
    name, settings = "", dict[str, _Setting]()
    number = 0
    while number < len(text.lines):
        line = text.lines[number]
        number += 1
        section, setting = SECTION.match(line), SETTING.match(line)
        if section:
            yield name, settings
            name, settings = section[1].strip(), {}
        elif setting and line.lstrip()[:1] not in tuple(commented):
            parts, end = [line[setting.end() :].rstrip()], number
            while _goes_on(parts[-1], text.lines, end):
                parts[-1] = parts[-1].removesuffix("\\").rstrip()
                parts.append(text.lines[end].strip())
                end += 1
            value = " ".join(part for part in parts if part)
            last = text.lines[end - 1].rstrip()
            settings[setting[1]] = _Setting(
                _uncommented(value), number, setting.end(), end, len(last)
            )
            number = end
    yield name, settings


def _goes_on(part: str, lines: tuple[str, ...], end: int) -> bool:
    if end >= len(lines):
        return False
    # systemd continues after a backslash, an INI file in an indented line.
    following = lines[end]
    is_indented = following[:1] in (" ", "\t") and bool(following.strip())
    return part.endswith("\\") or (is_indented and not SETTING.match(following))


def _uncommented(value: str) -> str:
    return re.split(r"\s+;", value)[0]


def _comma_pairs(text: str) -> dict[str, str]:
    found = re.finditer(r"""([A-Za-z_]\w*)=("[^"]*"|'[^']*'|[^,;]*)""", text)
    return {each[1]: each[2].strip("\"' ") for each in found}


def _systemd_environ(text: Text) -> dict[str, str]:
    environ = {}
    for line in text.lines:
        if not line.strip().startswith("Environment="):
            continue
        rest = line.partition("=")[2]
        for each in re.finditer(r"""(["']?)([A-Za-z_]\w*)=(.*?)\1(?=\s|$)""", rest):
            environ[each[2]] = each[3].strip("\"'")
    return environ


def _rest(
    text: Text, line: str, number: int, column: int, shell: bool, doubled: str = ""
) -> Slot:
    value = line[column:].rstrip()
    for character in doubled:
        value = value.replace(character * 2, character)
    return Slot(
        file=text.file,
        line=number,
        value_line=number,
        column=column,
        end_line=number,
        end_column=len(line.rstrip()),
        form=Form.PLAIN,
        value=value,
        shell=shell,
        doubled=doubled,
    )


def _at(file: str) -> FileSystem:
    return FileSystem(base=posixpath.dirname(file))


def _absolute(directory: str) -> str:
    return posixpath.join("/", directory)
