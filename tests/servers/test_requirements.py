"""What is not installed skips a test on a laptop, and fails it in CI."""

from __future__ import annotations

import typing as t

import pytest

from .server import require_file
from .server import require_module
from .server import require_program
from .server import REQUIRE_SYSTEM

MISSING = {
    "a program": lambda: require_program("no-such-server", "no-such-package"),
    "a file": lambda: require_file("/no/such/file", "no-such-package"),
    "a module": lambda: require_module("no_such_module"),
}


@pytest.fixture
def laptop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing says that this is CI."""
    for name in REQUIRE_SYSTEM:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("laptop")
@pytest.mark.parametrize("require", MISSING.values(), ids=MISSING)
def test_what_is_missing_is_skipped(require: t.Callable[[], object]) -> None:
    with pytest.raises(pytest.skip.Exception, match=r"is not installed: .* install no"):
        require()


@pytest.mark.usefixtures("laptop")
@pytest.mark.parametrize("variable", REQUIRE_SYSTEM)
@pytest.mark.parametrize("require", MISSING.values(), ids=MISSING)
def test_what_is_missing_fails_where_everything_has_to_be_there(
    require: t.Callable[[], object], variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "1")
    with pytest.raises(pytest.fail.Exception, match=r"is not installed: .* install no"):
        require()
