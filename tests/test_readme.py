from __future__ import annotations

import re
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
from flask import Flask

from flask_prodguard.testing import assert_refused

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n```\w+\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1]


def test_it_is_short_and_begins_with_how_to_install_it() -> None:
    assert len(README.splitlines()) <= 120
    shown = [README.index(text) for text in ("pip install", "```python", "<picture>")]
    assert shown == sorted(shown)
    assert README[: shown[-1]].count("\n") <= 25


def test_what_it_links_to_is_there() -> None:
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    linked += re.findall(r' (?:src|srcset)="([^"]+)"', README)

    assert {"docs/pictures/refusal.svg", "docs/pictures/refusal-narrow.svg"} <= {
        *linked
    }
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


def test_its_python_guards_an_app_and_proves_it() -> None:
    guarded, proof = python_blocks()
    namespace: dict[str, t.Any] = {"Flask": Flask, "__name__": "shop"}

    exec(compile(guarded, "README.md", "exec"), namespace)
    exec(compile(proof, "README.md", "exec"), namespace)

    assert_refused(namespace["app"], "PG101", environ={"DYNO": "web.1"})
