from __future__ import annotations

import multiprocessing
import ntpath
import posixpath
import sys
import threading
import types
import typing as t
from pathlib import Path

import pytest

from flask_prodguard.remedy import call_site
from flask_prodguard.remedy.call_site import Caller
from flask_prodguard.remedy.call_site import find_caller
from flask_prodguard.remedy.call_site import is_below
from flask_prodguard.remedy.call_site import is_embedded
from flask_prodguard.remedy.call_site import is_frozen
from flask_prodguard.remedy.call_site import is_in_child
from flask_prodguard.remedy.call_site import is_in_thread


def called(file: Path, source: str, **namespace: object) -> Caller | None:
    found: list[Caller | None] = []
    names = {
        "__name__": "zz_shop",
        "start": lambda: found.append(find_caller("zz_shop")),
        **namespace,
    }
    exec(compile(source, str(file), "exec"), names)
    return found[0]


def library(name: str) -> types.ModuleType:
    module = types.ModuleType(name)
    code = "def run(self, host, port): self()"
    exec(compile(code, f"{name}.py", "exec"), vars(module))
    return module


SOURCE = "def main():\n    start()\n\nmain()\n"


def guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    # The frames in between are the guard's own.
    monkeypatch.setattr(call_site, "OWN_PACKAGE", __name__.partition(".")[0])


def test_the_call_and_what_led_there_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded(monkeypatch)
    caller = called(tmp_path / "shop.py", SOURCE)
    assert caller is not None
    assert (caller.file, caller.line, caller.into) == (tmp_path / "shop.py", 2, None)
    assert [(step.function, step.line) for step in caller.steps[:2]] == [
        ("main", 2),
        ("<module>", 4),
    ]


def test_what_the_program_calls_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded(monkeypatch)
    run = library("dash").run
    caller = called(tmp_path / "shop.py", "run(start, '', 80)", run=run)
    assert caller is not None
    assert (caller.into, caller.parameters) == ("dash", ("self", "host", "port"))


def test_an_app_that_is_installed_is_its_own_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guarded(monkeypatch)
    installed = Path(pytest.__file__).with_name("zz_shop.py")
    caller = called(installed, SOURCE)
    assert caller is not None
    assert caller.file == installed
    other = called(installed, SOURCE, __name__="zz_other")
    assert other is None or other.file != installed


def test_everything_in_a_bundle_but_the_standard_library_is_the_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guarded(monkeypatch)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert is_frozen()
    caller = called(Path("desk.py"), SOURCE)
    assert caller is not None
    assert caller.file.name == "desk.py"


def test_a_bundle_is_known_by_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_frozen()
    monkeypatch.setattr(sys, "_MEIPASS", "/tmp/_MEI1", raising=False)
    assert is_frozen()


def test_a_thread_that_was_given_the_function_has_no_caller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guarded(monkeypatch)
    found: list[object] = []

    def look() -> None:
        found.extend([find_caller("zz_shop"), is_in_thread()])

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [None, True]
    assert is_in_thread() is (threading.current_thread() is not threading.main_thread())


def test_a_process_knows_whether_another_one_of_the_program_has_made_it() -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        assert pool.apply(is_in_child) is True
    assert is_in_child() is (multiprocessing.parent_process() is not None)


@pytest.mark.parametrize(
    ("file", "argv", "embedded"),
    [
        (None, [""], True),
        (None, [], True),
        (None, ["-c"], False),
        ("app.py", [""], False),
    ],
)
def test_an_embedded_interpreter_has_neither_a_file_nor_arguments(
    monkeypatch: pytest.MonkeyPatch, file: str | None, argv: list[str], embedded: bool
) -> None:
    main = types.ModuleType("__main__")
    if file:
        main.__file__ = file
    monkeypatch.setitem(sys.modules, "__main__", main)
    monkeypatch.setattr(sys, "argv", argv)
    assert is_embedded() is embedded


@pytest.mark.parametrize(
    ("file", "folder", "paths", "expected"),
    [
        ("/usr/lib/python3/flask.py", "/usr/lib", posixpath, True),
        ("/usr/lib", "/usr/lib", posixpath, False),
        ("/usr/library/a.py", "/usr/lib", posixpath, False),
        ("/USR/lib/a.py", "/usr/lib", posixpath, False),
        (r"c:\python\Lib\flask.py", r"C:\Python\Lib", ntpath, True),
        ("C:/Python/Lib/flask.py", r"C:\Python\Lib", ntpath, True),
        (r"C:\Pythons\a.py", r"C:\Python", ntpath, False),
        (r"D:\Python\Lib\a.py", r"C:\Python\Lib", ntpath, False),
        (r"\\server\share\Lib\a.py", r"\\SERVER\share\Lib", ntpath, True),
    ],
)
def test_a_file_is_below_a_folder_as_the_system_compares_paths(
    file: str, folder: str, paths: t.Any, expected: bool
) -> None:
    assert is_below(file, ["/elsewhere", folder], paths) is expected
