from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import typing as t
import unittest
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.debug import DebuggedApplication
from werkzeug.serving import make_server
from werkzeug.serving import run_simple

from flask_prodguard import ConfigError
from flask_prodguard import ProdGuard
from flask_prodguard.guard import hooks
from flask_prodguard.guard.hook_points import HOOKS
from flask_prodguard.testing import AppAssertions
from flask_prodguard.testing import assert_allowed
from flask_prodguard.testing import assert_guarded
from flask_prodguard.testing import assert_refused
from flask_prodguard.testing import capture_launches
from flask_prodguard.testing import development
from flask_prodguard.testing import production

AMBIENT = [
    {"FLASK_ENV": "production"},
    {"FLASK_ENV": "development"},
    {"CI": "true"},
    {"DYNO": "web.1"},
    {"FLASK_DEBUG": "1"},
    {"FLASK_PRODGUARD_ENABLED": "0"},
    {"FLASK_PRODGUARD_ACTION": "log"},
    {"FLASK_PRODGUARD_ACTION": "serve"},
    {"FLASK_PRODGUARD_ENVIRONMENT": "development"},
    {"FLASK_PRODGUARD_IGNORE": "PG101,PG102"},
    {"FLASK_PRODGUARD_NONSENSE": "1"},
    {"FLASK_RUN_FROM_CLI": "true"},
    {"WERKZEUG_RUN_MAIN": "true"},
]
FIX_101 = (
    "Serve the app with a production WSGI server, such as gunicorn or\n"
    "         waitress."
)


@pytest.fixture
def app() -> t.Iterator[Flask]:
    app = Flask("shop")
    ProdGuard(app)
    yield app
    hooks.remove()


def message_of(call: t.Callable[[], object]) -> str:
    with pytest.raises(AssertionError) as caught:
        call()
    return str(caught.value)


@pytest.mark.parametrize("ambient", AMBIENT, ids=lambda ambient: next(iter(ambient)))
def test_the_result_is_the_same_whatever_is_set_outside(
    app: Flask, ambient: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ambient.items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ)

    assert_refused(lambda: app.run(), "PG101", environ={"DYNO": "web.1"})
    assert_refused(app, "PG101", environment="production")
    assert_refused(app, "PG102", host="0.0.0.0")
    assert_refused(app, "PG103", debug=True)
    assert_allowed(lambda: app.run(port=5000), environment="development")
    assert_allowed(app, via="flask run", debug=True)
    assert_guarded(app)

    assert dict(os.environ) == before


def test_a_launch_that_is_not_refused_fails_with_the_whole_verdict(app: Flask) -> None:
    assert message_of(lambda: assert_refused(app, "PG101")) == (
        "A launch should have been refused, and was not.\n"
        "\n"
        "app.run() of 'shop' on '127.0.0.1', debug off, debugger off: allowed\n"
        "  environment: undeclared, nothing says what it is"
    )


def test_a_launch_that_is_refused_for_something_else_fails(app: Flask) -> None:
    with production(CI="true"):
        text = message_of(lambda: assert_refused(lambda: app.run(), "PG102"))

    assert text == (
        "The launch was refused, but not for PG102.\n"
        "\n"
        "app.run() of 'shop' on '127.0.0.1', debug off, debugger off: refused\n"
        "  environment: production, because PRODGUARD_ENVIRONMENT=production (the"
        " environment variable FLASK_PRODGUARD_ENVIRONMENT); against it, but weaker:"
        " CI=true (an unnamed CI service)\n"
        "  PG101  The development server was started in production.\n"
        "         This is production: PRODGUARD_ENVIRONMENT=production (the"
        " environment\n"
        "         variable FLASK_PRODGUARD_ENVIRONMENT).\n"
        f"         Fix: {FIX_101}"
    )


def test_a_launch_that_is_refused_but_should_not_be_fails(app: Flask) -> None:
    text = message_of(lambda: assert_allowed(app, environ={"DYNO": "web.1"}))

    assert text == (
        "A launch should have been allowed, and was refused.\n"
        "\n"
        "app.run() of 'shop' on '127.0.0.1', debug off, debugger off: refused\n"
        "  environment: production, because DYNO is set (Heroku)\n"
        "  PG101  The development server was started in production.\n"
        "         This is production: DYNO is set (Heroku).\n"
        f"         Fix: {FIX_101}"
    )


