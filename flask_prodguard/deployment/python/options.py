"""The options that a program defines for its command line."""

from __future__ import annotations

import typing as t

from .values import Known
from .values import Unknown
from .values import Value


class Option(t.NamedTuple):
    """An option or argument of a command line."""

    names: tuple[str, ...]
    name: str
    default: Value
    is_flag: bool = False
    convert: str = ""


def read_options(
    options: t.Iterable[Option], words: t.Sequence[str]
) -> tuple[dict[str, Value], list[str]]:
    """The values that a command line gives the options, and the words that are left."""
    options = [*options]
    by_name = {name: option for option in options for name in option.names}
    values = {option.name: option.default for option in options}
    rest, at = [], 0
    while at < len(words):
        name, equals, value = words[at].partition("=")
        option = by_name.get(name) if name.startswith("-") else None
        at += 1
        if option is None:
            rest.append(words[at - 1])
        elif option.is_flag:
            values[option.name] = Known(
                "/" not in name and not name.startswith("--no-")
            )
        else:
            if not equals and at < len(words):
                value, at = words[at], at + 1
            values[option.name] = _converted(value, option)
    positional = [option for option in options if not option.names]
    for option, word in zip(positional, list(rest), strict=False):
        values[option.name] = _converted(word, option)
        rest.remove(word)
    return values, rest


def _converted(word: str, option: Option) -> Value:
    if "$" in word:
        return Unknown(f"{word} can't be known")
    if option.convert == "int":
        return Known(int(word)) if word.lstrip("-").isdigit() else Known(word)
    return Known(word)
