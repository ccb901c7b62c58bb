from __future__ import annotations

import multiprocessing
import sys

import pytest
from launches.conftest import Site
from launches.process import assert_refused
from launches.process import assert_served_silently
from launches.process import assert_silent
from launches.process import PYTHON
from launches.process import require

HEROKU = {"DYNO": "web.1"}
DEV_MODE = {"PYTHONDEVMODE": "1"}
STRICT = {"PYTHONWARNINGS": "error"}
METHODS = multiprocessing.get_all_start_methods()

HANDED_ON = """
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from flask_prodguard import UnsafeLaunchError


def serve():
    app.run(port=port)


if __name__ == "__main__":
    context = get_context({method!r})
    with ProcessPoolExecutor(1, context) as pool:
        error = pool.submit(serve).exception()
    assert isinstance(error, UnsafeLaunchError), error
    print("handed on:", *error.verdict.codes, error.verdict.launch.import_path)
"""

FORKS = """
import os
import threading

from flask_prodguard.guard import hooks

ended = threading.Event()


def install_and_remove():
    while not ended.is_set():
        hooks.install()
        hooks.remove()


thread = threading.Thread(target=install_and_remove)
thread.start()
states = []
for _ in range(100):
    child = os.fork()
    if child == 0:
        hooks.install()
        installed = {*hooks.states().values()} == {"installed"}
        os._exit(0 if installed else 1)
    states.append(os.waitpid(child, 0)[1])
ended.set()
thread.join()
print("every child was guarded:", not any(states))
"""

# A fork takes locks in the reverse order of these imports: it has those of the guard
# when it waits for the one of logging, which the thread holds that makes a handler.
WHEN_IT_FORKS = """
import logging.config
import os
import threading

has_begun, forks = threading.Event(), threading.Event()
os.register_at_fork(before=forks.set)
"""
FORKS_WHILE_LOGGING_IS_CONFIGURED = """
def handler():
    has_begun.set()
    forks.wait()
    ProdGuard(Flask("made by a handler"))
    return logging.NullHandler()


def configure():
    logging.config.dictConfig({"version": 1, "handlers": {"one": {"()": handler}}})


thread = threading.Thread(target=configure, daemon=True)
thread.start()
has_begun.wait()
child = os.fork()
if child == 0:
    os._exit(0)
print("child ended with", os.waitpid(child, 0)[1])
thread.join()
"""

FORKED_SERVERS = """
import os

child = os.fork()
if child == 0:
    try:
        app.run(port=port)
    except RuntimeError as error:
        print(str(error).splitlines()[0], flush=True)
        os._exit(7)
print("child ended with", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""

BEFORE = "from gevent import monkey; monkey.patch_all()\n"
AFTER = "\nfrom gevent import monkey; monkey.patch_all()\n"
PATCHED = {"before": (BEFORE, ""), "after": ("", AFTER)}
RUN = "\nif __name__ == '__main__':\n    app.run(port=port)\n"
WAITRESS = """
if __name__ == "__main__":
    import waitress

    waitress.serve(app, port=port)
