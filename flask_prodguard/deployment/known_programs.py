"""Programs that are recognised by their names, and what a Python command runs."""

from __future__ import annotations

import re
import typing as t

from .shell.wrappers import behind_python
from .shell.wrappers import DEBUGGER_VALUED
from .shell.wrappers import DEBUGGERS
from .shell.wrappers import program_name
from .shell.wrappers import PYTHON
from .shell.wrappers import PYTHON_LAST

SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh", "busybox"})
# They run a script in the same shell.
SOURCING = (".", "source")
# Production servers, by the name of their program.
SERVERS = {
    "gunicorn": "gunicorn",
    "waitress-serve": "waitress",
    "waitress": "waitress",
    "uwsgi": "uwsgi",
    "uwsgi-core": "uwsgi",
    "uvicorn": "uvicorn",
    "hypercorn": "hypercorn",
    "daphne": "daphne",
    "granian": "granian",
    "mod_wsgi-express": "mod_wsgi",
    "twistd": "twisted",
    "cheroot": "cheroot",
    "gevent": "gevent",
    "meinheld": "meinheld",
    "bjoern": "bjoern",
    "pyvoc": "pyvoc",
    "unitd": "unit",
    "nginx-unit": "unit",
    "functions-framework": "functions-framework",
    "zappa": "zappa",
    "passenger": "passenger",
}
# The names that make tries, and its options that take a value.
MAKEFILES = ("Makefile", "makefile", "GNUmakefile")
MAKE_VALUED = (
    "-C",
    "--directory",
    "-f",
    "--file",
    "--makefile",
    "-I",
    "-o",
    "-W",
    "-l",
)
# Tools that run tasks from a file, and the names of that file.
ALL_AT_ONCE = ("honcho", "foreman", "forego", "goreman", "hivemind")
TASKS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("npm", "yarn", "pnpm", "bun"), ("package.json",)),
    **dict.fromkeys(ALL_AT_ONCE, ("Procfile",)),
    **dict.fromkeys(("pdm", "poe"), ("pyproject.toml",)),
}
PM2 = ("pm2", "pm2-runtime", "pm2-docker")
TASK_WORDS = ("run", "run-script", "restart")
# Programs that start no server.
NOISE = frozenset(
    {
        *("echo", "printf", "sleep", "wait", "exit", "return", "break", "continue"),
        *("rm", "mkdir", "cp", "mv", "ln", "chmod", "chown", "touch", "cat", "ls"),
        *("grep", "sed", "awk", "tr", "cut", "head", "tail", "read", "source", "."),
        *("apt-get", "apt", "apk", "pip", "pip3", "npm", "yarn", "curl", "wget", "nc"),
        *("kill", "pkill", "ulimit", "which", "id", "date", "ps", "git", "docker"),
        *("find", "seq"),
    }
)


def script_of(argv: t.Sequence[str]) -> str | None:
    """The shell script that a command runs, if it runs one.

    :param argv: the words of the command.
    """
    if argv[0].endswith(".sh"):
        return argv[0]
    runs_it = program_name(argv[0]) in SHELLS or argv[0] in SOURCING
    named = (word for word in argv[1:] if not word.startswith("-"))
    return next(named, None) if runs_it else None


def server_of(name: str) -> str | None:
    """The production server that a program starts, if it is one.

    :param name: the program's name, for example ``"gunicorn-3"``.
    """
    return SERVERS.get(name) or SERVERS.get(re.sub(r"-?[\d.]+$", "", name))


def python_program(argv: t.Sequence[str]) -> tuple[str, str, tuple[str, ...]] | None:
    """What Python runs: ``"-m"``, ``"-c"`` or ``"script"``, its name and its arguments.

    :param argv: the words of a command, without wrappers.
    """
    name = program_name(argv[0])
    if name.endswith(".py"):
        return "script", argv[0], tuple(argv[1:])
    if not PYTHON.fullmatch(name):
        return None
    at = behind_python(argv)
    if at >= len(argv):
        return None
    is_option = PYTHON_LAST.fullmatch(argv[at])
    kind = f"-{argv[at][-1]}" if is_option else "script"
    at += kind != "script"
    if at >= len(argv):
        return None
    if kind == "-m" and argv[at] in DEBUGGERS:
        at += 1
        while at < len(argv) and argv[at].startswith("-") and argv[at] != "-m":
            at += 2 if argv[at] in DEBUGGER_VALUED else 1
        return python_program(("python", *argv[at:])) if at < len(argv) else None
    return kind, argv[at], tuple(argv[at + 1 :])
