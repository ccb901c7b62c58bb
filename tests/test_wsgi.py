"""Which Flask apps a WSGI callable reaches, and that looking touches nothing."""

from __future__ import annotations

import functools
import logging
import sys
import time
import tracemalloc
import types
import weakref
from collections.abc import Callable
from collections.abc import Iterator
from typing import Any
from unittest import mock
from wsgiref.simple_server import demo_app
from wsgiref.validate import validator

import pytest
from flask import current_app
from flask import Flask
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from werkzeug.debug import DebuggedApplication
from werkzeug.local import LocalProxy
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.http_proxy import ProxyMiddleware
from werkzeug.middleware.lint import LintMiddleware
from werkzeug.middleware.profiler import ProfilerMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.middleware.shared_data import SharedDataMiddleware

from flask_prodguard.wsgi import certain_flask_apps
from flask_prodguard.wsgi import debuggers_around
from flask_prodguard.wsgi import debuggers_by_app
from flask_prodguard.wsgi import flask_apps
from flask_prodguard.wsgi import is_flask_app
from flask_prodguard.wsgi import look_into
from flask_prodguard.wsgi import LOOK_LIMIT
from flask_prodguard.wsgi import OBJECT_COSTS
from flask_prodguard.wsgi import walk

Wrapper = Callable[[Any], Any]

global_app = Flask("global_app")


@pytest.fixture
def app() -> Flask:
    return Flask("shop")


def debuggers(wsgi: object, app: Flask) -> tuple[DebuggedApplication, ...]:
    return tuple(debuggers_by_app((wsgi, app)).get(id(app), ()))


class Middleware:
    def __init__(self, wrapped: Any) -> None:
        self.wrapped = wrapped

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.wrapped(environ, start_response)


class SlottedBase:
    __slots__ = ("never_set", "wrapped")

    def __init__(self, wrapped: Any) -> None:
        self.wrapped = wrapped


class SlottedMiddleware(SlottedBase):
    __slots__ = ("another",)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.wrapped(environ, start_response)


class PrivatelySlottedMiddleware:
    __slots__ = ("__wrapped",)

    def __init__(self, wrapped: Any) -> None:
        self.__wrapped = wrapped

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.__wrapped(environ, start_response)


class Server:
    """Not callable: only its method is."""

    def __init__(self, wrapped: Any) -> None:
        self.wrapped = wrapped

    def handle(self, environ: Any, start_response: Any) -> Any:
        return self.wrapped(environ, start_response)


class SlottedServer:
    __slots__ = ("wrapped",)

    def __init__(self, wrapped: Any) -> None:
        self.wrapped = wrapped

    def handle(self, environ: Any, start_response: Any) -> Any:
        return self.wrapped(environ, start_response)


class Debugger(DebuggedApplication):
    """A project's own debugger."""


class Router(dict[str, Any]):
    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self[environ["PATH_INFO"]](environ, start_response)


def dispatch(wrapped: Any, environ: Any, start_response: Any) -> Any:
    return wrapped(environ, start_response)


def closure(wrapped: Any) -> Any:
    def middleware(environ: Any, start_response: Any) -> Any:
        return wrapped(environ, start_response)

    return middleware


def default_argument(wrapped: Any) -> Any:
    def middleware(environ: Any, start_response: Any, to: Any = wrapped) -> Any:
        return to(environ, start_response)

    return middleware


def keyword_default(wrapped: Any) -> Any:
    def middleware(environ: Any, start_response: Any, *, to: Any = wrapped) -> Any:
        return to(environ, start_response)

    return middleware


def function_attribute(wrapped: Any) -> Any:
    def middleware(environ: Any, start_response: Any) -> Any:
        return vars(middleware)["to"](environ, start_response)

    vars(middleware)["to"] = wrapped
    return middleware


def wraps_only(wrapped: Any) -> Any:
    @functools.wraps(wrapped, updated=())
    def middleware(environ: Any, start_response: Any) -> Any:
        return demo_app(environ, start_response)

    return middleware


