"""Measures two things in turns, and one of them against itself.

A slow moment of the machine falls on all of them. What the control shows is noise: a
difference that is no larger can't be distinguished from none.
"""

from __future__ import annotations

import operator
import statistics
import typing as t
from dataclasses import dataclass

Measure: t.TypeAlias = t.Callable[[], float]
Compare: t.TypeAlias = t.Callable[[float, float], float]

added: Compare = operator.sub
ratio: Compare = operator.truediv


@dataclass(frozen=True)
class Spread:
    """The median of some values, and the quartiles around it."""

    median: float
    quartiles: tuple[float, float]

    def scaled(self, factor: float) -> Spread:
        """The same in another unit.

        :param factor: how many of the new unit one of the old is.
        """
        low, high = self.quartiles
        return Spread(self.median * factor, (low * factor, high * factor))


@dataclass(frozen=True)
class Pairs:
    """The result of the rounds. The lists have an item for each round."""

    without: list[float]
    #: With over without.
    effect: list[float]
    #: Without over without, measured the same way.
    control: list[float]

    def joined(self, other: Pairs) -> Pairs:
        """These rounds and others.

        :param other: more rounds of the same.
        """
        return Pairs(
            self.without + other.without,
            self.effect + other.effect,
            self.control + other.control,
        )


def spread_of(values: t.Sequence[float]) -> Spread:
    """Sum values up.

    :param values: one at least.
    """
    if len(values) == 1:
        return Spread(values[0], (values[0], values[0]))
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(median, (low, high))


def measure_in_turns(
    without: Measure,
    with_: Measure,
    control: Measure,
    compare: Compare,
    rounds: int,
) -> Pairs:
    """Measure each once in every round. The order alternates.

    :param without: measures the thing as it is.
    :param with_: measures it with what may cost something.
    :param control: measures the thing as it is again.
    :param compare: how a value is compared with that of ``without``.
    :param rounds: how many.
    """
    measures = {"without": without, "with": with_, "control": control}
    names = [*measures]
    pairs = Pairs([], [], [])
    for number in range(rounds):
        first = number % len(names)
        order = [*names[first:], *names[:first]]
        # Every other time backwards, so that none always follows the same one.
        if number % 2:
            order.reverse()
        taken = {name: measures[name]() for name in order}
        pairs.without.append(taken["without"])
        pairs.effect.append(compare(taken["with"], taken["without"]))
        pairs.control.append(compare(taken["control"], taken["without"]))
    return pairs
