"""What a program's files say of the call that starts its server."""

from __future__ import annotations

import textwrap
import typing as t
from pathlib import Path

import pytest

from flask_prodguard.judging.launch import AS_USUAL
from flask_prodguard.judging.launch import ServerOptions
from flask_prodguard.remedy.call_in_file import CallInFile
from flask_prodguard.remedy.call_in_file import read_call
from flask_prodguard.remedy.statements import forget_statements


@pytest.fixture(autouse=True)
def forgotten() -> t.Iterator[None]:
    yield
    forget_statements()


@pytest.fixture
def read(tmp_path: Path) -> t.Callable[..., CallInFile | None]:
    """Reads the call in the line of a program that has ``run(`` in it."""

    def read_source(source: str, **options: t.Any) -> CallInFile | None:
        forget_statements()
        source = textwrap.dedent(source)
        file = tmp_path / "shop.py"
        file.write_text(source, encoding="utf-8")
        lines = source.split("\n")
        line = next(n for n, text in enumerate(lines, 1) if ".run(" in text)
        return read_call(file, line, **options)

    return read_source


Read = t.Callable[..., CallInFile]


@pytest.mark.parametrize(
    ("arguments", "serving"),
    [
        ("", AS_USUAL),
        ("threaded=True, processes=1", AS_USUAL),
        ("threaded=threads, processes=number", AS_USUAL),
        ("threaded=False", ServerOptions(threaded=False)),
        ("processes=4", ServerOptions(processes=4)),
        ("ssl_context=None", AS_USUAL),
        (
            'ssl_context=("a.pem", "b.pem")',
            ServerOptions(tls=True, certificate=("a.pem", "b.pem")),
        ),
        ('ssl_context="adhoc"', ServerOptions(tls=True)),
        ("ssl_context=context", ServerOptions(tls=True)),
    ],
)
def test_what_the_call_asks_of_the_server_is_read(
    read: Read, arguments: str, serving: ServerOptions
) -> None:
    assert read(f"app.run({arguments})\n").serving == serving


@pytest.mark.parametrize(
    ("source", "steps", "in_thread", "is_whole"),
    [
        ("app.run()\n", ["<module> 1"], False, True),
        (
            """
            def serve():
                app.run()
            def main():
                serve()
            if __name__ == "__main__":
                main()
            """,
            ["serve 3", "main 5", "<module> 7"],
            False,
            True,
        ),
        (
            """
            def serve():
                app.run()
            Thread(target=serve, daemon=True).start()
            """,
            ["serve 3", "<module> 4"],
            True,
            True,
        ),
        # Another file calls it.
        ("def serve():\n    app.run()\n", ["serve 2"], False, False),
        (
            "def serve():\n    app.run()\n    serve()\n",
            ["serve 2"],
            False,
            False,
        ),
        # Two that call each other lead nowhere.
        (
            """
            def a():
                app.run()
                b()
            def b():
                a()
            """,
            ["a 3", "b 6", "a 4"],
            False,
            False,
        ),
    ],
)
def test_what_leads_to_the_call_is_found(
    read: Read, source: str, steps: list[str], in_thread: bool, is_whole: bool
) -> None:
    found = read(source)
    assert [f"{s.function} {s.line}" for s in found.caller.steps] == steps
    assert (found.in_thread, found.is_whole) == (in_thread, is_whole)


@pytest.mark.parametrize(
    ("source", "on_import"),
    [
        ("app.run()\n", ("`app.run()`", 1)),
        (
            "def main():\n    app.run()\ntry:\n    main()\nfinally:\n    pass\n",
            ("`main()`", 4),
        ),
        ('if __name__ == "__main__":\n    app.run()\n', None),
        ("class Shop:\n    app.run()\n", None),
        ("def main():\n    app.run()\n", None),
    ],
)
def test_what_importing_the_file_calls_is_found(
    read: Read, source: str, on_import: tuple[str, int] | None
) -> None:
    assert read(source).on_import == on_import


def test_whose_app_it_is_can_not_be_told_beside_other_apps(read: Read) -> None:
    assert read("from flask import Flask\napp.run()\n").is_flask
    assert not read("import dash\napp.run()\n").is_flask


def test_the_words_of_flask_socketio_are_known(read: Read) -> None:
    caller = read("socketio.run(app)\n", socketio=True).caller
    assert (caller.into, caller.parameters[1]) == ("flask_socketio", "app")


def test_what_can_not_be_read_has_no_call(tmp_path: Path, read: Read) -> None:
    assert read_call(tmp_path / "missing.py", 1) is None
    assert read("app.run(\n") is None
    assert read_call(tmp_path / "shop.py", 9) is None
