from __future__ import annotations

import os

import pytest
from flask import Flask

from flask_prodguard.cli.status import as_text
from flask_prodguard.cli.status import read_status
from flask_prodguard.environment import process

TEST = "PYTEST_CURRENT_TEST"


@pytest.fixture(autouse=True)
def outside_of_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    """pytest sets a variable in each test, which is evidence of development."""
    monkeypatch.setattr(process, "environ", lambda: {**os.environ, TEST: ""})
    monkeypatch.setattr(process, "exists", lambda path: False)


def section(text: str, heading: str) -> list[str]:
    blocks = text.split("\n\n")
    return next(b for b in blocks if b.startswith(heading)).splitlines()[1:]


def test_the_app_is_named_and_whether_it_is_guarded(app: Flask) -> None:
    assert "\n\nThe app 'shop' (" in as_text(read_status(app))
    assert ") is guarded.\n\n" in as_text(read_status(app))
    assert ") is not guarded.\n\n" in as_text(read_status(Flask("bare")))


def test_no_app_is_needed(environ: dict[str, str]) -> None:
    status = read_status()

    assert "\n\nNo app was loaded.\n\n" in as_text(status)
    assert status.guarded is False
    assert [*status.versions] == ["flask-prodguard", "Flask", "Werkzeug", "Python"]


def test_each_level_shows_its_evidence(app: Flask, environ: dict[str, str]) -> None:
    environ.update(DYNO="web.1", APP_ENV="dev", RENDER="true")

    lines = section(as_text(read_status(app)), "The environment is production: level 4")

    assert lines == [
        "  1  PRODGUARD_ENVIRONMENT            -",
        "  2  production, declared             -",
        "  3  a test run                       -",
        "  4  a hosting platform               DYNO is set (Heroku); RENDER=true"
        " (Render)",
        "  5  development, declared            APP_ENV=dev",
        "  6  a place to develop               -",
        "  7  a platform that is emulated too  -",
        "  8  CI without a name                -",
    ]


def test_an_environment_that_nothing_declares_is_called_undeclared(app: Flask) -> None:
    assert "\nThe environment is undeclared: no evidence was found.\n" in as_text(
        read_status(app)
    )


def test_each_value_has_its_source(app: Flask, environ: dict[str, str]) -> None:
    environ["FLASK_PRODGUARD_ACTION"] = "log"
    app.config["PRODGUARD_ALLOWED_HOSTS"] = ["10.0.0.0/8"]

    lines = section(as_text(read_status(app)), "The configuration:")

    assert lines[:4] == [
        "  PRODGUARD_ENABLED = True, default",
        "  PRODGUARD_ACTION = log, the environment variable FLASK_PRODGUARD_ACTION",
        "  PRODGUARD_ENVIRONMENT = None, default",
        "  PRODGUARD_ALLOWED_HOSTS = [10.0.0.0/8],"
        " app.config['PRODGUARD_ALLOWED_HOSTS']",
    ]


@pytest.mark.parametrize(
    "key",
    [
        "PRODUCTION_NAMES",
        "DEVELOPMENT_NAMES",
        "ENVIRONMENT_VARIABLES",
        "ACTION",
        "IGNORE",
        "ALLOWED_HOSTS",
    ],
)
def test_no_value_of_a_variable_is_shown(
    key: str, app: Flask, environ: dict[str, str]
) -> None:
    environ[f"FLASK_PRODGUARD_{key}"] = "s3cret,tok3n"

    text = as_text(read_status(app))

    assert "s3cret" not in text
    assert "tok3n" not in text


def test_a_hidden_list_shows_its_length(app: Flask, environ: dict[str, str]) -> None:
    environ["FLASK_PRODGUARD_ALLOWED_HOSTS"] = "10.1.2.3,10.4.5.6"

    text = as_text(read_status(app))

    assert "PRODGUARD_ALLOWED_HOSTS = [2 not shown]," in text


def test_what_is_not_understood_is_reported(app: Flask) -> None:
    app.config["PRODGUARD_ACTION"] = "rise"

    lines = section(as_text(read_status(app)), "Not understood in the configuration:")

    assert lines == [
        "  PRODGUARD_ACTION, from app.config['PRODGUARD_ACTION'], is not understood"
        " (the",
        "         value is not shown). Accepted: raise, log and serve. Did you mean",
        "         raise?",
    ]


def test_each_hook_shows_its_state(app: Flask) -> None:
    lines = section(as_text(read_status(app)), "The hooks:")

    assert lines[0] == "  Flask.run                              installed"
    assert len(lines) == 10