@pytest.mark.parametrize("helper", [assert_refused, assert_allowed])
def test_a_call_that_launches_nothing_fails(helper: t.Callable[..., None]) -> None:
    assert message_of(lambda: helper(lambda: None)) == (
        "Nothing was launched: the call came to its end without app.run(), `flask run`"
        " or any other start of Werkzeug's server."
    )


def test_without_a_guard_nothing_is_refused() -> None:
    app = Flask("shop")

    assert message_of(lambda: assert_refused(app, environment="production")) == (
        "A launch should have been refused, and was not.\n"
        "\n"
        "app.run() of 'shop' on '127.0.0.1', debug off, debugger off: allowed, because"
        " no guarded app was found behind it\n"
        "  environment: production, because PRODGUARD_ENVIRONMENT=production (the"
        " environment variable FLASK_PRODGUARD_ENVIRONMENT)"
    )


def test_a_launch_that_is_only_logged_is_not_refused(app: Flask) -> None:
    app.config["PRODGUARD_ACTION"] = "log"

    text = message_of(lambda: assert_refused(app, environment="production"))

    assert "debugger off: reported as an error, but not refused\n" in text


def test_a_guard_that_is_switched_off_allows_with_a_warning(app: Flask) -> None:
    app.config["PRODGUARD_ENABLED"] = False

    assert_allowed(app, environment="production")
    text = message_of(lambda: assert_refused(app, environment="production"))

    assert "debugger off: allowed, with a warning\n" in text


def test_every_launch_has_to_be_refused(app: Flask) -> None:
    def both() -> None:
        app.run()
        run_simple("0.0.0.0", 5000, app)

    text = message_of(lambda: assert_refused(both, "PG102"))

    assert "app.run() of 'shop' on '127.0.0.1'" in text
    assert "a Werkzeug server of 'shop' on '0.0.0.0'" in text


@pytest.mark.parametrize(
    ("described", "codes"),
    [
        ({"via": "flask run", "host": "0.0.0.0"}, ("PG102",)),
        ({"via": "run_simple", "host": "0.0.0.0", "debug": True}, ("PG102", "PG201")),
        ({"host": "0.0.0.0", "port": 80, "debugger": True}, ("PG102", "PG201")),
        ({"debug": True, "debugger": False}, ("PG103",)),
        ({"environ": {"FLASK_DEBUG": "1"}}, ("PG103",)),
    ],
)
def test_a_description_is_judged_as_the_start_would_be(
    app: Flask, described: dict[str, t.Any], codes: tuple[str, ...]
) -> None:
    assert_refused(app, *codes, **described)

    message = message_of(lambda: assert_allowed(app, **described))
    assert tuple(dict.fromkeys(re.findall(r"PG\d+", message))) == codes


def test_a_callable_sees_the_stated_variables_and_leaves_no_trace(app: Flask) -> None:
    seen: dict[str, str] = {}
    before = dict(os.environ)

    def launch() -> None:
        seen.update(os.environ)
        os.environ["LEFT_BEHIND"] = "1"
        app.run(debug=True)

    assert_refused(launch, "PG201", environ={"DYNO": "web.1"})

    assert seen["DYNO"] == "web.1"
    assert dict(os.environ) == before
    assert not app.debug


def test_the_callable_may_end_like_a_command(app: Flask) -> None:
    def launch(status: int) -> None:
        app.run()
        sys.exit(status)

    assert_allowed(lambda: launch(0))
    with pytest.raises(SystemExit) as caught:
        assert_allowed(lambda: launch(2))
    assert caught.value.code == 2


def test_an_unknown_code_is_a_usage_error(app: Flask) -> None:
    with pytest.raises(ValueError, match="is not a rule's code") as caught:
        assert_refused(app, "PG111")

    text = str(caught.value)
    assert text.startswith("'PG111' is not a rule's code. Accepted: 'PG101', 'PG102'")
    assert text.endswith("Did you mean 'PG101'?")


