"""Words that are accepted, and the nearest of them to one that is not."""

from __future__ import annotations

import difflib
import typing as t


def nearest_to(word: str, known: t.Iterable[str]) -> str:
    """The known word that is most like this one, of those that begin with it if any
    does.

    :param known: what is known, at least one word.
    """
    words = [*known]
    longer = [each for each in words if each.startswith(word)]
    return difflib.get_close_matches(word, longer or words, n=1, cutoff=0.0)[0]


def require_choice(given: object, kind: str, accepted: t.Collection[str]) -> str:
    """Return what was given, if it is accepted.

    :param kind: what it should be, with its article.
    :raises ValueError: it is not accepted.
    """
    if isinstance(given, str) and given in accepted:
        return given
    known = ", ".join(map(repr, accepted))
    nearest = nearest_to(str(given), accepted)
    raise ValueError(
        f"{given!r} is not {kind}. Accepted: {known}. Did you mean {nearest!r}?"
    )
