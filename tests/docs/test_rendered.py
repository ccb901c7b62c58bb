"""What the documentation says about the code is rendered from it."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

import flask_prodguard
from flask_prodguard.config.keys import KEYS
from flask_prodguard.environment.platforms import PLATFORMS
from flask_prodguard.guard.hook_points import HOOKS
from flask_prodguard.remedy.places import PLACES
from flask_prodguard.rules import RULES

from .blocks import DOCS
from .blocks import pages

sys.path[:0] = [str(DOCS), str(DOCS / "_ext")]

draw_flow = importlib.import_module("draw_flow")
draw_rooms = importlib.import_module("draw_rooms")
from_code = importlib.import_module("from_code")
rendered_start = importlib.import_module("rendered_start")

RELEASES = re.compile(r"(flask-prodguard|Flask|Werkzeug|Python) [\d.]+\w*")
# Every place that a how-to is about, with its page.
HOW_TOS = {
    "app-engine": "app-engine",
    "azure": "azure",
    "beanstalk": "beanstalk",
    "cloud-run": "cloud-run",
    "docker": "docker",
    "fly": "fly",
    "heroku": "heroku",
    "kubernetes": "kubernetes",
    "lambda": "lambda",
    "pythonanywhere": "pythonanywhere",
    "railway": "railway",
    "render": "render",
    "shell": "index",
    "systemd": "raspberry-pi",
    "windows": "windows",
}


def marks() -> list[str]:
    texts = [page.read_text(encoding="utf-8") for page in pages()]
    return [mark for text in texts for mark in from_code.MARK.findall(text)]


def test_every_renderer_is_used_and_known() -> None:
    assert {mark.split()[0] for mark in marks()} == set(from_code.RENDERERS)


@pytest.mark.parametrize(("place", "page"), HOW_TOS.items())
def test_the_page_of_a_host_has_its_line(place: str, page: str) -> None:
    text = (DOCS / "how-to" / f"{page}.md").read_text(encoding="utf-8")
    (mark,) = re.findall(rf"^% from-code: (start {place}\b.*)$", text, re.MULTILINE)

    rendered = from_code.expand(f"% from-code: {mark}")

    assert PLACES[place].where in rendered
    for line in rendered_start.remedy_for(*mark.split()[1:]).lines:
        assert line in rendered


@pytest.mark.process
@pytest.mark.parametrize("place", HOW_TOS)
def test_the_line_is_what_the_command_fix_prints_there(
    place: str, tmp_path: Path
) -> None:
    for server in ("gunicorn", "waitress"):
        pytest.importorskip(server)
    shutil.copy(DOCS / "examples" / "quickstart" / "shop.py", tmp_path)
    command = ["--app", "shop", "prodguard", "fix", "--platform", place]

    printed = subprocess.run(
        [sys.executable, "-m", "flask", *command],
        cwd=tmp_path,
        # A host that names the port does so in this variable.
        env={**os.environ, "PORT": "8000"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    remedy = rendered_start.remedy_for(place, host="127.0.0.1")
    programs = str(Path(sys.executable).parent)
    for line in remedy.lines:
        here = line.replace(f"{rendered_start.FOLDER}/.venv/bin", programs)
        assert (
            f"      {here.replace(rendered_start.FOLDER, str(tmp_path))}\n" in printed
        )


def test_the_decision_table_says_what_is_promised() -> None:
    table = from_code.RENDERERS["decision"]()
    cells = [
        [re.sub(r"\{doc\}`(\w+) [^`]+`", r"\1", cell.strip()) for cell in line]
        for line in (row.split("|")[1:-1] for row in table.splitlines()[2:])
    ]

    assert [row[1:] for row in cells] == [
        [
            "refused: PG101",
            "refused: PG101, PG201",
            "refused: PG101, PG102",
            "refused: PG101, PG102, PG201",
        ],
        [
            "served",
            "`app.run()`: refused: PG103; else served",
            "refused: PG102",
            "refused: PG102, PG201",
        ],
        ["served", "served", "refused: PG102", "refused: PG102, PG201"],
        ["served", "served", "served", "served, with one warning: PG201"],
    ]


def test_every_key_has_its_section() -> None:
    text = from_code.RENDERERS["keys"]()

    for key in KEYS:
        assert f"## `{key.name}`" in text
        assert f"`{key.variable}`" in text
        assert f'app.config["{key.name}"] = {key.example}' in text


def test_every_key_is_in_the_table_with_its_example() -> None:
    text = from_code.RENDERERS["key-table"]()

    for key in KEYS:
        assert f"[`{key.name}`](#" in text
        assert f"| `{key.example}` |" in text


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_page_of_a_rule_says_how_to_permit_it_and_links_to_every_host(
    rule: t.Any,
) -> None:
    text = from_code.rule_page(rule)

    assert f"FLASK_PRODGUARD_IGNORE={rule.code}" in text
    for page in {*HOW_TOS.values()} - {"index"}:
        assert f"</how-to/{page}>" in text


def test_the_examples_of_the_keys_are_accepted() -> None:
    for key in KEYS:
        assert key.parse(eval(key.example)) is not None


def test_every_platform_and_hook_is_listed() -> None:
    platforms, hooks = (
        from_code.RENDERERS["platforms"](),
        from_code.RENDERERS["hooks"](),
    )

    assert all(f"| {platform.title} |" in platforms for platform in PLATFORMS)
    assert all(f"`{hook}`" in hooks for hook in HOOKS)


@pytest.mark.parametrize("width", draw_flow.WIDTHS)
def test_the_flow_is_drawn_from_the_code(width: int) -> None:
    file = draw_flow.file_of(draw_flow.PICTURE, width)

    assert file.read_text(encoding="utf-8") == draw_flow.drawn(width)


def test_the_map_is_drawn_from_the_code() -> None:
    assert draw_rooms.PICTURE.read_text(encoding="utf-8") == draw_rooms.drawn()


def test_the_map_has_every_room_once_and_says_what_is_in_it() -> None:
    rooms = [room for layer in draw_rooms.layers() for room in layer]
    package = Path(flask_prodguard.__file__).parent
    there = [
        each.stem
        for each in package.iterdir()
        if each.suffix == ".py" or (each / "__init__.py").is_file()
    ]

    assert sorted(room.name for room in rooms) == sorted({*there} - {"__init__"})
    assert [room.name for room in rooms if not 0 < len(room.holds) < 90] == []


def shots() -> list[t.Any]:
    if os.name == "nt":
        return []
    draw_terminal = importlib.import_module("draw_terminal")
    return [*draw_terminal.SHOTS]


@pytest.mark.process
@pytest.mark.parametrize("shot", shots(), ids=lambda shot: shot.name)
def test_the_pictures_of_a_terminal_show_what_is_printed(shot: t.Any) -> None:
    for server in ("gunicorn", "waitress"):
        pytest.importorskip(server)
    draw_terminal = importlib.import_module("draw_terminal")

    printed = draw_terminal.printed(shot)

    for columns in shot.columns:
        drawn = draw_terminal.drawn(shot, printed, columns)
        kept = shot.file(columns).read_text(encoding="utf-8")
        assert comparable(drawn) == comparable(kept)


def comparable(picture: str) -> str:
    # What is as wide as the releases that it names is left out.
    about = re.sub(r"<text .*?</text>", "", RELEASES.sub(r"\1", picture))
    return about if RELEASES.search(picture) else picture


@pytest.mark.process
def test_the_annotation_shows_what_is_printed() -> None:
    if os.name == "nt":
        pytest.skip("there are no terminals of this kind")
    draw_annotation = importlib.import_module("draw_annotation")

    shown = draw_annotation.annotation(*draw_annotation.printed(draw_annotation.SHOT))

    assert "gunicorn --bind 0.0.0.0:$PORT" in shown.message
    for width in draw_flow.WIDTHS:
        kept = draw_flow.file_of(draw_annotation.PICTURE, width)
        drawn = draw_annotation.drawn(shown, width)
        assert kept.read_text(encoding="utf-8") == drawn


def test_what_is_no_annotation_is_not_drawn() -> None:
    if os.name == "nt":
        pytest.skip("there are no terminals of this kind")
    draw_annotation = importlib.import_module("draw_annotation")

    with pytest.raises(ValueError, match="No annotation"):
        draw_annotation.annotation("::error::shop.py")


def test_a_shop_that_changed_is_not_drawn_without_notice() -> None:
    if os.name == "nt":
        pytest.skip("there are no terminals of this kind")
    draw_terminal = importlib.import_module("draw_terminal")
    shot = draw_terminal.Shot("none", (), changed=(("import os", ""),))

    with pytest.raises(ValueError, match="The shop has no 'import os'"):
        draw_terminal.printed(shot)


def test_a_picture_breaks_a_line_where_a_terminal_does() -> None:
    if os.name == "nt":
        pytest.skip("there are no terminals of this kind")
    draw_terminal = importlib.import_module("draw_terminal")

    width = draw_terminal.COLUMNS
    drawn = draw_terminal.drawn(draw_terminal.SHOTS[0], ["x" * (width + 1)])

    assert f">{'x' * width}<" in drawn


def test_a_narrow_picture_breaks_a_line_between_words() -> None:
    if os.name == "nt":
        pytest.skip("there are no terminals of this kind")
    draw_terminal = importlib.import_module("draw_terminal")

    drawn = draw_terminal.drawn(
        draw_terminal.SHOTS[0], ["  PG101  The development server runs"], 28
    )

    assert ">  PG101  The development<" in drawn
    assert ">         server runs<" in drawn


@pytest.mark.process
@pytest.mark.parametrize(
    "script",
    ["draw_annotation.py", "draw_flow.py", "draw_rooms.py", "draw_terminal.py"],
)
def test_a_command_draws_it(script: str) -> None:
    if os.name == "nt":
        pytest.skip("there are no terminals of this kind")
    program = (
        f"import runpy, pathlib, sys; sys.path.insert(0, {str(DOCS)!r});"
        "write = pathlib.Path.write_text;"
        "pathlib.Path.write_text = lambda self, text, **options: print(self.name)"
        " if self.suffix == '.svg' else write(self, text, **options);"
        f"runpy.run_path({str(DOCS / script)!r}, run_name='__main__')"
    )

    result = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert result.returncode == 0, result.stderr
    written = set(result.stdout.split())
    assert written <= {file.name for file in (DOCS / "pictures").iterdir()}
    assert written
