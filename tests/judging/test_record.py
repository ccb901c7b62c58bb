from __future__ import annotations

import json
import typing as t

from flask_prodguard.environment.evidence import DEVELOPMENT
from flask_prodguard.environment.evidence import Environment
from flask_prodguard.environment.evidence import Evidence
from flask_prodguard.environment.evidence import Level
from flask_prodguard.environment.evidence import PRODUCTION
from flask_prodguard.environment.evidence import UNDECLARED
from flask_prodguard.judging.address import classify
from flask_prodguard.judging.launch import ImportPath
from flask_prodguard.judging.launch import Launch
from flask_prodguard.judging.launch import Via
from flask_prodguard.judging.record import as_dict
from flask_prodguard.judging.verdict import Finding
from flask_prodguard.judging.verdict import Obstacle
from flask_prodguard.judging.verdict import Outcome
from flask_prodguard.judging.verdict import Verdict
from flask_prodguard.rules import Severity

WHOLE = Verdict(
    Launch(
        app="shop",
        via=Via.APP_RUN,
        address=classify("::", 5000),
        debug=True,
        debug_by="debug=True was passed",
        debugger=True,
        evalex=True,
        reloader=False,
        testing=True,
        socketio="gevent",
        import_path=ImportPath(
            "serve", "make", True, "src", ("Move it.",), ImportPath("serve", "app")
        ),
    ),
    Environment(
        PRODUCTION,
        Level.STRONG_PLATFORM,
        (
            Evidence(Level.STRONG_PLATFORM, PRODUCTION, "DYNO is set (Heroku)"),
            Evidence(Level.DECLARED_DEVELOPMENT, DEVELOPMENT, "FLASK_ENV=development"),
        ),
        platform="Heroku",
        place="heroku",
        container=True,
    ),
    Outcome.REFUSE,
    (Finding("PG101", "this is production", Severity.REFUSE, "Use gunicorn."),),
    (Obstacle("ssl_context was passed", "Leave it out."),),
)
EMPTY = Verdict(Launch("shop", Via.WSGI), Environment(UNDECLARED), Outcome.ALLOW)


def read_back(verdict: Verdict) -> t.Any:
    return json.loads(json.dumps(as_dict(verdict)))


def test_a_verdict_is_json() -> None:
    assert read_back(WHOLE) == {
        "outcome": "refuse",
        "codes": ["PG101"],
        "findings": [
            {
                "code": "PG101",
                "title": "The development server was started in production.",
                "seen": "this is production",
                "severity": "refuse",
                "fix": "Use gunicorn.",
            },
        ],
        "obstacles": [{"seen": "ssl_context was passed", "fix": "Leave it out."}],
        "launch": {
            "app": "shop",
            "via": "app.run()",
            "host": "::",
            "port": 5000,
            "exposure": "every network interface",
            "bound": "::",
            "debug": True,
            "debug_by": "debug=True was passed",
            "debugger": True,
            "evalex": True,
            "reloader": False,
            "testing": True,
            "socketio": "gevent",
            "import_path": "serve:make()",
            "import": {
                "module": "serve",
                "attribute": "make",
                "factory": True,
                "directory": "src",
                "notes": ["Move it."],
                "flask_app": {
                    "module": "serve",
                    "attribute": "app",
                    "factory": False,
                    "directory": None,
                    "notes": [],
                    "flask_app": None,
                },
            },
        },
        "environment": {
            "name": "production",
            "level": "strong_platform",
            "platform": "Heroku",
            "place": "heroku",
            "container": True,
            "evidence": [
                {
                    "level": "strong_platform",
                    "says": "production",
                    "seen": "DYNO is set (Heroku)",
                },
                {
                    "level": "declared_development",
                    "says": "development",
                    "seen": "FLASK_ENV=development",
                },
            ],
        },
    }


def test_what_is_not_known_is_null() -> None:
    values = read_back(EMPTY)

    assert values["environment"]["level"] is None
    assert values["launch"]["import_path"] is None
    assert values["launch"]["import"] is None
