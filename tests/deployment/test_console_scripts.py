"""Programs that a project installs."""

from __future__ import annotations

import typing as t

import pytest

if t.TYPE_CHECKING:
    from .conftest import StartLines

# What the files are, and what is found: place, words of the program, purpose, platform.
KINDS: dict[str, tuple[dict[str, str], list[str]]] = {
    "a program of setup.cfg": (
        {
            "Procfile": "web: ./run.sh\n",
            "run.sh": "shop\nother\ngone\n",
            "setup.cfg": "[options.entry_points]\nconsole_scripts =\n"
            "    shop = shop.main:run\n    x\n",
            "setup.py": "setup(scripts=['bin/other', 'a:b'],"
            " entry_points={'console_scripts': []})\n",
        },
        [
            "run.sh:1 shop | production heroku",
            "run.sh:2 other | production heroku",
        ],
    ),
    "a program of Poetry": (
        {
            "Procfile": "web: ./run.sh\n",
            "run.sh": "shop\nother\n",
            "pyproject.toml": "[tool.poetry.scripts]\n"
            "shop = {callable = 'shop:run'}\nother = 'no function'\n",
        },
        ["run.sh:1 shop | production heroku"],
    ),
    "files of programs that can't be read": (
        {
            "Procfile": "web: ./run.sh\n",
            "run.sh": "shop\n",
            "pyproject.toml": "scripts = [",
            "setup.cfg": "console_scripts",
        },
        [],
    ),
    "a console script in a script": (
        {
            "Procfile": "web: ./start.sh\n",
            "start.sh": "#!/bin/sh\necho hello\nshop --port 80\n",
            "pyproject.toml": '[project.scripts]\nshop = "shop.main:run"\n',
        },
        ["start.sh:3 shop --port 80 | production heroku"],
    ),
}


@pytest.mark.parametrize(("files", "expected"), KINDS.values(), ids=KINDS)
def test_each_kind_of_file_names_its_starts(
    start_lines: StartLines, files: dict[str, str], expected: list[str]
) -> None:
    assert start_lines(files) == expected
