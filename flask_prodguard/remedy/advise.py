"""The remedy for an app of this process. It is imported only where something is wrong:
a server that starts as it should does not pay for it.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ..environment import process
from .served_path import find_served_path
from .statements import forget_statements
from .suggest import suggest
from .suggest import this_machine

if t.TYPE_CHECKING:
    from flask import Flask

    from ..judging.verdict import Verdict
    from .origin import Origin
    from .remedy import Remedy


class Advice(t.NamedTuple):
    """A verdict with what was found out about the app, and its remedy."""

    verdict: Verdict
    remedy: Remedy


def advise(
    app: Flask, verdict: Verdict, origin: Origin, served: object = None
) -> Advice:
    """Find out how an app is served instead, on this host.

    :param origin: where the guard was applied to the app.
    :param served: what the development server was given, if that is known.
    """
    try:
        path = find_served_path(app, origin, served)
    finally:
        forget_statements()
    launch = dataclasses.replace(verdict.launch, import_path=path)
    machine = this_machine(process.environ())
    remedy = suggest(machine, verdict.environment, launch)
    return Advice(dataclasses.replace(verdict, launch=launch), remedy)