@pytest.mark.parametrize(
    "call",
    [
        lambda app: assert_refused(app, environment="prod"),
        lambda app: assert_allowed(app, environment="prod"),
        lambda app: assert_guarded(app, environment="prod"),
    ],
)
def test_an_unknown_environment_is_a_usage_error(
    app: Flask, call: t.Callable[[Flask], None]
) -> None:
    with pytest.raises(ValueError, match="is not an environment") as caught:
        call(app)

    assert str(caught.value) == (
        "'prod' is not an environment. Accepted: 'production', 'development'. Did"
        " you mean 'production'?"
    )


def test_an_unknown_way_to_start_is_a_usage_error(app: Flask) -> None:
    with pytest.raises(ValueError, match="is not a way to start") as caught:
        assert_refused(app, via="flask")

    assert str(caught.value) == (
        "'flask' is not a way to start. Accepted: 'app.run', 'flask run',"
        " 'run_simple'. Did you mean 'flask run'?"
    )


def test_a_callable_takes_no_description(app: Flask) -> None:
    with pytest.raises(TypeError, match="describe the start of a Flask app"):
        assert_refused(lambda: app.run(), host="0.0.0.0")


class Dash:
    def __init__(self) -> None:
        self.server = Flask("shop")

    def __call__(self, environ: object, start_response: object) -> None:
        """It is a WSGI app."""


def test_what_cannot_be_launched_is_a_usage_error() -> None:
    with pytest.raises(TypeError) as caught:
        assert_refused(t.cast("t.Any", Dash()))

    assert str(caught.value) == (
        f"A launch needs a Flask app, not {__name__}.Dash. Pass the Flask app that it"
        " holds, its attribute server. A callable will do too."
    )


def test_what_cannot_be_guarded_is_a_usage_error() -> None:
    with pytest.raises(TypeError) as caught:
        assert_guarded(t.cast("t.Any", "shop"))

    assert str(caught.value) == "assert_guarded needs a Flask app, not builtins.str."


def test_a_configuration_that_is_not_understood_raises_as_it_would(app: Flask) -> None:
    app.config["PRODGUARD_ACTION"] = "explode"

    with pytest.raises(ConfigError):
        assert_refused(lambda: app.run())


def test_every_weakness_of_an_app_is_listed() -> None:
    app = Flask("shop")
    app.config.update(
        PRODGUARD_ENABLED=False,
        PRODGUARD_ACTION="log",
        PRODGUARD_IGNORE=["PG102"],
        PRODGUARD_ALLOWED_HOSTS=["10.0.0.0/8", "::/0"],
        PRODGUARD_ENVIRONMENT="development",
        PRODGUARD_ENVIROMENT="production",
        DEBUG=True,
        TESTING=True,
    )
    ProdGuard(app)
    app.wsgi_app = DebuggedApplication(app.wsgi_app)  # type: ignore[method-assign]
    hooks.remove()

    text = message_of(lambda: assert_guarded(app))

    heading, _, listed = text.partition("\n\n")
    hooks_, _, others = listed.partition("  PG905")
    assert heading == "'shop' is not guarded as production needs it:"
    assert hooks_.count("was removed.") == len(HOOKS)
    assert hooks_.startswith(
        "  PG906  A hook of the guard was replaced or removed.\n"
        "         The hook on Flask.run was removed.\n"
    )
    assert hooks_.endswith(
        "         Fix: Apply ProdGuard after what removed it, or upgrade"
        " flask-prodguard.\n"
    )
    assert f"  PG905{others}" == (
        """\
  PG905  The guard's configuration can't be understood.
         PRODGUARD_ENVIROMENT, from app.config['PRODGUARD_ENVIROMENT'], is not a
         key. Did you mean PRODGUARD_ENVIRONMENT?
         Fix: Correct it: it refuses every start until it is understood.
  PG901  The guard is turned off, and a launch would have been refused.
         Turned off by app.config['PRODGUARD_ENABLED'].
         Fix: Remove it: the guard refuses nothing while it is turned off.
  PG904  The guard's configuration allows more than its defaults.
         PRODGUARD_ACTION is 'log', from app.config['PRODGUARD_ACTION']: an
         unsafe start is logged, and goes on.
         Fix: Remove it, or set it to "raise".
         PRODGUARD_IGNORE leaves out PG102, from app.config['PRODGUARD_IGNORE'].
         Fix: Remove it: what it names is neither refused nor reported.
         PRODGUARD_ALLOWED_HOSTS makes every address count as local, from
         app.config['PRODGUARD_ALLOWED_HOSTS'].
         Fix: Name the networks that count as local, on the one machine that
         needs it.
         PRODGUARD_ENVIRONMENT is 'development', from
         app.config['PRODGUARD_ENVIRONMENT']: it has the final word in
         production too.
         Fix: Remove it, and set it on development machines only.
  PG202  Debug mode is on under a production server.
         Debug mode is on, from app.config['DEBUG'].
         Fix: Take it out of the code, and unset FLASK_DEBUG where the app is
         created.
  PG203  TESTING is on under a production server.
         TESTING is on, from app.config['TESTING'].
         Fix: Take it out of the configuration that is deployed. If a fixture of
         this test suite turned it on, call the factory again for this
         assertion.
  PG201  Others can reach Werkzeug's interactive debugger.
         The interactive debugger wraps the app, from app.wsgi_app.
         Fix: Remove DebuggedApplication, and use `flask run --debug` to
         develop."""
    )


