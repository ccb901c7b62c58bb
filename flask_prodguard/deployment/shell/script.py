"""Follows a shell script as a shell would, to the commands that it reaches."""

from __future__ import annotations

import fnmatch
import posixpath
import typing as t
from dataclasses import dataclass
from dataclasses import field

from .line import Piece
from .line import tokenized
from .line import Word
from .parser import Block
from .parser import Choice
from .parser import DEEPEST
from .parser import Function
from .parser import parsed
from .parser import Simple


class FilledWord(t.NamedTuple):
    """A word with its variables filled in, and the argument that it came from."""

    text: str
    #: The number of the argument that it is, if it is one.
    argument: int | None = None


@dataclass(frozen=True)
class Ran:
    """A command that a script reaches."""

    words: tuple[FilledWord, ...]
    #: Where each word begins and ends.
    spans: tuple[tuple[int, int], ...]
    #: Where the whole command begins, with its assignments, and where it ends.
    start: int
    end: int
    #: The variables of its environment.
    environ: dict[str, str]
    directory: str
    #: Where the condition is that couldn't be decided, if there was one.
    condition: int | None = None
    #: Whether it is a function that calls itself.
    is_circle: bool = False


@dataclass
class Shell:
    """What a shell knows while it runs a script."""

    environ: dict[str, str]
    directory: str
    #: The arguments, the script's own name first.
    arguments: tuple[str, ...] = ("sh",)
    variables: dict[str, str] = field(default_factory=dict)
    functions: dict[str, list[t.Any]] = field(default_factory=dict)
    #: Whether each variable that is set is exported, as after ``set -a``.
    exports_all: bool = False
    #: The command that has ended it, if one has.
    ended: str = ""
    #: Where the command is that may have ended it, if there was one.
    may_have_ended: int | None = None
    depth: int = 0

    def run(self, text: str) -> t.Iterator[Ran]:
        """Every command that the script reaches."""
        yield from self._list(parsed(text), None)
        self._return()

    def _list(self, nodes: list[t.Any], condition: int | None) -> t.Iterator[Ran]:
        for node in nodes:
            if self.ended:
                return
            unsure = condition if condition is not None else self.may_have_ended
            if isinstance(node, Simple):
                yield from self._simple(node, unsure)
            elif isinstance(node, Function):
                self.functions[node.name] = node.body
            elif isinstance(node, Block):
                yield from self._block(node, condition)
            else:
                yield from self._choice(node, condition)

    def _block(self, node: Block, condition: int | None) -> t.Iterator[Ran]:
        before = self.directory, self.exports_all, self.ended, self.may_have_ended
        variables, environ = dict(self.variables), dict(self.environ)
        yield from self._list(node.body, condition)
        if node.is_subshell:
            self.directory, self.exports_all, self.ended, self.may_have_ended = before
            self.variables, self.environ = variables, environ

    def _choice(self, node: Choice, condition: int | None) -> t.Iterator[Ran]:
        sure = True
        before, outcomes = (self.variables, self.environ), []
        for asked, body in node.branches:
            holds = self._holds(node, asked)
            if holds is False:
                continue
            if holds and sure:
                yield from self._list(body, condition)
                return
            sure = False
            self.variables, self.environ = map(dict, before)
            yield from self._list(body, node.start if condition is None else condition)
            outcomes.append((self.variables, self.environ))
            if holds:
                break
        else:
            outcomes.append(before)
        self.variables, self.environ = map(_agreed, zip(*outcomes, strict=True))

    def _holds(self, node: Choice, asked: t.Any) -> bool | None:
        if node.is_chain:
            return self._all_succeed(asked)
        if node.word is None:
            return self._succeeds(asked)
        value = self.text_of(node.word)
        if value is None:
            return None
        patterns = [self.text_of(pattern) for pattern in asked]
        if any(p is not None and fnmatch.fnmatchcase(value, p) for p in patterns):
            return True
        return None if None in patterns else False

    def _succeeds(self, asked: list[t.Any]) -> bool | None:
        if asked == []:
            return True
        if isinstance(asked[0], Choice) and asked[0].is_chain:
            return self._holds_together(asked[0])
        if len(asked) != 1 or not isinstance(asked[0], Simple) or not asked[0].words:
            return None
        words = [self.text_of(word) for word in asked[0].words]
        if any(word is None for word in words):
            return None
        return _tested([str(word) for word in words])

    def _all_succeed(self, asked: list[t.Any]) -> bool | None:
        answers = {self._succeeds([each]) for each in asked}
        return False if False in answers else None if None in answers else True

    def _holds_together(self, chain: Choice) -> bool | None:
        for asked, body in chain.branches:
            holds = self._all_succeed(asked)
            if holds is not False:
                return self._succeeds(body[-1:]) if holds else None
        return False

    def _simple(self, node: Simple, condition: int | None) -> t.Iterator[Ran]:
        given = dict(map(self._assigned, node.assignments))
        fields = [(word, each) for word in node.words for each in self.fields(word)]
        if not fields:
            self._set(given)
            return
        words = tuple(each for _, each in fields)
        first = words[0].text
        if self._is_built_in(first, words):
            return
        is_circle = first in self.functions and self.depth >= DEEPEST
        if first in self.functions and not is_circle:
            yield from self._call(first, words, condition)
            return
        if node.otherwise and condition is None:
            condition = node.words[0].start
        environ = {**self.environ, **given}
        spans = tuple((word.start, word.end) for word, _ in fields)
        begin = node.assignments[0].start if node.assignments else spans[0][0]
        end = spans[-1][1]
        yield Ran(
            words, spans, begin, end, environ, self.directory, condition, is_circle
        )
        self._note_end(first, words, condition)

    def _note_end(
        self, first: str, words: tuple[FilledWord, ...], condition: int | None
    ) -> None:
        if first in ("exec", "exit", "return") and condition is None:
            self.ended = first if first != "exec" or len(words) > 1 else ""
        elif first == "exec" and len(words) > 1 and self.may_have_ended is None:
            self.may_have_ended = condition

    def _call(
        self, name: str, words: tuple[FilledWord, ...], condition: int | None
    ) -> t.Iterator[Ran]:
        outer = self.arguments
        self.arguments = (outer[0], *(word.text for word in words[1:]))
        self.depth += 1
        yield from self._list(self.functions[name], condition)
        self.depth -= 1
        self.arguments = outer
        self._return()

    def _return(self) -> None:
        if self.ended == "return":
            self.ended = ""

    def _assigned(self, word: Word) -> tuple[str, str]:
        name, _, _ = word.source.partition("=")
        first, *rest = word.pieces
        value = first._replace(value=first.value.partition("=")[2])
        text = self._text((value, *rest))
        plain = name.rstrip("+")
        known = text is not None and plain == name
        return plain, str(text) if known else _unknown(plain)

    def _set(self, given: dict[str, str]) -> None:
        for name, value in given.items():
            is_exported = self.exports_all or name in self.environ
            (self.environ if is_exported else self.variables)[name] = value

    def _is_built_in(self, first: str, words: tuple[FilledWord, ...]) -> bool:
        rest = [word.text for word in words[1:]]
        if first == "set" and rest[:1] == ["--"]:
            self.arguments = (self.arguments[0], *rest[1:])
        elif first == "set" and rest in (["-a"], ["-o", "allexport"]):
            self.exports_all = True
        elif first == "set" and rest in (["+a"], ["+o", "allexport"]):
            self.exports_all = False
        elif first in BUILT_INS:
            BUILT_INS[first](self, first, rest)
        else:
            return first in SILENT
        return True

    def _declare(self, first: str, rest: list[str]) -> None:
        target = self.environ if first == "export" else self.variables
        for word in rest:
            name, equals, value = word.partition("=")
            if not equals:
                if name in self.variables:
                    target[name] = self.variables[name]
            else:
                target[name] = _unknown(name) if "`" in value else value

    def _unset(self, first: str, rest: list[str]) -> None:
        for name in rest:
            self.environ.pop(name, None)
            self.variables.pop(name, None)

    def _cd(self, first: str, rest: list[str]) -> None:
        if rest and "$" not in rest[-1]:
            joined = posixpath.join(self.directory, rest[-1])
            self.directory = posixpath.normpath(joined)

    def _shift(self, first: str, rest: list[str]) -> None:
        count = int(rest[0]) if rest and rest[0].isdigit() else 1
        self.arguments = (self.arguments[0], *self.arguments[1 + count :])

    def fields(self, word: Word) -> list[FilledWord]:
        """The words that one word of a script expands to."""
        if len(word.pieces) <= 3:
            argument = self._argument(word)
            if argument is not None:
                return argument
        texts = [""]
        for piece in word.pieces:
            text = self._piece(piece)
            if text is None:
                text = piece.source
            elif piece.kind != "text" and not piece.quoted and len(text.split()) != 1:
                head, *others = text.split() or [""]
                texts[-1] += head
                texts.extend(others)
                continue
            texts[-1] += text
        return [FilledWord(text) for text in texts if text or _is_kept(word)]

    def _argument(self, word: Word) -> list[FilledWord] | None:
        pieces = [piece for piece in word.pieces if piece.source != '"']
        if len(pieces) != 1 or pieces[0].kind != "variable":
            return None
        name = pieces[0].value
        if name in "@*":
            return [FilledWord(a, i) for i, a in enumerate(self.arguments)][1:]
        if name.isdigit() and 0 < int(name) < len(self.arguments):
            return [FilledWord(self.arguments[int(name)], int(name))]
        return None

    def text_of(self, word: Word) -> str | None:
        """The text of a word, or ``None`` if it can't be known."""
        return self._text(word.pieces)

    def _text(self, pieces: tuple[Piece, ...]) -> str | None:
        texts = [self._piece(piece) for piece in pieces]
        return None if None in texts else "".join(map(str, texts))

    def _piece(self, piece: Piece) -> str | None:
        if piece.kind == "text":
            return piece.value
        if piece.kind == "substitution":
            return self._substituted(piece.value)
        value = self._variable(piece.value)
        if piece.operator in (":-", "-", ":=", "="):
            empty_counts = piece.operator.startswith(":")
            if value is None or (empty_counts and not value):
                return self._text(_pieces_of(piece.operand))
        if piece.operator in (":+", "+"):
            return self._text(_pieces_of(piece.operand)) if value else None
        return value

    def _variable(self, name: str) -> str | None:
        if name in "@*":
            return " ".join(self.arguments[1:])
        if name == "#":
            return str(len(self.arguments) - 1)
        if name.isdigit():
            number = int(name)
            return self.arguments[number] if number < len(self.arguments) else ""
        found = self.variables.get(name, self.environ.get(name))
        # It holds a variable whose value can't be known.
        return None if found is not None and "$" in found else found

    def _substituted(self, source: str) -> str | None:
        if source.strip() in ("pwd", "PWD"):
            return self.directory
        if "dirname" in source and ("$0" in source or "BASH_SOURCE" in source):
            script = posixpath.join(self.directory, self.arguments[0])
            up = posixpath.dirname(script)
            return posixpath.normpath(
                posixpath.join(up, ".." if "/.." in source else "")
            )
        return None


