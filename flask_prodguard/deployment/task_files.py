"""Tools that start what a file of theirs names, such as make, npm and supervisord."""

from __future__ import annotations

import posixpath
import typing as t
from dataclasses import dataclass

from .file_system import find_file
from .file_system import find_folder
from .files.line_files import made_in_order
from .files.line_files import read_makefile
from .files.line_files import read_procfile
from .files.line_files import read_supervisord
from .files.platform_files import read_platform_file
from .files.platform_files import reader_of
from .known_programs import ALL_AT_ONCE
from .known_programs import MAKE_VALUED
from .known_programs import MAKEFILES
from .known_programs import PM2
from .known_programs import TASK_WORDS
from .known_programs import TASKS

if t.TYPE_CHECKING:
    from .files.declared import Declared
    from .project import Project
    from .start_command import FileSystem

# http://supervisord.org/configuration.html, and the package of Debian, November 2026.
SUPERVISORD_FILES = ("supervisord.conf", "/etc/supervisord.conf")
SUPERVISORD_INCLUDES = "/etc/supervisor/"


@dataclass(frozen=True)
class TaskFiles:
    """Where such a tool is called."""

    project: Project
    files: FileSystem
    directory: str

    def called(self, name: str, words: list[str]) -> list[Declared]:
        """What a tool starts, as its file declares it, or nothing if it is none.

        :param words: the command, with its first word.
        """
        if name == "supervisord":
            return self._supervisord(words)
        if name == "make":
            return self._made(words)
        folder = find_folder(self.project, self.files, ".", self.directory)
        options = [word for word in words[1:] if not word.startswith("-")]
        skipped = ("start",) if name in (*PM2, *ALL_AT_ONCE) else ()
        options = [word for word in options if word not in (*TASK_WORDS, *skipped)]
        if name in PM2:
            path = options[0] if options else "ecosystem.config.js"
            file = find_file(self.project, self.files, path, self.directory)
            return self._read(file, None) if file and reader_of(file) else []
        if folder is None or name not in TASKS:
            return []
        # A file of processes starts all of them, a file of tasks only what is named.
        wanted = options[:1] or (None if name in ALL_AT_ONCE else [])
        paths = [posixpath.join(folder, each) for each in TASKS[name]]
        return next(filter(None, (self._read(path, wanted) for path in paths)), [])

    def _made(self, words: list[str]) -> list[Declared]:
        directory = self.directory
        names, targets, at = [*MAKEFILES], list[str](), 1
        while at < len(words):
            option, equals, value = words[at].partition("=")
            if option in MAKE_VALUED:
                at += not equals
                value = value if equals else "".join(words[at : at + 1])
                if option in ("-C", "--directory"):
                    directory = posixpath.join(directory, value)
                elif option in ("-f", "--file", "--makefile"):
                    names = [value]
            elif not equals and not option.startswith("-"):
                targets.append(option)
            at += 1
        for name in names:
            file = find_file(self.project, self.files, name, directory)
            text = self.project.text(file) if file else None
            if text is not None:
                found = [*read_makefile(text)]
                return [
                    each.changed(working_directory=directory)
                    for target in made_in_order(text, targets)
                    for each in found
                    if target in str(each.service).split()
                ]
        return []

    def _supervisord(self, words: list[str]) -> list[Declared]:
        named = [
            words[at + 1]
            for at, word in enumerate(words[:-1])
            if word in ("-c", "--configuration")
        ]
        paths = named or SUPERVISORD_FILES
        found = (
            find_file(self.project, self.files, path, self.directory) for path in paths
        )
        sources = [*filter(None, found)][:1]
        if not named or named[0].startswith(SUPERVISORD_INCLUDES):
            # Debian's own file includes those that images add to it.
            sources += [
                source
                for copy in self.files.copies
                if copy.destination.startswith(SUPERVISORD_INCLUDES)
                for source in copy.sources
                if self.project.is_file(source)
            ]
        read = [self.project.text(source) for source in dict.fromkeys(sources)]
        return [each for text in read if text for each in read_supervisord(text)]

    def _read(self, file: str, wanted: list[str] | None) -> list[Declared]:
        text = self.project.text(file) if self.project.is_file(file) else None
        if text is None:
            return []
        read = reader_of(file)
        if read is not None:
            found = [*read_platform_file(self.project, file, read)]
        else:
            found = [*read_procfile(text)]
        return [each for each in found if wanted is None or each.service in wanted]
