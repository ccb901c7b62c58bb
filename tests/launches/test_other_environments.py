"""The rows of the decision table without evidence of production."""

from __future__ import annotations

import typing as t

import pytest

from .conftest import Site
from .process import assert_refused
from .process import assert_served
from .process import assert_served_silently
from .process import assert_silent
from .process import codes_in
from .process import PYTHON
from .process import require

APP_PY = (PYTHON, "app.py")
FLASK_RUN = ("flask", "run")
DECLARED = {"FLASK_ENV": "development"}
EXPLICIT = {"FLASK_PRODGUARD_ENVIRONMENT": "development"}


class Start(t.NamedTuple):
    """A way to start ``app.py`` that ends with this code."""

    code: str = ""
    command: tuple[str, ...] = APP_PY
    environ: t.Mapping[str, str] = {}
    expected: str = ""


ON_THE_NETWORK = "app.run(host='0.0.0.0', port=port)"
REFUSED = {
    "app.run on the network": Start(ON_THE_NETWORK, expected="PG102"),
    "app.run on the network by position": Start(
        "app.run('::', port, True)", expected="PG102 PG201"
    ),
    "app.run with debug": Start("app.run(debug=True, port=port)", expected="PG103"),
    "app.run with the debugger": Start(
        "app.run(use_debugger=True, port=port)", expected="PG103"
    ),
    "app.run with FLASK_DEBUG": Start(
        "app.run(port=port)", environ={"FLASK_DEBUG": "1"}, expected="PG103"
    ),
    "app.debug": Start("app.debug = True; app.run(port=port)", expected="PG103"),
    "SERVER_NAME": Start(
        "app.config['SERVER_NAME'] = f'0.0.0.0:{port}'; app.run()", expected="PG102"
    ),
    "make_server": Start(
        "from werkzeug.serving import make_server; make_server('::', port, app)",
        expected="PG102",
    ),
    "run_simple with the debugger": Start(
        "from werkzeug.serving import run_simple\n"
        "run_simple('0.0.0.0', port, app, use_debugger=True)",
        expected="PG102 PG201",
    ),
    "flask run": Start(command=(*FLASK_RUN, "--host=0.0.0.0"), expected="PG102"),
    "flask run --debug": Start(
        command=(*FLASK_RUN, "--host=0.0.0.0", "--debug"), expected="PG102 PG201"
    ),
    "flask run --debugger": Start(
        command=(*FLASK_RUN, "-h", "0.0.0.0", "--debugger"), expected="PG102 PG201"
    ),
    "FLASK_RUN_HOST": Start(
        command=FLASK_RUN, environ={"FLASK_RUN_HOST": "0.0.0.0"}, expected="PG102"
    ),
    "declared development": Start(ON_THE_NETWORK, environ=DECLARED, expected="PG102"),
    "a declaration that contradicts": Start(
        "app.run(port=port)",
        environ={**DECLARED, "APP_ENV": "staging"},
        expected="PG101",
    ),
    "a pod": Start(
        "app.run(port=port)",
        environ={"KUBERNETES_SERVICE_HOST": "10.0.0.1"},
        expected="PG101",
    ),
}


@pytest.mark.parametrize("start", REFUSED.values(), ids=REFUSED)
def test_an_unsafe_start_is_refused(site: Site, start: Start) -> None:
    site.app(start.code)
    environ = {"FLASK_RUN_PORT": str(site.port), **start.environ}
    process = site.attempt(*start.command, **environ)
    assert_refused(process, *start.expected.split())


SERVED = {
    "app.run": Start("app.run(port=port)"),
    "app.run on localhost": Start("app.run('localhost', port)"),
    "run_simple with the debugger": Start(
        "from werkzeug.serving import run_simple\n"
        "run_simple('127.0.0.1', port, app, use_debugger=True)",
    ),
    "flask run": Start(command=FLASK_RUN),
    "app.run below flask run": Start("app.run(port=port)", command=FLASK_RUN),
    "declared development with debug": Start(
        "app.run(debug=True, port=port)", environ=DECLARED
    ),
    "a pod's environment on a laptop": Start(
        "app.run(port=port)",
        environ={"KUBERNETES_SERVICE_HOST": "10.0.0.1", "TELEPRESENCE_ROOT": "/"},
    ),
    "a workspace in a pod": Start(
        "app.run(port=port)",
        environ={"KUBERNETES_SERVICE_HOST": "10.0.0.1", "CODER_WORKSPACE_NAME": "w"},
    ),
    "explicit development on the network": Start(ON_THE_NETWORK, environ=EXPLICIT),
    "allowed hosts": Start(
        ON_THE_NETWORK, environ={"FLASK_PRODGUARD_ALLOWED_HOSTS": "0.0.0.0"}
    ),
    "ignored": Start(ON_THE_NETWORK, environ={"FLASK_PRODGUARD_IGNORE": "PG102"}),
}


@pytest.mark.parametrize("start", SERVED.values(), ids=SERVED)
def test_a_safe_start_is_served_silently(site: Site, start: Start) -> None:
    site.app(start.code)
    environ = {"FLASK_RUN_PORT": str(site.port), **start.environ}
    assert_served_silently(site.start(*start.command, **environ))


@pytest.mark.usefixtures("strict_flask")
def test_a_safe_start_is_served_silently_with_warnings_as_errors(site: Site) -> None:
    site.app("app.run(port=port)")
    assert_served_silently(site.start(PYTHON, "-W", "error", "app.py"))


def test_a_unix_socket_is_served_silently(site: Site) -> None:
    site.app()
    process = site.start(*FLASK_RUN, "--host=unix://s", "--debug")
    assert process.get_from_unix_socket("s").body == "served"
    assert_silent(process)


def test_flask_run_debug_has_a_reloader_and_a_debugger(site: Site) -> None:
    site.app()
    process = site.start(*FLASK_RUN, "--debug", FLASK_RUN_PORT=str(site.port))
    assert_served(process)
    process.wait_output("Debugger PIN")
    assert "Restarting with" in process.output
    answer = process.get("/fail")
    assert "EVALEX = true" in answer.body
    assert process.get("/console").status == 200
    assert_silent(process)


def test_a_debugger_on_the_network_is_warned_of_once(site: Site) -> None:
    site.app("app.run('0.0.0.0', port, True)")
    process = site.start(*APP_PY, **EXPLICIT)
    process.wait_output("Debugger is active")
    assert_served(process)
    assert codes_in(process.output) == ["PG201"], process.output
    assert "warns about the development server of 'app'" in process.output


FILES = {
    ".env": (".env", FLASK_RUN),
    ".flaskenv": (".flaskenv", FLASK_RUN),
    "--env-file": ("host.env", ("flask", "--env-file=host.env", "run")),
    ".env and python": (".env", APP_PY),
}


@pytest.mark.parametrize(("name", "command"), FILES.values(), ids=FILES)
def test_a_file_that_says_production_counts(
    site: Site, name: str, command: tuple[str, ...]
) -> None:
    require("dotenv")
    site.app("if __name__ == '__main__': app.run(port=port)")
    site.write(name, "FLASK_ENV=production\n")
    process = site.attempt(*command, FLASK_RUN_PORT=str(site.port))
    assert_refused(process, "PG101")
    assert "FLASK_ENV=production" in process.output


def test_a_variable_set_by_code_after_the_guard_counts(site: Site) -> None:
    site.app("os.environ['PROD'] = '1'; app.run(port=port)")
    assert_refused(site.attempt(*APP_PY), "PG101")
