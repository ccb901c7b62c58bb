from __future__ import annotations

import json

from flask_prodguard.remedy.development import Development
from flask_prodguard.remedy.places import PLACES
from flask_prodguard.remedy.remedy import Applicability
from flask_prodguard.remedy.remedy import as_dict
from flask_prodguard.remedy.remedy import Kind
from flask_prodguard.remedy.remedy import Remedy

DEVELOPMENT = Development("flask run --debug", ())
COMMAND = Remedy(
    Kind.COMMAND,
    "gunicorn",
    DEVELOPMENT,
    PLACES["docker"],
    command="gunicorn shop:app",
    argv=("gunicorn", "shop:app"),
    requirements=("gunicorn",),
    changes=("Move it.",),
    losses=("app.py line 18 runs only when the file is run as a script.",),
    condition="if the image has no ENTRYPOINT",
)
CODE = Remedy(
    Kind.CODE,
    "waitress",
    DEVELOPMENT,
    PLACES["docker"],
    file="app.py",
    line=19,
    before="    app.run()",
    after="    serve(app)",
    alternatives=(COMMAND,),
    applicability=Applicability.MACHINE,
)


def test_a_remedy_is_json_compatible() -> None:
    assert json.loads(json.dumps(as_dict(CODE))) == {
        "kind": "code",
        "server": "waitress",
        "command": None,
        "argv": None,
        "file": "app.py",
        "line": 19,
        "before": "    app.run()",
        "after": "    serve(app)",
        "requirements": [],
        "changes": [],
        "losses": [],
        "alternatives": [
            {
                "kind": "command",
                "server": "gunicorn",
                "command": "gunicorn shop:app",
                "argv": ["gunicorn", "shop:app"],
                "file": None,
                "line": None,
                "before": None,
                "after": None,
                "requirements": ["gunicorn"],
                "changes": ["Only if the image has no ENTRYPOINT.", "Move it."],
                "losses": [
                    "app.py line 18 runs only when the file is run as a script."
                ],
                "alternatives": [],
                "applicability": "maybe",
            }
        ],
        "applicability": "machine",
    }
