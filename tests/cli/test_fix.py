from __future__ import annotations

import json
import os
from types import SimpleNamespace

import pytest
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from flask_prodguard.cli import fix as fixes
from flask_prodguard.cli.lookup import find_place
from flask_prodguard.environment import process
from flask_prodguard.remedy.places import PLACES
from flask_prodguard.remedy.remedy import as_dict

PROMISED = (
    "heroku render fly docker beanstalk azure cloud-run railway kubernetes systemd"
    " windows pythonanywhere"
)

TEST = "PYTEST_CURRENT_TEST"


@pytest.fixture(autouse=True)
def outside_of_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    """pytest sets a variable in each test, which is evidence of development."""
    monkeypatch.setattr(process, "environ", lambda: {**os.environ, TEST: ""})
    monkeypatch.setattr(process, "exists", lambda path: False)


@pytest.mark.parametrize("word", PROMISED.split())
def test_every_platform_that_is_promised_has_lines_to_paste(
    word: str, app: Flask
) -> None:
    remedy = fixes.find_fix(app, find_place(word))
    text = fixes.as_text(remedy, app.name)

    assert remedy.place is PLACES[word]
    assert text.startswith(f"How to serve 'shop' ({PLACES[word].title}):\n")
    assert all(f"\n      {line}" in text for line in remedy.lines)


def test_the_platform_that_is_recognised_is_taken(
    app: Flask, environ: dict[str, str]
) -> None:
    environ["DYNO"] = "web.1"

    assert fixes.find_fix(app).place is PLACES["heroku"]
    assert fixes.find_fix().place is PLACES["heroku"]


@pytest.mark.parametrize(
    ("extension", "worker"),
    [
        (None, "gunicorn --bind 0.0.0.0:$PORT --workers 1 --threads 100 "),
        (SimpleNamespace(async_mode="gevent"), " --worker-class gevent "),
        (SimpleNamespace(async_mode="threading"), " --worker-class gthread "),
        (SimpleNamespace(async_mode=None), " --worker-class gthread "),
        (SimpleNamespace(), " --worker-class gthread "),
    ],
)
def test_the_mode_of_flask_socketio_decides_the_worker(
    app: Flask, extension: object, worker: str
) -> None:
    app.extensions["socketio"] = extension

    command = fixes.find_fix(app, "heroku").command

    assert worker in command
    assert ("--worker-class" in command) is (extension is not None)


def test_what_a_refusal_would_find_out_is_carried_over(app: Flask) -> None:
    app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]

    command = fixes.find_fix(app, "windows").command

    assert "--no-clear-untrusted-proxy-headers" in command


def test_programs_get_the_remedy_as_data(app: Flask) -> None:
    remedy = fixes.find_fix(app, "heroku")

    assert json.loads(fixes.as_json(remedy)) == as_dict(remedy)


def test_an_app_that_is_not_guarded_has_lines_too(environ: dict[str, str]) -> None:
    assert "app" in fixes.find_fix(Flask("bare"), "heroku").command


def test_without_an_app_the_lines_name_a_usual_one(environ: dict[str, str]) -> None:
    remedy = fixes.find_fix(None, "heroku")

    assert remedy.lines[0].startswith("web: ")
    assert remedy.command.endswith("app:app")
    assert fixes.as_text(remedy).startswith("How to serve an app (Heroku):\n")
