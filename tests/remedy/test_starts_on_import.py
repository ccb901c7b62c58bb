from __future__ import annotations

import sys
import typing as t
from pathlib import Path
from types import ModuleType

import pytest

from flask_prodguard.remedy.source import locate_module
from flask_prodguard.remedy.starts_on_import import how_to_move
from flask_prodguard.remedy.starts_on_import import starts_on_import

GUARD = 'under `if __name__ == "__main__":`.'
Look: t.TypeAlias = t.Callable[..., list[str]]


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Look:
    """Run the code of a module, and return the advice while it calls ``start()``, or
    after it has ended.
    """

    def look(source: str) -> list[str]:
        said: list[str] = []
        module = ModuleType("zz_shop")
        module.__file__ = str(tmp_path / "shop.py")
        Path(module.__file__).write_text(source)
        monkeypatch.setitem(sys.modules, "zz_shop", module)

        def start(*_: object, **__: object) -> None:
            found = starts_on_import(locate_module("zz_shop"), {"app", "make()"})
            said.extend([how_to_move(found, "shop.py")] if found else [])

        vars(module).update(start=start, app=App(start), make=lambda: App(start))
        exec(compile(source, module.__file__, "exec"), vars(module))
        if not said:
            start()
        return said

    return look


class App:
    """Stands in for an app."""

    def __init__(self, start: t.Callable[..., None]) -> None:
        self.run = start


def named(call: str, line: int) -> list[str]:
    told = f"shop.py calls {call} when it is imported (line {line}): put that line"
    return [f"{told} {GUARD}"]


def lines(shown: str) -> list[str]:
    those = "those lines" if shown.startswith("lines") else "that line"
    return [
        f"shop.py starts a server when it is imported ({shown}): put {those} {GUARD}"
    ]


@pytest.mark.parametrize(
    ("source", "call"),
    [
        ("x = 1\napp.run(ssl_context='s3cret')\n", "app.run()"),
        ("if True:\n    app.run(\n    1)\n", "app.run()"),
        ("try:\n    app.run()\nexcept OSError:\n    pass\n", "app.run()"),
        ("x = 1\nmake().run()\n", "make().run()"),
        ("def main():\n    start()\nif True: pass\nmain()\n", "main()"),
    ],
)
def test_a_call_alone_is_named_without_its_arguments(
    look: Look, source: str, call: str
) -> None:
    number = next(
        number
        for number, line in enumerate(source.splitlines(), 1)
        if line.strip().startswith(call.removesuffix("()"))
    )
    assert look(source) == named(call, number)


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\n",
        "import asyncio\nprint(app)\n",
        "def main():\n    app.run()\n",
        "class Shop:\n    def main(self):\n        app.run()\n",
        "if __name__ == '__main__':\n    app.run()\n",
        "run = app.run\n",
        "asyncio = [0]\nasyncio[0:1]\nprint([].pop if asyncio else 1)\n",
        "raise_ = 1\nif False: raise SystemExit\n",
    ],
)
def test_a_module_that_starts_nothing_may_stay_as_it_is(
    look: Look, source: str
) -> None:
    assert look(source) == []


def test_what_needs_a_server_moves_with_it(look: Look) -> None:
    source = (
        "def make_server(*arguments): return print\n"
        "server = make_server('', 80, app)\n"
        "other = 1\n"
        "serve = server\n"
        "serve()\n"
        "def later(): server()\n"
        "print(other)\n"
    )
    assert look(source) == lines("lines 2 and 4 to 5")


def test_a_server_that_nothing_needs_moves_alone(look: Look) -> None:
    assert look("server = start()\n") == lines("line 1")


def test_a_server_in_a_thread_moves_with_the_thread(look: Look) -> None:
    source = (
        "import threading\n"
        "thread = threading.Thread(target=app.run)\n"
        "\n"
        "thread.start()\n"
        "thread.join()\n"
        "x = 1\n"
        "print(x)\n"
    )
    assert look(source) == lines("lines 2 and 4 to 5")


def test_what_waits_for_a_thread_moves_too(look: Look) -> None:
    source = (
        "import threading\n"
        "def main():\n"
        "    thread = threading.Thread(target=start)\n"
        "    thread.start()\n"
        "    thread.join()\n"
        "main()\n"
    )
    assert look(source) == named("main()", 6)


@pytest.mark.parametrize(
    "source",
    [
        "for attempt in range(2):\n    start()\n",
        "import contextlib\nwith contextlib.nullcontext():\n    start()\n",
    ],
)
def test_a_block_that_means_nothing_in_halves_moves_as_a_whole(
    look: Look, source: str
) -> None:
    last = source.count("\n")
    assert look(source)[0] == lines(f"lines {last - 1} to {last}")[0]


@pytest.mark.parametrize(
    "kept", ["app = app", "import sys", "def f(): pass", "class App: pass"]
)
def test_a_block_that_makes_something_for_others_stays(look: Look, kept: str) -> None:
    source = f"for attempt in [1]:\n    {kept}\n    start()\n"
    assert look(source) == named("start()", 3)


def test_of_several_on_a_line_the_one_that_serves_is_named(look: Look) -> None:
    assert look("print(1); app.run()\n") == named("app.run()", 1)


@pytest.mark.parametrize(
    "end", ["raise SystemExit('given up')", "import sys\nsys.exit(1)"]
)
def test_what_ends_the_process_afterwards_moves_too(look: Look, end: str) -> None:
    source = f"try:\n    start()\nfinally:\n    pass\ntry:\n    {end}\n"
    source = source.replace("\nsys", "\n    sys") + "except SystemExit:\n    pass\n"
    number = 6 + end.count("\n")
    assert look(source) == lines(f"lines 2 and {number}")


def test_a_module_without_source_may_stay_as_it_is() -> None:
    assert starts_on_import(locate_module("builtins"), {"app"}) == []
