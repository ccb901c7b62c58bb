"""The guard ignores a metrics exporter on its own port."""

from __future__ import annotations

import pytest
from launches.process import assert_refused
from launches.process import PYTHON
from ports import Port
from servers.expected import assert_nothing_said
from servers.server import require_module

from .conftest import serve
from .conftest import Write
from .programs import NEW_APP
from .programs import RUN
from .table import Program

PRODUCTION = {"DYNO": "web.1", "FLASK_ENV": "production"}
EXPORTER = """
from prometheus_flask_exporter import PrometheusMetrics

metrics = PrometheusMetrics(app, path=None)
ProdGuard(app)
metrics.start_http_server(int(os.environ["METRICS_PORT"]))
"""
CLIENT = """
from prometheus_client import start_http_server

ProdGuard(app)
start_http_server(int(os.environ["METRICS_PORT"]))
"""
PROGRAMS = (
    Program(
        "prometheus_flask_exporter, start_http_server()",
        "prometheus-flask-exporter",
        "prometheus_flask_exporter",
        f"{NEW_APP}{EXPORTER}{RUN}",
        "/metrics",
        "flask_http_request_total",
    ),
    Program(
        "prometheus_client, start_http_server()",
        "prometheus-client",
        "prometheus_client",
        f"{NEW_APP}{CLIENT}{RUN}",
        "/metrics",
        "python_info",
    ),
)


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
@pytest.mark.parametrize("environ", [PRODUCTION, {}], ids=["production", "a laptop"])
def test_is_left_alone(write: Write, program: Program, environ: dict[str, str]) -> None:
    require_module("gunicorn")
    site = write(program)
    metrics = Port()
    metrics.release()
    full = {**environ, "METRICS_PORT": str(metrics.number)}
    process = serve(site, program, **full)
    assert "served" in process.get().body
    answer = process.get_from_port(metrics.number, program.path)
    assert program.expected in answer.body
    assert_nothing_said(process)


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_does_not_save_the_development_server(write: Write, program: Program) -> None:
    site = write(program)
    metrics = Port()
    metrics.release()
    full = {**PRODUCTION, "METRICS_PORT": str(metrics.number)}
    process = site.attempt(PYTHON, "app.py", **full)
    assert_refused(process, "PG101")
