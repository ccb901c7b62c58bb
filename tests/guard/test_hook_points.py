from __future__ import annotations

import importlib

import pytest

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
