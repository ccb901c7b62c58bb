from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import types
import typing as t
import zipapp
from pathlib import Path
from unittest import mock

import pytest
from flask import Flask

from flask_prodguard import origin
from flask_prodguard.judging.launch import ImportPath
from flask_prodguard.origin import Origin
from flask_prodguard.origin import record_origin
from flask_prodguard.origin import Step
from flask_prodguard.remedy import import_path as module_under_test
from flask_prodguard.remedy.import_path import find_import_path

# What ProdGuard does, without deciding anything: every start of the development
# server is refused and answered with the import path.
STAND_IN = """\
import json
import flask.cli
from dataclasses import asdict
from flask import Flask
from flask_prodguard.remedy.import_path import find_import_path
from flask_prodguard.origin import record_origin

origins = {}

class Guard:
    def __init__(self, app):
        self.init_app(app)
    def init_app(self, app):
        origins[app] = record_origin(app)
        app.add_url_rule("/", view_func=lambda: "guarded")

def refuse(app, *args, **kwargs):
    path = find_import_path(app, origins[app])
    print("ImportPath", json.dumps({**asdict(path), "text": str(path)}))

Flask.run = refuse
flask.cli.run_simple = lambda host, port, app, **kwargs: refuse(app)
"""
MAKE_APP = "from flask import Flask; from standin import Guard; app = Flask('shop')\n"
GUARDED_APP = """\
from flask import Flask
from standin import Guard
app = Flask(__name__)
Guard(app)
"""
RUN = "if __name__ == '__main__':\n    app.run()\n"
FACTORY = """\
from flask import Flask
from standin import Guard
def create_app(name="shop"):
    app = Flask(name)
    Guard(app)
    return app
"""
FACTORY_WITH_ARGUMENTS = FACTORY.replace('name="shop"', "name, secret='s3cret'")
DASH = """\
from flask import Flask
from standin import Guard
class Dash:
    def __init__(self, name):
        self.server = Flask(name)
    def run(self, **kwargs):
        self.server.run(**kwargs)
dash_app = Dash(__name__)
Guard(dash_app.server)
"""


