"""Chooses the file in which a factory is called for the server."""

from __future__ import annotations

import typing as t
from pathlib import Path

from .code_changes import IN_FILE
from .code_changes import IN_NEW_FILE
from .import_roots import relative_to
from .program import script

USUAL = "wsgi"
OTHER = "wsgi_app"


class WsgiFile(t.NamedTuple):
    """A file that a server imports."""

    module: str
    #: Its path, as a person in the folder would write it.
    path: str
    exists: bool

    @property
    def add(self) -> str:
        """Says to add lines to it."""
        return (IN_FILE if self.exists else IN_NEW_FILE).format(file=self.path)


def choose_wsgi_file(
    directory: str | None, factory: Path | None, cwd: Path
) -> WsgiFile:
    """Choose a file from which a server can import an app.

    :param directory: the folder that is added to the import path.
    :param factory: the file of the function that makes the app.
    :param cwd: the folder where the server will be started.
    """
    # As they are searched.
    folders = [Path(cwd, directory or ""), cwd]
    taken = [each.resolve() for each in (factory, script()) if each]
    usual = [folder / f"{USUAL}.py" for folder in folders]
    module = OTHER if any(file.resolve() in taken for file in usual) else USUAL
    files = [folder / f"{module}.py" for folder in folders]
    existing = [file for file in files if file.is_file()]
    file = [*existing, cwd / f"{module}.py"][0]
    return WsgiFile(module, str(relative_to(file, cwd)), bool(existing))