"""
GEVENT_SERVER = (
    "from gevent.pywsgi import WSGIServer\n"
    "WSGIServer(('127.0.0.1', port), app, log=None).serve_forever()\n"
)


def write(site: Site, before: str, after: str) -> None:
    """Write the app, with code at the very top of its file."""
    site.app(after)
    file = site.folder / "app.py"
    file.write_text(before + file.read_text())


@pytest.mark.parametrize("method", METHODS)
def test_a_refusal_comes_back_from_another_process(site: Site, method: str) -> None:
    site.app(HANDED_ON.format(method=method))

    process = site.attempt(PYTHON, "app.py", **HEROKU)

    assert process.wait_exit() == 0, process.output
    assert "handed on: PG101 app:app\n" in process.output


@pytest.mark.skipif("fork" not in METHODS, reason="there is no fork here")
def test_a_process_that_is_forked_while_threads_install_is_guarded(site: Site) -> None:
    site.app(FORKS)

    process = site.attempt(PYTHON, "-W", "ignore::DeprecationWarning", "app.py")

    assert process.wait_exit() == 0, process.output
    assert "every child was guarded: True" in process.output


@pytest.mark.skipif("fork" not in METHODS, reason="there is no fork here")
def test_a_fork_does_not_wait_forever_for_a_handler_that_makes_an_app(
    site: Site,
) -> None:
    write(site, WHEN_IT_FORKS, FORKS_WHILE_LOGGING_IS_CONFIGURED)

    process = site.attempt(PYTHON, "-W", "ignore::DeprecationWarning", "app.py")

    assert process.wait_exit() == 0, process.output
    assert "child ended with 0\n" in process.output


@pytest.mark.skipif("fork" not in METHODS, reason="there is no fork here")
def test_a_forked_process_refuses_for_itself(site: Site) -> None:
    site.app(FORKED_SERVERS)

    process = site.attempt(PYTHON, "app.py", **HEROKU)

    assert process.wait_exit() == 0
    assert "refused to start the development server of 'app'" in process.output
    assert "child ended with 7\n" in process.output


@pytest.mark.parametrize("when", PATCHED)
def test_gevents_patches_do_not_hide_the_development_server(
    site: Site, when: str
) -> None:
    require("gevent")
    before, after = PATCHED[when]
    write(site, before, after + RUN)

    assert_refused(site.attempt(PYTHON, "app.py", **HEROKU), "PG101")


@pytest.mark.parametrize("when", PATCHED)
@pytest.mark.parametrize("environ", [{}, HEROKU], ids=["undeclared", "production"])
def test_gevents_server_serves_silently(
    site: Site, when: str, environ: dict[str, str]
) -> None:
    require("gevent")
    before, after = PATCHED[when]
    write(site, before, after + GEVENT_SERVER)

    assert_served_silently(site.start(PYTHON, "app.py", **environ))


@pytest.mark.parametrize("when", PATCHED)
def test_the_development_server_serves_with_gevents_patches(
    site: Site, when: str
) -> None:
    require("gevent")
    before, after = PATCHED[when]
    write(site, before, after + RUN)

    assert_served_silently(site.start(PYTHON, "app.py"))


MODES = {"dev mode": DEV_MODE, "strict": STRICT, "both": {**DEV_MODE, **STRICT}}


@pytest.mark.usefixtures("strict_flask")
@pytest.mark.parametrize("mode", MODES)
def test_a_strict_python_refuses(site: Site, mode: str) -> None:
    site.app(RUN)

    process = site.attempt(PYTHON, "app.py", **HEROKU, **MODES[mode])

    assert_refused(process, "PG101")
    assert "Warning:" not in process.output


@pytest.mark.usefixtures("strict_flask")
@pytest.mark.parametrize("mode", MODES)
def test_a_strict_python_serves(site: Site, mode: str) -> None:
    site.app(RUN)

    process = site.start(PYTHON, "app.py", **MODES[mode])

    assert_served_silently(process)
    assert "Warning:" not in process.output.replace("WARNING:", "")


@pytest.mark.usefixtures("strict_flask")
@pytest.mark.parametrize("mode", MODES)
def test_a_strict_python_serves_in_production(site: Site, mode: str) -> None:
    require("waitress")
    site.app(WAITRESS)

    process = site.start(PYTHON, "app.py", **HEROKU, **MODES[mode])

    assert_served_silently(process)
    assert "Warning" not in process.output


@pytest.mark.usefixtures("strict_flask")
@pytest.mark.parametrize("mode", MODES)
def test_a_strict_python_installs_and_removes(site: Site, mode: str) -> None:
    site.app("from flask_prodguard.guard import hooks\nhooks.remove()")

    process = site.attempt(PYTHON, "app.py", **HEROKU, **MODES[mode])

    assert process.wait_exit() == 0
    assert_silent(process)
    assert process.output == ""


@pytest.mark.skipif(
    getattr(sys, "_is_gil_enabled", lambda: True)(), reason="there is a lock here"
)
def test_a_free_threaded_python_keeps_its_freedom(site: Site) -> None:
    site.app("import sys\nassert not sys._is_gil_enabled()")

    process = site.attempt(PYTHON, "app.py")

    assert process.wait_exit() == 0, process.output
