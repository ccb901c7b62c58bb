from __future__ import annotations

import contextlib
import contextvars
import gc
import logging
import subprocess
import sys
import types
import typing as t
import weakref

import pytest
from flask import current_app
from flask import Flask
from werkzeug.debug import DebuggedApplication
from werkzeug.local import LocalProxy
from werkzeug.test import create_environ
from werkzeug.test import run_wsgi_app

from flask_prodguard import extension
from flask_prodguard import ProdGuard
from flask_prodguard import SetupError
from flask_prodguard import UnsafeLaunchError
from flask_prodguard.guard.state import state_of


def test_an_app_is_guarded_at_once_or_later(app: Flask) -> None:
    later = Flask("later")
    guard = ProdGuard()
    assert state_of(later) is None

    guard.init_app(later)

    assert state_of(app) is not None
    assert state_of(later) is not None
    assert state_of(app) is not state_of(later)


def test_no_app_is_kept_on_the_extension(app: Flask) -> None:
    guard = ProdGuard()
    guard.init_app(Flask("other"))

    assert vars(guard) == {}


def test_an_app_is_guarded_once(app: Flask) -> None:
    with pytest.raises(SetupError) as raised:
        ProdGuard(app)

    assert str(raised.value) == (
        "'shop' is guarded already: ProdGuard was applied to it twice. Remove one of"
        " ProdGuard(app) and guard.init_app(app)."
    )


def test_only_a_flask_app_is_guarded() -> None:
    with pytest.raises(SetupError) as raised:
        ProdGuard("shop")  # type: ignore[arg-type]

    assert str(raised.value) == "ProdGuard guards a Flask app, not builtins.str."


def test_an_app_is_known_although_instrumentation_has_replaced_the_name(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = Flask("shop")
    monkeypatch.setattr("flask.Flask", type("InstrumentedFlask", (Flask,), {}))

    ProdGuard(app)

    assert state_of(app) is not None


def test_for_a_dash_app_its_server_is_named() -> None:
    dash_app = types.SimpleNamespace(server=Flask("shop"))

    with pytest.raises(SetupError) as raised:
        ProdGuard(dash_app)  # type: ignore[arg-type]

    assert str(raised.value) == (
        "ProdGuard guards a Flask app, not types.SimpleNamespace. Pass the Flask app"
        " that it holds: ProdGuard(dash_app.server)."
    )


def test_a_bad_configuration_does_not_stop_the_app_from_being_made(
    environ: dict[str, str],
) -> None:
    environ["FLASK_PRODGUARD_ACTION"] = "nonsense"
    app = Flask("shop")
    app.config["PRODGUARD_NONSENSE"] = 1

    ProdGuard(app)

    assert state_of(app) is not None


def test_a_foreign_extension_of_the_same_name_is_not_a_guard() -> None:
    app = Flask("shop")
    app.extensions["prodguard"] = "something else"

    assert state_of(app) is None


def test_no_reference_keeps_a_guarded_app_alive(environ: dict[str, str]) -> None:
    def create_app() -> weakref.ref[Flask]:
        app = Flask("shop")
        ProdGuard(app)
        return weakref.ref(app)

    reference = create_app()
    gc.collect()

    assert reference() is None


def test_a_proxy_stands_for_the_app_that_is_guarded(environ: dict[str, str]) -> None:
    app, other = Flask("shop"), Flask("stock")
    with app.app_context():
        ProdGuard(current_app)
    wrapped = types.SimpleNamespace(__wrapped__=other)
    ProdGuard(t.cast("Flask", wrapped))

    assert state_of(app) is not None
    assert state_of(other) is not None


def test_a_proxy_that_is_not_bound_to_an_app_is_refused() -> None:
    with pytest.raises(SetupError) as raised:
        # Another test may have left an app in the context of this thread.
        contextvars.Context().run(ProdGuard, current_app)

    assert str(raised.value) == (
        "ProdGuard was given a proxy, such as current_app, that isn't bound to an app"
        " here. Pass the Flask app itself: ProdGuard(app)."
    )


def test_a_proxy_that_stands_for_something_else_is_refused() -> None:
    with pytest.raises(SetupError) as raised:
        ProdGuard(t.cast("Flask", LocalProxy(lambda: "shop")))

    assert str(raised.value) == "ProdGuard guards a Flask app, not builtins.str."


class Odd(Flask):
    """An app that can't be hashed, and is equal to every other."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return True


def test_apps_that_compare_equal_are_each_guarded(
    environ: dict[str, str], records: list[logging.LogRecord]
) -> None:
    environ["FLASK_ENV"] = "production"
    apps = [Odd("shop"), Odd("stock")]
    for app in apps:
        app.debug = True
        ProdGuard(app)
        app.wsgi_app = DebuggedApplication(app.wsgi_app)  # type: ignore[method-assign]
        assert run_wsgi_app(app, create_environ())[1] == "404 NOT FOUND"
        with pytest.raises(UnsafeLaunchError):
            app.run()

    told = [vars(record)["prodguard_codes"] for record in records]
    assert told.count(["PG201"]) == told.count(["PG202"]) == 2


def test_an_app_that_a_signal_handler_guards_meanwhile_is_guarded_after_the_import(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, other = Flask("shop"), Flask("stock")

    class Importing:
        """The lock, and a handler that comes while this thread holds it."""

        def __enter__(self) -> None:
            monkeypatch.setattr(extension, "importing", contextlib.nullcontext())

        def __exit__(self, *error: object) -> None:
            assert state_of(other) is None

    def guard_other(name: str, path: object, target: object = None) -> None:
        if name == "flask_prodguard.guard.application":
            ProdGuard(other)

    monkeypatch.setattr(extension, "importing", Importing())
    monkeypatch.delitem(sys.modules, "flask_prodguard.guard.application")
    monkeypatch.delattr("flask_prodguard.guard.application")
    finder = types.SimpleNamespace(find_spec=guard_other)
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])

    ProdGuard(app)

    assert state_of(app) is not None
    assert state_of(other) is not None


LIGHT = """
import sys
from flask import Flask
from flask_prodguard import ProdGuard

app = Flask("shop")
ProdGuard(app)
app.test_client().get("/")
heavy = ("judging", "config", "environment", "remedy", "report", "rules", "wsgi")
heavy += ("guard.judge", "guard.log")
found = [name for name in heavy if f"flask_prodguard.{name}" in sys.modules]
print(found, "werkzeug.debug" in sys.modules)
"""


@pytest.mark.process
def test_what_judges_is_imported_by_neither_the_guard_nor_a_test_client() -> None:
    command = [sys.executable, "-c", LIGHT]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout == "[] False\n"
