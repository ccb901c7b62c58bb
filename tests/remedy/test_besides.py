from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from flask_prodguard.judging.launch import ImportPath
from flask_prodguard.remedy.besides import adds_to
from flask_prodguard.remedy.besides import find_losses
from flask_prodguard.remedy.call_site import Caller
from flask_prodguard.remedy.call_site import Step
from flask_prodguard.remedy.statements import forget_statements

PATH = ImportPath("app", "app")
HEAD = "app = Flask(__name__)\n\n@app.get('/')\ndef page(): return name\n\n"
GUARD = "if __name__ == '__main__':\n"


@pytest.fixture(autouse=True)
def forgotten() -> t.Iterator[None]:
    yield
    forget_statements()


def losses(
    folder: Path,
    source: str,
    function: str = "<module>",
    path: ImportPath = PATH,
    app_file: str = "app.py",
) -> tuple[str, ...]:
    forget_statements()
    file = folder / "app.py"
    file.write_text(source)
    (folder / app_file).touch()
    line = next(
        number
        for number, text in enumerate(source.splitlines(), 1)
        if "app.run(" in text
    )
    caller = Caller((Step(file, line, function, 1),), {})
    return find_losses(caller, folder / app_file, path, folder, script=file)


WITHOUT_LOSS = {
    "a call alone": "    app.run()\n",
    "what the call is given": (
        "    port = settings('PORT')\n    host, x = port\n    app.run(host, port)\n"
    ),
    "arguments of the command line": (
        "    parser = argparse.ArgumentParser()\n"
        "    parser.add_argument('--port', type=int)\n"
        "    args = parser.parse_args()\n"
        "    app.run(port=args.port)\n"
    ),
    "what is printed": "    print('Go')\n    app.run()\n    sys.exit()\n",
    "another branch": (
        "    if x == 'init':\n        make_tables()\n    else:\n        app.run()\n"
    ),
    "an import": "    import os\n    app.run(os.getenv('HOST'))\n",
    "a block around it": ("    with app.app_context():\n        app.run()\n"),
    "what nobody reads": "    x: int = 1\n    x += 1\n    app.run()\n",
}


@pytest.mark.parametrize("body", WITHOUT_LOSS.values(), ids=WITHOUT_LOSS)
def test_what_only_leads_to_the_call_is_not_a_loss(tmp_path: Path, body: str) -> None:
    assert losses(tmp_path, HEAD + GUARD + body) == ()


LOSSES = {
    "a name that a view reads": ("    name = 'hub'\n    app.run()\n", "line 7 runs"),
    "a thread": (
        "    worker = Thread(target=work)\n    worker.start()\n    app.run()\n",
        "lines 7-8 run",
    ),
    "tables": (
        "    with app.app_context():\n        db.create_all()\n    app.run()\n",
        "line 8 runs",
    ),
    "what comes after": ("    app.run()\n    clean_up()\n", "line 8 runs"),
    "configuration": ("    app.config['X'] = 1\n    app.run()\n", "line 7 runs"),
    "several places": (
        "    a()\n    x = 1\n    b()\n    app.run(x)\n    c(\n    )\n",
        "lines 7, 9 and 11-12 run",
    ),
    "a function that a view reads": (
        "    def name(): pass\n    app.run()\n",
        "line 7 runs",
    ),
    "an import that a view reads": (
        "    import x as name\n    app.run()\n",
        "line 7 runs",
    ),
    "what ends in any case": (
        "    try:\n        a()\n        app.run()\n    finally:\n        b()\n",
        "lines 8 and 11 run",
    ),
    "what is deleted": ("    del app.x\n    app.run()\n", "line 7 runs"),
}


@pytest.mark.parametrize(("body", "lines"), LOSSES.values(), ids=LOSSES)
def test_what_else_the_script_does_is_named(
    tmp_path: Path, body: str, lines: str
) -> None:
    assert losses(tmp_path, HEAD + GUARD + body) == (
        f"app.py {lines} only when the file is run as a script.",
    )


def test_what_else_a_function_does_is_named_with_it(tmp_path: Path) -> None:
    body = (
        "def main():\n    global name\n    x = 1\n    name = x\n    setup()\n"
        "    app.run()"
    )
    assert losses(tmp_path, f"{HEAD}{body}\n", "main") == (
        "app.py lines 9-10 run only in main().",
    )


def test_a_factory_that_is_called_by_the_server_is_not_a_loss(tmp_path: Path) -> None:
    body = "def main():\n    app = create_app()\n    app.run()\n"
    factory = ImportPath("app", "create_app", factory=True)
    assert losses(tmp_path, body, "main", factory) == ()
    assert losses(tmp_path, body.replace("app.run", "x.app.run"), "main") == (
        "app.py line 2 runs only in main().",
    )


def test_everything_in_another_script_is_named(tmp_path: Path) -> None:
    source = "from shop import app\napp.register(x)\napp.run()\n"
    assert losses(tmp_path, source, app_file="shop.py") == (
        "app.py line 2 runs only when the file is run as a script.",
    )


def test_a_module_that_only_the_script_imports_is_named(tmp_path: Path) -> None:
    for name in ("shop", "views", "pages"):
        (tmp_path / f"{name}.py").touch()
    source = (
        "import views, os\nfrom shop import app\nif x:\n    import pages\napp.run()\n"
    )
    assert losses(tmp_path, source, app_file="shop.py") == (
        "app.py lines 1 and 4 run only when the file is run as a script.",
    )


