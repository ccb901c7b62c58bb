from __future__ import annotations

from pathlib import Path

import pytest

from .survivors import listed
from .survivors import Survivor

ROOT = Path(__file__).parent.parent.parent
SURVIVORS = listed()


@pytest.mark.parametrize(
    "survivor", SURVIVORS, ids=lambda survivor: ".".join(survivor.identity[:2])
)
def test_a_survivor_is_a_change_of_the_code_with_a_reason(survivor: Survivor) -> None:
    module, _, taken, put = survivor.identity
    source = (ROOT / "flask_prodguard" / f"{module}.py").read_text(encoding="utf-8")

    assert " ".join(taken.split()) in " ".join(source.split())
    assert put != taken
    assert survivor.why.endswith(".")
    assert survivor.why[0].isupper() or survivor.why[0] == "`"


def test_no_survivor_is_listed_twice() -> None:
    identities = [survivor.identity for survivor in SURVIVORS]

    assert identities == sorted(set(identities))
