"""Splits shell text into words, with their variables, and operators."""

from __future__ import annotations

import re
import shlex
import typing as t
from dataclasses import dataclass

_LONG_OPERATORS = ("&&", "||", ";;", ";&", "|&", "&>>", "&>", ">>", "<<<", "<<-", "<<")
OPERATORS = (
    *_LONG_OPERATORS,
    *(">&", "<&", ">|", "<>", ";", "&", "|", "(", ")", ">", "<", "\n"),
)
REDIRECTIONS = frozenset(
    {"&>>", "&>", ">>", "<<<", ">&", "<&", ">|", "<>", ">", "<", "<<", "<<-"}
)
HEREDOCS = ("<<", "<<-")
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
NAME = re.compile(r"[A-Za-z_]\w*|[0-9@*#?$!-]")
BRACED = re.compile(r"!?([A-Za-z_]\w*|[0-9@*#?$!-])(?:\[[^\]]*\])?(:?[-=+?]|.*)", re.S)
# Characters that a word must not have to be written into a line as it is.
UNSAFE = re.compile(r"[^\w@%+=:,./$*{}~-]")
# A variable is left for the shell to expand, and so is its default.
WITH_VARIABLE = re.compile(r"\$(\w+|\{\w+(:?-[\w./:]*)?\})")


class Piece(t.NamedTuple):
    """A part of a word."""

    #: ``"text"``, ``"variable"`` or ``"substitution"``.
    kind: str
    #: The text, the variable's name, or the command that is substituted.
    value: str
    #: How it is written.
    source: str
    quoted: bool = False
    #: For example ``":-"``, and what follows it.
    operator: str = ""
    operand: str = ""


@dataclass(frozen=True)
class Word:
    """A word, where it is in the text, and its pieces."""

    start: int
    end: int
    source: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Operator:
    """What is written between commands."""

    start: int
    end: int
    source: str


Token: t.TypeAlias = Word | Operator


def joined_words(words: t.Iterable[str]) -> str:
    """The words as one line for a shell, which fills in their variables."""
    return " ".join(quoted(word) for word in words)


def quoted(word: str) -> str:
    """A word as it is written in a line. Variables stay variables."""
    if not WITH_VARIABLE.search(word):
        return shlex.quote(word)
    if not UNSAFE.search(word):
        return word
    escaped = re.sub(r'(["\\`])', r"\\\1", word)
    return f'"{escaped}"'


def needs_shell(line: str) -> bool:
    """Whether a line means something else without a shell."""
    tokens = tokenized(line)
    return any(
        isinstance(token, Operator)
        or ASSIGNMENT.match(tokens[0].source)
        or any(piece.kind != "text" for piece in token.pieces)
        for token in tokens
    )


def tokenized(text: str) -> list[Token]:
    """The words and operators of a text, without comments and here-documents.

    :param text: a line or a whole script.
    """
    return [*_Tokens(text)]


