"""Whatever is configured, set and served: the guard raises nothing but a refusal, and
whatever it calls may fail.

The examples are few, unless ``nox -s containment`` asks for many.
"""

from __future__ import annotations

import os
import typing as t
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

from flask_prodguard import ConfigError
from flask_prodguard import ProdGuard
from flask_prodguard import UnsafeLaunchError
from flask_prodguard.config.keys import KEYS
from flask_prodguard.guard import hooks

EXAMPLES = int(os.environ.get("PRODGUARD_EXAMPLES", "10"))

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
    """Fails at everything."""

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
def test_a_start_is_refused_or_continues_as_without_the_guard(
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
