"""The only module that assigns to Flask's and Werkzeug's attributes."""

from __future__ import annotations

import contextlib
import functools
import importlib
import sys
import typing as t

from ..rules import RULES_BY_CODE
from .act import logger
from .fork import fork_safe_lock
from .hook_points import Hook
from .hook_points import HOOKS

if t.TYPE_CHECKING:
    from .hook_points import Watch

ABSENT = object()


class Patch:
    """A hook that was put in place, and all that is needed to undo it.

    :param original: what the class held, ``ABSENT`` if it inherited the method.
    """

    def __init__(self, owner: type, hook: Hook, original: t.Any) -> None:
        self.owner = owner
        self.hook = hook
        self.original = original
        #: A mock may bring the wrapper back after the patch was removed: then it
        #: must do nothing.
        self.active: bool = True
        self.wrapper: t.Callable[..., t.Any] = self._make_wrapper()

    def _make_wrapper(self) -> t.Callable[..., t.Any]:
        inherited = getattr(self.owner, self.hook.method)

        @functools.wraps(inherited)
        def wrapper(self_: t.Any, /, *arguments: t.Any, **options: t.Any) -> t.Any:
            call = _bound(
                inherited if self.original is ABSENT else self.original, self_
            )
            if not self.active:
                return call(*arguments, **options)
            watch = _diverted_to.get(str(self.hook), self.hook.watch)
            return watch(call, self_, arguments, options)

        return wrapper

    @property
    def in_place(self) -> t.Any:
        """What the class holds now, if anything."""
        return vars(self.owner).get(self.hook.method)

    def put(self) -> None:
        """Put the wrapper in place."""
        setattr(self.owner, self.hook.method, self.wrapper)

    def undo(self) -> None:
        """Restore what was there, unless somebody has put a patch on top: then the
        wrapper stays below it, without effect.
        """
        self.active = False
        if self.in_place is not self.wrapper:
            return
        if self.original is ABSENT:
            delattr(self.owner, self.hook.method)
        else:
            setattr(self.owner, self.hook.method, self.original)


_lock = fork_safe_lock()
_patches: dict[Hook, Patch] = {}
_missing_told: set[Hook] = set()
# Whether a guard has asked for the hooks.
_is_guarding = False
_diversions: list[object] = []
_diverted_to: t.Mapping[str, Watch] = {}


def install() -> None:
    """Put every hook in place that isn't, once for the process. It is called for each
    app, and mends what a mock has undone.
    """
    global _is_guarding
    with _lock:
        _is_guarding = True
        for hook in HOOKS:
            _install(hook)


def remove() -> None:
    """Undo every hook."""
    global _is_guarding
    with _lock:
        _is_guarding = False
        _undo_all()


def _undo_all() -> None:
    for patch in reversed([*_patches.values()]):
        patch.undo()
    _patches.clear()


@contextlib.contextmanager
def diverted(watches: t.Mapping[str, Watch]) -> t.Iterator[None]:
    """Put every hook in place for a block, whether or not an app is guarded, with other
    watches behind them, and keep the reloader from starting a child process. Blocks may
    be nested and may overlap; the last one to end undoes what no guard has asked for.

    :param watches: what to call instead, by the name of the hook.
    """
    global _diverted_to
    block = object()
    with _lock:
        if not _diversions:
            _hold_reloader()
        _diversions.append(block)
        _diverted_to = watches
        for hook in HOOKS:
            _install(hook)
    try:
        yield
    finally:
        with _lock:
            _diversions.remove(block)
            if not _diversions:
                _end_diversion()


def _end_diversion() -> None:
    global _diverted_to
    _diverted_to = {}
    reloader = _reloader()
    if reloader.run_with_reloader is _held_reloader:
        reloader.run_with_reloader = _run_with_reloader
    if not _is_guarding:
        _undo_all()


_run_with_reloader: t.Callable[..., None]


def _reloader() -> t.Any:
    # Most processes have no use for it.
    return importlib.import_module("werkzeug._reloader")


def _hold_reloader() -> None:
    global _run_with_reloader
    reloader = _reloader()
    if reloader.run_with_reloader is not _held_reloader:
        _run_with_reloader = reloader.run_with_reloader
    reloader.run_with_reloader = _held_reloader


def _held_reloader(
    main_function: t.Callable[[], None], *arguments: t.Any, **options: t.Any
) -> None:
    # A mock may bring this function back after the block has ended.
    if _diversions:
        main_function()
    else:
        _run_with_reloader(main_function, *arguments, **options)


def states() -> dict[str, str]:
    """Tell of each hook whether it is installed, displaced by a foreign patch, absent
    or missing.
    """
    with _lock:
        return {str(hook): _state(hook) for hook in HOOKS}


def _state(hook: Hook) -> str:
    patch = _patches.get(hook)
    if patch is None:
        return "absent" if _owner(hook) else "missing"
    return "installed" if patch.in_place is patch.wrapper else "displaced"


def _install(hook: Hook) -> None:
    owner = _owner(hook)
    if owner is None:
        _tell_missing(hook)
        return
    patch = _patches.get(hook)
    held = vars(owner).get(hook.method, ABSENT)
    if _is_mock(held) or (patch and held is patch.wrapper):
        return
    if patch and not _is_upstreams_own(held, hook):
        # A foreign patch on top, which calls the wrapper below it.
        return
    if patch:
        patch.active = False
    _patches[hook] = Patch(owner, hook, held)
    _patches[hook].put()


def _owner(hook: Hook) -> type | None:
    try:
        owner = getattr(importlib.import_module(hook.module), hook.class_name)
    except (ImportError, AttributeError):
        return None
    return owner if callable(getattr(owner, hook.method, None)) else None


def _is_mock(held: t.Any) -> bool:
    # Nothing starts through a mock, and a test asks the mock what it was called with.
    mock = sys.modules.get("unittest.mock")
    if mock is None:
        return False
    # With a specification, a function stands in and holds the mock.
    stand_ins = (held, getattr(held, "mock", None))
    return any(isinstance(each, mock.NonCallableMock) for each in stand_ins)


def _is_upstreams_own(held: t.Any, hook: Hook) -> bool:
    upstream = vars(sys.modules[hook.module])
    return held is ABSENT or getattr(held, "__globals__", None) is upstream


def _tell_missing(hook: Hook) -> None:
    if hook in _missing_told:
        return
    _missing_told.add(hook)
    rule = RULES_BY_CODE["PG902"]
    logger().warning(
        "PG902: %s is missing from %s. %s %s", hook, hook.module, rule.why, rule.fix
    )


def _bound(function: t.Any, instance: t.Any) -> t.Callable[..., t.Any]:
    bound: t.Callable[..., t.Any] = function
    # A mock that took the method's place is no descriptor, and expects no self.
    if hasattr(type(function), "__get__"):
        bound = function.__get__(instance, type(instance))
    return bound