def class_made_in_a_function(wrapped: Any) -> Any:
    class Local:
        def __call__(self, environ: Any, start_response: Any) -> Any:
            return wrapped(environ, start_response)

    return Local()


def class_level_call(wrapped: Any) -> Any:
    class Local:
        __call__ = staticmethod(wrapped)

    return Local()


WRAPPERS: dict[str, Wrapper] = {
    "dispatcher default": lambda wrapped: DispatcherMiddleware(wrapped, {}),
    "dispatcher mount": lambda wrapped: DispatcherMiddleware(demo_app, {"/a": wrapped}),
    "proxy fix": ProxyFix,
    "http proxy": lambda wrapped: ProxyMiddleware(wrapped, {}),
    "profiler": ProfilerMiddleware,
    "static files": lambda wrapped: SharedDataMiddleware(wrapped, {"/s": "/nowhere"}),
    "lint": LintMiddleware,
    "debugger": DebuggedApplication,
    "debugger subclass": Debugger,
    "wsgiref validator": validator,
    "middleware": Middleware,
    "slots": SlottedMiddleware,
    "private slots": PrivatelySlottedMiddleware,
    "bound method": lambda wrapped: Server(wrapped).handle,
    "bound method, slots": lambda wrapped: SlottedServer(wrapped).handle,
    "bound __call__": lambda wrapped: Middleware(wrapped).__call__,
    "bound to the app": lambda wrapped: types.MethodType(dispatch, wrapped),
    "bound function": lambda wrapped: types.MethodType(closure(wrapped), Server(None)),
    "partial": lambda wrapped: functools.partial(dispatch, wrapped),
    "partial function": lambda wrapped: functools.partial(wrapped),
    "partial keyword": lambda wrapped: functools.partial(dispatch, wrapped=wrapped),
    "lru cache": lambda wrapped: functools.lru_cache(closure(wrapped)),
    "lambda": lambda wrapped: lambda environ, start: wrapped(environ, start),
    "closure": closure,
    "default": default_argument,
    "keyword default": keyword_default,
    "function attribute": function_attribute,
    "functools.wraps": wraps_only,
    "class made in a function": class_made_in_a_function,
    "class-level __call__": class_level_call,
    "mock that wraps": lambda wrapped: mock.Mock(wraps=wrapped),
    "list": lambda wrapped: [demo_app, [wrapped]],
    "tuple": lambda wrapped: (demo_app, (wrapped,)),
    "set": lambda wrapped: Middleware({demo_app, closure(wrapped)}),
    "frozenset": lambda wrapped: Middleware(frozenset([closure(wrapped)])),
    "dict": lambda wrapped: Middleware({"a": {"b": wrapped}}),
    "dict subclass": lambda wrapped: Router(a=wrapped),
}

# A list can be looked into, but not called, wrapped or assigned to ``wsgi_app``.
CALLABLE_WRAPPERS = [
    wrap for name, wrap in WRAPPERS.items() if name not in {"list", "tuple"}
]


@pytest.mark.parametrize("wrap", WRAPPERS.values(), ids=WRAPPERS)
@pytest.mark.parametrize("entry", ["app", "app.wsgi_app"])
def test_a_wrapped_app_is_reached(app: Flask, wrap: Wrapper, entry: str) -> None:
    wrapped = app if entry == "app" else app.wsgi_app

    assert flask_apps(wrap(wrapped)) == (app,)


@pytest.mark.parametrize("wrap", CALLABLE_WRAPPERS)
def test_what_is_assigned_to_wsgi_app_is_followed(app: Flask, wrap: Wrapper) -> None:
    inner = Flask("inner")
    app.wsgi_app = wrap(inner)  # type: ignore[method-assign]

    assert flask_apps(app) == (app, inner)


@given(st.lists(st.sampled_from(CALLABLE_WRAPPERS), max_size=12), st.booleans())
@settings(deadline=None)
def test_any_composition_of_wrappers_reaches_exactly_its_app(
    wrappers: list[Wrapper], assigned: bool
) -> None:
    app = Flask("shop")
    composed: Any = app.wsgi_app

    for wrap in wrappers:
        composed = wrap(composed)

    if assigned:
        app.wsgi_app = composed  # type: ignore[method-assign]
        composed = app

    reached = list(walk(composed))
    assert flask_apps(composed) == (app,)
    assert reached[0] is composed
    assert len({id(found) for found in reached}) == len(reached)


