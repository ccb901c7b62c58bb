"""Whatever is configured, set and served: nothing but a refusal comes of the guard, and
whatever it asks of something else may fail.

The examples are few, unless ``nox -s containment`` asks for many.
"""

from __future__ import annotations

import os
import sys
import typing as t
from pathlib import Path
from unittest import mock

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from werkzeug.debug import DebuggedApplication
from werkzeug.local import LocalProxy
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.serving import BaseWSGIServer
from werkzeug.test import EnvironBuilder

import flask_prodguard
from flask_prodguard import ConfigError
from flask_prodguard import ProdGuard
from flask_prodguard import UnsafeLaunchError
from flask_prodguard.config.keys import KEYS
from flask_prodguard.guard import hooks

MANY = int(os.environ.get("PRODGUARD_EXAMPLES", "0"))
EXAMPLES = MANY or 10
#: Of the calls that may fail, each so many is tried.
STEP = 37
PACKAGE = str(Path(flask_prodguard.__file__).parent)

WORDS = st.sampled_from(
    (
        *("", "1", "0", "true", "false", "log", "raise", "serve", "production"),
        *("0.0.0.0", "development", "PG101", "web.1", "[", '["a"]', "'log'"),
        *("\x00", "\ud800", "\U0001f4a5"),
    )
)
TEXTS = WORDS | st.text(max_size=8)
NAMES = st.sampled_from(
    [key.name for key in KEYS]
    + ["PRODGUARD_ACTON", "SERVER_NAME", "DEBUG", "TESTING", "SECRET_KEY"]
)
VARIABLES = st.sampled_from(
    [key.variable for key in KEYS]
    + ["FLASK_ENV", "APP_ENV", "DYNO", "CI", "PORT", "FLASK_DEBUG", "PYTHONPATH"]
    + ["KUBERNETES_SERVICE_HOST", "K_SERVICE", "OTEL_RESOURCE_ATTRIBUTES", "ENV"]
)


def fails(*_: object, **__: object) -> t.NoReturn:
    raise RuntimeError


class Odd:
    """Fails at whatever is asked of it."""

    __getattr__ = __repr__ = __bool__ = __iter__ = __len__ = __eq__ = __call__ = fails
    __hash__ = None  # type: ignore[assignment]


VALUES: st.SearchStrategy[t.Any] = st.one_of(
    TEXTS,
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.binary(max_size=4),
    st.lists(TEXTS, max_size=3),
    st.sets(TEXTS, max_size=3),
    st.builds(Odd),
    st.builds(lambda: LocalProxy(fails)),
)


def middleware(wsgi: t.Any, data: object = None) -> t.Any:
    return lambda environ, start_response: wsgi(environ, start_response)


SHAPES: st.SearchStrategy[t.Callable[[t.Any], t.Any]] = st.sampled_from(
    [
        ProxyFix,
        DebuggedApplication,
        middleware,
        lambda wsgi: DispatcherMiddleware(wsgi, {"/other": wsgi}),
        lambda wsgi: DispatcherMiddleware(Odd(), {"/": wsgi}),
        lambda wsgi: middleware(wsgi, [[1.0] * 100] * 100),
        lambda wsgi: DebuggedApplication(wsgi, evalex=True),
    ]
)
ENVIRONS = st.dictionaries(
    st.sampled_from(["SERVER_NAME", "HTTP_HOST", "HTTP_VIA", "SERVER_PROTOCOL"])
    | st.sampled_from(["gunicorn.socket", "REMOTE_ADDR", "wsgi.input"]),
    TEXTS | st.builds(Odd),
    max_size=4,
)


def answer(wsgi: t.Any, environ: t.Mapping[str, t.Any]) -> object:
    """What a page answers under a server, or how it fails."""
    asked = {**EnvironBuilder("/").get_environ(), **environ}
    statuses: list[str] = []
    try:
        body = b"".join(wsgi(asked, lambda status, *_: statuses.append(status)))
    except Exception:
        return "failed"
    # A debugger shows a page, and a server another one.
    return "failed" if statuses[0].startswith("500") else (statuses, body)


def served(
    is_guarded: bool,
    config: t.Mapping[str, t.Any],
    shapes: t.Iterable[t.Callable[[t.Any], t.Any]],
    environ: t.Mapping[str, t.Any],
) -> object:
    app = Flask("shop")
    app.config.from_mapping(config)
    app.get("/")(lambda: "ok")
    if is_guarded:
        ProdGuard(app)
    wsgi: t.Any = app
    for shape in shapes:
        wsgi = shape(wsgi)
    return [answer(wsgi, environ) for _ in range(2)]


@pytest.fixture(autouse=True)
def _unbound(environ: dict[str, str]) -> t.Iterator[None]:
    with mock.patch.object(BaseWSGIServer, "server_bind", side_effect=OSError):
        yield
    hooks.remove()


FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(
    st.dictionaries(NAMES, VALUES, max_size=4),
    st.dictionaries(
        VARIABLES, st.text("abc01.:/[", max_size=6) | st.just("production")
    ),
    st.lists(SHAPES, max_size=4),
    ENVIRONS,
)
@FUZZ
def test_pages_answer_as_without_the_guard(
    environ: dict[str, str],
    config: dict[str, t.Any],
    variables: dict[str, str],
    shapes: list[t.Any],
    asked: dict[str, t.Any],
) -> None:
    environ.clear()
    environ.update(variables)
    hooks.remove()

    bare = served(False, config, shapes, asked)
    guarded = served(True, config, shapes, asked)

    assert guarded == bare


@given(
    st.dictionaries(NAMES, VALUES, max_size=4),
    st.dictionaries(
        VARIABLES, st.text("abc01.:/[", max_size=6) | st.just("production")
    ),
    st.dictionaries(
        st.sampled_from(["host", "port", "debug", "threaded", "ssl_context"]), VALUES
    ),
)
@FUZZ
def test_a_start_is_refused_or_goes_on_as_without_the_guard(
    environ: dict[str, str],
    config: dict[str, t.Any],
    variables: dict[str, str],
    options: dict[str, t.Any],
) -> None:
    environ.clear()
    environ.update(variables)
    hooks.remove()

    ends: list[object] = []
    for is_guarded in (False, True):
        app = Flask("shop")
        app.config.from_mapping(config)
        if is_guarded:
            ProdGuard(app)
        try:
            app.run(**{"use_reloader": False, **options})
            ends.append(None)
        except (ConfigError, UnsafeLaunchError):
            ends.append("refused")
        except (Exception, SystemExit) as error:
            ends.append(type(error))

    bare, guarded = ends
    assert guarded in ("refused", bare)


class InjectedError(Exception):
    """What a call raises in place of what it would have returned."""


class Injector:
    """Makes the call fail that the guard makes to something else as the n-th."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.made = 0
        self.failed = ""

    def __call__(self, frame: t.Any, event: str, argument: t.Any) -> None:
        if event == "call":
            caller, callee = frame.f_back, frame.f_code.co_filename
        elif event == "c_call":
            caller, callee = frame, ""
        else:
            return
        if caller is None or callee.startswith(PACKAGE) or not _may_fail(caller):
            return
        self.made += 1
        if self.made == self.number:
            sys.setprofile(None)
            name = Path(caller.f_code.co_filename).name
            self.failed = f"{name}:{caller.f_lineno}"
            raise InjectedError


# What holds failures back does not fail itself, and what it calls is the program's.
BOUNDARIES = frozenset(
    {"wrapper", "_bound", "app_run", "server_init", "server_serves", "server_answers"}
    | {"debugger_init", "debugger_called", "debugger_shows", "first_request"}
    | {"__enter__", "__exit__", "start_under_way", "answer_under_way", "forget"}
)
# One that can't be read is no evidence: then it is as if nothing was there.
BLIND = frozenset({"attributes.py", "wsgi.py", "containment.py", "log.py"})


def _may_fail(caller: t.Any) -> bool:
    code = caller.f_code
    return (
        code.co_filename.startswith(PACKAGE)
        and code.co_name not in BOUNDARIES
        and Path(code.co_filename).name not in BLIND
    )


def _guarded() -> Flask:
    app = Flask("shop")
    app.debug = True
    ProdGuard(app)
    app.get("/")(lambda: "ok")
    return app


def _guards(inject: t.Callable[[], None]) -> None:
    app = Flask("shop")
    inject()
    ProdGuard(app)


def _serves(inject: t.Callable[[], None]) -> None:
    app = _guarded()
    inject()
    assert answer(app, {}) == (["200 OK"], b"ok")


def _debugs(inject: t.Callable[[], None]) -> None:
    app = _guarded()
    app.get("/fails")(fails)
    inject()
    wsgi = DebuggedApplication(app, evalex=True)
    assert answer(wsgi, {}) == (["200 OK"], b"ok")
    sys.setprofile(None)
    # An error goes on to the server: there is no page with a console.
    assert answer(wsgi, {"PATH_INFO": "/fails"}) == "failed"


def _starts(inject: t.Callable[[], None]) -> None:
    app = _guarded()
    inject()
    with pytest.raises(UnsafeLaunchError, match="PG101"):
        app.run(use_reloader=False)


@pytest.mark.skipif(not MANY, reason="it takes minutes: nox -s containment")
@pytest.mark.parametrize("act", [_guards, _serves, _debugs, _starts])
def test_any_call_may_fail(act: t.Any, environ: dict[str, str]) -> None:
    environ["FLASK_ENV"] = "production"
    # What is imported once is imported here.
    act(lambda: None)
    number = 1
    while True:
        injector = Injector(number)
        inject = lambda: sys.setprofile(injector)  # noqa: B023, E731
        try:
            act(inject)
        except BaseException as error:
            sys.setprofile(None)
            raise AssertionError(f"{act.__name__}: {injector.failed}") from error
        finally:
            sys.setprofile(None)
        if not injector.failed:
            break
        number += STEP
    assert number > 1
