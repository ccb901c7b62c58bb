from __future__ import annotations

import shutil
import subprocess
import sys
import typing as t
from importlib.util import find_spec
from pathlib import Path

import pytest

from flask_prodguard.guard import hooks
from flask_prodguard.testing.simulated import stated_environment

pytest_plugins = ("pytester",)

PLUGIN = "flask_prodguard.pytest_plugin"
ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "docs" / "examples" / "testing"
FACTORY = """\
from flask import Flask
from flask_prodguard import ProdGuard

def create_app(debug=False):
    app = Flask("shop")
    app.debug = app.debug or debug
    ProdGuard(app)
    return app
"""
FIXTURE = """\
import pytest
from shop import create_app

@pytest.fixture
def app():
    return create_app()
"""

Run: t.TypeAlias = t.Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> t.Iterator[Run]:
    """Runs pytest with the plugin, whether or not the package is installed."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def run(*arguments: str, separately: bool = False) -> pytest.RunResult:
        # The plugin of Dash, where it is installed, warns of itself.
        plugins = ["-p", "no:dash", "-p", "no:prodguard", "-p", PLUGIN]
        if separately:
            return pytester.runpytest_subprocess(*plugins, *arguments)
        return pytester.runpytest_inprocess(*plugins, *arguments)

    yield run
    hooks.remove()


@pytest.fixture
def shop(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with a factory."""
    pytester.makepyfile(shop=FACTORY)
    return pytester


@pytest.mark.process
def test_importing_the_plugin_imports_nothing_else() -> None:
    code = (
        "import sys, pytest\n"
        "before = {*sys.modules}\n"
        f"import {PLUGIN}\n"
        "print(sorted({*sys.modules} - before))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout == f"['flask_prodguard', {PLUGIN!r}]\n"


@pytest.mark.process
def test_unless_it_is_used_it_does_nothing(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        f"""
        import sys

        def test_of_something_else():
            packages = ("flask", "werkzeug", "click", "flask_prodguard")
            ours = [each for each in sys.modules if each.startswith(packages)]
            assert ours == ["flask_prodguard", {PLUGIN!r}]
        """
    )

    result = run("-p", "no:flask", separately=True)

    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*prodguard:*")


def test_the_marker_is_registered_and_explained(run: Run) -> None:
    result = run("--markers")

    result.stdout.fnmatch_lines(
        ['@pytest.mark.prodguard(environment="production", **variables): state the*']
    )


def test_one_line_of_configuration_asserts_that_the_app_is_guarded(
    shop: pytest.Pytester, run: Run
) -> None:
    shop.makeini("[pytest]\nprodguard_app = shop:create_app()\n")

    result = run("-v", "--strict-markers")

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        [
            "prodguard: shop:create_app() must be guarded in production (from"
            " prodguard_app in tox.ini); these tests run in *",
            "prodguard::shop:create_app() PASSED*",
        ]
    )


