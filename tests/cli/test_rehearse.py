"""``check --start``, and what ``check`` says about the files."""

from __future__ import annotations

import json
import os
import sys
import typing as t

import pytest
from click.testing import CliRunner

from flask_prodguard.cli import prodguard
from flask_prodguard.cli import rehearse
from flask_prodguard.testing import __main__ as entry

if t.TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result
    from flask import Flask

SHOP = """from flask import Flask
from flask_prodguard import ProdGuard

app = Flask(__name__)
ProdGuard(app)

if __name__ == "__main__":
    app.run(host="0.0.0.0")
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop.py").write_text(SHOP)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    return tmp_path


def _check(*words: str) -> Result:
    return CliRunner().invoke(prodguard, ["check", *words])


@pytest.mark.process
def test_a_script_is_run_with_nothing_served(shop: Path) -> None:
    ran = _check("--start", "python shop.py")
    assert ran.exit_code == 1
    first, _, second, *_ = ran.output.splitlines()
    assert first == "flask-prodguard rehearsed 'python shop.py'."
    assert second == (
        "app.run() of 'shop' on '0.0.0.0', debug off, debugger off: refused"
    )


@pytest.mark.process
def test_a_module_with_its_own_variables(shop: Path) -> None:
    command = "FLASK_PRODGUARD_ENABLED=0 python -m shop"
    ran = _check("--start", command, "--format", "json", "--environment", "undeclared")
    assert ran.exit_code == 0, ran.output
    values = json.loads(ran.stdout)
    assert values["command"] == command
    assert values["error"] is None
    assert [start["outcome"] for start in values["starts"]] == ["warn"]


@pytest.mark.process
def test_a_script_that_fails(shop: Path) -> None:
    ran = _check("--start", "python gone.py")
    assert ran.exit_code == 2
    assert "python gone.py could not be run: see above." in ran.output


@pytest.mark.process
def test_a_script_that_does_not_end(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearse, "PATIENCE", 0.01)
    ran = _check("--start", "python shop.py")
    assert ran.exit_code == 2
    assert "python shop.py did not end within 0.01 seconds." in ran.output


def test_for_another_command_the_files_are_read(shop: Path) -> None:
    ran = _check("--start", "flask --app shop run --host 0.0.0.0")
    assert ran.exit_code == 1
    assert ran.output == (
        "flask-prodguard rehearsed 'flask --app shop run --host 0.0.0.0'.\n\n"
        "flask --app shop run --host 0.0.0.0: refuse (PG102)\n"
        "  the host '0.0.0.0' binds every network interface\n"
    )


def test_a_production_server_is_allowed(shop: Path) -> None:
    ran = _check("--start", "gunicorn shop:app", "--format", "json")
    assert ran.exit_code == 0
    assert json.loads(ran.stdout)["starts"][0]["outcome"] == "allow"


def test_a_line_that_starts_nothing(shop: Path) -> None:
    ran = _check("--start", "A=1")
    assert (ran.exit_code, ran.output) == (
        0,
        "flask-prodguard rehearsed 'A=1'.\n\nIt would not start a Werkzeug server.\n",
    )


def test_the_result_is_written_into_a_file(shop: Path, environ: dict[str, str]) -> None:
    entry.main(str(shop / "result.json"), "production", "{}", "./shop.py")
    (start,) = json.loads((shop / "result.json").read_text())
    assert (start["outcome"], start["guarded"]) == ("refuse", True)


@pytest.fixture
def invoke(app: Flask, shop: Path) -> t.Callable[..., Result]:
    """The command ``check`` for an app in a folder with a shop in it."""

    def run(*words: str) -> Result:
        return app.test_cli_runner().invoke(prodguard, ["check", *words])

    return run


def test_check_judges_the_files_of_the_current_folder(
    invoke: t.Callable[..., Result], shop: Path
) -> None:
    assert invoke().exit_code == 0
    (shop / "Procfile").write_text("web: python shop.py\n")
    ran = invoke()
    assert ran.exit_code == 1
    assert "\nWould be refused:\n  Procfile, line 1: python shop.py\n" in ran.output


def test_check_says_that_none_of_the_files_is_refused(
    invoke: t.Callable[..., Result], shop: Path
) -> None:
    (shop / "Procfile").write_text("web: gunicorn shop:app\nw: rq worker\n")
    ran = invoke()
    assert ran.exit_code == 0
    said = "In the files here: 2 start commands, none of which would be refused.\n"
    assert said in ran.output


def test_check_leaves_the_files_to_a_question_about_production(
    invoke: t.Callable[..., Result], shop: Path
) -> None:
    (shop / "Procfile").write_text("web: python shop.py\n")
    assert invoke("--environment", "development").exit_code == 0


def test_check_reports_the_files_in_every_format(
    invoke: t.Callable[..., Result], shop: Path
) -> None:
    (shop / "Procfile").write_text("web: python shop.py\n")
    assert json.loads(invoke("--format", "json").stdout)["scan"][0]["line"] == 1
    assert invoke("--format", "github").output.startswith("::error file=Procfile,")
    log = json.loads(invoke("--format", "sarif").stdout)
    assert log["runs"][0]["results"][0]["ruleId"] == "PG101"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("compose.yml", "compose.yml: reading YAML needs PyYAML: pip install"),
        ("Procfile", ""),
    ],
)
def test_check_misses_the_extra_only_where_a_file_needs_it(
    invoke: t.Callable[..., Result],
    shop: Path,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    said: str,
) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    (shop / file).write_text("web: gunicorn shop:app\n")
    ran = invoke()
    assert ran.exit_code == 0
    assert said in ran.output
    assert ("PyYAML" in ran.output) is bool(said)
