"""Whatever a repository holds, the rest of it is read."""

from __future__ import annotations

import ast
import os
import typing as t

import pytest

from flask_prodguard.deployment.files.dockerfile import array_of
from flask_prodguard.deployment.project import Project
from flask_prodguard.deployment.start_command import Skipped
from flask_prodguard.deployment.start_command import StartCommand
from flask_prodguard.deployment.starts import read_starts

if t.TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Write

GOOD = {"Procfile": "web: python app.py\n"}


def _read(folder: Path) -> tuple[list[str], list[str]]:
    found = read_starts(folder)
    starts = [each.file for each in found if isinstance(each, StartCommand)]
    return starts, [str(each) for each in found if isinstance(each, Skipped)]


def test_a_broken_file_is_named_in_one_line(project: Write) -> None:
    folder = project(
        {
            **GOOD,
            "compose.yml": "services:\n\tweb: [\n",
            "render.yaml": "a: b: c\n",
            "railway.json": "{\n",
            "fly.toml": "a = ",
            "helm/pod.yaml": "{{ if }}\ncontainers: [\n",
        }
    )
    starts, skipped = _read(folder)
    assert starts == ["Procfile"]
    # The parser in C has its own wording.
    assert skipped[0].startswith("compose.yml: is not YAML in line 2: found character ")
    assert skipped[1:] == [
        "fly.toml: is not TOML: Invalid value (at line 1, column 5)",
        "railway.json: is not JSON in line 2",
        "render.yaml: is not YAML in line 1: mapping values are not allowed in this"
        " context",
    ]


def test_a_file_of_100_megabytes_is_not_read(project: Write) -> None:
    folder = project(GOOD)
    with (folder / "Dockerfile").open("wb") as stream:
        stream.truncate(100_000_000)
    assert _read(folder) == (
        ["Procfile"],
        ["Dockerfile: has 100 MB, more than a start needs"],
    )


def test_latin_1_is_read(project: Write) -> None:
    folder = project({})
    (folder / "Dockerfile").write_bytes(
        b"# caf\xe9\r\nFROM python\r\nCMD python a.py\r\n"
    )
    assert _read(folder) == (
        ["Dockerfile"],
        ["Dockerfile: is not UTF-8, and was read as Latin-1"],
    )


def test_what_is_not_text_is_not_read(project: Write) -> None:
    folder = project(GOOD)
    (folder / "Dockerfile").write_bytes(b"FROM\0")
    assert _read(folder) == (["Procfile"], ["Dockerfile: is not a text file"])


def test_a_circle_of_symbolic_links_ends(project: Write) -> None:
    folder = project(GOOD)
    (folder / "inner").mkdir()
    (folder / "inner" / "loop").symlink_to(folder)
    (folder / "itself").symlink_to("itself")
    (folder / "other").symlink_to(folder / "inner")
    starts, skipped = _read(folder)
    assert starts == ["Procfile"]
    assert skipped[0].startswith("itself: is a symbolic link that can't be read: ")
    assert skipped[1:] == ["inner/loop: is a symbolic link to a folder that it is in"]


def test_nothing_outside_of_the_project_is_read(project: Write, tmp_path: Path) -> None:
    folder = project({"shop/Procfile": "web: ./run.sh\nother: ../out.sh\n"}) / "shop"
    (tmp_path / "out.sh").write_text("#!/bin/sh\npython secret.py\n")
    (folder / "run.sh").symlink_to(tmp_path / "out.sh")
    starts, skipped = _read(folder)
    assert starts == ["Procfile", "Procfile"]
    assert skipped == ["run.sh: is a symbolic link that leads out of the project"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_named(project: Write) -> None:
    folder = project({**GOOD, "closed/Procfile": "web: python app.py\n"})
    (folder / "closed").chmod(0)
    assert _read(folder) == (["Procfile"], ["closed: can't be read: Permission denied"])
    (folder / "closed").chmod(0o700)


def test_folders_of_tools_are_left_out(project: Write) -> None:
    folder = project(
        {
            **GOOD,
            "node_modules/x/Procfile": "web: python app.py\n",
            ".git/Procfile": "web: python app.py\n",
            "mine/pyvenv.cfg": "",
            "mine/Procfile": "web: python app.py\n",
        }
    )
    entered: list[str] = []
    found = read_starts(folder, entered.append)
    assert [each.file for each in found] == ["Procfile"]
    assert entered[0] == ""


def test_a_file_that_is_gone_is_named(project: Write) -> None:
    found = Project(project({}))
    assert found.text("gone") is None
    assert found.names_in("gone") == []
    assert list(found.skipped.values()) == [
        Skipped("gone", "can't be read: No such file or directory")
    ]
    assert found.content("gone") == b""
    assert found.text("..") is None


def test_a_link_that_leads_out_is_named(
    project: Write, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "web"
    elsewhere.write_text("web: python app.py\n", encoding="utf-8")
    folder = project({"app.py": ""})
    (folder / "Procfile").symlink_to(elsewhere)
    reason = "Procfile: is a symbolic link that leads out of the project"
    assert _read(folder) == ([], [reason])


def test_a_link_is_followed_to_a_file_that_its_name_alone_explains(
    project: Write,
) -> None:
    folder = project({"deploy/web": "web: python app.py\n", **GOOD})
    (folder / "Procfile").rename(folder / "deploy" / "Procfile")
    (folder / "Procfile").symlink_to("deploy/Procfile")
    (folder / "Procfile.web").symlink_to("deploy/web")
    assert _read(folder) == (["Procfile.web", "deploy/Procfile"], [])


def test_a_folder_that_is_gone_is_named(project: Write) -> None:
    found = Project(project({}) / "gone")
    assert list(found.files()) == []
    assert str(*found.skipped.values()) == ".: can't be read: No such file or directory"


def test_what_is_not_a_file_is_left_out(project: Write) -> None:
    folder = project(GOOD)
    os.mkfifo(folder / "Dockerfile")
    os.mkfifo(folder / "notes.txt")
    said = "Dockerfile: is no file, such as a pipe, and was not read"
    assert _read(folder) == (["Procfile"], [said])


def test_not_more_trees_are_kept_than_are_needed(
    project: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flask_prodguard.deployment.project.MOST_TREES", 1)
    found = Project(project({}))
    for name in ("a", "b"):
        found.keep_tree(name, ast.parse(""))
    assert list(found.trees) == ["b"]


def test_a_list_that_is_too_deep_is_not_a_list() -> None:
    assert array_of("[" * 100_000) is None
