from __future__ import annotations

import functools
import importlib
import importlib.util
import logging
import sys
import threading
import types
import typing as t
from importlib.machinery import ModuleSpec
from importlib.machinery import SourceFileLoader
from pathlib import Path
from unittest import mock

import pytest
from flask import Flask
from werkzeug import _reloader
from werkzeug.debug import DebuggedApplication
from werkzeug.serving import BaseWSGIServer
from werkzeug.serving import make_server

from flask_prodguard import ProdGuard
from flask_prodguard import UnsafeLaunchError
from flask_prodguard.guard import containment
from flask_prodguard.guard import hook_points
from flask_prodguard.guard import hooks
from flask_prodguard.guard.hook_points import Hook
from flask_prodguard.guard.hook_points import HOOKS
from flask_prodguard.wsgi import flask_apps

RUN = Flask.run
METHODS = [
    (Flask, "run"),
    (BaseWSGIServer, "__init__"),
    (BaseWSGIServer, "serve_forever"),
    (BaseWSGIServer, "handle_request"),
    (BaseWSGIServer, "finish_request"),
    (DebuggedApplication, "__init__"),
    (DebuggedApplication, "__call__"),
    (DebuggedApplication, "debug_application"),
    (DebuggedApplication, "check_pin_trust"),
]


def held() -> list[object]:
    return [vars(owner).get(name, hooks.ABSENT) for owner, name in METHODS]


PRISTINE = held()


@pytest.fixture(autouse=True)
def production(environ: dict[str, str]) -> t.Iterator[None]:
    environ["DYNO"] = "web.1"
    yield
    hooks.remove()
    assert held() == PRISTINE


def guarded() -> Flask:
    app = Flask("shop")
    ProdGuard(app)
    return app


def test_the_first_guard_installs_every_hook_and_the_second_none() -> None:
    guarded()
    first = held()
    guarded()

    assert held() == first
    assert not set(map(id, first)) & set(map(id, PRISTINE))
    assert set(hooks.states().values()) == {"installed"}


def test_a_wrapper_looks_like_what_it_wraps() -> None:
    guarded()

    assert Flask.run.__doc__ == RUN.__doc__
    assert Flask.run.__wrapped__ is RUN  # type: ignore[attr-defined]


def test_removing_restores_what_was_there_and_what_was_inherited() -> None:
    guarded()
    hooks.remove()

    assert held() == PRISTINE
    assert set(hooks.states().values()) == {"absent"}


def test_a_wrapper_that_comes_back_after_removal_is_inert() -> None:
    app = guarded()
    wrapper = Flask.run
    hooks.remove()

    with (
        mock.patch.object(Flask, "run", wrapper),
        mock.patch("werkzeug.serving.run_simple") as run_simple,
    ):
        app.run("127.0.0.2", port=1)

    assert run_simple.call_args.args == ("127.0.0.2", 1, app)


def test_a_foreign_patch_on_top_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    app = guarded()
    below = Flask.run
    calls = []

    def foreign(self: Flask, *args: t.Any, **options: t.Any) -> None:
        calls.append(options)
        below(self, *args, **options)

    monkeypatch.setattr(Flask, "run", foreign)
    guarded()
    assert vars(Flask)["run"] is foreign
    assert hooks.states()["Flask.run"] == "displaced"
    with pytest.raises(UnsafeLaunchError):
        app.run(port=1)

    hooks.remove()
    assert vars(Flask)["run"] is foreign
    with mock.patch("werkzeug.serving.run_simple"):
        app.run(port=1)
    assert calls == [{"port": 1}] * 2
    monkeypatch.undo()
    # What the foreign patch restores is the wrapper, without effect by now.
    Flask.run = RUN  # type: ignore[method-assign]


def test_a_foreign_patch_that_is_not_a_function_is_left_alone_too(
    monkeypatch: pytest.MonkeyPatch,
    records: list[logging.LogRecord],
    caplog: pytest.LogCaptureFixture,
) -> None:
    guarded()
    # What fails while the hooks are put in place would be logged, once.
    monkeypatch.setattr(containment, "_noted", set())
    caplog.set_level(logging.DEBUG, "flask_prodguard")
    records.clear()
    foreign = functools.partialmethod(Flask.run)
    monkeypatch.setattr(Flask, "run", foreign)

    guarded()

    assert vars(Flask)["run"] is foreign
    assert hooks.states()["Flask.run"] == "displaced"
    assert records == []
    monkeypatch.undo()


