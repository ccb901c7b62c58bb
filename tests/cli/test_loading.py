from __future__ import annotations

import sys
import textwrap
import typing as t

import pytest
from flask import Flask
from flask.cli import ScriptInfo

from flask_prodguard.cli.loading import AppImportError
from flask_prodguard.cli.loading import load_app
from flask_prodguard.cli.loading import load_app_at_hand

if t.TYPE_CHECKING:
    from pathlib import Path

    Write = t.Callable[[str, str], None]


@pytest.fixture
def write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]
) -> t.Iterator[Write]:
    """Writes a file into the current folder, an empty one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    known = {*sys.modules}

    def write(name: str, text: str) -> None:
        (tmp_path / name).write_text(textwrap.dedent(text))

    yield write
    for name in {*sys.modules} - known:
        del sys.modules[name]


def test_debug_mode_stays_as_the_code_says(
    write: Write, environ: dict[str, str]
) -> None:
    write("loaded_shop.py", "from flask import Flask\napp = Flask('x')\napp.debug = 1")
    environ["FLASK_DEBUG"] = "0"

    assert load_app(ScriptInfo("loaded_shop")).debug


def test_what_an_app_prints_while_it_is_imported_is_kept_out_of_the_output(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write("loud_shop.py", "import flask\nprint('hello')\napp = flask.Flask('x')")

    load_app(ScriptInfo("loud_shop"))

    assert capsys.readouterr() == ("", "hello\n")


def test_no_app_is_an_error_that_fits_80_columns(write: Write) -> None:
    with pytest.raises(AppImportError, match="Could not locate") as caught:
        load_app(ScriptInfo())

    assert caught.value.exit_code == 2
    assert max(map(len, caught.value.format_message().splitlines())) <= 80


def test_an_import_that_fails_inside_of_the_app_keeps_its_traceback(
    write: Write,
) -> None:
    write("importing_shop.py", "import no_such_module")

    with pytest.raises(AppImportError) as caught:
        load_app(ScriptInfo("importing_shop"))

    lines = caught.value.format_message().rstrip().splitlines()
    assert lines[0] == "While importing 'importing_shop', an ImportError was raised:"
    assert lines[-1] == "ModuleNotFoundError: No module named 'no_such_module'"


@pytest.mark.parametrize(
    ("code", "last"),
    [
        ("{}['DATABASE_URL']", "KeyError: 'DATABASE_URL'"),
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("import argparse; argparse.ArgumentParser().exit(0)", "SystemExit: 0"),
    ],
)
def test_an_error_in_the_app_shows_its_line_and_none_of_flasks(
    code: str, last: str, write: Write
) -> None:
    write("failing_shop.py", code)

    with pytest.raises(AppImportError) as caught:
        load_app(ScriptInfo("failing_shop"))

    message = caught.value.format_message()
    assert message.startswith("While importing the app, an error was raised:\n\n")
    assert 'failing_shop.py", line 1, in <module>\n' in message
    assert "/flask/" not in message
    assert message.endswith(last)


def test_code_that_is_not_python_is_an_error(write: Write) -> None:
    write("wrong_shop.py", "app = = Flask()")

    with pytest.raises(AppImportError, match="SyntaxError: invalid syntax"):
        load_app(ScriptInfo("wrong_shop"))


@pytest.mark.parametrize("name", ["wsgi.py", "app.py"])
def test_an_app_is_at_hand_in_the_files_that_flask_looks_for(
    name: str, write: Write
) -> None:
    write(name, "from flask import Flask\napp = Flask('found')")

    app = load_app_at_hand(ScriptInfo())

    assert app is not None
    assert app.name == "found"


def test_an_app_is_at_hand_if_it_is_named_or_made(write: Write) -> None:
    write("named_shop.py", "from flask import Flask\napp = Flask('named')")
    made = Flask("made")

    named = load_app_at_hand(ScriptInfo("named_shop"))

    assert named is not None
    assert named.name == "named"
    assert load_app_at_hand(ScriptInfo(create_app=lambda: made)) is made


def test_nothing_is_at_hand_in_an_empty_folder(write: Write) -> None:
    assert load_app_at_hand(ScriptInfo()) is None
