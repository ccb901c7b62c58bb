"""Data: programs that start another program, and the words between the two."""

from __future__ import annotations

import posixpath
import re
import typing as t

from .line import ASSIGNMENT


class Wrapper(t.NamedTuple):
    """How to distinguish a wrapper's own words from those of the program it starts."""

    #: Its own command, for example ``run`` of ``poetry run``.
    command: str = ""
    #: Options that take the next word as their value.
    valued: frozenset[str] = frozenset()
    #: How many words without a dash belong to it.
    words: int = 0
    #: Whether the program begins after ``--``, and nothing is started without it.
    after_dashes: bool = False
    #: Whether each option that has no ``=`` takes the next word.
    all_valued: bool = False


def _options(*names: str) -> frozenset[str]:
    return frozenset(names)


PLAIN = Wrapper()
# The documentation of each program, read in November 2026.
WRAPPERS: dict[str, Wrapper] = {
    "poetry": Wrapper("run", _options("-C", "--directory", "-P", "--project")),
    "pipenv": Wrapper("run"),
    "pdm": Wrapper("run", _options("-p", "--project", "--venv", "--site-packages")),
    "hatch": Wrapper("run", _options("-e", "--env", "-p", "--project")),
    "rye": Wrapper("run"),
    "pixi": Wrapper("run", _options("-e", "--environment", "--manifest-path")),
    "uv": Wrapper(
        "run",
        _options(
            *("--with", "--extra", "--group", "--no-group", "--only-group", "-p"),
            *("--python", "--project", "--directory", "--package", "--env-file"),
            *("--with-requirements", "--with-editable", "--cache-dir", "--index"),
            *("--no-extra", "--default-index"),
        ),
    ),
    "conda": Wrapper("run", _options("-n", "--name", "-p", "--prefix", "--cwd")),
    "mamba": Wrapper("run", _options("-n", "--name", "-p", "--prefix", "--cwd")),
    "micromamba": Wrapper("run", _options("-n", "--name", "-p", "--prefix", "--cwd")),
    "sudo": Wrapper("", _options("-u", "-g", "-h", "-p", "-C", "--user", "--group")),
    "doas": Wrapper("", _options("-u", "-C")),
    "runuser": Wrapper("", _options("-u", "-g", "--user", "--group")),
    "env": Wrapper("", _options("-u", "-C", "-S", "--unset", "--chdir")),
    "exec": Wrapper("", _options("-a")),
    "command": PLAIN,
    "nohup": PLAIN,
    "time": Wrapper("", _options("-f", "-o")),
    "nice": Wrapper("", _options("-n", "--adjustment")),
    "ionice": Wrapper("", _options("-c", "-n", "-p")),
    "setsid": PLAIN,
    "stdbuf": Wrapper("", _options("-i", "-o", "-e")),
    "unbuffer": PLAIN,
    "timeout": Wrapper("", _options("-k", "-s", "--kill-after", "--signal"), 1),
    "tini": Wrapper("", _options("-p", "-e")),
    "tini-static": Wrapper("", _options("-p", "-e")),
    "dumb-init": Wrapper("", _options("-r", "--rewrite")),
    "catatonit": PLAIN,
    "docker-init": PLAIN,
    "su-exec": Wrapper(words=1),
    "gosu": Wrapper(words=1),
    "setpriv": Wrapper("", _options("--reuid", "--regid", "--groups")),
    "chpst": Wrapper("", _options("-u", "-U", "-b", "-e", "-/", "-n", "-m")),
    "authbind": PLAIN,
    "xvfb-run": Wrapper("", _options("-n", "-s", "-e", "-f", "-p", "-w")),
    "numactl": PLAIN,
    "opentelemetry-instrument": Wrapper(all_valued=True),
    "ddtrace-run": PLAIN,
    "newrelic-admin": Wrapper("run-program"),
    "elasticapm-run": PLAIN,
    "doppler": Wrapper(
        "run",
        _options(
            *("-p", "-c", "-t", "--project", "--config", "--token", "--scope"),
            *("--fallback", "--mount", "--format", "--api-host", "--passphrase"),
        ),
    ),
    "infisical": Wrapper(
        "run",
        _options(
            *("--env", "-e", "--path", "--projectId", "--token", "--tags", "--domain"),
        ),
    ),
    "teller": Wrapper("run", _options("-c", "--config")),
    "berglas": Wrapper("exec"),
    "vault-env": PLAIN,
    "s6-setuidgid": Wrapper(words=1),
    "op": Wrapper("run", _options("--env-file", "--account")),
    "dotenv": Wrapper("run", _options("-f", "--file")),
    "aws-vault": Wrapper("exec", words=1),
    "chamber": Wrapper("exec", words=1),
    "envdir": Wrapper(words=1),
    "scl": Wrapper("enable", words=1),
    "dockerize": Wrapper(
        "",
        _options(
            *("-wait", "-timeout", "-template", "-wait-retry-interval", "-stdout"),
            *("-stderr", "-wait-http-header", "-env", "-delims"),
        ),
    ),
    "watchmedo": Wrapper("auto-restart", after_dashes=True),
    "coverage": Wrapper("run", _options("--source", "--omit", "--include", "--rcfile")),
    "kernprof": Wrapper("", _options("-o", "-s")),
    "viztracer": Wrapper("", _options("-o", "--output_file")),
}
# They wait for a port, then start what follows ``--``.
WAITING = re.compile(r"wait[-_]for[-_\w]*(\.sh)?|wait\.sh|wtfc(\.sh)?")
# They restart the program when a file changes.
RELOADERS = frozenset({"nodemon", "watchmedo", "watchexec", "entr", "hupper", "air"})
DEBUGGERS = frozenset({"debugpy", "ptvsd", "pdb"})
# py is the launcher of Windows: https://docs.python.org/3/using/windows.html
PYTHON = re.compile(r"(python|pypy)[\d.]*w?|pyw?")
EXECUTABLE = re.compile(r"(.+)\.exe", re.IGNORECASE)
PYTHON_VALUED = frozenset({"-W", "-X", "--check-hash-based-pycs"})
# The last of Python's own options, which may be combined with others, as in -um.
PYTHON_LAST = re.compile(r"-[bBdEiIOPqsSuvx]*[mc]")
DEBUGGER_VALUED = frozenset({"--listen", "--log-to", "--host", "--port", "--connect"})