@pytest.mark.parametrize("specified", [False, True])
def test_a_mock_made_before_the_guard_stays_a_mock(specified: bool) -> None:
    with mock.patch.object(Flask, "run", autospec=specified) as run:
        app = guarded()
        app.run(debug=True)

        run.assert_called_once_with(*([app] if specified else []), debug=True)
        assert Flask.run is run
        assert hooks.states()["Flask.run"] == "absent"

    guarded()
    with pytest.raises(UnsafeLaunchError):
        app.run()


def test_a_mock_made_after_the_guard_stays_a_mock() -> None:
    app = guarded()
    with mock.patch.object(Flask, "run") as run:
        guarded()
        app.run(debug=True)

    run.assert_called_once_with(debug=True)
    with pytest.raises(UnsafeLaunchError):
        app.run()


def test_a_mock_on_the_instance_stays_a_mock() -> None:
    app = guarded()
    with mock.patch.object(app, "run") as run:
        app.run(port=1)

    run.assert_called_once_with(port=1)


def test_a_fake_that_was_there_first_is_called_without_self_unless_it_is_a_function(
    environ: dict[str, str],
) -> None:
    del environ["DYNO"]
    calls = []

    class Fake:
        def __call__(self, *args: t.Any) -> None:
            calls.append(args)

    Flask.run = t.cast("t.Any", Fake())  # type: ignore[method-assign]
    try:
        guarded().run("127.0.0.1")
    finally:
        hooks.remove()
        Flask.run = RUN  # type: ignore[method-assign]

    assert calls == [("127.0.0.1",)]


def test_a_fake_that_was_there_first_is_bound_as_python_binds_it(
    environ: dict[str, str],
) -> None:
    del environ["DYNO"]
    bound = []

    class Fake:
        def __get__(self, app: Flask, owner: type) -> t.Callable[..., None]:
            return lambda *arguments: bound.append((app, owner, arguments))

    Flask.run = t.cast("t.Any", Fake())  # type: ignore[method-assign]
    try:
        app = guarded()
        bound.clear()
        app.run("127.0.0.1")
    finally:
        hooks.remove()
        Flask.run = RUN  # type: ignore[method-assign]

    assert bound == [(app, Flask, ("127.0.0.1",))]


def test_what_a_fake_has_undone_is_put_in_place_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Flask, "run", lambda self: None)
    app = guarded()
    monkeypatch.undo()
    assert Flask.run is RUN

    guarded()

    assert hooks.states()["Flask.run"] == "installed"
    with pytest.raises(UnsafeLaunchError):
        app.run()


def test_a_fake_that_was_there_first_is_guarded_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Flask, "run", lambda self: None)

    with pytest.raises(UnsafeLaunchError):
        guarded().run()

    hooks.remove()
    monkeypatch.undo()


def test_a_wrapper_that_was_replaced_is_inert(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Flask, "run", lambda self: "faked")
    app = guarded()
    replaced = t.cast("t.Any", Flask.run)
    monkeypatch.undo()

    guarded()

    assert replaced(app) == "faked"


def test_no_mock_is_looked_for_where_none_was_imported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "unittest.mock")

    app = guarded()

    with pytest.raises(UnsafeLaunchError):
        app.run()


def test_many_threads_install_and_remove_without_leaving_a_trace() -> None:
    def work() -> None:
        for _ in range(50):
            hooks.install()
            hooks.remove()

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert held() == PRISTINE


@pytest.mark.parametrize(
    "hook",
    [
        Hook("no.such.module", "Server", "serve", "watch_launches:app_run"),
        Hook("werkzeug.serving", "NoSuchServer", "serve", "watch_launches:app_run"),
        Hook(
            "werkzeug.serving",
            "BaseWSGIServer",
            "no_such_method",
            "watch_launches:app_run",
        ),
    ],
)
def test_a_missing_hook_point_is_reported_once(
    hook: Hook, monkeypatch: pytest.MonkeyPatch, records: list[t.Any]
) -> None:
    monkeypatch.setattr(hooks, "HOOKS", (hook,))
    # The tests may run twice in a process.
    hooks._reported_missing.clear()

    hooks.install()
    assert len(records) == 1
    hooks.install()

    assert hooks.states() == {str(hook): "missing"}
    assert [record.getMessage() for record in records] == [
        f"PG902: {hook} is missing from {hook.module}. The installed release of Flask"
        " or Werkzeug removed or renamed the method, so one way to start the"
        " development server is not guarded. Upgrade flask-prodguard. Until then, pin"
        " the release that it supports."
    ]


