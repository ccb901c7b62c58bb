from __future__ import annotations

import json
import typing as t

import pytest

from flask_prodguard.address import Address
from flask_prodguard.address import classify
from flask_prodguard.address import Exposure
from flask_prodguard.environment import DEVELOPMENT
from flask_prodguard.environment import Environment
from flask_prodguard.environment import Evidence
from flask_prodguard.environment import Level
from flask_prodguard.environment import PRODUCTION
from flask_prodguard.environment import UNDECLARED
from flask_prodguard.launch import ImportPath
from flask_prodguard.launch import Launch
from flask_prodguard.launch import Via
from flask_prodguard.record import as_dict
from flask_prodguard.record import from_dict
from flask_prodguard.rules import Severity
from flask_prodguard.verdict import Finding
from flask_prodguard.verdict import Outcome
from flask_prodguard.verdict import Verdict

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


@pytest.mark.parametrize("verdict", [WHOLE, EMPTY], ids=["whole", "empty"])
def test_a_verdict_is_read_back_from_json(verdict: Verdict) -> None:
    assert from_dict(read_back(verdict)) == verdict


@pytest.mark.parametrize("exposure", Exposure)
@pytest.mark.parametrize("via", Via)
def test_every_road_and_exposure_is_read_back(via: Via, exposure: Exposure) -> None:
    launch = Launch("shop", via, Address("h", None, exposure))
    verdict = Verdict(launch, Environment(UNDECLARED), Outcome.WARN)

    assert from_dict(read_back(verdict)) == verdict


def test_what_is_no_verdict_is_not_read() -> None:
    values = as_dict(WHOLE)

    with pytest.raises(KeyError, match="MAYBE"):
        from_dict({**values, "outcome": "maybe"})
    with pytest.raises(KeyError, match="findings"):
        from_dict({name: values[name] for name in values if name != "findings"})
    with pytest.raises(ValueError, match="a door"):
        from_dict({**values, "launch": {**values["launch"], "exposure": "a door"}})
