"""Logs to the logger ``flask_prodguard``, whatever the program's logging does: filters
may need a request, handlers a network, record factories their own names.
"""

from __future__ import annotations

import logging
import typing as t
from contextlib import suppress

if t.TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

NAME = "flask_prodguard"


def logger() -> logging.Logger:
    """The logger ``flask_prodguard``. It is looked up when something is logged, not at
    import: ``logging.config.dictConfig`` disables every logger that exists before it.
    """
    return logging.getLogger(NAME)


def say(
    level: int,
    text: str,
    attributes: Mapping[str, object] | None = None,
    template: str = "%s",
    error: BaseException | None = None,
) -> None:
    """Log a text once. What fails is left out: the attributes of the record, or the
    handlers that raise. Never raises.

    :param attributes: what else the record carries.
    :param template: what the record formats the text with.
    :param error: an exception that is shown with it.
    """
    shown = {"exc_info": error} if error else {}
    for extra in ({"extra": dict(attributes)}, {}) if attributes else ({},):
        try:
            logger().log(level, template, text, **t.cast("t.Any", {**extra, **shown}))
        except Exception as failure:
            handler = _failed_handler(failure.__traceback__)
            if handler is None:
                # It has reached no handler.
                continue
            with suppress(Exception):
                _finish(_record(level, template, text, error), handler)
        return
    with suppress(Exception):
        if logger().isEnabledFor(level):
            _finish(_record(level, template, text, error), None)


def _record(
    level: int, template: str, text: str, error: BaseException | None
) -> logging.LogRecord:
    shown = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord(
        NAME, level, __file__, 0, template, (text,), t.cast("t.Any", shown)
    )


def _failed_handler(trace: TracebackType | None) -> logging.Handler | None:
    """The handler that raised. Those before it have handled the record."""
    while trace is not None:
        # The loop over the handlers, which may have been wrapped.
        if trace.tb_frame.f_code.co_name == "callHandlers":
            found = trace.tb_frame.f_locals.get("hdlr")
            if found is not None:
                return t.cast("logging.Handler", found)
        trace = trace.tb_next
    return None


def _finish(record: logging.LogRecord, failed: logging.Handler | None) -> None:
    """Pass a record to the handlers that come after the one that raised. If no handler
    has handled it, it goes to standard error, as if nothing were configured.
    """
    handlers = [*_handlers()]
    position = next((i for i, each in enumerate(handlers) if each is failed), -1)
    shown = max(position, 0)
    for handler in handlers[position + 1 :]:
        if record.levelno >= handler.level:
            with suppress(Exception):
                handler.handle(record)
                shown += 1
    last = logging.lastResort
    if not shown and last is not None and record.levelno >= last.level:
        last.handle(record)


def _handlers() -> t.Iterator[logging.Handler]:
    at: logging.Logger | None = logger()
    while at is not None:
        yield from [*at.handlers]
        at = at.parent if at.propagate else None
