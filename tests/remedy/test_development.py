from __future__ import annotations

from pathlib import Path

import pytest

from flask_prodguard.judging.launch import ImportPath
from flask_prodguard.remedy.command_line import ShellKind
from flask_prodguard.remedy.development import how_to_develop


@pytest.mark.parametrize(
    ("path", "command"),
    [
        (ImportPath("serve", "app"), "flask --app serve run --debug"),
        (ImportPath("serve", "web"), "flask --app serve:web run --debug"),
        # Flask takes a global `app` before it.
        (
            ImportPath("serve", "application"),
            "flask --app serve:application run --debug",
        ),
        (ImportPath("serve", "app", True), "flask --app serve:app run --debug"),
        (
            ImportPath("shop", "create_app", True),
            "flask --app shop:create_app run --debug",
        ),
        (
            ImportPath("serve", "app", directory="src"),
            "flask --app src/serve run --debug",
        ),
        (
            ImportPath("serve", "web", directory="a.pyz"),
            "env PYTHONPATH=a.pyz flask --app serve:web run --debug",
        ),
    ],
)
def test_the_line_names_what_flask_would_not_find(
    path: ImportPath, command: str
) -> None:
    assert how_to_develop(path, "/srv").command == command


def test_what_must_change_before_the_line_works_is_kept() -> None:
    path = ImportPath("wsgi", "app", notes=("Add wsgi.py.",))

    assert how_to_develop(path, "/srv").changes == ("Add wsgi.py.",)


@pytest.mark.parametrize(
    ("directory", "shell", "line"),
    [
        (
            "shop",
            ShellKind.POSIX,
            "env PYTHONPATH=shop flask --app shop/serve run --debug",
        ),
        (
            "shop",
            ShellKind.CMD,
            'set "PYTHONPATH=shop" && flask --app shop/serve run --debug',
        ),
        (None, ShellKind.POSIX, "env PYTHONPATH=. flask --app serve run --debug"),
    ],
)
def test_a_script_in_the_folder_of_a_package_finds_what_is_beside_it(
    tmp_path: Path, directory: str | None, shell: ShellKind, line: str
) -> None:
    folder = tmp_path / (directory or "")
    folder.mkdir(exist_ok=True)
    (folder / "__init__.py").touch()
    path = ImportPath("serve", "app", directory=directory)

    assert how_to_develop(path, str(tmp_path), shell).command == line


def test_the_same_command_is_there_as_words() -> None:
    path = ImportPath("serve", "app", directory="D:/my src")

    found = how_to_develop(path, "/srv", ShellKind.CMD, windows=True)

    assert found.command == 'flask --app "D:/my src/serve" run --debug'
    assert found.argv == ("flask", "--app", "D:/my src/serve", "run", "--debug")
