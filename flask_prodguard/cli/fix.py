"""The lines to paste for an app, whether or not anything was refused."""

from __future__ import annotations

import json
import typing as t

from ..config.settings import read_config
from ..environment import process
from ..environment.evidence import current_environment
from ..guard.facts import launch_of
from ..guard.state import state_of
from ..judging.address import UNKNOWN_ADDRESS
from ..judging.launch import Via
from ..remedy.advise import complete
from ..remedy.remedy import as_dict
from ..remedy.suggest import suggest
from ..remedy.this_machine import this_machine
from ..report.layout import blocks
from ..report.text import how_to_develop
from ..report.text import how_to_serve

if t.TYPE_CHECKING:
    from flask import Flask

    from ..judging.launch import Launch
    from ..remedy.remedy import Remedy


def find_fix(app: Flask | None = None, place_key: str | None = None) -> Remedy:
    """Say what to paste, and where.

    :param app: the app; without one, the lines say ``app:app``.
    :param place_key: a key of ``PLACES``, instead of the recognised platform.
    """
    environ = process.environ()
    config, _ = read_config(app.config if app else {}, environ)
    environment = current_environment(config)
    launch = _launch(app) if app else None
    return suggest(this_machine(environ), environment, launch, place_key)


def as_text(remedy: Remedy, app: str | None = None) -> str:
    """The fix for people.

    :param app: the app's name, if there is one.
    """
    name = repr(app) if app else "an app"
    parts = [
        [f"How to serve {name} ({remedy.place.title}):", *how_to_serve(remedy)],
        *how_to_develop(remedy),
    ]
    return blocks(parts)


def as_json(remedy: Remedy) -> str:
    """The fix for programs."""
    return json.dumps(as_dict(remedy), indent=2)


def _launch(app: Flask) -> Launch:
    state = state_of(app)
    launch = launch_of(app, [], Via.WSGI, UNKNOWN_ADDRESS)
    return complete(app, launch, state.origin if state else None)
