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
from flask_prodguard.judging.launch import CallSite
from flask_prodguard.judging.launch import ImportPath
from flask_prodguard.judging.launch import Launch
from flask_prodguard.judging.launch import Via
from flask_prodguard.judging.record import as_dict
from flask_prodguard.judging.verdict import judge
from flask_prodguard.judging.verdict import Obstacle
from flask_prodguard.judging.verdict import Verdict
from flask_prodguard.judging.verdict import with_obstacles
from flask_prodguard.remedy.remedy import Kind
from flask_prodguard.remedy.remedy import Remedy
from flask_prodguard.remedy.suggest import suggest
from flask_prodguard.remedy.this_machine import Machine
from flask_prodguard.report import terminal
from flask_prodguard.report import text as report
from flask_prodguard.report.shell import Shell

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
POD = Environment(
    PRODUCTION,
    Level.CONDITIONAL_PLATFORM,
    (
        Evidence(
            Level.CONDITIONAL_PLATFORM,
            PRODUCTION,
            "KUBERNETES_SERVICE_HOST is set (Kubernetes)",
        ),
    ),
    platform="Kubernetes",
    place="kubernetes",
)
NOWHERE = Environment(UNDECLARED)
CONTAINER = Environment(UNDECLARED, container=True)
EXPLICIT = Environment(DEVELOPMENT, Level.EXPLICIT)
SHELL = Shell(start="python serve.py")

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
    return report.text(verdict, needed_by(verdict, *installed), SHELL)


def needed_by(verdict: Verdict, *installed: str) -> Remedy | None:
    is_replaced = verdict.launch.is_development_server
    return remedy_of(verdict, *installed) if is_replaced else None


def test_a_refusal_in_production_in_full() -> None:
    verdict = judged(
        HEROKU,
        debug=True,
        debugger=True,
        evalex=True,
        call_site=CallSite("serve.py", 19),
    )

    assert text_of(verdict) == (
        """\
flask-prodguard refused to start the development server of 'shop'.
Nothing was started. The call is in serve.py, line 19.

What was found:
  PG101  The development server was started in production.
         This is production: DYNO is set (Heroku).
  PG102  The development server is bound where other machines can reach it.
         The host '0.0.0.0' binds every network interface.
  PG201  Others can reach Werkzeug's interactive debugger.
         This is production: DYNO is set (Heroku); whoever reaches it can run
         any Python.
         Weaker evidence says that this is development: FLASK_ENV=development.
         When in doubt, it is production.

How to fix it:
  Serve the app with gunicorn. Paste this into Procfile:

      web: gunicorn --bind 0.0.0.0:$PORT --workers 1 --threads 100 serve:app

  gunicorn is not installed here. Add this line to requirements.txt, or its name
  to the dependencies in pyproject.toml:

      gunicorn

To start it anyway, and have this logged as an error:

      FLASK_PRODGUARD_ACTION=log python serve.py

Other ways out: flask prodguard explain opt-out

Fix: Install gunicorn. Paste into Procfile: web: gunicorn --bind\
 0.0.0.0:$PORT --workers 1 --threads 100 serve:app"""
    )


def test_a_refusal_on_the_network_of_a_laptop_in_full() -> None:
    assert text_of(judged(NOWHERE), "gunicorn") == (
        """\
flask-prodguard refused to start the development server of 'shop'.
Nothing was started.

What was found:
  PG102  The development server is bound where other machines can reach it.
         The host '0.0.0.0' binds every network interface.

How to fix it:
  Serve the app with gunicorn. Paste this into a terminal:

      gunicorn --bind 0.0.0.0:5000 --workers 1 --threads 100 serve:app

To develop on your own machine:

      flask --app serve run --debug

If this is your development machine, and other devices may reach the development
server, say so once:

      flask prodguard declare development --network

Other ways out: flask prodguard explain opt-out

Fix: Run: gunicorn --bind 0.0.0.0:5000 --workers 1 --threads 100 serve:app"""
    )


