from __future__ import annotations

import pytest
from flask import Flask
from shop import create_app

from flask_prodguard.testing import AppAssertions
from flask_prodguard.testing import assert_allowed
from flask_prodguard.testing import assert_refused
from flask_prodguard.testing import capture_launches
from flask_prodguard.testing import production
from flask_prodguard.testing import run_script


@pytest.fixture
def app() -> Flask:
    app = create_app()
    app.testing = True
    return app


def test_production_refuses_the_development_server(app: Flask) -> None:
    assert_refused(lambda: app.run(), "PG101", environment="production")


def test_the_network_is_out_of_reach_on_a_laptop(app: Flask) -> None:
    assert_refused(app, "PG102", via="flask run", host="0.0.0.0", environ={})


def test_developing_is_allowed(app: Flask) -> None:
    assert_allowed(app, via="flask run", debug=True, environment="development")


def test_our_script_starts_nothing_on_heroku() -> None:
    launches = run_script("shop.py", environ={"DYNO": "web.1", "HOST": "0.0.0.0"})

    assert [launch.codes for launch in launches] == [("PG101", "PG102")]


def test_a_block_may_state_the_environment(app: Flask) -> None:
    with production(), capture_launches() as launches:
        app.run()

    assert launches[0].is_refused


@pytest.mark.prodguard(environment="production", DYNO="web.1")
def test_the_marker_states_it_for_a_whole_test(prodguard: AppAssertions) -> None:
    prodguard.assert_refused("PG101")
