"""Production flags alone cause no refusal: whatever starts no Werkzeug server for a
guarded app is left alone.
"""

from __future__ import annotations

import pytest

from .conftest import Site
from .process import assert_served_silently
from .process import assert_silent
from .process import PYTHON
from .process import require

PRODUCTION = {"DYNO": "web.1", "FLASK_ENV": "production", "FLASK_DEBUG": "1"}

APP = """
import click

@app.cli.command()
def migrate():
    assert app.test_client().get("/").status_code == 200
    click.echo("migrated")

def test(path="/"):
    with app.test_client() as client:
        assert client.get(path).text == "served"
    with app.test_request_context():
        pass
"""
SHELL_INPUT = "print(app.name, 'is at hand')\n"
COMMANDS: dict[str, tuple[tuple[str, ...], str]] = {
    "flask --help": (("flask", "--help"), "migrate"),
    "flask routes": (("flask", "routes"), "/fail"),
    "flask shell": (("flask", "shell"), "app is at hand"),
    "a custom command": (("flask", "migrate"), "migrated"),
    "import": ((PYTHON, "-c", "import app; print('imported')"), "imported"),
    "a test client": ((PYTHON, "-c", "import app; app.test(); print('ok')"), "ok"),
}


@pytest.mark.parametrize(("command", "expected"), COMMANDS.values(), ids=COMMANDS)
def test_a_command_that_starts_no_server_is_silent(
    site: Site, command: tuple[str, ...], expected: str
) -> None:
    # `flask` makes Flask ignore app.run(), so the guard does.
    below_flask = "app.run(port=port)" if command[0] == "flask" else ""
    site.app(f"{APP}\n{below_flask}")
    process = site.attempt_with_input(SHELL_INPUT, *command, **PRODUCTION)
    assert process.wait_exit() == 0, process.output
    assert expected in process.output
    assert_silent(process)


OTHER_SERVERS = {
    "an overridden run": """
class Shop(Flask):
    def run(self):
        import waitress
        waitress.serve(self, listen=f"127.0.0.1:{port}")

shop = Shop("app")
shop.add_url_rule("/", view_func=index)
ProdGuard(shop)
shop.run()
""",
    "a replaced run": """
import functools
import waitress
app.run = functools.partial(waitress.serve, app, listen=f"127.0.0.1:{port}")
app.run()
""",
    "wsgiref": """
from wsgiref.simple_server import make_server
make_server("127.0.0.1", port, app).serve_forever()
""",
    "a metrics port": """
from werkzeug.serving import make_server

metrics = Flask("metrics")
metrics.config["GUARDED"] = app
metrics.add_url_rule("/", view_func=index)
make_server("127.0.0.1", port, metrics).serve_forever()
""",
    "a metrics port by run": """
metrics = Flask("metrics")
metrics.add_url_rule("/", view_func=index)
metrics.run(port=port, debug=True, use_reloader=False)
""",
    "a test double": """
from werkzeug.serving import run_simple
from werkzeug.wrappers import Response
run_simple("0.0.0.0", port, Response("served"), use_debugger=True)
""",
}


@pytest.mark.parametrize("code", OTHER_SERVERS.values(), ids=OTHER_SERVERS)
def test_other_servers_are_left_alone(site: Site, code: str) -> None:
    if "waitress" in code:
        require("waitress")
    site.app(code)
    environ = {**PRODUCTION, "FLASK_DEBUG": "0"}
    assert_served_silently(site.start(PYTHON, "app.py", **environ))


CLOSED = """
from werkzeug.serving import make_server
closed = [make_server("127.0.0.1", 0, app) for _ in range(20)]
for server in closed:
    server.server_close()
make_server("127.0.0.1", port, app).serve_forever()
"""


def test_closed_servers_do_not_disturb_the_next_one(site: Site) -> None:
    site.app(CLOSED)
    assert_served_silently(site.start(PYTHON, "app.py"))