def test_a_refusal_on_the_network_of_a_container_in_full() -> None:
    assert text_of(judged(CONTAINER, Via.FLASK_RUN), "gunicorn") == (
        """\
flask-prodguard refused to start the development server of 'shop'.
Nothing was started.

What was found:
  PG102  The development server is bound where other machines can reach it.
         The host '0.0.0.0' binds every network interface.

How to fix it:
  Serve the app with gunicorn. Paste this into the Dockerfile, as its last line:

      CMD ["gunicorn", "--bind", "0.0.0.0:5000", "--workers", "1", "--threads",\
 "100", "serve:app"]

  A container has to listen on every interface. To reach it from this machine
  only, publish its port with: docker run -p 127.0.0.1:5000:5000 IMAGE. If you
  only run this image, tell its author.

To develop on your own machine:

      flask --app serve run --debug

If only this machine can reach that address, because its port is published on
127.0.0.1, say so:

      FLASK_PRODGUARD_ALLOWED_HOSTS=0.0.0.0 python serve.py

If this is a development machine, say so. It does not make the development
server safe for others to use:

      FLASK_PRODGUARD_ENVIRONMENT=development python serve.py

Other ways out: flask prodguard explain opt-out

Fix: Paste into the Dockerfile, as its last line: CMD ["gunicorn", "--bind",\
 "0.0.0.0:5000", "--workers", "1", "--threads", "100", "serve:app"]"""
    )


def test_a_refusal_where_clusters_to_develop_look_the_same_in_full() -> None:
    assert text_of(judged(POD, host="127.0.0.1"), "gunicorn") == (
        """\
flask-prodguard refused to start the development server of 'shop'.
Nothing was started.

What was found:
  PG101  The development server was started in production.
         This is production: KUBERNETES_SERVICE_HOST is set (Kubernetes).

How to fix it:
  Serve the app with gunicorn. Paste this into the container's entry in the
  Deployment:

      command: ["gunicorn", "--bind", "0.0.0.0:5000", "--workers", "1",\
 "--threads", "100", "serve:app"]

If this is a development machine, say so. It does not make the development
server safe for others to use:

      FLASK_PRODGUARD_ENVIRONMENT=development python serve.py

Other ways out: flask prodguard explain opt-out

Fix: Paste into the container's entry in the Deployment: command: ["gunicorn",\
 "--bind", "0.0.0.0:5000", "--workers", "1", "--threads", "100", "serve:app"]"""
    )


def test_a_debugger_under_a_production_server_in_full() -> None:
    verdict = judged(HEROKU, Via.DEBUGGER, debugger=True, evalex=True)

    assert text_of(verdict) == (
        """\
flask-prodguard turned off the debugger that wraps 'shop'.
Requests go straight to the app.

What was found:
  PG201  Others can reach Werkzeug's interactive debugger.
         This is production: DYNO is set (Heroku); whoever reaches it can run
         any Python.
         Weaker evidence says that this is development: FLASK_ENV=development.
         When in doubt, it is production.

How to fix it:
  Don't wrap the app in DebuggedApplication, and don't pass use_debugger or
  debug, where others can reach it.

Other ways out: flask prodguard explain opt-out

Fix: Don't wrap the app in DebuggedApplication, and don't pass use_debugger or debug,\
 where others can reach it."""
    )


def test_a_debugger_that_is_kept_from_a_request_in_full() -> None:
    verdict = judged(
        NOWHERE,
        Via.DEBUGGER,
        "127.0.0.1",
        debugger=True,
        evalex=True,
        detour="X-Forwarded-For was sent",
    )

    assert text_of(verdict) == (
        """\
flask-prodguard kept the debugger of 'shop' from a request.
The app alone answered it, and will answer every request like it.

What was found:
  PG201  Others can reach Werkzeug's interactive debugger.
         X-Forwarded-For was sent; whoever reaches it can run any Python.

How to fix it:
  Don't wrap the app in DebuggedApplication, and don't pass use_debugger or
  debug, where others can reach it.

If this is your development machine, say so once:

      flask prodguard declare development

Other ways out: flask prodguard explain opt-out

Fix: Don't wrap the app in DebuggedApplication, and don't pass use_debugger or debug,\
 where others can reach it."""
    )


