"""The calls that are under way in this process."""

from __future__ import annotations

import inspect
import sys
import typing as t
from types import CodeType

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping
    from types import FrameType


def code_of(thing: object) -> CodeType | None:
    """Return the code of a function, below its decorators."""
    try:
        code = getattr(inspect.unwrap(t.cast("t.Any", thing)), "__code__", None)
    except Exception:
        return None
    return code if isinstance(code, CodeType) else None


def calls_from(frame: FrameType | None) -> Iterator[FrameType]:
    """The calls that are under way, the innermost first."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def is_executing(function: object) -> bool:
    """Whether a call of a function is under way in any thread.

    :param function: the function, decorated or not.
    """
    # Of all threads: `main()` may wait for the thread in which the server starts.
    code = code_of(function)
    tops = sys._current_frames().values()
    return any(frame.f_code is code for top in tops for frame in calls_from(top))


def executing_lines(namespace: Mapping[str, object]) -> set[int]:
    """The lines of a module's top level that are under way in any thread."""
    return {
        frame.f_lineno
        for top in sys._current_frames().values()
        for frame in calls_from(top)
        if frame.f_globals is namespace and frame.f_code.co_name == "<module>"
    }
