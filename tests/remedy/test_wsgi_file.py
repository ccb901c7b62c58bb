from __future__ import annotations

import sys
import typing as t
from types import ModuleType

import pytest

from flask_prodguard.remedy.wsgi_file import choose_wsgi_file
from flask_prodguard.remedy.wsgi_file import WsgiFile

if t.TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    return tmp_path.resolve()


def test_a_file_that_is_not_there_is_new(folder: Path) -> None:
    file = choose_wsgi_file("src", folder / "src" / "shop.py", folder)
    assert file == WsgiFile("wsgi", "wsgi.py", exists=False)
    assert file.add == "add a file wsgi.py with"


@pytest.mark.parametrize(
    ("directory", "path"),
    [(None, "wsgi.py"), ("src", "wsgi.py"), ("src", "src/wsgi.py")],
)
def test_a_file_that_is_there_is_kept(
    folder: Path, directory: str | None, path: str
) -> None:
    (folder / path).touch()
    file = choose_wsgi_file(directory, None, folder)
    assert file == WsgiFile("wsgi", path, exists=True)
    assert file.add == f"in {path}, add"


def test_the_file_that_is_imported_first_is_chosen(folder: Path) -> None:
    (folder / "wsgi.py").touch()
    (folder / "src" / "wsgi.py").touch()
    assert choose_wsgi_file("src", None, folder).path == "src/wsgi.py"


@pytest.mark.parametrize("path", ["wsgi.py", "src/wsgi.py"])
def test_the_script_that_is_running_is_left_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    main = ModuleType("__main__")
    main.__file__ = str(folder / path)
    monkeypatch.setitem(sys.modules, "__main__", main)
    (folder / path).touch()
    file = choose_wsgi_file("src", None, folder)
    assert file == WsgiFile("wsgi_app", "wsgi_app.py", exists=False)


def test_the_file_of_the_factory_does_not_import_itself(folder: Path) -> None:
    (folder / "wsgi.py").touch()
    assert choose_wsgi_file(None, folder / "wsgi.py", folder).module == "wsgi_app"


def test_code_without_a_file_has_no_script(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    assert choose_wsgi_file(None, None, folder).module == "wsgi"