def test_debug_mode_under_a_production_server_in_full() -> None:
    assert text_of(judged(POD, Via.WSGI, debug=True, testing=True)) == (
        """\
flask-prodguard found that 'shop' is served in an unsafe state.
It is served anyway.

What was found:
  PG202  Debug mode is on under a production server.
         Debug mode is on, and this is production: KUBERNETES_SERVICE_HOST is
         set (Kubernetes).
  PG203  TESTING is on under a production server.
         TESTING is on, and this is production: KUBERNETES_SERVICE_HOST is set
         (Kubernetes).

How to fix it:
  Unset FLASK_DEBUG, and remove `app.debug = True` and DEBUG from the
  configuration.
  Remove TESTING from the configuration that is deployed.

If this is a development machine, say so. It does not make the development
server safe for others to use:

      FLASK_PRODGUARD_ENVIRONMENT=development python serve.py

Other ways out: flask prodguard explain opt-out

Fix: Unset FLASK_DEBUG, and remove `app.debug = True` and DEBUG from the\
 configuration. Remove TESTING from the configuration that is deployed."""
    )


def test_a_warning_in_declared_development_in_full() -> None:
    assert text_of(judged(EXPLICIT, debugger=True, evalex=True)) == (
        """\
flask-prodguard warns about the development server of 'shop'.
It starts anyway.

What was found:
  PG201  Others can reach Werkzeug's interactive debugger.
         '0.0.0.0' is reachable from other machines; whoever reaches it can run
         any Python.

How to fix it:
  Turn the debugger off with `--no-debugger` or `use_debugger=False`, or bind
  the server to 127.0.0.1.

Other ways out: flask prodguard explain opt-out

Fix: Turn the debugger off with `--no-debugger` or `use_debugger=False`, or bind the\
 server to 127.0.0.1."""
    )


def test_the_short_text_in_full() -> None:
    verdict = judged(HEROKU, host="127.0.0.1", call_site=CallSite("serve.py", 19))

    assert report.short_text(verdict) == (
        """\
flask-prodguard refused to start the development server of 'shop'.
Nothing was started. The call is in serve.py, line 19.

What was found:
  PG101  The development server was started in production.
         This is production: DYNO is set (Heroku).
         Weaker evidence says that this is development: FLASK_ENV=development.
         When in doubt, it is production.

Other ways out: flask prodguard explain opt-out

Fix: Serve the app with a production WSGI server, such as gunicorn or waitress."""
    )
    assert report.short_summary(verdict) == (
        "refused to start the development server of 'shop', because this is production:"
        " DYNO is set (Heroku). Fix: Serve the app with a production WSGI server, such"
        " as gunicorn or waitress."
    )


def fix_of(verdict: Verdict, remedy: Remedy) -> str:
    """The part of the message between its heading and the next one."""
    text = report.text(verdict, remedy, SHELL)
    return text.partition("How to fix it:\n")[2].partition("\n\nTo start it")[0]


def test_a_file_of_the_project_is_named_with_its_line() -> None:
    verdict = judged(HEROKU)
    remedy = dataclasses.replace(
        remedy_of(verdict, "gunicorn"),
        file="Procfile",
        line=3,
        before="web: python serve.py",
        after="web: gunicorn serve:app",
    )

    assert fix_of(verdict, remedy) == (
        "  Serve the app with gunicorn. In Procfile, line 3, replace\n"
        "\n"
        "      web: python serve.py\n"
        "\n"
        "  with\n"
        "\n"
        "      web: gunicorn serve:app"
    )
    assert report.fix_line(verdict, remedy) == (
        "Fix: In Procfile, line 3, write: web: gunicorn serve:app"
    )


