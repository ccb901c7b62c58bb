"""Odd programs: every way in which what the guard looks at may fail."""

from __future__ import annotations

import builtins
import importlib
import importlib.abc
import json
import linecache
import logging
import os
import random
import socket
import subprocess
import sys
import threading
import types
import typing as t
from pathlib import Path

import flask
from flask import Flask
from werkzeug.debug import DebuggedApplication
from werkzeug.local import LocalProxy

import flask_prodguard

MADE_LATER = "is it made yet?"


def nothing(*_: t.Any) -> None: ...


class Fault(t.NamedTuple):
    """An odd program, and what the guard says in it nevertheless."""

    #: What happens before the app is made.
    before: t.Callable[[], t.Any] = nothing
    #: What happens once it is guarded.
    after: t.Callable[[Flask], t.Any] = nothing
    kind: type[Flask] = Flask
    debugger: type[DebuggedApplication] = DebuggedApplication
    #: Whether debug mode and the debugger are reported, if they are on.
    is_told: bool = True


class FaultError(Exception):
    """What fails in these programs."""


def fails(*_: t.Any, **__: t.Any) -> t.NoReturn:
    raise FaultError("secret-of-the-failure")


# Logging


class BrokenHandler(logging.Handler):
    def handle(self, record: logging.LogRecord) -> t.NoReturn:
        raise ConnectionError("secret-of-the-failure")


class BrokenFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = flask.g.request_id
        return True


class BrokenFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> t.NoReturn:
        raise FaultError


class OldLogger(logging.Logger):
    def _log(  # type: ignore[override]
        self, level: int, msg: object, args: t.Any, exc_info: t.Any = None
    ) -> None:
        super()._log(level, msg, args, exc_info)


class BrokenLogger(logging.Logger):
    def handle(self, record: logging.LogRecord) -> t.NoReturn:
        raise FaultError


def handler_on_root(
    handler: logging.Handler | None = None, **of_it: t.Any
) -> t.Callable[[], None]:
    def add() -> None:
        added = handler or logging.StreamHandler()
        for each in of_it.get("filters", ()):
            added.addFilter(each)
        logging.getLogger().addHandler(added)

    return add


def closed_streams() -> None:
    logging.getLogger().addHandler(logging.StreamHandler())
    sys.stdout.close()
    sys.stderr.close()


def no_streams() -> None:
    logging.getLogger().addHandler(logging.StreamHandler())
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = None  # type: ignore[misc]


def factory(**attributes: object) -> t.Callable[[], None]:
    made = logging.getLogRecordFactory()

    def make(*args: t.Any, **kwargs: t.Any) -> logging.LogRecord:
        record = made(*args, **kwargs)
        vars(record).update(attributes)
        return record

    return lambda: logging.setLogRecordFactory(make)


def broken_logger_filter() -> None:
    logging.getLogger("flask_prodguard").addFilter(fails)


# Configuration and environment


class Sealed(flask.Config):
    """Opens a vault for what it does not hold."""

    def get(self, key: str, default: t.Any = None) -> t.Any:
        if key.startswith("PRODGUARD_"):
            raise PermissionError("secret-of-the-failure")
        return super().get(key, default)


class Unlisted(flask.Config):
    def __iter__(self) -> t.NoReturn:
        raise FaultError

    def keys(self) -> t.NoReturn:
        raise FaultError

    def items(self) -> t.NoReturn:
        raise FaultError


class SealedShop(Flask):
    config_class = Sealed


class UnlistedShop(Flask):
    config_class = Unlisted


class Unwritable:
    __str__ = __repr__ = __eq__ = __bool__ = fails
    __hash__ = None  # type: ignore[assignment]


class Failing(dict[str, str]):
    __getitem__ = get = items = keys = __iter__ = __contains__ = fails


def environ(**changes: t.Any) -> t.Callable[[], None]:
    def replace() -> None:
        os.environ = t.cast("t.Any", {**os.environ, **changes})  # noqa: B003  # noqa: B003

    return replace