SCRIPTS = {
    "import views\n": True,
    "import os, shop\n": False,
    "@app.get('/')\ndef x(): pass\n": True,
    "def x(): pass\nclass X: pass\n": False,
    "app.before_request(x)\n": True,
    "app.debug = True\n": True,
    "port = int('5000')\nif port:\n    print(port)\n": False,
    "if __name__ == '__main__':\n    app.before_request(x)\n    app.run()\n": False,
    "import views, sys\nname = sys.argv[0]\n": False,
}


@pytest.mark.parametrize(("source", "adds"), SCRIPTS.items())
def test_a_script_adds_what_importing_its_app_does_not_do(
    tmp_path: Path, source: str, adds: bool
) -> None:
    for name, text in {"shop": "", "views": "", "start": source}.items():
        (tmp_path / f"{name}.py").write_text(text)
    assert adds_to(tmp_path / "start.py", tmp_path / "shop.py") is adds


@pytest.mark.parametrize("reads", ["args = parser.parse_args()", "x = sys.argv[1]"])
def test_a_module_that_reads_the_command_line_is_named(
    tmp_path: Path, reads: str
) -> None:
    assert losses(tmp_path, f"{reads}\n{GUARD}    app.run()\n") == (
        "app.py line 1 reads the command line when it is imported, and would be given"
        " the server's own.",
    )


def test_what_the_file_of_the_app_imports_only_as_a_script_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "views.py").touch()
    under_guard = f"{HEAD}{GUARD}    import views\n    app.run()\n"
    assert losses(tmp_path, under_guard) == (
        "app.py line 7 runs only when the file is run as a script.",
    )
    function = f"{HEAD}def main():\n    import views\n    app.run()\n"
    assert losses(tmp_path, function, "main") == ("app.py line 7 runs only in main().",)


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("if __name__ != '__main__':\n    setup()\n", 2),
        ("if __name__ != '__main__':\n    import gunicorn\n", 2),
        (
            "if __name__ == '__main__':\n    pass\nelse:\n    if x:\n        a.b = 1\n",
            5,
        ),
    ],
)
def test_what_is_done_only_where_the_file_is_imported_is_named(
    tmp_path: Path, block: str, line: int
) -> None:
    source = f"{block}{GUARD}    app.run()\n"
    assert losses(tmp_path, source) == (
        f"app.py line {line} runs only when the file is not run as a script.",
    )
    # The script imports it as another server does.
    (tmp_path / "shop.py").write_text(block)
    assert losses(tmp_path, f"import shop\n{GUARD}    app.run()\n") == ()


def test_a_name_that_is_bound_only_where_the_file_is_imported_is_no_difference(
    tmp_path: Path,
) -> None:
    source = f"{HEAD}{GUARD}    app.run()\nelse:\n    application = app\n"
    assert losses(tmp_path, source) == ()


def test_an_imported_module_that_reads_the_command_line_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("from . import options\n")
    (tmp_path / "shop" / "options.py").write_text("import sys\nN = sys.argv[1]\n")
    assert losses(tmp_path, f"import shop\n{GUARD}    app.run()\n") == (
        "shop/options.py line 2 reads the command line when it is imported, and would"
        " be given the server's own.",
    )


def test_modules_are_looked_for_next_to_the_script_and_where_it_says(
    tmp_path: Path,
) -> None:
    for name in ("web", "lib"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"in_{name}.py").touch()
    (tmp_path / "shop.py").touch()
    script = tmp_path / "web" / "run.py"
    script.write_text("import in_web\nimport in_lib\napp.run()\n")
    caller = Caller((Step(script, 3, "<module>", 1),), {})
    found = find_losses(
        *(caller, tmp_path / "shop.py", PATH, tmp_path),
        script=script,
        roots=[tmp_path / "lib"],
    )
    assert found == ("web/run.py lines 1-2 run only when the file is run as a script.",)


def test_what_goes_on_next_to_a_thread_is_named(tmp_path: Path) -> None:
    script = tmp_path / "main.py"
    script.touch()
    assert find_losses(None, None, PATH, tmp_path, True, script) == (
        "The server starts in a thread: what else main.py does would not be started.",
    )


def test_what_goes_on_beside_another_process_is_named(tmp_path: Path) -> None:
    script = tmp_path / "shop.py"
    script.write_text("")
    path = ImportPath("shop", "app")
    assert find_losses(None, None, path, tmp_path, script=script, in_child=True) == (
        "The server starts in a process of its own: what else shop.py does would"
        " not be started.",
    )


def test_a_file_that_can_not_be_read_loses_nothing(tmp_path: Path) -> None:
    gone = tmp_path / "gone.py"
    caller = Caller((Step(gone, 1, "<module>", 1),), {})
    assert find_losses(caller, gone, PATH, tmp_path, script=gone) == ()
    gone.write_text("app.run()")
    lambdas = Caller((Step(gone, 1, "<lambda>", 1),), {})
    assert find_losses(lambdas, gone, PATH, tmp_path) == ()


def test_a_page_that_only_the_script_has_is_lost(tmp_path: Path) -> None:
    page = "    @app.get('/only')\n    def only(): return ''\n    app.run()\n"

    (loss,) = losses(tmp_path, HEAD + GUARD + page)

    assert loss == "app.py line 8 runs only when the file is run as a script."
