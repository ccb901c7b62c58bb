"""Documents whose shape is not what anybody expects."""

from __future__ import annotations

import importlib
import typing as t

import pytest

from flask_prodguard.deployment.files import document
from flask_prodguard.deployment.files.document import PARSERS
from flask_prodguard.deployment.files.document import read_document
from flask_prodguard.deployment.files.document import UnreadableError
from flask_prodguard.deployment.project import Text


def _read(file: str, source: str) -> list[document.Node]:
    return read_document(Text(file, tuple(source.split("\n"))))


@pytest.mark.parametrize(
    ("file", "source", "said"),
    [
        ("a.yml", "[" * 70 + "]" * 70, "is not YAML that can be read: it is too deep"),
        (
            "a.yml",
            "a0: &a0 [x]\n"
            + "".join(
                f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 10)
            ),
            "is not YAML that can be read: its aliases repeat",
        ),
        ("a.json", "[" * 70 + "]" * 70, "is not JSON in line 1"),
        ("a.json", '{"a": 1, b: 2}', "is not JSON in line 1"),
        ("a.json", '{"a" 1}', "is not JSON in line 1"),
        ("a.json", "{\n:}", "is not JSON in line 2"),
        ("a.json", '["a"', "is not JSON in line 1"),
        ("a.json", "[]]".replace("[]]", "]"), "is not JSON in line 1"),
    ],
)
def test_what_is_broken_is_named(file: str, source: str, said: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        _read(file, source)
    assert str(caught.value) == said


def test_toml_that_is_too_deep_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Deep:
        def loads(self, text: str) -> t.NoReturn:
            raise RecursionError

    monkeypatch.setattr(document, "_parser", lambda name: Deep())
    with pytest.raises(UnreadableError, match="too deep"):
        _read("a.toml", "a = 1")


@pytest.mark.parametrize(
    ("name", "file"), [*zip(PARSERS, ["a.yml", "a.toml"], strict=True)]
)
def test_a_parser_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, file: str
) -> None:
    def fail(wanted: str) -> t.NoReturn:
        raise ImportError(wanted)

    monkeypatch.setattr(importlib, "import_module", fail)
    with pytest.raises(UnreadableError) as caught:
        _read(file, "a = 1")
    assert str(caught.value) == PARSERS[name]


def test_yaml_of_every_kind() -> None:
    (node,) = _read(
        "a.yml",
        "a: &x {b: 1, c: ~}\nd:\n  <<: [*x, {e: 2}]\n? [f]\n: 3\ng: |\n  h\n\n\ni: ''",
    )
    assert node.get("d", "b") is not None
    assert node.get("d", "e") is not None
    assert node.get("a", "c") is not None
    assert node.get("a", "c", "no") is None
    block = node.get("g")
    assert block is not None
    assert (block.line, block.end_line) == (6, 7)


def test_json_of_every_kind() -> None:
    (node,) = _read(
        "a.jsonc",
        '{"a": null, // no\n "b": [1, true,], /* no */ "c": "\\u00e9\\n\\"",\n}',
    )
    c = node.get("c")
    assert c is not None
    assert c.text == '\u00e9\n"'
    a = node.get("a")
    assert a is not None
    assert a.value is None


def test_a_number_at_the_end_of_a_file_has_its_place() -> None:
    (node,) = _read("a.toml", "a = 12")
    entry = node.entry("a")
    assert entry is not None
    assert (entry.node.column, entry.node.end_column) == (4, 6)


def test_toml_of_every_kind() -> None:
    (node,) = _read(
        "a.toml",
        'a = """x\ny""" # no\n"b c".d = [ # no\n  "1", # no\n  [2],\n] # no\n'
        "[[t]]\ne = 1\nf = {g = 'h'}\n",
    )
    entry = node.entry("a")
    assert entry is not None
    assert (entry.node.line, entry.node.end_line, entry.node.end_column) == (1, 2, 4)
    entry = node.entry("b c", "d")
    assert entry is not None
    assert (entry.node.line, entry.node.end_line, entry.node.end_column) == (3, 6, 1)
