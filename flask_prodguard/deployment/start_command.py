"""A command with which a file of the project starts a program."""

from __future__ import annotations

import enum
import typing as t
from dataclasses import dataclass


class Purpose(enum.Enum):
    """What a start command is for.

    .. versionadded:: 0.1
    """

    PRODUCTION = "production"
    DEVELOPMENT = "development"


class Form(enum.Enum):
    """How a file writes a command.

    .. versionadded:: 0.1
    """

    #: ``["python", "app.py"]``: a Dockerfile's exec form, or a list in JSON, TOML or
    #: YAML.
    ARRAY = "array"
    #: A YAML list, one item in each line.
    ITEMS = "items"
    #: Plain text, such as a line of a Procfile or of a shell script.
    PLAIN = "plain"
    #: A scalar in YAML, with or without quotes.
    YAML_TEXT = "yaml text"
    #: A string in double quotes, as in JSON and TOML.
    QUOTED = "quoted"


@dataclass(frozen=True)
class Document:
    """A file whose text another file holds, such as a here-document of a Dockerfile."""

    file: str
    #: The line of the first of them.
    line: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Copy:
    """What was copied into an image, or mounted there."""

    #: Relative to the project.
    sources: tuple[str, ...]
    #: In the image.
    destination: str
    #: The image it comes from, if that is another one.
    origin: FileSystem | None = None
    #: What it is, if the project has no such file.
    document: Document | None = None


@dataclass(frozen=True)
class FileSystem:
    """Which files of the project a program finds where."""

    #: The folder of the project that is taken for the program's root, if nothing more
    #: is known.
    base: str = ""
    copies: tuple[Copy, ...] = ()
    #: What was installed in addition to the project's requirements.
    installed: tuple[str, ...] = ()


NO_FILES = FileSystem()


@dataclass(frozen=True)
class Slot:
    """Where a file holds a command: which part of which lines.

    .. versionadded:: 0.1
    """

    file: str
    #: The line where the command's key or instruction begins, for example ``CMD``.
    line: int
    #: The line where the command itself begins, which may be below its key, and how
    #: many of its characters come before the command, -1 if that isn't known.
    value_line: int
    column: int
    #: The line where the command ends, and how many of its characters belong to it.
    end_line: int
    end_column: int
    form: Form
    #: The command as it was meant, without quotes and continued lines.
    value: str | tuple[str, ...]
    #: Whether a shell runs it.
    shell: bool = False
    #: Characters that the file doubles to escape them.
    doubled: str = ""


class Part(t.NamedTuple):
    """Which part of a value is the program."""

    #: The index of its first word in a list.
    word: int = 0
    #: Where it begins and ends in the text, or in that word.
    start: int = 0
    end: int = 0
    #: Whether it is a part of that word, such as the text of ``sh -c``.
    inside: bool = False


@dataclass(frozen=True)
class StartCommand:
    """A command that starts a program, and where it is written.

    .. versionadded:: 0.1
    """

    #: The file, relative to the project, with ``/`` between folders.
    file: str
    #: The line where it is written.
    line: int
    #: The last line of what :attr:`before` holds.
    end_line: int
    #: The whole lines, from the first to the last that a replacement has to change.
    before: tuple[str, ...]
    #: The line of the first of them.
    first_line: int
    #: What is written there, as a shell line.
    command: str
    #: The words of the program that is started, without assignments and wrappers. What
    #: isn't known is kept as it is written, for example ``$PORT``.
    argv: tuple[str, ...]
    #: The value that holds the program's first word.
    slot: Slot
    #: Which part of the slot's value is the program: the index of its first word, and
    #: where it begins and ends in the text (within that word, for ``sh -c``).
    part: Part
    #: A second value whose words are added to those of the first, for example a
    #: ``CMD`` below an ``ENTRYPOINT``.
    arguments: Slot | None = None
    #: What comes before the command and is kept: the words of an ``ENTRYPOINT``.
    entrypoint: tuple[str, ...] = ()
    #: The wrappers before the program, for example ``("poetry", "run")``.
    wrapper: tuple[str, ...] = ()
    #: The key of the place where the platform keeps its start command, if the file
    #: names one.
    platform: str | None = None
    purpose: Purpose = Purpose.PRODUCTION
    #: What says so.
    purpose_by: str = ""
    #: The variables that files set for it, in the order of their names.
    environ: tuple[tuple[str, str], ...] = ()
    #: The folder of the project in which it runs, ``""`` for the project itself.
    directory: str = ""
    #: The files that led there, in order.
    via: tuple[str, ...] = ()
    #: Why it is not certain that the command runs, or what it is.
    doubt: str | None = None
    #: The place in the file that :attr:`doubt` is about.
    doubt_at: str | None = None
    #: The name of the service or process, if it has one.
    service: str | None = None
    #: Where the program finds which files, which in a container differs from the
    #: project.
    files: FileSystem = NO_FILES
    #: The folder in which it runs, as the program sees it.
    working_directory: str = "/"
    #: Whether what it starts has started it: nobody can say what it comes to.
    is_circle: bool = False

    @property
    def shell(self) -> bool:
        """Whether a shell runs it."""
        return self.slot.shell

    @property
    def variables(self) -> dict[str, str]:
        """The variables that files set for it."""
        return dict(self.environ)


@dataclass(frozen=True)
class Skipped:
    """A file that could not be read, or not completely.

    .. versionadded:: 0.1
    """

    file: str
    #: One line.
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.reason}"
