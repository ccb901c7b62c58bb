"""Reads the refusals in what a process has printed."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

COLOUR = re.compile(r"\x1b\[[\d;]*m")
MESSAGE = re.compile(
    r"^(?:[^\n]* )?flask-prodguard (?:refused to start|refuses to serve) .*?"
    r"^Fix: [^\n]*$",
    re.MULTILINE | re.DOTALL,
)
SUMMARY = re.compile(
    r"^(?:.* )?PG\d{3}.*: (?:refused to start|refuses to serve) .*, because .*?\."
    r" Fix: (?P<changes>.*?) ?(?:Install \w+\. )?"
    r"(?:Run|Paste into (?P<where>[^:]+)|(?:Take|Pass|Unset) [^:]*, and run):"
    r" (?P<command>.*)$",
    re.MULTILINE,
)
MISTAKE = re.compile(r"^(?:.* )?flask-prodguard can't understand .*", re.MULTILINE)
SERVE = re.compile(
    r"(?P<changes>.*?) ?(?:Serve the app with \w+\.|[\w ]+ serves the app itself\.)"
    r" Paste this into (?P<where>.*):"
)
DEBUG_ONLY = re.compile(
    r"this is a development machine\. (?P<changes>.*?) ?"
    r"(?:Take|Pass|Unset) [^:]*, and start the app with:$"
)
LINE = "      "


@dataclass(frozen=True)
class Advice:
    """What a refusal tells people to do."""

    #: The whole message, or the line of the log if there is nothing else.
    message: str
    #: What has to be changed in the code first.
    changes: str
    #: Ends the sentence "Paste this into …".
    where: str
    #: What is to be pasted.
    lines: tuple[str, ...]
    #: Whether only debug mode was refused.
    is_debug_only: bool = False


def advice_in(output: str) -> list[Advice]:
    """The advice of every refusal. Where a refusal was swallowed, the line in the log
    is all that anybody sees.

    :param output: what a process has printed.
    """
    plain = COLOUR.sub("", output).replace("\r\n", "\n")
    messages = [_of_message(match[0]) for match in MESSAGE.finditer(plain)]
    return messages or [_of_summary(match) for match in SUMMARY.finditer(plain)]


def _of_message(message: str) -> Advice:
    if "\n  PG103  " in message and "How to fix it:" not in message:
        prose, rest = re.split(rf"\n{LINE}(?=\S)", message, maxsplit=1)
        match = DEBUG_ONLY.search(" ".join(prose.split()))
        assert match, message
        [line, *_] = rest.splitlines()
        return Advice(message, match["changes"], "a terminal", (line,), True)
    fix = message.partition("How to fix it:\n")[2]
    [fix, *_] = re.split(r"\n\n(?=\S)", fix)
    prose, _, rest = fix.partition(f"\n\n{LINE}")
    lines = tuple(line.removeprefix(LINE) for line in _block(LINE + rest))
    sentences = " ".join(prose.split())
    match = SERVE.fullmatch(sentences)
    assert match, message
    return Advice(message, match["changes"], match["where"], lines)


def _block(text: str) -> t.Iterator[str]:
    for line in text.splitlines():
        if not line.startswith(LINE):
            return
        yield line


def _of_summary(match: re.Match[str]) -> Advice:
    debug_only = match[0].startswith("PG103:")
    where = match["where"] or "a terminal"
    return Advice(match[0], match["changes"], where, (match["command"],), debug_only)
