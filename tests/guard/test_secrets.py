"""Whatever shows a refusal with the locals of its frames shows no secret."""

from __future__ import annotations

import io
import pickle
import traceback
import typing as t
from types import FrameType

import loguru
import pytest
import rich.console
import rich.traceback
import sentry_sdk.transport
import sentry_sdk.utils
from flask import cli
from flask import Flask
from werkzeug.serving import make_server
from werkzeug.serving import run_simple

from flask_prodguard import ConfigError
from flask_prodguard import ProdGuard
from flask_prodguard import UnsafeLaunchError

SECRETS = {
    "STRIPE_KEY": "stripe-4eC39HqLyjWDarjtT1zdp7dc",
    "DATABASE_URL": "postgres://shop:hunter2-of-the-shop@db/shop",
    "FLASK_PRODGUARD_ALLOWED_HOSTS": "hosts-hunter2-allowed",
    "APP_SECRET": "the-secret-key-of-the-app",
    "FLASK_PRODGUARD_PRODUCTION_NAMES": "names-hunter2-jupiter",
}


class Shop(Flask):
    """Shows everything that it knows."""

    def __repr__(self) -> str:
        return f"<Shop {self.config!r}>"


@pytest.fixture
def shop(environ: dict[str, str], app: Flask) -> Shop:
    environ.update(SECRETS)
    environ["FLASK_ENV"] = "production"
    shop = Shop("shop")
    shop.secret_key = SECRETS["APP_SECRET"]
    ProdGuard(shop)
    shop.get("/")(lambda: "ok")
    return shop


class Opaque:
    """An argument that is shown with what it holds."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return SECRETS["STRIPE_KEY"]


def by_run(shop: Shop) -> None:
    shop.run(use_reloader=Opaque())


def by_run_simple(shop: Shop) -> None:
    run_simple("127.0.0.1", 0, shop)


def by_server(shop: Shop) -> None:
    make_server("127.0.0.1", 0, shop)


def by_flask_run(shop: Shop) -> None:
    info = cli.ScriptInfo(create_app=lambda: shop)
    arguments = ["--port", "0", "--no-reload"]
    cli.run_command.main(arguments, obj=info, standalone_mode=False)


STARTS = [by_run, by_run_simple, by_server, by_flask_run]


def by_traceback(error: Exception) -> str:
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(shown.format(chain=True))


class Kept(sentry_sdk.transport.Transport):
    """Keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []

    def capture_envelope(self, envelope: t.Any) -> None:
        self.sent.append(envelope.serialize())


def by_sentry(error: Exception) -> str:
    kept = Kept()
    client = sentry_sdk.Client(
        dsn="https://key@localhost/1",
        transport=kept,
        default_integrations=False,
        release="1",
        max_value_length=100_000,
    )
    event, hint = sentry_sdk.utils.event_from_exception(error, client.options)
    client.capture_event(event, hint)
    assert kept.sent
    return b"".join(kept.sent).decode()


def by_rich(error: Exception) -> str:
    shown = rich.traceback.Traceback.from_exception(
        type(error),
        error,
        error.__traceback__,
        show_locals=True,
        locals_max_string=100_000,
    )
    console = rich.console.Console(file=io.StringIO(), width=300)
    console.print(shown)
    return t.cast("io.StringIO", console.file).getvalue()


def by_loguru(error: Exception) -> str:
    stream = io.StringIO()
    logger = loguru.logger
    logger.remove()
    added = logger.add(stream, diagnose=True, backtrace=False)
    logger.opt(exception=error).error("It failed.")
    logger.remove(added)
    return stream.getvalue()


def by_frames(error: Exception) -> str:
    """Everything that the guard's frames hold, as deep as it is shown."""
    shown = []
    each: BaseException | None = error
    while each is not None:
        for frame, _ in traceback.walk_tb(each.__traceback__):
            if _is_guards(frame):
                shown.append(repr(frame.f_locals))
        each = each.__cause__ or each.__context__
    return "\n".join(shown)


def by_itself(error: Exception) -> str:
    return f"{error!r} {vars(error)!r} {error.args!r} {pickle.dumps(error)!r}"


def raised(start: t.Callable[[Shop], None], shop: Shop) -> Exception:
    with pytest.raises((ConfigError, UnsafeLaunchError)) as caught:
        start(shop)
    error = caught.value
    # The frames above, of this test and of Flask, are not the guard's.
    trace = error.__traceback__
    while trace is not None and not _is_guards(trace.tb_frame):
        trace = trace.tb_next
    assert trace is not None
    return error.with_traceback(trace)


def _is_guards(frame: FrameType) -> bool:
    return str(frame.f_globals["__name__"]).startswith("flask_prodguard")


SHOWN = [by_traceback, by_sentry, by_rich, by_loguru, by_frames, by_itself]


@pytest.mark.parametrize("show", SHOWN)
@pytest.mark.parametrize("start", STARTS)
def test_a_refusal_shows_no_secret(
    shop: Shop, environ: dict[str, str], start: t.Any, show: t.Any
) -> None:
    del environ["FLASK_PRODGUARD_ALLOWED_HOSTS"]
    error = raised(start, shop)
    assert type(error) is UnsafeLaunchError
    text = show(error)
    assert [name for name, secret in SECRETS.items() if secret in text] == []


@pytest.mark.parametrize("show", SHOWN)
@pytest.mark.parametrize("start", STARTS)
def test_a_wrong_configuration_shows_no_secret(
    shop: Shop, start: t.Any, show: t.Any
) -> None:
    shop.config["PRODGUARD_ACTON"] = "raise"
    error = raised(start, shop)
    assert type(error) is ConfigError
    chained = RuntimeError("the program failed")
    chained.__cause__ = error
    text = show(error) + show(chained)
    assert [name for name, secret in SECRETS.items() if secret in text] == []
