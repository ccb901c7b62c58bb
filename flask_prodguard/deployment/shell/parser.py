"""Parses a shell script into commands, by the grammar of the shell."""

from __future__ import annotations

import dataclasses
import typing as t
from dataclasses import dataclass

from .line import ASSIGNMENT
from .line import Operator
from .line import REDIRECTIONS
from .line import Token
from .line import tokenized
from .line import Word

Branches: t.TypeAlias = "tuple[tuple[t.Any, list[t.Any]], ...]"

LIST_ENDS = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}"})
SEPARATORS = frozenset({";", "\n", "&", "&&", "||", "|", "|&"})
DEEPEST = 24
# They ask, and what follows depends on their answer. Other programs are taken to
# succeed: in `flask db upgrade && flask run`, the server is what counts.
QUESTIONS = frozenset(
    {"[", "[[", "test", "true", "false", ":", "grep", "command", "which", "type"}
)


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
    """``if`` and ``case``: the first branch whose condition holds. A question before
    ``&&`` or ``||`` is such a condition as well.
    """

    #: The condition of each branch, and its commands.
    branches: Branches
    start: int
    #: The word of ``case``.
    word: Word | None = None
    #: Whether it is written with ``&&`` and ``||``.
    is_chain: bool = False


@dataclass(frozen=True)
class Block:
    """Commands that run: a loop's, or those in brackets."""

    body: list[t.Any]
    #: Whether a shell of its own runs them, which keeps what they set to itself.
    is_subshell: bool = False


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
            if node is not None:
                chain = _chained(nodes[-1], joiner, node) if nodes else None
                nodes[-1 if chain else len(nodes) :] = [chain or node]
            joiner = ""
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
                    block = self._block(frozenset({")"}))
                    return dataclasses.replace(block, is_subshell=True)
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


def _chained(before: t.Any, joiner: str, node: t.Any) -> Choice | None:
    """A question and what follows it, if its answer decides whether that runs."""
    if joiner not in ("&&", "||"):
        return None
    if isinstance(before, Choice) and before.is_chain:
        branches = before.branches
    elif _is_question(before):
        branches = (([before], []),)
    else:
        return None
    join = _and if joiner == "&&" else _or
    start = before.start if isinstance(before, Choice) else before.words[0].start
    return Choice(join(branches, node), start, is_chain=True)


def _and(branches: Branches, node: t.Any) -> Branches:
    # What follows `a && b || c` runs after either of them.
    return tuple(
        ([*asked, node], body)
        if _is_question(node) and asked and not body
        else (asked, [*body, node])
        for asked, body in branches
    )


def _or(branches: Branches, node: t.Any) -> Branches:
    *_, (asked, body) = branches
    if not asked:
        return (*branches[:-1], ([], [*body, node]))
    if _is_question(node):
        return (*branches, ([node], []))
    if isinstance(node, Simple):
        # The question decides alone.
        node = dataclasses.replace(node, otherwise=False)
    return (*branches, ([], [node]))


def _is_question(node: t.Any) -> bool:
    is_named = isinstance(node, Simple) and bool(node.words)
    return is_named and node.words[0].source in QUESTIONS