def test_the_header_names_the_environment_and_where_it_came_from(
    shop: pytest.Pytester, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_PRODGUARD_ENVIRONMENT", "development")

    result = run("--prodguard-app", "shop:create_app()")

    result.stdout.fnmatch_lines(
        [
            "prodguard: shop:create_app() must be guarded in production (from"
            " --prodguard-app); these tests run in development"
            " (PRODGUARD_ENVIRONMENT=development (the environment variable"
            " FLASK_PRODGUARD_ENVIRONMENT))"
        ]
    )


def test_the_header_says_so_if_there_is_no_evidence(
    shop: pytest.Pytester, run: Run
) -> None:
    with stated_environment(environ={}):
        result = run("--prodguard-app", "shop:create_app()", "--collect-only")

    result.stdout.fnmatch_lines(
        ["prodguard: *; these tests run in undeclared (nothing says what this is)"]
    )


def test_a_weakened_guard_fails_the_generated_test(
    shop: pytest.Pytester, run: Run
) -> None:
    result = run("--prodguard-app", "shop:create_app(debug=True)")

    result.assert_outcomes(failed=1)
    text = result.stdout.str()
    start = text.index("'shop' is not")
    assert text[start : text.index("\n=====", start)] == (
        "'shop' is not guarded as production needs it:\n"
        "\n"
        "  PG202  Debug mode is on under a production server.\n"
        "         Debug mode is on, from app.config['DEBUG'].\n"
        "         Fix: Take it out of the code, and unset FLASK_DEBUG where the app"
        " is\n"
        "         created."
    )
    assert "Traceback" not in text


@pytest.mark.parametrize(
    "name", ["FLASK_ENV", "CI", "FLASK_DEBUG", "FLASK_PRODGUARD_ENABLED"]
)
def test_the_generated_test_is_isolated(
    shop: pytest.Pytester, run: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "on")

    run("--prodguard-app", "shop:create_app()").assert_outcomes(passed=1)


def test_the_generated_test_may_be_deselected(shop: pytest.Pytester, run: Run) -> None:
    result = run("--prodguard-app", "shop:create_app()", "-k", "nothing")

    result.assert_outcomes(deselected=1)


def test_it_is_left_out_where_single_tests_are_chosen(
    shop: pytest.Pytester, run: Run
) -> None:
    path = shop.makepyfile("def test_one(): pass")

    result = run("--prodguard-app", "shop:create_app()", f"{path.name}::test_one")

    result.assert_outcomes(passed=1)


def test_the_collected_tree_names_it(shop: pytest.Pytester, run: Run) -> None:
    result = run("--prodguard-app", "shop:create_app()", "--collect-only", "-q")

    result.stdout.fnmatch_lines(["prodguard::shop:create_app()"])


def test_a_path_that_is_written_wrongly_is_a_usage_error(run: Run) -> None:
    result = run("--prodguard-app", "shop/__init__.py")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [
            "ERROR: --prodguard-app: 'shop/__init__.py' is not the path of an app."
            ' Write a path such as "shop:app" or "shop:create_app()".'
        ]
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "shop:creat_app()",
            "--prodguard-app: 'shop:creat_app()' names no Flask app:*",
        ),
        ("shopp:app", "--prodguard-app: 'shopp:app' can't be used: importing 'shopp'*"),
        ("shop:create_app(1, 2)", "*'shop:create_app(1, 2)' names no Flask app:*"),
        ("shop:FACTORY", "*'shop:FACTORY' names no Flask app: A valid Flask*"),
    ],
)
def test_an_app_that_cannot_be_loaded_fails_with_what_to_change(
    shop: pytest.Pytester, run: Run, path: str, text: str
) -> None:
    shop.makepyfile(shop=FACTORY + "\nFACTORY = 1")

    result = run("--prodguard-app", path)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([text])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_what_is_not_a_failure_of_the_app_is_shown_in_full(
    shop: pytest.Pytester, run: Run
) -> None:
    shop.makepyfile(shop=FACTORY + "\nraise SystemExit(2)")

    result = run("--prodguard-app", "shop:create_app()")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*SystemExit: 2"])


@pytest.mark.usefixtures("strict_flask")
def test_the_fixture_is_bound_to_the_app_of_the_tests(
    shop: pytest.Pytester, run: Run
) -> None:
    shop.makeconftest(FIXTURE)
    shop.makepyfile(
        """
        def test_all(app, prodguard):
            assert prodguard.app is app
            prodguard.assert_guarded()
            prodguard.assert_refused("PG102", host="0.0.0.0")
            with prodguard.production(), prodguard.capture_launches() as launches:
                app.run()
            assert launches[0].is_refused
        """
    )

    run("-W", "error").assert_outcomes(passed=1)


def test_without_an_app_fixture_the_configured_app_counts(
    shop: pytest.Pytester, run: Run
) -> None:
    shop.makepyfile("def test_it(prodguard): prodguard.assert_guarded()")

    result = run("--prodguard-app", "shop:create_app()", "--import-mode=importlib")

    result.assert_outcomes(passed=2)


def test_without_any_app_the_fixture_says_what_to_do(
    pytester: pytest.Pytester, run: Run
) -> None:
    pytester.makepyfile("def test_it(prodguard): prodguard.assert_guarded()")

    result = run("-p", "no:flask")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E*The fixture prodguard needs the app: define a fixture named app, or set"
            ' prodguard_app to a path such as "shop:create_app()".'
        ]
    )