BUILT_INS: dict[str, t.Callable[[Shell, str, list[str]], None]] = {
    **dict.fromkeys(
        ("export", "declare", "local", "readonly", "typeset"), Shell._declare
    ),
    "unset": Shell._unset,
    "cd": Shell._cd,
    "pushd": Shell._cd,
    "shift": Shell._shift,
}
# They start nothing, and change nothing that is followed.
SILENT = frozenset({"set", "[", "[[", "test", "true", ":", "trap", "umask"})


def _unknown(name: str) -> str:
    return f"${name}"


def _agreed(outcomes: t.Sequence[dict[str, str]]) -> dict[str, str]:
    """What variables are after several branches."""
    first, *others = outcomes
    names = {name for each in outcomes for name in each}
    return {
        name: first[name]
        if all(each.get(name) == first.get(name) for each in others)
        else _unknown(name)
        for name in sorted(names)
    }


def _is_kept(word: Word) -> bool:
    return any(piece.quoted for piece in word.pieces)


def _pieces_of(source: str) -> tuple[Piece, ...]:
    tokens = tokenized(f'"{source}"' if " " in source else source)
    return tokens[0].pieces if tokens and isinstance(tokens[0], Word) else ()


def _tested(words: list[str]) -> bool | None:
    if words in (["true"], [":"]):
        return True
    if words == ["false"]:
        return False
    if words[0] not in ("[", "[[", "test"):
        return None
    inner = words[1:] if words[0] == "test" else words[1:-1]
    if inner[:1] == ["!"]:
        found = _tested(["test", *inner[1:]])
        return None if found is None else not found
    if len(inner) == 3 and inner[1] in ("=", "=="):
        return fnmatch.fnmatchcase(inner[0], inner[2])
    if len(inner) == 3 and inner[1] == "!=":
        return not fnmatch.fnmatchcase(inner[0], inner[2])
    if len(inner) == 2 and inner[0] in ("-z", "-n"):
        return bool(inner[1]) == (inner[0] == "-n")
    return None