class Project:
    """A folder of files, and the processes that are started in it."""

    def __init__(self, folder: Path, stand_in: Path) -> None:
        self.folder = folder
        path = os.pathsep.join(
            [str(Path(__file__).parent.parent.parent), str(stand_in)]
        )
        keep = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP")
        kept = {name: os.environ[name] for name in keep if name in os.environ}
        self.env = {**kept, "PYTHONPATH": path}

    def write(self, files: dict[str, str]) -> None:
        for name, source in files.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(source)

    def run(self, *args: str, stdin: str = "") -> str:
        done = subprocess.run(
            [sys.executable, *args],
            cwd=self.folder,
            env=self.env,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(self, *args: str, stdin: str = "") -> ImportPath:
        lines = self.run(*args, stdin=stdin).splitlines()
        [line] = [line for line in lines if line.startswith("ImportPath ")]
        found = json.loads(line.removeprefix("ImportPath "))
        text = found.pop("text")
        path = ImportPath(**{**found, "notes": tuple(found["notes"])})
        assert str(path) == text
        return path

    def served(self, path: ImportPath) -> str:
        """Import the path as a fresh gunicorn does, and request its start page."""
        assert path.notes == ()
        pytest.importorskip("gunicorn")
        code = (
            "import sys; from gunicorn.util import import_app\n"
            "sys.path[:0] = [folder for folder in [sys.argv[2], ''] if folder]\n"
            "print(import_app(sys.argv[1]).test_client().get('/').text)"
        )
        return self.run("-c", code, str(path), path.directory or "").strip()


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("standin")
    (folder / "standin.py").write_text(STAND_IN)
    return folder


@pytest.fixture
def project(tmp_path: Path, stand_in: Path) -> Project:
    folder = tmp_path / "project"
    folder.mkdir()
    return Project(folder, stand_in)


@pytest.mark.process
def test_a_script_is_named_by_its_file(project: Project) -> None:
    project.write({"serve.py": GUARDED_APP + RUN})
    path = project.refused("serve.py")
    assert path == ImportPath("serve", "app")
    assert project.served(path) == "guarded"


ADDS = {
    "imports the views": "import views\nfrom shop import app\n",
    "imports the views below": "from shop import app\nimport views\n",
    "registers something": "from shop import app\napp.before_request(print)\n",
    "has a page": "from shop import app\n@app.get('/x')\ndef x(): pass\n",
    "imports a package's module": "from shop import app\nfrom a import b\n",
}
ADDS_NOTHING = {
    "only runs it": "from shop import app\n",
    "imports what the app imports": "from shop import app\nimport models\n",
    "imports what that imports": "from shop import app\nimport columns\n",
    "imports what Python has": "import os\nfrom shop import app\n",
    "defines something": "from shop import app\ndef x(): pass\nPORT = int('5000')\n",
    "reads the command line": "import sys, views\nfrom shop import app\nsys.argv[:]\n",
}


@pytest.mark.process
@pytest.mark.parametrize("script", ADDS.values(), ids=ADDS)
def test_a_script_that_adds_something_to_the_app_is_named(
    project: Project, script: str
) -> None:
    project.write(
        {"shop.py": "import models\n" + GUARDED_APP, "serve.py": script + RUN}
    )
    project.write({"models.py": "import columns\n", "columns.py": ""})
    project.write({"views.py": "from shop import app\n", "a/b.py": ""})
    assert project.refused("serve.py") == ImportPath("serve", "app")
    # The call itself can't be served: it is changed in the code.
    project.write({"serve.py": script + "app.run()\n"})
    assert project.refused("serve.py") == ImportPath("shop", "app")


@pytest.mark.process
@pytest.mark.parametrize("script", ADDS_NOTHING.values(), ids=ADDS_NOTHING)
def test_a_script_that_adds_nothing_to_the_app_is_not_named(
    project: Project, script: str
) -> None:
    project.write(
        {"shop.py": "import models\n" + GUARDED_APP, "serve.py": script + RUN}
    )
    project.write({"models.py": "import columns\n", "columns.py": "", "views.py": ""})
    assert project.refused("serve.py") == ImportPath("shop", "app")


@pytest.mark.process
def test_a_script_in_another_folder_names_the_folder(project: Project) -> None:
    project.write({"src/serve.py": "import helper\n" + GUARDED_APP + RUN})
    project.write({"src/helper.py": ""})
    path = project.refused("src/serve.py")
    assert path == ImportPath("serve", "app", directory="src")
    assert project.served(path) == "guarded"


@pytest.mark.process
def test_a_script_that_leaves_its_folder_is_served_from_where_it_was_started(
    project: Project,
) -> None:
    leave = "import os; os.chdir(os.path.dirname(os.path.abspath(__file__)))\n"
    project.write({"src/serve.py": leave + GUARDED_APP + RUN})
    path = project.refused("src/serve.py")
    assert path == ImportPath("serve", "app", directory="src")
    assert project.served(path) == "guarded"


@pytest.mark.process
def test_a_script_outside_of_the_current_folder_names_the_whole_folder(
    project: Project, tmp_path: Path
) -> None:
    project.write({"../elsewhere/serve.py": GUARDED_APP + RUN})
    path = project.refused("../elsewhere/serve.py")
    folder = (tmp_path / "elsewhere").resolve()
    assert path == ImportPath("serve", "app", directory=str(folder))
    assert project.served(path) == "guarded"


@pytest.mark.process
def test_a_package_that_is_run_is_named_by_the_module_that_holds_the_app(
    project: Project,
) -> None:
    project.write({"shop/__init__.py": GUARDED_APP})
    project.write({"shop/__main__.py": "from shop import app\napp.run()\n"})
    path = project.refused("-m", "shop")
    assert path == ImportPath("shop", "app")
    assert project.served(path) == "guarded"


@pytest.mark.process
def test_a_package_whose_main_file_makes_the_app_is_named_with_the_main_file(
    project: Project,
) -> None:
    project.write({"shop/__init__.py": "", "shop/__main__.py": GUARDED_APP + RUN})
    path = project.refused("-m", "shop")
    assert path == ImportPath("shop.__main__", "app")
    assert project.served(path) == "guarded"


@pytest.mark.process
def test_a_module_that_is_run_is_named_by_its_full_name(project: Project) -> None:
    project.write({"shop/web/site.py": GUARDED_APP + RUN})
    path = project.refused("-m", "shop.web.site")
    assert path == ImportPath("shop.web.site", "app")
    assert project.served(path) == "guarded"


@pytest.mark.process
def test_an_app_that_a_command_imports_is_named_by_its_module(
    project: Project,
) -> None:
    project.write({"src/shop/__init__.py": "", "src/shop/web.py": GUARDED_APP})
    project.env["PYTHONPATH"] += os.pathsep + "src"
    path = project.refused("-m", "flask", "--app", "shop.web", "run")
    assert path == ImportPath("shop.web", "app")
    assert project.served(path) == "guarded"


@pytest.mark.process
def test_a_factory_is_to_be_called(project: Project) -> None:
    project.write({"shop/__init__.py": FACTORY})
    path = project.refused("-m", "flask", "--app", "shop", "run")
    assert path == ImportPath("shop", "create_app", factory=True)
    assert str(path) == "shop:create_app()"
    assert project.served(path) == "guarded"


MAKE_SHOP = """\
from shop import create_app
def make_shop():
    app = create_app()
    app.add_url_rule("/basket", "basket", lambda: "empty")
    return app
"""
MANAGE = """\
from factory import make_shop
from flask.cli import FlaskGroup
FlaskGroup(create_app=make_shop)()
"""


@pytest.mark.process
@pytest.mark.parametrize(
    "command", ["-m flask --app factory:make_shop run", "manage.py run"]
)
def test_the_factory_that_flask_calls_is_preferred(
    project: Project, command: str
) -> None:
    project.write({"shop.py": FACTORY, "factory.py": MAKE_SHOP, "manage.py": MANAGE})
    path = project.refused(*command.split())
    assert path == ImportPath("factory", "make_shop", factory=True)
    assert project.served(path) == "guarded"


@pytest.mark.process
def test_a_global_name_is_preferred_over_the_factory(project: Project) -> None:
    project.write({"shop.py": FACTORY})
    project.write({"wsgi.py": "from shop import create_app\napp = create_app()\n"})
    path = project.refused("-m", "flask", "run")
    assert path == ImportPath("wsgi", "app")
    assert project.served(path) == "guarded"


@pytest.mark.process
def test_a_factory_replaces_an_app_under_the_main_guard(project: Project) -> None:
    run = "if __name__ == '__main__':\n    app = create_app()\n    app.run()\n"
    project.write({"serve.py": FACTORY + run})
    path = project.refused("serve.py")
    assert path == ImportPath("serve", "create_app", factory=True)
    assert project.served(path) == "guarded"


@pytest.mark.process
def test_a_module_that_guards_an_imported_app_is_preferred(project: Project) -> None:
    project.write({"bin/core.py": "from flask import Flask\napp = Flask(__name__)\n"})
    project.write({"bin/__init__.py": "from .core import app as app\n"})
    guard = "from bin import app\nfrom standin import Guard\nGuard(app)\n"
    project.write({"serve.py": guard + RUN})
    path = project.refused("serve.py")
    assert path == ImportPath("serve", "app")
    assert project.served(path) == "guarded"


@pytest.mark.process
def test_an_app_in_a_zip_file_names_the_zip_file(project: Project) -> None:
    project.write({"build/shop/__init__.py": GUARDED_APP})
    project.write({"build/__main__.py": "from shop import app\napp.run()\n"})
    zipapp.create_archive(project.folder / "build", project.folder / "shop.pyz")
    path = project.refused("shop.pyz")
    assert path == ImportPath("shop", "app", directory="shop.pyz")
    assert project.served(path) == "guarded"


@pytest.mark.process
@pytest.mark.parametrize("run", ["app.run()\n", RUN])
def test_the_main_file_of_a_zip_file_cannot_be_imported(
    project: Project, run: str
) -> None:
    project.write({"build/__main__.py": GUARDED_APP + run})
    zipapp.create_archive(project.folder / "build", project.folder / "shop.pyz")
    assert project.refused("shop.pyz") == ImportPath(
        "wsgi",
        "app",
        directory="shop.pyz",
        notes=(
            "No server can import shop.pyz/__main__.py: move the app, but not"
            " what starts the server, to a file wsgi.py next to it.",
        ),
    )


@pytest.mark.process
@pytest.mark.parametrize("args", [("-c", MAKE_APP + "Guard(app); app.run()"), ()])
def test_code_without_a_file_has_to_be_saved(
    project: Project, args: tuple[str, ...]
) -> None:
    stdin = "" if args else MAKE_APP + "Guard(app)\napp.run()\n"
    path = project.refused(*args, stdin=stdin)
    assert str(path) == "app:app"
    assert path.notes == (
        "The app was made by code that is in no file, so no server can import it: save"
        " the code as app.py, with what starts the server under `if __name__ =="
        ' "__main__":`.',
    )


@pytest.mark.process
def test_code_without_a_file_that_imports_an_app_is_not_an_obstacle(
    project: Project,
) -> None:
    project.write({"shop.py": FACTORY})
    code = "from shop import create_app; app = create_app(); app.run()"
    path = project.refused("-c", code)
    assert path == ImportPath("shop", "create_app", factory=True)
    assert project.served(path) == "guarded"


@pytest.mark.process
@pytest.mark.parametrize(
    ("file", "renamed"), [("serve", "serve"), ("my.app.py", "my_app")]
)
def test_a_file_whose_name_cannot_be_imported_has_to_be_renamed(
    project: Project, file: str, renamed: str
) -> None:
    project.write({f"bin/{file}": GUARDED_APP + RUN})
    note = f"No server can import {file}: rename it to {renamed}.py."
    path = project.refused(f"bin/{file}")
    assert path == ImportPath(renamed, "app", directory="bin", notes=(note,))
    (project.folder / "bin" / file).rename(project.folder / f"bin/{renamed}.py")
    assert project.served(ImportPath(renamed, "app", directory="bin")) == "guarded"


@pytest.mark.process
def test_a_file_whose_name_is_not_an_identifier_is_kept(project: Project) -> None:
    project.write({"my-app.py": GUARDED_APP + RUN})
    path = project.refused("my-app.py")
    assert path == ImportPath("my-app", "app")
    assert project.served(path) == "guarded"


@pytest.mark.process
def test_an_app_under_the_main_guard_has_to_be_moved(project: Project) -> None:
    project.write(
        {
            "serve.py": MAKE_APP.replace("; app = Flask('shop')", "")
            + "if __name__ == '__main__':\n"
            "    app = Flask(__name__)\n    Guard(app)\n    app.run()\n"
        }
    )
    note = (
        '`app` is created under `if __name__ == "__main__":` in serve.py: move it above'
        " that line, so that a server can import it."
    )
    assert project.refused("serve.py") == ImportPath("serve", "app", notes=(note,))


@pytest.mark.process
@pytest.mark.parametrize(
    "source",
    [
        "Guard(app := Flask(__name__))\n",
        "app = None\ndef setup():\n    global app\n    app = Flask(__name__)\n"
        "    Guard(app)\nsetup()\n",
    ],
)
def test_an_app_may_get_its_name_inside_of_a_statement(
    project: Project, source: str
) -> None:
    imports = "from flask import Flask\nfrom standin import Guard\n"
    project.write({"serve.py": imports + source + RUN})
    path = project.refused("serve.py")
    assert path == ImportPath("serve", "app")
    assert project.served(path) == "guarded"


@pytest.mark.process
def test_a_function_that_sets_the_app_and_runs_it_is_not_called_by_an_import(
    project: Project,
) -> None:
    source = "from flask import Flask\nfrom standin import Guard\n"
    body = "    app = Flask(__name__)\n    Guard(app)\n    app.run()\n"
    project.write({"serve.py": f"{source}def main():\n    global app\n{body}main()\n"})
    [first, second] = project.refused("serve.py").notes
    assert "does not bind it to a name" in first
    assert second.startswith("serve.py calls main() when it is imported (line 8)")


@pytest.mark.process
@pytest.mark.parametrize("declaration", ["", "    global app\n"])
def test_an_app_that_a_function_keeps_to_itself_has_to_be_moved(
    project: Project, declaration: str
) -> None:
    body = "    app = Flask(__name__)\n    Guard(app)\n    return app.run()\n"
    source = "from flask import Flask\nfrom standin import Guard\n"
    main = f"def main():\n{declaration}{body}if __name__ == '__main__':\n    main()\n"
    project.write({"serve.py": source + main})
    note = (
        "No server can import the app, because importing serve.py does not bind it to a"
        " name: create it at the top level of that file, or in a function without"
        " arguments that returns it."
    )
    assert project.refused("serve.py") == ImportPath("serve", "app", notes=(note,))


@pytest.mark.process
def test_a_main_function_that_waits_for_its_thread_is_not_a_factory(
    project: Project,
) -> None:
    source = (
        "import threading\nfrom flask import Flask\nfrom standin import Guard\n"
        "def main():\n"
        "    app = Flask(__name__)\n"
        "    Guard(app)\n"
        "    thread = threading.Thread(target=app.run)\n"
        "    thread.start()\n"
        "    thread.join()\n"
        "    return thread\n"
    )
    project.write({"serve.py": source + "if __name__ == '__main__':\n    main()\n"})
    path = project.refused("serve.py")
    assert str(path) == "serve:app"
    assert "does not bind it to a name" in path.notes[0]


@pytest.mark.process
def test_a_factory_with_arguments_needs_a_module_that_calls_it(
    project: Project,
) -> None:
    project.write({"src/shop.py": FACTORY_WITH_ARGUMENTS})
    run = "from shop import create_app\ncreate_app('pa55word').run()\n"
    project.write({"src/serve.py": run})
    path = project.refused("src/serve.py")
    note = (
        "`create_app` was called with arguments: add a file wsgi.py with the lines"
        " `from shop import create_app` and `app = create_app(...)`, fill in the"
        " arguments, and use wsgi:app."
    )
    assert path == ImportPath("wsgi", "app", directory="src", notes=(note,))
    project.write({"wsgi.py": "from shop import create_app\napp = create_app('x')\n"})
    assert project.served(ImportPath("wsgi", "app", directory="src")) == "guarded"


@pytest.mark.process
@pytest.mark.parametrize(
    ("source", "call", "line"),
    [
        (GUARDED_APP + "app.run(ssl_context='s3cret')\n", "app.run()", 5),
        (GUARDED_APP + "if True:\n    Flask.run(\n    app)\n", "Flask.run()", 6),
        (
            GUARDED_APP + "def main():\n    app.run(\n    )\nmain(\n)\n",
            "main()",
            8,
        ),
        (FACTORY + "create_app().run()\n", "create_app().run()", 7),
    ],
)
def test_a_start_at_import_time_has_to_move_under_the_main_guard(
    project: Project, source: str, call: str, line: int
) -> None:
    project.write({"serve.py": source})
    assert project.refused("serve.py").notes == (
        f"serve.py calls {call} when it is imported (line {line}): put that line under"
        ' `if __name__ == "__main__":`.',
    )


@pytest.mark.process
def test_a_start_that_flask_ignores_at_import_time_is_reported(
    project: Project,
) -> None:
    source = GUARDED_APP + "import os\nif os.environ.get('RUN'):\n    app.run()\n"
    project.write({"serve.py": source})
    path = project.refused("-m", "flask", "--app", "serve", "run")
    assert [note.partition(":")[0] for note in path.notes] == [
        "serve.py calls app.run() when it is imported (line 7)"
    ]


@pytest.mark.process
def test_calls_that_start_no_server_are_not_reported(project: Project) -> None:
    source = "import asyncio\nasync def job(): pass\nasyncio.run(job())\n"
    project.write({"serve.py": GUARDED_APP + source + "repr(app)\n" + RUN})
    path = project.refused("serve.py")
    assert path == ImportPath("serve", "app")
    assert project.served(path) == "guarded"


@pytest.mark.process
def test_a_dash_app_needs_a_name_for_its_server(project: Project) -> None:
    project.write({"web.py": DASH + RUN.replace("app", "dash_app")})
    note = "Add the line `server = dash_app.server` to web.py."
    assert project.refused("web.py") == ImportPath("web", "server", notes=(note,))
    project.write({"web.py": DASH + "server = dash_app.server\n"})
    assert project.served(ImportPath("web", "server")) == "guarded"


@pytest.mark.process
@pytest.mark.parametrize(("holder", "new"), [("cx", "app"), ("app", "application")])
def test_an_app_that_connexion_holds_needs_a_name(
    project: Project, holder: str, new: str
) -> None:
    source = DASH.replace("server", "app").replace("dash_app", holder)
    project.write({"web.py": source + RUN.replace("app", holder)})
    note = f"Add the line `{new} = {holder}.app` to web.py."
    assert project.refused("web.py") == ImportPath("web", new, notes=(note,))
    project.write({"web.py": source + f"{new} = {holder}.app\n"})
    assert project.served(ImportPath("web", new)) == "guarded"


EXTENSION = """\
from flask import Flask
from standin import Guard
class Api:
    pass
api = Api()
def create_app(name):
    api.app = Flask(name)
    Guard(api.app)
    return api.app
"""
MADE_SERVER = """\
from werkzeug.serving import make_server
server = make_server("127.0.0.1", 0, app)
"""


@pytest.mark.process
def test_an_extension_that_is_given_an_app_later_does_not_hold_it(
    project: Project,
) -> None:
    main = 'if __name__ == "__main__":\n    create_app("shop").run()\n'
    project.write({"web.py": EXTENSION + main})
    path = project.refused("web.py")
    assert str(path) == "wsgi:app"
    assert path.notes[0].startswith("`create_app` was called with arguments")


@pytest.mark.process
def test_a_server_of_an_app_does_not_hold_it(project: Project) -> None:
    main = 'if __name__ == "__main__":\n    app.run()\n'
    made = "from flask import Flask\nfrom standin import Guard\napp = Flask('shop')\n"
    project.write({"web.py": f"{made}{MADE_SERVER}Guard(app)\n{main}"})
    path = project.refused("web.py")
    assert str(path) == "web:app"
    assert path.notes == (
        "web.py starts a server when it is imported (line 5): put that line under `if"
        ' __name__ == "__main__":`.',
    )


@pytest.mark.process
def test_a_named_server_of_a_dash_app_is_used(project: Project) -> None:
    run = "server = dash_app.server\n" + RUN.replace("app", "dash_app")
    project.write({"web.py": DASH + run})
    path = project.refused("web.py")
    assert path == ImportPath("web", "server")
    assert project.served(path) == "guarded"


@pytest.mark.process
@pytest.mark.parametrize("run", ["dash_app.run()", "dash_app.server.run()"])
def test_a_dash_app_that_runs_at_import_time_is_reported(
    project: Project, run: str
) -> None:
    project.write({"web.py": DASH + "server = dash_app.server\n" + run + "\n"})
    [note] = project.refused("web.py").notes
    assert note.startswith(f"web.py calls {run} when it is imported (line 11)")


@pytest.mark.process
def test_a_real_dash_app_needs_a_name_for_its_server(project: Project) -> None:
    pytest.importorskip("dash")
    project.write(
        {
            "web.py": "from dash import Dash, html\nfrom standin import Guard\n"
            "app = Dash(__name__)\napp.layout = html.Div()\nGuard(app.server)\n" + RUN
        }
    )
    note = "Add the line `server = app.server` to web.py."
    assert project.refused("web.py") == ImportPath("web", "server", notes=(note,))


class Loaded:
    """Modules that are loaded into this process, from files in its folder."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.patch = monkeypatch
        self.origins: dict[Flask, Origin] = {}

    def guard(self, app: Flask) -> None:
        self.origins[app] = record_origin(app)

    def load(self, name: str, source: str, file: str = "") -> dict[str, t.Any]:
        module = types.ModuleType(name)
        path = self.folder / (file or name.replace(".", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
        module.__file__ = str(path)
        vars(module).update(Flask=Flask, guard=self.guard)
        self.patch.setitem(sys.modules, name, module)
        exec(compile(source, str(path), "exec"), vars(module))
        return vars(module)

    def path(self, app: Flask) -> ImportPath:
        return find_import_path(app, self.origins[app], cwd=str(self.folder))


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loaded:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    return Loaded(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("script", "named"),
    [
        ("app.before_request(print)\n", "zz_start"),
        ("pass\n", "zz_shop"),
        ("app.before_request(print)\napp.run()\n", "zz_shop"),
    ],
)
def test_the_script_is_named_if_it_adds_something(
    loaded: Loaded, script: str, named: str
) -> None:
    app = loaded.load("zz_shop", "app = Flask('zz_shop')\nguard(app)\n")["app"]
    source = f"from zz_shop import app\n{script}"
    with mock.patch.object(Flask, "run"):
        loaded.load("__main__", source, "zz_start.py")

    assert str(loaded.path(app)) == f"{named}:app"


def test_the_origin_is_the_function_calls_up_to_the_first_module(
    loaded: Loaded,
) -> None:
    app = loaded.load(
        "zz_shop",
        "def register(app): guard(app)\n"
        "class Factory:\n"
        "    def make(self):\n"
        "        app = Flask('zz_shop')\n"
        "        register(app)\n"
        "        return app\n"
        "def create_app(): return Factory().make()\n"
        "app = create_app()\n",
    )["app"]
    assert loaded.origins[app] == Origin(
        "zz_shop",
        (
            # The stand-in for ProdGuard is not in its package.
            Step(__name__, "guard", is_module_level=False, receives_app=True),
            Step("zz_shop", "register", is_module_level=True, receives_app=True),
            Step("zz_shop", "make", is_module_level=False, receives_app=False),
            Step("zz_shop", "create_app", is_module_level=True, receives_app=False),
        ),
    )


def test_the_origin_leaves_out_the_guard_itself() -> None:
    namespace = {"__name__": "flask_prodguard.extension", "record": record_origin}
    exec("def init_app(app): return record(app)", namespace)
    source = "def create_app(app_made): return guard(app_made())"
    shop = {"__name__": "zz_shop", "guard": namespace["init_app"]}
    exec(source, shop)
    create_app = t.cast("t.Callable[[object], Origin]", shop["create_app"])
    assert create_app(lambda: Flask("x")).steps[0] == Step(
        "zz_shop", "create_app", is_module_level=True, receives_app=False
    )


def test_a_thread_has_an_origin_without_a_module() -> None:
    found: list[Origin] = []
    app = Flask("zz_shop")
    thread = threading.Thread(target=lambda: found.append(record_origin(app)))
    thread.start()
    thread.join()
    assert found[0].module is None
    assert found[0].steps[0].function == "<lambda>"


def test_an_origin_that_cannot_be_recorded_is_empty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*args: object) -> t.NoReturn:
        raise RuntimeError

    monkeypatch.setattr(origin, "_step", fail)
    assert record_origin(Flask("zz_shop")) == Origin()


@pytest.mark.parametrize(
    ("parameters", "arguments"),
    [("app", "app"), ("*apps", "1, app"), ("x=1, *, app", "app=app"), ("**x", "")],
)
def test_a_function_that_is_given_the_app_is_not_a_factory(
    loaded: Loaded, parameters: str, arguments: str
) -> None:
    app = loaded.load(
        "zz_shop",
        "made = []\n"
        f"def register({parameters}):\n"
        "    guard(made[0])\n"
        "    x = made[0]\n"
        "    return x\n"
        "def create_app():\n"
        "    app = Flask('zz_shop')\n"
        "    made.append(app)\n"
        f"    register({arguments})\n"
        "    return app\n"
        "create_app()\n",
    )["made"][0]
    assert loaded.path(app) == ImportPath("zz_shop", "create_app", factory=True)


LAYERS = """\
def build():
    app = Flask('zz_shop')
    guard(app)
    made.append(app)
    return app
def setup({parameters}):
    app = build()
    app.debug = False
    return {returned}
def assemble():
    return setup({arguments})
made = []
assemble()
"""


@pytest.mark.parametrize(
    ("returned", "expected"),
    [("app", "assemble"), ("0", "build"), ("(app, 1)", "build")],
)
def test_the_outermost_factory_that_returns_the_app_is_preferred(
    loaded: Loaded, returned: str, expected: str
) -> None:
    layers = LAYERS.format(parameters="", arguments="", returned=returned)
    made = loaded.load("zz_shop", layers)["made"]
    assert str(loaded.path(made[0])) == f"zz_shop:{expected}()"


def test_the_arguments_of_an_inner_factory_are_given_by_the_outer_one(
    loaded: Loaded,
) -> None:
    layers = LAYERS.format(parameters="secret", arguments="'s'", returned="app")
    made = loaded.load("zz_shop", layers)["made"]
    assert str(loaded.path(made[0])) == "zz_shop:assemble()"


def test_an_outer_factory_that_needs_arguments_is_not_left_out(
    loaded: Loaded,
) -> None:
    layers = LAYERS.format(parameters="secret", arguments="'s'", returned="app")
    made = loaded.load("zz_shop", layers.replace("assemble()\n", "setup('s')\n"))[
        "made"
    ]
    path = loaded.path(made[0])
    assert str(path) == "wsgi:app"
    assert "`setup` was called with arguments" in path.notes[0]


def test_a_factory_without_arguments_is_preferred_where_nothing_is_proven(
    loaded: Loaded,
) -> None:
    made = loaded.load(
        "zz_shop",
        "def build(name):\n"
        "    app = Flask(name)\n"
        "    guard(app)\n"
        "    return app\n"
        "def setup():\n"
        "    return finished(build('zz_shop'))\n"
        "def finished(app): return app\n"
        "made = [setup()]\n",
    )["made"]
    assert str(loaded.path(made[0])) == "zz_shop:setup()"


def test_a_factory_with_the_name_that_flask_looks_for_is_preferred(
    loaded: Loaded,
) -> None:
    made = loaded.load(
        "zz_shop",
        "import functools\n"
        "def base_app():\n"
        "    app = Flask('zz_shop')\n"
        "    guard(app)\n"
        "    return app\n"
        "@functools.lru_cache\n"
        "def create_app(*args, **kwargs):\n"
        "    app = base_app()\n"
        "    return app\n"
        "made = [create_app()]\n",
    )["made"]
    assert str(loaded.path(made[0])) == "zz_shop:create_app()"


def test_a_function_that_returns_nothing_is_not_a_factory(loaded: Loaded) -> None:
    made = loaded.load(
        "zz_shop",
        "made = []\n"
        "def setup():\n"
        "    app = Flask('zz_shop')\n"
        "    guard(app)\n"
        "    made.append(app)\n"
        "setup()\n",
    )["made"]
    path = loaded.path(made[0])
    assert str(path) == "zz_shop:app"
    assert "importing zz_shop.py does not bind it" in path.notes[0]


def test_a_place_for_an_app_is_not_an_app(loaded: Loaded) -> None:
    app = loaded.load(
        "zz_shop",
        "app = None\n"
        "def create_app():\n"
        "    global app\n"
        "    app = Flask('zz_shop')\n"
        "    guard(app)\n"
        "    return app\n"
        "make = create_app\nmake()\n",
    )["app"]
    assert str(loaded.path(app)) == "zz_shop:create_app()"


@pytest.mark.parametrize(
    ("names", "preferred"),
    [
        ("shop = app", "app"),
        ("shop = application", "application"),
        ("shop = server", "server"),
        ("shop = web", "shop"),
    ],
)
def test_the_usual_name_of_an_app_is_preferred(
    loaded: Loaded, names: str, preferred: str
) -> None:
    source = f"{names} = Flask('zz_shop')\nguard(shop)\n"
    app = loaded.load("zz_shop", source)["shop"]
    assert loaded.path(app) == ImportPath("zz_shop", preferred)


def test_a_name_that_is_gone_after_an_import_gives_way_to_another(
    loaded: Loaded,
) -> None:
    source = "shop = Flask('zz_shop')\nguard(shop)\nglobals()['app'] = shop\n"
    app = loaded.load("zz_shop", source)["shop"]
    assert loaded.path(app) == ImportPath("zz_shop", "shop")


def test_the_shallowest_module_that_holds_the_app_is_used(loaded: Loaded) -> None:
    made = [Flask("not_loaded")]
    loaded.guard(made[0])
    loaded.patch.setattr("builtins.zz_app", made[0], raising=False)
    loaded.patch.setattr("flask.zz_app", made[0], raising=False)
    loaded.patch.setitem(sys.modules, "zz_odd", t.cast("types.ModuleType", None))
    loaded.patch.setitem(sys.modules, "made", types.ModuleType("made"))
    for name in ("zz_a.b.c", "zz_long.web", "zz_b.web"):
        loaded.load(name, "from made import *").update(zz_app=made[0])
    assert loaded.path(made[0]) == ImportPath("zz_b.web", "zz_app")


def test_an_object_that_holds_the_app_needs_a_name_for_it(loaded: Loaded) -> None:
    app = loaded.load(
        "zz_shop",
        "class Dash: pass\n"
        "dash_app = Dash()\n"
        "dash_app.server = Flask('zz_shop')\n"
        "guard(dash_app.server)\n"
        "dash_app.run = print\n"
        "dash_app.server.run if False else None\n"
        "print(dash_app)\n"
        "dash_app.run()\n",
    )["dash_app"].server
    assert loaded.path(app) == ImportPath(
        "zz_shop",
        "server",
        notes=(
            "Add the line `server = dash_app.server` to zz_shop.py.",
            "zz_shop.py calls dash_app.run() when it is imported (line 8): put that"
            ' line under `if __name__ == "__main__":`.',
        ),
    )


def test_no_argument_of_a_factory_is_shown(loaded: Loaded) -> None:
    made = loaded.load(
        "zz_shop",
        "def create_app(name, *, secret):\n"
        "    app = Flask(name)\n"
        "    guard(app)\n"
        "    return app\n"
        "made = [create_app('zz_shop', secret='pa55word')]\n",
    )["made"]
    path = loaded.path(made[0])
    assert str(path) == "wsgi:app"
    assert "`create_app` was called with arguments" in path.notes[0]
    assert "pa55word" not in repr(path)


WITH_DEFAULT = """\
def create_app({parameters}):
    {first}
    app = Flask('zz_shop')
    guard(app)
    return app
made = [create_app({arguments})]
"""


@pytest.mark.parametrize(
    ("parameters", "arguments", "first"),
    [
        ("config='development'", "'production'", ""),
        ("x, config=None", "1, config='production'", ""),
        ("x=0, *, config='development'", "config='production'", ""),
        ("*configs", "'production'", ""),
        ("x=1, **config", "name='production'", "y = x"),
        ("limit=1", "True", ""),
    ],
)
def test_a_factory_that_was_given_arguments_makes_another_app_without(
    loaded: Loaded, parameters: str, arguments: str, first: str
) -> None:
    source = WITH_DEFAULT.format(
        parameters=parameters, arguments=arguments, first=first
    )
    path = loaded.path(loaded.load("zz_shop", source)["made"][0])
    assert str(path) == "wsgi:app"
    assert "`create_app` was called with arguments" in path.notes[0]
    assert "production" not in repr(path)


@pytest.mark.parametrize(
    ("parameters", "arguments", "first"),
    [
        ("config=None, *configs, **more", "", ""),
        ("config=None", "None", ""),
        ("config=' a name '", "'{} name '.format(' a')", ""),
        ("config=None", "", "config = config or dict()"),
        ("config=None", "{}", "if config is None: config = dict()"),
        ("*configs", "1", "configs = print(configs)"),
        ("config=None", "1", "del config"),
    ],
)
def test_a_default_value_is_not_given_to_a_factory(
    loaded: Loaded, parameters: str, arguments: str, first: str
) -> None:
    source = WITH_DEFAULT.format(
        parameters=parameters, arguments=arguments, first=first
    )
    path = loaded.path(loaded.load("zz_shop", source)["made"][0])
    assert path == ImportPath("zz_shop", "create_app", factory=True)


@pytest.mark.process
def test_the_factory_that_flask_calls_with_arguments_is_given_them(
    project: Project,
) -> None:
    project.write({"shop.py": FACTORY})
    app = "shop:create_app('pa55word')"
    path = project.refused("-m", "flask", "--app", app, "run")
    assert str(path) == "wsgi:app"
    assert "`create_app` was called with arguments" in path.notes[0]


@pytest.mark.process
def test_a_file_that_starts_the_program_is_left_alone(project: Project) -> None:
    run = "from shop import create_app\ncreate_app('pa55word').run()\n"
    project.write({"shop.py": FACTORY_WITH_ARGUMENTS, "wsgi.py": run})
    path = project.refused("wsgi.py")
    assert str(path) == "wsgi_app:app"
    assert path.notes == (
        "`create_app` was called with arguments: add a file wsgi_app.py with the lines"
        " `from shop import create_app` and `app = create_app(...)`, fill in the"
        " arguments, and use wsgi_app:app.",
    )


def test_an_app_of_unsaved_code_is_named_as_in_the_code(loaded: Loaded) -> None:
    main = types.ModuleType("__main__")
    vars(main).update(Flask=Flask, guard=loaded.guard)
    loaded.patch.setitem(sys.modules, "__main__", main)
    loaded.patch.setattr(sys, "argv", [""])
    exec("shop = Flask(__name__)\nguard(shop)", vars(main))
    path = loaded.path(vars(main)["shop"])
    assert str(path) == "app:shop"
    assert path.notes[0].startswith("The app was made by code that is in no file")


def test_an_app_that_only_a_script_makes_has_to_move(loaded: Loaded) -> None:
    source = "if __name__ == '__main__':\n    app = Flask('shop')\n    guard(app)\n"
    main = types.ModuleType("__main__")
    file = loaded.folder / "serve.py"
    file.write_text(source)
    vars(main).update(Flask=Flask, guard=loaded.guard, __file__=str(file))
    loaded.patch.setitem(sys.modules, "__main__", main)
    exec(compile(source, str(file), "exec"), vars(main))
    path = loaded.path(vars(main)["app"])
    assert str(path) == "serve:app"
    assert path.notes[0].startswith("`app` is created under")


def test_an_app_whose_origin_is_unknown_is_still_found(loaded: Loaded) -> None:
    app = loaded.load("zz_shop", "app = Flask('zz_shop')\n")["app"]
    path = find_import_path(app, None, cwd=str(loaded.folder))
    assert path == ImportPath("zz_shop", "app")


def test_an_app_that_is_nowhere_is_a_guess_with_a_note() -> None:
    path = find_import_path(Flask("not_loaded"), None)
    assert str(path) == "not_loaded:app"
    assert path.directory is None
    assert "importing not_loaded does not bind it" in path.notes[0]


def test_a_search_that_fails_is_a_guess_with_a_note(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*args: object) -> t.NoReturn:
        raise RuntimeError

    monkeypatch.setattr(module_under_test, "locate_module", fail)
    path = find_import_path(Flask("not_loaded"), Origin("zz_shop"))
    assert str(path) == "app:app"
    assert "importing app.py does not bind it" in path.notes[0]


def test_one_failing_probe_does_not_stop_the_others(loaded: Loaded) -> None:
    made = loaded.load(
        "zz_shop",
        "class Sly(dict):\n"
        "    def get(self, name): raise RuntimeError\n"
        "def create_app(name):\n"
        "    app = Flask(name)\n"
        "    guard(app)\n"
        "    return app\n"
        "made = [create_app('zz_shop')]\n"
        "create_app.__signature__ = 1\n",
    )["made"]
    assert "does not bind it to a name" in loaded.path(made[0]).notes[0]


def test_objects_are_only_compared_by_identity(loaded: Loaded) -> None:
    app = loaded.load(
        "zz_shop",
        "class Equal:\n"
        "    def __eq__(self, other): raise RuntimeError\n"
        "    def __getattr__(self, name): raise RuntimeError\n"
        "aa = Equal()\n"
        "app = Flask('zz_shop')\nguard(app)\n",
    )["app"]
    assert loaded.path(app) == ImportPath("zz_shop", "app")


def test_a_module_with_a_server_is_not_a_dash_app(loaded: Loaded) -> None:
    app = loaded.load(
        "zz_shop",
        "import types\nlibrary = types.ModuleType('library')\n"
        "library.server = Flask('zz_shop')\nguard(library.server)\n",
    )["library"].server
    assert loaded.path(app).attribute == "app"


def test_a_dash_app_under_the_main_guard_is_not_importable(loaded: Loaded) -> None:
    source = DASH.replace("from standin import Guard\n", "").replace("Guard", "guard")
    lines = source.splitlines()
    lines[6:] = ["globals()['dash_app'] = Dash(__name__)", "guard(dash_app.server)"]
    shop = loaded.load("zz_shop", "\n".join(lines))
    assert "does not bind it" in loaded.path(shop["dash_app"].server).notes[0]


@pytest.mark.parametrize("listed", ["src", "{folder}/src", "lib{sep}src"])
def test_a_folder_in_pythonpath_needs_no_mention(loaded: Loaded, listed: str) -> None:
    source = "app = Flask('zz_shop.web')\nguard(app)\n"
    app = loaded.load("zz_shop.web", source, "src/zz_shop/web.py")["app"]
    assert loaded.path(app).directory == "src"
    listed = listed.format(folder=loaded.folder, sep=os.pathsep)
    loaded.patch.setenv("PYTHONPATH", listed)
    assert loaded.path(app) == ImportPath("zz_shop.web", "app")


def test_an_installed_package_needs_no_mention_of_its_folder(loaded: Loaded) -> None:
    source = "app = Flask('zz_shop')\nguard(app)\n"
    app = loaded.load("zz_shop", source, "site/zz_shop/__init__.py")["app"]
    assert loaded.path(app).directory == "site"
    site = str(loaded.folder / "site")
    loaded.patch.setattr("site.getusersitepackages", lambda: site)
    assert loaded.path(app) == ImportPath("zz_shop", "app")


def test_the_current_folder_counts_unless_another_is_given(
    loaded: Loaded, tmp_path: Path
) -> None:
    source = "app = Flask('zz_shop')\nguard(app)\n"
    app = loaded.load("zz_shop", source)["app"]
    loaded.patch.chdir(tmp_path)
    assert find_import_path(app, None).directory is None
    path = find_import_path(app, None, cwd=str(tmp_path / "other"))
    assert path.directory == str(tmp_path.resolve())


def test_a_found_path_keeps_no_app_alive(loaded: Loaded) -> None:
    app = loaded.load("zz_shop", "app = Flask('zz_shop')\nguard(app)\n")["app"]
    origin = loaded.origins[app]
    steps = [getattr(step, name) for step in origin.steps for name in step.__slots__]
    kept = [origin.module, *steps]
    assert {type(value) for value in kept} <= {str, bool, tuple}
