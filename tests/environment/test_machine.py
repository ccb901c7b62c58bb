from __future__ import annotations

import os
import sys
from pathlib import Path

import click
import pytest

from flask_prodguard.environment.machine import as_text
from flask_prodguard.environment.machine import Declaration
from flask_prodguard.environment.machine import read_declaration
from flask_prodguard.environment.machine import read_declarations
from flask_prodguard.environment.machine import system_file
from flask_prodguard.environment.machine import user_file

NOT_WINDOWS = pytest.mark.skipif(sys.platform == "win32", reason="no such file there")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "machine.json"


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({"HOME": "/home/ann"}, "linux", "/home/ann/.config/flask-prodguard"),
        (
            {"HOME": "/home/ann", "XDG_CONFIG_HOME": "/home/ann/etc"},
            "linux",
            "/home/ann/etc/flask-prodguard",
        ),
        (
            {"HOME": "/home/ann", "XDG_CONFIG_HOME": "etc"},
            "linux",
            "/home/ann/.config/flask-prodguard",
        ),
        (
            {"HOME": "/Users/ann", "XDG_CONFIG_HOME": "/etc/xdg"},
            "darwin",
            "/Users/ann/Library/Application Support/flask-prodguard",
        ),
    ],
)
def test_the_file_of_the_user_is_in_the_folder_for_settings(
    environ: dict[str, str], platform: str, expected: str
) -> None:
    assert user_file(environ, platform) == f"{expected}/machine.json"


def test_on_windows_the_file_is_in_the_folders_for_settings_there() -> None:
    roaming = r"C:\Users\ann\AppData\Roaming"
    environ = {"APPDATA": roaming, "USERPROFILE": r"C:\Users\ann", "HOME": "/c/ann"}

    assert user_file(environ, "win32") == rf"{roaming}\flask-prodguard\machine.json"
    del environ["APPDATA"]
    assert user_file(environ, "win32") == r"C:\Users\ann\flask-prodguard\machine.json"
    for environ in ({}, {"PROGRAMDATA": r"C:\ProgramData"}):
        expected = r"C:\ProgramData\flask-prodguard\machine.json"
        assert system_file(environ, "win32") == expected


def test_a_user_without_a_home_has_no_file() -> None:
    assert user_file({"HOME": "home"}, "linux") is None


@NOT_WINDOWS
def test_the_system_knows_a_home_that_no_variable_names() -> None:
    assert user_file({}, "linux") == user_file({"HOME": os.path.expanduser("~")})  # noqa: PTH111


def test_the_folder_is_the_one_that_click_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)

    named = user_file(os.environ)

    assert named == str(Path(click.get_app_dir("flask-prodguard"), "machine.json"))


@NOT_WINDOWS
def test_the_file_of_the_system_is_where_an_administrator_keeps_settings() -> None:
    assert system_file({}, "linux") == "/etc/flask-prodguard/machine.json"


@pytest.mark.parametrize(
    ("says", "network"),
    [("production", False), ("development", False), ("development", True)],
)
def test_what_was_written_is_read(file: Path, says: str, network: bool) -> None:
    file.write_text(as_text(says, network), encoding="utf-8")

    assert read_declaration(str(file)) == Declaration(str(file), says, network)


def test_production_opens_no_network(file: Path) -> None:
    file.write_text(as_text("production", True), encoding="utf-8")

    assert not read_declaration(str(file)).network


def test_a_file_that_another_system_wrote_is_read(file: Path) -> None:
    # PowerShell's redirection writes UTF-16.
    file.write_text('{"environment": "development"}\r\n', encoding="utf-16")

    assert read_declaration(str(file)).says == "development"


@pytest.mark.parametrize(
    "held",
    [
        b"",
        b"development",
        b"[]",
        b'"development"',
        b"{}",
        b'{"environment": "staging"}',
        b'{"environment": ["production"]}',
        b'{"environment": {}}',
        b'{"environment": "development", "network": "yes"}',
        b'{"environment": "development", "port": 1}',
        b"\xff\xfe\xff",
        b"[" * 4000,
        b'{"environment": "development"' + b" " * 5000 + b"}",
        b"\x00" * 100,
    ],
)
def test_a_file_without_a_declaration_is_reported_and_ignored(
    file: Path, held: bytes
) -> None:
    file.write_bytes(held)

    found = read_declaration(str(file))

    assert found == Declaration(str(file), problem="holds no declaration")


def test_a_folder_holds_no_declaration(tmp_path: Path) -> None:
    found = read_declaration(str(tmp_path))

    assert found.says is None
    assert found.problem


@NOT_WINDOWS
def test_a_pipe_is_not_waited_for(file: Path) -> None:
    os.mkfifo(file)

    assert read_declaration(str(file)).problem == "holds no declaration"


def test_a_missing_or_unreadable_file_is_reported(file: Path) -> None:
    assert read_declaration(str(file)).problem.startswith("can't be read: ")


def test_a_file_that_is_written_again_is_read_again(file: Path) -> None:
    found = []
    for says, network in [("production", False), ("development", True)] * 3:
        # Both take as many characters.
        file.write_text(as_text(says, network), encoding="utf-8")
        found.append(read_declaration(str(file)).says)
        file.unlink()

    assert found == ["production", "development"] * 3


def test_the_files_that_are_there_are_read(tmp_path: Path) -> None:
    variable = "APPDATA" if sys.platform == "win32" else "XDG_CONFIG_HOME"
    environ = {
        variable: str(tmp_path),
        "PROGRAMDATA": str(tmp_path / "no"),
        "HOME": "x",
    }
    assert read_declarations(environ, "linux") == ()
    (tmp_path / "flask-prodguard").mkdir()
    file = tmp_path / "flask-prodguard" / "machine.json"
    file.write_text(as_text("development", False), encoding="utf-8")

    (found,) = read_declarations(environ)

    assert found == Declaration(str(file), "development")
