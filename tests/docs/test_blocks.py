"""Every block of code and every command of the documentation is tried."""

from __future__ import annotations

import configparser
import importlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
import typing as t
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from ports import free_port

from .blocks import all_blocks
from .blocks import Block
from .blocks import blocks_of
from .blocks import DOCS
from .blocks import name_of
from .blocks import pages
from .blocks import ROOT

sys.path.insert(0, str(DOCS / "_ext"))

remedy_for = importlib.import_module("rendered_start").remedy_for
PATIENCE = 40.0
SHOP = DOCS / "examples" / "quickstart" / "shop.py"
COMMANDS = [block for block in all_blocks() if block.language in {"sh", "bat"}]
PYTHON_PAGES = [
    page
    for page in pages()
    if any(block.language == "python" and not block.file for block in blocks_of(page))
]
FILES = [block for block in all_blocks() if block.file]
STARTS = [block for block in all_blocks() if block.note("start")]
LANGUAGES = {
    "bat",
    "docker",
    "ini",
    "json",
    "nginx",
    "python",
    "sh",
    "text",
    "toml",
    "yaml",
}
KEPT = ("PATH", "PYTHONPATH", "LANG", "SYSTEMROOT", "TEMP")


def require_what_it_needs(block: Block) -> None:
    needed = block.note("needs")
    if needed and not (shutil.which(needed) or importlib.util.find_spec(needed)):
        pytest.skip(f"{needed} is not installed")


def environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    programs = str(Path(sys.executable).parent)
    path = os.pathsep.join([programs, kept.get("PATH", "")])
    # A machine is declared in a folder below these.
    homes = dict.fromkeys(("HOME", "APPDATA", "XDG_CONFIG_HOME"), str(folder))
    return {**kept, **homes, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The files that the page of a block shows, and a shop if it shows none."""
    page: str = request.getfixturevalue("block").page
    source = DOCS / f"{page}.md"
    write_files(tmp_path, source if source.exists() else ROOT / f"{page}.md")
    return tmp_path


def write_files(folder: Path, page: Path) -> None:
    shutil.copy(SHOP, folder / "shop.py")
    for sample in (DOCS / "examples" / page.stem).glob("*.jsonl"):
        shutil.copy(sample, folder)
    for block in blocks_of(page):
        if block.file:
            file = folder / block.file
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")


def shell(command: str) -> list[str]:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash")
    return [bash, "-e", "-o", "pipefail", "-c", command]


@pytest.mark.process
@pytest.mark.parametrize("block", COMMANDS, ids=str)
def test_every_command_does_what_its_page_says(block: Block, folder: Path) -> None:
    require_what_it_needs(block)
    what, *words = (block.note("run") or "fails 0").split()
    if what == "not" or block.note("same as README"):
        subprocess.run([*shell("")[:1], "-n", "-c", block.text], check=True)
    elif what == "refused":
        result = run(block, folder)
        assert result.returncode not in {0, 3}
        assert all(code in result.stderr for code in words)
    elif what == "prints":
        result = run(block, folder)
        assert result.returncode == 0, result.stderr
        assert all(code in result.stderr for code in words)
    elif what in {"serves", "logs"}:
        *codes, port = words
        output = serve(block, folder, int(port))
        assert all(code in output for code in codes)
        assert ("PG" in output) == bool(codes), output
    else:
        assert what == "fails"
        result = run(block, folder)
        assert result.returncode == int(words[0]), result.stdout + result.stderr


def run(block: Block, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        shell(block.text),
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def serve(block: Block, folder: Path, port: int) -> str:
    """Start the server, on a port that is free, and ask it for its first page."""
    free = free_port()
    # The page's port may be taken here.
    command = block.text
    if str(port) in command:
        command = command.replace(str(port), str(free))
    else:
        command = command.replace("flask ", f"FLASK_RUN_PORT={free} flask ", 1)
        for script in folder.glob("*.py"):
            text = script.read_text(encoding="utf-8").replace(str(port), str(free))
            script.write_text(text, encoding="utf-8")
    log = folder / "log.txt"
    with log.open("w") as output:
        server = subprocess.Popen(
            shell(command),
            cwd=folder,
            env=environment(folder),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            assert first_page(free, server) == 200, log.read_text()
        finally:
            stop(server)
    return log.read_text()


def stop(server: subprocess.Popen[bytes]) -> None:
    # A reloader and workers belong to the same group.
    os.killpg(server.pid, 15)
    try:
        server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, 9)
        server.wait(PATIENCE)


def first_page(port: int, server: subprocess.Popen[bytes]) -> int | None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{port}/", timeout=PATIENCE
            ) as answer:
                status: int = answer.status
                return status
        except urllib.error.HTTPError as error:
            # An app without a first page is served, too.
            with error:
                return 200 if error.code == 404 else error.code
        except OSError:
            time.sleep(0.1)
    return None


@pytest.mark.process
@pytest.mark.parametrize("page", PYTHON_PAGES, ids=name_of)
def test_the_python_of_every_page_runs(page: Path, tmp_path: Path) -> None:
    write_files(tmp_path, page)
    program = ["from shop import app\n"] if "create_app" not in page.read_text() else []
    if not program:
        program = ["from flask import Flask\napp = Flask('shop')\n"]
    for block in blocks_of(page):
        if block.language == "python" and not block.file:
            needed = block.note("needs")
            if needed is None or importlib.util.find_spec(needed):
                program.append(block.text)
    program.append(
        "for name, each in [*globals().items()]:\n"
        "    if name.startswith('test_'):\n"
        "        each()\n"
    )
    script = tmp_path / "page.py"
    script.write_text("\n".join(program), encoding="utf-8")

    result = subprocess.run(
        [sys.executable, "-W", "error", str(script)],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert result.returncode == 0, result.stderr


def parse_toml(text: str) -> object:
    # Python 3.10 has none.
    return pytest.importorskip("tomllib").loads(text)


def parse_yaml(text: str) -> object:
    return pytest.importorskip("yaml").safe_load(text)


def parse_ini(text: str) -> object:
    # A unit may say the same key twice, and its keys have capitals.
    parser = configparser.RawConfigParser(strict=False)
    parser.read_string(text)
    return parser


def parse_docker(text: str) -> object:
    lines = [line for line in text.splitlines() if line]
    assert {line.split()[0] for line in lines} <= {
        *("FROM", "WORKDIR", "COPY", "RUN", "ENV", "CMD"),
    }
    for line in lines:
        if line.startswith("CMD ["):
            assert json.loads(line.removeprefix("CMD "))
    return lines


def parse_nginx(text: str) -> object:
    assert text.count("{") == text.count("}")
    return text


def parse_python(text: str) -> object:
    return compile(text, "block", "exec")


PARSERS: dict[str, t.Callable[[str], object]] = {
    "docker": parse_docker,
    "ini": parse_ini,
    "json": json.loads,
    "nginx": parse_nginx,
    "python": parse_python,
    "text": str.splitlines,
    "toml": parse_toml,
    "yaml": parse_yaml,
}


@pytest.mark.parametrize("block", FILES, ids=str)
def test_every_file_can_be_read(block: Block) -> None:
    assert PARSERS[block.language](block.text)


@pytest.mark.parametrize("block", STARTS, ids=str)
def test_every_file_of_a_host_has_the_line_that_is_printed_for_it(
    block: Block,
) -> None:
    remedy = remedy_for(*(block.note("start") or "").split())

    for line in remedy.lines:
        # A file may name the same command under its own key.
        command = line if line in block.text else remedy.command
        assert command in block.text


def test_no_block_is_left_untried() -> None:
    assert {block.language for block in all_blocks()} <= LANGUAGES
    untried = [
        block
        for block in all_blocks()
        if not block.file
        and block.language not in {"sh", "bat", "python"}
        # The page's own test compares what a command prints.
        and not (block.note("run") or block.note("output"))
    ]
    assert not untried


@pytest.mark.parametrize("name", ["show", "test"])
def test_the_commands_for_contributors_are_those_of_the_readme(name: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"<!-- {name} -->\n```sh\n(.*?)```", readme, re.DOTALL)
    (block,) = (
        block
        for block in blocks_of(ROOT / "CONTRIBUTING.md")
        if block.note("same as README") == name
    )

    assert found is not None
    assert block.text == found[1]
