"""Finds the start commands that may have started this process."""

from __future__ import annotations

import posixpath
import typing as t

from .known_programs import python_program
from .shell.wrappers import program_name

if t.TYPE_CHECKING:
    from .start_command import Skipped
    from .start_command import StartCommand


def starts_of_process(
    starts: t.Iterable[StartCommand | Skipped],
    program: str,
    arguments: t.Sequence[str] = (),
) -> list[StartCommand]:
    """The start commands that run a program, the likeliest first: those that give it
    the same arguments, then those for production.

    :param program: the script, relative to the project; ``-m`` and a module, as in
        ``"-m shop.web"``; or the name of a program, such as ``flask``.
    :param arguments: what it was given.

    .. versionadded:: 0.1
    """
    found = []
    for start in starts:
        argv = getattr(start, "argv", ())
        given = _arguments(t.cast("StartCommand", start), program) if argv else None
        if given is not None:
            found.append((_distance(given, arguments), t.cast("StartCommand", start)))
    found.sort(key=lambda each: (each[0], each[1].purpose.value != "production"))
    return [start for _, start in found]


def _arguments(start: StartCommand, program: str) -> tuple[str, ...] | None:
    run = python_program(start.argv)
    name = program_name(start.argv[0])
    if run is None:
        is_named = name == program_name(program) and " " not in program
        return start.argv[1:] if is_named else None
    kind, what, arguments = run
    if kind == "-m":
        is_same = program in (f"-m {what}", what)
        return arguments if is_same else None
    own = posixpath.normpath(posixpath.join(start.directory, posixpath.basename(what)))
    named = posixpath.normpath(posixpath.join(start.directory, what.lstrip("/")))
    same = posixpath.normpath(program) in (own, named)
    return arguments if kind == "script" and same else None


def _distance(given: tuple[str, ...], arguments: t.Sequence[str]) -> int:
    # A variable stands for a value that a platform fills in.
    if len(given) != len(arguments):
        return 2
    pairs = zip(given, arguments, strict=True)
    return int(any("$" not in each and each != other for each, other in pairs))
