"""What is expected of every server."""

from __future__ import annotations

import re
import typing as t


class Output(t.Protocol):
    """Something that prints."""

    @property
    def output(self) -> str:
        """What it has printed."""
        ...


def codes_reported(printing: Output) -> list[str]:
    """The codes of the findings that were logged. Some servers begin every line with
    the time.

    :param printing: what runs the app.
    """
    return re.findall(r"(?:^| )  (PG\d{3})  ", printing.output, re.MULTILINE)


def assert_nothing_said(printing: Output) -> None:
    """The guard has printed and logged nothing.

    :param printing: what runs the app.
    """
    output = printing.output
    assert "prodguard" not in output.lower(), output
    assert not re.search(r"PG\d", output), output


def assert_no_debugger(body: str) -> None:
    """It isn't a page of the interactive debugger.

    :param body: what was answered.
    """
    assert "EVALEX" not in body
    assert "__debugger__" not in body
