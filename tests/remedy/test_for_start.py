"""The remedy for a start that was read from a file."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from flask_prodguard.cli.scan import scan
from flask_prodguard.remedy.remedy import Applicability
from flask_prodguard.remedy.remedy import Kind
from flask_prodguard.remedy.remedy import Remedy

IMPORTS = "from flask import Flask\n"
APP = IMPORTS + "app = Flask(__name__)\n"
MAIN = 'if __name__ == "__main__":\n'


@pytest.fixture
def remedy(tmp_path: Path) -> t.Callable[[dict[str, str]], Remedy]:
    """The remedy for the one start of a repository with these files."""

    def remedy_of(files: dict[str, str]) -> Remedy:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (found,) = scan(tmp_path).refused
        assert found.remedy is not None
        return found.remedy

    return remedy_of


RemedyOf = t.Callable[[dict[str, str]], Remedy]


def test_a_certificate_is_carried_over(remedy: RemedyOf) -> None:
    found = remedy(
        {
            "Dockerfile": "FROM python\nCOPY . .\nCMD python app.py\n",
            "app.py": APP + 'app.run("0.0.0.0", 443, ssl_context=("a.pem", "b.pem"))\n',
        }
    )
    assert found.after == (
        "    from cheroot.ssl.builtin import BuiltinSSLAdapter\n".lstrip()
        + "from cheroot.wsgi import Server\n"
        'server = Server(("0.0.0.0", 443), app, numthreads=100)\n'
        'server.ssl_adapter = BuiltinSSLAdapter("a.pem", "b.pem")\n'
        "server.start()"
    )
    (command,) = found.alternatives
    assert "--certfile a.pem --keyfile b.pem" in command.command
    assert command.changes == (
        "app.py calls `app.run()` when it is imported (line 3): put that line under"
        ' `if __name__ == "__main__":`.',
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--cert a.pem --key b.pem", "--certfile a.pem --keyfile b.pem"),
        ("--cert adhoc", "--certfile CERTIFICATE.pem --keyfile KEY.pem"),
        ("--without-threads", "--worker-class gthread --workers 1 "),
    ],
)
@pytest.mark.parametrize("flask", ["flask", "python -m flask"])
def test_what_flask_run_is_told_is_carried_over(
    remedy: RemedyOf, flask: str, options: str, words: str
) -> None:
    found = remedy(
        {"Procfile": f"web: {flask} run -h 0.0.0.0 {options}\n", "app.py": APP}
    )
    assert words in found.command


GUNICORN = "gunicorn --bind 0.0.0.0:$PORT --workers 1 --threads 100 "
RUNS = f'{APP}{MAIN}    app.run(host="0.0.0.0")\n'


@pytest.mark.parametrize(
    ("start", "files", "words"),
    [
        ("python src/shop.py", ["src/shop.py"], "--pythonpath src shop:app"),
        ("python ./shop.py", ["shop.py"], "shop:app"),
        ("python -m src.shop", ["src/shop.py"], "src.shop:app"),
        (
            "flask --app src/shop run -h 0.0.0.0",
            ["src/shop.py"],
            "--pythonpath src shop:app",
        ),
        (
            "flask --app src/shop/web.py:app run -h 0.0.0.0",
            ["src/shop/web.py", "src/shop/__init__.py"],
            "--pythonpath src shop.web:app",
        ),
        ("flask run -h 0.0.0.0", ["wsgi.py"], "wsgi:app"),
        ("bash start.sh", ["src/shop.py"], "--pythonpath src shop:app"),
    ],
)
def test_the_folder_that_the_app_is_imported_from_is_added(
    remedy: RemedyOf, start: str, files: list[str], words: str
) -> None:
    found = remedy(
        {
            "Procfile": f"web: {start}\n",
            "start.sh": "exec python src/shop.py\n",
            **dict.fromkeys(files, RUNS),
        }
    )
    assert found.command == GUNICORN + words


def test_a_thread_beside_the_program_is_changed_in_the_code(remedy: RemedyOf) -> None:
    found = remedy(
        {
            "Procfile": "web: python bot.py\n",
            "bot.py": "from keep_alive import keep_alive\nkeep_alive()\n",
            "keep_alive.py": "from threading import Thread\n" + APP + "def run():\n"
            "    app.run(host='0.0.0.0')\ndef keep_alive():\n"
            "    Thread(target=run).start()\n",
        }
    )
    assert (found.file, found.line) == ("keep_alive.py", 5)
    (command,) = found.alternatives
    assert command.losses == (
        "The server starts in a thread: what else bot.py does would not be started.",
    )


def test_what_can_not_be_followed_is_said_of_the_command(remedy: RemedyOf) -> None:
    found = remedy(
        {
            "Procfile": "web: python main.py\n",
            "main.py": "import web\nweb.start()\n",
            "web.py": APP + "def start():\n    app.run(host='0.0.0.0')\n",
        }
    )
    assert found.file == "web.py"
    (command,) = found.alternatives
    assert command.losses == (
        "What else main.py does is not done when another server imports the app.",
    )


@pytest.mark.parametrize(
    ("text", "losses"),
    [
        ("SECRET=x\n", ("The variables of .env are read by Flask's own start only.",)),
        ("FLASK_DEBUG=0\n", ()),
    ],
)
def test_variables_that_only_flask_reads_are_named(
    remedy: RemedyOf, text: str, losses: tuple[str, ...]
) -> None:
    found = remedy(
        {
            "Procfile": "web: flask run -h 0.0.0.0\n",
            "app.py": APP,
            ".env": text,
            "requirements.txt": "flask\ngunicorn\npython-dotenv\n",
        }
    )
    assert found.losses == losses


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("from gevent import monkey; monkey.patch_all()\n", "--worker-class gevent"),
        ("import eventlet; eventlet.monkey_patch()\n", "--worker-class eventlet"),
        ("", "--workers 1 --threads 100"),
    ],
)
def test_what_has_patched_threads_decides_the_worker(
    remedy: RemedyOf, line: str, words: str
) -> None:
    found = remedy(
        {
            "Procfile": "web: python app.py\n",
            "app.py": line + APP + MAIN + "    app.run(host='0.0.0.0')\n",
        }
    )
    commands = [each.command for each in (found, *found.alternatives)]
    assert any(words in command for command in commands)


def test_what_a_proxy_says_is_kept(remedy: RemedyOf) -> None:
    found = remedy(
        {
            "Procfile": "web: python app.py\n",
            "app.py": "from werkzeug.middleware.proxy_fix import ProxyFix\n"
            + APP
            + "app.wsgi_app = ProxyFix(app.wsgi_app)\n"
            + MAIN
            + "    print('x', file=open('log', 'w'))\n    app.run(host='0.0.0.0')\n",
        }
    )
    assert found.after is not None
    assert "clear_untrusted_proxy_headers=False" in found.after


def test_a_file_that_is_too_long_to_be_changed_keeps_the_command(
    remedy: RemedyOf,
) -> None:
    found = remedy(
        {
            "Procfile": "web: python app.py\n",
            "app.py": APP
            + "\n" * 4001
            + MAIN
            + "    print('x', file=open('log', 'w'))\n    app.run(host='0.0.0.0')\n",
        }
    )
    assert found.file == "Procfile"
    assert found.losses == (
        "What else app.py does is not done when another server imports the app.",
    )
    assert not found.alternatives


def test_a_server_that_is_made_by_hand_is_replaced(remedy: RemedyOf) -> None:
    found = remedy(
        {
            "Procfile": "web: python app.py\n",
            "app.py": "from werkzeug.serving import run_simple\n"
            + APP
            + MAIN
            + "    print('x', file=open('log', 'w'))\n"
            + "    run_simple('0.0.0.0', 80, app, threaded=True)\n",
            ".env": "SECRET=x\n",
            "requirements.txt": "flask\nwaitress\npython-dotenv\n",
        }
    )
    assert found.after is not None
    assert "    serve(app, host='0.0.0.0', port=" in found.after
    assert "load_dotenv" not in found.after


def test_the_app_of_another_file_is_imported_without_a_change(
    remedy: RemedyOf,
) -> None:
    found = remedy(
        {
            "Procfile": "web: python main.py\n",
            "main.py": "import web\n",
            "web.py": "import shop\nshop.app.run(host='0.0.0.0')\n",
            "shop/__init__.py": APP,
        }
    )
    assert found.file == "web.py"
    (command,) = found.alternatives
    assert command.command.endswith(" shop:app")
    assert command.changes == ()


UNKNOWN_PORT = ("The port of app.py, line 4 can't be known: 8000 stands for it.",)


@pytest.mark.parametrize(
    ("port", "bound", "applicability", "losses"),
    [
        ("", "5000", "machine", ()),
        (", port=None", "5000", "machine", ()),
        (", port=7000", "7000", "machine", ()),
        (", port='7000'", "7000", "machine", ()),
        (", port=settings.PORT", "8000", "maybe", UNKNOWN_PORT),
        (", port='http'", "8000", "maybe", UNKNOWN_PORT),
    ],
)
def test_the_same_port_is_bound(
    remedy: RemedyOf,
    port: str,
    bound: str,
    applicability: str,
    losses: tuple[str, ...],
) -> None:
    found = remedy(
        {
            "Dockerfile": "FROM python\nCOPY . .\nCMD python app.py\n",
            "app.py": f"{APP}{MAIN}    app.run(host='0.0.0.0'{port})\n",
            "requirements.txt": "gunicorn\n",
        }
    )
    command = next(e for e in (found, *found.alternatives) if e.command)
    assert f"--bind 0.0.0.0:{bound} " in command.command
    assert command.applicability.value == applicability
    assert command.losses == losses
    # The code keeps its own words.
    assert bool(losses) == (found.file == "app.py")


def test_dash_has_another_port(remedy: RemedyOf) -> None:
    found = remedy(
        {
            "Dockerfile": "FROM python\nCOPY . .\nCMD python app.py\n",
            "app.py": "import dash\napp = dash.Dash()\nserver = app.server\n"
            + MAIN
            + "    app.run(host='0.0.0.0')\n",
            "requirements.txt": "gunicorn\ndash\n",
        }
    )
    assert found.applicability.value == "placeholders"
    assert found.losses == (
        "The port of app.py, line 5 can't be known: 8000 stands for it.",
    )


def test_an_app_that_a_package_hides_is_served_by_the_code(remedy: RemedyOf) -> None:
    found = remedy(
        {
            "Dockerfile": "FROM python\nCOPY . .\nCMD python app.py\n",
            "app/__init__.py": IMPORTS
            + "def create_app():\n    return Flask(__name__)\n",
            "app.py": "from app import create_app\napp = create_app()\n"
            + MAIN
            + "    app.run(host='0.0.0.0')\n",
        }
    )
    assert (found.file, found.line) == ("app.py", 4)
    assert not found.alternatives


MAKE = f"{IMPORTS}def make(name=__name__):\n    return Flask(name)\n"


@pytest.mark.parametrize(
    ("run", "path"),
    [
        (
            f"from shop import make\n{MAIN}    app = make()\n    app.run()\n",
            "shop:make",
        ),
        (f"import shop\n{MAIN}    shop.make().run()\n", "shop:make"),
        (f"{MAKE}{MAIN}    make().run()\n", "run:make"),
        (
            "from shop import make\ndef create():\n    app = make()\n    return app\n"
            f"{MAIN}    create().run()\n",
            "run:create",
        ),
    ],
)
def test_a_function_that_makes_the_app_is_named(
    remedy: RemedyOf, run: str, path: str
) -> None:
    found = remedy({"Procfile": "web: python run.py\n", "run.py": run, "shop.py": MAKE})
    assert found.after is not None
    assert found.after.endswith(f" '{path}()'")


def test_an_app_that_only_the_script_makes_has_to_be_moved(remedy: RemedyOf) -> None:
    made = f"from shop import make\n{MAIN}    app = make('x')\n    app.run()\n"
    found = remedy(
        {"Procfile": "web: python run.py\n", "run.py": made, "shop.py": MAKE}
    )
    assert found.after is not None
    assert "serve(app" in found.after
    (command,) = found.alternatives
    assert command.changes == (
        '`app` is created under `if __name__ == "__main__":` in run.py: move it above'
        " that line, so that a server can import it.",
    )


DIFFERS = {
    "what only importing does": (
        f"{RUNS}else:\n    app.debug = True\n",
        "app.py line 6 runs only when the file is not run as a script.",
    ),
    "what an imported module reads": (
        f"import options\n{RUNS}",
        "options.py line 2 reads the command line when it is imported, and would be"
        " given the server's own.",
    ),
}


@pytest.mark.parametrize(("source", "loss"), DIFFERS.values(), ids=DIFFERS)
def test_what_another_server_would_do_differently_changes_the_code(
    remedy: RemedyOf, source: str, loss: str
) -> None:
    options = "import sys\nNAME = sys.argv[-1]\n"
    found = remedy(
        {"Procfile": "web: python app.py\n", "app.py": source, "options.py": options}
    )
    assert found.after is not None
    assert "serve(app" in found.after
    (command,) = found.alternatives
    assert command.losses == (loss,)
    assert command.applicability is Applicability.MAYBE


IMPORTS_VIEWS = {
    "from another file than the app": (
        f"import shop, views\n{MAIN}    shop.app.run()\n",
        "shop.py",
        "run.py line 1 runs only when the file is run as a script.",
    ),
    "from a folder that it adds": (
        "import sys\nsys.path.insert(0, 'src')\n"
        f"from shop import app\n{MAIN}    import views\n    app.run()\n",
        "src/shop.py",
        "run.py line 5 runs only when the file is run as a script.",
    ),
    "from a folder": (
        f"from src.shop import app\n{MAIN}    from src import views\n    app.run()\n",
        "src/shop.py",
        "run.py line 3 runs only when the file is run as a script.",
    ),
}


@pytest.mark.parametrize(
    ("source", "shop", "loss"), IMPORTS_VIEWS.values(), ids=IMPORTS_VIEWS
)
def test_views_that_only_the_script_imports_change_the_code(
    remedy: RemedyOf, source: str, shop: str, loss: str
) -> None:
    views = shop.replace("shop", "views")
    start = {"Procfile": "web: python run.py\n", "run.py": source}
    found = remedy({**start, shop: APP, views: ""})
    assert found.kind == Kind.CODE
    assert [each.losses for each in found.alternatives] == [(loss,)]


CREATES = IMPORTS + "def create_app(name=None):\n    return Flask(__name__)\n"


@pytest.mark.parametrize(
    ("shop", "named", "served"),
    [
        (CREATES.replace("create_app", "make"), "shop:make", "'shop:make()'"),
        (CREATES, "shop", "'shop:create_app()'"),
        ("from other import *\n", "shop:app", "shop:app"),
        ("from other import app as application\n", "shop", "shop:application"),
        ("from other import create_app as make\n", "shop:make", "'shop:make()'"),
    ],
)
def test_a_function_that_flask_calls_is_called(
    remedy: RemedyOf, shop: str, named: str, served: str
) -> None:
    files = {"shop.py": shop, "other.py": f"{CREATES}app = create_app()\n"}
    start = f"web: flask --app {named} run -h 0.0.0.0\n"
    assert remedy({"Procfile": start, **files}).command == GUNICORN + served


def test_flask_finds_the_app_of_a_file_in_a_folder(remedy: RemedyOf) -> None:
    start = "web: flask --app web/shop.py run -h 0.0.0.0\n"
    found = remedy({"Procfile": start, "web/shop.py": APP})
    assert found.command == f"{GUNICORN}--pythonpath web shop:app"


@pytest.mark.parametrize(
    ("work", "lost"),
    [
        (
            'DATA["shop"] = 1',
            "app.py line 5 runs only when the file is run as a script.",
        ),
        ("DATA = 1", "app.py line 5 runs only when the file is run as a script."),
        ("unread = 1", None),
    ],
)
def test_what_a_view_reads_is_set_by_the_script_alone(
    remedy: RemedyOf, work: str, lost: str | None
) -> None:
    view = "DATA = {}\ndef view():\n    return DATA\n"
    found = remedy(
        {
            "Procfile": "web: python app.py\n",
            "app.py": f'{APP}{view}{MAIN}    {work}\n    app.run("0.0.0.0")\n',
        }
    )
    if lost is None:
        assert found.kind is Kind.COMMAND
        assert not found.losses
    else:
        assert found.kind is Kind.CODE
        assert found.alternatives[0].losses == (lost.replace("5", "7"),)


@pytest.mark.parametrize(
    ("script", "change"),
    [
        (
            f"{CREATES}{MAIN}    app = create_app(1)\n    app.run('0.0.0.0')\n",
            '`app` is created under `if __name__ == "__main__":` in app.py: move it'
            " above that line, so that a server can import it.",
        ),
        (
            f"{CREATES}def main():\n    global app\n    app = create_app(1)\n"
            f"    app.run('0.0.0.0')\n{MAIN}    main()\n",
            '`app` is created under `if __name__ == "__main__":` in app.py: move it'
            " above that line, so that a server can import it.",
        ),
    ],
)
def test_an_app_that_only_the_script_makes_can_not_be_imported(
    remedy: RemedyOf, script: str, change: str
) -> None:
    found = remedy({"Procfile": "web: python app.py\n", "app.py": script})
    assert found.kind is Kind.CODE
    (command,) = found.alternatives
    assert command.changes == (change,)


def test_a_module_of_the_app_is_named_as_where_a_start_is_refused(
    remedy: RemedyOf,
) -> None:
    files = {"Procfile": "web: python start.py\n", "shop.py": APP}
    script = "from shop import app\napp.run('0.0.0.0')\n"
    found = remedy({**files, "start.py": script})
    assert found.command == f"{GUNICORN}shop:app"
    assert not found.changes


def test_a_script_that_imports_the_views_is_served_itself(remedy: RemedyOf) -> None:
    script = f"from shop import app\nimport views\n{MAIN}    app.run('0.0.0.0')\n"
    found = remedy(
        {
            "Procfile": "web: python start.py\n",
            "shop.py": APP,
            "views.py": "from shop import app\n@app.get('/')\ndef index():\n    ...\n",
            "start.py": script,
        }
    )
    assert found.command == f"{GUNICORN}start:app"


def test_a_script_that_no_server_can_import_is_changed_itself(
    remedy: RemedyOf,
) -> None:
    found = remedy({"Procfile": "web: python code.py\n", "code.py": RUNS})
    assert found.kind is Kind.CODE
    assert "rename it to code_app.py" in found.alternatives[0].changes[0]


def test_a_module_below_the_folder_of_the_start_loses_nothing(
    remedy: RemedyOf,
) -> None:
    run = f"{MAIN}    import os\n    app.run('0.0.0.0', int(os.environ['PORT']))\n"
    found = remedy(
        {
            "railway.json": '{"deploy": {"startCommand":'
            ' "cd server && python -m shop.web"}}',
            "server/shop/__init__.py": "",
            "server/shop/web.py": APP + run,
        }
    )
    assert found.kind is Kind.COMMAND
    assert not found.losses
    # The line has a shell already.
    assert f"cd server && {GUNICORN}shop.web:app" in (found.after or "")


def test_what_is_installed_needs_no_folder(remedy: RemedyOf) -> None:
    project = (
        '[project]\nname = "shop"\ndependencies = ["flask", "gunicorn"]\n'
        '[project.scripts]\nshopd = "shop.web:main"\n'
    )
    main = "def main():\n    app.run('0.0.0.0', 80)\n"
    found = remedy(
        {
            "Dockerfile": "FROM python\nWORKDIR /a/b\nCOPY . .\nRUN pip install .\n"
            'CMD ["shopd"]\n',
            "pyproject.toml": project,
            "src/shop/__init__.py": "",
            "src/shop/web.py": APP + main,
        }
    )
    commands = [each.command for each in (found, *found.alternatives)]
    assert (
        "gunicorn --bind 0.0.0.0:80 --workers 1 --threads 100 shop.web:app" in commands
    )


def test_a_port_that_a_variable_may_name_is_left_to_the_code(remedy: RemedyOf) -> None:
    run = "    app.run('0.0.0.0', int(os.environ.get('PORT', 5000)))\n"
    found = remedy(
        {
            "nixpacks.toml": '[start]\ncmd = "python app.py"\n',
            "app.py": f"import os\n{APP}{MAIN}{run}",
        }
    )
    assert found.kind is Kind.CODE
    (command,) = found.alternatives
    assert command.losses == (
        "The port is fixed, where app.py, line 5 takes another one if a variable of"
        " the environment names it.",
    )


def test_the_folder_of_a_file_does_not_make_it_a_containers(remedy: RemedyOf) -> None:
    found = remedy(
        {
            "docker-compose/supervisord.conf": (
                "[program:shop]\ncommand=python app.py\n"
            ),
            "app.py": f"{APP}{MAIN}    app.run(debug=True)\n",
        }
    )
    assert "--bind 127.0.0.1:5000" in found.command


def test_a_script_that_is_too_long_to_read_is_served_itself(
    remedy: RemedyOf,
) -> None:
    script = f"from shop import app\n{MAIN}    app.run(host='0.0.0.0')\n"
    found = remedy(
        {
            "Procfile": "web: python start.py\n",
            "shop.py": APP,
            "start.py": script + "#\n" * 5_000,
        }
    )
    # All that it does is done then.
    assert found.command == GUNICORN + "start:app"