def test_a_file_that_does_not_mention_the_start_gets_a_line() -> None:
    verdict = judged(HEROKU)
    remedy = dataclasses.replace(
        remedy_of(verdict, "gunicorn"), file="Procfile", after="web: gunicorn serve:app"
    )

    assert fix_of(verdict, remedy) == (
        "  Serve the app with gunicorn. Add this to Procfile:\n"
        "\n"
        "      web: gunicorn serve:app"
    )
    assert report.fix_line(verdict, remedy) == (
        "Fix: In Procfile, write: web: gunicorn serve:app"
    )


def test_a_change_in_the_code_is_one_line_in_the_end() -> None:
    verdict = judged(HEROKU)
    code = dataclasses.replace(
        remedy_of(verdict, "waitress"),
        kind=Kind.CODE,
        file="serve.py",
        line=19,
        before='    app.run(host="0.0.0.0")',
        after="    from waitress import serve\n"
        "    serve(\n        app,\n        port=5000,\n    )",
        losses=("Debug mode is off.", "One. " * 20),
        install="uv add waitress",
        requirements=("waitress",),
    )
    command = dataclasses.replace(
        remedy_of(verdict, "gunicorn"),
        condition="if nothing else is run",
        changes=("Move it.",),
    )
    plain = dataclasses.replace(command, condition="", changes=())
    remedy = dataclasses.replace(code, alternatives=(command, plain))

    assert fix_of(verdict, remedy) == (
        """\
  Serve the app with waitress. In serve.py, line 19, replace

          app.run(host="0.0.0.0")

  with

          from waitress import serve
          serve(
              app,
              port=5000,
          )

  It has to be installed first:

      uv add waitress

  What this would lose:
  - Debug mode is off.
  - One. One. One. One. One. One. One. One. One. One. One. One. One. One. One.
    One. One. One. One. One.

  Or, if nothing else is run, serve the app with gunicorn. Move it. Paste this
  into Procfile:

      web: gunicorn --bind 0.0.0.0:$PORT --workers 1 --threads 100 serve:app

  Or, serve the app with gunicorn. Paste this into Procfile:

      web: gunicorn --bind 0.0.0.0:$PORT --workers 1 --threads 100 serve:app"""
    )
    assert report.fix_line(verdict, remedy) == (
        "Fix: Run uv add waitress. In serve.py, line 19, write: from waitress import"
        " serve; serve(app, port=5000)"
    )


@pytest.mark.parametrize(
    ("after", "line"),
    [
        ("    return serve(\n        app,\n    )", "return serve(app)"),
        ("with room:\n    serve(app)", "with room: serve(app)"),
        ("serve(\n    app,", "serve(; app,"),
        (
            "try:\n    from waitress import serve\n    serve(app)",
            "try: from waitress import serve; serve(app)",
        ),
        (
            "    if x:\n        import os\n        serve(\n            app)",
            "if x: import os; serve(app)",
        ),
    ],
)
def test_code_is_one_line_in_the_end_however_it_is_laid_out(
    after: str, line: str
) -> None:
    verdict = judged(HEROKU)
    remedy = dataclasses.replace(
        remedy_of(verdict, "gunicorn"), kind=Kind.CODE, file="serve.py", after=after
    )

    assert report.fix_line(verdict, remedy) == f"Fix: In serve.py, write: {line}"


@pytest.mark.parametrize(
    ("place", "fix"),
    [
        ("platform-sh", "Fix: Paste into .platform.app.yaml: start: gunicorn --"),
        (
            "systemd",
            "Fix: Paste into the [Service] section of the unit: WorkingDirectory=/srv"
            " and ExecStart=",
        ),
        (
            "pythonanywhere",
            "Fix: Paste into the WSGI configuration file that the Web tab links to:"
            " import sys; sys.path.insert(0, '/srv'); from serve import app;"
            " application = app",
        ),
    ],
)
def test_lines_that_can_not_be_joined_are_the_settings_in_the_end(
    place: str, fix: str
) -> None:
    verdict = judged(dataclasses.replace(HEROKU, place=place))

    line = report.fix_line(verdict, remedy_of(verdict, "gunicorn"))

    assert line.startswith(fix)


