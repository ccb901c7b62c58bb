from __future__ import annotations

import os
import ssl
import threading
import typing as t
from pathlib import Path

import pytest

from flask_prodguard.guard import run_call
from flask_prodguard.guard.run_call import APP_DEBUG
from flask_prodguard.guard.run_call import find_call_site
from flask_prodguard.guard.run_call import find_caller
from flask_prodguard.guard.run_call import passed
from flask_prodguard.guard.run_call import read_run_call
from flask_prodguard.judging.launch import RunCall


def read(
    given: dict[str, t.Any],
    host: str = "127.0.0.1",
    port: int | None = 5000,
    debug: bool = True,
    caller: str | None = None,
) -> RunCall:
    return read_run_call(given, host, port, debug, APP_DEBUG, caller)


CASES: dict[str, tuple[dict[str, t.Any], str]] = {
    "nothing": ({}, "--debug"),
    "what is there anyway": (
        {
            "load_dotenv": True,
            "processes": 1,
            "threaded": True,
            "reloader_type": "auto",
        },
        "--debug",
    ),
    "no reloader": ({"use_reloader": False}, "--debug --no-reload"),
    "no debugger": ({"use_debugger": False}, "--debug --no-debugger"),
    "both, said again": ({"use_debugger": True, "use_reloader": True}, "--debug"),
    "one thread": ({"threaded": False}, "--debug --without-threads"),
    "a made certificate": ({"ssl_context": "adhoc"}, "--debug --cert adhoc"),
    "a certificate": (
        {"ssl_context": ("cert.pem", Path("key.pem"))},
        "--debug --cert cert.pem --key key.pem",
    ),
    "files to watch": (
        {"extra_files": ["a.txt", Path("b.txt")]},
        f"--debug --extra-files a.txt{os.pathsep}b.txt",
    ),
    "files not to watch": (
        {"exclude_patterns": ("*.log",)},
        "--debug --exclude-patterns *.log",
    ),
}
WITHOUT_OPTION: dict[str, dict[str, t.Any]] = {
    "processes": {"processes": 3},
    "ssl_context": {"ssl_context": ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)},
    "ssl_context, one file": {"ssl_context": ("cert.pem",)},
    "extra_files": {"extra_files": iter(["a.txt"])},
    "exclude_patterns": {"exclude_patterns": [1]},
    "use_evalex": {"use_evalex": False},
    "load_dotenv": {"load_dotenv": False},
    "reloader_type": {"reloader_type": "stat"},
    "request_handler": {"request_handler": object},
    "static_files": {"static_files": {"/files": "files"}},
}


@pytest.mark.parametrize("case", CASES)
def test_what_the_call_asks_for_becomes_options_of_flask_run(
    case: str, environ: dict[str, str]
) -> None:
    given, words = CASES[case]

    call = read(given)

    assert call.options == tuple(words.split())
    assert call.without_option == ()


@pytest.mark.parametrize("name", WITHOUT_OPTION)
def test_what_flask_run_has_no_option_for_is_named(
    name: str, environ: dict[str, str]
) -> None:
    call = read(WITHOUT_OPTION[name])

    assert call.options == ("--debug",)
    assert call.without_option == (name.partition(",")[0],)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"use_debugger": True}, "--debugger"),
        ({"use_debugger": True, "use_reloader": True}, "--debugger --reload"),
    ],
)
def test_a_debugger_without_debug_mode(
    given: dict[str, t.Any], words: str, environ: dict[str, str]
) -> None:
    assert read(given, debug=False).options == tuple(words.split())


def test_the_address_is_the_same(environ: dict[str, str]) -> None:
    assert read({}, "localhost", 8080).options[1:] == (
        *("--host", "localhost"),
        *("--port", "8080"),
    )
    assert read({}, port=None).options == ("--debug",)
    environ.update(FLASK_RUN_PORT="1", FLASK_RUN_HOST="::")
    assert read({}).options[1:] == ("--host", "127.0.0.1", "--port", "5000")


@pytest.mark.parametrize(
    ("debug", "seen"),
    [
        (True, "debug=True was passed"),
        ("False", "debug is the text 'False', which Python takes as true"),
        ("s3cret", "debug is a text, which Python takes as true"),
        (1, "debug is a value of the type int, which Python takes as true"),
    ],
)
def test_what_was_passed_is_shown_without_a_secret(debug: object, seen: str) -> None:
    assert passed(debug).seen == seen


def test_a_library_that_makes_the_call_is_named(environ: dict[str, str]) -> None:
    call = read({"port": 1}, caller="socketio.run()")

    assert call.name == "socketio.run()"
    assert call.switch.seen == "socketio.run() was called with debug mode on"
    assert call.switch.undo == "Take debug out of socketio.run()"


def made_in(
    module: str, function: t.Callable[[], object], file: str = "/srv/shop/shop.py"
) -> t.Callable[[], t.Any]:
    """A function of another module, which calls one."""
    namespace: dict[str, t.Any] = {"__name__": module, "function": function}
    exec(compile("def made(): return function()", file, "exec"), namespace)
    return t.cast("t.Callable[[], t.Any]", namespace["made"])


def test_the_caller_is_the_library_next_to_the_guard() -> None:
    guard = made_in("flask_prodguard.guard.hooks", find_caller, "<the guard>")

    assert made_in("dash.dash", guard)() == "Dash's app.run()"
    assert made_in("flask_socketio", guard)() == "socketio.run()"
    assert made_in("shop", guard)() is None


def test_the_call_site_is_a_line_of_the_program() -> None:
    guard = made_in("flask_prodguard.guard.hooks", find_call_site, "<the guard>")
    library = made_in("dash.dash", guard, "/v/dash.py")

    assert str(made_in("shop", library)()) == "/srv/shop/shop.py, line 1"


def test_a_file_below_the_folder_of_the_start_is_named_from_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run_call, "start_folder", lambda: Path("/srv/shop"))
    assert made_in("shop", find_call_site)().file == "shop.py"

    def fail() -> t.NoReturn:
        raise FileNotFoundError

    monkeypatch.setattr(run_call, "start_folder", fail)
    assert made_in("shop", find_call_site)().file == "/srv/shop/shop.py"


def test_a_thread_that_was_given_the_call_itself_names_no_line() -> None:
    found: list[object] = []
    guard = made_in("flask_prodguard.guard.hooks", find_call_site, "<the guard>")
    namespace: dict[str, t.Any] = {"__name__": "flask_prodguard.guard.hooks"}
    namespace.update(guard=guard, found=found)
    exec("def run(): found.append(guard())", namespace)

    thread = threading.Thread(target=namespace["run"])
    thread.start()
    thread.join()

    assert found == [None]


def test_a_program_without_an_outermost_frame_names_no_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # An embedding program may begin with any frame.
    monkeypatch.setattr(run_call, "_package_of", lambda frame: "flask_prodguard")

    assert find_call_site() is None


def test_installed_programs_are_passed_over() -> None:
    installed = made_in("flask_script", find_call_site, "/v/site-packages/script.py")

    assert str(made_in("shop", installed)()) == "/srv/shop/shop.py, line 1"


def test_code_without_a_file_names_no_line() -> None:
    code = compile("function()", "<string>", "eval")

    assert eval(code, {"__name__": "shop", "function": find_call_site}) is None