def test_an_app_without_a_guard_is_not_guarded() -> None:
    assert message_of(lambda: assert_guarded(Flask("shop"))) == (
        "'shop' is not guarded as production needs it:\n"
        "\n"
        "  PG903  The guard is not installed on this app.\n"
        "         ProdGuard was not applied to 'shop'.\n"
        "         Fix: Add `ProdGuard(app)`, or `guard.init_app(app)` in the factory."
    )


@pytest.mark.parametrize("source", ["config", "variable"])
def test_a_wildcard_among_the_allowed_hosts_is_a_weakness(
    source: str, app: Flask
) -> None:
    environ = {}
    if source == "config":
        app.config["PRODGUARD_ALLOWED_HOSTS"] = "0.0.0.0"
    else:
        environ["FLASK_PRODGUARD_ALLOWED_HOSTS"] = "0.0.0.0"

    assert "  PRODGUARD_ALLOWED_HOSTS makes every network interface" in (
        message_of(lambda: assert_guarded(app, environ=environ))
    )


def test_for_development_only_the_guard_itself_counts(app: Flask) -> None:
    app.config.update(DEBUG=True, TESTING=True, PRODGUARD_ENVIRONMENT="development")

    assert_guarded(app, environment="development")

    in_production = message_of(lambda: assert_guarded(app))
    assert "PG202" in in_production
    assert "PG203" in in_production


def test_a_factory_is_called_in_the_environment_that_is_asserted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")

    def create_app() -> Flask:
        app = Flask("shop")
        ProdGuard(app)
        return app

    assert_guarded(create_app)
    with pytest.raises(TypeError, match=r"needs a Flask app, not builtins\.NoneType"):
        assert_guarded(t.cast("t.Any", lambda: None))
    with pytest.raises(TypeError, match="its attribute server"):
        assert_guarded(t.cast("t.Any", Dash()))


def test_a_weakness_may_come_from_a_stated_variable(app: Flask) -> None:
    environ = {"FLASK_PRODGUARD_ACTION": "log"}

    text = message_of(lambda: assert_guarded(app, environ=environ))

    words = " ".join(text.split())
    assert "from the environment variable FLASK_PRODGUARD_ACTION:" in words