def see(calls: list[t.Any]) -> t.Any:
    return {"Flask.run": lambda wrapped, *seen: calls.append(seen)}


def test_a_diversion_needs_no_guard_and_leaves_no_trace() -> None:
    calls: list[t.Any] = []

    with hooks.diverted(see(calls)):
        assert set(hooks.states().values()) == {"installed"}
        assert hooks.is_diverted()
        app = Flask("shop")
        app.run("127.0.0.2", port=1)

    assert not hooks.is_diverted()
    assert calls == [(app, ("127.0.0.2",), {"port": 1})]
    assert held() == PRISTINE


def test_the_guard_is_back_after_a_diversion() -> None:
    app = guarded()
    calls: list[t.Any] = []

    with hooks.diverted(see(calls)):
        app.run(port=1)

    assert calls == [(app, (), {"port": 1})]
    assert set(hooks.states().values()) == {"installed"}
    with pytest.raises(UnsafeLaunchError):
        app.run(port=1)


def test_a_guard_that_was_removed_does_not_come_back_after_a_diversion() -> None:
    guarded()
    hooks.remove()

    with hooks.diverted({}):
        pass

    assert held() == PRISTINE


def test_a_diversion_before_any_guard_leaves_no_trace() -> None:
    spec = t.cast("t.Any", hooks.__spec__)
    fresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fresh)

    with fresh.diverted({}):
        assert held() != PRISTINE

    assert held() == PRISTINE


def test_the_last_diversion_that_ends_undoes_the_hooks() -> None:
    first, second = hooks.diverted({}), hooks.diverted({})
    first.__enter__()
    second.__enter__()

    first.__exit__(None, None, None)
    assert set(hooks.states().values()) == {"installed"}
    second.__exit__(None, None, None)

    assert held() == PRISTINE


def test_the_reloader_starts_no_child_during_a_diversion() -> None:
    calls = []
    with mock.patch.object(_reloader, "run_with_reloader") as reloader:
        with hooks.diverted({}):
            _reloader.run_with_reloader(lambda: calls.append("served"), interval=5)
            with hooks.diverted({}):
                _reloader.run_with_reloader(lambda: calls.append("twice"), interval=5)
            still_held = _reloader.run_with_reloader

        assert _reloader.run_with_reloader is reloader
        assert calls == ["served", "twice"]
        # A mock may bring it back after the block.
        still_held(print, ["extra.py"], interval=5)

        reloader.assert_called_once_with(print, ["extra.py"], interval=5)


def test_a_foreign_reloader_is_left_alone_by_the_end_of_a_diversion() -> None:
    foreign = mock.Mock()
    with mock.patch.object(_reloader, "run_with_reloader"):
        with hooks.diverted({}):
            _reloader.run_with_reloader = foreign

        assert _reloader.run_with_reloader is foreign


class Server:
    """Like Werkzeug's, it is run by the reloader with its own method."""

    def __init__(self) -> None:
        self.is_served = False

    def serve_forever(self) -> None:
        self.is_served = True


def test_a_server_that_is_held_from_the_reloader_serves_in_this_process() -> None:
    held_server, other = Server(), Server()
    with mock.patch.object(_reloader, "run_with_reloader") as reloader:
        hooks.hold_reloader(t.cast("t.Any", held_server))
        _reloader.run_with_reloader(held_server.serve_forever, interval=5)
        assert held_server.is_served
        assert reloader.mock_calls == []

        _reloader.run_with_reloader(other.serve_forever, interval=5)
        assert not other.is_served
        reloader.assert_called_once_with(other.serve_forever, interval=5)

        hooks.remove()
        assert _reloader.run_with_reloader is reloader


def test_hooks_that_are_removed_during_a_diversion_leave_the_reloader_held() -> None:
    calls = []
    with mock.patch.object(_reloader, "run_with_reloader") as reloader:
        with hooks.diverted({}):
            hooks.remove()
            _reloader.run_with_reloader(lambda: calls.append("served"))

        assert calls == ["served"]
        assert _reloader.run_with_reloader is reloader


