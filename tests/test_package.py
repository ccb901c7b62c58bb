from __future__ import annotations

import subprocess
import sys
import typing as t

import pytest

import flask_prodguard
from flask_prodguard.environment.evidence import Environment
from flask_prodguard.judging.verdict import Verdict


def test_every_public_name_is_imported_when_it_is_asked_for() -> None:
    names = [name for name in dir(flask_prodguard) if name[0] != "_"]

    assert {"ProdGuard", "UnsafeLaunchError", "launch_judged"} <= {*names}
    assert all(getattr(flask_prodguard, name) is not None for name in names)


def test_each_public_name_is_the_one_that_the_package_uses() -> None:
    assert flask_prodguard.Verdict is Verdict
    assert flask_prodguard.Environment is Environment


@pytest.mark.process
def test_importing_the_package_imports_nothing_more() -> None:
    code = (
        "import __future__, importlib, sys, typing\n"
        "before = {*sys.modules}\n"
        "import flask_prodguard\n"
        "print(sorted({*sys.modules} - before))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout == "['flask_prodguard']\n"


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError) as caught:
        t.cast("t.Any", flask_prodguard).Prodguard  # noqa: B018

    assert str(caught.value) == "module 'flask_prodguard' has no attribute 'Prodguard'"