def test_an_app_fixture_that_lacks_another_is_reported_as_usual(
    pytester: pytest.Pytester, run: Run
) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def app(database):
            pass

        def test_it(prodguard):
            prodguard.assert_guarded()
        """
    )

    run("-p", "no:flask").stdout.fnmatch_lines(["*fixture 'database' not found*"])


@pytest.mark.usefixtures("strict_flask")
def test_the_marker_states_the_environment_of_fixtures_and_test(
    shop: pytest.Pytester, run: Run
) -> None:
    shop.makeconftest(FIXTURE)
    shop.makepyfile(
        """
        import os
        import unittest
        import pytest
        from flask_prodguard.testing import assert_allowed, assert_refused
        from shop import create_app

        pytestmark = pytest.mark.prodguard(environment="production")

        @pytest.fixture
        def mark(monkeypatch):
            monkeypatch.setenv("STAGE", "jupiter")
            return os.environ.get("DYNO")

        @pytest.mark.prodguard(environment="production", DYNO="web.1")
        def test_closest(app, mark):
            assert mark == os.environ["DYNO"] == "web.1"
            assert os.environ["STAGE"] == "jupiter"
            assert_refused(lambda: app.run(), "PG101")

        @pytest.mark.prodguard(environment="development")
        def test_development(app):
            assert_allowed(lambda: app.run(debug=True))

        class Case(unittest.TestCase):
            def test_case(self):
                assert_refused(create_app(), "PG101")
        """
    )

    run("-W", "error", "--strict-markers").assert_outcomes(passed=3)


@pytest.mark.process
def test_nothing_of_it_runs_in_a_test_that_does_not_use_it(
    pytester: pytest.Pytester, run: Run
) -> None:
    pytester.makeconftest(
        """
        import sys

        def pytest_runtest_protocol(item):
            def notice(frame, event, argument):
                if frame.f_globals.get("__name__", "").startswith("flask_prodguard"):
                    print("OURS", frame.f_code.co_name)

            sys.setprofile(notice)

        def pytest_runtest_logfinish():
            sys.setprofile(None)
        """
    )
    pytester.makepyfile(
        """
        import pytest

        def test_it(request):
            assert [name for name in request.fixturenames if "prodguard" in name] == []

        def test_another(tmp_path):
            pass
        """
    )

    result = run("-s", separately=True)

    result.assert_outcomes(passed=2)
    result.stdout.no_fnmatch_line("*OURS*")


@pytest.mark.usefixtures("strict_flask")
def test_the_marker_may_be_added_late_and_to_one_parameter(
    pytester: pytest.Pytester, run: Run
) -> None:
    pytester.makeconftest(
        """
        import pytest

        @pytest.hookimpl(trylast=True)
        def pytest_collection_modifyitems(items):
            for item in items:
                if item.name == "test_late":
                    item.add_marker(pytest.mark.prodguard(DYNO="late"))
        """
    )
    pytester.makepyfile(
        """
        import os
        import pytest

        @pytest.fixture(scope="module")
        def made_before():
            return os.environ.get("DYNO")

        @pytest.fixture(autouse=True)
        def made_within():
            return os.environ.get("DYNO")

        def test_late(made_before, made_within):
            assert made_before is None
            assert made_within == os.environ["DYNO"] == "late"

        def marked(dyno):
            return pytest.param(dyno, marks=pytest.mark.prodguard(DYNO=dyno))

        @pytest.mark.parametrize("dyno", [marked("web.1"), None, marked("web.2")])
        def test_parameter(made_within, dyno):
            assert made_within == os.environ.get("DYNO") == dyno
        """
    )

    run().assert_outcomes(passed=4)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            '"production"',
            "E*The marker prodguard takes keyword arguments only, such as"
            ' @pytest.mark.prodguard(environment="production", DYNO="web.1").',
        ),
        (
            'environment="prod"',
            "E*The marker prodguard: 'prod' is not an environment. Accepted:"
            " 'production', 'development'. Did you mean 'production'?",
        ),
        (
            "PORT=80",
            "E*The marker prodguard: The variable 'PORT' must be a string: it was given"
            " a value of the type int.",
        ),
    ],
)
def test_a_marker_that_is_wrong_is_a_usage_error(
    pytester: pytest.Pytester, run: Run, arguments: str, text: str
) -> None:
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.prodguard({arguments})
        def test_it():
            pass
        """
    )

    result = run()

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([text])
    result.stdout.fnmatch_lines(["*UsageError*"])


@pytest.mark.process
@pytest.mark.skipif(not find_spec("xdist"), reason="pytest-xdist is not installed")
def test_it_works_with_xdist(shop: pytest.Pytester, run: Run) -> None:
    shop.makepyfile(
        """
        import pytest
        from flask_prodguard.testing import assert_refused
        from shop import create_app

        @pytest.mark.parametrize("number", range(10))
        @pytest.mark.prodguard(DYNO="web.1")
        def test_it(number):
            assert_refused(lambda: create_app().run(), "PG101")
        """
    )

    result = run("--prodguard-app", "shop:create_app()", "-n", "2", separately=True)

    result.assert_outcomes(passed=11)


@pytest.mark.process
@pytest.mark.skipif(not find_spec("pytest_flask"), reason="it is not installed")
def test_the_live_server_of_pytest_flask_serves_a_guarded_app(
    shop: pytest.Pytester, run: Run
) -> None:
    shop.makeconftest(FIXTURE.replace("fixture", 'fixture(scope="session")'))
    shop.makeini("[pytest]\nlive_server_scope = session\n")
    shop.makepyfile(
        """
        import urllib.error
        import urllib.request
        import pytest

        def test_it(live_server, prodguard):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(live_server.url("/"))
            prodguard.assert_refused("PG101", environment="production")
        """
    )

    run(separately=True).assert_outcomes(passed=1)


@pytest.mark.process
@pytest.mark.usefixtures("strict_flask")
def test_the_example_of_the_documentation_passes(
    pytester: pytest.Pytester, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    shutil.copytree(EXAMPLE, pytester.path, dirs_exist_ok=True)

    run("-W", "error", separately=True).assert_outcomes(passed=9)
