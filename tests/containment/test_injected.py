"""Every function of the guard's fails once, wherever it is called: the program answers
and starts as it does without the guard, and a debugger stays off.

What fails is the function's own code, so that it does not matter how it was imported.
Each function is tried in the first program that calls it, and in all of them by
``nox -s containment``.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import logging
import os
import pkgutil
import sys
import types
import typing as t
import warnings
from pathlib import Path
from unittest import mock

import pytest
from flask import cli
from flask import Flask
from werkzeug.debug import DebuggedApplication
from werkzeug.serving import BaseWSGIServer
from werkzeug.serving import make_server
from werkzeug.serving import run_simple

import flask_prodguard
from containment.test_fuzz import answer
from flask_prodguard import ProdGuard
from flask_prodguard import ProdGuardError
from flask_prodguard.guard import containment
from flask_prodguard.guard import hooks

IN_EVERY_PROGRAM = int(os.environ.get("PRODGUARD_EXAMPLES", "10")) > 10
# They serve nothing, or are asked by nothing that is served.
ASIDE = ("cli", "deployment", "testing", "pytest_plugin", "__main__")
# The boundaries themselves, and what they are made of: assignments, and calls of what
# is tried here. There is nothing in them that may fail.
BOUNDARIES = {
    *("extension:ProdGuard.__init__", "extension:ProdGuard.init_app"),
    *("extension:_flask_app", "guard.application:guard"),
    *("guard.containment:observe", "guard.containment:first_written"),
    *("guard.containment:shown_from_here", "guard.containment:_note"),
    *("guard.application:first_request", "guard.hooks:_bound"),
    *("guard.fork:ForkSafeLock.__enter__", "guard.fork:ForkSafeLock.__exit__"),
    *("guard.hooks:_answer_without_debugger", "guard.log:say"),
    *("guard.start:start_under_way", "guard.start:answer_under_way"),
    *("guard.state:begin_answer", "guard.state:end_answer"),
    *("guard.state:Start.__init__", "guard.state:GuardState.__init__"),
    *("guard.state:WeakIdentityMap.__init__", "guard.state:remember_guarded"),
    *("guard.state:WeakIdentityMap.__setitem__", "origin:Origin.__init__"),
    *("origin:record_origin", "origin:calls_from"),
    *("guard.watch_launches:app_run", "guard.watch_launches:server_init"),
    *("guard.watch_launches:server_handles_one", "guard.watch_requests:_is_kept_out"),
    *("guard.watch_launches:server_answers", "guard.watch_requests:debugger_called"),
    *("guard.watch_requests:debugger_init", "guard.watch_requests:debugger_shows"),
    # That it fails means that a value is not understood.
    "config.keys:_parse_boolean",
}
# Without them nothing is patched, so that there is no guard either.
HOOKS = {
    *("guard.hooks:install", "guard.hooks:_install_all", "guard.hooks:_install_on"),
    *("guard.hooks:_install", "guard.hooks:_owner", "guard.hooks:Patch.put"),
    *("guard.hooks:Patch.__init__", "guard.hooks:Patch._make_wrapper"),
    *("guard.hooks:Patch.in_place", "guard.hooks:_LateModule.await_import"),
    *("guard.hooks:_is_mock", "guard.hook_points:Hook.__str__"),
    *("attributes:attributes_of", "attributes:members_of", "attributes:read"),
    "attributes:_is_readable",
}


class InjectedError(Exception):
    pass


FAILS: types.CodeType = compile(
    "def fails(*_, **__):\n    raise InjectedError", "<injected>", "exec"
).co_consts[0]


def page_of(wsgi: t.Any) -> object:
    """What pages answer, and whether any of them can be typed into."""
    shown = [answer(wsgi, {"PATH_INFO": path}) for path in ("/", "/", "/fails")]
    return [each[0] if isinstance(each, tuple) else each for each in shown]


def shop() -> Flask:
    app = Flask("shop")
    app.debug = True
    app.logger.disabled = True
    app.get("/")(lambda: "ok")

    @app.get("/fails")
    def view() -> t.NoReturn:
        raise ValueError

    return app


def pages(app: Flask) -> object:
    return page_of(app)


def pages_of_a_debugger(app: Flask) -> object:
    debugger = DebuggedApplication(app, evalex=True)
    shown: list[bytes] = []
    with mock.patch.object(app, "logger"):
        try:
            environ = {"REMOTE_ADDR": "127.0.0.1", "PATH_INFO": "/fails"}
            builder = importlib.import_module("werkzeug.test").EnvironBuilder
            asked = {**builder("/").get_environ(), **environ}
            shown += debugger(asked, lambda *_: None)  # type: ignore[arg-type]
        except ValueError:
            pass
    return [page_of(debugger), b"EVALEX = true" in b"".join(shown)]


def start(app: Flask, begin: t.Callable[[], t.Any]) -> object:
    try:
        begin()
    except ProdGuardError:
        return "refused"
    except (OSError, SystemExit):
        # It is not to be bound here.
        return "bound"
    return "returned"


def start_by_run(app: Flask) -> object:
    return start(app, lambda: app.run(use_reloader=False))


def start_by_run_simple(app: Flask) -> object:
    return start(app, lambda: run_simple("127.0.0.1", 0, app))


def start_by_make_server(app: Flask) -> object:
    return start(app, lambda: make_server("127.0.0.1", 0, app))


Program: t.TypeAlias = t.Callable[[Flask], object]

# The variables besides, and what may come of it.
PROGRAMS: dict[str, tuple[Program, dict[str, str], tuple[object, ...]]] = {
    "pages": (pages, {}, ()),
    "a debugger": (pages_of_a_debugger, {}, ()),
    "refused": (start_by_run, {}, ("refused", "bound")),
    "logged": (start_by_run, {"FLASK_PRODGUARD_ACTION": "log"}, ("bound",)),
    "turned off": (start_by_run, {"FLASK_PRODGUARD_ENABLED": "0"}, ("bound",)),
    "run_simple": (
        start_by_run_simple,
        {"FLASK_PRODGUARD_ACTION": "log"},
        ("bound",),
    ),
    "make_server": (start_by_make_server, {}, ("refused", "bound")),
    "development": (start_by_run, {"FLASK_ENV": "development"}, ("bound",)),
    "not understood": (
        start_by_run,
        {"FLASK_PRODGUARD_ENABLED": "?"},
        ("refused", "bound"),
    ),
}


@functools.cache
def own_modules() -> list[types.ModuleType]:
    """The modules that judge, all of them."""
    names = [
        found.name
        for found in pkgutil.walk_packages(flask_prodguard.__path__, "flask_prodguard.")
        if found.name.split(".")[1] not in ASIDE
    ]
    return [importlib.import_module(name) for name in names]


def own_functions() -> dict[types.CodeType, tuple[str, types.FunctionType]]:
    found: dict[types.CodeType, tuple[str, types.FunctionType]] = {}
    for module in own_modules():
        _, _, shown = module.__name__.partition(".")
        for name, value in vars(module).items():
            members = {name: value}
            if type(value) is type and value.__module__ == module.__name__:
                members = {f"{name}.{each}": held for each, held in vars(value).items()}
            for called, member in members.items():
                function = _function_of(member)
                if function and function.__module__ == module.__name__:
                    found[function.__code__] = f"{shown}:{called}", function
    return found


def _function_of(member: object) -> types.FunctionType | None:
    for name in ("fget", "func", "__func__"):
        member = getattr(member, name) if name in vars(type(member)) else member
    try:
        member = inspect.unwrap(t.cast("t.Any", member))
    except ValueError:  # pragma: no cover
        return None
    is_ours = type(member) is types.FunctionType and not member.__code__.co_freevars
    return member if is_ours else None  # type: ignore[return-value]


def forget() -> None:
    """Let every cache of the guard's begin anew, so that what fills it is called."""
    for module in own_modules():
        for value in [*vars(module).values()]:
            if type(value) is type(functools.lru_cache(len)):
                value.cache_clear()