def test_an_app_reaches_itself(app: Flask) -> None:
    assert flask_apps(app) == (app,)
    assert flask_apps(app.wsgi_app) == (app,)


SURE_WRAPPERS = (
    "dispatcher default",
    "dispatcher mount",
    "proxy fix",
    "http proxy",
    "profiler",
    "static files",
    "lint",
    "debugger",
    "debugger subclass",
    "list",
    "tuple",
)


@pytest.mark.parametrize("name", WRAPPERS)
@pytest.mark.parametrize("entry", ["app", "app.wsgi_app"])
def test_only_werkzeugs_middleware_is_certain_to_serve_what_it_holds(
    app: Flask, name: str, entry: str
) -> None:
    wrapped = app if entry == "app" else app.wsgi_app

    certain = certain_flask_apps(WRAPPERS[name](wrapped))

    assert certain == ((app,) if name in SURE_WRAPPERS else ())


def test_an_app_is_certain_to_serve_itself_and_what_it_dispatches_to(
    app: Flask,
) -> None:
    other = Flask("other")
    app.wsgi_app = DispatcherMiddleware(  # type: ignore[method-assign]
        app.wsgi_app, {"/other": other, "/looks": Middleware(Flask("held"))}
    )

    assert certain_flask_apps(app) == (app, other)
    assert certain_flask_apps(app.wsgi_app) == (app, other)
    assert certain_flask_apps(app.__call__) == (app, other)
    assert certain_flask_apps(DebuggedApplication(app).debug_application) == (
        app,
        other,
    )


def test_a_metrics_page_of_the_app_itself_is_not_certain_to_serve_it() -> None:
    class Shop(Flask):
        def metrics(self, environ: Any, start_response: Any) -> Any:
            return [self.name.encode()]

    shop = Shop("shop")

    assert certain_flask_apps(shop.metrics) == ()
    assert flask_apps(shop.metrics) == (shop,)


def test_an_app_and_its_methods_are_distinguished_from_what_wraps_them(
    app: Flask,
) -> None:
    assert is_flask_app(app)
    assert is_flask_app(app.wsgi_app)
    assert not is_flask_app(ProxyFix(app))
    assert not is_flask_app(Server(app).handle)
    assert not is_flask_app(None)


def test_an_app_of_a_subclass_is_reached() -> None:
    class Shop(Flask):
        pass

    shop = Shop("shop")

    assert flask_apps(ProxyFix(shop.wsgi_app)) == (shop,)


def test_a_subclass_may_decorate_wsgi_app(app: Flask) -> None:
    class Shop(Flask):
        wsgi_app = closure(app)

    shop = Shop("shop")

    assert flask_apps(shop) == (shop, app)


def test_a_dispatcher_is_followed_to_every_mounted_app(app: Flask) -> None:
    mounted = [Flask(f"mounted{number}") for number in range(1000)]
    dispatcher = DispatcherMiddleware(
        app, {f"/{each.name}": ProxyFix(each.wsgi_app) for each in mounted}
    )

    assert flask_apps(dispatcher) == (app, *mounted)


def test_an_app_that_dispatches_to_another_reaches_both(app: Flask) -> None:
    other = Flask("other")
    app.wsgi_app = DispatcherMiddleware(  # type: ignore[method-assign]
        app.wsgi_app, {"/other": other}
    )

    assert flask_apps(app) == (app, other)
    assert flask_apps(other) == (other,)


def test_an_app_reached_in_two_ways_counts_once(app: Flask) -> None:
    assert flask_apps([app, ProxyFix(app), app.wsgi_app, app.wsgi_app]) == (app,)


def test_the_middleware_of_flask_socketio_is_followed(app: Flask) -> None:
    flask_socketio = pytest.importorskip("flask_socketio")
    flask_socketio.SocketIO(app, async_mode="threading")

    assert vars(app)["wsgi_app"].flask_app is app
    assert flask_apps(vars(app)["wsgi_app"]) == (app,)


