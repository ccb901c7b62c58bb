"""Follows a declared command to the programs that it starts: out of its wrappers,
through shells and scripts, and into the files of the tools that it calls.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
import typing as t
from dataclasses import dataclass

from .command_words import command_of
from .command_words import InFile
from .command_words import InSlot
from .command_words import InWord
from .command_words import Place
from .command_words import PlacedWord
from .command_words import words_of
from .console_scripts import console_scripts
from .file_system import find_document
from .file_system import find_file
from .file_system import find_folder
from .known_programs import NOISE
from .known_programs import script_of
from .known_programs import server_of
from .known_programs import SHELLS
from .known_programs import SOURCING
from .project import Text
from .shell.script import Shell
from .shell.wrappers import module_index
from .shell.wrappers import program_name
from .shell.wrappers import PYTHON
from .shell.wrappers import unwrapped
from .start_command import Part
from .start_command import Purpose
from .start_command import Slot
from .start_command import StartCommand
from .task_files import TaskFiles

if t.TYPE_CHECKING:
    from .files.declared import Declared
    from .project import Project

SHEBANG = re.compile(r"#!\s*(?:\S*/)?(?:env\s+(?:-S\s+)?)?(\w+)")
DEEPEST = 12
MOST = 200


@dataclass(frozen=True)
class Circumstances:
    """What is known about the surroundings of a command."""

    declared: Declared
    environ: dict[str, str]
    directory: str
    via: tuple[str, ...]
    doubt: str | None = None
    doubt_at: str | None = None
    depth: int = 0
    purpose: Purpose | None = None
    purpose_by: str = ""
    #: The shell that runs it, if one does.
    shell: Shell | None = None


def follow(project: Project, declared: Declared) -> t.Iterator[StartCommand]:
    """The programs that a declared command starts."""
    following = _Following(project)
    around = Circumstances(
        declared,
        dict(declared.environ),
        declared.working_directory,
        declared.via,
        declared.doubt,
    )
    starts = following.slot(declared.slot, declared.arguments, around)
    yield from _of_interest([*itertools.islice(starts, MOST)], project, declared)


def _of_interest(
    found: list[StartCommand], project: Project, declared: Declared
) -> list[StartCommand]:
    served = [start for start in found if is_of_interest(project, start)]
    if declared.is_script:
        # A variable of make is seldom a server.
        served = [start for start in served if start.argv[0][:1] != "$"]
    circles = [start for start in found if start.is_circle]
    if circles and not served:
        return circles[:1]
    if served or declared.is_script or not found:
        return served
    quiet = [start for start in found if program_name(start.argv[0]) not in NOISE]
    own = [start for start in found if start.file == declared.file]
    # Scripts that start one another come to nothing else.
    own = own or [start for start in quiet if script_of(start.argv)][:1]
    return ([start for start in own if start in quiet] or own)[-1:]


def is_of_interest(project: Project, start: StartCommand) -> bool:
    """Whether a command may start an app of Flask."""
    name = program_name(start.argv[0])
    if PYTHON.fullmatch(name):
        module = module_index(start.argv)
        return module is None or start.argv[module] not in ("pip", "venv", "ensurepip")
    return (
        name == "flask"
        or server_of(name) is not None
        or name.endswith(".py")
        or name.startswith("$")
        or name in console_scripts(project, start)
    )


class _Following:
    def __init__(self, project: Project) -> None:
        self.project = project

    def slot(
        self, slot: Slot, arguments: Slot | None, around: Circumstances
    ) -> t.Iterator[StartCommand]:
        """The programs of a value, with the words that are added to it."""
        if slot.shell and isinstance(slot.value, str):
            place = InSlot(slot)
            yield from self._text(slot.value, place, [], around)
            return
        words = words_of(slot)
        if arguments is not None and arguments.shell:
            text = str(arguments.value)
            words += [
                PlacedWord(word, arguments, -1, 0, 0) for word in ("/bin/sh", "-c")
            ]
            words.append(PlacedWord(text, arguments, 0, 0, len(text)))
        elif arguments is not None:
            words += words_of(arguments)
        yield from self._words(words, around)

    def _text(
        self,
        text: str,
        place: Place,
        arguments: list[PlacedWord],
        around: Circumstances,
        name: str = "sh",
        shell: Shell | None = None,
    ) -> t.Iterator[StartCommand]:
        shell = shell or Shell(
            dict(around.environ),
            around.directory,
            (name, *(each.text for each in arguments)),
        )
        for ran in shell.run(text):
            words = []
            for word, (start, end) in zip(ran.words, ran.spans, strict=True):
                if word.argument is not None and word.argument <= len(arguments):
                    words.append(arguments[word.argument - 1])
                else:
                    words.append(place.given(word.text, start, end, ran, text))
            inner = dataclasses.replace(
                around, environ=ran.environ, directory=ran.directory, shell=shell
            )
            if ran.condition is not None and around.doubt is None:
                at = place.line(ran.condition, text)
                inner = dataclasses.replace(
                    inner,
                    doubt="a condition that can't be known decides whether it runs",
                    doubt_at=at,
                )
            if ran.is_circle:
                yield self._leaf(words, 0, inner, is_circle=True)
            else:
                yield from self._words(words, inner)

    def _words(
        self, words: list[PlacedWord], around: Circumstances
    ) -> t.Iterator[StartCommand]:
        texts = [word.text for word in words]
        found = unwrapped(texts)
        program = texts[found.at :]
        if not program:
            return
        around = dataclasses.replace(
            around, environ={**around.environ, **found.environ}
        )
        if found.reloader is not None:
            around = dataclasses.replace(
                around,
                purpose=Purpose.DEVELOPMENT,
                purpose_by=f"{found.reloader} starts it anew at each change",
            )
        rest = words[found.at :]
        is_deep = around.depth > DEEPEST
        inner = self._inner(rest, around)
        if inner is None or is_deep:
            yield self._leaf(words, found.at, around, is_circle=inner is not None)
        else:
            yield from (_behind(start, words, found.at) for start in inner)

    def _inner(
        self, words: list[PlacedWord], around: Circumstances
    ) -> t.Iterator[StartCommand] | None:
        around = dataclasses.replace(around, depth=around.depth + 1)
        texts = [word.text for word in words]
        name = program_name(texts[0])
        if name in SHELLS or texts[0] in SOURCING:
            return self._shell(words, around)
        if name == "concurrently":
            lines = [word for word in words[1:] if " " in word.text]
            return self._lines(lines, around) if lines else None
        if " " in texts[0].strip():
            # The one word of `nodemon --exec "python app.py"`.
            return self._lines(words[:1], around)
        tasks = TaskFiles(self.project, around.declared.files, around.directory)
        called = tasks.called(name, texts)
        if called:
            return self._declared(called, around)
        script = self._script(texts[0], around)
        if script is not None:
            return self._file(script, words[1:], around, texts[0])
        return None

    def _shell(
        self, words: list[PlacedWord], around: Circumstances
    ) -> t.Iterator[StartCommand] | None:
        at = 1
        while at < len(words) and words[at].text[:1] in ("-", "+"):
            option = words[at].text
            if "c" in option and not option.startswith("--"):
                at += 1
                break
            valued = option.endswith("o") or option in ("-O", "--rcfile", "--init-file")
            at += 2 if valued else 1
        else:
            is_sourced = words[0].text in SOURCING
            script = at < len(words) and self._script_file(
                words[at].text, around, is_sourced
            )
            if not script:
                return None
            shell = around.shell if is_sourced else None
            return self._file(script, words[at + 1 :], around, words[at].text, shell)
        if at >= len(words):
            return None
        line = words[at]
        return self._text(
            line.text, InWord(line), words[at + 2 :], around, _name_of(words[at + 1 :])
        )

    def _lines(
        self, lines: list[PlacedWord], around: Circumstances
    ) -> t.Iterator[StartCommand]:
        for line in lines:
            yield from self._text(line.text, InWord(line), [], around)

    def _declared(
        self, found: list[Declared], around: Circumstances
    ) -> t.Iterator[StartCommand]:
        outer = around.declared
        for each in found:
            declared = each.changed(
                files=outer.files,
                platform=outer.platform or each.platform,
                purpose=outer.purpose,
                purpose_by=outer.purpose_by,
            )
            directory = each.working_directory
            inner = dataclasses.replace(
                around,
                declared=declared,
                environ={**around.environ, **each.environ},
                directory=around.directory if directory == "/" else directory,
                via=_led(around, declared.file),
            )
            yield from self.slot(declared.slot, declared.arguments, inner)

    def _script(self, path: str, around: Circumstances) -> Text | None:
        if "/" not in path and not path.endswith(".sh"):
            return None
        return self._script_file(path, around)

    def _script_file(
        self, path: str, around: Circumstances, is_sourced: bool = False
    ) -> Text | None:
        files, directory = around.declared.files, around.directory
        document = find_document(files, path, directory)
        if document is not None:
            # Its lines keep their numbers.
            lines = (*[""] * (document.line - 1), *document.lines)
            text, first, name = Text(document.file, lines), document.lines[:1], path
        else:
            file = find_file(self.project, files, path, directory)
            found = self.project.text(file) if file else None
            if found is None:
                return None
            text, first, name = found, found.lines[:1], found.file
        shebang = SHEBANG.match("".join(first))
        if shebang and shebang[1] not in SHELLS:
            return None
        is_script = shebang or is_sourced or name.endswith((".sh", ".bash"))
        return text if is_script else None

    def _file(
        self,
        text: Text,
        arguments: list[PlacedWord],
        around: Circumstances,
        name: str,
        shell: Shell | None = None,
    ) -> t.Iterator[StartCommand]:
        inner = dataclasses.replace(around, via=_led(around, text.file))
        place = InFile(text, self.project.text(text.file) or text)
        yield from self._text(text.whole, place, arguments, inner, name, shell)

    def _leaf(
        self,
        words: list[PlacedWord],
        at: int,
        around: Circumstances,
        is_circle: bool = False,
    ) -> StartCommand:
        declared = around.declared
        first, last = words[at], words[-1]
        slot = first.slot
        others = [word.slot for word in words if word.slot is not slot]
        # What a script is given is no part of the file that names the script.
        own = (declared.slot, declared.arguments) if slot == declared.slot else ()
        after = [w.slot for w in words[at:] if w.slot is not slot and w.slot in own]
        before_it = tuple(word.text for word in words[:at] if word.slot is not slot)
        argv = tuple(word.text for word in words[at:])
        same = [word for word in words[at:] if word.slot is slot]
        arguments = after[0] if after else None
        if arguments is not None and arguments.file != slot.file:
            # What is written beside the one that is laid over it counts.
            slot, arguments, same = arguments, slot, [last]
        end = max(word.end for word in same)
        if len(same) < len(words[at:]) and isinstance(slot.value, str) and not after:
            # What a script is given, as in "$@", is for the program that it starts.
            end = len(slot.value)
        part = Part(first.word, first.start, end, first.inside)
        first_line, end_line, before = self._before(slot, arguments)
        folder = find_folder(self.project, declared.files, ".", around.directory)
        return StartCommand(
            file=slot.file,
            line=slot.line,
            first_line=first_line,
            end_line=end_line,
            before=before,
            command=command_of(words, slot, bool(others)),
            argv=argv,
            slot=slot,
            part=part,
            arguments=arguments,
            entrypoint=before_it,
            wrapper=tuple(word.text for word in words[:at] if word.slot is first.slot),
            platform=declared.platform,
            purpose=around.purpose or declared.purpose,
            purpose_by=around.purpose_by or declared.purpose_by,
            environ=tuple(sorted(around.environ.items())),
            directory=declared.files.base if folder is None else folder,
            via=tuple(file for file in around.via if file != slot.file),
            doubt=around.doubt,
            doubt_at=around.doubt_at,
            service=declared.service,
            files=declared.files,
            working_directory=around.directory,
            is_circle=is_circle,
        )

    def _before(
        self, slot: Slot, arguments: Slot | None
    ) -> tuple[int, int, tuple[str, ...]]:
        slots = [slot]
        if arguments is not None and arguments.file == slot.file:
            slots.append(arguments)
        first = min(each.line for each in slots)
        last = max(each.end_line for each in slots)
        text = self.project.text(slot.file)
        lines = text.lines[first - 1 : last] if text else ()
        return first, last, lines


def _behind(start: StartCommand, words: list[PlacedWord], at: int) -> StartCommand:
    slots = [word.slot for word in words]
    if start.slot in slots and slots[0] != start.slot:
        # A script has been given the program, as in `exec "$@"`.
        passed = tuple(word.text for word in words if word.slot != start.slot)
        return dataclasses.replace(start, entrypoint=passed)
    kept = tuple(word.text for word in words[:at])
    return dataclasses.replace(start, wrapper=(*kept, *start.wrapper))


def _led(around: Circumstances, file: str) -> tuple[str, ...]:
    via = around.via
    own = around.declared.file
    for each in (own, file):
        if each not in via:
            via = (*via, each)
    return via


def _name_of(words: list[PlacedWord]) -> str:
    return words[0].text if words else "sh"
