from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import textwrap
import threading
import typing as t
import warnings
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from unittest import mock

import flask.cli
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import FlaskGroup

import flask_prodguard
from flask_prodguard.__main__ import main
from flask_prodguard.cli import prodguard
from flask_prodguard.guard import hooks

ENTRY_POINT = "[flask.commands]\nprodguard = flask_prodguard.cli:prodguard\n"
METADATA = "Metadata-Version: 2.1\nName: flask-prodguard\nVersion: 0.1.0\n"
SHOP = """
    from flask import Flask
    from flask_prodguard import ProdGuard

    app = Flask(__name__)
    ProdGuard(app)

    @app.cli.command()
    def stock():
        print("3 left")
"""
WEAK = """
    from flask import Flask
    from flask_prodguard import ProdGuard
    from werkzeug.debug import DebuggedApplication
    from werkzeug.middleware.profiler import ProfilerMiddleware

    app = Flask(__name__)
    app.config.update(
        DEBUG=True,
        TESTING=True,
        PRODGUARD_ACTION="log",
        PRODGUARD_IGNORE=["PG102"],
        PRODGUARD_ALLOWED_HOSTS=["0.0.0.0"],
    )
    app.wsgi_app = DebuggedApplication(ProfilerMiddleware(app.wsgi_app))
    ProdGuard(app)
"""
KEPT = {"PATH", "SYSTEMROOT", "TEMP", "COVERAGE_PROCESS_START"}
PASSED_ON = {name: os.environ[name] for name in KEPT if name in os.environ}
FLASK = ("-m", "flask")
ALONE = ("-m", "flask_prodguard")
PROGRAMS: dict[tuple[str, ...], FlaskGroup] = {FLASK: flask.cli.cli, ALONE: main}


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    status: int
    output: str
    errors: str


