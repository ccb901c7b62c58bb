from __future__ import annotations

import gc
import logging
import sys
import weakref

import pytest
from flask import Flask
from flask import request_started
from werkzeug.debug import DebuggedApplication
from werkzeug.test import Client
from werkzeug.test import create_environ
from werkzeug.test import run_wsgi_app

from flask_prodguard import ProdGuard
from flask_prodguard.guard.application import first_request
from flask_prodguard.guard.application import PATIENCE

Records = list[logging.LogRecord]


@pytest.fixture(autouse=True)
def production(app: Flask, environ: dict[str, str]) -> None:
    environ["FLASK_ENV"] = "production"
    app.debug = True


def is_watched(app: Flask) -> bool:
    return any(request_started.receivers_for(app))


def serve(app: Flask) -> None:
    """Call the app as a server does that leaves the marks of ``EnvironBuilder``."""
    assert run_wsgi_app(app, create_environ())[1] == "200 OK"


def codes(records: Records) -> list[list[str]]:
    return [vars(record)["prodguard_codes"] for record in records]


def test_a_program_may_try_its_pages_before_it_serves_them(
    app: Flask, records: Records
) -> None:
    client = app.test_client()
    for _ in range(PATIENCE):
        assert client.get("/").status_code == 200
    assert records == []

    serve(app)

    assert codes(records) == [["PG202"]]


def test_a_long_test_is_not_slowed_down_until_its_client_is_gone(
    app: Flask, records: Records
) -> None:
    client = Client(app)
    for _ in range(PATIENCE + 1):
        client.get("/")
    assert not is_watched(app)

    del client
    gc.collect()

    assert is_watched(app)
    serve(app)
    assert codes(records) == [["PG202"]]


def asked() -> tuple[Client, weakref.ref[Flask]]:
    app = Flask("gone")
    ProdGuard(app)
    client = Client(app)
    for _ in range(PATIENCE + 1):
        client.get("/")
    return client, weakref.ref(app)


def test_a_client_may_outlive_the_app_that_it_has_called() -> None:
    client, gone = asked()

    client.application = Flask("other")
    gc.collect()
    assert gone() is None
    del client

    assert not any(request_started.receivers_for(None))


def test_a_request_that_is_dispatched_by_hand_is_not_served(
    app: Flask, records: Records
) -> None:
    with app.test_request_context():
        assert app.full_dispatch_request().status_code == 200

    assert records == []
    assert is_watched(app)


def test_a_debugger_under_a_test_client_is_judged_each_time(
    app: Flask, environ: dict[str, str]
) -> None:
    client = Client(DebuggedApplication(app, evalex=True))
    local = {"HTTP_HOST": "localhost"}

    assert client.get("/console", environ_overrides=local).status_code == 404
    environ["FLASK_ENV"] = "development"
    assert client.get("/console", environ_overrides=local).status_code == 200


def test_an_app_that_has_lost_its_guard_is_left_alone_by_a_test_client(
    app: Flask, records: Records
) -> None:
    app.extensions.clear()

    app.test_client().get("/")

    assert records == []


def test_an_app_that_is_guarded_meanwhile_keeps_its_receiver(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = Flask("late")
    # Another thread has said that this app is awaited, but not connected it yet.
    monkeypatch.setattr(
        "flask_prodguard.guard.application.stop_awaiting_app", lambda app: True
    )
    monkeypatch.setattr(
        "flask_prodguard.guard.application.awaited_apps", lambda: (late,)
    )

    serve(app)

    assert is_watched(late)
    request_started.disconnect(first_request, late)


def test_if_no_test_client_was_imported_there_is_none(
    app: Flask, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "werkzeug.test")

    serve(app)

    assert codes(records) == [["PG202"]]
