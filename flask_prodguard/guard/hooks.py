"""The only module that assigns to Flask's and Werkzeug's attributes."""

from __future__ import annotations

import contextlib
import functools
import importlib
import logging
import sys
import threading
import typing as t

from ..attributes import attributes_of
from ..errors import ProdGuardError
from .containment import observe
from .containment import shown_from_here
from .fork import importing
from .hook_points import find_watch
from .hook_points import HOOKS
from .hook_points import LATE_MODULE
from .state import lock
from .state import WeakIdentityMap

if t.TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    from werkzeug.serving import BaseWSGIServer

    from .hook_points import Hook
    from .hook_points import Watch

ABSENT = object()


def _answer_without_debugger(
    wrapped: t.Any, instance: t.Any, args: t.Any, kwargs: t.Any
) -> t.Any:
    return attributes_of(instance)["app"](*args, **kwargs)


# What a hook calls if its watch can't be found: in doubt, a debugger answers nobody.
# Everything else goes on as without the guard.
UNJUDGED: dict[str, Watch] = dict.fromkeys(
    ("__call__", "debug_application"), _answer_without_debugger
)


class Patch:
    """A hook that was put in place, and what is needed to undo it.

    :param original: what the class held, ``ABSENT`` if it inherited the method.
    """

    def __init__(self, owner: type, hook: Hook, original: t.Any) -> None:
        self.owner = owner
        self.hook = hook
        self.original = original
        #: A mock may restore the wrapper after the patch was removed: then it must do
        #: nothing.
        self.active: bool = True
        self.wrapper: t.Callable[..., t.Any] = self._make_wrapper()

    def _make_wrapper(self) -> t.Callable[..., t.Any]:
        inherited = getattr(self.owner, self.hook.method)

        @functools.wraps(inherited)
        def wrapper(instance: t.Any, /, *args: t.Any, **kwargs: t.Any) -> t.Any:
            wrapped = _bound(
                inherited if self.original is ABSENT else self.original, instance
            )
            watch = observe(self._watch, UNJUDGED.get(self.hook.method))
            if watch is None:
                return wrapped(*args, **kwargs)
            try:
                return watch(wrapped, instance, args, kwargs)
            except ProdGuardError as error:
                refusal = error
            # Nothing else is kept in this frame: an error may be shown with its locals.
            del wrapped, instance, args, kwargs
            raise shown_from_here(refusal) from None

        return wrapper

    def _watch(self) -> Watch | None:
        if not self.active:
            return None
        return _diverted_to.get(str(self.hook)) or find_watch(self.hook.watch)

    @property
    def in_place(self) -> t.Any:
        """What the class holds now, if anything."""
        return vars(self.owner).get(self.hook.method)

    def put(self) -> None:
        """Put the wrapper in place."""
        setattr(self.owner, self.hook.method, self.wrapper)

    def undo(self) -> None:
        """Restore what was there, unless another patch was put on top: then the wrapper
        stays below it, without effect.
        """
        self.active = False
        if self.in_place is not self.wrapper:
            return
        if self.original is ABSENT:
            delattr(self.owner, self.hook.method)
        else:
            setattr(self.owner, self.hook.method, self.original)


_patches: dict[Hook, Patch] = {}
_reported_missing: set[Hook] = set()
# Whether a guard has asked for the hooks.
_is_guarding = False
_is_installing = False
_diversions: list[object] = []
_diverted_to: t.Mapping[str, Watch] = {}


def install() -> None:
    """Put every hook in place that isn't, once for the process. This is called for each
    app, and restores what a mock has undone.
    """
    global _is_guarding
    with lock:
        _is_guarding = True
    _install_all()


def remove() -> None:
    """Undo every hook."""
    global _is_guarding
    with lock:
        _is_guarding = False
        _undo_all()
        reloader = sys.modules.get("werkzeug._reloader")
        if reloader is not None and not _diversions:
            _release_reloader(reloader)


def _install_all() -> None:
    _late_module.await_import()
    # Imported here if necessary, and so before the lock is taken.
    owners = [
        (hook, _owner(hook))
        for hook in HOOKS
        if hook.module != LATE_MODULE or LATE_MODULE in sys.modules
    ]
    missing = [hook for hook, owner in owners if owner is None]
    with lock:
        _install_on([(hook, owner) for hook, owner in owners if owner is not None])
    for hook in missing:
        _report_missing(hook)


def _install_on(owners: list[tuple[Hook, type]]) -> None:
    global _is_installing
    # Another thread may have removed the hooks meanwhile. A signal handler may run in
    # the middle of this: the code that it interrupts puts every hook in place.
    if _is_installing or not (_is_guarding or _diversions):
        return
    _is_installing = True
    try:
        for hook, owner in owners:
            # Each by itself: one that fails takes no other with it.
            observe(functools.partial(_install, hook, owner), None)
    finally:
        _is_installing = False


def _undo_all() -> None:
    for patch in reversed([*_patches.values()]):
        patch.undo()
    _patches.clear()
    _late_module.stop_waiting()


@contextlib.contextmanager
def diverted(watches: t.Mapping[str, Watch]) -> t.Iterator[None]:
    """Put every hook in place for a block, whether or not an app is guarded, with other
    watches behind them, and keep the reloader from starting a child process. Blocks may
    be nested and may overlap; the last one to end undoes what no guard has asked for.

    :param watches: what to call instead, by the name of the hook.
    """
    global _diverted_to
    block = object()
    reloader = _reloader()
    with lock:
        if not _diversions:
            _hold_reloader(reloader)
        _diversions.append(block)
        _diverted_to = watches
    _install_all()
    try:
        yield
    finally:
        with lock:
            _diversions.remove(block)
            if not _diversions:
                _end_diversion(reloader)


