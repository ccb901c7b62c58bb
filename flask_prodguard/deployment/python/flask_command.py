"""Reads the command line and the variables of the ``flask`` command."""

from __future__ import annotations

import typing as t

from .serving import Call
from .serving import Serving
from .serving import WERKZEUG
from .values import Known
from .values import NOTHING
from .values import Unknown
from .values import Value

# flask/cli.py of Flask 2.3 to 3.1: options that take the next word.
VALUED = frozenset(
    {
        *("--app", "-A", "--env-file", "-e", "--host", "-h", "--port", "-p", "--cert"),
        *("--key", "--extra-files", "--exclude-patterns"),
    }
)
FALSE_WORDS = ("0", "false", "f", "no", "n", "off", "")


class Words(t.NamedTuple):
    """The command line of ``flask``."""

    command: str | None
    options: dict[str, str]


def flask_words(words: t.Sequence[str]) -> Words:
    """The command and the options of a command line of ``flask``.

    :param words: the words after ``flask``.
    """
    command, options, at = None, dict[str, str](), 0
    while at < len(words):
        name, equals, value = words[at].partition("=")
        at += 1
        if not name.startswith("-"):
            command = command or name
            if command != "run":
                break
        elif name in VALUED:
            if not equals and at < len(words):
                value, at = words[at], at + 1
            options[name] = value
        elif len(name) > 2 and name[:2] in VALUED and name[1] != "-":
            # -p5000
            options[name[:2]] = name[2:]
        else:
            options[name] = ""
    return Words(command, options)


def flask_serving(
    words: t.Sequence[str], environ: t.Mapping[str, str]
) -> Serving | None:
    """How ``flask run`` serves, ``None`` for another command.

    :param words: the words after ``flask``.
    :param environ: the variables that are known.
    """
    command, options = flask_words(words)
    if command != "run":
        return None
    host = _option(
        options, "--host", "-h", environ.get("FLASK_RUN_HOST") or "127.0.0.1"
    )
    port = _option(options, "--port", "-p", environ.get("FLASK_RUN_PORT") or "5000")
    debug = _flag(options, "--debug", environ.get("FLASK_DEBUG"))
    if debug is None and environ.get("FLASK_ENV") == "development":
        # Up to Flask 2.2, that switches debug mode on as well.
        debug = Unknown("FLASK_ENV switches debug mode on in Flask 2.2 and older")
    return Serving(
        WERKZEUG,
        Call.FLASK_RUN,
        host=host,
        port=port,
        debug=debug or Known(False),
        debugger=_flag(options, "--debugger", environ.get("FLASK_RUN_DEBUGGER"))
        or NOTHING,
    )


def _option(options: dict[str, str], long: str, short: str, default: str) -> Value:
    text = options.get(long, options.get(short, default))
    return Unknown(f"{text} can't be known") if "$" in text else Known(text)


def _flag(options: dict[str, str], name: str, variable: str | None) -> Value | None:
    if name in options:
        return Known(True)
    if name.replace("--", "--no-") in options:
        return Known(False)
    if variable is None:
        return None
    if "$" in variable:
        return Unknown(f"{variable} can't be known")
    return Known(variable.strip().lower() not in FALSE_WORDS)