def odd_environ() -> None:
    odd: t.Any = {**os.environ, 1: "x", None: "y", b"z": b"z"}
    os.environ = odd  # noqa: B003


def failing_environ() -> None:
    os.environ = t.cast("t.Any", Failing(os.environ))  # noqa: B003


def setting(name: str, value: t.Callable[[], t.Any]) -> t.Callable[[Flask], None]:
    return lambda app: app.config.__setitem__(name, value())


# Classes of the app


def broken_property(name: str) -> type[Flask]:
    def get(app: t.Any) -> t.Any:
        if MADE_LATER in vars(app):
            raise FaultError
        found: t.Any = getattr(Flask, name)
        return found.__get__(app) if hasattr(found, "__get__") else found

    def put(app: t.Any, value: t.Any) -> None: ...

    return type("Shop", (Flask,), {name: property(get, put)})


class Equal(Flask):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


class Curious(Flask):
    def __getattr__(self, name: str) -> t.NoReturn:
        raise FaultError(name)

    __repr__ = __str__ = fails


class OddDebugger(DebuggedApplication):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]
    __repr__ = fails


class Unpickled(type):
    def __eq__(cls, other: object) -> t.NoReturn:
        raise FaultError

    __hash__ = None  # type: ignore[assignment]


class OddlyMade(Flask, metaclass=Unpickled):
    pass


def made(app: Flask) -> None:
    vars(app)[MADE_LATER] = True


# Modules


class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name: str, *_: t.Any) -> None:
        if name.partition(".")[0] in ("gunicorn", "waitress", "dotenv"):
            raise RuntimeError("no imports here")


class Raising(types.ModuleType):
    def __getattribute__(self, name: str) -> t.NoReturn:
        raise RuntimeError(name)


class Objection:
    def __getattribute__(self, name: str) -> t.NoReturn:
        raise RuntimeError(name)


def module(name: str, made: t.Callable[[], t.Any]) -> t.Callable[[], None]:
    def put() -> None:
        sys.modules[name] = made()

    return put


def without(owner: t.Any, name: str) -> t.Callable[[], None]:
    return lambda: delattr(owner, name)


def replaced(owner: t.Any, name: str, value: t.Any) -> t.Callable[..., None]:
    return lambda *_: setattr(owner, name, value)


def deaf_socket(app: Flask) -> None:
    class Deaf:
        family = socket.AF_INET
        getsockname = fails

    wsgi = app.wsgi_app

    def served(environ: t.Any, start_response: t.Any) -> t.Any:
        return wsgi({**environ, "gunicorn.socket": Deaf()}, start_response)

    app.wsgi_app = served  # type: ignore[method-assign]


def receiver(error: BaseException) -> t.Callable[[Flask], None]:
    def receive(app: Flask, **_: t.Any) -> None:
        raise error

    # The signal holds it weakly.
    def connect(app: Flask) -> None:
        vars(app)["receive"] = receive
        flask_prodguard.launch_judged.connect(receive, app)

    return connect


def extension(name: str, made: t.Callable[[], t.Any]) -> t.Callable[[Flask], None]:
    return lambda app: app.extensions.__setitem__(name, made())


def proxies_of_module(app: Flask) -> None:
    main = types.ModuleType("shop_of_proxies")
    vars(main).update(db=LocalProxy(fails), cache=Objection(), app=app)
    sys.modules["shop_of_proxies"] = main
    app.import_name = "shop_of_proxies"


