from __future__ import annotations

import sys
import typing as t
from pathlib import Path
from types import ModuleType

import pytest

from flask_prodguard.remedy.program import script
from flask_prodguard.remedy.program import start_folder

Run = t.Callable[[list[str], str | None], None]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    def run(argv: list[str], file: str | None) -> None:
        main = ModuleType("__main__")
        if file is not None:
            main.__file__ = file
        monkeypatch.setitem(sys.modules, "__main__", main)
        monkeypatch.setattr(sys, "argv", argv)
        monkeypatch.chdir(tmp_path)

    return run


@pytest.mark.parametrize(
    ("typed", "file"),
    [
        ("app.py", "/srv/shop/app.py"),
        ("src/app.py", "/srv/shop/src/app.py"),
        ("./src/app.py", "/srv/shop/src/app.py"),
        ("../other/app.py", "/srv/shop/../other/app.py"),
    ],
)
def test_a_script_was_started_where_its_typed_path_leads_to_it(
    run: Run, typed: str, file: str
) -> None:
    run([typed, "--port=80"], file)
    assert start_folder() == Path("/srv/shop")
    assert script() == Path(file)


@pytest.mark.parametrize(
    ("argv", "file"),
    [
        (["/srv/shop/app.py"], "/srv/shop/app.py"),
        (["app.py"], "/srv/shop/other.py"),
        (["p.py"], "/srv/shop/app.py"),
        (["app.py"], "app.py"),
        ([""], "/srv/shop/app.py"),
        ([], "/srv/shop/app.py"),
        (["-c"], None),
        (["-"], "<stdin>"),
    ],
)
def test_else_the_current_folder_counts(
    run: Run, tmp_path: Path, argv: list[str], file: str | None
) -> None:
    run(argv, file)
    assert start_folder() == Path.cwd() == tmp_path.resolve()


def test_code_that_is_typed_has_no_script(run: Run) -> None:
    run(["-c"], None)
    assert script() is None
