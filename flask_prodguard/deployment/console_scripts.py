"""The programs that installing a project makes, and the functions they call."""

from __future__ import annotations

import configparser
import posixpath
import re
import typing as t

from .files.document import read_toml
from .files.document import UnreadableError
from .project import within

if t.TYPE_CHECKING:
    from .files.document import Node
    from .project import Project
    from .project import Text
    from .start_command import StartCommand

TABLES = (("project", "scripts"), ("tool", "poetry", "scripts"))
# An entry point as setup.py writes it, in a list of strings.
WRITTEN = re.compile(r"""["']\s*([\w.-]+)\s*=\s*([\w.]+)\s*:\s*([\w.]+)\s*["']""")
# A program that is copied as it is: scripts=["bin/shop.py"].
COPIED = re.compile(r"scripts\s*=\s*\[([^\]]*)\]")
LINE = re.compile(r"\s*([\w.-]+)\s*=\s*([\w.]+)\s*:\s*([\w.]+)")


class ConsoleScript(t.NamedTuple):
    """A program, and the function that it calls."""

    module: str
    function: str
    #: The folder of the file that declares it.
    folder: str
    #: The file that is run, if it isn't a function.
    file: str | None = None


def console_scripts(project: Project, start: StartCommand) -> dict[str, ConsoleScript]:
    """The programs that exist once the project that a command finds is installed."""
    folders = dict.fromkeys((start.directory, start.files.base, ""))
    found: dict[str, ConsoleScript] = {}
    for folder in folders:
        for name, word, read in READERS:
            file = within(folder, name)
            key = ("console scripts", file)
            if key not in project.known:
                text = project.text(file) if project.is_file(file) else None
                has_word = text and word in text.whole
                project.known[key] = read(project, text) if text and has_word else {}
            found = {**project.known[key], **found}
    return found


def _of_pyproject(project: Project, text: Text) -> dict[str, ConsoleScript]:
    try:
        root = read_toml(text)
    except UnreadableError as error:
        project.skip(text.file, str(error))
        return {}
    folder, found = posixpath.dirname(text.file), {}
    for table in TABLES:
        node = root.get(*table)
        for name, entry in node.entries.items() if node else ():
            module, _, function = _called(entry.node).partition(":")
            if function:
                found[name] = ConsoleScript(module, function, folder)
    return found


def _called(node: Node) -> str:
    # Poetry allows a table: {callable = "shop:main"}.
    callable_node = node.get("callable") or node.get("reference")
    return (callable_node.text if callable_node else node.text) or ""


def _of_setup_py(project: Project, text: Text) -> dict[str, ConsoleScript]:
    folder = posixpath.dirname(text.file)
    found = {
        each[1]: ConsoleScript(each[2], each[3], folder)
        for each in WRITTEN.finditer(text.whole)
    }
    copied = COPIED.search(text.whole)
    for path in re.findall(r"""["']([^"']+)["']""", copied[1] if copied else ""):
        if ":" not in path and "=" not in path:
            script = ConsoleScript("", "", folder, within(folder, path))
            name = posixpath.basename(path)
            # Some projects take the suffix off.
            found.update({name: script, name.removesuffix(".py"): script})
    return found


def _of_setup_cfg(project: Project, text: Text) -> dict[str, ConsoleScript]:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text.whole)
    except configparser.Error:
        project.skip(text.file, "can't be parsed")
        return {}
    lines = parser.get("options.entry_points", "console_scripts", fallback="")
    folder = posixpath.dirname(text.file)
    return {
        found[1]: ConsoleScript(found[2], found[3], folder)
        for line in lines.splitlines()
        if (found := LINE.match(line))
    }


READERS = (
    ("pyproject.toml", "scripts", _of_pyproject),
    ("setup.py", "scripts", _of_setup_py),
    ("setup.cfg", "console_scripts", _of_setup_cfg),
)
