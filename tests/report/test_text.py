from __future__ import annotations

import dataclasses
import io
import typing as t

import pytest

from flask_prodguard.config.settings import GuardConfig
from flask_prodguard.environment.evidence import DEVELOPMENT
from flask_prodguard.environment.evidence import Environment
from flask_prodguard.environment.evidence import Evidence
from flask_prodguard.environment.evidence import Level
from flask_prodguard.environment.evidence import PRODUCTION
from flask_prodguard.environment.evidence import UNDECLARED
from flask_prodguard.guard.judge import require_config
from flask_prodguard.judging.address import classify
from flask_prodguard.judging.launch import ImportPath
from flask_prodguard.judging.launch import Launch
from flask_prodguard.judging.launch import Via
from flask_prodguard.judging.record import as_dict
from flask_prodguard.judging.verdict import judge
from flask_prodguard.judging.verdict import Verdict
from flask_prodguard.remedy.remedy import Remedy
from flask_prodguard.remedy.suggest import Machine
from flask_prodguard.remedy.suggest import suggest
from flask_prodguard.report import terminal
from flask_prodguard.report import text as report

HEROKU = Environment(
    PRODUCTION,
    Level.STRONG_PLATFORM,
    (
        Evidence(Level.STRONG_PLATFORM, PRODUCTION, "DYNO is set (Heroku)"),
        Evidence(Level.DECLARED_DEVELOPMENT, DEVELOPMENT, "FLASK_ENV=development"),
    ),
    platform="Heroku",
    place="heroku",
)
NOWHERE = Environment(UNDECLARED)
EXPLICIT = Environment(DEVELOPMENT, Level.EXPLICIT)

LOG = require_config({"PRODGUARD_ACTION": "log"}, {})
OFF = require_config({"PRODGUARD_ENABLED": False}, {})


def judged(
    environment: Environment,
    via: Via = Via.APP_RUN,
    host: str = "0.0.0.0",
    config: GuardConfig | None = None,
    **facts: t.Any,
) -> Verdict:
    path = ImportPath("serve", "app")
    launch = Launch("shop", via, classify(host, 5000), import_path=path, **facts)
    return judge(launch, environment, config or GuardConfig())


def remedy_of(verdict: Verdict, *installed: str) -> Remedy:
    machine = Machine(False, frozenset(installed), True, "/bin", "/srv")
    return suggest(machine, verdict.environment, verdict.launch)


def text_of(verdict: Verdict, *installed: str) -> str:
    return report.text(verdict, remedy_of(verdict, *installed))


def test_a_refusal_in_production_in_full() -> None:
    verdict = judged(HEROKU, debug=True, debugger=True, evalex=True)

    assert text_of(verdict) == (
        """\
flask-prodguard refused to start the development server of 'shop'.
Nothing was started.

What was found:
  PG101  The development server was started in production.
         This is production: DYNO is set (Heroku).
  PG102  The development server is bound where other machines can reach it.
         The host '0.0.0.0' binds every network interface.
  PG201  Others can reach Werkzeug's interactive debugger.
         This is production: DYNO is set (Heroku); whoever reaches it can run
         any Python.
         Against it, but weaker: FLASK_ENV=development says development. When in
         doubt, it is production.

How to fix it:
  Serve the app with gunicorn. Paste this into Procfile:

      web: gunicorn --bind 0.0.0.0:$PORT --workers 1 --threads 100 serve:app

  gunicorn is not installed here. Add this line to requirements.txt, or its name
  to the dependencies in pyproject.toml:

      gunicorn

To develop on your own machine:

      flask --app serve run --debug

If this is a development machine, say so with an environment variable (it does
not make the development server fit for others to use):

      FLASK_PRODGUARD_ENVIRONMENT=development

To switch the guard off: https://flask-prodguard.readthedocs.io/en/stable/opt-out/"""
    )


