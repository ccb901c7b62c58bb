"""Nothing but a refusal is ever raised by the guard into the program that it guards.

There are two boundaries. Whatever only looks at the program goes through
:func:`observe`; whatever is written as advice goes through :func:`first_written`.

Only an ``Exception`` is caught. ``KeyboardInterrupt``, ``SystemExit`` and whatever else
ends a worker from a signal handler propagates, as it does without the guard.
"""

from __future__ import annotations

import logging
import typing as t

from ..errors import ProdGuardError
from .fork import importing

if t.TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

T = t.TypeVar("T")

_noted: set[tuple[str, str]] = set()


def observe(look: Callable[[], T], otherwise: T) -> T:
    """Look at the program, and return what was found, or something else if the look
    fails.

    :param look: may fail in any way.
    :param otherwise: what is returned then.
    """
    try:
        return look()
    except ProdGuardError:
        raise
    except Exception as error:
        _note(error)
        return otherwise


def first_written(*writers: Callable[[], T]) -> T:
    """Write a text, or a shorter one if that fails.

    :param writers: the longest first. The last one can't fail.
    """
    *longer, shortest = writers
    for write in longer:
        try:
            return write()
        except Exception as error:
            _note(error)
    return shortest()


def shown_from_here(refusal: ProdGuardError) -> ProdGuardError:
    """A refusal without the frames that it has passed. They hold the app, its
    configuration and the environment, and an error may be shown with the locals of its
    frames.
    """
    return refusal.with_traceback(None)


def _note(error: Exception) -> None:
    # Neither its text nor its locals: either may hold a secret.
    try:
        where = _innermost(error.__traceback__)
        kind = type(error).__name__
        if (kind, where) in _noted:
            return
        _noted.add((kind, where))
        # Most programs give it nothing to note.
        with importing:
            from .log import say
    except Exception:
        return
    say(logging.DEBUG, f"{kind} at {where} was held back from the program.")


def _innermost(trace: TracebackType | None) -> str:
    where = "an unknown place"
    while trace is not None:
        code = trace.tb_frame.f_code
        where = f"{code.co_filename}:{trace.tb_lineno} ({code.co_name})"
        trace = trace.tb_next
    return where
