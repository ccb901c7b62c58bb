"""What an object holds, and that reading it runs nothing of its class."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import types
import typing as t

import lazy_object_proxy
import pytest
import wrapt
from werkzeug.local import LocalProxy

from flask_prodguard.attributes import attribute_of
from flask_prodguard.attributes import attributes_of
from flask_prodguard.attributes import is_a
from flask_prodguard.attributes import unwrapped


class Thing:
    kind = "thing"

    def __init__(self) -> None:
        self.held = "held"


class Slotted:
    __slots__ = ("held", "never_set")

    def __init__(self) -> None:
        self.held = "held"


class Computed(Thing):
    @property
    def computed(self) -> t.NoReturn:
        raise AssertionError

    def __getattr__(self, name: str) -> t.NoReturn:
        raise AssertionError

    def __getattribute__(self, name: str) -> t.NoReturn:
        raise AssertionError

    @property
    def __class__(self) -> t.Any:
        raise AssertionError

    @__class__.setter
    def __class__(self, kind: object) -> None: ...

    @property
    def __dict__(self) -> t.Any:  # type: ignore[override]
        raise AssertionError


def opens() -> t.NoReturn:
    raise AssertionError("a proxy was resolved")


class Opening:
    """An object that notices every access."""

    def __getattribute__(self, name: str) -> t.NoReturn:
        raise AssertionError


PROXIES: dict[str, t.Callable[[], t.Any]] = {
    "werkzeug": lambda: LocalProxy(opens),
    "lazy-object-proxy": lambda: lazy_object_proxy.Proxy(opens),
    "lazy-object-proxy, written in Python": lambda: pure_lazy_proxy()(opens),
    "wrapt": lambda: wrapt.ObjectProxy(Thing()),
    "wrapt, lazy": lambda: wrapt.LazyObjectProxy(opens),
    "a class of its own": Opening,
    "computed": Computed,
}


def pure_lazy_proxy() -> t.Any:
    return importlib.import_module("lazy_object_proxy.slots").Proxy


@pytest.mark.parametrize("kind", PROXIES)
def test_no_proxy_is_resolved(kind: str) -> None:
    proxy = PROXIES[kind]()

    assert not is_a(proxy, types.FunctionType)
    assert attributes_of(proxy).get("server") is None
    assert attribute_of(proxy, "server") is None
    assert unwrapped(proxy) is proxy


def test_what_an_object_and_its_class_hold_is_found() -> None:
    assert attributes_of(Thing()) == {"held": "held"}
    assert attribute_of(Thing(), "held") == "held"
    assert attribute_of(Thing(), "kind") == "thing"
    assert attribute_of(Slotted(), "held") == "held"
    assert attribute_of(Slotted(), "never_set") is None
    assert attribute_of(Thing(), "absent") is None
    assert attribute_of(Computed(), "held") == "held"
    assert attribute_of(types, "FunctionType") is types.FunctionType
    assert attributes_of(Thing)["kind"] == "thing"
    assert attributes_of(object()) == {}
    assert attributes_of(None) == {}


def test_a_property_is_not_computed() -> None:
    assert attribute_of(Computed(), "computed") is vars(Computed)["computed"]


def test_a_module_that_is_loaded_when_it_is_used_stays_unloaded() -> None:
    spec = importlib.util.find_spec("this")
    assert spec is not None
    assert spec.loader is not None
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    assert attributes_of(module)["__name__"] == "this"
    assert type(module) is not types.ModuleType
    assert "s" not in attributes_of(module)


def test_a_function_is_found_below_its_decorators() -> None:
    def make() -> None: ...

    def decorated(function: t.Any) -> t.Any:
        @functools.wraps(function)
        def wrapper() -> None: ...

        return wrapper

    @wrapt.decorator
    def by_wrapt(*call: t.Any) -> None: ...

    assert unwrapped(decorated(functools.lru_cache(decorated(make)))) is make
    assert unwrapped(by_wrapt(make)) is make
    assert unwrapped(make) is make
    assert unwrapped(None) is None


def test_a_function_that_wraps_itself_ends() -> None:
    def make() -> None: ...

    vars(make)["__wrapped__"] = make

    assert unwrapped(make) is make
