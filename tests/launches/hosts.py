"""Runs what was pasted into a file or a form as the host that reads it does."""

from __future__ import annotations

import json
import shlex
import typing as t
from pathlib import Path

from flask_prodguard.remedy.places import PLACES

from .process import Command

STAND_IN = ("gunicorn", "--bind={bind}")
Run: t.TypeAlias = t.Callable[[t.Sequence[str], Path, str], Command]


def _by_shell(key: str = "") -> Run:
    def run(lines: t.Sequence[str], folder: Path, bind: str) -> Command:
        return _value(lines[-1], key)

    return run


def _without_shell(key: str) -> Run:
    def run(lines: t.Sequence[str], folder: Path, bind: str) -> Command:
        words: list[str] = json.loads(_value(lines[-1], key))
        return words

    return run


def _in_words(lines: t.Sequence[str], folder: Path, bind: str) -> Command:
    return shlex.split(lines[-1])


def _dockerfile(lines: t.Sequence[str], folder: Path, bind: str) -> Command:
    is_array = _value(lines[-1], "CMD").startswith("[")
    run = _without_shell("CMD") if is_array else _by_shell("CMD")
    return run(lines, folder, bind)


def _app_yaml(lines: t.Sequence[str], folder: Path, bind: str) -> Command:
    # App Engine's has an entrypoint, that of Databricks a command.
    is_array = lines[-1].startswith("command:")
    run = _without_shell("command:") if is_array else _by_shell("entrypoint:")
    return run(lines, folder, bind)


def _unit(lines: t.Sequence[str], folder: Path, bind: str) -> Command:
    settings = dict(line.split("=", 1) for line in lines)
    assert settings["WorkingDirectory"] == str(folder)
    return shlex.split(settings["ExecStart"])


def _wsgi_file(name: str, kept_in: str = ".") -> Run:
    def run(lines: t.Sequence[str], folder: Path, bind: str) -> Command:
        file = folder / kept_in / "read_by_host.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join(lines))
        words = shlex.join([*_stand_in(bind), f"read_by_host:{name}"])
        # gunicorn's own option leaves the folder that it is started in on the path.
        return f"cd {kept_in} && exec {words}"

    return run


def _rsconnect(lines: t.Sequence[str], folder: Path, bind: str) -> Command:
    *_, target, source = shlex.split(lines[-1])
    return [*_stand_in(bind), f"--chdir={source}", target]


def _stand_in(bind: str) -> list[str]:
    return [word.format(bind=bind) for word in STAND_IN]


def _value(line: str, key: str) -> str:
    assert line.strip().startswith(key), line
    return line.strip().removeprefix(key).strip()


RUNS: dict[str, Run] = {
    "app-engine": _app_yaml,
    "azure": _by_shell(),
    "beanstalk": _by_shell("web:"),
    "cloud-run": _dockerfile,
    "container": _dockerfile,
    "databricks": _app_yaml,
    "docker": _dockerfile,
    "fly": _dockerfile,
    "heroku": _by_shell("web:"),
    "kubernetes": _without_shell("command:"),
    "lambda": _by_shell(),
    "platform-sh": _by_shell("start:"),
    "posit": _rsconnect,
    "pythonanywhere": _wsgi_file("application", kept_in="var_www"),
    "railway": _in_words,
    "render": _by_shell(),
    "replit": _without_shell("run ="),
    "shell": _by_shell(),
    "start-command": _in_words,
    "systemd": _unit,
    "vercel": _wsgi_file("app"),
}
# Those that share a file are distinguished by what is in it.
RUNS_BY_WHERE = {PLACES[key].where: run for key, run in RUNS.items()}
STAND_INS = {place.where for place in PLACES.values() if place.serves_itself}


def as_run_by_host(
    lines: t.Sequence[str], where: str, folder: Path, bind: str
) -> Command:
    """What the host starts.

    :param lines: what was pasted.
    :param where: what it was pasted into.
    :param folder: where the program is.
    :param bind: what a server listens on that the host brings itself.
    """
    return RUNS_BY_WHERE[where](lines, folder, bind)


def brings_server(where: str) -> bool:
    """Whether the host serves the app itself. gunicorn stands in for it here.

    :param where: what was pasted into.
    """
    return where in STAND_INS