def is_diverted() -> bool:
    """Whether the hooks call other watches, so that no verdict is carried out."""
    return bool(_diversions)


def _end_diversion(reloader: t.Any) -> None:
    global _diverted_to
    _diverted_to = {}
    if not _without_reloader:
        _release_reloader(reloader)
    if not _is_guarding:
        _undo_all()


def hold_reloader(server: BaseWSGIServer) -> None:
    """Have a Werkzeug server serve in this process, if it is about to be run by the
    reloader.
    """
    reloader = _reloader()
    with lock:
        _without_reloader[server] = True
        _hold_reloader(reloader)


_run_with_reloader: t.Callable[..., None]
_without_reloader: WeakIdentityMap[object, bool] = WeakIdentityMap()


def _reloader() -> t.Any:
    # Most processes have no use for it.
    with importing:
        return importlib.import_module("werkzeug._reloader")


def _hold_reloader(reloader: t.Any) -> None:
    global _run_with_reloader
    if reloader.run_with_reloader is not _held_reloader:
        _run_with_reloader = reloader.run_with_reloader
    reloader.run_with_reloader = _held_reloader


def _release_reloader(reloader: t.Any) -> None:
    if reloader.run_with_reloader is _held_reloader:
        reloader.run_with_reloader = _run_with_reloader


def _held_reloader(
    main_function: t.Callable[[], None], *args: t.Any, **kwargs: t.Any
) -> None:
    # A mock may restore this function after the block has ended.
    server = getattr(main_function, "__self__", None)
    if _diversions or server in _without_reloader:
        main_function()
    else:
        _run_with_reloader(main_function, *args, **kwargs)


def states() -> dict[str, str]:
    """Check whether each hook is installed, displaced by a foreign patch, absent or
    missing.
    """
    owners = [(hook, _owner(hook)) for hook in HOOKS]
    with lock:
        return {str(hook): _state(hook, owner) for hook, owner in owners}


def _state(hook: Hook, owner: type | None) -> str:
    patch = _patches.get(hook)
    if patch is None:
        return "absent" if owner else "missing"
    return "installed" if patch.in_place is patch.wrapper else "displaced"


def _install(hook: Hook, owner: type) -> None:
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
    name = hook.class_name
    try:
        # Not with import_module: before Python 3.11 it locks even a module that was
        # imported long ago, and a process forked meanwhile would wait forever.
        owner = getattr(__import__(hook.module, fromlist=[name]), name)
    except (ImportError, AttributeError):
        return None
    return owner if callable(getattr(owner, hook.method, None)) else None


def _is_mock(held: t.Any) -> bool:
    # Nothing starts through a mock, and a test checks what the mock was called with.
    # Another thread may be importing the module, or it may have been replaced.
    module = sys.modules.get("unittest.mock")
    kind = attributes_of(module).get("NonCallableMock") if module else None
    if type(kind) is not type:
        return False
    # With a spec, a function stands in for the mock and holds it.
    stand_ins = (held, attributes_of(held).get("mock"))
    return any(issubclass(type(each), kind) for each in stand_ins)


def _is_upstreams_own(held: t.Any, hook: Hook) -> bool:
    upstream = vars(sys.modules[hook.module])
    return held is ABSENT or getattr(held, "__globals__", None) is upstream


def _report_missing(hook: Hook) -> None:
    with lock:
        is_new = hook not in _reported_missing
        _reported_missing.add(hook)
    if is_new:
        with importing:
            from ..rules import RULES_BY_CODE
            from .log import say
        rule = RULES_BY_CODE["PG902"]
        say(
            logging.WARNING,
            f"PG902: {hook} is missing from {hook.module}. {rule.why} {rule.fix}",
        )


def _bound(function: t.Any, instance: t.Any) -> t.Callable[..., t.Any]:
    bound: t.Callable[..., t.Any] = function
    # A mock that replaced the method isn't a descriptor, and expects no self.
    if hasattr(type(function), "__get__"):
        bound = function.__get__(instance, type(instance))
    return bound


class _LateModule:
    """Stays in ``sys.meta_path`` until a module is imported, and handles only that
    module.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        # Another finder may ask all of them again.
        self._searching: set[int] = set()

    def await_import(self) -> None:
        """Have the hooks put in place as soon as the module is imported."""
        if self.name in sys.modules:
            return
        with lock:
            if not any(finder is self for finder in sys.meta_path):
                sys.meta_path.insert(0, self)

    def stop_waiting(self) -> None:
        """Remove this finder."""
        # In one step: a signal handler may import something at any line.
        with contextlib.suppress(ValueError):
            sys.meta_path.remove(self)

    def find_spec(
        self,
        name: str,
        path: t.Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Find the module as Python would without this finder."""
        thread = threading.get_ident()
        if name != self.name or thread in self._searching:
            return None
        self._searching.add(thread)
        try:
            spec = self._search(path, target)
        finally:
            self._searching.discard(thread)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            loader: t.Any = _LateLoader(spec.loader)
            spec.loader = loader
        return spec

    def _search(
        self, path: t.Sequence[str] | None, target: ModuleType | None
    ) -> ModuleSpec | None:
        for finder in [*sys.meta_path]:
            find_spec = getattr(finder, "find_spec", None)
            if finder is not self and find_spec is not None:
                spec: ModuleSpec | None = find_spec(self.name, path, target)
                if spec is not None:
                    return spec
        return None


class _LateLoader:
    """Loads a module as its own loader does, and leaves no trace in it."""

    def __init__(self, loader: t.Any) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> t.Any:
        return getattr(self._loader, name)

    def exec_module(self, module: t.Any) -> None:
        """Load it, and put the hooks in place."""
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        with lock:
            _late_module.stop_waiting()
        _install_all()


_late_module = _LateModule(LATE_MODULE)
