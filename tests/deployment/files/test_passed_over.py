"""What is not followed although it may start a server is named."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from flask_prodguard.deployment.start_command import Skipped
from flask_prodguard.deployment.starts import read_starts

NOT_FOLLOWED = "may start a server in line {}, and is not followed"
TEMPLATE = "is a template: what it starts is known once it is filled in"


@pytest.fixture
def skipped(tmp_path: Path) -> t.Callable[[str, str], list[str]]:
    """What is said of a file beside a project's own."""

    def skipped_in(name: str, text: str) -> list[str]:
        (tmp_path / "Procfile").write_text("web: gunicorn app:app\n", encoding="utf-8")
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        found = read_starts(tmp_path)
        return [each.reason for each in found if isinstance(each, Skipped)]

    return skipped_in


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("Jenkinsfile", "stage {\n  sh 'nohup python3 app.py &'\n}\n", 2),
        ("deploy.sh", "pkill -f 'python3 app.py'\nnohup python3 /srv/app.py &\n", 2),
        ("ecosystem.config.js", "module.exports = {\n script: 'run.py'}\n", 2),
        ("ecosystem.config.cjs", "script: 'pipenv run python',\n", 1),
        (".github/workflows/deploy.yml", "run: |\n  flask run -h 0.0.0.0 &\n", 2),
        ("main.tf", 'user_data = "python3 app.py"\n', 1),
        ("roles/web/tasks/main.yml", "- shell: python3 manage.py runserver\n", 1),
        ("start.bat", "python main.py\r\n", 1),
        ("justfile", "serve:\n    uv run server.py\n", 2),
    ],
)
def test_a_file_that_may_start_a_server_is_named(
    skipped: t.Callable[[str, str], list[str]], name: str, text: str, line: int
) -> None:
    assert skipped(name, text) == [NOT_FOLLOWED.format(line)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("deploy.sh", "# python3 app.py\necho python3 app.py\n"),
        ("deploy.sh", "python manage.py create_db\nflask db upgrade\n"),
        ("run-dev.sh", "python app.py\n"),
        ("notes.md", "python app.py\n"),
        (".github/workflows/test.yml", "run: pytest tests/test_app.py\n"),
    ],
)
def test_a_file_that_starts_nothing_is_not_named(
    skipped: t.Callable[[str, str], list[str]], name: str, text: str
) -> None:
    assert skipped(name, text) == []


def test_a_template_is_named(skipped: t.Callable[[str, str], list[str]]) -> None:
    text = (
        "kind: Deployment\nspec:\n  {{ .Values.x }}\n  containers:\n"
        "    - command: [flask, run]\n"
    )
    assert skipped("chart/templates/web.yaml", text) == [TEMPLATE]


def test_a_script_that_is_followed_is_not_named(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: sh start.sh\n", encoding="utf-8")
    (tmp_path / "start.sh").write_text("python app.py\n", encoding="utf-8")
    (tmp_path / "app.py").write_text("import flask\n", encoding="utf-8")
    assert not [each for each in read_starts(tmp_path) if isinstance(each, Skipped)]
