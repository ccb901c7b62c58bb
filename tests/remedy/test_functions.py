from __future__ import annotations

import functools
import sys
import typing as t
from dataclasses import dataclass
from types import ModuleType

import pytest

from flask_prodguard.remedy.functions import hands_on
from flask_prodguard.remedy.functions import returns_value

if t.TYPE_CHECKING:
    from pathlib import Path


def bare_return() -> None:
    return


def constant() -> None:
    return None


def several() -> tuple[int, int]:
    x = 1
    return x, x


async def coroutine() -> object:
    return object()


def inner_return() -> None:
    def view() -> str:
        return ""

    view()


@pytest.mark.parametrize(
    "function", [bare_return, constant, several, coroutine, inner_return]
)
def test_what_a_function_returns_can_be_no_app(
    function: t.Callable[..., object],
) -> None:
    assert not returns_value(function)


def nested_return() -> object:
    with pytest.raises(ValueError, match="x"):
        raise ValueError("x")
    if (x := object()) is not None:
        return x
    return None


@functools.lru_cache
def decorated() -> object:
    return object()


@pytest.mark.parametrize("function", [nested_return, decorated, eval("lambda: x"), len])
def test_what_a_function_returns_could_be_an_app(
    function: t.Callable[..., object],
) -> None:
    assert returns_value(function)


@dataclass
class Context:
    app: object


class Middleware:
    def __call__(self) -> None: ...


def app_in_a_context() -> Context:
    return Context(object())


def named_context() -> Context:
    context = Context(object())
    context.app = None
    return context


def wrapped() -> Middleware:
    app = Middleware()
    app()
    return app


def test_an_object_that_cannot_be_called_is_no_app() -> None:
    assert not returns_value(app_in_a_context)
    assert not returns_value(named_context)
    assert returns_value(wrapped)


HANDED_ON = {
    "at once": "return make()",
    "by name": "app = make(); app.debug = True; return app",
    "by an annotated name": "app: object = make(); return app",
    "by two names": "shop = app = make(); return app",
    "on one of two ways": "if x:\n        return None\n    return make()",
    "from both branches": "if x: app = make()\n    else: app = make(1)\n    return app",
    "through a module": "return zz_inner.make()",
    "imported by another name": "from zz_inner import make as base; return base()",
    "imported from the package": "from . import make; return make()",
    "of an imported module": "import zz_inner as inner; return inner.make()",
    "of an imported package": "import zz_inner.web; return zz_inner.make()",
}
NOT_HANDED_ON = {
    "a global": "make(); return x",
    "another call": "make(); return print()",
    "another call of the name": "make = print; return make()",
    "another import": "from builtins import print as make; return make()",
    "a name that is bound again": "app = make(); app = Proxy(app); return app",
    "a name that a loop binds": "app = make()\n    for app in x: pass\n    return app",
    "a global that it sets": "global app; app = make(); return app",
    "what is wrapped": "return Proxy(make())",
    "nothing": "app = make()",
    "a pair": "return make(), 1",
    "a method of it": "return make().wsgi_app",
}


def outer(body: str, folder: Path) -> t.Any:
    source = f"def outer(y=1):\n    {body}\n"
    file = folder / "zz_outer.py"
    file.write_text(source)
    inner = sys.modules["zz_inner"]
    namespace = {
        "x": 0,
        "make": inner.make,
        "zz_inner": inner,
        "__package__": "zz_inner",
    }
    exec(compile(source, str(file), "exec"), namespace)
    return namespace["outer"]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> t.Any:
    module: t.Any = ModuleType("zz_inner")
    exec("def make(x=0): return object()", vars(module))
    monkeypatch.setitem(sys.modules, "zz_inner", module)
    return module.make


@pytest.mark.parametrize("body", HANDED_ON.values(), ids=HANDED_ON)
def test_a_function_hands_on_what_another_one_returns(
    tmp_path: Path, make: t.Any, body: str
) -> None:
    assert hands_on(outer(body, tmp_path), make)


@pytest.mark.parametrize("body", NOT_HANDED_ON.values(), ids=NOT_HANDED_ON)
def test_a_function_returns_something_else(
    tmp_path: Path, make: t.Any, body: str
) -> None:
    assert not hands_on(outer(body, tmp_path), make)


def test_without_source_nothing_proves_that_a_function_hands_on(make: t.Any) -> None:
    assert not hands_on(len, make)
    assert not hands_on(decorated, len)