def test_what_keeps_waitress_from_serving_is_named() -> None:
    seen = Obstacle("ssl_context was passed", "Leave it out.")
    verdict = with_obstacles(judged(HEROKU), (seen,))

    assert (
        "\n\nPRODGUARD_ACTION is 'serve', but waitress can't serve this start:\n"
        "  ssl_context was passed. Leave it out.\n\nHow to fix it:\n"
    ) in text_of(verdict)
    assert (
        "because this is production: DYNO is set (Heroku), and waitress can't serve it:"
        " ssl_context was passed. Fix:"
    ) in report.summary(verdict, remedy_of(verdict))


def test_a_process_that_goes_on_is_distinguished_from_one_that_ends() -> None:
    verdict = judged(HEROKU)

    text = report.text(verdict, remedy_of(verdict), SHELL, stays_alive=True)

    assert text.startswith(
        "flask-prodguard refused to start the development server of 'shop'.\n"
        "Nothing was started.\n"
        "The process goes on without the server, and a supervisor sees it as up.\n"
        "\n"
    )


@pytest.mark.parametrize(
    ("level", "line"),
    [
        (Level.EXPLICIT, "FLASK_PRODGUARD_ACTION=log python serve.py"),
        (Level.DECLARED_PRODUCTION, "FLASK_PRODGUARD_ACTION=log python serve.py"),
        (Level.STRONG_PLATFORM, "FLASK_PRODGUARD_ACTION=log python serve.py"),
        (
            Level.CONDITIONAL_PLATFORM,
            "FLASK_PRODGUARD_ENVIRONMENT=development python serve.py",
        ),
        (None, "flask prodguard declare development --network"),
    ],
)
def test_the_way_out_fits_what_has_decided(level: Level | None, line: str) -> None:
    environment = Environment(PRODUCTION if level else UNDECLARED, level)

    text = text_of(judged(environment))

    offered = {
        each.strip()
        for each in text.splitlines()
        if "FLASK_PRODGUARD_" in each or "declare" in each
    }
    assert offered == {line}


def test_a_published_port_is_not_a_way_out_of_production() -> None:
    environment = dataclasses.replace(HEROKU, container=True)

    assert "FLASK_PRODGUARD_ALLOWED_HOSTS" not in text_of(judged(environment))


def test_no_machine_that_no_laptop_looks_like_is_called_a_development_machine() -> None:
    for via in Via:
        text = text_of(judged(HEROKU, via, debug=True, debugger=True))

        assert "FLASK_PRODGUARD_ENVIRONMENT" not in text
        assert "declare" not in text


def test_what_is_logged_already_is_not_offered_to_be() -> None:
    assert "FLASK_PRODGUARD_ACTION" not in text_of(judged(HEROKU, config=LOG))


@pytest.mark.parametrize("via", Via)
@pytest.mark.parametrize("environment", [HEROKU, POD, NOWHERE, CONTAINER, EXPLICIT])
def test_the_last_line_is_the_fix(via: Via, environment: Environment) -> None:
    verdict = judged(environment, via, debug=True, debugger=True, testing=True)
    if not verdict.findings:
        return

    *_, last = text_of(verdict).splitlines()

    assert last == report.fix_line(verdict, needed_by(verdict))
    assert last.startswith("Fix: ")


