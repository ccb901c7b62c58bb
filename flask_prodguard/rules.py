"""The rules, one table: every page, message and listing is rendered from it."""

from __future__ import annotations

import enum
from dataclasses import dataclass

#: Where the documentation is published, with a slash at its end. While it is empty,
#: nothing links there: `flask prodguard explain` has the pages.
SITE = ""

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

    @property
    def url(self) -> str | None:
        """The address of its page, once the documentation is published."""
        return f"{SITE}rules/{self.code}/" if SITE else None

    @property
    def explained_by(self) -> str:
        """The command that prints its page."""
        return f"flask prodguard explain {self.code}"


RULES = (
    Rule(
        "PG101",
        "development-server-in-production",
        "The development server was started in production.",
        "Werkzeug's server is meant for one developer on one machine. It is not built"
        " to be secure, stable, or efficient, and it can bring the debugger with it.",
        "Serve the app with a production WSGI server, such as gunicorn or waitress.",
        "# Procfile\nweb: python app.py",
        (DEPLOYING, SERVING),
    ),
    Rule(
        "PG102",
        "development-server-on-the-network",
        "The development server is bound where other machines can reach it.",
        "Everyone on that network can reach a server that is meant for one developer on"
        " one machine. A private network is more than this machine.",
        "Bind it to 127.0.0.1, or serve the app with a production WSGI server. If a"
        " published port keeps other machines out, add the address to"
        " PRODGUARD_ALLOWED_HOSTS.",
        'app.run(host="0.0.0.0")',
        (DEPLOYING, SERVING),
    ),
    Rule(
        "PG103",
        "debug-in-code",
        "app.run() was called with debug mode or the debugger on.",
        "What is written in code ships with the code: the same line starts the"
        " interactive debugger on the server. `flask run --debug` is decided by the"
        " person at the keyboard, each time.",
        "Say once that this machine is for development, with `flask prodguard declare"
        " development`. Or take debug out of the code and start it with `flask run"
        " --debug`.",
        "app.run(debug=True)",
        ("https://flask.palletsprojects.com/en/stable/quickstart/#debug-mode",),
    ),
    Rule(
        "PG201",
        "interactive-debugger",
        "Others can reach Werkzeug's interactive debugger.",
        "The debugger runs any Python code that is typed into the browser. Its PIN is"
        " written to the log, and must not be relied on.",
        "Don't wrap the app in DebuggedApplication, and don't pass use_debugger or"
        " debug, where others can reach it.",
        "app.wsgi_app = DebuggedApplication(app.wsgi_app, evalex=True)",
        (DEBUGGING,),
    ),
    Rule(
        "PG202",
        "debug-mode",
        "Debug mode is on under a production server.",
        "In debug mode, Flask passes errors through to the server, and extensions show"
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
        "With TESTING on, errors are not handled, and many extensions turn off what"
        " protects the app, such as logins and CSRF tokens.",
        "Remove TESTING from the configuration that is deployed.",
        "app.config.update(TESTING=True)",
        ("https://flask.palletsprojects.com/en/stable/config/#TESTING",),
    ),
    Rule(
        "PG204",
        "profiler",
        "A profiler wraps the app.",
        "Werkzeug's ProfilerMiddleware profiles every request, and writes a table of"
        " functions and source files each time. It slows the app down, fills the log,"
        " and can't profile two requests at once.",
        "Wrap the app in ProfilerMiddleware only while profiling, for example under"
        " `if app.debug:`.",
        "app.wsgi_app = ProfilerMiddleware(app.wsgi_app)",
        ("https://werkzeug.palletsprojects.com/en/stable/middleware/profiler/",),
    ),
    Rule(
        "PG901",
        "guard-disabled",
        "The guard is turned off, and a launch would have been refused.",
        "PRODGUARD_ENABLED is false, so the server started anyway.",
        "Correct what the other findings report, then turn the guard back on.",
        "FLASK_PRODGUARD_ENABLED=0 python app.py",
        (),
    ),
    Rule(
        "PG902",
        "hook-point-missing",
        "A method that the guard hooks is missing.",
        "The installed release of Flask or Werkzeug removed or renamed the method, so"
        " one way to start the development server is not guarded.",
        "Upgrade flask-prodguard. Until then, pin the release that it supports.",
        "pip install --upgrade werkzeug",
        (),
    ),
    Rule(
        "PG903",
        "guard-missing",
        "The guard is not installed on this app.",
        "Nothing keeps this app from being served by the development server: importing"
        " the package guards nothing, and each guard covers one app only.",
        "Call ProdGuard(app) where the app is created, or guard.init_app(app) in the"
        " application factory.",
        "guard = ProdGuard()\n\ndef create_app():\n    return Flask(__name__)",
        (),
    ),
    Rule(
        "PG904",
        "guard-weakened",
        "The guard's configuration allows more than its defaults.",
        "A setting that was meant for one machine ships with the code, and applies"
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
        "The development server is refused until it is corrected. Under a production"
        " server, the default is used instead.",
        "Correct the key or its value. The finding lists what is accepted.",
        'app.config["PRODGUARD_ACTON"] = "raise"',
        (),
    ),
    Rule(
        "PG906",
        "hook-displaced",
        "A hook of the guard was replaced or removed.",
        "Other code patched the same method. If its patch doesn't call the hook that it"
        " replaced, this way to start the development server is not guarded.",
        "Find out which package patches the method, and have it do so before ProdGuard"
        " is applied to the app.",
        "flask.Flask.run = run_behind_a_tunnel",
        (),
    ),
    Rule(
        "PG907",
        "configuration-contradiction",
        "Two settings of the guard contradict each other.",
        "Only one of them is used, and whoever wrote the other expects it to be.",
        "Keep the one you want, and remove the other.",
        'FLASK_PRODGUARD_ACTION=raise\napp.config["PRODGUARD_ACTION"] = "log"',
        (),
    ),
    Rule(
        "PG908",
        "unsafe-start-allowed",
        "The development server would start where it should be refused.",
        "With its defaults, the guard would refuse this start. As it is set up here, it"
        " allows it.",
        "Correct what the other findings report: the guard is missing, turned off, or"
        " weakened.",
        'ProdGuard(app)\napp.config["PRODGUARD_ENABLED"] = False',
        (DEPLOYING,),
    ),
)
RULES_BY_CODE = {rule.code: rule for rule in RULES}
