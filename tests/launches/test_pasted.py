"""The line that a refusal says to paste, run as the host runs it, serves the app,
whatever the layout, the platform and the installed server. The pasting isn't done here:
it follows every test with a refusal.
"""

from __future__ import annotations

import pytest

from .conftest import Site
from .layouts import APP_PY
from .layouts import Layout
from .layouts import LAYOUTS
from .process import assert_reported
from .process import require
from .programs import CREATE_APP
from .programs import DEBUG_CALL
from .programs import MAIN
from .programs import RUN_CALL
from .refusals import advice_of


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_the_line_for_every_layout_serves_the_app(site: Site, layout: Layout) -> None:
    require("gunicorn")
    for name, text in layout.files.items():
        site.write(name, text)
    site.page = layout.page
    words, environ = layout.command, {"FLASK_RUN_PORT": str(site.port)}
    refused = site.attempt_with_input(layout.typed, *words, **environ)
    assert refused.wait_exit() == 1
    [advice] = advice_of(refused)
    assert layout.expected in advice.command.lines[-1]
    assert bool(layout.asks_for) == bool(advice.command.asked)
    assert layout.asks_for in advice.command.asked


IN_CODE = {
    name: {file: text.replace(RUN_CALL, DEBUG_CALL) for file, text in files.items()}
    for name, (files, *_) in LAYOUTS.items()
}
WITH_DEBUG = {
    name: layout._replace(files=IN_CODE[name])
    for name, layout in LAYOUTS.items()
    if IN_CODE[name] != layout.files
}


@pytest.mark.parametrize("layout", WITH_DEBUG.values(), ids=WITH_DEBUG)
def test_debug_mode_in_code_gets_a_line_for_every_layout(
    site: Site, layout: Layout
) -> None:
    for name, text in layout.files.items():
        site.write(name, text)
    refused = site.attempt(*layout.command)
    assert refused.wait_exit() == 1
    assert_reported(refused.output, "PG103")
    [advice] = advice_of(refused)
    assert advice.is_debug_only
    assert bool(layout.asks_for) == bool(advice.command.asked)
    assert layout.asks_for in advice.command.asked


TASK = "0b69d5c0d65546959cd5d2d526d9d5aa-527074092"
PLATFORMS = {
    "Heroku": {"DYNO": "web.1"},
    "Render": {"RENDER": "true"},
    "ECS": {"ECS_CONTAINER_METADATA_URI_V4": "http://169.254.170.2/v4/" + TASK},
    "Fly": {"FLY_MACHINE_ID": "1"},
    "App Engine": {"GAE_ENV": "standard"},
    "Azure": {"WEBSITE_SITE_NAME": "shop"},
    "Cloud Run": {"K_SERVICE": "s", "K_REVISION": "r", "K_CONFIGURATION": "c"},
    "Kubernetes": {"KUBERNETES_SERVICE_HOST": "10.0.0.1"},
    "Replit": {"REPLIT_DEPLOYMENT": "1"},
    "Platform.sh": {
        "PLATFORM_APPLICATION_NAME": "shop",
        "PLATFORM_PROJECT": "shop",
        "PLATFORM_ENVIRONMENT_TYPE": "production",
    },
    "Databricks": {"DATABRICKS_APP_NAME": "shop", "DATABRICKS_CLIENT_ID": "1"},
    "Lambda": {"AWS_LAMBDA_FUNCTION_NAME": "shop", "LAMBDA_TASK_ROOT": "/"},
    "Railway": {"RAILWAY_REPLICA_ID": "1"},
    "Koyeb": {"KOYEB_INSTANCE_ID": "1"},
    "declared": {"FLASK_ENV": "production"},
}


@pytest.mark.parametrize("environ", PLATFORMS.values(), ids=PLATFORMS)
@pytest.mark.parametrize("server", ["gunicorn", "waitress"])
def test_every_platform_gets_a_line_for_either_server(
    site: Site, server: str, environ: dict[str, str]
) -> None:
    require(server)
    hide = "import sys; sys.modules['gunicorn'] = None\n"
    site.app(MAIN, hide if server == "waitress" else "")
    environ = {**environ, "PORT": str(site.port)}
    refused = site.attempt(*APP_PY, **environ)
    assert refused.wait_exit() == 1
    [advice] = advice_of(refused)
    assert server in advice.command.lines[-1]


POSIT = "rsconnect deploy flask --entrypoint wsgi:app ."
IMPORTED_BY_HOST = {
    "Posit Connect": ({"POSIT_PRODUCT": "CONNECT"}, POSIT),
    "PythonAnywhere": ({"PYTHONANYWHERE_DOMAIN": "x"}, "application = create_app()"),
    "Vercel": ({"VERCEL": "1", "VERCEL_ENV": "preview"}, "app = create_app()"),
}


@pytest.mark.parametrize(
    ("environ", "line"), IMPORTED_BY_HOST.values(), ids=IMPORTED_BY_HOST
)
def test_a_host_that_imports_the_app_gets_its_own_line(
    site: Site, environ: dict[str, str], line: str
) -> None:
    require("gunicorn")
    site.write("shop.py", CREATE_APP)
    refused = site.attempt("flask", "--app=shop", "run", **environ)
    assert refused.wait_exit() == 1
    assert_reported(refused.output, "PG101")
    [advice] = advice_of(refused)
    assert advice.command.lines[-1] == line
