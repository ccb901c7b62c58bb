from __future__ import annotations

import multiprocessing
import subprocess
import sys
import textwrap
import threading
import typing as t
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest

from flask_prodguard.environment import process
from flask_prodguard.environment import test_run
from flask_prodguard.environment.test_run import find_test_runner
from flask_prodguard.environment.test_run import MAIN_MODULES

SEEN = """
import threading
from flask_prodguard.environment.test_run import find_test_runner

def seen():
    print("runner:", find_test_runner())
"""
CASE = """
import threading
import unittest
from seen import seen

class ShopTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # As a live server is started.
        thread = threading.Thread(target=seen)
        thread.start()
        thread.join()

    def test_shop(self):
        pass

if __name__ == "__main__":
    unittest.main()
"""


def run(folder: Path, *words: str) -> str:
    ended = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return ended.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "seen.py").write_text(SEEN, encoding="utf-8")
    (tmp_path / "test_shop.py").write_text(CASE, encoding="utf-8")
    return tmp_path


@pytest.mark.process
@pytest.mark.parametrize(
    "words",
    [["-m", "unittest"], ["-m", "unittest", "test_shop"], ["test_shop.py"]],
    ids=" ".join,
)
def test_unittest_is_seen_from_a_thread_of_its_test(
    folder: Path, words: list[str]
) -> None:
    assert "runner: unittest" in run(folder, *words)


@pytest.mark.process
def test_a_process_that_a_test_forks_is_a_test(folder: Path) -> None:
    code = textwrap.dedent(
        """
        import multiprocessing
        import unittest
        from seen import seen

        class ShopTest(unittest.TestCase):
            def test_shop(self):
                # As Flask-Testing starts its live server.
                context = multiprocessing.get_context("fork")
                child = context.Process(target=seen)
                child.start()
                child.join()
        """
    )
    (folder / "test_shop.py").write_text(code, encoding="utf-8")
    if "fork" not in __import__("multiprocessing").get_all_start_methods():
        pytest.skip("This system has no fork.")

    assert "runner: unittest" in run(folder, "-m", "unittest")


@pytest.mark.process
@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_process_that_a_test_spawns_is_a_test(folder: Path, method: str) -> None:
    code = textwrap.dedent(
        f"""
        import multiprocessing
        import unittest
        from seen import seen

        class ShopTest(unittest.TestCase):
            def test_shop(self):
                # As Flask-Testing starts its live server, with a child's settings.
                context = multiprocessing.get_context({method!r})
                child = context.Process(target=seen)
                child.start()
                child.join()
        """
    )
    (folder / "test_shop.py").write_text(code, encoding="utf-8")
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip("This system starts no process this way.")

    assert "runner: unittest" in run(folder, "-m", "unittest")


@pytest.mark.process
def test_a_process_that_a_program_spawns_is_not_a_test(folder: Path) -> None:
    code = textwrap.dedent(
        """
        import multiprocessing
        from seen import seen

        if __name__ == "__main__":
            child = multiprocessing.get_context("spawn").Process(target=seen)
            child.start()
            child.join()
        """
    )
    (folder / "shop.py").write_text(code, encoding="utf-8")

    assert "runner: None" in run(folder, "shop.py")


@pytest.mark.process
def test_an_app_that_imports_unittest_is_not_a_test(folder: Path) -> None:
    code = "import unittest, unittest.mock, seen; seen.seen()"

    assert "runner: None" in run(folder, "-c", code)


@pytest.mark.process
def test_a_program_is_not_a_test(folder: Path) -> None:
    assert "runner: None" in run(folder, "-c", "import seen; seen.seen()")


def test_this_is_a_test() -> None:
    found: list[str | None] = []

    thread = threading.Thread(target=lambda: found.append(find_test_runner()))
    thread.start()
    thread.join()

    assert found == ["pytest"]
    assert process.test_runner() == "pytest"


@pytest.mark.parametrize(("name", "runner"), MAIN_MODULES.items())
def test_what_python_runs_as_a_module_names_the_runner(
    monkeypatch: pytest.MonkeyPatch, name: str, runner: str
) -> None:
    main = ModuleType("__main__")
    main.__spec__ = ModuleSpec(name, None)
    monkeypatch.setitem(sys.modules, "__main__", main)

    assert find_test_runner() == runner


def test_what_has_loaded_no_test_runner_is_not_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(test_run, "RUNNING_MODULES", {"shop.tests": "shop"})

    assert find_test_runner() is None


def test_a_test_runner_that_is_only_loaded_runs_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(test_run, "RUNNING_MODULES", {"string": "shop"})

    assert find_test_runner() is None


@pytest.mark.parametrize("spec", [None, object(), ModuleSpec("shop", None)])
def test_any_other_main_module_names_none(
    monkeypatch: pytest.MonkeyPatch, spec: t.Any
) -> None:
    main = ModuleType("__main__")
    main.__spec__ = spec
    monkeypatch.setitem(sys.modules, "__main__", main)

    # It is found on the stack.
    assert find_test_runner() == "pytest"