def test_the_app_answers_instead_of_a_debugger_that_can_not_be_watched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered = []

    def wsgi(*args: t.Any, **kwargs: t.Any) -> list[bytes]:
        answered.append((args, kwargs))
        raise KeyError

    def find_no_watch(name: str) -> t.NoReturn:
        raise ImportError(name)

    guarded()
    monkeypatch.setattr(hooks, "find_watch", find_no_watch)
    debugger = t.cast("t.Any", DebuggedApplication(wsgi, evalex=True))

    for answer in (debugger, debugger.debug_application):
        # The debugger would show a page.
        with pytest.raises(KeyError):
            answer({"PATH_INFO": "/"}, start_response=print)

    assert answered == [(({"PATH_INFO": "/"},), {"start_response": print})] * 2


def test_a_hook_leads_from_a_debugger_to_its_own_app_only() -> None:
    app, other = guarded(), guarded()

    assert flask_apps(DebuggedApplication(app)) == (app,)
    assert flask_apps(DebuggedApplication(other)) == (other,)


def test_a_server_that_reaches_no_guarded_app_is_left_alone() -> None:
    guarded()
    with make_server("127.0.0.1", 0, Flask("metrics")) as server:
        server.timeout = 0
        server.handle_request()

        assert server.port


def test_an_empty_mock_module_does_no_harm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As it is while another thread imports it.
    monkeypatch.setitem(sys.modules, "unittest.mock", types.ModuleType("mock"))

    with pytest.raises(UnsafeLaunchError):
        guarded().run()


def test_a_signal_handler_leaves_the_hooks_to_what_it_interrupts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install = hooks._install
    installed = []

    def install_with_an_interruption(hook: Hook, owner: type) -> None:
        installed.append(hook)
        # The handler makes an app. Once is enough.
        if len(installed) == 1:
            guarded()
        install(hook, owner)

    monkeypatch.setattr(hooks, "_install", install_with_an_interruption)
    guarded()

    assert installed == [*HOOKS]
    assert {*hooks.states().values()} == {"installed"}


LATE = """\
class DebuggedApplication:
    def __init__(self):
        self.calls = ["made"]

    def __call__(self):
        self.calls.append("called")

    debug_application = check_pin_trust = __call__
"""


@pytest.fixture
def late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> t.Iterator[str]:
    """The name of a module that was not imported yet, which replaces the late one, and
    of its debugger.
    """
    name = f"late_debugger_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(LATE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    # A test that replaces the finders leaves none of the guard's to the next.
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    importlib.invalidate_caches()
    for module in (hooks, hook_points):
        monkeypatch.setattr(module, "LATE_MODULE", name)
    late_hooks = tuple(
        Hook(name, hook.class_name, hook.method, hook.watch)
        if hook.module == "werkzeug.debug"
        else hook
        for hook in hook_points.HOOKS
    )
    monkeypatch.setattr(hooks, "HOOKS", late_hooks)
    monkeypatch.setattr(hooks, "_late_module", hooks._LateModule(name))
    yield name
    hooks.remove()
    sys.modules.pop(name, None)


def finders() -> list[object]:
    return [each for each in sys.meta_path if isinstance(each, hooks._LateModule)]


def test_a_module_that_is_imported_later_is_hooked_then(late: str) -> None:
    guarded()
    guarded()
    assert len(finders()) == 1

    module = importlib.import_module(late)

    assert {*hooks.states().values()} == {"installed"}
    assert finders() == []
    # Nothing of the finder is left in the module.
    assert type(module.__loader__) is SourceFileLoader
    assert t.cast("t.Any", module).__spec__.loader is module.__loader__
    assert module.__loader__.get_source(late) == LATE
    hooks.remove()
    assert "__wrapped__" not in vars(module.DebuggedApplication.__call__)


def test_a_finder_handles_only_its_module(late: str) -> None:
    guarded()
    (finder,) = finders()

    assert t.cast("t.Any", finder).find_spec("json", None) is None
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module(f"{late}.missing")


def test_a_module_that_is_only_looked_for_stays_awaited(late: str) -> None:
    guarded()

    spec = importlib.util.find_spec(late)

    assert spec is not None
    assert spec.loader is not None
    assert spec.loader.get_source(late) == LATE  # type: ignore[attr-defined]
    assert len(finders()) == 1
    importlib.import_module(late)
    assert {*hooks.states().values()} == {"installed"}


def test_removed_hooks_await_nothing(late: str) -> None:
    guarded()
    hooks.remove()

    module = importlib.import_module(late)

    assert finders() == []
    assert not hasattr(module.DebuggedApplication.__call__, "__wrapped__")


