"""The shell that shows a message, and how commands are written for it."""

from __future__ import annotations

import os
import re
import shutil
import sys
import typing as t
from dataclasses import dataclass

from ..remedy.command_line import joined
from ..remedy.command_line import kind_of_shell
from ..remedy.command_line import set_for
from ..remedy.command_line import ShellKind
from ..remedy.this_machine import own_flask

# Python's own options that take no value.
PYTHON_OPTIONS = frozenset({"-u", "-O", "-OO", "-B", "-E", "-I", "-P", "-s", "-S"})
FLASK_OPTIONS = frozenset({"--app", "-A", "--host", "-h", "--port", "-p"})
FLASK_FLAGS = re.compile(
    r"run|--(no-)?(debug|debugger|reload)|--with(out)?-threads"
    r"|--(app|host|port)=[\w.:/\\-]+"
)
OWN_COMMAND = "flask prodguard"


@dataclass(frozen=True)
class Shell:
    """How commands are written for the shell that shows a message."""

    kind: ShellKind = ShellKind.POSIX
    #: The command that started this program, ``""`` if it can't be shown.
    start: str = ""
    #: How the commands of this package are called.
    own_command: str = OWN_COMMAND

    def start_with(self, name: str, value: str) -> str:
        """The line that starts this program again with a variable, or only sets it, if
        the command can't be shown.

        :param value: a word that needs no quotes in any shell.
        """
        return set_for(self.kind, name, value, self.start)


def this_shell(environ: t.Mapping[str, str]) -> Shell:
    """The shell that this program was started in."""
    kind = kind_of_shell(environ, sys.platform)
    words = start_words(sys.orig_argv)
    return Shell(kind, joined(words, kind), _own_command(environ, kind))


def start_words(argv: t.Sequence[str], paths: t.Any = os.path) -> list[str]:
    """The command that started a program, or nothing if its arguments might hold a
    secret.

    :param argv: all of the command, as in :data:`sys.orig_argv`.
    :param paths: the system's kind of path.
    """
    options = [*_leading_options(argv[1:])]
    python, rest = [*argv[:1], *options], [*argv[1 + len(options) :]]
    program, arguments = rest[:1], rest[1:]
    if program == ["-m"]:
        program, arguments = rest[:2], rest[2:]
    elif not program or program[0].startswith("-"):
        return []
    is_flask = paths.splitext(paths.basename(program[-1]))[0] == "flask"
    if arguments and not (is_flask and _are_harmless(arguments)):
        return []
    # On Windows, what is found may be called flask.EXE.
    found = paths.normcase(shutil.which("flask") or "")
    if is_flask and paths.normcase(program[0]) == found:
        return ["flask", *arguments]
    return [*python, *program, *arguments]


def _leading_options(words: t.Sequence[str]) -> t.Iterator[str]:
    for word in words:
        if word not in PYTHON_OPTIONS:
            return
        yield word


def _are_harmless(arguments: t.Iterable[str]) -> bool:
    words = iter(arguments)
    for word in words:
        if word in FLASK_OPTIONS:
            word = f"--app={next(words, '')}"
        if not FLASK_FLAGS.fullmatch(word):
            return False
    return True


def _own_command(environ: t.Mapping[str, str], kind: ShellKind) -> str:
    *words, last = own_flask(environ)
    own = ["flask_prodguard"] if "-m" in words else [last, "prodguard"]
    return joined([*words, *own], kind)
