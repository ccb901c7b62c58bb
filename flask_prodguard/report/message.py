"""The message about a verdict. It is imported only if something is wrong: a server that
starts as it should does not pay for it.
"""

from __future__ import annotations

import dataclasses
import sys
import threading
import typing as t

from ..environment import process
from ..remedy.remedy import as_dict
from . import text as report
from .shell import this_shell

if t.TYPE_CHECKING:
    from ..judging.verdict import Verdict
    from ..remedy.remedy import Remedy
    from ..remedy.remedy import Values


@dataclasses.dataclass(frozen=True)
class Message:
    """The message about one verdict."""

    #: The verdict, with the app's import path.
    verdict: Verdict
    #: One line.
    summary: str
    #: The whole text.
    text: str
    #: What a log record formats.
    template: str
    #: The remedy as JSON-compatible values, ``None`` if none could be found.
    remedy: Values | None
    #: Whether nobody would see an exception.
    is_swallowed: bool

    @property
    def extra(self) -> dict[str, t.Any]:
        """The attributes of its log record."""
        return report.log_extra(self.verdict, self.remedy)


def write_message(verdict: Verdict, remedy: Remedy | None) -> Message:
    """Say what was found, and how to fix it on this host.

    :param remedy: what serves the app instead of the development server, if that is
        what serves it.
    """
    shell = this_shell(process.environ())
    stays_alive = verdict.is_refused and _outlives_refusal()
    return Message(
        verdict=verdict,
        summary=report.summary(verdict, remedy),
        text=report.text(verdict, remedy, shell, stays_alive),
        template=report.log_template(verdict),
        remedy=as_dict(remedy) if remedy else None,
        is_swallowed=_is_swallowed(),
    )


def short_message(verdict: Verdict) -> Message:
    """Say what was found, if no remedy could be found."""
    return Message(
        verdict=verdict,
        summary=report.short_summary(verdict),
        text=report.short_text(verdict),
        template=report.log_template(verdict),
        remedy=None,
        is_swallowed=_is_swallowed(),
    )


def _outlives_refusal() -> bool:
    # Whether the process goes on after an exception that ends this thread. Python ends
    # the threads of its own pools when the program ends.
    current, pooled = threading.current_thread(), _pooled_threads()
    return current is not threading.main_thread() or any(
        thread is not current and not thread.daemon and thread not in pooled
        for thread in threading.enumerate()
    )


def _is_swallowed() -> bool:
    # A thread pool keeps an exception for the caller that asks for the result.
    return threading.current_thread() in _pooled_threads()


def _pooled_threads() -> t.Container[threading.Thread]:
    pools = sys.modules.get("concurrent.futures.thread")
    threads: t.Container[threading.Thread] = getattr(pools, "_threads_queues", ())
    return threads
