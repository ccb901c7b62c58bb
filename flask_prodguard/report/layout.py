"""How text is laid out: blocks of 80 columns, findings below their rule, and lines to
paste set apart from prose.
"""

from __future__ import annotations

import itertools
import textwrap
import typing as t

if t.TYPE_CHECKING:
    from ..judging.verdict import Finding

WIDTH = 80
TEXT_INDENT = "  "
LINE_INDENT = "      "
CODE_INDENT = "    "
FINDING_INDENT = " " * 9
# What is taken out of a file, and what is put there, below a finding.
CHANGE_INDENT = f"{FINDING_INDENT}  "


def blocks(parts: t.Iterable[t.Iterable[str]]) -> str:
    """The parts, each of them lines, with an empty line between two."""
    return "\n\n".join("\n".join(part) for part in parts)


def wrapped(prose: str, indent: str = "", hanging: str | None = None) -> list[str]:
    """Break prose into lines.

    :param hanging: what every line but the first starts with, if that differs.
    """
    return textwrap.wrap(
        prose,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def paste(prose: str, *lines: str, indent: str = TEXT_INDENT) -> list[str]:
    """Prose, and below it lines that are to be copied, which are never broken.

    :param indent: what every line of the prose starts with.
    """
    pasted = ((LINE_INDENT + line).rstrip() for line in lines)
    return [*wrapped(prose, indent), "", *pasted]


def sentence(words: str) -> str:
    """Make words a sentence.

    :param words: without a capital letter and a full stop.
    """
    stop = "" if words.endswith("?") else "."
    # A name such as app.debug keeps its small letter.
    starts_with_word = words.partition(" ")[0].isalpha()
    start = words[0].upper() if starts_with_word else words[0]
    return f"{start}{words[1:]}{stop}"


def finding_lines(
    findings: t.Iterable[Finding], with_fix: bool = False
) -> t.Iterator[str]:
    """Findings in the order of their rules, those of one rule together.

    :param with_fix: whether it says how to fix each of them, too.
    """
    for rule, of_rule in itertools.groupby(findings, lambda each: each.rule):
        yield f"{TEXT_INDENT}{rule.code}  {rule.title}"
        for fix, fixed_alike in itertools.groupby(of_rule, fix_of):
            for finding in fixed_alike:
                yield from wrapped(sentence(finding.seen), FINDING_INDENT)
            if with_fix:
                yield from wrapped(f"Fix: {fix}", FINDING_INDENT)


def finding_sentences(finding: Finding) -> tuple[str, str, str]:
    """A finding in three parts: its title, what was seen, and how to fix it."""
    return finding.rule.title, sentence(finding.seen), fix_of(finding)


def fix_of(finding: Finding) -> str:
    """How to fix what was found, the rule's own advice if there is nothing more
    specific.
    """
    return finding.fix or finding.rule.fix
