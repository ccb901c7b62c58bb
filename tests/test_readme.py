from __future__ import annotations

import re
import runpy
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n```\w+\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1]


def test_its_tables_are_rendered_from_the_code() -> None:
    rendered = runpy.run_path(str(ROOT / "docs" / "render_tables.py"))["rendered"]

    assert rendered(README) == README


def test_what_it_links_to_is_there() -> None:
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)

    assert "docs/pictures/refusal.svg" in linked
    assert [name for name in linked if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("name", ["show", "test"])
def test_its_commands_are_one_line_each_and_need_nothing_but_python(name: str) -> None:
    (command,) = block(name).splitlines()

    assert command.startswith("python3 -m venv .venv && .venv/bin/pip install -q ")


@pytest.mark.process
def test_it_shows_what_the_first_command_prints() -> None:
    pytest.importorskip("waitress")
    script = ROOT / "docs" / "examples" / "quickstart" / "show.py"

    shown = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    # Where gunicorn is installed as well, it is named first.
    gunicorn = "gunicorn --bind 0.0.0.0:$PORT --workers 1 --threads 100"
    waitress = "waitress-serve --listen=0.0.0.0:$PORT --threads=100"
    output = shown.stdout.replace(gunicorn, waitress)
    assert block("refusal") in output.replace("with gunicorn.", "with waitress.")
    assert output.splitlines()[-1] == 'GET / -> 200 ["apple","pear"]'
    assert shown.returncode == 0


def python_blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_its_python_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    factory, proof = python_blocks()
    shop = f"{factory}\napp = create_app()\n"
    (tmp_path / "shop.py").write_text(shop, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    namespace: dict[str, t.Any] = {}

    exec(compile(proof, "README.md", "exec"), namespace)

    tests = [name for name in namespace if name.startswith("test_")]
    assert len(tests) == 2
    for name in tests:
        namespace[name]()