def test_a_dict_subclass_is_followed_to_its_attributes_too(app: Flask) -> None:
    router = Router()
    router.fallback = app  # type: ignore[attr-defined]

    assert flask_apps(router) == (app,)


def test_walking_yields_the_callables_nearest_first(app: Flask) -> None:
    fixed = ProxyFix(ProxyFix(demo_app))
    outer = DispatcherMiddleware(fixed, {"/": app})

    reached = list(walk(outer))

    assert reached[0] is outer
    assert reached.index(fixed) < reached.index(app) < reached.index(demo_app)
    assert all(callable(found) for found in reached)


@pytest.mark.parametrize("root", [None, 0, "app", object(), [], {}])
def test_walking_yields_what_it_was_given_first(root: object) -> None:
    assert list(walk(root)) == [root]


# What reaches nothing


def test_a_metrics_function_that_mentions_a_global_app_does_not_reach_it() -> None:
    def metrics(environ: Any, start_response: Any) -> Any:
        return [global_app.name]

    assert flask_apps(metrics) == ()


def test_a_metrics_function_does_not_reach_what_its_registry_knows(app: Flask) -> None:
    registry = Server(app)

    def metrics(environ: Any, start_response: Any) -> Any:
        return [repr(registry)]

    assert flask_apps(metrics) == ()


@pytest.mark.parametrize(
    "unrelated",
    [
        demo_app,
        validator(demo_app),
        lambda environ, start_response: [],
        mock.Mock(),
        mock.MagicMock(spec=Flask),
        ProxyMiddleware(demo_app, {"/": {"target": "http://127.0.0.1:5000/"}}),
        DebuggedApplication(demo_app),
    ],
)
def test_a_server_without_an_app_reaches_none(unrelated: object) -> None:
    assert flask_apps(unrelated) == ()


def test_a_test_double_does_not_reach_the_app_it_was_called_with(app: Flask) -> None:
    double = mock.Mock()
    double(app)

    assert flask_apps(double) == ()


def test_another_app_reaches_only_itself(app: Flask) -> None:
    other = Flask("other")
    other.config["MAIN_APP"] = app
    other.extensions["gateway"] = Middleware(app)
    other.add_url_rule("/", view_func=lambda: app.name)

    assert flask_apps(other) == (other,)
    assert flask_apps(other.wsgi_app) == (other,)


def dead_ends(app: Flask) -> Iterator[Any]:
    logger = logging.Logger("logger")
    logger.addFilter(lambda record: bool(app))
    yield logger
    yield logger.error

    module = types.ModuleType("module")
    vars(module)["app"] = app
    yield module

    yield type("Holder", (), {"app": app})
    yield type("Holder", (), {"app": app, "make": classmethod(dispatch)}).make  # type: ignore[attr-defined]

    yield weakref.ref(app)
    yield weakref.proxy(app)
    yield weakref.proxy(Server(app))
    yield weakref.ref(demo_app, closure(app))


def test_a_dead_end_is_not_followed(app: Flask) -> None:
    for dead_end in dead_ends(app):
        assert flask_apps(Middleware(dead_end)) == ()
        assert flask_apps(Middleware([dead_end])) == ()


def test_a_dead_end_is_not_followed_at_the_start_either(app: Flask) -> None:
    for dead_end in dead_ends(app):
        assert flask_apps(dead_end) == ()


def test_an_object_that_is_not_callable_is_followed_only_at_the_start(
    app: Flask,
) -> None:
    assert flask_apps(Server(app)) == (app,)
    assert flask_apps(Middleware(Server(app))) == ()


def test_a_dead_end_is_not_yielded() -> None:
    middleware = Middleware(demo_app)
    unfollowed: list[Any] = [
        Middleware,
        LocalProxy(lambda: middleware),
        weakref.ref(middleware),
        weakref.proxy(middleware),
    ]

    assert list(walk(unfollowed)) == [unfollowed]


def test_the_slot_functions_of_the_interpreter_are_not_yielded() -> None:
    partial = functools.partial(demo_app)

    assert list(walk(partial)) == [partial, demo_app]


