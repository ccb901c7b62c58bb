from __future__ import annotations

import ast
import importlib
import inspect
import logging
import sys

import pytest

from flask_prodguard import extension
from flask_prodguard.guard.hook_points import find_watch
from flask_prodguard.guard.hook_points import Hook
from flask_prodguard.guard.hook_points import HOOKS


@pytest.mark.parametrize("hook", HOOKS, ids=str)
def test_what_a_hook_names_is_there(hook: Hook) -> None:
    owner = getattr(importlib.import_module(hook.module), hook.class_name)
    module, _, function = hook.watch.partition(":")
    watch = find_watch(hook.watch)

    assert callable(getattr(owner, hook.method))
    assert watch.__module__ == f"flask_prodguard.guard.{module}"
    assert watch.__name__ == function


def test_a_bundler_sees_each_module_that_a_hook_names() -> None:
    written_out = {
        alias.name
        for node in ast.walk(ast.parse(inspect.getsource(extension)))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }

    assert {hook.watch.partition(":")[0] for hook in HOOKS} <= written_out


def test_a_start_that_can_not_be_judged_is_an_error_in_the_log(
    monkeypatch: pytest.MonkeyPatch, records: list[logging.LogRecord]
) -> None:
    find_watch.cache_clear()
    monkeypatch.setitem(sys.modules, "flask_prodguard.guard.watch_launches", None)

    with pytest.raises(ImportError):
        find_watch("watch_launches:app_run")

    assert [(each.levelname, each.getMessage()) for each in records] == [
        (
            "ERROR",
            "PG902: flask_prodguard.guard.watch_launches can't be imported, so a start"
            " is not judged. Install flask-prodguard again, or add the module to"
            " the bundle that lacks it.",
        )
    ]
