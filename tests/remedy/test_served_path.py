from __future__ import annotations

import sys
import typing as t
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask
from werkzeug.debug import DebuggedApplication
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from flask_prodguard.judging.launch import ImportPath
from flask_prodguard.remedy import served_path
from flask_prodguard.remedy.served_path import find_served_path
from flask_prodguard.remedy.served_path import layers_left_out

SOURCE = """
app = Flask("zz_shop")
mounts = DispatcherMiddleware(Flask("root"), {"/shop": app})
debugged = DebuggedApplication(app)
class Console(DebuggedApplication):
    pass
console = Console(app)
other = ProxyFix(Flask("other"))
"""
APP = ImportPath("zz_shop", "app")
MOUNTS = ImportPath("zz_shop", "mounts", flask_app=APP)


class Shop(t.NamedTuple):
    """A module, and how its objects are imported."""

    names: dict[str, t.Any]
    folder: Path

    def path(self, served: object) -> ImportPath:
        app = self.names["app"]
        return find_served_path(app, None, served, cwd=str(self.folder))


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    module = ModuleType("zz_shop")
    module.__file__ = str(tmp_path / "zz_shop.py")
    Path(module.__file__).write_text(SOURCE)
    monkeypatch.setitem(sys.modules, "zz_shop", module)
    middleware = (DebuggedApplication, DispatcherMiddleware, Flask, ProxyFix)
    vars(module).update({each.__name__: each for each in middleware})
    exec(compile(SOURCE, module.__file__, "exec"), vars(module))
    return Shop(vars(module), tmp_path)


def test_middleware_with_a_name_is_imported_and_the_app_developed(shop: Shop) -> None:
    assert shop.path(shop.names["mounts"]) == MOUNTS


def test_the_outermost_middleware_with_a_name_is_imported(shop: Shop) -> None:
    assert shop.path(ProxyFix(shop.names["mounts"])) == MOUNTS


def test_what_a_debugger_wraps_is_imported_without_it(shop: Shop) -> None:
    assert shop.path(DebuggedApplication(shop.names["mounts"])) == MOUNTS
    assert shop.path(shop.names["debugged"]) == APP
    assert shop.path(shop.names["console"]) == APP


def test_middleware_that_only_a_script_makes_has_to_move(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = ProxyFix(shop.names["app"])
    script = ModuleType("__main__")
    file = shop.folder / "serve.py"
    file.write_text("if __name__ == '__main__':\n    mounts = ProxyFix(app)\n")
    vars(script).update(__file__=str(file), mounts=mounts, computed=mounts)
    monkeypatch.setitem(sys.modules, "__main__", script)
    found = shop.path(mounts)
    assert str(found) == "serve:mounts"
    assert found.notes[0].startswith("`mounts` is created under")
    assert found.flask_app == APP
    file.write_text("globals()['mounts'] = ProxyFix(app)\n")
    assert shop.path(mounts) == APP


@pytest.mark.parametrize("served", ["app", "other"])
def test_else_the_app_is_imported(shop: Shop, served: str) -> None:
    assert shop.path(shop.names[served]) == APP


def test_where_it_is_unknown_what_was_served_the_app_is_imported(shop: Shop) -> None:
    assert shop.path(None) == APP


def test_a_search_that_fails_finds_the_app(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop.folder)
    origin: t.Any = object()
    found = served_path.find_served_path(
        shop.names["app"], origin, shop.names["mounts"]
    )
    assert str(found).endswith(":app")


def test_if_nothing_is_known_about_what_is_served_nothing_is_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise AssertionError

    monkeypatch.setattr(served_path, "walk", fail)
    monkeypatch.setattr(served_path, "find_global_path", fail)

    assert find_served_path(Flask("zz_shop"), None, None).attribute == "app"


def test_middleware_without_a_name_is_left_out(shop: Shop) -> None:
    app = shop.names["app"]

    def left_out(served: object) -> list[str]:
        return layers_left_out(app, None, served)

    assert left_out(app) == left_out(shop.names["debugged"]) == []
    assert left_out(ProxyFix(app)) == ["ProxyFix"]
    assert left_out(ProxyFix(shop.names["mounts"])) == ["ProxyFix"]
    nested = DispatcherMiddleware(ProxyFix(app), {})
    assert left_out(nested) == ["DispatcherMiddleware", "ProxyFix"]
