"""The opt-out, the action and the other keys; mistakes in them."""

from __future__ import annotations

import pytest

from .conftest import Site
from .process import assert_refused
from .process import assert_served
from .process import assert_served_silently
from .process import codes_in
from .process import PYTHON
from .process import require

HEROKU = {"DYNO": "web.1"}
OPT_OUTS = {
    "a variable": ("", {"FLASK_PRODGUARD_ENABLED": "0"}),
    "app.config": ("app.config['PRODGUARD_ENABLED'] = False", {}),
}


@pytest.mark.parametrize(("code", "environ"), OPT_OUTS.values(), ids=OPT_OUTS)
def test_the_opt_out_is_logged_once(
    site: Site, code: str, environ: dict[str, str]
) -> None:
    site.app(f"{code}\napp.run(port=port)")
    process = site.start(PYTHON, "app.py", **HEROKU, **environ)
    assert_served(process)
    assert_served(process)
    assert codes_in(process.output) == ["PG901", "PG101"]


LOG = {"FLASK_PRODGUARD_ACTION": "log"}
REPORTED = {
    "app.run": ("app.run(port=port)", (PYTHON, "app.py"), ["PG101"]),
    "app.run with the reloader": (
        "app.run(port=port, debug=True)",
        (PYTHON, "app.py"),
        ["PG101", "PG201"],
    ),
    "make_server": (
        "from werkzeug.serving import make_server\n"
        "make_server('127.0.0.1', port, app).serve_forever()",
        (PYTHON, "app.py"),
        ["PG101"],
    ),
    "flask run with the reloader": (
        "",
        ("flask", "run", "--debug"),
        ["PG101", "PG201"],
    ),
}


@pytest.mark.parametrize(("code", "command", "codes"), REPORTED.values(), ids=REPORTED)
def test_the_action_log_reports_once_and_goes_on(
    site: Site, code: str, command: tuple[str, ...], codes: list[str]
) -> None:
    site.app(code)
    port = str(site.port)
    process = site.start(*command, **HEROKU, **LOG, FLASK_RUN_PORT=port)
    assert_served(process)
    if "PG201" in codes:
        process.wait_output("Debugger is active")
        assert "EVALEX = true" in process.get("/fail").body
    assert_served(process)
    assert codes_in(process.output) == codes, process.output
    assert "found an unsafe start of the development server" in process.output


def test_every_start_is_reported(site: Site) -> None:
    start = "make_server('127.0.0.1', 0, app)\n"
    site.app(f"from werkzeug.serving import make_server\n{start}{start}")
    process = site.attempt(PYTHON, "app.py", **HEROKU, **LOG)
    assert process.wait_exit() == 0
    assert codes_in(process.output) == ["PG101", "PG101"]


def test_ignored_rules_are_not_reported(site: Site) -> None:
    site.app("app.run(port=port)")
    ignore = {"FLASK_PRODGUARD_IGNORE": "PG101"}
    assert_served_silently(site.start(PYTHON, "app.py", **HEROKU, **ignore))


def test_additional_names_and_variables_count(site: Site) -> None:
    site.app(
        "app.config['PRODGUARD_PRODUCTION_NAMES'] = ['Jupiter']\n"
        "app.config['PRODGUARD_ENVIRONMENT_VARIABLES'] = ['PLANET']\n"
        "app.run(port=port)"
    )
    process = site.attempt(PYTHON, "app.py", PLANET=" jupiter ")
    assert_refused(process, "PG101")
    assert "PLANET=jupiter" in process.output


def test_an_explicit_production_counts_on_a_laptop(site: Site) -> None:
    site.app("app.run(port=port)")
    explicit = {"FLASK_PRODGUARD_ENVIRONMENT": "production"}
    process = site.attempt(PYTHON, "app.py", **explicit, APP_ENV="development")
    assert_refused(process, "PG101")


def test_an_app_can_not_weaken_what_an_operator_has_set(site: Site) -> None:
    site.app("app.config['PRODGUARD_ACTION'] = 'log'; app.run(port=port)")
    strict = {"FLASK_PRODGUARD_ACTION": "raise"}
    assert_refused(site.attempt(PYTHON, "app.py", **HEROKU, **strict), "PG101")


TYPING_ERRORS = {
    "a value in a variable": (
        "",
        {"FLASK_PRODGUARD_ACTION": "s3cret"},
        ["FLASK_PRODGUARD_ACTION", "raise, log and serve"],
    ),
    "a value in app.config": (
        "app.config['PRODGUARD_ENABLED'] = 'perhaps'",
        {},
        ["app.config['PRODGUARD_ENABLED']", "true and false"],
    ),
    "a key": (
        "app.config['PRODGUARD_ALOWED_HOSTS'] = ['0.0.0.0']",
        {},
        ["PRODGUARD_ALOWED_HOSTS", "Did you mean PRODGUARD_ALLOWED_HOSTS?"],
    ),
    "a variable": (
        "",
        {"FLASK_PRODGUARD_ENABELD": "0"},
        ["FLASK_PRODGUARD_ENABELD", "Did you mean FLASK_PRODGUARD_ENABLED?"],
    ),
    "a variable that was cut short": (
        "",
        {"FLASK_PRODGUARD_ENV": "development"},
        ["FLASK_PRODGUARD_ENV,", "Did you mean FLASK_PRODGUARD_ENVIRONMENT?"],
    ),
    "a network": (
        "",
        {"FLASK_PRODGUARD_ALLOWED_HOSTS": "10.0.0.0/99"},
        ["FLASK_PRODGUARD_ALLOWED_HOSTS", "IP addresses and networks"],
    ),
    "a rule": (
        "app.config['PRODGUARD_IGNORE'] = ['PG999']",
        {},
        ["app.config['PRODGUARD_IGNORE']", "PG101"],
    ),
    "an environment": (
        "",
        {"FLASK_PRODGUARD_ENVIRONMENT": "staging"},
        ["FLASK_PRODGUARD_ENVIRONMENT", "production and development"],
    ),
}


@pytest.mark.parametrize(
    ("code", "environ", "told"), TYPING_ERRORS.values(), ids=TYPING_ERRORS
)
def test_a_typo_is_refused_without_a_traceback(
    site: Site, code: str, environ: dict[str, str], told: list[str]
) -> None:
    site.app(code)
    process = site.attempt("flask", "run", FLASK_RUN_PORT=str(site.port), **environ)
    assert process.wait_exit() == 1
    assert "Traceback" not in process.output
    assert "s3cret" not in process.output
    assert [words for words in told if words not in process.output] == []


def test_a_typo_does_not_take_down_a_production_server(site: Site) -> None:
    require("gunicorn")
    site.app("app.config['PRODGUARD_ACTION'] = 'rase'")
    bind = f"127.0.0.1:{site.port}"
    process = site.start("gunicorn", "--bind", bind, "app:app", **HEROKU)
    assert_served(process)
    assert_served(process)
    assert process.output.count("app.config['PRODGUARD_ACTION']") == 1


def test_the_reloader_is_refused_in_the_parent(site: Site) -> None:
    site.app("app.run(port=port, debug=True)")
    process = site.attempt(PYTHON, "app.py", **HEROKU)
    assert_refused(process, "PG101", "PG201")
    assert "Restarting with" not in process.output