@dataclass(frozen=True)
class Site:
    """A folder with example apps, and a clean environment to run commands in."""

    folder: Path
    variables: dict[str, str]

    def start(self, *words: str, **variables: str) -> Ran:
        """Run a command of this Python."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self.folder,
            env={**self.variables, **variables},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def run(self, *words: str, **variables: str) -> Ran:
        """Do the same in this process, which takes a tenth of the time."""
        output, errors = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
        status = self.run_with((output, errors), words, variables)
        output.seek(0)
        errors.seek(0)
        return Ran(status, output.read(), errors.read())

    def run_with(
        self,
        streams: tuple[t.TextIO, t.TextIO],
        words: tuple[str, ...],
        variables: dict[str, str],
    ) -> int:
        """The same with streams of the test's. Returns the exit status."""
        output, errors = streams
        with (
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(errors),
            mock.patch.dict(os.environ, {**self.variables, **variables}, clear=True),
            self._imports(),
            pytest.raises(SystemExit) as ended,
        ):
            PROGRAMS[words[:2]].main([*words[2:]])
        status = ended.value.code
        assert isinstance(status, int)
        return status

    @contextlib.contextmanager
    def _imports(self) -> t.Iterator[None]:
        folder, before = str(self.folder), Path.cwd()
        paths = [folder, *self.variables["PYTHONPATH"].split(os.pathsep), *sys.path]
        os.chdir(folder)
        with mock.patch.object(sys, "path", paths), warnings.catch_warnings():
            # As Python does by default.
            warnings.simplefilter("ignore", DeprecationWarning)
            yield
        os.chdir(before)
        for name, module in [*sys.modules.items()]:
            if str(getattr(module, "__file__", None)).startswith(folder):
                del sys.modules[name]

    def write(self, name: str, text: str) -> None:
        """Write a file."""
        (self.folder / name).write_text(textwrap.dedent(text), "utf-8")


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What has to be on the import path for ``flask`` to find the command."""
    folder = tmp_path_factory.mktemp("site")
    # The advice depends on which servers there are.
    (folder / "gunicorn").mkdir()
    (folder / "gunicorn" / "__init__.py").touch()
    package = Path(flask_prodguard.__file__).parents[1]
    paths = [str(folder), str(package), os.environ.get("PYTHONPATH", "")]
    if not metadata.entry_points(group="flask.commands", name="prodguard"):
        information = folder / "flask_prodguard-0.1.0.dist-info"
        information.mkdir()
        (information / "entry_points.txt").write_text(ENTRY_POINT, "utf-8")
        (information / "METADATA").write_text(METADATA, "utf-8")
    return os.pathsep.join(paths)


@pytest.fixture
def site(installed: str, tmp_path: Path, environ: dict[str, str]) -> t.Iterator[Site]:
    # What this machine is declared to be must not matter.
    variables = {**PASSED_ON, "HOME": str(tmp_path)}
    # Nor whether an environment is active, which decides how flask is called.
    programs = [str(Path(sys.executable).parent), variables.get("PATH", "")]
    variables["PATH"] = os.pathsep.join(programs)
    site = Site(tmp_path, {**variables, "PYTHONPATH": installed, "PYTHONUTF8": "1"})
    site.write("shop.py", SHOP)
    site.write("weak.py", WEAK)
    site.write("broken.py", "{}['DATABASE_URL']")
    yield site
    hooks.remove()


def text(words: str) -> str:
    return textwrap.dedent(words).lstrip("\n")


@pytest.mark.process
@pytest.mark.parametrize(
    "words",
    [
        [*FLASK, "--app", "weak", "prodguard", "check"],
        [*FLASK, "--app", "shop", "prodguard", "explain"],
        [*FLASK, "--app", "shop", "prodguard", "status"],
        [*FLASK, "prodguard", "fix", "--platform", "heroku"],
        [*ALONE, "rules"],
    ],
    ids=" ".join,
)
def test_each_command_does_the_same_in_its_own_process(
    words: list[str], site: Site
) -> None:
    assert site.start(*words) == site.run(*words)


# The full text of each output.


def test_check_of_an_app_without_findings(site: Site) -> None:
    ran = site.run(*FLASK, "--app", "shop", "prodguard", "check")

    assert ran == Ran(
        0,
        text("""
            flask-prodguard checked 'shop' in production: nothing found.

            What would happen to shop:app in production:
              app.run()            is refused: PG101
              flask run            is refused: PG101
              a WSGI server        serves
        """),
        "",
    )


def test_check_of_an_app_that_is_not(site: Site) -> None:
    ran = site.run(*FLASK, "--app", "weak", "prodguard", "check")

    assert ran == Ran(
        1,
        text("""
            flask-prodguard checked 'weak' in production: 9 findings.

            What was found:
              PG201  Others can reach Werkzeug's interactive debugger.
                     This is production: assumed for this check; whoever reaches it can read
                     the source code (its console is off).
                     Fix: Don't wrap the app in DebuggedApplication, and don't pass
                     use_debugger or debug, where others can reach it.
              PG202  Debug mode is on under a production server.
                     Debug mode is on, and this is production: assumed for this check.
                     Fix: Unset FLASK_DEBUG, and remove `app.debug = True` and DEBUG from
                     the configuration.
              PG203  TESTING is on under a production server.
                     TESTING is on, and this is production: assumed for this check.
                     Fix: Remove TESTING from the configuration that is deployed.
              PG204  A profiler wraps the app.
                     ProfilerMiddleware wraps 'weak'.
                     Fix: Wrap the app in ProfilerMiddleware only while profiling, for
                     example under `if app.debug:`.
              PG904  The guard's configuration allows more than its defaults.
                     PRODGUARD_ACTION is 'log', from app.config['PRODGUARD_ACTION']: an
                     unsafe start is logged, and goes on.
                     Fix: Remove it, or set it to "raise".
                     PRODGUARD_IGNORE leaves out PG102, from app.config['PRODGUARD_IGNORE'].
                     Fix: Remove it: what it names is neither refused nor reported.
                     PRODGUARD_ALLOWED_HOSTS makes every network interface count as local,
                     from app.config['PRODGUARD_ALLOWED_HOSTS']: it does so wherever the
                     code runs.
                     Fix: Name the networks that count as local, on the one machine that
                     needs it.
              PG908  The development server would start where it should be refused.
                     On '127.0.0.1', app.run() starts, with an error in the log, where the
                     guard's defaults refuse it: PG101, PG201.
                     On '127.0.0.1', flask run starts, with an error in the log, where the
                     guard's defaults refuse it: PG101, PG201.
                     Fix: Correct what the other findings report: the guard is missing,
                     turned off, or weakened.

            What would happen to weak:app in production:
              app.run()            starts, with an error in the log: PG101, PG201
              flask run            starts, with an error in the log: PG101, PG201
              a WSGI server        serves, with an error in the log: PG202, PG203
              DebuggedApplication  is on, with an error in the log: PG201

            To read more: flask prodguard explain PG201
        """),  # noqa: E501
        "",
    )


def test_an_app_without_a_guard_is_checked_too(site: Site) -> None:
    if find_spec("httpbin") is None:
        pytest.skip("httpbin is not installed")

    ran = site.run(*FLASK, "--app", "httpbin:app", "prodguard", "check")

    assert ran.status == 1
    assert ran.output == text("""
        flask-prodguard checked 'httpbin.core' in production: 3 findings.

        What was found:
          PG903  The guard is not installed on this app.
                 ProdGuard was not applied to 'httpbin.core'.
                 Fix: Add `ProdGuard(app)`, or `guard.init_app(app)` in the factory.
          PG908  The development server would start where it should be refused.
                 On '127.0.0.1', app.run() starts, unguarded, where the guard's defaults
                 refuse it: PG101.
                 On '127.0.0.1', flask run starts, unguarded, where the guard's defaults
                 refuse it: PG101.
                 Fix: Correct what the other findings report: the guard is missing,
                 turned off, or weakened.

        What would happen to httpbin.core:app in production:
          app.run()            starts, unguarded
          flask run            starts, unguarded
          a WSGI server        serves, unguarded

        To read more: flask prodguard explain PG903
    """)


def test_httpbin_with_a_guard_has_no_findings(site: Site) -> None:
    if find_spec("httpbin") is None:
        pytest.skip("httpbin is not installed")
    site.write(
        "guarded.py",
        """
        from flask_prodguard import ProdGuard
        from httpbin import app

        ProdGuard(app)
        """,
    )

    ran = site.run(*FLASK, "--app", "guarded", "prodguard", "check")

    assert ran.status == 0
    assert "checked 'httpbin.core' in production: nothing found." in ran.output
    assert "What would happen to guarded:app in production:" in ran.output


def test_check_in_the_formats_of_programs(site: Site) -> None:
    check = (*FLASK, "--app", "weak", "prodguard", "check", "--format")

    as_json, as_github, as_sarif = (
        site.run(*check, style) for style in ("json", "github", "sarif")
    )

    assert {as_json.status, as_github.status, as_sarif.status} == {1}
    assert len(json.loads(as_json.output)["findings"]) == 9
    assert json.loads(as_json.output)["import_path"] == "weak:app"
    assert as_github.output.count("\n") == 9
    assert as_github.output.startswith(
        "::error file=weak.py,title=PG201 interactive-debugger::Others can reach"
    )
    assert len(json.loads(as_sarif.output)["runs"][0]["results"]) == 9


def test_the_page_of_a_rule_is_printed(site: Site) -> None:
    ran = site.run(*FLASK, "prodguard", "explain", "pg204")

    assert ran == Ran(
        0,
        text("""
            # PG204: profiler

            ## What it finds

            A profiler wraps the app.

            ## Why it is a mistake

            Werkzeug's ProfilerMiddleware profiles every request, and writes a table of
            functions and source files each time. It slows the app down, fills the log, and
            can't profile two requests at once.

            ## Example

                app.wsgi_app = ProfilerMiddleware(app.wsgi_app)

            ## How to fix it

            Wrap the app in ProfilerMiddleware only while profiling, for example under `if
            app.debug:`.

            ## References

            - <https://werkzeug.palletsprojects.com/en/stable/middleware/profiler/>
        """),  # noqa: E501
        "",
    )


def test_explain_the_decision_for_this_process(site: Site) -> None:
    ran = site.run(*FLASK, "--app", "shop", "prodguard", "explain", RENDER="true")

    assert ran == Ran(
        0,
        text("""
            The environment is production: level 4 decides.
              Level 4 says production: RENDER=true (Render)

            What would happen to 'shop' now:
              app.run()            is refused: PG101
              flask run            is refused: PG101
              a WSGI server        serves

            Why:
              PG101  The development server was started in production.
                     This is production: RENDER=true (Render).

            To read more: flask prodguard explain PG101
        """),
        "",
    )


def test_rules(site: Site) -> None:
    ran = site.run(*FLASK, "prodguard", "rules")

    assert ran.status == 0
    assert ran.output.startswith(
        text("""
            PG101  development-server-in-production
                   The development server was started in production.
            PG102  development-server-on-the-network
        """)
    )


def test_status(site: Site) -> None:
    ran = site.run(
        *FLASK, "--app", "shop", "prodguard", "status", APP_ENV="prod", SECRET="s3cret"
    )

    assert (ran.status, ran.errors) == (0, "")
    versions, _, rest = ran.output.partition("\n")
    assert versions == (
        f"flask-prodguard 0.1.0, Flask {metadata.version('flask')}, Werkzeug"
        f" {metadata.version('werkzeug')}, Python {sys.version.split()[0]}"
    )
    assert rest == text("""

        The app 'shop' (shop:app) is guarded.

        The environment is production: level 2 decides.
          1  PRODGUARD_ENVIRONMENT            -
          2  production, declared             APP_ENV=prod
          3  a test run                       -
          4  a hosting platform               -
          5  development, declared            -
          6  a place to develop               -
          7  a platform that is emulated too  -
          8  CI without a name                -

        The configuration:
          PRODGUARD_ENABLED = True, default
          PRODGUARD_ACTION = raise, default
          PRODGUARD_ENVIRONMENT = None, default
          PRODGUARD_ALLOWED_HOSTS = [], default
          PRODGUARD_IGNORE = [], default
          PRODGUARD_ENVIRONMENT_VARIABLES = [], default
          PRODGUARD_PRODUCTION_NAMES = [], default
          PRODGUARD_DEVELOPMENT_NAMES = [], default

        The hooks:
          Flask.run                              installed
          BaseWSGIServer.__init__                installed
          BaseWSGIServer.log_startup             installed
          BaseWSGIServer.serve_forever           installed
          BaseWSGIServer.handle_request          installed
          BaseWSGIServer.finish_request          installed
          DebuggedApplication.__init__           installed
          DebuggedApplication.__call__           installed
          DebuggedApplication.debug_application  installed
          DebuggedApplication.check_pin_trust    installed
    """).join(("\n", ""))


def test_the_fix_for_a_platform_is_printed(site: Site) -> None:
    ran = site.run(
        *FLASK, "--app", "shop", "prodguard", "fix", "--platform", "Beanstalk"
    )

    assert ran == Ran(
        0,
        text("""
            How to serve 'shop' (AWS Elastic Beanstalk):
              Serve the app with gunicorn. Paste this into Procfile:

                  web: gunicorn --bind 127.0.0.1:8000 --workers 1 --threads 100 shop:app

              Without a Procfile, Elastic Beanstalk imports `application` from
              application.py itself and serves it with gunicorn: delete the Procfile, name
              the app so, and nothing has to be started at all.

            To develop on your own machine:

                  flask --app shop run --debug
        """),  # noqa: E501
        "",
    )
    assert not [*site.folder.glob("Procfile")]


# What the commands take.


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--environment", "development"], 0),
        (["--environment", "undeclared", "--host", "0.0.0.0"], 0),
        (["--debug"], 1),
        (["--debug", "--ignore", "PG202"], 0),
        (["--no-debug"], 0),
        (["--ignore", "pg1"], 2),
        (["--format", "xml"], 2),
        (["--environment", "moon"], 2),
    ],
)
def test_the_exit_status_distinguishes_findings_from_mistakes(
    words: list[str], status: int, app: Flask
) -> None:
    result = app.test_cli_runner().invoke(prodguard, ["check", *words])

    assert result.exit_code == status


def test_several_rules_can_be_left_out_at_once(app: Flask) -> None:
    app.config["PRODGUARD_ACTION"] = "log"
    app.testing = True
    check = ["check", "--ignore", "PG203,PG904", "--ignore", "unsafe-start-allowed"]

    assert app.test_cli_runner().invoke(prodguard, check).exit_code == 0


def test_nothing_found_prints_nothing_for_github(app: Flask) -> None:
    result = app.test_cli_runner().invoke(prodguard, ["check", "--format", "github"])

    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize("words", [["explain"], ["explain", "PG101"], ["rules"]])
def test_commands_that_only_inform_exit_with_zero(words: list[str], app: Flask) -> None:
    result = app.test_cli_runner().invoke(prodguard, words)

    assert result.exit_code == 0
    assert result.output


def test_fix_is_data_too(site: Site) -> None:
    ran = site.run(*FLASK, "--app", "shop", "prodguard", "fix", "--format", "json")

    assert ran.status == 0
    assert json.loads(ran.output)["server"] == "gunicorn"


def test_status_and_fix_are_about_the_app(app: Flask) -> None:
    runner = app.test_cli_runner()

    assert "The app 'shop'" in runner.invoke(prodguard, ["status"]).output
    assert "How to serve 'shop'" in runner.invoke(prodguard, ["fix"]).output


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["explain", "PG1O1"], "There is no page 'PG1O1'. Did you mean 'PG101'?\n"),
        (
            ["fix", "--platform", "herok"],
            "There is no platform 'herok'. Did you mean 'heroku'?\n",
        ),
    ],
)
def test_an_unknown_name_suggests_the_nearest(
    words: list[str], error: str, app: Flask
) -> None:
    result = app.test_cli_runner().invoke(prodguard, words)

    assert result.exit_code == 2
    assert f"Error: {error}Known are: " in result.output


def test_no_option_is_read_from_a_variable_of_the_configuration(
    app: Flask, environ: dict[str, str]
) -> None:
    environ["FLASK_PRODGUARD_CHECK_FORMAT"] = "json"

    result = app.test_cli_runner().invoke(prodguard, ["check"])

    assert result.output.startswith("flask-prodguard checked")
    assert (
        "FLASK_PRODGUARD_CHECK_FORMAT, from the process environment, is not"
        in result.output
    )


# An app that is missing or broken.


def test_check_needs_an_app(site: Site) -> None:
    ran = site.run(*FLASK, "prodguard", "check")

    assert (ran.status, ran.output) == (2, "")
    assert ran.errors.startswith("Error: Could not locate a Flask application.")


def test_check_of_an_app_that_fails_to_import(site: Site) -> None:
    ran = site.run(*FLASK, "--app", "broken", "prodguard", "check")

    assert (ran.status, ran.output) == (2, "")
    assert ran.errors.startswith(
        "Error: While importing the app, an error was raised:\n\n"
        f'  File "{site.folder / "broken.py"}", line 1, in <module>\n'
    )
    assert ran.errors.endswith("KeyError: 'DATABASE_URL'\n")


@pytest.mark.parametrize(
    "words",
    [["explain"], ["explain", "PG101"], ["rules"], ["status"], ["fix"]],
    ids=" ".join,
)
def test_the_other_commands_need_no_app(words: list[str], site: Site) -> None:
    without = site.run(*FLASK, "prodguard", *words)
    alone = site.run(*ALONE, *words)

    assert (without.status, without.errors) == (0, "")
    assert alone == without


def test_an_app_that_fails_to_import_is_reported_and_left_out(site: Site) -> None:
    ran = site.run(*FLASK, "--app", "broken", "prodguard", "fix")

    assert ran.status == 0
    assert ran.errors.endswith(
        "KeyError: 'DATABASE_URL'\n\nThis goes on without the app.\n\n"
    )
    assert ran.output.startswith("How to serve an app (")


def test_the_same_command_stands_alone(site: Site) -> None:
    alone = site.run(*ALONE, "--app", "weak", "check")

    assert alone == site.run(*FLASK, "--app", "weak", "prodguard", "check")


def test_standing_alone_it_has_no_other_commands(site: Site) -> None:
    ran = site.run(*ALONE, "--app", "shop", "--help")

    assert ran.status == 0
    listed = ran.output.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed] == [*sorted(prodguard.commands)]


# What must not break.


@pytest.mark.parametrize("name", ["shop", "broken"])
def test_flask_help_lists_the_command(name: str, site: Site) -> None:
    ran = site.run(*FLASK, "--app", name, "--help")

    assert ran.status == 0
    assert "  prodguard  Ask how the app would fare in production, and why." in (
        ran.output
    )


@pytest.mark.process
@pytest.mark.parametrize("command", ["--help", "routes"])
def test_other_commands_work_if_every_other_module_of_the_package_fails(
    command: str, site: Site
) -> None:
    site.write("plain.py", "from flask import Flask\napp = Flask(__name__)")
    site.write(
        "fail.py",
        """
        import pathlib
        import sys
        import flask_prodguard
        root = pathlib.Path(flask_prodguard.__file__).parents[1]
        files = (root / "flask_prodguard").rglob("*.py")
        paths = [each.relative_to(root).with_suffix("") for each in files]
        names = {".".join(path.parts) for path in paths}
        sys.modules.update(dict.fromkeys(names - {"flask_prodguard.cli.commands"}))
        from flask.cli import main
        main()
        """,
    )

    ran = site.start("fail.py", "--app", "plain", command)

    assert (ran.status, ran.errors) == (0, "")


def test_other_commands_work_if_the_configuration_is_wrong(site: Site) -> None:
    wrong = {"FLASK_PRODGUARD_ACTION": "s3cret", "FLASK_PRODGUARD_ACTON": "log"}

    stock = site.run(*FLASK, "--app", "shop", "stock", **wrong)
    check = site.run(*FLASK, "--app", "shop", "prodguard", "check", **wrong)

    assert stock == Ran(0, "3 left\n", "")
    assert check.status == 1
    assert "in production: 2 findings." in check.output
    assert "FLASK_PRODGUARD_ACTON, from the process environment" in check.output
    assert "s3cret" not in check.output


@pytest.mark.process
def test_the_commands_module_imports_only_click(site: Site) -> None:
    site.write(
        "imported.py",
        """
        import sys
        import click, flask, flask_prodguard
        before = {*sys.modules}
        import flask_prodguard.cli
        print(sorted({*sys.modules} - before))
        """,
    )

    package, commands = "flask_prodguard.cli", "flask_prodguard.cli.commands"
    assert site.start("imported.py").output == f"{[package, commands]}\n"


# Where it is shown.


def shown_on_a_terminal(site: Site, *words: str, **variables: str) -> str:
    pty = pytest.importorskip("pty")
    leader, follower = pty.openpty()
    shown: list[bytes] = []
    # A terminal buffers little that was not read yet.
    reader = threading.Thread(target=lambda: shown.extend(_read(leader)))
    reader.start()
    with os.fdopen(follower, "w", encoding="utf-8") as terminal:
        streams = (terminal, terminal)
        site.run_with(streams, words, {"TERM": "xterm", **variables})
    reader.join()
    os.close(leader)
    return b"".join(shown).decode().replace("\r\n", "\n")


def _read(leader: int) -> t.Iterator[bytes]:
    # Linux says so where the other side has closed.
    with contextlib.suppress(OSError):
        while read := os.read(leader, 4096):
            yield read


@pytest.mark.parametrize(
    ("words", "start"),
    [
        (["--app", "shop", "prodguard", "check"], "\x1b[32m\x1b[1mflask-prodguard"),
        (["--app", "weak", "prodguard", "check"], "\x1b[31m\x1b[1mflask-prodguard"),
        (["prodguard", "explain", "PG101"], "\x1b[1m# PG101: "),
    ],
)
def test_a_terminal_gets_colours(words: list[str], start: str, site: Site) -> None:
    assert shown_on_a_terminal(site, *FLASK, *words).startswith(start)


def test_a_terminal_gets_no_colours_with_no_color(site: Site) -> None:
    check = (*FLASK, "--app", "weak", "prodguard", "check")

    assert shown_on_a_terminal(site, *check, NO_COLOR="1") == site.run(*check).output
    assert "\x1b" not in shown_on_a_terminal(site, *check, "--format", "json")


@pytest.mark.process
def test_an_encoding_that_lacks_a_character_gets_an_escape(site: Site) -> None:
    site.write("café.py", SHOP)
    check = (*FLASK, "--app", "café", "prodguard", "check")

    ran = site.start(*check, PYTHONIOENCODING="ascii")

    assert (ran.status, ran.errors) == (0, "")
    assert ran.output.startswith("flask-prodguard checked 'caf\\xe9' in production")
    assert "checked 'café' in" in site.run(*check).output


# The command without the flask command, in this process.


def test_the_command_that_stands_alone_finds_and_lists_commands(
    environ: dict[str, str],
) -> None:
    result = CliRunner().invoke(main, ["rules"])

    assert result.exit_code == 0
    assert result.output.startswith("PG101  ")
    assert "  explain  " in CliRunner().invoke(main, ["--help"]).output


def test_the_command_goes_on_without_a_broken_app(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])

    result = CliRunner().invoke(main, ["--app", "no_such_shop", "fix"])

    assert result.exit_code == 0
    assert "Could not import 'no_such_shop'." in result.output