def test_a_refusal_on_the_network_of_a_container_in_full() -> None:
    verdict = judged(Environment(UNDECLARED, container=True), Via.FLASK_RUN)

    assert text_of(verdict, "gunicorn") == (
        """\
flask-prodguard refused to start the development server of 'shop'.
Nothing was started.

What was found:
  PG102  The development server is bound where other machines can reach it.
         The host '0.0.0.0' binds every network interface.

How to fix it:
  Serve the app with gunicorn. Paste this into the Dockerfile, as its last line:

      CMD ["gunicorn", "--bind", "0.0.0.0:5000", "--workers", "1", "--threads", "100", "serve:app"]

  A container has to listen on every interface. To reach it from this machine
  only, publish its port with: docker run -p 127.0.0.1:5000:5000 IMAGE. If you
  only run this image, tell its author.

To develop on your own machine:

      flask --app serve run --debug

If only this machine can reach that address, as behind a port published with
127.0.0.1, say so with an environment variable:

      FLASK_PRODGUARD_ALLOWED_HOSTS=0.0.0.0

If this is a development machine, say so with an environment variable (it does
not make the development server fit for others to use):

      FLASK_PRODGUARD_ENVIRONMENT=development

To switch the guard off: https://flask-prodguard.readthedocs.io/en/stable/opt-out/"""  # noqa: E501
    )


def test_a_debugger_under_a_production_server_in_full() -> None:
    verdict = judged(HEROKU, Via.DEBUGGER, debugger=True, evalex=True)

    assert text_of(verdict) == (
        """\
flask-prodguard switched off the debugger around 'shop'.
Requests go straight to the app.

What was found:
  PG201  Others can reach Werkzeug's interactive debugger.
         This is production: DYNO is set (Heroku); whoever reaches it can run
         any Python.
         Against it, but weaker: FLASK_ENV=development says development. When in
         doubt, it is production.

How to fix it:
  Don't wrap the app in DebuggedApplication, and don't pass use_debugger or
  debug, where others can reach it.

If this is a development machine, say so with an environment variable (it does
not make the development server fit for others to use):

      FLASK_PRODGUARD_ENVIRONMENT=development

To switch the guard off: https://flask-prodguard.readthedocs.io/en/stable/opt-out/"""
    )


@pytest.mark.parametrize(
    ("verdict", "opening"),
    [
        (
            judged(HEROKU, config=LOG),
            "flask-prodguard found an unsafe start of the development server of 'shop'."
            "\nIt starts all the same.",
        ),
        (
            judged(HEROKU, config=OFF),
            "flask-prodguard warns about the development server of 'shop'."
            "\nIt starts all the same.",
        ),
        (
            judged(HEROKU, Via.DEBUGGER, debugger=True, config=LOG),
            "flask-prodguard found a debugger around 'shop'.\n"
            "It stays on all the same.",
        ),
        (
            judged(HEROKU, Via.DEBUGGER, debugger=True, config=OFF),
            "flask-prodguard warns about a debugger around 'shop'."
            "\nIt stays on all the same.",
        ),
        (
            judged(HEROKU, Via.RUNNING),
            "flask-prodguard refuses to serve 'shop' with the development server.\n"
            "Each request is answered with an error.",
        ),
        (
            judged(HEROKU, Via.RUNNING, config=LOG),
            "flask-prodguard found that the development server serves 'shop'.\n"
            "It goes on all the same.",
        ),
        (
            judged(HEROKU, Via.RUNNING, config=OFF),
            "flask-prodguard warns about the development server of 'shop'.\n"
            "It goes on all the same.",
        ),
        (
            judged(HEROKU, Via.WSGI, debug=True),
            "flask-prodguard found that 'shop' is served in an unsafe state."
            "\nIt is served all the same.",
        ),
    ],
)
def test_the_first_lines_say_what_happened(verdict: Verdict, opening: str) -> None:
    assert text_of(verdict).startswith(f"{opening}\n\n")


def test_explicit_development_is_not_told_how_to_say_so() -> None:
    text = text_of(judged(EXPLICIT, debugger=True))

    assert "FLASK_PRODGUARD_ENVIRONMENT" not in text
    assert (
        "How to fix it:\n"
        "  Switch the debugger off with `--no-debugger` or `use_debugger=False`, or"
        " let\n"
        "  only this machine reach the address.\n"
    ) in text


def test_what_must_change_in_the_code_comes_before_the_command() -> None:
    verdict = judged(HEROKU)
    path = ImportPath("serve", "app", notes=("Move app up.",))
    machine = Machine(False, frozenset({"gunicorn"}), True, "/bin", "/srv")
    launch = Launch("shop", Via.APP_RUN, import_path=path)

    text = report.text(verdict, suggest(machine, HEROKU, launch))

    assert text.index("Move app up.") < text.index("web: gunicorn")


