from __future__ import annotations

import ast
import typing as t
from pathlib import Path

import pytest

from flask_prodguard.remedy import project_imports
from flask_prodguard.remedy.project_imports import ProjectImports
from flask_prodguard.remedy.statements import forget_statements

FILES = {
    "shop/__init__.py": "from .web import app\nfrom . import pages",
    "shop/web.py": "import flask, config\ndef late():\n    from .models import A",
    "shop/pages.py": "",
    "shop/models.py": "not Python",
    "shop/jobs.py": "",
    "config.py": "from shop.web import app",
    "tasks.py": "",
}


@pytest.fixture(autouse=True)
def forgotten() -> t.Iterator[None]:
    yield
    forget_statements()


def lacks(folder: Path, statement: str, file: str = "run.py") -> bool:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    imports = ProjectImports(folder / "shop" / "web.py", folder)
    return imports.lacks(ast.parse(statement).body[0], folder / file)


@pytest.mark.parametrize(
    "statement",
    ["import tasks", "from shop import jobs", "import shop.jobs", "import os, tasks"],
)
def test_a_module_of_its_own_is_lacking(tmp_path: Path, statement: str) -> None:
    assert lacks(tmp_path, statement)


@pytest.mark.parametrize(
    "statement",
    [
        *("import shop", "from shop import app, pages", "import config"),
        *("from shop.models import A", "import flask", "x = 1", "import shop.nowhere"),
    ],
)
def test_what_the_app_imports_is_not_lacking(tmp_path: Path, statement: str) -> None:
    assert not lacks(tmp_path, statement)


def test_a_relative_import_is_of_the_files_own_package(tmp_path: Path) -> None:
    assert lacks(tmp_path, "from . import jobs", "shop/__main__.py")
    assert lacks(tmp_path, "from .jobs import x", "shop/__main__.py")
    assert not lacks(tmp_path, "from . import pages", "shop/__main__.py")


def test_what_is_imported_only_as_a_script_is_lacking(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        "def main():\n    import tasks\n"
        "def create_app():\n    import pages\n"
        "if __name__ == '__main__':\n    import jobs\n    main()\n"
    )
    for name in ("tasks", "pages", "jobs"):
        (tmp_path / f"{name}.py").touch()
    app = tmp_path / "app.py"
    imports = ProjectImports(app, under_way=[(app, 2), (app, 7)])
    names = ("tasks", "pages", "jobs")
    lacking = [
        imports.lacks(ast.parse(f"import {name}").body[0], app) for name in names
    ]
    assert lacking == [True, False, True]


def test_a_module_next_to_the_package_is_found(tmp_path: Path) -> None:
    (tmp_path / "src" / "shop").mkdir(parents=True)
    init = tmp_path / "src" / "shop" / "__init__.py"
    init.touch()
    (tmp_path / "src" / "views.py").touch()
    imports = ProjectImports(init, tmp_path)
    assert imports.lacks(ast.parse("import views").body[0], tmp_path / "run.py")


def test_what_is_far_away_in_a_large_project_is_lacking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_imports, "LINES", 1)
    assert lacks(tmp_path, "import config")
    assert not lacks(tmp_path, "import shop")
