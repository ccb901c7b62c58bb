"""A figure: what was measured, how far it spreads, and its limits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One thing that was measured."""

    name: str
    #: ``None`` if it could not be measured. Then ``note`` says why.
    value: float | None
    #: For example ``"ms"``. Nothing for a ratio.
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None
    #: The quartiles, between which the middle half of what was measured lies.
    spread: tuple[float, float] | None = None
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether it keeps its limits, ``None`` if there are none, or no value."""
        if self.value is None or (self.at_most is None and self.at_least is None):
            return None
        keeps_most = self.at_most is None or self.value <= self.at_most
        keeps_least = self.at_least is None or self.value >= self.at_least
        return keeps_most and keeps_least


def not_measured(name: str, why: str) -> Figure:
    """A figure that this machine can't give.

    :param name: what would have been measured.
    :param why: what is missing.
    """
    return Figure(name, None, note=why)
