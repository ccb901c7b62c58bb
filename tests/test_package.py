from __future__ import annotations

import typing as t

import pytest

import flask_prodguard


def test_every_public_name_is_imported_when_it_is_asked_for() -> None:
    names = [name for name in dir(flask_prodguard) if name[0] != "_"]

    assert {"ProdGuard", "UnsafeLaunchError", "launch_judged"} <= {*names}
    assert all(getattr(flask_prodguard, name) is not None for name in names)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError) as caught:
        t.cast("t.Any", flask_prodguard).Prodguard  # noqa: B018

    assert str(caught.value) == "module 'flask_prodguard' has no attribute 'Prodguard'"
