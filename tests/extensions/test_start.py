"""An app with an extension starts on a laptop and under a production server. Werkzeug's
development server is refused in production, whoever starts it.
"""

from __future__ import annotations

import pytest
from launches.process import assert_refused
from launches.process import Process
from launches.process import PYTHON
from servers.expected import assert_nothing_said
from servers.expected import codes_reported
from servers.server import require_module

from .conftest import serve
from .conftest import Write
from .programs import POLLING
from .table import DEBUGGED_SERVER
from .table import DEVELOPMENT_SERVERS
from .table import OWN_SERVERS
from .table import Program
from .table import TOOLBAR_PROGRAM

PRODUCTION = {"DYNO": "web.1", "FLASK_ENV": "production"}


def assert_page(process: Process, program: Program) -> None:
    """The extension's page is served, and nothing is logged.

    :param process: a server.
    :param program: what it serves.
    """
    for _ in range(2):
        answer = process.get(program.path)
        assert answer.status == 200, process.output
        assert program.expected in answer.body
    assert_nothing_said(process)


@pytest.mark.parametrize("program", DEVELOPMENT_SERVERS, ids=str)
def test_the_development_server_is_refused_in_production(
    write: Write, program: Program
) -> None:
    process = write(program).attempt(PYTHON, "app.py", **PRODUCTION)
    assert_refused(process, "PG101")


@pytest.mark.parametrize("program", DEVELOPMENT_SERVERS + OWN_SERVERS, ids=str)
def test_starts_silently_on_a_laptop(write: Write, program: Program) -> None:
    process = write(program).start(PYTHON, "-u", "app.py")
    assert_page(process, program)
    process.wait_output(program.printed)
    assert_nothing_said(process)


@pytest.mark.parametrize("program", OWN_SERVERS, ids=str)
def test_its_own_server_is_left_alone_in_production(
    write: Write, program: Program
) -> None:
    assert_page(write(program).start(PYTHON, "app.py", **PRODUCTION), program)


@pytest.mark.parametrize("program", DEVELOPMENT_SERVERS + OWN_SERVERS, ids=str)
def test_a_production_server_serves_it_silently(write: Write, program: Program) -> None:
    require_module(program.production[0])
    assert_page(serve(write(program), program, **PRODUCTION), program)


@pytest.mark.parametrize("program", DEVELOPMENT_SERVERS, ids=str)
def test_flask_run_debugs_it_on_a_laptop(write: Write, program: Program) -> None:
    site = write(program)
    command = ("-m", "flask", "run", "--debug", f"--port={site.port}")
    process = site.start(PYTHON, *command)
    assert_page(process, program)
    assert process.get("/console").status == 200


def test_the_debugger_of_its_own_server_is_off_in_production(
    write: Write,
) -> None:
    process = write(DEBUGGED_SERVER).start(PYTHON, "app.py", **PRODUCTION)
    assert process.get("/console").status == 404
    assert codes_reported(process) == ["PG201", "PG202"], process.output
    assert process.get(POLLING).status == 200


def test_the_debugger_of_its_own_server_works_on_a_laptop(write: Write) -> None:
    process = write(DEBUGGED_SERVER).start(PYTHON, "app.py")
    assert process.get("/console").status == 200
    assert_page(process, DEBUGGED_SERVER)


def test_the_debug_toolbar_is_shown_on_a_laptop(write: Write) -> None:
    site = write(TOOLBAR_PROGRAM)
    command = ("-m", "flask", "run", "--debug", f"--port={site.port}")
    process = site.start(PYTHON, *command)
    assert 'id="flDebug"' in process.get().body
    assert_nothing_said(process)