def test_a_local_proxy_is_not_followed_to_its_function(app: Flask) -> None:
    assert flask_apps(LocalProxy(lambda: app)) == ()
    assert flask_apps(Middleware(LocalProxy(lambda: app))) == ()


def proxied() -> list[Any]:
    proxy: Any = current_app
    return [proxy, Middleware(proxy), types.MethodType(demo_app, proxy)]


def test_an_unbound_local_proxy_is_not_followed() -> None:
    assert [flask_apps(each) for each in proxied()] == [(), (), ()]


def test_a_bound_local_proxy_is_not_followed_either(app: Flask) -> None:
    with app.app_context():
        assert [flask_apps(each) for each in proxied()] == [(), (), ()]


@pytest.mark.parametrize("kind", [list, tuple, set, frozenset])
def test_a_container_that_may_compute_its_items_is_not_iterated(
    app: Flask, kind: Any
) -> None:
    subclass = type("Lazy", (kind,), {"__iter__": None})

    assert flask_apps(Middleware(subclass([app]))) == ()


@pytest.mark.parametrize("kind", [list, set])
def test_the_attributes_of_such_a_container_are_followed(app: Flask, kind: Any) -> None:
    steps = type("Steps", (kind,), {})()
    steps.fallback = app

    assert flask_apps(Middleware(steps)) == (app,)


# What looking never does


class Tripwire:
    """Notices everything that runs its code."""

    touched: list[str] = []  # noqa: RUF012

    def __init__(self, wrapped: Any) -> None:
        object.__setattr__(self, "wrapped", wrapped)

    def __call__(self, *args: Any) -> Any:
        raise self._touch("call")

    def __getattribute__(self, name: str) -> Any:
        raise Tripwire._touch(self, f"getattribute {name}")

    def __getattr__(self, name: str) -> Any:
        raise Tripwire._touch(self, f"getattr {name}")

    def __eq__(self, other: object) -> bool:
        raise Tripwire._touch(self, "eq")

    def __hash__(self) -> int:
        raise Tripwire._touch(self, "hash")

    def __bool__(self) -> bool:
        raise Tripwire._touch(self, "bool")

    def __iter__(self) -> Any:
        raise Tripwire._touch(self, "iter")

    def __len__(self) -> int:
        raise Tripwire._touch(self, "len")

    def __repr__(self) -> str:
        return "a tripwire"

    @property
    def app(self) -> Any:
        raise Tripwire._touch(self, "property")

    def _touch(self, what: str) -> Exception:
        Tripwire.touched.append(what)
        return RuntimeError(what)


class MetaTripwire(type):
    """The same for a class."""

    @property
    def __mro__(cls) -> Any:
        raise RuntimeError

    @property  # type: ignore[misc]
    def __dict__(cls) -> Any:  # type: ignore[override]
        raise RuntimeError

    def __eq__(cls, other: object) -> bool:
        raise RuntimeError

    def __hash__(cls) -> int:
        raise RuntimeError


def test_no_foreign_code_runs(app: Flask) -> None:
    Tripwire.touched.clear()
    tripwire = Tripwire(app)

    assert flask_apps([tripwire, tripwire]) == (app,)
    assert flask_apps(Middleware({"a": tripwire})) == (app,)
    assert debuggers(tripwire, app) == ()
    assert Tripwire.touched == []


def test_an_odd_metaclass_is_not_called(app: Flask) -> None:
    middleware: Any = types.new_class("Odd", (Middleware,), {"metaclass": MetaTripwire})

    assert flask_apps(middleware(app)) == (app,)


def test_a_dict_that_computes_its_values_is_not_read(app: Flask) -> None:
    class Lazy(Router):
        def values(self) -> Any:
            raise RuntimeError

        def __iter__(self) -> Any:
            raise RuntimeError

    assert flask_apps(Lazy(a=app)) == (app,)