class _Tokens:
    """Goes through the text once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.documents: list[tuple[str, bool]] = []

    def __iter__(self) -> t.Iterator[Token]:
        while (token := self._next()) is not None:
            yield token

    def _next(self) -> Token | None:
        text = self.text
        while self.at < len(text):
            if text[self.at] in " \t\r":
                self.at += 1
            elif text.startswith("\\\n", self.at):
                self.at += 2
            elif text[self.at] == "#":
                end = text.find("\n", self.at)
                self.at = len(text) if end < 0 else end
            else:
                return self._operator() or self._word()
        return None

    def _operator(self) -> Operator | None:
        for source in OPERATORS:
            if self.text.startswith(source, self.at):
                start, self.at = self.at, self.at + len(source)
                if source == "\n":
                    self._skip_documents()
                elif source in HEREDOCS:
                    self._open_document(source)
                return Operator(start, start + len(source), source)
        return None

    def _open_document(self, source: str) -> None:
        found = re.compile(r"[ \t]*(['\"\\]?)([\w.-]+)\1").match(self.text, self.at)
        if found:
            self.documents.append((found[2], source == "<<-"))

    def _skip_documents(self) -> None:
        for end, indented in self.documents:
            while self.at < len(self.text):
                stop = self.text.find("\n", self.at)
                stop = len(self.text) if stop < 0 else stop
                line, self.at = self.text[self.at : stop], stop + 1
                if (line.lstrip("\t") if indented else line) == end:
                    break
        self.documents.clear()

    def _word(self) -> Word:
        start, pieces = self.at, []
        while self.at < len(self.text):
            character = self.text[self.at]
            if character in " \t\r\n;&|()<>":
                break
            pieces.extend(self._pieces(character))
        return Word(start, self.at, self.text[start : self.at], tuple(pieces))

    def _pieces(self, character: str) -> list[Piece]:
        if character == "'":
            return [self._until_quote()]
        if character == '"':
            return self._double_quoted()
        if character in "$`":
            return [self._dollar(quoted=False)]
        if character == "\\":
            source = self.text[self.at : self.at + 2]
            self.at += 2
            value = "" if source == "\\\n" else source[1:]
            return [Piece("text", value, source, quoted=True)]
        found = re.compile(r"[^ \t\r\n;&|()<>'\"$`\\]+").match(self.text, self.at)
        source = found[0] if found else character
        self.at += len(source)
        return [Piece("text", source, source)]

    def _until_quote(self) -> Piece:
        start = self.at
        end = self.text.find("'", start + 1)
        end = len(self.text) if end < 0 else end
        self.at = end + 1
        source = self.text[start : self.at]
        return Piece("text", self.text[start + 1 : end], source, quoted=True)

    def _double_quoted(self) -> list[Piece]:
        # An empty piece keeps the word if there is nothing between the quotes.
        pieces = [Piece("text", "", '"', quoted=True)]
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] != '"':
            character = self.text[self.at]
            if character in "$`":
                pieces.append(self._dollar(quoted=True))
            elif (
                character == "\\" and self.text[self.at + 1 : self.at + 2] in '$`"\\\n'
            ):
                source = self.text[self.at : self.at + 2]
                value = source[1:].replace("\n", "")
                pieces.append(Piece("text", value, source, quoted=True))
                self.at += 2
            else:
                pieces.append(Piece("text", character, character, quoted=True))
                self.at += 1
        self.at += 1
        return pieces

    def _dollar(self, quoted: bool) -> Piece:
        start = self.at
        for opening, closing in (("$((", "))"), ("$(", ")"), ("${", "}"), ("`", "`")):
            if self.text.startswith(opening, start):
                end = self._end_of(start + len(opening), closing)
                inner = self.text[start + len(opening) : end]
                self.at = end + len(closing)
                source = self.text[start : self.at]
                if opening == "${":
                    return _braced(inner, source, quoted)
                return Piece("substitution", inner, source, quoted)
        found = NAME.match(self.text, start + 1)
        self.at = found.end() if found else start + 1
        source = self.text[start : self.at]
        return Piece("variable" if found else "text", source[1:] or "$", source, quoted)

    def _end_of(self, at: int, closing: str) -> int:
        depth, quote = 0, ""
        while at < len(self.text):
            character = self.text[at]
            if character == "\\":
                at += 1
            elif quote:
                quote = "" if character == quote else quote
            elif not depth and self.text.startswith(closing, at):
                return at
            elif character in "'\"":
                quote = character
            elif character in "({":
                depth += 1
            elif character in ")}":
                depth -= 1
            at += 1
        return len(self.text)


def _braced(inner: str, source: str, quoted: bool) -> Piece:
    found = BRACED.fullmatch(inner) or BRACED.match(inner)
    if not found or inner.startswith("!"):
        return Piece("substitution", inner, source, quoted)
    rest = inner[found.end(1) :]
    operator = re.match(r":?[-=+?]", rest)
    if not operator:
        kind = "substitution" if rest else "variable"
        return Piece(kind, found[1], source, quoted)
    operand = rest[operator.end() :]
    return Piece("variable", found[1], source, quoted, operator[0], operand)
