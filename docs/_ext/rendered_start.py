"""The line that serves an app on a host, as a refusal would print it there."""

from __future__ import annotations

import typing as t

from flask_prodguard.judging.address import classify
from flask_prodguard.judging.launch import ImportPath
from flask_prodguard.judging.launch import Launch
from flask_prodguard.judging.launch import Via
from flask_prodguard.remedy.places import PLACES
from flask_prodguard.remedy.suggest import suggest
from flask_prodguard.remedy.this_machine import Machine

if t.TYPE_CHECKING:
    from flask_prodguard.remedy.remedy import Remedy

FOLDER = "/srv/shop"
LANGUAGES = {
    "azure": "sh",
    "cloud-run": "docker",
    "container": "docker",
    "docker": "docker",
    "fly": "docker",
    "kubernetes": "yaml",
    "lambda": "sh",
    "pythonanywhere": "python",
    "railway": "sh",
    "render": "sh",
    "shell": "sh",
    "systemd": "ini",
    "windows": "bat",
}


def fence(language: str, lines: t.Iterable[str]) -> str:
    """A block of code in Markdown.

    :param language: what it is written in.
    :param lines: the code.
    """
    return "\n".join([f"```{language}", *lines, "```"])


def remedy_for(place: str, server: str = "gunicorn", host: str = "0.0.0.0") -> Remedy:
    """What is suggested for the app ``shop:app`` in its own folder.

    :param place: a key of the places.
    :param server: the server that is installed.
    :param host: the host that was asked for.
    """
    machine = Machine(
        windows=place == "windows",
        installed=frozenset({server}),
        names_port=True,
        programs=f"{FOLDER}/.venv/bin",
        folder=FOLDER,
    )
    path = ImportPath("shop", "app")
    launch = Launch("shop", Via.APP_RUN, classify(host, 8000), import_path=path)
    return suggest(machine, None, launch, place)


def start(place: str, server: str = "gunicorn", host: str = "0.0.0.0") -> str:
    """The line, and where to paste it.

    :param place: a key of the places.
    :param server: the server that is installed.
    :param host: the host that was asked for.
    """
    remedy = remedy_for(place, server, host)
    blocks = [
        f"Paste this into {PLACES[place].where}:",
        fence(LANGUAGES.get(place, "yaml"), remedy.lines),
    ]
    return "\n\n".join([*blocks, *filter(None, [remedy.note])])
