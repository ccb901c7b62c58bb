"""Reading a long program takes a bounded time, and finds what counts."""

from __future__ import annotations

import ast
import linecache
import time
import typing as t
from pathlib import Path
from unittest import mock

import pytest

from flask_prodguard.remedy.statements import forget_statements
from flask_prodguard.remedy.statements import LONG
from flask_prodguard.remedy.statements import nodes_of
from flask_prodguard.remedy.statements import read_program
from flask_prodguard.remedy.statements import read_statements

PROGRAM = '''\
"""A program.

app = "not this one"
"""
import os
from flask import Flask

def make():
    global app
    app = Flask(__name__)


def setup():
    global table
    table = {}


make()
setup()
if os.environ.get("X"):
    other = 1
else:
    app = None


@app.get(
    "/first",
)
def first():
    return "app"


@app.get("/second")
@app.get("/third")
async def second():
    return """
app = "nor this one"
"""


class Page:
    app = app

main()
if __name__ == "__main__":
    app.run()
'''
FILLERS = {
    "functions": "def f{0}(a):\n    b = a\n    return b\n",
    "views": '@app.get("/{0}")\ndef view_{0}():\n    """Say so."""\n    return "ok"\n',
    "calls": 'table.append(({0}, "name", [1, 2]))\n',
    "assignments": "name_{0} = {0}\n",
}


@pytest.fixture
def write(tmp_path: Path) -> t.Iterator[t.Callable[[str], dict[str, object]]]:
    """Writes a module, and returns its attributes."""

    def write(source: str) -> dict[str, object]:
        file = tmp_path / "shop.py"
        file.write_text(source, encoding="utf-8")
        return {"__file__": str(file)}

    yield write
    forget_statements()
    linecache.clearcache()


def lines_of(body: list[ast.stmt] | None) -> list[int]:
    assert body is not None
    return [stmt.lineno for stmt in body]


def test_a_short_file_is_read_whole(write: t.Any) -> None:
    body = read_statements(write(PROGRAM), frozenset({"app"}))

    assert body is not None
    assert ast.dump(ast.Module(body, [])) == ast.dump(ast.parse(PROGRAM))


@pytest.mark.parametrize("filler", FILLERS)
def test_only_what_counts_is_read_from_a_long_file(write: t.Any, filler: str) -> None:
    before = "".join(FILLERS[filler].format(number) for number in range(LONG * 2))
    after = "".join(FILLERS[filler].format(-number) for number in range(LONG * 2))
    after = after.replace("-", "_")
    module = write(f"{before}{PROGRAM}{after}")
    first = before.count("\n")
    main = PROGRAM.splitlines().index("main()") + 1

    start = time.process_time()
    body = read_statements(module, frozenset({"app"}))
    seconds = time.process_time() - start

    # The imports, the function that binds the name and its call, what else is about the
    # name, and the block of the script: neither text, views nor other functions.
    shown = [ast.unparse(stmt).splitlines()[0] for stmt in body or ()]
    assert shown == [
        "'A program.\\n\\napp = \"not this one\"\\n'",
        "import os",
        "from flask import Flask",
        "def make():",
        "make()",
        "if os.environ.get('X'):",
        "if __name__ == '__main__':",
    ]
    assert lines_of(body)[1] == first + 5
    assert seconds < 0.6
    # What is under way counts as well.
    under_way = read_statements(module, frozenset({"app"}), frozenset({first + main}))
    assert first + main in lines_of(under_way)
    about_view = read_statements(module, frozenset({"second"}))
    assert "second" in [getattr(stmt, "name", None) for stmt in about_view or ()]


def test_a_file_in_which_too_much_counts_is_not_read(write: t.Any) -> None:
    module = write("app.add_url_rule('/')\n" * LONG * 2)

    assert read_statements(module, frozenset({"app"})) is None


@pytest.mark.parametrize(
    "namespace", [{}, {"__file__": None}, {"__file__": "absent.py"}]
)
def test_what_has_no_source_is_not_read(namespace: dict[str, object]) -> None:
    assert read_statements(namespace, frozenset({"app"})) is None


def test_what_is_not_python_is_not_read(write: t.Any) -> None:
    assert read_statements(write("app = ("), frozenset({"app"})) is None


def test_a_file_is_read_once(write: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    module = write(PROGRAM)
    parse = mock.Mock(wraps=ast.parse)
    monkeypatch.setattr(ast, "parse", parse)

    for name in ("app", "main", "app"):
        read_statements(module, frozenset({name}))
    _, tree = read_program(Path(str(module["__file__"])))
    assert parse.call_count == 1
    assert nodes_of(tree) is nodes_of(tree)

    forget_statements()
    read_statements(module, frozenset({"app"}))
    assert parse.call_count == 2


@pytest.mark.filterwarnings("error")
def test_nothing_is_reported_twice(write: t.Any) -> None:
    assert read_statements(write('app = "\\d"\n'), frozenset({"app"}))


def test_a_long_program_is_not_read_for_a_single_line(tmp_path: Path) -> None:
    file = tmp_path / "long.py"
    file.write_text("x = 1\n" * (LONG + 1))
    with pytest.raises(SyntaxError):
        read_program(file)
