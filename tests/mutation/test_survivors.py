from __future__ import annotations

from pathlib import Path

import pytest

import flask_prodguard

from .survivors import listed
from .survivors import Survivor

PACKAGE = Path(flask_prodguard.__file__).parent
SURVIVORS = listed()


@pytest.mark.parametrize(
    "survivor", SURVIVORS, ids=lambda survivor: ".".join(survivor.identity[:2])
)
def test_a_survivor_is_a_change_of_the_code_with_a_reason(survivor: Survivor) -> None:
    module, _, taken, put = survivor.identity
    source = (
        Path(PACKAGE, *module.split(".")).with_suffix(".py").read_text(encoding="utf-8")
    )

    assert " ".join(taken.split()) in " ".join(source.split())
    assert put != taken
    assert survivor.why.endswith(".")


def test_the_survivors_are_listed_once_and_in_order() -> None:
    identities = [survivor.identity for survivor in SURVIVORS]

    assert identities == sorted(set(identities))
