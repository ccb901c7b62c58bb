from __future__ import annotations

import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from flask_prodguard.config.settings import GuardConfig
from flask_prodguard.environment.evidence import Environment
from flask_prodguard.environment.evidence import PRODUCTION
from flask_prodguard.guard.act import advised
from flask_prodguard.judging.launch import Launch
from flask_prodguard.judging.launch import Via
from flask_prodguard.judging.verdict import judge
from flask_prodguard.judging.verdict import Verdict
from flask_prodguard.origin import Origin
from flask_prodguard.report.message import Message
from flask_prodguard.report.message import short_message
from flask_prodguard.report.message import write_message

GOES_ON = "The process goes on without the server"


def verdict_of(via: Via = Via.APP_RUN, debug: bool = False) -> Verdict:
    launch = Launch("shop", via, debug=debug)
    return judge(launch, Environment(PRODUCTION), GuardConfig())


def written(verdict: Verdict | None = None) -> Message:
    verdict = verdict or verdict_of()
    return write_message(*advised(Flask("shop"), verdict, Origin(), None))


@pytest.fixture
def worker() -> t.Iterator[threading.Thread]:
    """A thread that keeps the process alive."""
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    yield thread
    done.set()
    thread.join()


def test_a_program_with_one_thread_ends() -> None:
    message = written()

    assert GOES_ON not in message.text
    assert not message.is_swallowed


def test_a_worker_keeps_the_process_alive(worker: threading.Thread) -> None:
    assert GOES_ON in written().text


def test_a_daemon_does_not() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait, daemon=True)
    thread.start()
    try:
        assert GOES_ON not in written().text
    finally:
        done.set()
        thread.join()


def test_the_threads_of_a_pool_do_not() -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(int).result()

        assert GOES_ON not in written().text


def test_an_exception_in_a_thread_ends_nothing_else() -> None:
    messages: list[Message] = []
    thread = threading.Thread(target=lambda: messages.append(written()))
    thread.start()
    thread.join()

    assert GOES_ON in messages[0].text
    assert not messages[0].is_swallowed


def test_a_pool_keeps_an_exception_to_itself() -> None:
    with ThreadPoolExecutor(1) as pool:
        message = pool.submit(written).result()
        short = pool.submit(short_message, verdict_of()).result()

    assert message.is_swallowed
    assert short.is_swallowed


def test_a_running_server_is_not_reported_as_gone(
    worker: threading.Thread,
) -> None:
    assert GOES_ON not in written(verdict_of(Via.WSGI, debug=True)).text


def test_the_remedy_is_of_a_start(environ: dict[str, str]) -> None:
    start = written()

    assert start.remedy is not None
    assert start.remedy["kind"] in {"command", "code"}
    assert start.extra["prodguard_remedy"] == start.remedy
    assert written(verdict_of(Via.WSGI, debug=True)).remedy is None


def test_without_a_remedy_it_says_what_was_found() -> None:
    verdict = verdict_of()
    message = short_message(verdict)

    assert message.verdict == verdict
    assert message.text.startswith("flask-prodguard refused to start")
    assert message.summary.startswith("refused to start the development server of")
    assert message.template == "PG101: %s"
    assert message.remedy is None
    assert message.extra["prodguard_codes"] == ["PG101"]
