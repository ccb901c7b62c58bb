"""Changes the code as a refusal asks, before anything is pasted."""

from __future__ import annotations

import contextlib
import re
import textwrap
import typing as t
import zipfile
from pathlib import Path

GUARD = 'if __name__ == "__main__":'


class Change(t.NamedTuple):
    """What a sentence asks for, and how it is done."""

    asked: re.Pattern[str]
    do: t.Callable[[Path, re.Match[str], str], None]


@contextlib.contextmanager
def changed(folder: Path, sentences: str, typed: str) -> t.Iterator[None]:
    """Make the changes, and undo them in the end.

    :param folder: where the program is.
    :param sentences: what a refusal asks for.
    :param typed: what was typed into the program.
    """
    before = {file: file.read_bytes() for file in _files(folder)}
    rest = sentences
    for change in CHANGES:
        for asked in change.asked.finditer(sentences):
            change.do(folder, asked, typed)
        rest = change.asked.sub("", rest)
    assert not rest.strip(), f"Nobody knows how to do this: {rest}"
    yield
    for file in _files(folder):
        if file not in before:
            file.unlink()
    for file, content in before.items():
        file.write_bytes(content)


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def _put_under_guard(folder: Path, asked: re.Match[str], typed: str) -> None:
    file = folder / asked["file"]
    lines = file.read_text().splitlines()
    # From the end on, so that the lines above keep their numbers.
    for first, last in reversed([*_ranges(asked["lines"])]):
        block = "\n".join(lines[first - 1 : last])
        indent = " " * (len(block) - len(block.lstrip()))
        lines[first - 1 : last] = [indent + GUARD, textwrap.indent(block, "    ")]
    file.write_text("\n".join([*lines, ""]))


def _ranges(words: str) -> t.Iterator[tuple[int, int]]:
    for part in re.split(r", | and ", words):
        first, _, last = part.partition(" to ")
        yield int(first), int(last or first)


def _move_above_guard(folder: Path, asked: re.Match[str], typed: str) -> None:
    file = folder / asked["file"]
    above, _, below = file.read_text().partition(f"{GUARD}\n")
    *creates, starts = below.splitlines()
    created = textwrap.dedent("\n".join(creates))
    file.write_text(f"{above}{created}\n{GUARD}\n{starts}\n")


def _rename(folder: Path, asked: re.Match[str], typed: str) -> None:
    (folder / asked["file"]).rename(folder / asked["new"])


def _move_out_of_main(folder: Path, asked: re.Match[str], typed: str) -> None:
    home = next(folder.rglob(asked["home"]))
    if home.is_dir():
        (home / "wsgi.py").write_text(_app_of((home / "__main__.py").read_text()))
        return
    with zipfile.ZipFile(home, "a") as archive:
        archive.writestr("wsgi.py", _app_of(archive.read("__main__.py").decode()))


def _app_of(text: str) -> str:
    # The last line starts the server.
    return "\n".join(text.splitlines()[:-1])


def _save(folder: Path, asked: re.Match[str], typed: str) -> None:
    *above, last = typed.splitlines()
    (folder / asked["file"]).write_text("\n".join([*above, f"{GUARD}\n    {last}"]))


def _add_line(folder: Path, asked: re.Match[str], typed: str) -> None:
    file = folder / asked["file"]
    above, guard, below = file.read_text().partition(GUARD)
    file.write_text(f"{above}{asked['code']}\n{guard}{below}")


def _fill_in_arguments(folder: Path, asked: re.Match[str], typed: str) -> None:
    lines = (asked["first"], asked["second"].replace("...", "'filled in'"), "")
    with (folder / asked["file"]).open("a") as file:
        file.write("\n".join(lines))


CHANGES = (
    Change(
        re.compile(r"No server can import (?P<file>\S+): rename it to (?P<new>\S+)\."),
        _rename,
    ),
    Change(
        re.compile(
            r"waitress can't import a file called (?P<file>\S+): rename it to"
            r" (?P<new>\S+)\."
        ),
        _rename,
    ),
    Change(
        re.compile(
            r"No server can import (?P<home>\S+)/__main__\.py: move the app, but not"
            r" what starts the server, to a file wsgi\.py next to it\."
        ),
        _move_out_of_main,
    ),
    Change(
        re.compile(
            r"The app was made by code that is in no file, so no server can import it:"
            r" save the code as (?P<file>\S+), with what starts the server under"
            rf" `{GUARD}`\."
        ),
        _save,
    ),
    Change(
        re.compile(
            rf"`\S+` is created under `{GUARD}` in (?P<file>\S+): move it above that"
            r" line, so that a server can import it\."
        ),
        _move_above_guard,
    ),
    Change(re.compile(r"Add the line `(?P<code>[^`]+)` to (?P<file>\S+)\."), _add_line),
    Change(
        re.compile(
            r"`\S+` was called with arguments: (?:add a file|in) (?P<file>[^\s,]+)"
            r"(?: with|, add) the lines `(?P<first>[^`]+)` and `(?P<second>[^`]+)`,"
            r" fill in the arguments, and use \w+:app\."
        ),
        _fill_in_arguments,
    ),
    Change(
        re.compile(
            r"[\w ]+ calls no function: add a file (?P<file>\S+) with the lines"
            r" `(?P<first>[^`]+)` and `(?P<second>[^`]+)`\."
        ),
        _fill_in_arguments,
    ),
    Change(
        re.compile(
            r"(?P<file>\S+) (?:calls \S+|starts a server) when it is imported"
            r" \(lines? (?P<lines>[\d, and to]+)\): put (?:that line|those lines) under"
            rf" `{GUARD}`\."
        ),
        _put_under_guard,
    ),
)
