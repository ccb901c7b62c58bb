from __future__ import annotations

import sys
import typing as t
from pathlib import Path

import pytest

from flask_prodguard.testing import AppPathError
from flask_prodguard.testing import load_app

STORE = """\
from flask import Flask

app = Flask("attribute")

def create_app(name="factory"):
    if name == "broken":
        raise RuntimeError("no database")
    if name == "silent":
        raise RuntimeError
    return Flask(name)

def create_nothing():
    pass
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> t.Iterator[None]:
    """A module with apps, and one that can't be imported."""
    (tmp_path / "store_of_apps.py").write_text(STORE)
    (tmp_path / "store_broken.py").write_text("import missing_dependency")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("store_of_apps", None)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("store_of_apps", "attribute"),
        ("store_of_apps:app", "attribute"),
        ("store_of_apps:create_app", "factory"),
        ("store_of_apps:create_app()", "factory"),
        ("store_of_apps: create_app('staging')", "staging"),
    ],
)
def test_a_path_leads_to_an_app(path: str, name: str) -> None:
    assert load_app(path).name == name


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "store of apps",
            "'store of apps' is not the path of an app. Write a path such as"
            ' "shop:app" or "shop:create_app()".',
        ),
        (
            "store_of_nothing:app",
            "'store_of_nothing:app' can't be used: importing 'store_of_nothing' raised"
            " ModuleNotFoundError: No module named 'store_of_nothing'. Fix the module,"
            " correct the path, or add the folder that holds it to the import path.",
        ),
        (
            "store_broken",
            "'store_broken' can't be used: importing 'store_broken' raised"
            " ModuleNotFoundError: No module named 'missing_dependency'. Fix the"
            " module, correct the path, or add the folder that holds it to the import"
            " path.",
        ),
        (
            "store_of_apps:create_app('broken')",
            "\"store_of_apps:create_app('broken')\" can't be used: calling it raised"
            " RuntimeError: no database. Make the factory work in the environment of"
            " this test run, or write its arguments into the path.",
        ),
        (
            "store_of_apps:create_app('silent')",
            "\"store_of_apps:create_app('silent')\" can't be used: calling it raised"
            " RuntimeError. Make the factory work in the environment of this test run,"
            " or write its arguments into the path.",
        ),
        (
            "store_of_apps:missing",
            "'store_of_apps:missing' names no Flask app: Failed to find attribute"
            " 'missing' in 'store_of_apps'.",
        ),
        (
            "store_of_apps:create_nothing()",
            "'store_of_apps:create_nothing()' names no Flask app: A valid Flask"
            " application was not obtained from 'store_of_apps:create_nothing()'.",
        ),
    ],
)
def test_a_path_that_leads_to_no_app_says_what_to_change(path: str, text: str) -> None:
    with pytest.raises(AppPathError) as caught:
        load_app(path)

    assert str(caught.value) == text