def test_the_assertions_of_one_app_are_bound_to_it(app: Flask, tmp_path: Path) -> None:
    script = tmp_path / "main.py"
    script.write_text("from flask import Flask; Flask('own').run()", "utf-8")
    bound = AppAssertions(lambda: app)

    bound.assert_refused("PG102", host="0.0.0.0")
    bound.assert_refused("PG102", launch=lambda: app.run(host="0.0.0.0"))
    bound.assert_allowed()
    bound.assert_allowed(launch=lambda: app.run())
    bound.assert_guarded()
    with bound.production(), bound.capture_launches() as launches:
        app.run()
    with bound.development(), bound.capture_launches() as allowed:
        app.run()
    (own,) = bound.run_script(script)

    assert bound.app is app
    assert [launch.codes for launch in launches] == [("PG101",)]
    assert [launch.codes for launch in allowed] == [()]
    assert own.launch.app == "own"


def test_a_stated_environment_holds_in_threads(app: Flask) -> None:
    with production({"DYNO": "web.1"}), capture_launches() as launches:
        thread = threading.Thread(target=app.run)
        thread.start()
        thread.join()

    assert [launch.codes for launch in launches] == [("PG101",)]


def test_statements_decorate_functions(app: Flask) -> None:
    def codes() -> list[tuple[str, ...]]:
        with capture_launches() as launches:
            app.run()
        return [launch.codes for launch in launches]

    in_production = production(DYNO="web.1")(codes)
    in_development = development()(codes)

    assert in_production() == [("PG101",)]
    assert in_development() == [()]
    assert in_production() == [("PG101",)]


def test_the_helpers_work_in_unittest(app: Flask) -> None:
    class Case(unittest.TestCase):
        def test_fails(self) -> None:
            assert_refused(app)

    result = unittest.TestResult()
    Case("test_fails").run(result)

    ((_, text),) = result.failures
    assert "A launch should have been refused, and was not." in text
    assert "assertions.py" not in text


@pytest.mark.process
def test_the_assertions_hold_under_optimisation_and_without_pytest() -> None:
    code = (
        "import sys\n"
        "from flask import Flask\n"
        "from flask_prodguard.testing import assert_guarded, assert_refused\n"
        "assert 'pytest' not in sys.modules\n"
        "for helper in (assert_guarded, assert_refused):\n"
        "    try:\n"
        "        helper(Flask('shop'))\n"
        "    except AssertionError:\n"
        "        print('failed')\n"
        "print('pytest' in sys.modules)\n"
    )

    done = subprocess.run(
        [sys.executable, "-O", "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout == "failed\nfailed\nFalse\n"


def test_capture_is_usable_without_any_guard() -> None:
    original = vars(Flask)["run"]

    with capture_launches() as launches:
        Flask("shop").run(host="0.0.0.0")
        make_server("0.0.0.0", 0, lambda environ, start: []).serve_forever()

    assert vars(Flask)["run"] is original
    assert [launch.is_guarded for launch in launches] == [False, False]


def test_a_rule_may_be_left_out_of_what_is_asserted(app: Flask) -> None:
    app.config.update(PRODGUARD_ACTION="log", DEBUG=True)

    text = message_of(lambda: assert_guarded(app, ignore=("PG904",)))

    assert "PG202" in text
    assert "PG904" not in text
    for left_out in (("PG904", "PG202"), ["PG202", "PG904"], "PG202,PG904"):
        assert_guarded(app, ignore=left_out)
        AppAssertions(lambda: app).assert_guarded(ignore=left_out)


def test_a_rule_that_is_left_out_must_be_known(app: Flask) -> None:
    with pytest.raises(ValueError, match="'PG940' is not a rule's code"):
        assert_guarded(app, ignore=("PG940",))


@pytest.mark.parametrize(
    ("environment", "code", "weak"),
    [
        ("production", "PG103", False),
        ("production", "PG101", True),
        ("development", "PG103", False),
        ("development", "PG101", False),
        ("development", "PG102", True),
    ],
)
def test_a_weakening_counts_in_the_environment_that_is_asked_about(
    environment: str, code: str, weak: bool, app: Flask
) -> None:
    app.config["PRODGUARD_IGNORE"] = [code]

    if weak:
        assert f"leaves out {code}" in message_of(
            lambda: assert_guarded(app, environment)
        )
    else:
        assert_guarded(app, environment)