@pytest.mark.parametrize(
    ("changes", "is_shown"),
    [((), True), (("Move it.",), True), (("Move it.", "Bind it."), False)],
)
def test_the_way_to_develop_is_shown_where_it_needs_no_change_of_its_own(
    changes: tuple[str, ...], is_shown: bool
) -> None:
    verdict = judged(HEROKU)
    remedy = remedy_of(verdict)
    development = dataclasses.replace(remedy.development, changes=changes)
    remedy = dataclasses.replace(
        remedy, changes=("Move it.", "Rename it."), development=development
    )

    text = report.text(verdict, remedy)

    assert ("To develop on your own machine:" in text) is is_shown
    assert ("flask --app serve run --debug" in text) is is_shown


def test_no_line_of_prose_is_wider_than_a_terminal() -> None:
    text = text_of(judged(HEROKU, debug=True, debugger=True))

    assert max(len(line) for line in text.splitlines() if "https:" not in line) <= 80


def test_the_summary_is_one_line() -> None:
    refused = judged(HEROKU)
    debug = judged(NOWHERE, host="127.0.0.1", debug=True)

    assert report.summary(refused, remedy_of(refused)) == (
        "PG101, PG102: refused to start the development server of 'shop', because this"
        " is production: DYNO is set (Heroku). Start it with: gunicorn --bind"
        " 0.0.0.0:$PORT --workers 1 --threads 100 serve:app"
    )
    assert report.summary(debug, remedy_of(debug)).endswith(
        " Start it with: flask --app serve run --debug"
    )


def test_the_summary_of_a_refused_request_does_not_speak_of_a_start() -> None:
    running = judged(HEROKU, Via.RUNNING)

    assert report.summary(running, remedy_of(running)).startswith(
        "PG101, PG102: refuses to serve 'shop' with the development server, because"
    )


def test_the_summary_says_what_comes_before_the_command() -> None:
    refused = judged(HEROKU)
    remedy = dataclasses.replace(remedy_of(refused), changes=("Move it.", "Rename it."))

    assert report.summary(refused, remedy).endswith(
        " (Heroku). First: Move it. Rename it. Start it with: gunicorn --bind"
        " 0.0.0.0:$PORT --workers 1 --threads 100 serve:app"
    )


def test_a_log_record_carries_the_verdict() -> None:
    verdict = judged(HEROKU)

    assert report.log_extra(verdict) == {
        "prodguard_codes": ["PG101", "PG102"],
        "prodguard_app": "shop",
        "prodguard_via": "app.run()",
        "prodguard_environment": "production",
        "prodguard_address": "0.0.0.0",
        "prodguard_verdict": as_dict(verdict),
    }


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_host_that_serves_the_app_itself_is_given_no_server() -> None:
    environment = dataclasses.replace(HEROKU, place="pythonanywhere")

    assert (
        "  PythonAnywhere serves the app itself. Paste this into the WSGI"
        " configuration\n"
        "  file that the Web tab links to:\n"
        "\n"
        "      import sys\n"
        '      sys.path.insert(0, "/srv")\n'
        "      from serve import app\n"
        "      application = app\n"
    ) in text_of(judged(environment))


@pytest.mark.usefixtures("environ")
def test_a_terminal_gets_colours() -> None:
    message = text_of(judged(HEROKU))
    coloured = terminal.for_stream(message, Terminal())

    lines = coloured.splitlines()
    assert lines[0].startswith("\x1b[31m\x1b[1mflask-prodguard refused")
    assert lines[3] == "\x1b[1mWhat was found:\x1b[0m"
    assert lines[4] == (
        "  \x1b[31mPG101\x1b[0m  The development server was started in production."
    )
    assert lines[5] == "         This is production: DYNO is set (Heroku)."
    line = "web: gunicorn --bind 0.0.0.0:$PORT --workers 1 --threads 100 serve:app"
    assert f"\x1b[32m      {line}\x1b[0m" in lines


@pytest.mark.parametrize(
    ("variables", "stream"),
    [
        ({"NO_COLOR": "1"}, Terminal()),
        ({"TERM": "dumb"}, Terminal()),
        ({}, io.StringIO()),
        ({}, object()),
    ],
)
def test_anything_else_gets_none(
    variables: dict[str, str], stream: t.Any, environ: dict[str, str]
) -> None:
    environ.update(variables)

    assert terminal.for_stream("flask-prodguard refused", stream) == (
        "flask-prodguard refused"
    )
