from __future__ import annotations

import contextlib
import importlib
import logging
import sys
import threading
import traceback
import typing as t
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_server
from werkzeug.test import create_environ
from werkzeug.test import run_wsgi_app

from flask_prodguard import ProdGuard
from flask_prodguard import UnsafeLaunchError
from flask_prodguard.guard import hooks
from flask_prodguard.guard.hook_points import HOOKS
from flask_prodguard.guard.judge import judge_now
from flask_prodguard.guard.judge import require_config
from flask_prodguard.judging.address import classify
from flask_prodguard.judging.launch import Launch
from flask_prodguard.judging.launch import Via

THREADS = 20
ROUNDS = 10
ABSENT = object()


def owner(hook: t.Any) -> type:
    return t.cast(
        "type", getattr(importlib.import_module(hook.module), hook.class_name)
    )


def held() -> list[object]:
    return [vars(owner(hook)).get(hook.method, ABSENT) for hook in HOOKS]


PRISTINE = held()


@pytest.fixture(autouse=True)
def _in_a_project_without_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Hundreds of refusals would search this one for start commands.
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _as_unfair_as_possible() -> t.Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)
    hooks.remove()


def at_once(work: t.Callable[[], object], threads: int = THREADS) -> list[object]:
    """Do the same in many threads, and return what each returns or raises."""
    results: list[object] = []
    start = threading.Barrier(threads)

    def run() -> None:
        start.wait()
        try:
            results.append(work())
        except Exception:
            results.append(traceback.format_exc())

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return results


def new_app() -> Flask:
    app = Flask("shop")
    app.add_url_rule("/", view_func=lambda: "served")
    return app


def guarded_app() -> Flask:
    app = new_app()
    ProdGuard(app)
    return app


def new_apps(number: int) -> t.Callable[[], Flask]:
    """Make apps, for threads to take one by one. Made by many threads at once, they
    fail now and then: Werkzeug's rules need CPython's parser, which says there "AST
    constructor recursion depth mismatch".
    """
    apps = [new_app() for _ in range(number)]
    return apps.pop


def refuses(app: Flask) -> bool:
    """Whether a server, which never serves, is refused."""
    with contextlib.ExitStack() as stack:
        try:
            server = make_server("127.0.0.1", 0, app)
        except UnsafeLaunchError:
            return True
        stack.callback(server.server_close)
        return False


def test_threads_that_install_judge_and_remove_leave_no_trace(
    environ: dict[str, str],
) -> None:
    environ["DYNO"] = "web.1"
    launch = Launch("shop", Via.APP_RUN, classify("127.0.0.1", 5000))
    take = new_apps(THREADS * ROUNDS)

    def work() -> set[object]:
        seen: set[object] = set()
        for _ in range(ROUNDS):
            app = take()
            ProdGuard(app)
            config = require_config(app.config, environ)
            seen.add(judge_now(app, launch, config).codes)
            # Another thread may have removed the hooks: any answer will do.
            assert refuses(app) in {True, False}
            hooks.remove()
        return seen

    assert at_once(work) == [{("PG101",)}] * THREADS
    assert held() == PRISTINE
    assert {*hooks.states().values()} == {"absent"}


def test_the_first_guards_of_a_process_may_come_all_at_once(
    environ: dict[str, str],
) -> None:
    environ["DYNO"] = "web.1"

    take = new_apps(THREADS)

    def work() -> bool:
        app = take()
        ProdGuard(app)
        return refuses(app)

    assert at_once(work) == [True] * THREADS
    assert {*hooks.states().values()} == {"installed"}


def test_a_guarded_app_next_to_unguarded_ones_is_the_only_one_refused(
    environ: dict[str, str],
) -> None:
    environ["DYNO"] = "web.1"
    take = new_apps(THREADS)
    decide = iter([True, False] * (THREADS // 2)).__next__

    def work() -> tuple[bool, bool]:
        app, is_guarded = take(), decide()
        if is_guarded:
            ProdGuard(app)
        answers = {refuses(app) for _ in range(3)}
        return is_guarded, answers == {is_guarded}

    seen = at_once(work)
    assert seen.count((True, True)) == seen.count((False, True)) == THREADS // 2


def first_requests(app: Flask) -> list[object]:
    """Many first requests at once, as a threaded server makes them."""

    def request() -> object:
        return run_wsgi_app(app, create_environ())[1]

    return at_once(request)


def test_many_first_requests_are_reported_once(
    environ: dict[str, str], records: list[logging.LogRecord]
) -> None:
    environ["DYNO"] = "web.1"
    app = guarded_app()
    app.debug = True

    assert first_requests(app) == ["200 OK"] * THREADS
    assert [vars(record)["prodguard_codes"] for record in records] == [["PG202"]]


def test_a_wrong_configuration_is_reported_once_by_many_first_requests(
    environ: dict[str, str], records: list[logging.LogRecord]
) -> None:
    environ["FLASK_PRODGUARD_ACTION"] = "sing"
    app = guarded_app()

    assert first_requests(app) == ["200 OK"] * THREADS
    assert len(records) == 1
    assert "PRODGUARD_ACTION" in records[0].getMessage()
