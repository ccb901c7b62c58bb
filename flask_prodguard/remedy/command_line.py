"""The kinds of shell, and how a command is written for each of them."""

from __future__ import annotations

import enum
import re
import shlex
import sys
import typing as t

PORT_VARIABLE = "PORT"
# What no shell of Windows reads as anything but itself.
PLAIN = re.compile(r"[\w+=:./\\-]+")


class ShellKind(enum.Enum):
    """A kind of shell. The value is how it sets a variable for the command after it,
    and how it sets one for all commands that follow.
    """

    POSIX = ("{name}={value} {command}", "export {name}={value}")
    POWERSHELL = ("$env:{name}='{value}'; {command}", "$env:{name}='{value}'")
    CMD = ('set "{name}={value}" && {command}', 'set "{name}={value}"')


def kind_of_shell(
    environ: t.Mapping[str, str], platform: str = sys.platform
) -> ShellKind:
    """The kind of shell that this program was started in."""
    if platform != "win32" or environ.get("MSYSTEM"):
        # MSYS2 sets it, which Git Bash comes from:
        # https://www.msys2.org/docs/environments/, read 2026-11-27.
        return ShellKind.POSIX
    # cmd sets PROMPT, and PowerShell does not, as uv tells them apart:
    # https://github.com/astral-sh/uv/pull/2226, read 2026-11-27.
    return ShellKind.CMD if "PROMPT" in environ else ShellKind.POWERSHELL


def joined(words: t.Iterable[str], kind: ShellKind = ShellKind.POSIX) -> str:
    """The words as one line."""
    line = " ".join(_quoted(word, kind) for word in words)
    # PowerShell takes a program in quotes for a text, unless it is called.
    is_text = kind is ShellKind.POWERSHELL and line.startswith("'")
    return f"& {line}" if is_text else line


def _quoted(word: str, kind: ShellKind) -> str:
    if kind is ShellKind.POSIX:
        # The variable has to be left for the shell to fill in.
        return word if f"${PORT_VARIABLE}" in word else shlex.quote(word)
    if PLAIN.fullmatch(word):
        return word
    # cmd knows no single quotes, and PowerShell looks into double ones.
    quote = "'" if kind is ShellKind.POWERSHELL else '"'
    return f"{quote}{word.replace(quote, 2 * quote)}{quote}"


def command(
    words: t.Iterable[str], folder: str | None, kind: ShellKind = ShellKind.POSIX
) -> str:
    """The line that runs a program.

    :param folder: what has to be added to the import path first.
    """
    if folder and kind is not ShellKind.POSIX:
        return set_for(kind, "PYTHONPATH", folder, joined(words, kind))
    return joined([*set_folder(folder), *words], kind)


def set_for(kind: ShellKind, name: str, value: str, command: str) -> str:
    """The line that sets a variable for a command, or for all that follow if there
    is no command.
    """
    at_start, alone = kind.value
    form: str = at_start if command else alone
    return form.format(name=name, value=value, command=command)


def as_words(words: t.Iterable[str], folder: str | None, windows: bool) -> list[str]:
    """The command as a list, for what starts programs without a shell.

    :param folder: what has to be added to the import path first.
    """
    if folder and windows:
        # Windows has no program for it. What is behind the sign "=" has no quotes, so
        # that the line has none that would have to be written in a line with quotes.
        line = f"set PYTHONPATH={folder}&& {joined(words, ShellKind.CMD)}"
        return ["cmd", "/c", line]
    return [*set_folder(folder), *words]


def set_folder(folder: str | None) -> list[str]:
    """The words that add a folder to the import path, for the program after them.

    :param folder: the folder, if there is one to add.
    """
    # A program, and not the shell's own way: some places run no shell.
    return ["env", f"PYTHONPATH={folder}"] if folder else []
