from __future__ import annotations

import multiprocessing

import pytest
from launches.conftest import Site
from launches.process import PYTHON
from launches.process import require

pytestmark = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="there is no fork"
)

# At each line of the first ProdGuard(app), in its own process, a signal arrives.
SIGNALS = """
import os
import signal
import sys

import click
import werkzeug.test
from flask import Flask

import flask_prodguard.extension

STEP = 13


def guard_at(number):
    app, other = Flask("shop"), Flask("stock")
    lines = 0
    children = []

    def handle(*_):
        sys.settrace(None)
        if {forks}:
            children.append(os.fork())
        else:
            flask_prodguard.ProdGuard(other)

    def trace(frame, event, argument):
        nonlocal lines
        if event == "line" and "flask_prodguard" in frame.f_code.co_filename:
            lines += 1
            if lines == number:
                os.kill(os.getpid(), signal.SIGUSR1)
        return trace

    signal.signal(signal.SIGUSR1, handle)
    sys.settrace(trace)
    flask_prodguard.ProdGuard(app)
    sys.settrace(None)
    is_reached = lines >= number
    from flask_prodguard.guard import hooks

    assert {*hooks.states().values()} == {"installed"}, hooks.states()
    assert "prodguard" in app.extensions
    if is_reached and not {forks}:
        assert "prodguard" in other.extensions
    for child in filter(None, children):
        assert os.waitpid(child, 0)[1] == 0
    return is_reached


number = 1
while True:
    child = os.fork()
    if child == 0:
        # A deadlock ends by this.
        signal.alarm(20)
        os._exit(0 if guard_at(number) else 9)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        break
    number += STEP
print("ended with", status, "after many lines:", number > 300)
"""

# A thread imports the judgement for the first request, as slowly as possible, while the
# server forks a worker.
FORKED_MEANWHILE = """
import os
import sys
import threading
import time

from werkzeug.test import create_environ
from werkzeug.test import run_wsgi_app

begun = threading.Event()


class Slow:
    def find_spec(self, name, path, target=None):
        if name == "flask_prodguard.guard.watch_requests":
            begun.set()
            time.sleep(0.3)


def request():
    print(run_wsgi_app(app, create_environ())[1], flush=True)


sys.meta_path.insert(0, Slow())
thread = threading.Thread(target=request)
thread.start()
begun.wait()
child = os.fork()
if child == 0:
    import signal

    signal.alarm(10)
    request()
    os._exit(0)
thread.join()
print("the worker ended with", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.parametrize("forks", [True, False], ids=["forks", "guards another app"])
def test_a_signal_handler_may_come_at_any_line(site: Site, forks: bool) -> None:
    site.write("app.py", SIGNALS.replace("{forks}", str(forks)))

    process = site.attempt(PYTHON, "-W", "ignore::DeprecationWarning", "app.py")

    assert process.wait_exit() == 0, process.output
    assert "ended with 9 after many lines: True" in process.output


def test_a_worker_that_is_forked_during_the_import_of_the_judgement_serves(
    site: Site,
) -> None:
    site.app(FORKED_MEANWHILE)

    process = site.attempt(PYTHON, "-W", "ignore::DeprecationWarning", "app.py")

    assert process.wait_exit() == 0, process.output
    assert process.output.count("200 OK\n") == 2
    assert "the worker ended with 0\n" in process.output


GEVENT_WORKER = """
from flask import request_started

app.config.update(DEBUG=True, TESTING=True)
app.add_url_rule("/left", "left", lambda: str(len(request_started.receivers)))
"""


def test_a_worker_that_leaves_the_marks_of_a_test_client_is_judged_once(
    site: Site,
) -> None:
    require("gunicorn")
    require("gevent")
    site.app(GEVENT_WORKER)
    worker = ("-k", "gevent_pywsgi", "--bind", f"127.0.0.1:{site.port}")

    process = site.start(
        PYTHON, "-m", "gunicorn", *worker, "app:app", FLASK_ENV="production"
    )

    assert process.get().body == "served"
    assert process.get("/left").body == "0"
    assert process.output.count("PG202  ") == process.output.count("PG203  ") == 1