def test_a_module_that_can_not_be_found_is_pythons_error(
    late: str, tmp_path: Path
) -> None:
    guarded()
    (tmp_path / f"{late}.py").unlink()
    importlib.invalidate_caches()

    with pytest.raises(ModuleNotFoundError):
        importlib.import_module(late)


def test_a_finder_that_asks_all_the_others_gets_an_answer(
    late: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Asking:
        asked = False

        def find_spec(
            self, name: str, path: object, target: object = None
        ) -> ModuleSpec | None:
            if name != late or self.asked:
                return None
            self.asked = True
            return importlib.util.find_spec(name)

    guarded()
    monkeypatch.setattr(sys, "meta_path", [Asking(), *sys.meta_path])

    importlib.import_module(late)

    assert {*hooks.states().values()} == {"installed"}


def test_a_finder_that_is_asked_may_ask_all_the_others_for_the_loader(
    late: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaders: list[type | None] = []

    class Asking:
        def find_spec(
            self, name: str, path: object, target: object = None
        ) -> ModuleSpec | None:
            if name != late or loaders:
                return None
            loaders.append(None)
            spec = importlib.util.find_spec(name)
            loaders[:] = [type(spec and spec.loader)]
            return spec

    guarded()
    monkeypatch.setattr(sys, "meta_path", [*finders(), Asking(), *sys.meta_path])

    importlib.import_module(late)

    assert loaders == [SourceFileLoader]
    assert {*hooks.states().values()} == {"installed"}


def test_a_module_that_another_finder_handles_is_hooked_too(
    late: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.find_spec(late)

    class Finder:
        """It comes first, as that of an editable installation."""

        def find_spec(
            self, name: str, path: object, target: object = None
        ) -> ModuleSpec | None:
            return spec if name == late else None

    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])
    guarded()

    importlib.import_module(late)

    assert {*hooks.states().values()} == {"installed"}


def test_a_module_that_two_threads_look_for_is_hooked_for_both(
    late: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded()
    ours = t.cast("t.Any", finders()[0])
    found: list[ModuleSpec] = []

    def look() -> None:
        # Python's own search takes turns, but others may ask a finder directly.
        found.append(ours.find_spec(late, None))

    class Slow:
        """Another thread looks while this finder is asked."""

        def find_spec(self, name: str, path: object, target: object = None) -> None:
            if name == late and not others:
                others.append(threading.Thread(target=look))
                others[0].start()
                others[0].join()

    others: list[threading.Thread] = []
    monkeypatch.setattr(sys, "meta_path", [ours, Slow(), *sys.meta_path])
    look()

    assert len(found) == 2
    for spec in found:
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, late, module)
        t.cast("t.Any", spec.loader).exec_module(module)
        assert "__wrapped__" in vars(module.DebuggedApplication.__call__)


def test_a_finder_asks_the_others_what_it_was_asked(
    late: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = ModuleSpec(late, None)
    finder = mock.Mock()
    finder.find_spec.return_value = spec
    path, reloaded = ["site-packages/package"], types.ModuleType(late)
    guarded()
    (ours,) = finders()
    monkeypatch.setattr(sys, "meta_path", [ours, finder])

    assert t.cast("t.Any", ours).find_spec(late, path, reloaded) is spec
    finder.find_spec.assert_called_once_with(late, path, reloaded)


def test_a_loader_of_the_old_kind_is_left_alone(
    late: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Old:
        """It has no ``exec_module``."""

    spec = ModuleSpec(late, t.cast("t.Any", Old()))
    finder = types.SimpleNamespace(find_spec=lambda *call: spec)
    guarded()
    monkeypatch.setattr(sys, "meta_path", [*finders(), object(), finder])

    assert importlib.util.find_spec(late) is spec
    assert isinstance(spec.loader, Old)


def test_hooks_are_removed_where_the_reloader_was_never_imported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "werkzeug._reloader", raising=False)
    hooks.install()
    hooks.remove()

    assert "werkzeug._reloader" not in sys.modules
    assert "installed" not in hooks.states().values()


def test_a_hook_that_fails_takes_no_other_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install = hooks._install

    def install_all_but_the_first(hook: Hook, owner: type) -> None:
        if hook is HOOKS[0]:
            raise RuntimeError
        install(hook, owner)

    monkeypatch.setattr(hooks, "_install", install_all_but_the_first)
    ProdGuard(Flask("shop"))
    states = hooks.states()

    assert states.pop(str(HOOKS[0])) == "absent"
    assert {*states.values()} == {"installed"}
