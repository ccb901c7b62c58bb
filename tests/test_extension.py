from __future__ import annotations

import gc
import types
import weakref

import pytest
from flask import Flask

from flask_prodguard import ProdGuard
from flask_prodguard import SetupError
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


def test_a_foreign_extension_of_the_same_name_is_no_guard() -> None:
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
