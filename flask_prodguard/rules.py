"""The rules, one table: every page, message and listing is rendered from it."""

from __future__ import annotations

import enum
from dataclasses import dataclass

DEPLOYING = "https://flask.palletsprojects.com/en/stable/deploying/"
DEBUGGING = "https://werkzeug.palletsprojects.com/en/stable/debug/"
SERVING = "https://werkzeug.palletsprojects.com/en/stable/serving/"


class Severity(enum.Enum):
    """What a finding means for the launch.

    .. versionadded:: 0.1
    """

    #: It must not be served like this.
    REFUSE = "refuse"
    #: It is served, and logged as an error.
    ERROR = "error"
    #: It is served, and logged as a warning.
    WARNING = "warning"


@dataclass(frozen=True)
class Rule:
    """A mistake that can be seen when a server starts, or before it does.

    .. versionadded:: 0.1
    """

    #: For example ``"PG101"``; it never changes its meaning.
    code: str
    #: A name in words and hyphens.
    name: str
    #: One line.
    title: str
    #: Why it is a mistake.
    why: str
    #: What to do instead.
    fix: str
    #: An example of the mistake.
    example: str
    #: Further reading.
    references: tuple[str, ...]


RULES = (
    Rule(
        "PG101",
        "development-server-in-production",
        "The development server was started in production.",
        "Werkzeug's server was written for one developer on one machine. It was never"
        " hardened against load or attack, and it can bring the debugger with it.",
        "Serve the app with a production WSGI server, such as gunicorn or waitress.",
        "# Procfile\nweb: python app.py",
        (DEPLOYING, SERVING),
    ),
    Rule(
        "PG102",
        "development-server-on-the-network",
        "The development server is bound where other machines can reach it.",
        "Everybody on that network can reach a server that was written for one"
        " developer on one machine: a private network is not this machine.",
        "Bind it to 127.0.0.1, or serve the app with a production WSGI server. Behind"
        " a port mapping that only this machine can reach, add the address to"
        " PRODGUARD_ALLOWED_HOSTS.",
        'app.run(host="0.0.0.0")',
        (DEPLOYING, SERVING),
    ),
    Rule(
        "PG103",
        "debug-in-code",
        "app.run() was called with debug mode or the debugger on.",
        "What is written in code ships with the code: the same line starts the"
        " interactive debugger on the server. `flask run --debug` is a decision of the"
        " person at the keyboard, made anew each time.",
        "Take debug out of the code and start it with `flask run --debug`.",
        "app.run(debug=True)",
        ("https://flask.palletsprojects.com/en/stable/quickstart/#debug-mode",),
    ),
    Rule(
        "PG201",
        "interactive-debugger",
        "Werkzeug's interactive debugger is within reach of others.",
        "The debugger runs any Python that is typed into the browser. Its PIN is"
        " written to the log and must not be relied on.",
        "Never wrap the app in DebuggedApplication, and never pass use_debugger or"
        " debug, where others can reach it.",
        "app.wsgi_app = DebuggedApplication(app.wsgi_app, evalex=True)",
        (DEBUGGING,),
    ),
    Rule(
        "PG202",
        "debug-mode",
        "Debug mode is on under a production server.",
        "In debug mode Flask passes errors through to the server, and extensions show"
        " what they would otherwise hide.",
        "Unset FLASK_DEBUG, and remove `app.debug = True` and DEBUG from the"
        " configuration.",
        "FLASK_DEBUG=1 gunicorn app:app",
        ("https://flask.palletsprojects.com/en/stable/config/#DEBUG",),
    ),
    Rule(
        "PG203",
        "testing-mode",
        "TESTING is on under a production server.",
        "With TESTING on, errors are not handled, and many extensions switch off what"
        " protects the app: logins, forms' tokens, mail.",
        "Remove TESTING from the configuration that is deployed.",
        "app.config.update(TESTING=True)",
        ("https://flask.palletsprojects.com/en/stable/config/#TESTING",),
    ),
    Rule(
        "PG204",
        "profiler",
        "A profiler wraps the app.",
        "Werkzeug's ProfilerMiddleware measures every request, and writes a table of"
        " functions and source files each time. It slows the app down, fills the log,"
        " and can't measure two requests at once.",
        "Wrap the app in ProfilerMiddleware only where you measure it, for example"
        " below `if app.debug:`.",
        "app.wsgi_app = ProfilerMiddleware(app.wsgi_app)",
        ("https://werkzeug.palletsprojects.com/en/stable/middleware/profiler/",),
    ),
    Rule(
        "PG901",
        "guard-disabled",
        "The guard is switched off, and a launch would have been refused.",
        "PRODGUARD_ENABLED is off, so that the launch went on.",
        "Mend what the other findings name, then switch the guard on again.",
        "FLASK_PRODGUARD_ENABLED=0 python app.py",
        (),
    ),
    Rule(
        "PG902",
        "hook-point-missing",
        "A place where the guard stands is missing.",
        "A release of Flask or Werkzeug has removed or renamed what the guard watches,"
        " so that one road is not guarded.",
        "Upgrade flask-prodguard; until then, pin the release that it knows.",
        "pip install --upgrade werkzeug",
        (),
    ),
    Rule(
        "PG903",
        "guard-missing",
        "The guard is not installed on this app.",
        "Nothing stands between this app and the development server: importing the"
        " package guards nothing, and a guard speaks for its own app only.",
        "Call ProdGuard(app) where the app is made, or guard.init_app(app) in the"
        " application factory.",
        "guard = ProdGuard()\n\ndef create_app():\n    return Flask(__name__)",
        (),
    ),
    Rule(
        "PG904",
        "guard-weakened",
        "The guard's configuration lets more through than its defaults.",
        "A setting that helped once, on one machine, ships with the code and counts"
        " wherever the code runs.",
        "Remove the setting, or set it as an environment variable on the one machine"
        " that needs it.",
        'app.config["PRODGUARD_ACTION"] = "log"',
        (),
    ),
    Rule(
        "PG905",
        "configuration-error",
        "The guard's configuration can't be understood.",
        "The development server is refused for it everywhere, and under a production"
        " server the default counts instead of what was meant.",
        "Correct the key or its value: the finding names what is accepted.",
        'app.config["PRODGUARD_ACTON"] = "raise"',
        (),
    ),
    Rule(
        "PG906",
        "hook-displaced",
        "A hook of the guard is not in its place.",
        "Other code has put a patch of its own there. If that patch does not call what"
        " it has replaced, this road is not guarded.",
        "Find out which package patches it, and let it do so before ProdGuard is"
        " applied to the app.",
        "flask.Flask.run = run_behind_a_tunnel",
        (),
    ),
    Rule(
        "PG907",
        "configuration-contradiction",
        "Two settings of the guard contradict each other.",
        "Only one of them counts, and whoever wrote the other believes that it does.",
        "Keep the one that is meant, and remove the other.",
        'FLASK_PRODGUARD_ACTION=raise\napp.config["PRODGUARD_ACTION"] = "log"',
        (),
    ),
    Rule(
        "PG908",
        "road-open",
        "The development server would start where it must not.",
        "The guard, with its defaults, would refuse this start. As it is set up here,"
        " it lets it through.",
        "Mend what the other findings name: the guard is missing, switched off or"
        " weakened.",
        'ProdGuard(app)\napp.config["PRODGUARD_ENABLED"] = False',
        (DEPLOYING,),
    ),
)
RULES_BY_CODE = {rule.code: rule for rule in RULES}