def test_a_dict_property_that_raises_is_not_evidence(app: Flask) -> None:
    class Odd:
        @property
        def __dict__(self) -> Any:  # type: ignore[override]
            raise RuntimeError

        def __call__(self, environ: Any, start_response: Any) -> Any: ...

    class OddMiddleware(Middleware, Odd):
        pass

    odd = Odd()

    assert list(walk([odd]))[1:] == [odd, Odd.__call__]
    assert flask_apps(OddMiddleware(app)) == (app,)


@pytest.mark.parametrize(
    "descriptor",
    [type.__dict__["__dict__"], BaseException.__dict__["args"]],
    ids=["raises", "is no dict"],
)
def test_a_dict_that_cannot_be_read_is_not_evidence(
    app: Flask, descriptor: object
) -> None:
    members = {"__dict__": descriptor, "__call__": demo_app}
    odd: Any = type("Odd", (Exception,), members)

    assert flask_apps(odd(app)) == ()
    assert flask_apps([odd(app), app]) == (app,)


def test_an_unset_slot_and_an_empty_cell_hide_nothing_else(app: Flask) -> None:
    def middleware(environ: Any, start_response: Any) -> Any:
        return missing, app

    missing = None
    cells = (types.CellType(app), types.CellType())
    with_empty_cell = types.FunctionType(
        middleware.__code__, {}, closure=tuple(reversed(cells))
    )

    assert flask_apps(with_empty_cell) == (app,)
    assert flask_apps(SlottedMiddleware(app)) == (app,)


# How far it looks


def test_a_structure_that_contains_itself_ends(app: Flask) -> None:
    middleware = Middleware(None)
    ring: list[Any] = [middleware, app]
    ring.append(ring)
    middleware.wrapped = {"ring": ring, "self": middleware, "call": middleware.__call__}
    app.wsgi_app = middleware  # type: ignore[method-assign]

    assert flask_apps(ring) == (app,)
    assert flask_apps(app) == (app,)


def nested(app: Flask, depth: int, wrap: Wrapper) -> Any:
    wsgi: Any = app

    for _ in range(depth):
        wsgi = wrap(wsgi)

    return wsgi


@pytest.mark.parametrize("wrap", [Middleware, functools.partial(types.MethodType, id)])
def test_an_app_below_thousands_of_middlewares_is_reached(
    app: Flask, wrap: Wrapper
) -> None:
    assert flask_apps(nested(app, 5000, wrap)) == (app,)


OBJECT_LIMIT = LOOK_LIMIT // OBJECT_COSTS


@pytest.mark.parametrize("wrap", [Middleware, closure])
def test_looking_ends_at_the_limit(app: Flask, wrap: Wrapper) -> None:
    reached = walk(nested(app, OBJECT_LIMIT * 2, wrap))

    assert OBJECT_LIMIT * 0.9 < len(reached) <= OBJECT_LIMIT


def test_a_huge_container_does_not_exceed_the_limit(app: Flask) -> None:
    mounts = [closure(number) for number in range(OBJECT_LIMIT * 2)]

    reached = walk(Middleware([app, *mounts]))

    assert len(reached) < OBJECT_LIMIT
    assert app in reached
    assert flask_apps([app, *range(LOOK_LIMIT)]) == (app,)
    assert flask_apps([*range(LOOK_LIMIT), app]) == ()


def test_a_huge_container_leaves_enough_to_follow_what_it_holds(app: Flask) -> None:
    routes = [("/", app), *range(LOOK_LIMIT * 2)]

    assert flask_apps(Middleware(routes)) == (app,)


def test_no_more_is_copied_of_a_container_than_may_be_looked_at() -> None:
    data = [None] * 5_000_000

    tracemalloc.start()
    look_into(Middleware(data))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < sys.getsizeof(data) / 4


ROWS = 2_000


class Vector(list[float]):
    """A list that may compute its items."""


