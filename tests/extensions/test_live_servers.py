"""Servers that tests start are left alone, on a laptop and in CI."""

from __future__ import annotations

import typing as t

import pytest
from launches.process import PYTHON
from servers.expected import assert_nothing_said

from .conftest import Write
from .programs import NEW_APP
from .table import Program

READ = """
import urllib.request


def read(url):
    with urllib.request.urlopen(url, timeout=10) as response:
        return response.read().decode()


"""
# pytest-flask would choose another, and Flask before 3.1 answers to no other.
SERVER_NAME = "app.config['SERVER_NAME'] = 'localhost'\n"
PYTEST_FLASK = """
import pytest


@pytest.fixture(scope="session")
def app():
    return shop


def test_read(live_server):
    assert "served" in read(live_server.url("/"))
"""
FLASK_TESTING = """
import unittest

from flask_testing import LiveServerTestCase


class TestShop(LiveServerTestCase):
    def create_app(self):
        app.config["LIVESERVER_PORT"] = 0
        return app

    def test_read(self):
        assert "served" in read(self.get_server_url())
"""
GUARDED = f"{NEW_APP}ProdGuard(app)\n{READ}"
PROGRAMS = (
    Program(
        "pytest-flask, live_server",
        "pytest-flask",
        "pytest_flask",
        f"{GUARDED}{SERVER_NAME}shop = app\ndel app\n{PYTEST_FLASK}",
        "",
        "1 passed",
    ),
    Program(
        "Flask-Testing, LiveServerTestCase",
        "flask-testing",
        "flask_testing",
        GUARDED + FLASK_TESTING,
        "",
        "1 passed",
    ),
)
PLACES: dict[str, dict[str, str]] = {
    "a laptop": {},
    "GitHub Actions": {"CI": "true", "GITHUB_ACTIONS": "true"},
    # Only the test runner is evidence against production.
    "a pod": {"KUBERNETES_SERVICE_HOST": "10.0.0.1"},
    "GitLab's runner in a pod": {
        "CI": "true",
        "GITLAB_CI": "true",
        "KUBERNETES_SERVICE_HOST": "10.0.0.1",
    },
}


@pytest.mark.parametrize("environ", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_is_left_alone(
    write: Write, program: Program, environ: t.Mapping[str, str]
) -> None:
    options = ("-q", "-s", "-pno:cacheprovider")
    process = write(program).start(
        PYTHON, "-m", "pytest", *options, "app.py", **environ
    )
    assert process.wait_exit() == 0, process.output
    assert program.expected in process.output
    assert_nothing_said(process)
