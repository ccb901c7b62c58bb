from __future__ import annotations

import pytest

from flask_prodguard.development import how_to_develop
from flask_prodguard.import_path import ImportPath


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
            "flask --app serve:web run --debug",
        ),
    ],
)
def test_the_line_names_what_flask_would_not_find(
    path: ImportPath, command: str
) -> None:
    assert how_to_develop(path).command == command


def test_what_must_change_before_the_line_works_is_kept() -> None:
    path = ImportPath("wsgi", "app", notes=("Add wsgi.py.",))

    assert how_to_develop(path).changes == ("Add wsgi.py.",)
