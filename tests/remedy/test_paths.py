from __future__ import annotations

import sys
import typing as t
from importlib.machinery import SourceFileLoader
from pathlib import Path
from pathlib import PurePath
from pathlib import PurePosixPath
from pathlib import PureWindowsPath
from types import ModuleType

import pytest

from flask_prodguard.remedy.paths import choose_wsgi_file
from flask_prodguard.remedy.paths import script
from flask_prodguard.remedy.paths import shown_from
from flask_prodguard.remedy.paths import start_folder
from flask_prodguard.remedy.paths import WsgiFile

Run = t.Callable[[list[str], str | None], None]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    def run(argv: list[str], file: str | None) -> None:
        main = ModuleType("__main__")
        # As Python does for a script, also once it has run to its end.
        main.__loader__ = SourceFileLoader("__main__", file or "")
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


def test_a_script_that_has_run_to_its_end_is_known_by_what_was_typed(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "shop.py").touch()

    run(["shop.py"], None)
    assert script() == Path("shop.py")
    run(["gone.py"], None)
    assert script() is None


def test_what_starts_a_notebook_is_not_the_script_of_its_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = tmp_path / "ipykernel_launcher.py"
    kernel.touch()
    monkeypatch.setattr(sys, "argv", [str(kernel)])
    # As IPython makes it.
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))

    assert script() is None


def test_code_that_is_typed_has_no_script(run: Run) -> None:
    run(["-c"], None)
    assert script() is None


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


@pytest.mark.parametrize(
    ("folder", "path", "shown"),
    [
        (PurePosixPath("/srv"), PurePosixPath("/srv/src/app.py"), "src/app.py"),
        (PurePosixPath("/srv"), PurePosixPath("/opt/app.py"), "/opt/app.py"),
        # A file of Linux may have such a name.
        (PurePosixPath("/srv"), PurePosixPath("/srv/a\\b.py"), "a\\b.py"),
        (
            PureWindowsPath(r"C:\shop"),
            PureWindowsPath(r"c:\Shop\src\app.py"),
            "src/app.py",
        ),
        (
            PureWindowsPath(r"C:\shop"),
            PureWindowsPath(r"D:\src\app.py"),
            "D:/src/app.py",
        ),
        (
            PureWindowsPath(r"\\server\share\shop"),
            PureWindowsPath(r"\\server\share\shop\src"),
            "src",
        ),
        (
            PureWindowsPath(r"C:\shop"),
            PureWindowsPath(r"\\server\share\src"),
            "//server/share/src",
        ),
        (PureWindowsPath(r"C:\shop"), PureWindowsPath(r"C:\shop"), "."),
    ],
)
def test_a_path_is_shown_with_slashes_on_every_system(
    folder: PurePath, path: PurePath, shown: str
) -> None:
    assert shown_from(folder, path) == shown
