"""Declares what this machine is, shows it and takes it back."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import typing as t
from pathlib import Path

import click

from ..config.settings import read_config
from ..environment import machine
from ..environment.evidence import current_environment
from ..environment.evidence import DEVELOPMENT
from ..environment.evidence import PRODUCTION
from ..errors import ProdGuardError
from ..remedy.command_line import joined
from ..remedy.command_line import kind_of_shell
from ..report.layout import blocks
from ..report.layout import TEXT_INDENT
from ..report.layout import wrapped
from .status import decided
from .status import unread

if t.TYPE_CHECKING:
    from ..environment.machine import Declaration

USERS = {True: "every user", False: "every project of yours"}
CHANGES = {
    (PRODUCTION, False): (
        "The development server and the interactive debugger are refused on it, for"
        " {users}."
    ),
    (DEVELOPMENT, False): (
        "app.run(debug=True) starts on it, for {users}, where only this machine can"
        " reach it. Where other devices can, it is still refused: add --network to let"
        " a phone on your network in."
    ),
    (DEVELOPMENT, True): (
        "The development server starts on it, for {users}, and other devices may reach"
        " it. Where they can reach the interactive debugger too, one warning is logged."
    ),
}
STRONGER = (
    "A host that is recognised, and a variable that says production, outweigh it."
)


class DeclarationError(ProdGuardError, click.ClickException):
    """A declaration could not be written or taken back."""


def declare(says: str, network: bool = False, system: bool = False) -> str:
    """Declare what this machine is, and return what was written and what it changes.

    :param network: whether other devices may reach the development server.
    :param system: whether it counts for every user.
    :raises DeclarationError: the file can't be written.
    """
    file, options = _file(system), ["--network"] * network + ["--system"] * system
    try:
        _write(Path(file), machine.as_text(says, network))
    except OSError as error:
        raise DeclarationError(_denied(file, error, says, *options)) from error
    parts = [
        [f"This machine is declared {says}, in", f"{TEXT_INDENT}{file}"],
        [
            "What changes:",
            *wrapped(CHANGES[says, network].format(users=USERS[system]), TEXT_INDENT),
            *([f"{TEXT_INDENT}{STRONGER}"] if says == DEVELOPMENT else ()),
        ],
        [_decided()],
        [f"To take it back: flask prodguard declare --forget{_option(system)}"],
    ]
    return blocks(parts)


def forget(system: bool = False) -> str:
    """Take a declaration back, and return what was done.

    :param system: whether it is the one that counts for every user.
    :raises DeclarationError: the file can't be removed.
    """
    file = _file(system)
    try:
        Path(file).unlink()
    except FileNotFoundError:
        return f"Nothing was declared in\n{TEXT_INDENT}{file}"
    except OSError as error:
        words = ["--forget", *["--system"] * system]
        raise DeclarationError(_denied(file, error, *words)) from error
    return (
        f"The declaration is taken back: removed\n{TEXT_INDENT}{file}\n\n{_decided()}"
    )


def shown() -> str:
    """What this machine is declared to be."""
    found = machine.read_declarations(os.environ)
    lines = [line for each in found for line in _shown(each)]
    if not lines:
        lines = ["Nothing declares what this machine is. To declare it:"]
        lines += [
            f"{TEXT_INDENT}flask prodguard declare {word}"
            for word in (DEVELOPMENT, PRODUCTION)
        ]
    return "\n".join([*lines, "", _decided()])


def _shown(declared: Declaration) -> t.Iterator[str]:
    if declared.problem:
        yield from unread([declared])
    else:
        network = ", with --network" if declared.network else ""
        yield f"This machine is declared {declared.says}{network}, in"
        yield f"{TEXT_INDENT}{declared.file}"


def _file(system: bool) -> str:
    if system:
        return machine.system_file(os.environ)
    file = machine.user_file(os.environ)
    if file is None:
        raise DeclarationError(
            "This user has no configuration folder: no variable names an absolute one."
            " Use --system."
        )
    return file


def _write(file: Path, text: str) -> None:
    made = not file.parent.exists()
    file.parent.mkdir(parents=True, exist_ok=True)
    if made:
        # A declaration for every user has to be readable by every user.
        file.parent.chmod(0o755)
    descriptor, name = tempfile.mkstemp(dir=file.parent)
    written = Path(name)
    try:
        os.close(descriptor)
        written.write_text(text, encoding="utf-8")
        written.chmod(0o644)
        # It is written whole, or not at all.
        written.replace(file)
    except OSError:
        written.unlink(missing_ok=True)
        raise


def _denied(file: str, error: OSError, *words: str) -> str:
    forgets = "--forget" in words
    verb = "removed" if forgets else "written"
    text = f"{file} can't be {verb}: {error.strerror}."
    if isinstance(error, IsADirectoryError):
        return f"{text} Remove that folder yourself."
    if isinstance(error, (NotADirectoryError, FileExistsError)):
        return f"{text} Remove the file that is in place of one of its folders."
    if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
        return text
    if "--system" in words:
        advice = "Run it as an administrator:"
    elif forgets:
        return f"{text} Remove it as its owner or as an administrator."
    else:
        words = (*words, "--system")
        advice = "An administrator can declare it for every user:"
    return f"{text} {advice}\n\n{TEXT_INDENT}{as_administrator(words, os.environ)}"


def as_administrator(
    words: t.Iterable[str], environ: t.Mapping[str, str], platform: str = sys.platform
) -> str:
    """The line that declares a machine for all of its users.

    :param words: what ``declare`` is given.
    """
    sudo = () if platform == "win32" else ("sudo",)
    program = [*sudo, sys.executable, "-m", "flask_prodguard", "declare", *words]
    return joined(program, kind_of_shell(environ, platform))


def _option(system: bool) -> str:
    return " --system" if system else ""


def _decided() -> str:
    config, _ = read_config({}, os.environ)
    environment = current_environment(config)
    seen = "; ".join(item.seen for item in environment.deciding)
    return "\n".join([decided(environment), *(wrapped(seen, TEXT_INDENT))])