class Unwrapped(t.NamedTuple):
    """Where the program begins, and what comes before it."""

    at: int
    environ: dict[str, str]
    #: A tool for development before it.
    reloader: str | None = None


def unwrapped(words: t.Sequence[str]) -> Unwrapped:
    """Find the program behind its wrappers."""
    at, environ = 0, dict[str, str]()
    reloader: str | None = None
    while at < len(words):
        name = program_name(words[at])
        if ASSIGNMENT.match(words[at]):
            variable, _, value = words[at].partition("=")
            environ[variable] = value
            at += 1
            continue
        start = _inner(name, words, at)
        if start is None:
            break
        reloader = name if name in RELOADERS else reloader
        at = start
    return Unwrapped(at, environ, reloader)


def program_name(word: str) -> str:
    """The name of a program, without its folder."""
    name = posixpath.basename(word.replace("\\", "/"))
    # Where there are such names, capitals make no difference.
    executable = EXECUTABLE.fullmatch(name)
    return executable[1].casefold() if executable else name


def _inner(name: str, words: t.Sequence[str], at: int) -> int | None:
    if WAITING.fullmatch(name):
        return _after_dashes(words, at)
    if name == "nodemon" and any(word in ("--exec", "-x") for word in words[at:]):
        exec_at = next(i for i in range(at, len(words)) if words[i] in ("--exec", "-x"))
        # A single word that contains the whole command is a line for a shell.
        return exec_at + 1 if exec_at + 1 < len(words) else None
    if PYTHON.fullmatch(name):
        return _behind_module(words, at)
    wrapper = WRAPPERS.get(name)
    if wrapper is None:
        return None
    if wrapper.after_dashes:
        return _after_dashes(words, at)
    return _behind(wrapper, words, at + 1)


def _behind(wrapper: Wrapper, words: t.Sequence[str], at: int) -> int | None:
    at = _behind_options(wrapper, words, at)
    if wrapper.command:
        if list(words[at : at + 1]) != [wrapper.command]:
            return None
        at = _behind_options(wrapper, words, at + 1)
    at += wrapper.words
    if list(words[at : at + 1]) == ["--"]:
        at += 1
    return at if at < len(words) else None


def _behind_options(wrapper: Wrapper, words: t.Sequence[str], at: int) -> int:
    while at < len(words) and words[at].startswith("-") and words[at] != "-":
        if words[at] == "--":
            return at + 1
        takes_next = "=" not in words[at] and (
            words[at] in wrapper.valued or wrapper.all_valued
        )
        at += 2 if takes_next else 1
    return at


def _after_dashes(words: t.Sequence[str], at: int) -> int | None:
    for index in range(at + 1, len(words) - 1):
        if words[index] == "--":
            return index + 1
    return None


def _behind_module(words: t.Sequence[str], at: int) -> int | None:
    # python -m debugpy --listen 5678 app.py: the rest is Python's again, which
    # `python_words` puts together.
    module = module_index(words, at)
    if module is None or words[module] not in ("poetry", "pipenv", "uv", "hatch"):
        return None
    return _behind(WRAPPERS[words[module]], words, module + 1)


def module_index(words: t.Sequence[str], at: int = 0) -> int | None:
    """The index of the module that ``python -m`` runs.

    :param at: the index of Python itself.
    """
    index = behind_python(words, at)
    has_more = index + 1 < len(words)
    found = has_more and PYTHON_LAST.fullmatch(words[index])
    return index + 1 if found and words[index].endswith("m") else None


def behind_python(words: t.Sequence[str], at: int = 0) -> int:
    """Where Python's own options end: at ``-m``, ``-c`` or the script.

    :param at: the index of Python itself.
    """
    index = at + 1
    while index < len(words) and words[index].startswith("-") and words[index] != "-":
        if PYTHON_LAST.fullmatch(words[index]):
            break
        index += 2 if words[index] in PYTHON_VALUED else 1
    return index