# Much more than may be looked at, and what replaces it.
DATA: dict[str, Callable[[], object]] = {
    "lists of numbers": lambda: [[1.0] * 768 for _ in range(ROWS)],
    "dictionaries of numbers": lambda: {
        row: dict.fromkeys(range(500), 0.5) for row in range(ROWS)
    },
    "lists of lists of lists": lambda: [
        [[[1.0] * 10 for _ in range(20)] for _ in range(20)] for _ in range(20)
    ],
    "numbers": lambda: [*range(1_000_000)],
    "texts": lambda: {str(each): "text" * 20 for each in range(300_000)},
    "pairs": lambda: [(each, each) for each in range(300_000)],
    "objects": lambda: [Server(None) for _ in range(200_000)],
    "subclasses of list": lambda: [Vector([1.0] * 50) for _ in range(20_000)],
    "records": lambda: [{"id": each, "tags": ["a", "b"]} for each in range(20_000)],
    "functions": lambda: [closure(each) for each in range(20_000)],
}


@pytest.mark.parametrize("kind", DATA)
def test_data_hides_nothing_and_costs_next_to_nothing(app: Flask, kind: str) -> None:
    data = DATA[kind]()
    before = Middleware(Middleware([("/", {"GET": [Middleware(app)]})]))
    before.table = data  # type: ignore[attr-defined]
    behind = {"table": data, "routes": [("/", [DebuggedApplication(before)])]}
    middleware = Middleware(behind)

    start = time.process_time()
    reached = look_into(middleware)
    seconds = time.process_time() - start

    assert reached.apps == (app,)
    assert len(reached.debuggers_around(app)) == 1
    # Ten times what it takes, or where lines are counted, what takes much longer.
    # Unbounded, most of these take seconds.
    assert seconds < (0.4 if sys.gettrace() is None else 4.0)


def test_a_thousand_mounts_next_to_data_are_reached(app: Flask) -> None:
    mounted = [Flask(f"mounted{number}") for number in range(1000)]
    middleware = Middleware(
        [(each.name, DebuggedApplication(each)) for each in mounted]
    )
    middleware.table = DATA["dictionaries of numbers"]()  # type: ignore[attr-defined]

    reached = look_into(middleware)

    assert reached.apps == tuple(mounted)
    assert all(len(reached.debuggers_around(each)) == 1 for each in mounted)


# Debuggers


@pytest.mark.parametrize("kind", [DebuggedApplication, Debugger])
def test_a_debugger_around_the_app_is_found(
    app: Flask, kind: type[DebuggedApplication]
) -> None:
    around_app = kind(app, evalex=True)
    around_wsgi_app = kind(ProxyFix(app.wsgi_app))

    assert debuggers(around_app, app) == (around_app,)
    assert debuggers(ProxyFix(around_wsgi_app), app) == (around_wsgi_app,)
    assert debuggers(around_app.debug_application, app) == (around_app,)


def test_a_debugger_inside_the_app_is_found_from_anywhere(app: Flask) -> None:
    debugger = DebuggedApplication(app.wsgi_app)
    app.wsgi_app = debugger  # type: ignore[method-assign]

    assert debuggers(app, app) == (debugger,)
    assert debuggers(demo_app, app) == (debugger,)
    assert debuggers(None, app) == (debugger,)
    assert debuggers_around(app) == (debugger,)


def test_a_debugger_around_the_app_is_none_that_the_app_itself_holds(
    app: Flask,
) -> None:
    DebuggedApplication(app)

    assert debuggers_around(app) == ()


def test_every_debugger_is_found_once(app: Flask) -> None:
    inner = DebuggedApplication(app.wsgi_app)
    app.wsgi_app = inner  # type: ignore[method-assign]
    outer = DebuggedApplication(app)

    assert debuggers(outer, app) == (outer, inner)


def test_a_debugger_around_another_app_does_not_count(app: Flask) -> None:
    other = Flask("other")
    debugger = DebuggedApplication(other)
    dispatcher = DispatcherMiddleware(app, {"/other": debugger})

    assert debuggers(dispatcher, app) == ()
    assert debuggers(dispatcher, other) == (debugger,)


def test_looking_for_debuggers_does_not_import_them(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "werkzeug.debug")

    assert debuggers(app, app) == ()
    assert "werkzeug.debug" not in sys.modules


def test_a_replaced_debugger_is_not_evidence(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("werkzeug.debug.DebuggedApplication", mock.Mock())

    assert debuggers(app, app) == ()
