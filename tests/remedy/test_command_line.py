from __future__ import annotations

import subprocess

import pytest

from flask_prodguard.remedy.command_line import as_words
from flask_prodguard.remedy.command_line import command
from flask_prodguard.remedy.command_line import joined
from flask_prodguard.remedy.command_line import kind_of_shell
from flask_prodguard.remedy.command_line import ShellKind

WORDS = ["flask", "--app", "my shop", "run"]


@pytest.mark.parametrize(
    ("folder", "kind", "line"),
    [
        (None, ShellKind.POSIX, "flask --app 'my shop' run"),
        (
            "my src",
            ShellKind.POSIX,
            "env 'PYTHONPATH=my src' flask --app 'my shop' run",
        ),
        (None, ShellKind.CMD, 'flask --app "my shop" run'),
        (
            "my src",
            ShellKind.CMD,
            'set "PYTHONPATH=my src" && flask --app "my shop" run',
        ),
        (None, ShellKind.POWERSHELL, "flask --app 'my shop' run"),
        (
            "my src",
            ShellKind.POWERSHELL,
            "$env:PYTHONPATH='my src'; flask --app 'my shop' run",
        ),
    ],
)
def test_a_folder_is_added_for_one_program(
    folder: str | None, kind: ShellKind, line: str
) -> None:
    assert command(WORDS, folder, kind) == line


def test_the_port_is_left_for_the_shell_to_fill_in() -> None:
    assert joined(["serve", "0.0.0.0:$PORT", "$HOME"]) == (
        "serve 0.0.0.0:$PORT '$HOME'"
    )


@pytest.mark.parametrize(
    ("word", "cmd", "powershell"),
    [
        ("D:/src/serve", "D:/src/serve", "D:/src/serve"),
        (r"src\serve", r"src\serve", r"src\serve"),
        ("//server/share/serve", "//server/share/serve", "//server/share/serve"),
        ("shop:create_app()", '"shop:create_app()"', "'shop:create_app()'"),
        ("--listen=*:8000", '"--listen=*:8000"', "'--listen=*:8000'"),
        ("a & b", '"a & b"', "'a & b'"),
        ("Ann's", '"Ann\'s"', "'Ann''s'"),
        ("$env:A", '"$env:A"', "'$env:A'"),
        ("", '""', "''"),
    ],
)
def test_a_word_is_quoted_as_the_shells_of_windows_do(
    word: str, cmd: str, powershell: str
) -> None:
    assert joined(["flask", word], ShellKind.CMD) == f"flask {cmd}"
    assert joined(["flask", word], ShellKind.POWERSHELL) == f"flask {powershell}"


def test_powershell_calls_a_program_that_needs_quotes() -> None:
    words = ["C:/My Python/python.exe", "app.py"]

    called = "& 'C:/My Python/python.exe' app.py"
    assert joined(words, ShellKind.POWERSHELL) == called
    set_first = command(words, "src", ShellKind.POWERSHELL)
    assert set_first == f"$env:PYTHONPATH='src'; {called}"


@pytest.mark.parametrize(
    ("platform", "environ", "kind"),
    [
        ("linux", {"PROMPT": "%"}, ShellKind.POSIX),
        ("darwin", {}, ShellKind.POSIX),
        ("win32", {"PROMPT": "$P$G"}, ShellKind.CMD),
        ("win32", {}, ShellKind.POWERSHELL),
        # Git Bash.
        ("win32", {"MSYSTEM": "MINGW64", "PROMPT": "$P$G"}, ShellKind.POSIX),
    ],
)
def test_the_shell_is_recognised(
    platform: str, environ: dict[str, str], kind: ShellKind
) -> None:
    assert kind_of_shell(environ, platform) is kind


def test_without_a_shell_windows_has_no_program_that_sets_a_variable() -> None:
    words = ["waitress-serve", "--listen=127.0.0.1:8000", "shop:app"]

    assert as_words(words, None, windows=True) == words
    assert as_words(words, "src", windows=False) == ["env", "PYTHONPATH=src", *words]
    # As the C library of Windows joins the list again.
    assert subprocess.list2cmdline(as_words(words, "my src", windows=True)) == (
        'cmd /c "set PYTHONPATH=my src&& waitress-serve --listen=127.0.0.1:8000'
        ' shop:app"'
    )