@contextlib.contextmanager
def failing(function: types.FunctionType | None) -> t.Iterator[None]:
    if function is None:
        yield
        return
    code, namespace = function.__code__, function.__globals__
    namespace["InjectedError"] = InjectedError
    set_code(function, FAILS)
    try:
        yield
    finally:
        set_code(function, code)
        del namespace["InjectedError"]


def set_code(function: types.FunctionType, code: types.CodeType) -> None:
    with warnings.catch_warnings():
        # Python 3.13 deprecates it for what was a generator.
        warnings.simplefilter("ignore", DeprecationWarning)
        function.__code__ = code


def outcome(
    environ: dict[str, str],
    name: str,
    is_guarded: bool,
    function: types.FunctionType | None = None,
) -> object:
    program, variables, _ = PROGRAMS[name]
    environ.clear()
    environ.update({"FLASK_ENV": "production", **variables})
    containment._noted.clear()
    forget()
    app = shop()
    try:
        with failing(function):
            if is_guarded:
                ProdGuard(app)
            return program(app)
    except BaseException as error:
        return type(error)
    finally:
        hooks.remove()


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> t.Iterator[None]:
    # Its start commands are read for each refusal.
    monkeypatch.chdir(tmp_path)
    Path("Dockerfile").write_text('CMD ["python", "shop.py"]\n')
    Path("Procfile").write_text("web: python shop.py\n")
    logger = logging.getLogger("flask_prodguard")
    monkeypatch.setattr(logger, "propagate", False)
    monkeypatch.setattr(cli, "show_server_banner", lambda *_: None)
    with mock.patch.object(BaseWSGIServer, "server_bind", side_effect=OSError):
        yield


def called_in(environ: dict[str, str], name: str) -> dict[str, types.FunctionType]:
    """The functions of the guard's that a program calls."""
    known, called = own_functions(), dict[str, types.FunctionType]()

    def note(frame: types.FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code in known:
            name, function = known[frame.f_code]
            called[name] = function

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        outcome(environ, name, True)
    finally:
        sys.setprofile(before)
    return called


def test_a_program_does_not_notice_what_fails_in_the_guard(
    environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    wrong: dict[str, object] = {}
    tried: set[str] = set()
    for name, (_, _, accepted) in PROGRAMS.items():
        bare = outcome(environ, name, False)
        guarded = outcome(environ, name, True)
        rights = accepted or ((guarded,) if name == "a debugger" else (bare,))
        assert guarded in rights
        for called, function in called_in(environ, name).items():
            if called in BOUNDARIES or (called in HOOKS and name == "a debugger"):
                continue
            if called in tried and not IN_EVERY_PROGRAM:
                continue
            tried.add(called)
            found = outcome(environ, name, True, function)
            if found not in rights:
                wrong[f"{called}, {name}"] = found

    assert wrong == {}
    assert len(tried) > 400
