from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
from pathlib import Path

import pytest

from flask_prodguard.remedy.this_machine import this_machine


def test_the_machine_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_spec(name: str) -> object:
        if name == "waitress":
            raise ValueError
        return importlib.machinery.ModuleSpec(name, None, is_package=True)

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)
    here = this_machine({"PORT": "1"})

    assert here.installed == {"gunicorn"}
    assert here.names_port
    assert here.windows == (sys.platform == "win32")
    assert here.folder == os.getcwd()  # noqa: PTH109
    assert not here.is_left
    assert not this_machine({}).names_port


def test_a_program_that_has_left_its_folder_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{this_machine.__module__}.start_folder", lambda: tmp_path)

    assert this_machine({}).folder == str(tmp_path)
    assert this_machine({}).is_left


def test_a_folder_that_is_gone_is_a_dot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    assert this_machine({}).folder == "."
