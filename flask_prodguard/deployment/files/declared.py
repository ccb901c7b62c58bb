"""A command as a file declares it, and its purpose as the names around it suggest."""

from __future__ import annotations

import dataclasses
import posixpath
import re
import typing as t
from dataclasses import dataclass
from dataclasses import field

from ..start_command import FileSystem
from ..start_command import NO_FILES
from ..start_command import Purpose
from ..start_command import Slot

DEVELOPMENT_WORDS = frozenset(
    {
        *("dev", "develop", "devel", "development", "local", "localhost", "debug"),
        *("test", "tests", "testing", "ci", "e2e", "fixture", "fixtures", "override"),
        *(
            "devcontainer",
            "vscode",
            "gitpod",
            "github",
            "sandbox",
            "playground",
            "watch",
        ),
    }
)
PRODUCTION_WORDS = frozenset(
    {
        *("prod", "production", "prd", "live", "staging", "stage", "stg", "release"),
        *("deploy", "deployment", "preview", "uat"),
    }
)


@dataclass(frozen=True)
class Declared:
    """A command as a file declares it, before it is followed to the program."""

    slot: Slot
    #: The slot whose words are added, for example a ``CMD`` below an ``ENTRYPOINT``.
    arguments: Slot | None = None
    files: FileSystem = NO_FILES
    working_directory: str = "/"
    environ: dict[str, str] = field(default_factory=dict)
    platform: str | None = None
    purpose: Purpose = Purpose.PRODUCTION
    purpose_by: str = ""
    via: tuple[str, ...] = ()
    service: str | None = None
    doubt: str | None = None
    #: Whether it is one of many commands, most of which start no server.
    is_script: bool = False

    @property
    def file(self) -> str:
        """The file that declares it."""
        return self.slot.file

    def changed(self, **values: t.Any) -> Declared:
        """The same with other values.

        :param values: what is different.
        """
        return dataclasses.replace(self, **values)

    def with_environ(self, environ: dict[str, str]) -> Declared:
        """The same with more variables."""
        return self.changed(environ={**self.environ, **environ})


def words_of(name: str) -> set[str]:
    """The words that a name is made of.

    :param name: for example ``"docker-compose.dev.yml"``.
    """
    return {word for word in re.split(r"[^a-z0-9]+", name.casefold()) if word}


def purpose_of(file: str, *names: str | None) -> tuple[Purpose, str] | None:
    """What a command is for, if the names of its file, folders, service or stage say
    so.

    :param file: the file that declares it.
    """
    for name in (*names, posixpath.basename(file)):
        found = _by_name(name or "")
        if found:
            return found
    # A folder called deploy may also hold what is deployed for development.
    for folder in posixpath.dirname(file).split("/"):
        if words_of(folder) & DEVELOPMENT_WORDS and len(words_of(folder)) == 1:
            return Purpose.DEVELOPMENT, f"the folder {folder}"
    return None


def _by_name(name: str) -> tuple[Purpose, str] | None:
    words = words_of(name)
    if words & PRODUCTION_WORDS:
        return Purpose.PRODUCTION, f"the name {name}"
    if words & DEVELOPMENT_WORDS:
        return Purpose.DEVELOPMENT, f"the name {name}"
    return None
