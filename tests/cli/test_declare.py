from __future__ import annotations

import errno
import json
import os
import shlex
import stat
import sys
import typing as t
from pathlib import Path

import pytest
from click.testing import CliRunner
from click.testing import Result
from flask import Flask

from flask_prodguard.__main__ import main
from flask_prodguard.cli import check as judging
from flask_prodguard.cli import declare
from flask_prodguard.cli import prodguard
from flask_prodguard.cli.declare import as_administrator
from flask_prodguard.cli.formats import as_json
from flask_prodguard.cli.formats import as_text
from flask_prodguard.cli.status import as_text as status_text
from flask_prodguard.cli.status import read_status
from flask_prodguard.environment import machine
from flask_prodguard.environment import process
from flask_prodguard.environment.process import StatedProcess
from flask_prodguard.testing import assert_refused
from flask_prodguard.testing import capture_launches

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="other folders there")

USER = "~/.config/flask-prodguard/machine.json"


@pytest.fixture
def user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]
) -> t.Iterator[Path]:
    """The file of a user on a machine without any other evidence."""
    environ["HOME"] = str(tmp_path)
    system = tmp_path / "etc" / "machine.json"
    monkeypatch.setattr(machine, "system_file", lambda *_: str(system))
    stated = process.stated[-1]
    seen = StatedProcess(
        stated.environ, stated.exists, lambda: machine.read_declarations(environ)
    )
    process.stated.append(seen)
    yield tmp_path / ".config" / "flask-prodguard" / "machine.json"
    process.stated.remove(seen)


@pytest.fixture
def system(user: Path) -> Path:
    """The file of the whole system."""
    return Path(machine.system_file({}))


def run(*words: str) -> Result:
    return CliRunner().invoke(prodguard, ["declare", *words])


def test_development_is_declared(user: Path) -> None:
    result = run("development")

    assert result.exit_code == 0
    assert result.output == (
        "This machine is declared development, in\n"
        f"  {user}\n"
        "\n"
        "What changes:\n"
        "  app.run(debug=True) starts on it, for every project of yours, where only"
        " this\n"
        "  machine can reach it. Where other devices can, it is still refused: add\n"
        "  --network to let a phone on your network in.\n"
        "  A host that is recognised, and a variable that says production, outweigh"
        " it.\n"
        "\n"
        "The environment is development: level 5 decides.\n"
        f"  this machine is declared development in {USER}\n"
        "\n"
        "To take it back: flask prodguard declare --forget\n"
    )
    assert json.loads(user.read_text(encoding="utf-8")) == {
        "environment": "development",
        "network": False,
    }


def test_the_network_is_opened(user: Path) -> None:
    result = run("development", "--network")

    assert "other devices may reach it." in result.output.replace("\n ", "")
    assert (
        f"  this machine is declared development, with --network, in\n  {USER}\n"
        in result.output
    )
    assert machine.read_declaration(str(user)).network


def test_production_is_declared_for_every_user(user: Path, system: Path) -> None:
    result = run("production", "--system")

    assert result.exit_code == 0
    assert f"This machine is declared production, in\n  {system}\n" in result.output
    assert "debugger are refused on it, for\n  every user." in result.output
    assert result.output.endswith(
        "To take it back: flask prodguard declare --forget --system\n"
    )
    assert not user.exists()
    assert stat.S_IMODE(system.stat().st_mode) == 0o644
    assert stat.S_IMODE(system.parent.stat().st_mode) == 0o755
    assert [*system.parent.iterdir()] == [system]


def test_what_outweighs_a_declaration_is_named(user: Path, environ: t.Any) -> None:
    environ["DYNO"] = "web.1"

    output = run("development").output

    assert "is production: level 4 decides.\n  DYNO is set (Heroku)\n" in output


def test_a_declaration_replaces_the_one_before(user: Path) -> None:
    for word in ("development", "production", "development"):
        run(word)
        assert machine.read_declaration(str(user)).says == word


def test_a_declaration_is_taken_back(user: Path) -> None:
    run("development")

    result = run("--forget")

    assert result.output == (
        f"The declaration is taken back: removed\n  {user}\n\n"
        "The environment is undeclared: no evidence was found.\n"
    )
    assert not user.exists()
    assert run("--forget").output == f"Nothing was declared in\n  {user}\n"
    assert run("--forget").exit_code == 0


def test_what_was_declared_is_shown(user: Path, system: Path) -> None:
    assert run().output == (
        "Nothing declares what this machine is. To declare it:\n"
        "  flask prodguard declare development\n"
        "  flask prodguard declare production\n"
        "\n"
        "The environment is undeclared: no evidence was found.\n"
    )
    run("development", "--network")
    run("production", "--system")
    assert run().output.startswith(
        f"This machine is declared development, with --network, in\n  {user}\n"
        f"This machine is declared production, in\n  {system}\n"
        "\n"
        "The environment is production: level 2 decides.\n"
    )
    system.write_text("production", encoding="utf-8")
    assert f"{system} holds no declaration, and is ignored" in run().output


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["production", "--network"], "--network is for `declare development`."),
        (["--network"], "--network is for `declare development`."),
        (
            ["production", "--forget"],
            "--forget takes a declaration back: don't name one with it.",
        ),
        (["staging"], "'staging' is not one of 'development', 'production'."),
    ],
)
def test_what_can_not_be_meant_is_an_error(
    user: Path, words: list[str], error: str
) -> None:
    result = run(*words)

    assert result.exit_code == 2
    assert error in result.output
    assert not user.exists()