@pytest.mark.parametrize(
    ("verdict", "opening"),
    [
        (
            judged(HEROKU, config=LOG),
            "flask-prodguard found an unsafe start of the development server of 'shop'."
            "\nIt starts anyway.",
        ),
        (
            judged(HEROKU, config=OFF),
            "flask-prodguard warns about the development server of 'shop'."
            "\nIt starts anyway.",
        ),
        (
            judged(HEROKU, Via.DEBUGGER, debugger=True, config=LOG),
            "flask-prodguard found a debugger that wraps 'shop'.\nIt stays on.",
        ),
        (
            judged(HEROKU, Via.DEBUGGER, debugger=True, config=OFF),
            "flask-prodguard warns about a debugger that wraps 'shop'.\nIt stays on.",
        ),
        (
            judged(HEROKU, Via.RUNNING),
            "flask-prodguard refuses to serve 'shop' with the development server.\n"
            "Each request is answered with an error.",
        ),
        (
            judged(HEROKU, Via.RUNNING, config=LOG),
            "flask-prodguard found that the development server serves 'shop'.\n"
            "It keeps serving.",
        ),
        (
            judged(HEROKU, Via.RUNNING, config=OFF),
            "flask-prodguard warns about the development server of 'shop'.\n"
            "It keeps serving.",
        ),
        (
            judged(HEROKU, Via.WSGI, debug=True),
            "flask-prodguard found that 'shop' is served in an unsafe state."
            "\nIt is served anyway.",
        ),
    ],
)
def test_the_first_lines_say_what_happened(verdict: Verdict, opening: str) -> None:
    assert text_of(verdict).startswith(f"{opening}\n\n")


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
def test_the_way_to_develop_is_shown_if_it_needs_no_further_change(
    changes: tuple[str, ...], is_shown: bool
) -> None:
    verdict = judged(NOWHERE)
    remedy = remedy_of(verdict)
    development = dataclasses.replace(remedy.development, changes=changes)
    remedy = dataclasses.replace(
        remedy, changes=("Move it.", "Rename it."), development=development
    )

    text = report.text(verdict, remedy)

    assert ("To develop on your own machine:" in text) is is_shown
    assert ("flask --app serve run --debug" in text) is is_shown


def test_no_line_but_the_last_is_wider_than_a_terminal() -> None:
    text = text_of(judged(HEROKU, debug=True, debugger=True))

    assert max(len(line) for line in text.splitlines()[:-1]) <= 80


def test_the_summary_is_one_line() -> None:
    refused = judged(HEROKU)
    running = judged(HEROKU, Via.RUNNING)
    remedy = dataclasses.replace(
        remedy_of(refused, "gunicorn"), changes=("Move it.", "Rename it.")
    )

    assert report.summary(refused, remedy_of(refused, "gunicorn")) == (
        "refused to start the development server of 'shop', because this is production:"
        " DYNO is set (Heroku). Fix: Paste into Procfile: web: gunicorn --bind"
        " 0.0.0.0:$PORT --workers 1 --threads 100 serve:app"
    )
    assert report.summary(refused, remedy).endswith(
        " (Heroku). Fix: Move it. Rename it. Paste into Procfile: web: gunicorn --bind"
        " 0.0.0.0:$PORT --workers 1 --threads 100 serve:app"
    )
    assert report.summary(running, remedy_of(running)).startswith(
        "refuses to serve 'shop' with the development server, because"
    )


def test_records_of_the_same_codes_have_one_template() -> None:
    assert report.log_template(judged(HEROKU)) == "PG101, PG102: %s"


def test_a_log_record_carries_the_verdict_and_the_remedy() -> None:
    verdict = judged(HEROKU)

    assert report.log_extra(verdict, {"kind": "command"}) == {
        "prodguard_codes": ["PG101", "PG102"],
        "prodguard_app": "shop",
        "prodguard_via": "app.run()",
        "prodguard_environment": "production",
        "prodguard_address": "0.0.0.0",
        "prodguard_verdict": as_dict(verdict),
        "prodguard_remedy": {"kind": "command"},
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
    pasted = "web: gunicorn --bind 0.0.0.0:$PORT --workers 1 --threads 100 serve:app"
    assert f"\x1b[32m      {pasted}\x1b[0m" in lines


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
