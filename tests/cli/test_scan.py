"""What would happen to each start of a repository."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from flask_prodguard.cli import scan as scan_module
from flask_prodguard.cli.scan import Judged
from flask_prodguard.cli.scan import Outcome
from flask_prodguard.cli.scan import platform_of
from flask_prodguard.cli.scan import scan
from flask_prodguard.cli.scan import ScanReport
from flask_prodguard.cli.scan_formats import as_text
from flask_prodguard.config.settings import GuardConfig
from flask_prodguard.deployment import programs
from flask_prodguard.environment.evidence import read_environment
from flask_prodguard.remedy.places import PLACES

if t.TYPE_CHECKING:
    from flask_prodguard.deployment.project import Project
    from flask_prodguard.deployment.python.serving import Program
    from flask_prodguard.deployment.start_command import StartCommand

RUN = """from flask import Flask
app = Flask(__name__)
if __name__ == "__main__":
    app.run({})
"""
SERVE = RUN.format('host="0.0.0.0"')
DOCKERFILE = "FROM python\nWORKDIR /app\nCOPY . .\nCMD {}\n"
HOSTED = (
    "nothing says where it runs: a hosting platform is production, where it is refused"
    " (PG101)"
)


@pytest.fixture
def judged(tmp_path: Path) -> t.Callable[..., list[Judged]]:
    """Judges the starts of a repository with these files."""

    def judge(
        files: dict[str, str], platform: str | None = None, ignore: tuple[str, ...] = ()
    ) -> list[Judged]:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return list(scan(tmp_path, platform, ignore).starts)

    return judge


# The files, and what is reported about each start.
REPOSITORIES: dict[str, tuple[dict[str, str], list[str]]] = {
    "every interface": (
        {"Dockerfile": DOCKERFILE.format("python app.py"), "app.py": SERVE},
        ["Dockerfile:4 refuse PG102"],
    ),
    "a debugger that others reach": (
        {
            "Dockerfile": DOCKERFILE.format("python app.py"),
            "app.py": RUN.format('host="0.0.0.0", debug=True'),
        },
        ["Dockerfile:4 refuse PG102 PG201"],
    ),
    "loopback where nothing says what it is": (
        {"Dockerfile": DOCKERFILE.format("python app.py"), "app.py": RUN.format("")},
        [f"Dockerfile:4 undecided: {HOSTED}"],
    ),
    "debug mode in code": (
        {
            "Dockerfile": DOCKERFILE.format("python app.py"),
            "app.py": RUN.format("debug=True"),
        },
        ["Dockerfile:4 refuse PG103"],
    ),
    "a condition that adds a debugger": (
        {
            "Procfile": "web: python app.py\n",
            "app.py": RUN.format("'0.0.0.0', debug=True").replace(
                "app.run", "import os\nif os.environ.get('DEBUG'):\n    app.run"
            )
            + "else:\n    app.run('0.0.0.0')\n",
        },
        ["Procfile:1 refuse PG101 PG102"],
    ),
    "a condition that exchanges what is wrong": (
        {
            "Procfile": "web: python app.py\n",
            "app.py": RUN.format("debug=True").replace(
                "app.run", "import os\nif os.environ.get('DEBUG'):\n    app.run"
            )
            + "else:\n    app.run('0.0.0.0')\n",
        },
        ["Procfile:1 refuse PG101"],
    ),
    "a condition that exchanges all that is wrong": (
        {
            "Dockerfile": DOCKERFILE.format("python app.py"),
            "app.py": RUN.format("debug=True").replace(
                "app.run", "import os\nif os.environ.get('DEBUG'):\n    app.run"
            )
            + "else:\n    app.run('0.0.0.0')\n",
        },
        ["Dockerfile:4 refuse PG103"],
    ),
    "a wrapper of nothing": (
        {"Procfile": "web: env A=1\n"},
        [],
    ),
    "loopback on a platform": (
        {"Procfile": "web: flask run -p $PORT\n"},
        ["Procfile:1 refuse PG101"],
    ),
    "a host that can't be known, on a platform": (
        {"Procfile": "web: flask run -h $HOST\n"},
        ["Procfile:1 refuse PG101"],
    ),
    "a host that can't be known": (
        {"Dockerfile": DOCKERFILE.format("flask run -h $ADDRESS")},
        [
            "Dockerfile:4 undecided: its host can't be known: $ADDRESS can't be known",
        ],
    ),
    "a name that only the host can resolve": (
        {"Dockerfile": DOCKERFILE.format("flask run -h web.internal")},
        [
            "Dockerfile:4 undecided: 'web.internal' is a name that only its host can"
            " resolve",
        ],
    ),
    "localhost": (
        {"Dockerfile": DOCKERFILE.format("flask run -h localhost")},
        [f"Dockerfile:4 undecided: {HOSTED}"],
    ),
    "a value that is no host": (
        {
            "Dockerfile": DOCKERFILE.format("python app.py"),
            "app.py": RUN.format("host=app"),
        },
        ["Dockerfile:4 undecided: its host can't be known"],
    ),
    "production by a variable": (
        {
            "Dockerfile": DOCKERFILE.format("flask run").replace(
                "CMD", "ENV FLASK_ENV=production\nCMD"
            )
        },
        ["Dockerfile:5 refuse PG101"],
    ),
    "development by a variable of the guard": (
        {
            "Dockerfile": DOCKERFILE.format("flask run -h 0.0.0.0").replace(
                "CMD", "ENV FLASK_PRODGUARD_ENVIRONMENT=development\nCMD"
            )
        },
        [
            "Dockerfile:5 allow: Werkzeug's server on '0.0.0.0', which the guard's"
            " configuration allows"
        ],
    ),
    "the guard switched off": (
        {"Procfile": "web: FLASK_PRODGUARD_ENABLED=0 flask run -h 0.0.0.0\n"},
        ["Procfile:1 allow: the guard is turned off for it"],
    ),
    "the guard that only logs": (
        {"Procfile": "web: FLASK_PRODGUARD_ACTION=log flask run -h 0.0.0.0\n"},
        ["Procfile:1 allow: it is only reported: PRODGUARD_ACTION is log"],
    ),
    "development": (
        {"Makefile": "run:\n\tflask run --debug -h 0.0.0.0\n"},
        ["Makefile:2 allow: werkzeug serves for development: make run"],
    ),
    "no server, for development": (
        {"Makefile": "db:\n\tflask db upgrade\n"},
        ["Makefile:2 allow: no Flask server: the command flask db"],
    ),
    "two servers, for development": (
        {
            "Makefile": "run:\n\tpython app.py\n",
            "app.py": SERVE + "    from waitress import serve\n    serve(app)\n",
        },
        ["Makefile:2 allow: it starts for development: make run"],
    ),
    "a production server": (
        {"Procfile": "web: flask db upgrade && gunicorn app:app\n"},
        ["Procfile:1 allow: gunicorn serves"],
    ),
    "a command that starts no server": (
        {"Procfile": "release: flask db upgrade; flask db check\n"},
        ["Procfile:1 allow: no Flask server: the command flask db"],
    ),
    "branches that serve in the same way": (
        {
            "Procfile": "web: python app.py\n",
            "app.py": "from flask import Flask\nimport os\napp = Flask('x')\n"
            "if os.environ.get('A'):\n    app.run()\nelse:\n    app.run(debug=True)\n",
        },
        ["Procfile:1 refuse PG101"],
    ),
    "a branch that may not be taken": (
        {
            "Procfile": "web: python app.py\n",
            "app.py": "from flask import Flask\nimport os\napp = Flask('x')\n"
            "if os.environ.get('A'):\n    app.run()\n",
        },
        ["Procfile:1 undecided: app.py, line 4: `if os.environ.get('A')` decides"],
    ),
    "branches with different servers": (
        {
            "Procfile": "web: python app.py\n",
            "app.py": "from flask import Flask\nimport os\napp = Flask('x')\n"
            "if os.environ.get('A'):\n    app.run()\nelse:\n"
            "    from waitress import serve\n    serve(app)\n",
        },
        ["Procfile:1 undecided: app.py, line 4: `if os.environ.get('A')` decides"],
    ),
    "two servers": (
        {
            "Procfile": "web: python app.py\n",
            "app.py": SERVE + "    from waitress import serve\n    serve(app)\n",
        },
        ["Procfile:1 undecided: it serves in more than one way: werkzeug, waitress"],
    ),
    "a server that is not certain": (
        {
            "Procfile": "web: python app.py\n",
            "app.py": "from flask_socketio import SocketIO\nfrom flask import Flask\n"
            "app = Flask('x')\nSocketIO(app).run(app)\n",
        },
        [
            "Procfile:1 undecided: app.py, line 4: no file of requirements says whether"
            " eventlet or gevent serves"
        ],
    ),
    "a server that is not certain, and allowed anyway": (
        {
            "Procfile": "web: FLASK_PRODGUARD_ENABLED=0 python app.py\n",
            "app.py": "from flask_socketio import SocketIO\nfrom flask import Flask\n"
            "app = Flask('x')\nSocketIO(app).run(app)\n",
        },
        ["Procfile:1 allow: the guard is turned off for it"],
    ),
    "what a script decides": (
        {
            "Procfile": "web: ./run.sh\n",
            "run.sh": '#!/bin/sh\nif [ -n "$DEV" ]; then\n'
            "  flask run -h 0.0.0.0\nelse\n  exec gunicorn app:app\nfi\n",
        },
        [
            "run.sh:3 undecided: run.sh, line 2: a condition that can't be known"
            " decides whether it runs",
            "run.sh:5 allow: gunicorn serves",
        ],
    ),
    "a Dockerfile beside one for production": (
        {
            "Dockerfile": DOCKERFILE.format("flask run -h 0.0.0.0"),
            "Dockerfile.prod": DOCKERFILE.format("gunicorn app:app"),
        },
        [
            "Dockerfile:4 undecided: Dockerfile.prod may be what is deployed",
            "Dockerfile.prod:4 allow: gunicorn serves",
        ],
    ),
    "a service that mounts its own source": (
        {
            "compose.yml": "services:\n  web:\n    build: .\n    volumes: ['.:/app']\n"
            "    command: flask run -h 0.0.0.0\n",
            "Dockerfile": DOCKERFILE.format("gunicorn app:app"),
        },
        [
            "Dockerfile:4 allow: gunicorn serves",
            "compose.yml:5 undecided: compose.yml mounts the source into web, as people"
            " do for development",
        ],
    ),
    "debug mode that can't be known": (
        {
            "Dockerfile": DOCKERFILE.format("python app.py"),
            "app.py": "import json\n"
            + RUN.format("debug=json.load(open('x'))['debug']"),
        },
        [
            "Dockerfile:4 undecided: debug mode can't be known",
        ],
    ),
    "run_simple": (
        {
            "Dockerfile": DOCKERFILE.format("python app.py"),
            "app.py": "from flask import Flask\n"
            "from werkzeug.serving import run_simple\n"
            "run_simple('0.0.0.0', 'http', Flask('x'), use_debugger=True)\n",
        },
        ["Dockerfile:4 refuse PG102 PG201"],
    ),
}


@pytest.mark.parametrize(("files", "expected"), REPOSITORIES.values(), ids=REPOSITORIES)
def test_what_would_happen_to_the_starts(
    judged: t.Callable[..., list[Judged]], files: dict[str, str], expected: list[str]
) -> None:
    found = []
    for each in judged(files):
        outcome = each.answer.outcome.value
        said = " ".join(each.answer.codes) if outcome == "refuse" else None
        said = f"{outcome} {said}" if said else f"{outcome}: {each.answer.reason}"
        found.append(f"{each.start.file}:{each.start.line} {said}")
    assert found == expected


def test_a_rule_can_be_left_out(judged: t.Callable[..., list[Judged]]) -> None:
    files = {"Procfile": "web: flask run\n"}
    (found,) = judged(files, ignore=("PG101",))
    assert found.answer.reason == (
        "Werkzeug's server on '127.0.0.1', which other machines can't reach"
    )


def test_the_platform_can_be_named(judged: t.Callable[..., list[Judged]]) -> None:
    files = {"Dockerfile": DOCKERFILE.format("flask run")}
    (found,) = judged(files, platform="fly")
    assert found.answer.codes == ("PG101",)
    assert "FLY_MACHINE_ID is set (Fly.io)" in found.answer.reason


def test_a_platform_that_is_known_by_its_folders(
    judged: t.Callable[..., list[Judged]],
) -> None:
    (found,) = judged({"Makefile": "prod:\n\tflask run\n"}, platform="beanstalk")
    assert "/opt/elasticbeanstalk exists" in found.answer.reason


@pytest.mark.parametrize("place", sorted(PLACES))
def test_every_platform_is_recognised_by_its_example(place: str) -> None:
    platform = platform_of(place)
    if platform is None:
        return
    marks = platform.rules[0] if platform.rules else ()
    environ = {mark.variable: mark.example for mark in marks}
    found = read_environment(
        environ, GuardConfig(), lambda path: path in platform.folders
    )
    assert (found.name, found.platform) == ("production", platform.title)


@pytest.mark.parametrize(
    ("platform", "files", "expected"),
    [
        ("nixpacks", {"main.py": SERVE}, ["main.py python main.py refuse"]),
        ("coolify", {"main.py": SERVE}, ["main.py python main.py refuse"]),
        (
            "nixpacks",
            {"pyproject.toml": '[project]\nname = "my-shop"\n', "my_shop.py": SERVE},
            ["pyproject.toml python -m my_shop refuse"],
        ),
        ("nixpacks", {"pyproject.toml": "[["}, []),
        ("nixpacks", {}, []),
        ("railway", {"app.py": SERVE}, ["app.py python app.py refuse"]),
        (
            "railpack",
            {"app.py": SERVE, "requirements.txt": "gunicorn\n"},
            ["app.py gunicorn --bind 0.0.0.0:${PORT:-8000} main:app allow"],
        ),
        ("railpack", {"shop.py": SERVE}, []),
        (
            "fly",
            {"app.py": SERVE, "requirements.txt": "Flask==3\n"},
            ["app.py python3 -m flask run --host=0.0.0.0 --port=8080 refuse"],
        ),
        ("fly", {"app.py": SERVE}, []),
        ("openshift", {"app.py": SERVE}, ["app.py python app.py refuse"]),
        (
            "s2i",
            {"wsgi.py": "", "requirements.txt": "gunicorn\n"},
            ["wsgi.py gunicorn wsgi --bind 0.0.0.0:8080 allow"],
        ),
        ("s2i", {"wsgi.py": ""}, []),
        ("azure", {"run.py": SERVE}, ["run.py gunicorn --bind=0.0.0.0 run:app allow"]),
        ("oryx", {"shop.py": SERVE}, []),
        (
            "google",
            {"main.py": SERVE},
            ["main.py gunicorn -b :8080 main:app allow"],
        ),
        ("google", {"app.py": SERVE}, []),
        ("heroku", {"app.py": SERVE}, []),
        (
            "railway",
            {"Procfile": "web: gunicorn app:app\n", "app.py": SERVE},
            ["Procfile gunicorn app:app allow"],
        ),
    ],
)
def test_what_a_builder_starts_where_no_file_names_a_command(
    judged: t.Callable[..., list[Judged]],
    platform: str,
    files: dict[str, str],
    expected: list[str],
) -> None:
    found = [
        f"{each.start.file} {each.start.command} {each.answer.outcome.value}"
        for each in judged(files, platform)
    ]
    assert found == expected


def test_the_remedy_is_written_in_the_form_of_the_file(
    judged: t.Callable[..., list[Judged]],
) -> None:
    (found,) = judged(
        {
            "Procfile": "web: python app.py\n",
            "app.py": SERVE,
            "requirements.txt": "flask\ngunicorn\n",
        }
    )
    assert found.remedy is not None
    assert found.remedy.file == "Procfile"
    assert found.remedy.before == "web: python app.py"
    assert found.remedy.after is not None
    assert found.remedy.after.startswith("web: gunicorn ")
    assert found.remedy.after.endswith(" app:app")
    assert found.remedy.applicability.value == "machine"
    assert found.remedy.requirements == ()


@pytest.mark.parametrize(
    ("files", "applicability", "losses"),
    [
        # The server has to be installed first.
        ({"app.py": SERVE}, "maybe", 0),
        # The app has no name that a server could import.
        (
            {"app.py": "from flask import Flask\nFlask('x').run(host='0.0.0.0')\n"},
            "maybe",
            0,
        ),
        # The script does something else.
        (
            {
                "app.py": "from flask import Flask\nimport db\napp = Flask('x')\n"
                "if __name__ == '__main__':\n    db.create_all()\n    app.run()\n",
                "requirements.txt": "waitress\n",
            },
            "machine",
            0,
        ),
        # The certificate is carried over, and a person has to look at where it is.
        (
            {
                "app.py": RUN.format('ssl_context=("a.pem", "b.pem")'),
                "requirements.txt": "gunicorn\n",
            },
            "maybe",
            0,
        ),
        # The certificate is made by the program.
        (
            {
                "app.py": RUN.format('ssl_context="adhoc"'),
                "requirements.txt": "gunicorn\n",
            },
            "placeholders",
            0,
        ),
        # The port is only looked up.
        (
            {
                "app.py": "from flask import Flask\nimport os\napp = Flask('x')\n"
                "if __name__ == '__main__':\n"
                "    port = int(os.environ.get('PORT', 5000))\n"
                "    app.run(port=port)\n",
                "requirements.txt": "gunicorn\n",
            },
            "machine",
            0,
        ),
    ],
)
def test_a_remedy_says_how_far_it_may_be_trusted(
    judged: t.Callable[..., list[Judged]],
    files: dict[str, str],
    applicability: str,
    losses: int,
) -> None:
    (found,) = judged({"Procfile": "web: python app.py\n", **files})
    assert found.remedy is not None
    assert found.remedy.applicability.value == applicability
    assert len(found.remedy.losses) == losses


def test_flask_run_names_the_factory(judged: t.Callable[..., list[Judged]]) -> None:
    (found,) = judged(
        {
            "Procfile": "web: flask --app shop run\n",
            "shop.py": "from flask import Flask\n"
            "def create_app():\n    return Flask('x')\n",
        }
    )
    assert found.remedy is not None
    assert found.remedy.command.endswith(" 'shop:create_app()'")


def test_where_a_command_would_lose_something_the_code_is_changed(
    judged: t.Callable[..., list[Judged]],
) -> None:
    (found,) = judged(
        {
            "Procfile": "web: python app.py\n",
            "app.py": "from flask import Flask\nimport db\napp = Flask('x')\n"
            "if __name__ == '__main__':\n    db.create_all()\n"
            "    app.run(host='0.0.0.0')\n",
        }
    )
    report = ScanReport(Path(), (found,), ())
    assert (
        "         Fix: in app.py, line 6\n"
        "           -     app.run(host='0.0.0.0')\n"
        "           +     import os\n"
        "           +     from waitress import serve\n"
        "           +     serve(app, host='0.0.0.0',"
        ' port=int(os.environ.get("PORT", 5000)), threads=100)\n'
        "         Add waitress to the requirements.\n"
    ) in as_text(report)
    assert found.remedy is not None
    (command,) = found.remedy.alternatives
    assert command.after == (
        "web: gunicorn --bind 0.0.0.0:$PORT --workers 1 --threads 100 app:app"
    )
    assert command.losses == (
        "app.py line 5 runs only when the file is run as a script.",
    )


def test_an_error_while_a_program_is_followed_leaves_the_others(
    judged: t.Callable[..., list[Judged]], monkeypatch: pytest.MonkeyPatch
) -> None:
    follow = programs.program_of

    def program_of(project: Project, start: StartCommand) -> Program:
        if "odd.py" in start.argv:
            raise AttributeError(start)
        return follow(project, start)

    monkeypatch.setattr(scan_module, "program_of", program_of)
    odd, found = judged(
        {"Procfile": "a: python odd.py\nb: python app.py", "app.py": SERVE}
    )
    assert odd.answer.outcome is Outcome.UNDECIDED
    assert odd.answer.reason == (
        "it could not be followed, which is a mistake of flask-prodguard:"
        " AttributeError"
    )
    assert found.answer.outcome is Outcome.REFUSE


def test_a_start_that_a_builder_chooses_has_no_place_for_the_fix(
    judged: t.Callable[..., list[Judged]],
) -> None:
    found = judged({"main.py": SERVE}, platform="nixpacks")
    text = as_text(ScanReport(Path(), tuple(found), ()))
    assert "         Fix: start it with\n           gunicorn " in text
    assert "         Add gunicorn to the requirements." in text


def test_where_nothing_can_be_replaced_the_command_is_named(
    judged: t.Callable[..., list[Judged]],
) -> None:
    (found,) = judged({"app.py": SERVE}, platform="railway")
    assert found.remedy is not None
    assert found.remedy.after is None
    assert "gunicorn" in found.remedy.command
