from __future__ import annotations

import pytest

from flask_prodguard.guard.judge import may_be_production


@pytest.mark.parametrize(
    ("word", "may_be"), [("production", True), ("development", False), ("", True)]
)
def test_what_is_not_declared_to_be_development_may_be_production(
    environ: dict[str, str], word: str, may_be: bool
) -> None:
    environ["FLASK_ENV"] = word

    assert may_be_production() is may_be
