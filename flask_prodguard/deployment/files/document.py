"""Values in YAML, JSON and TOML, each with the lines where it is written."""

from __future__ import annotations

import importlib
import re
import sys
import typing as t
from dataclasses import dataclass

from ..start_command import Form
from ..start_command import Slot

if t.TYPE_CHECKING:
    from ..project import Text

# Python has a TOML parser since 3.11.
TOML = "tomllib" if sys.version_info >= (3, 11) else "tomli"
#: The module that reads each kind of document, and what to do if it is missing.
PARSERS = {
    "yaml": "reading YAML needs PyYAML: pip install 'flask-prodguard[scan]'",
    TOML: "reading TOML needs tomli: pip install 'flask-prodguard[scan]'",
}
DEEPEST = 60

#: A file of 20 lines with aliases to aliases may expand to more than fits in memory.
MOST_NODES = 200_000
JSON_TOKEN = re.compile(
    r'\s+|//[^\n]*|/\*.*?\*/|("(?:[^"\\]|\\.)*")|([{}\[\],:])|([^\s{}\[\],:"/]+)', re.S
)
TOML_TABLE = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?")
TOML_KEY = re.compile(
    r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"))*)\s*=\s*"""
)
TOML_TOKEN = re.compile(
    r"""(?P<text>\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
    r"|(?P<open>[\[{])|(?P<close>[\]}])|(?P<end>\#[^\n]*|\s+)|[^\s\[\]{}\#\"']+",
    re.S,
)
JSON_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.S)
ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class UnreadableError(ValueError):
    """A document can't be read. The message is one line."""


class Entry(t.NamedTuple):
    """A value and the line of its key."""

    line: int
    node: Node


@dataclass(frozen=True)
class Node:
    """A value and where it is written."""

    #: A text, a tuple of nodes, or a dictionary of entries.
    value: t.Any
    line: int
    column: int
    end_line: int
    end_column: int
    form: Form

    @property
    def text(self) -> str | None:
        """The text, if it is one."""
        return self.value if isinstance(self.value, str) else None

    @property
    def items(self) -> tuple[Node, ...]:
        """The values of a list, or none."""
        return self.value if isinstance(self.value, tuple) else ()

    @property
    def entries(self) -> dict[str, Entry]:
        """The entries of a mapping, or none."""
        return self.value if isinstance(self.value, dict) else {}

    def entry(self, *keys: str) -> Entry | None:
        """The entry below a path of keys."""
        found: Entry | None = None
        node: Node | None = self
        for key in keys:
            found = node.entries.get(key) if node else None
            node = found.node if found else None
        return found

    def get(self, *keys: str) -> Node | None:
        """The value below a path of keys."""
        found = self.entry(*keys)
        return found.node if found else None

    def words(self) -> tuple[str, ...] | None:
        """The texts of a list, if it has no other items."""
        texts = [item.text for item in self.items]
        if None in texts or not isinstance(self.value, tuple):
            return None
        return tuple(text for text in texts if text is not None)


def slot_of(file: str, entry: Entry | None, shell: bool) -> Slot | None:
    """Where a document holds a command.

    :param shell: whether a shell runs it, if it is a text.
    """
    node = entry.node if entry else None
    if entry is None or node is None:
        return None
    value = node.text if node.text is not None else node.words()
    if not value:
        return None
    return Slot(
        file=file,
        line=min(entry.line, node.line),
        value_line=node.line,
        column=node.column,
        end_line=node.end_line,
        end_column=node.end_column,
        form=node.form,
        value=value,
        shell=shell and isinstance(value, str),
    )


def read_document(text: Text) -> list[Node]:
    """The values of a file, read according to its suffix.

    :raises UnreadableError: it can't be read.
    """
    if text.file.endswith((".json", ".jsonc")):
        return [read_json(text)]
    if text.file.endswith((".toml", ".replit")):
        return [read_toml(text)]
    return read_yaml(text)


def _parser(name: str) -> t.Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise UnreadableError(PARSERS[name]) from None


def read_yaml(text: Text) -> list[Node]:
    """The documents of a YAML file.

    :raises UnreadableError: it can't be read.
    """
    yaml = _parser("yaml")
    # The parser in C is twenty times as fast, but isn't always there.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        found = [node for node in yaml.compose_all(text.whole, loader) if node]
        if sum(_size(node, {}) for node in found) > MOST_NODES:
            raise UnreadableError("is not YAML that can be read: its aliases repeat")
        return [_from_yaml(node, text.lines, 0) for node in found]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" in line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it can't be parsed"
        raise UnreadableError(f"is not YAML{line}: {problem}") from None
    except RecursionError:
        raise UnreadableError("is not YAML that can be read: it is too deep") from None


def _size(node: t.Any, known: dict[int, int]) -> int:
    """How many nodes there are once every alias is written out."""
    if id(node) not in known:
        below = [node.value] if node.id == "sequence" else node.value
        inner = () if node.id == "scalar" else (part for row in below for part in row)
        known[id(node)] = 1 + sum(_size(part, known) for part in inner)
    return known[id(node)]


def _from_yaml(node: t.Any, lines: tuple[str, ...], depth: int) -> Node:
    if depth > DEEPEST:
        raise RecursionError
    line, column = node.start_mark.line + 1, node.start_mark.column
    form = Form.YAML_TEXT
    value: t.Any
    if node.id == "scalar":
        value = node.value
        if node.tag.endswith(":null") and not node.style:
            value = None
    elif node.id == "sequence":
        value = tuple(_from_yaml(item, lines, depth + 1) for item in node.value)
        form = Form.ARRAY if node.flow_style else Form.ITEMS
    else:
        value = _yaml_entries(node, lines, depth)
    end_line, end_column = node.end_mark.line + 1, node.end_mark.column
    # A block ends where the next thing begins.
    while (
        end_line > line
        and not "".join(lines[end_line - 1 : end_line])[:end_column].strip()
    ):
        end_line -= 1
        end_column = len("".join(lines[end_line - 1 : end_line]).rstrip())
    return Node(value, line, column, end_line, end_column, form)


def _yaml_entries(node: t.Any, lines: tuple[str, ...], depth: int) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for key, inner in node.value:
        below = _from_yaml(inner, lines, depth + 1)
        if key.value == "<<":
            for merged in (below, *below.items):
                entries = {**merged.entries, **entries}
        elif isinstance(key.value, str):
            entries[key.value] = Entry(key.start_mark.line + 1, below)
    return entries


def read_json(text: Text) -> Node:
    """The value of a JSON file, which may have comments and trailing commas.

    :raises UnreadableError: it can't be read.
    """
    return _Json(text.whole).read()


class _Json:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines = [0]
        for found in re.finditer("\n", text):
            self.lines.append(found.end())

    def read(self) -> Node:
        try:
            return self._value(0)
        except (IndexError, AttributeError, RecursionError, TypeError):
            line = self._place(self.at)[0]
            raise UnreadableError(f"is not JSON in line {line}") from None

    def _place(self, at: int) -> tuple[int, int]:
        low, high = 0, len(self.lines)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.lines[middle] <= at else (low, middle)
        return low + 1, at - self.lines[low]

    def _token(self) -> re.Match[str]:
        while True:
            found = JSON_TOKEN.match(self.text, self.at)
            if found is None:
                raise IndexError
            self.at = found.end()
            if found.lastindex:
                return found

    def _peek(self) -> str:
        before = self.at
        found = self._token()
        self.at = before
        return found[0]

    def _value(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise RecursionError
        found = self._token()
        start = found.start(found.lastindex or 0)
        value: t.Any
        form = Form.QUOTED
        if found[0] == "{":
            value = self._entries(depth)
        elif found[0] == "[":
            value, form = self._items(depth), Form.ARRAY
        elif found[1]:
            value = unescaped(found[1])
        elif found[3]:
            value = None if found[3] == "null" else found[3]
        else:
            raise IndexError
        return Node(value, *self._place(start), *self._place(self.at), form)

    def _items(self, depth: int) -> tuple[Node, ...]:
        items = []
        while self._peek() != "]":
            items.append(self._value(depth + 1))
            if self._peek() == ",":
                self._token()
        self._token()
        return tuple(items)

    def _entries(self, depth: int) -> dict[str, Entry]:
        entries = {}
        while self._peek() != "}":
            key = self._token()
            line = self._place(key.start())[0]
            if not key[1] or self._token()[0] != ":":
                raise IndexError
            entries[unescaped(key[1])] = Entry(line, self._value(depth + 1))
            if self._peek() == ",":
                self._token()
        self._token()
        return entries


def unescaped(source: str) -> str:
    """The text of a string in JSON, or in double quotes in TOML.

    :param source: the string with its quotes.
    """

    def value(found: re.Match[str]) -> str:
        if len(found[1]) > 1:
            return chr(int(found[1][1:], 16))
        return ESCAPED.get(found[1], found[1])

    return JSON_ESCAPE.sub(value, source[1:-1])


def read_toml(text: Text) -> Node:
    """The values of a TOML file.

    :raises UnreadableError: it can't be read.
    """
    try:
        values = _parser(TOML).loads(text.whole + "\n")
    except RecursionError:
        raise UnreadableError("is not TOML that can be read: it is too deep") from None
    except ValueError as error:
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError(f"is not TOML: {str(error).splitlines()[0]}") from None
    return _from_toml(values, (), _toml_places(text))


Places: t.TypeAlias = dict[tuple[str, ...], tuple[int, int, int, int]]


def _toml_places(text: Text) -> Places:
    places: Places = {}
    table: tuple[str, ...] = ()
    at = 0
    while at < len(text.lines):
        line = text.lines[at]
        header, key = TOML_TABLE.match(line), TOML_KEY.match(line)
        if key:
            end_line, end_column = _end_of_toml(text.lines, at, key.end())
            places.setdefault(
                (*table, *_toml_names(key[1])),
                (at + 1, key.end(), end_line + 1, end_column),
            )
            at = end_line
        elif header:
            table = _toml_names(header[1])
            places.setdefault(table, (at + 1, 0, at + 1, len(line)))
        at += 1
    return places


def _toml_names(path: str) -> tuple[str, ...]:
    parts = re.findall(r'"([^"]*)"|\'([^\']*)\'|([\w-]+)', path)
    return tuple(next(filter(None, each), "") for each in parts)


def _end_of_toml(lines: tuple[str, ...], line: int, column: int) -> tuple[int, int]:
    rest = "\n".join(lines[line:])
    at, depth = column, 0
    for found in TOML_TOKEN.finditer(rest, column):
        if not depth and found["end"]:
            break
        at = found.end() if not found["end"] else at
        depth += len(found["open"] or "") - len(found["close"] or "")
        if not depth and (found["text"] or found["close"]):
            break
    before = rest[:at]
    return line + before.count("\n"), at - (before.rfind("\n") + 1)


def _from_toml(
    value: t.Any, path: tuple[str, ...], places: Places, above: int = 1
) -> Node:
    # A key of an inline table is on the table's line; where exactly isn't known.
    place = places.get(path, (above, -1, above, -1))
    form = Form.QUOTED
    found: t.Any = value if isinstance(value, str) else str(value)
    if isinstance(value, dict):
        nodes = {
            key: _from_toml(inner, (*path, key), places, place[0])
            for key, inner in value.items()
        }
        found = {key: Entry(node.line, node) for key, node in nodes.items()}
    elif isinstance(value, list):
        form = Form.ARRAY
        found = tuple(_from_toml(item, path, places, place[0]) for item in value)
    return Node(found, *place, form)
