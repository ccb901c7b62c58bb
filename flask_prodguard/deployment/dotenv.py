"""Reads files of variables, such as ``.env``."""

from __future__ import annotations

import re
import typing as t

from .shell.line import tokenized
from .shell.line import Word

if t.TYPE_CHECKING:
    from .project import Project

# The files that Flask reads if python-dotenv is installed.
DOTENV_FILES = (".env", ".flaskenv")
# The variables that only Flask's own commands read.
FLASK_ONLY = re.compile(r"FLASK_(APP|DEBUG|ENV|SKIP_DOTENV|RUN_\w+)")
LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*=\s*(.*)")


def read_dotenv(project: Project, file: str) -> dict[str, str]:
    """The variables of a file, without those whose value refers to others.

    :param file: the file; a missing one has none.
    """
    text = project.text(file) if project.is_file(file) else None
    found = {}
    for line in text.lines if text else ():
        match = LINE.match(line)
        value = _value(match[2]) if match else None
        if match and value is not None:
            found[match[1]] = value
    return found


def _value(source: str) -> str | None:
    words = [token for token in tokenized(source) if isinstance(token, Word)]
    if not words:
        return ""
    pieces = words[0].pieces
    if any(piece.kind != "text" for piece in pieces):
        return None
    return "".join(piece.value for piece in pieces)
