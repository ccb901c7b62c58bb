"""The blocks of code in the documentation, and how the comments above them are read.

A comment above a block says how it is tried:

- ``% run: serves 8000``: a server, which answers on that port.
- ``% run: refused PG101``: a start that is refused, with these rules.
- ``% run: prints PG102``: a command that ends well, and reports these rules.
- ``% run: logs PG101 8000``: a server that logs these rules.
- ``% run: fails 1``: a command with that exit status.
- ``% run: not here (why)``: only its syntax is looked at.
- ``% needs: ruff``: a command or a package, without which it is not tried.
- ``% start: heroku``: it holds the lines that are printed for that host.

Where a page is read outside the site too, such a comment is HTML.
"""

from __future__ import annotations

import re
import textwrap
import typing as t
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
FENCE = re.compile(
    r"(?P<notes>(?:^ *(?:%|<!--) [^\n]+\n)*)"
    r"^(?P<indent> *)```(?P<opening>[^\n`]+)\n(?P<body>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
NOTE = re.compile(r"(?:%|<!--) ([\w ]+): (.+?)(?: -->)?$", re.MULTILINE)
OPTION = re.compile(r"^:(\w+): (.+)\n", re.MULTILINE)
WRITTEN_BY_RUNS = {"figures.md", "matrix.md", "mutation.md", "same-app.md"}
NOT_CODE = {"{toctree}", "{figure}", "{index}", "{include}", "{literalinclude}"}


@dataclass(frozen=True)
class Block:
    page: str
    number: int
    language: str
    text: str
    file: str | None
    notes: tuple[tuple[str, str], ...]

    def note(self, name: str) -> str | None:
        return dict(self.notes).get(name)

    def __str__(self) -> str:
        return f"{self.page}-{self.number}"


def pages() -> list[Path]:
    """Every page that is written by hand."""
    written = [
        file
        for file in sorted(DOCS.rglob("*.md"))
        if not file.is_relative_to(DOCS / "_build")
        and not file.name.startswith("PG")
        and file.name not in WRITTEN_BY_RUNS
    ]
    return [*written, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]


def name_of(page: Path) -> str:
    folder = DOCS if page.is_relative_to(DOCS) else ROOT
    return page.relative_to(folder).with_suffix("").as_posix()


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [*_blocks(name_of(page), text)]


def _blocks(page: str, text: str) -> t.Iterator[Block]:
    for number, found in enumerate(FENCE.finditer(text), 1):
        language, _, argument = found["opening"].partition(" ")
        if language in NOT_CODE:
            continue
        body = textwrap.dedent(found["body"])
        options = {}
        if language == "{code-block}":
            head, _, body = body.partition("\n\n")
            options = dict(OPTION.findall(f"{head}\n"))
            language = argument
        yield Block(
            page=page,
            number=number,
            language=language,
            text=body,
            file=options.get("caption"),
            notes=tuple(NOTE.findall(found["notes"])),
        )


def all_blocks() -> list[Block]:
    return [block for page in pages() for block in blocks_of(page)]
