"""Finds the modules of a project as the program that imports them would."""

from __future__ import annotations

import posixpath
import re
import typing as t
from dataclasses import dataclass
from dataclasses import field

from ..file_system import find_file
from .syntax import parsed

if t.TYPE_CHECKING:
    import ast

    from ..project import Project
    from ..start_command import StartCommand

# Calls that serve, and what sets a value that they read.
SERVING_WORD = re.compile(
    r"\b(?:run|run_simple|run_server|make_server|serve|serve_forever|start_server|launch"
    r"|load_dotenv|environ\.setdefault|putenv|Process|Popen|system|exec[lv]p?e?)\("
    r"|environ\[[^\]]+\]\s*="
)
IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(\.*)([\w.]*)[ \t]+import|import[ \t]+([\w.]+))"
    r"(?:[ \t]+\(?([^)#]*))?",
    re.M,
)
MOST_NAMES = 40


@dataclass
class Modules:
    """The modules that a program can import.

    :param start: the command that starts the program.
    :param folders: the folders of its import path, as the program sees them.
    :param is_installed: whether they are found wherever the program runs.
    """

    project: Project
    start: StartCommand
    folders: list[str]
    is_installed: bool = False
    files: dict[str, str | None] = field(default_factory=dict)

    def find(self, name: str) -> str | None:
        """The file of a module. A package comes before a module of the same name."""
        if name not in self.files:
            self.files[name] = self._find(name)
        return self.files[name]

    def _find(self, name: str) -> str | None:
        names = self.project.names
        if names is not None and not names.issuperset(name.split(".")):
            return None
        path = name.replace(".", "/")
        for folder in self.folders:
            for candidate in (f"{path}/__init__.py", f"{path}.py"):
                found = find_file(self.project, self.start.files, candidate, folder)
                # A file may also be found by its name alone, in another folder.
                if found and f"/{found}".endswith(f"/{candidate}"):
                    return found
        return None

    def find_main(self, name: str) -> str | None:
        """The file that ``python -m`` runs."""
        found = self.find(name)
        if found and posixpath.basename(found) == "__init__.py":
            return self.find(f"{name}.__main__")
        return found

    def may_serve(self, name: str) -> bool:
        """Whether a module, or one that it imports, has a call that may serve, or sets
        what such a call reads.
        """
        key = ("may serve", name)
        if key not in self.project.known:
            # Modules may import one another.
            self.project.known[key] = False
            self.project.known[key] = self._has_word(name)
        return t.cast("bool", self.project.known[key])

    def _has_word(self, name: str) -> bool:
        file = self.find(name) or ""
        text = self.project.text(file)
        source = text.whole if text else ""
        if SERVING_WORD.search(source):
            return True
        is_package = posixpath.basename(file) == "__init__.py"
        parts = name.split(".")
        for found in IMPORT.finditer(source):
            module = found[2] or found[3]
            if found[1]:
                level = len(found[1])
                base = parts[: len(parts) - level + is_package]
                module = ".".join([*base, *([module] if module else [])])
            names = re.findall(r"\w+", found[4] or "")[:MOST_NAMES]
            inner = [module, *(f"{module}.{each}" for each in names)]
            if any(each and self.find(each) and self.may_serve(each) for each in inner):
                return True
        return False

    def tree(self, file: str) -> ast.Module | None:
        """The syntax tree of a file, or ``None`` if it can't be parsed."""
        found = self.project.trees.get(file)
        if found is None:
            text = self.project.text(file)
            if text is not None and text.encoding == "utf-16":
                self.project.skip(file, "is UTF-16, which Python can't run")
                return None
            found = parsed(text.whole) if text else None
            if found is None:
                self.project.skip(file, "is not Python that can be parsed")
            else:
                self.project.keep_tree(file, found)
        return found