FAULTS: dict[str, Fault] = {
    "nothing at all": Fault(),
    # What an interpreter may lack.
    "no executable": Fault(replaced(sys, "executable", None)),
    "no arguments": Fault(without(sys, "argv")),
    "odd arguments": Fault(replaced(sys, "argv", [None, b"x"])),
    "no path": Fault(after=replaced(sys, "path", [])),
    "odd path": Fault(after=replaced(sys, "path", [None, 1, Path("/")])),
    "no current folder": Fault(after=replaced(os, "getcwd", fails)),
    "no stat": Fault(after=replaced(os.path, "exists", fails)),
    "no main module": Fault(lambda: sys.modules.pop("__main__")),
    "no source": Fault(replaced(linecache, "getlines", fails)),
    "no frames of other threads": Fault(replaced(sys, "_current_frames", fails)),
    "no threads": Fault(after=replaced(threading, "main_thread", fails)),
    "no site packages": Fault(
        after=replaced(__import__("site"), "getsitepackages", fails)
    ),
    "no json": Fault(after=replaced(json, "dumps", fails)),
    "no random numbers": Fault(replaced(random, "random", fails)),
    "no child processes": Fault(replaced(subprocess, "Popen", fails)),
    # Logging.
    "closed streams": Fault(closed_streams),
    "no streams": Fault(no_streams),
    "a handler that raises": Fault(handler_on_root(BrokenHandler())),
    "two handlers, the second raises": Fault(
        lambda: (handler_on_root()(), handler_on_root(BrokenHandler())())
    ),
    "a filter of a handler that needs a request": Fault(
        handler_on_root(filters=[BrokenFilter()])
    ),
    "a filter of the logger that raises": Fault(broken_logger_filter),
    "a record factory that sets what the guard sets": Fault(
        factory(prodguard_codes=[])
    ),
    "a record factory that raises": Fault(
        lambda: logging.setLogRecordFactory(fails), is_told=True
    ),
    "a logger that knows no extra": Fault(lambda: logging.setLoggerClass(OldLogger)),
    "a logger that raises": Fault(lambda: logging.setLoggerClass(BrokenLogger)),
    # The signal.
    "a receiver that raises": Fault(after=receiver(FaultError())),
    # Configuration and environment.
    "a sealed configuration": Fault(kind=SealedShop),
    "a configuration that can't be listed": Fault(kind=UnlistedShop),
    "a value that can't be written": Fault(
        after=setting("PRODGUARD_ACTION", Unwritable)
    ),
    "a key that can't be compared": Fault(
        after=lambda app: app.config.__setitem__(t.cast("t.Any", LocalProxy(str)), 1)
    ),
    "a proxy in the configuration": Fault(
        after=setting("PRODGUARD_ENABLED", lambda: LocalProxy(fails))
    ),
    "an environment with None": Fault(
        environ(PORT=None, APP_ENV=None, CI=None, FLASK_PRODGUARD_IGNORE=None)
    ),
    "an environment with odd names": Fault(odd_environ),
    "an environment that fails": Fault(failing_environ, is_told=False),
    # Classes of the app.
    "a name that fails": Fault(after=made, kind=broken_property("name")),
    "testing that fails": Fault(after=made, kind=broken_property("testing")),
    "debug that fails": Fault(after=made, kind=broken_property("debug"), is_told=False),
    "an app that equals everything": Fault(kind=Equal),
    "an app that can't be shown": Fault(kind=Curious),
    "an app of an odd metaclass": Fault(kind=OddlyMade),
    "a debugger that equals everything": Fault(debugger=OddDebugger),
    # Modules.
    "a finder that raises": Fault(lambda: sys.meta_path.insert(0, Finder())),
    "gunicorn is an object": Fault(after=lambda app: module("gunicorn", Objection)()),
    "waitress is a module that raises": Fault(
        after=lambda app: module("dotenv", lambda: Raising("dotenv"))()
    ),
    "many modules raise": Fault(
        lambda: [module(f"odd{n}", Objection)() for n in range(50)]
    ),
    "a mock without mocks": Fault(
        module("unittest.mock", lambda: types.ModuleType("unittest.mock"))
    ),
    "a mock that raises": Fault(module("unittest.mock", lambda: Raising("mock"))),
    # What servers and extensions hold.
    "a socket that fails": Fault(after=deaf_socket),
    "an extension that fails": Fault(after=extension("socketio", Objection)),
    "an extension that is a proxy": Fault(
        after=extension("socketio", lambda: LocalProxy(fails))
    ),
    "proxies beside the app": Fault(after=proxies_of_module),
    "builtins that are replaced": Fault(after=replaced(builtins, "_", fails)),
}
