"""Parses a shell script into commands, by the grammar of the shell."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .line import ASSIGNMENT
from .line import Operator
from .line import REDIRECTIONS
from .line import Token
from .line import tokenized
from .line import Word

LIST_ENDS = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}"})
SEPARATORS = frozenset({";", "\n", "&", "&&", "||", "|", "|&"})
DEEPEST = 24


@dataclass(frozen=True)
class Simple:
    """A program and its words."""

    words: tuple[Word, ...]
    assignments: tuple[Word, ...]
    background: bool = False
    #: Whether it runs only if the command before it fails.
    otherwise: bool = False


@dataclass(frozen=True)
class Choice:
    """``if`` and ``case``: the first branch whose condition holds."""

    #: The condition of each branch, and its commands.
    branches: tuple[tuple[t.Any, list[t.Any]], ...]
    start: int
    #: The word of ``case``.
    word: Word | None = None


@dataclass(frozen=True)
class Block:
    """Commands that run: a loop's, or those in brackets."""

    body: list[t.Any]


@dataclass(frozen=True)
class Function:
    """Commands that run when they are called."""

    name: str
    body: list[t.Any]


def parsed(text: str) -> list[t.Any]:
    """The commands of a script. What can't be understood is passed over: a script that
    no shell could run starts nothing.
    """
    return _Parser(tokenized(text)).list_until(frozenset())


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    def _peek(self, ahead: int = 0) -> Token | None:
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else None

    def _source(self, ahead: int = 0) -> str:
        token = self._peek(ahead)
        return token.source if token else ""

    def list_until(self, ends: frozenset[str]) -> list[t.Any]:
        """Commands up to a word that ends them, which is left."""
        nodes: list[t.Any] = []
        joiner = ""
        while (token := self._peek()) is not None:
            source = token.source
            if source in ends or (ends and source in LIST_ENDS):
                break
            before = self.at
            if source in LIST_ENDS or source == ")":
                # Nothing that it could end has begun.
                self.at += 1
                continue
            if source in SEPARATORS:
                joiner = joiner if source == "\n" else source
                self.at += 1
                continue
            node = self._command(otherwise=joiner == "||")
            joiner = ""
            if node is not None:
                nodes.append(node)
            if self.at == before:
                self.at += 1
        return nodes

    def _command(self, otherwise: bool) -> t.Any:
        token = self._peek()
        source = self._source()
        if self.depth > DEEPEST:
            return self._simple(otherwise)
        self.depth += 1
        try:
            if isinstance(token, Operator):
                if source == "(":
                    self.at += 1
                    return self._block(frozenset({")"}))
                return None
            read = {
                "if": self._if,
                "while": self._loop,
                "until": self._loop,
                "for": self._loop,
                "select": self._loop,
                "case": self._case,
                "{": self._braces,
                "function": self._function,
                "!": self._negated,
            }.get(source)
            if read:
                return read()
            if self._source(1) == "(" and self._source(2) == ")":
                return self._function()
            return self._simple(otherwise)
        finally:
            self.depth -= 1

    def _block(self, ends: frozenset[str]) -> Block:
        body = self.list_until(ends)
        self.at += 1
        return Block(body)

    def _braces(self) -> Block:
        self.at += 1
        return self._block(frozenset({"}"}))

    def _negated(self) -> Block:
        # Its exit status is inverted, so it can't decide anything here.
        self.at += 1
        return Block([self._command(otherwise=False)])

    def _if(self) -> Choice:
        start = self.tokens[self.at].start
        branches: list[tuple[t.Any, list[t.Any]]] = []
        while self._source() in ("if", "elif"):
            self.at += 1
            asked = self.list_until(frozenset({"then"}))
            self.at += 1
            body = self.list_until(frozenset({"elif", "else", "fi"}))
            branches.append((asked, body))
        if self._source() == "else":
            self.at += 1
            branches.append(([], self.list_until(frozenset({"fi"}))))
        self.at += 1
        return Choice(tuple(branches), start)

    def _loop(self) -> Block:
        self.at += 1
        self.list_until(frozenset({"do"}))
        self.at += 1
        return self._block(frozenset({"done"}))

    def _case(self) -> Choice:
        start = self.tokens[self.at].start
        word = self._peek(1)
        self.at += 2
        while self._source() in ("in", "\n"):
            self.at += 1
        branches = []
        while self._peek() is not None and self._source() != "esac":
            patterns = []
            while self._peek() is not None and self._source() != ")":
                token = self._peek()
                if isinstance(token, Word):
                    patterns.append(token)
                self.at += 1
            self.at += 1
            body = self.list_until(frozenset({";;", ";&"}))
            self.at += self._source() in (";;", ";&")
            while self._source() == "\n":
                self.at += 1
            branches.append((patterns, body))
        self.at += 1
        return Choice(tuple(branches), start, word if isinstance(word, Word) else None)

    def _function(self) -> Function:
        self.at += self._source() == "function"
        name = self._source()
        self.at += 1
        while self._source() in ("(", ")", "\n", "{"):
            self.at += 1
        body = self.list_until(frozenset({"}"}))
        self.at += 1
        return Function(name, body)

    def _skip_array(self, name: Word) -> None:
        # NAMES=(one two)
        following = self._peek(1)
        if following is None or following.source != "(" or following.start != name.end:
            return
        while self._peek(1) is not None and self._source() != ")":
            self.at += 1

    def _simple(self, otherwise: bool) -> Simple:
        assignments: list[Word] = []
        words: list[Word] = []
        while (token := self._peek()) is not None:
            if isinstance(token, Operator):
                inside_test = words and words[0].source == "[["
                if token.source in REDIRECTIONS:
                    self.at += 2
                    # The number of a stream, as in 2>&1.
                    if (
                        words
                        and words[-1].end == token.start
                        and words[-1].source.isdigit()
                    ):
                        words.pop()
                    continue
                if not (inside_test and token.source != "\n"):
                    break
            elif not words and ASSIGNMENT.match(token.source):
                assignments.append(token)
                self._skip_array(token)
            else:
                words.append(token)
                if token.source == "]]":
                    self.at += 1
                    break
            self.at += 1
        background = self._source() == "&"
        return Simple(tuple(words), tuple(assignments), background, otherwise)
