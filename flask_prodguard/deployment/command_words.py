"""The words of a command, each with its place in a file."""

from __future__ import annotations

import re
import typing as t

from .shell.line import joined_words
from .shell.line import tokenized
from .shell.line import Word
from .start_command import Form
from .start_command import Slot

if t.TYPE_CHECKING:
    from .project import Text
    from .shell.script import Ran


class PlacedWord(t.NamedTuple):
    """A word of a command, and the part of a value that holds it."""

    text: str
    slot: Slot
    #: The index of the word in a list.
    word: int
    #: Where it begins and ends in the text, or in that word.
    start: int
    end: int
    #: Whether it is a part of that word, such as the text of ``sh -c``.
    inside: bool = False


def command_of(words: list[PlacedWord], slot: Slot, joined: bool) -> str:
    """What a file says, as a shell line.

    :param slot: where the value is.
    :param joined: whether other values add words to it.
    """
    if isinstance(slot.value, str) and not joined:
        return re.sub(r"\\\n\s*", "", slot.value).strip()
    own = [word.text for word in words if word.slot is slot]
    others = [word.text for word in words if word.slot is not slot]
    first = words[0].slot is slot
    if isinstance(slot.value, tuple) and len(own) == len(words):
        return joined_words(slot.value)
    if first or (others and words[0].slot.file == slot.file):
        return joined_words(word.text for word in words)
    return joined_words(own)


def words_of(slot: Slot) -> list[PlacedWord]:
    """The words of a value."""
    if isinstance(slot.value, tuple):
        return [
            PlacedWord(word, slot, index, 0, len(word))
            for index, word in enumerate(slot.value)
        ]
    return [
        PlacedWord(
            "".join(p.value if p.kind == "text" else p.source for p in token.pieces),
            slot,
            0,
            token.start,
            token.end,
        )
        for token in tokenized(slot.value)
        if isinstance(token, Word)
    ]


class Place(t.Protocol):
    """Where the text of a shell is written."""

    def given(
        self, text: str, start: int, end: int, ran: Ran, whole: str
    ) -> PlacedWord:
        """A word of the text."""

    def line(self, at: int, whole: str) -> str:
        """The file and line of a position in the text."""


class InSlot:
    """The text is the whole value."""

    def __init__(self, slot: Slot) -> None:
        self.slot = slot

    def given(
        self, text: str, start: int, end: int, ran: Ran, whole: str
    ) -> PlacedWord:
        return PlacedWord(text, self.slot, 0, start, end)

    def line(self, at: int, whole: str) -> str:
        return f"{self.slot.file}, line {self.slot.line}"


class InWord:
    """The text is one word of another command, such as that of ``sh -c``."""

    def __init__(self, word: PlacedWord) -> None:
        self.word = word
        slot = word.slot
        holder = slot.value if isinstance(slot.value, str) else slot.value[word.word]
        inner = holder[word.start : word.end]
        offset = inner.find(word.text)
        #: Where the text begins, or -1 where quotes have changed it.
        self.offset: int = word.start + offset if offset >= 0 else -1

    def given(
        self, text: str, start: int, end: int, ran: Ran, whole: str
    ) -> PlacedWord:
        if self.offset < 0:
            return PlacedWord(text, self.word.slot, -1, 0, 0)
        start, end = self.offset + start, self.offset + end
        return PlacedWord(text, self.word.slot, self.word.word, start, end, inside=True)

    def line(self, at: int, whole: str) -> str:
        return f"{self.word.slot.file}, line {self.word.slot.line}"


class InFile:
    """The text is a script.

    :param written: the file that holds it, which may write it in another way.
    """

    def __init__(self, text: Text, written: Text) -> None:
        self.text = text
        self.written = written
        self.slots: dict[int, Slot] = {}

    def given(
        self, text: str, start: int, end: int, ran: Ran, whole: str
    ) -> PlacedWord:
        slot = self.slots.get(ran.start) or self._slot(ran, whole)
        self.slots[ran.start] = slot
        return PlacedWord(text, slot, 0, start - ran.start, end - ran.start)

    def _slot(self, ran: Ran, whole: str) -> Slot:
        line, column = _place(whole, ran.start)
        end_line, end_column = _place(whole, ran.end)
        lines = slice(line - 1, end_line)
        is_same = self.text.lines[lines] == self.written.lines[lines]
        return Slot(
            file=self.text.file,
            line=line,
            value_line=line,
            column=column if is_same else -1,
            end_line=end_line,
            end_column=end_column,
            form=Form.PLAIN,
            value=whole[ran.start : ran.end],
            shell=True,
        )

    def line(self, at: int, whole: str) -> str:
        return f"{self.text.file}, line {_place(whole, at)[0]}"


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1)