def test_no_option_is_read_from_a_variable(user: Path, environ: t.Any) -> None:
    environ["FLASK_PRODGUARD_DECLARE_NETWORK"] = "1"

    result = CliRunner().invoke(
        prodguard, ["declare", "development"], auto_envvar_prefix="FLASK_PRODGUARD"
    )

    assert result.exit_code == 0
    assert not machine.read_declaration(str(user)).network


def test_it_is_a_command_of_the_package_too(user: Path) -> None:
    assert CliRunner().invoke(main, ["declare", "production"]).exit_code == 0
    assert machine.read_declaration(str(user)).says == "production"


def test_a_folder_that_can_not_be_made_is_an_error(user: Path) -> None:
    user.parent.parent.write_text("", encoding="utf-8")

    for words, verb in ((["development"], "written"), (["--forget"], "removed")):
        result = run(*words)
        assert result.exit_code == 1
        assert result.output == (
            f"Error: {user} can't be {verb}: Not a directory. Remove the file that is"
            " in place of one of its folders.\n"
        )


def test_a_folder_in_place_of_the_file_is_an_error(user: Path) -> None:
    user.mkdir(parents=True)

    for words, verb in ((["development"], "written"), (["--forget"], "removed")):
        result = run(*words)
        assert result.exit_code == 1
        assert result.output == (
            f"Error: {user} can't be {verb}: Is a directory. Remove that folder"
            " yourself.\n"
        )


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_user_who_can_write_no_file_is_pointed_to_an_administrator(
    user: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def deny(*_: object, **__: object) -> t.NoReturn:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", deny)
    monkeypatch.setattr(Path, "unlink", deny)

    declared, forgotten = run("development", "--network"), run("--forget")

    assert declared.exit_code == forgotten.exit_code == 1
    assert declared.output == (
        f"Error: {user} can't be written: {os.strerror(number)}. An administrator can"
        " declare it for every user:\n\n"
        f"  sudo {shlex.quote(sys.executable)} -m flask_prodguard declare development"
        " --network --system\n"
    )
    assert forgotten.output == (
        f"Error: {user} can't be removed: {os.strerror(number)}. Remove it as its owner"
        " or as an administrator.\n"
    )


def test_an_administrator_is_required(
    user: Path, system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(*_: object, **__: object) -> t.NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", deny)

    result = run("production", "--system")

    assert result.exit_code == 1
    assert result.output == (
        f"Error: {system} can't be written: Permission denied. Run it as an"
        " administrator:\n\n"
        f"  sudo {shlex.quote(sys.executable)} -m flask_prodguard declare production"
        " --system\n"
    )


def test_nothing_is_left_of_what_can_not_be_written(
    user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("production")

    def fail(*_: object) -> t.NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)

    result = run("development")

    assert "No space left on device" in result.output
    assert [*user.parent.iterdir()] == [user]
    assert machine.read_declaration(str(user)).says == "production"


def test_a_user_without_a_folder_is_pointed_to_the_system(
    user: Path, environ: t.Any
) -> None:
    environ["HOME"] = "nowhere"

    result = run("development")

    assert result.exit_code == 1
    assert result.output == (
        "Error: This user has no configuration folder: no variable names an absolute"
        " one. Use --system.\n"
    )


def test_the_value_of_a_variable_is_not_shown(
    user: Path, environ: t.Any, tmp_path: Path
) -> None:
    environ["HOME"] = str(tmp_path / "home")
    environ["XDG_CONFIG_HOME"] = str(tmp_path / "s3cret")
    declare.declare("development")

    (declared,) = machine.read_declarations(environ)

    assert "s3cret" not in declared.shown_file
    assert declared.shown_file.endswith("flask-prodguard/machine.json")


def test_status_shows_the_declaration_and_its_file(user: Path) -> None:
    run("development")

    text = status_text(read_status())

    assert (
        "  5  development, declared            this machine is declared development in"
        f"\n         {USER}\n" in text
    )


def test_a_file_without_a_declaration_is_one_line_in_status_and_check(
    user: Path, app: Flask
) -> None:
    user.parent.mkdir(parents=True)
    user.write_text("development", encoding="utf-8")
    line = f"{user} holds no declaration, and is ignored: declare it again."

    report = judging.check(app)

    assert f"\n{line}\n" in status_text(read_status())
    assert "The environment is undeclared" in status_text(read_status())
    assert as_text(report).endswith(f"\n\n{line}")
    assert json.loads(as_json(report))["notes"] == [line]
    assert report.exit_status == 0


def test_the_helpers_for_tests_see_no_declaration(user: Path, app: Flask) -> None:
    run("development", "--network")

    assert_refused(lambda: app.run(debug=True), "PG103")
    with capture_launches() as launches:
        app.run(host="0.0.0.0")
    assert launches[0].codes == ("PG102",)


@pytest.mark.parametrize(
    ("executable", "environ", "platform", "line"),
    [
        ("/usr/bin/python", {}, "linux", "sudo /usr/bin/python {}"),
        ("/my env/python", {}, "darwin", "sudo '/my env/python' {}"),
        (r"C:\Python\python.exe", {}, "win32", r"C:\Python\python.exe {}"),
        (r"C:\My Env\python.exe", {}, "win32", r"& 'C:\My Env\python.exe' {}"),
        (
            r"C:\My Env\python.exe",
            {"PROMPT": "$P$G"},
            "win32",
            r'"C:\My Env\python.exe" {}',
        ),
    ],
)
def test_an_administrator_gets_a_line_for_the_shell(
    executable: str,
    environ: dict[str, str],
    platform: str,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", executable)

    found = as_administrator(["production", "--system"], environ, platform)

    command = "-m flask_prodguard declare production --system"
    assert found == line.format(command)
