from __future__ import annotations

import ast
import dataclasses
import typing as t
from pathlib import Path

import pytest
from flask import Flask

from flask_prodguard.judging.address import classify
from flask_prodguard.judging.launch import Launch
from flask_prodguard.judging.launch import ServerOptions
from flask_prodguard.judging.launch import Via
from flask_prodguard.remedy.call_site import Caller
from flask_prodguard.remedy.call_site import Step
from flask_prodguard.remedy.code_remedy import Edit
from flask_prodguard.remedy.code_remedy import HostNeeds
from flask_prodguard.remedy.code_remedy import rewrite_call
from flask_prodguard.remedy.code_remedy import rewrite_thread
from flask_prodguard.remedy.statements import forget_statements

LAUNCH = Launch("shop", Via.APP_RUN, classify("0.0.0.0", 5000))
TLS = ServerOptions(tls=True, certificate=("cert.pem", "key.pem"))


@pytest.fixture(autouse=True)
def forgotten() -> t.Iterator[None]:
    yield
    forget_statements()


Rewrite = t.Callable[..., Edit | None]


@pytest.fixture
def rewrite(tmp_path: Path) -> Rewrite:
    def rewrite(
        source: str,
        launch: Launch = LAUNCH,
        line: int | None = None,
        into: str | None = None,
        parameters: tuple[str, ...] = (),
        namespace: t.Mapping[str, object] | None = None,
        **options: t.Any,
    ) -> Edit | None:
        forget_statements()
        file = tmp_path / "shop.py"
        file.write_text(source, encoding="utf-8")
        step = Step(file, line or len(source.splitlines()), "<module>", 1)
        names = {"Flask": Flask} if namespace is None else namespace
        caller = Caller((step,), names, into, parameters)
        return rewrite_call(caller, launch, "app", **options)

    return rewrite


def after(edit: Edit | None) -> str:
    assert edit is not None
    return edit.after


SERVE = "from waitress import serve\n"
WAITRESS: dict[str, tuple[str, str]] = {
    "a plain call": (
        "app.run()",
        'serve(app, host="0.0.0.0", port=5000, threads=100)',
    ),
    "expressions": (
        'app.run(host=HOST, port=int(os.environ.get("PORT", 5000)))',
        'serve(app, host=HOST, port=int(os.environ.get("PORT", 5000)), threads=100)',
    ),
    "by position": (
        "app.run('::', 80, True)",
        'serve(app, host="*", port=80, threads=100)',
    ),
    "what may be None": (
        'app.run(os.getenv("HOST"), os.environ.get("PORT"))',
        "serve(\n"
        "    app,\n"
        '    host=os.getenv("HOST") or "0.0.0.0",\n'
        '    port=os.environ.get("PORT") or 5000,\n'
        "    threads=100,\n"
        ")",
    ),
    "nothing given": (
        "app.run(host=None, port=None)",
        'serve(app, host="0.0.0.0", port=5000, threads=100)',
    ),
    "a mapping": (
        "app.run(**options)",
        "serve(\n"
        "    app,\n"
        '    host=options.get("host") or "0.0.0.0",\n'
        '    port=options.get("port") or 5000,\n'
        "    threads=100,\n"
        ")",
    ),
    "a call over several lines": (
        "app.run(\n    host='0.0.0.0',\n    port=(\n        80\n    ),\n)",
        "serve(app, host='0.0.0.0', port=80, threads=100)",
    ),
    "an attribute": (
        "self.app.run(port=80)",
        'serve(self.app, host="0.0.0.0", port=80, threads=100)',
    ),
    "a factory": (
        "create_app('x').run(port=80)",
        "serve(create_app('x'), host=\"0.0.0.0\", port=80, threads=100)",
    ),
    "a method of a class": (
        "Flask.run(app, 'x', 80)",
        "serve(app, host='x', port=80, threads=100)",
    ),
    "a method of its own": (
        "super().run(port=80)",
        'serve(self, host="0.0.0.0", port=80, threads=100)',
    ),
    "more than ASCII": (
        "x = 'é'; app.run(port=80)",
        "x = 'é'; serve(app, host=\"0.0.0.0\", port=80, threads=100)",
    ),
    "a part of a statement": (
        "sys.exit(app.run(port=80))",
        'sys.exit(serve(app, host="0.0.0.0", port=80, threads=100))',
    ),
    "a part of a statement over several lines": (
        "start(\n    lambda: app.run(os.environ.get('THE_HOST_OF_THE_SHOP'), port=80),"
        "\n    1,\n)",
        "start(\n"
        "    lambda: serve(app, host=os.environ.get('THE_HOST_OF_THE_SHOP')"
        ' or "0.0.0.0", port=80, threads=100),',
    ),
    "a part of a longer statement": (
        "start(\n    lambda: app.run(port=80)\n)",
        'start(\n    lambda: serve(app, host="0.0.0.0", port=80, threads=100)',
    ),
    "run_simple": (
        "run_simple('0.0.0.0', 80, mounts)",
        "serve(mounts, host='0.0.0.0', port=80, threads=100)",
    ),
    "run_simple without files": (
        "run_simple('0.0.0.0', 80, app, static_files=None)",
        "serve(app, host='0.0.0.0', port=80, threads=100)",
    ),
    "run_simple by name": (
        "run_simple(hostname='', port=80, application=mounts)",
        'serve(mounts, host="0.0.0.0", port=80, threads=100)',
    ),
    "make_server": (
        "make_server('0.0.0.0', 80, app).serve_forever()",
        "serve(app, host='0.0.0.0', port=80, threads=100)",
    ),
}


@pytest.mark.parametrize(("call", "written"), WAITRESS.values(), ids=WAITRESS)
def test_waitress_serves_what_the_call_served(
    rewrite: Rewrite, call: str, written: str
) -> None:
    edit = rewrite(call, line=len(call.splitlines()) if "lambda" not in call else 2)
    assert after(edit) == SERVE + written
    assert edit is not None
    assert (edit.line, edit.server.name) == (1, "waitress")
    assert call.startswith(str(edit.before))


@pytest.mark.parametrize(
    ("call", "host"), [("app.run('::')", '"*"'), ("app.run(HOST)", "HOST")]
)
def test_every_interface_is_that_of_both_protocols(
    rewrite: Rewrite, call: str, host: str
) -> None:
    launch = dataclasses.replace(LAUNCH, address=classify("::", 80))
    assert f"serve(app, host={host}, port=80, threads=100)" in after(
        rewrite(call, launch)
    )


def test_the_indentation_is_kept(rewrite: Rewrite) -> None:
    source = "if __name__ == '__main__':\n\tapp.run()  # Go.\n"
    assert rewrite(source, line=2) == Edit(
        rewrite(source, line=2).server,  # type: ignore[union-attr]
        2,
        "\tapp.run()  # Go.",
        "\tfrom waitress import serve\n"
        '\tserve(app, host="0.0.0.0", port=5000, threads=100)  # Go.',
    )


def test_a_block_on_one_line_becomes_one_of_several(rewrite: Rewrite) -> None:
    assert after(rewrite("if x: pass\nelse: app.run()", line=2)) == (
        "else:\n"
        "    from waitress import serve\n"
        '    serve(app, host="0.0.0.0", port=5000, threads=100)'
    )


def test_what_can_not_be_written_there_is_not(rewrite: Rewrite) -> None:
    assert rewrite("if x: pass\nelse: y(); app.run()", line=2) is None


@pytest.mark.parametrize(
    "source",
    [
        "start()",
        "app.run(*options)",
        "server.serve_forever()",
        "make_server('', 80, app)",
        "run()",
        "x()",
        "run_simple('', 80)",
    ],
)
def test_a_call_with_too_little_information_is_left_alone(
    rewrite: Rewrite, source: str
) -> None:
    assert rewrite(source) is None


def test_a_library_that_is_not_known_is_left_alone(rewrite: Rewrite) -> None:
    assert rewrite("manager.run()", into="flask_script", parameters=("self",)) is None


@pytest.mark.parametrize("known", ["", "SharedDataMiddleware\n"])
def test_the_files_of_run_simple_are_served(rewrite: Rewrite, known: str) -> None:
    call = "run_simple('0.0.0.0', 80, app, static_files={'/s': 's'})"
    line = known.count("\n") + 1
    imports, _, written = after(rewrite(known + call, line=line)).rpartition("serve(")
    module = "from werkzeug.middleware.shared_data import SharedDataMiddleware\n"
    assert imports == SERVE + ("" if known else module)
    assert ast.unparse(ast.parse(f"serve({written}")) == (
        "serve(SharedDataMiddleware(app, {'/s': 's'}),"
        " host='0.0.0.0', port=80, threads=100)"
    )


def test_names_of_the_program_are_not_taken(rewrite: Rewrite) -> None:
    assert after(rewrite("def serve(): pass\napp.run()", line=2)).startswith(
        "import waitress\nwaitress.serve(app, "
    )
    assert after(
        rewrite("from waitress import serve\nserve\napp.run()", line=3)
    ).startswith(f"{SERVE}serve(app, ")


def test_dash_is_served_by_what_it_holds(rewrite: Rewrite) -> None:
    parameters = ("self", "host", "port", "proxy", "debug")
    call = "app.run('0.0.0.0', 5000, debug=True)"
    edit = rewrite(call, into="dash.dash", parameters=parameters)
    assert after(edit) == (
        f"{SERVE}serve(app.server, host='0.0.0.0', port=5000, threads=100)"
    )


@pytest.mark.parametrize(
    ("call", "host", "port"),
    [("run()", '"127.0.0.1"', 8050), ("run('10.0.0.1', 80)", "'10.0.0.1'", 80)],
)
def test_dash_is_served_where_its_variables_say(
    rewrite: Rewrite, call: str, host: str, port: int
) -> None:
    launch = dataclasses.replace(LAUNCH, address=classify("0.0.0.0", 8123))
    into = {"into": "dash.dash", "parameters": ("self", "host", "port")}
    written = after(rewrite(f"app.{call}", launch, **into))
    assert written.startswith("import os\n")
    assert f'host=os.environ.get("HOST", {host})' in written
    assert f'port=int(os.environ.get("PORT", {port}))' in written


def test_dash_is_served_where_its_call_says(rewrite: Rewrite) -> None:
    launch = dataclasses.replace(LAUNCH, address=classify("127.0.0.1", 8050))
    into = {"into": "dash.dash", "parameters": ("self", "host", "port")}
    written = 'serve(app.server, host="127.0.0.1", port=8050, threads=100)'
    assert after(rewrite("app.run()", launch, **into)) == SERVE + written
    written = 'host=HOST, port=options["port"]'
    call = 'app.run(host=HOST, port=options["port"])'
    assert written in after(rewrite(call, launch, **into))
    assert "os.environ" not in after(rewrite("app.run(**options)", launch, **into))


def test_the_variable_of_the_host_comes_before_a_number(rewrite: Rewrite) -> None:
    written = 'port=int(os.environ.get("PORT", 80))'
    named = {"needs": HostNeeds("PORT")}
    assert after(rewrite("app.run(port=80)", **named)).startswith("import os\nfrom ")
    assert written in after(rewrite("app.run(port=80)", **named))
    assert "port=PORT" in after(rewrite("app.run(port=PORT)", **named))
    assert "import os" not in after(rewrite("os.x\napp.run(port=8)", **named))


def test_a_variable_that_the_call_reads_is_not_read_twice(rewrite: Rewrite) -> None:
    given = {"into": "dash.dash", "parameters": ("self", "host", "port")}
    needs = HostNeeds("PORT")

    call = 'app.run("0.0.0.0", int(os.environ["PORT"]))'
    edit = rewrite(call, needs=needs, **given)
    assert ', port=int(os.environ["PORT"]), ' in after(edit)
    edit = rewrite("app.run('0.0.0.0', port=DEFAULT)", needs=needs, **given)
    assert 'port=int(os.environ.get("PORT", DEFAULT))' in after(edit)


@pytest.mark.parametrize("call", ["app.run()", "app.run('localhost')"])
def test_a_host_that_only_others_reach_is_bound_to_every_interface(
    rewrite: Rewrite, call: str
) -> None:
    launch = dataclasses.replace(LAUNCH, address=classify("127.0.0.1", 5000))
    needs = HostNeeds(every_interface=True)

    assert 'host="0.0.0.0"' in after(rewrite(call, launch, needs=needs))
    assert 'host="0.0.0.0"' not in after(rewrite(call, launch))
    assert "host=HOST" in after(rewrite("app.run(HOST)", needs=needs))


def test_dotenv_is_loaded_as_the_call_did(rewrite: Rewrite) -> None:
    assert after(rewrite("app.run(port=80)", dotenv=True)) == (
        "from flask.cli import load_dotenv\n"
        "from waitress import serve\n"
        "load_dotenv()\n"
        'serve(app, host="0.0.0.0", port=80, threads=100)'
    )
    assert rewrite("exit(app.run(port=80))", dotenv=True) is None


def test_what_was_asked_for_is_carried_over(rewrite: Rewrite) -> None:
    launch = dataclasses.replace(
        LAUNCH, serving=ServerOptions(threaded=False), forwarded=True
    )
    assert after(rewrite("app.run(port=8)", launch)).endswith(
        'serve(app, host="0.0.0.0", port=8, threads=1,'
        " clear_untrusted_proxy_headers=False)"
    )


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        ("app.run('unix:///run/s')", '"/run/s"'),
        ("app.run(SOCKET)", '(SOCKET).removeprefix("unix://")'),
        ("app.run()", '"/run/app.sock"'),
    ],
)
def test_a_unix_socket_is_carried_over(
    rewrite: Rewrite, call: str, argument: str
) -> None:
    launch = dataclasses.replace(LAUNCH, address=classify("unix:///run/app.sock"))
    assert f"serve(app, unix_socket={argument}, threads=100)" in after(
        rewrite(call, launch)
    )


@pytest.mark.parametrize(
    ("context", "given"),
    [("('cert.pem', 'key.pem')", '"cert.pem", "key.pem"'), ("FILES", "*FILES")],
)
def test_tls_is_carried_over_by_cheroot(
    rewrite: Rewrite, context: str, given: str
) -> None:
    launch = dataclasses.replace(LAUNCH, serving=TLS)
    edit = rewrite(f"server = 1\napp.run(port=8, ssl_context={context})", launch)
    assert after(edit) == (
        "from cheroot.ssl.builtin import BuiltinSSLAdapter\n"
        "from cheroot.wsgi import Server\n"
        'https = Server(("0.0.0.0", 8), app, numthreads=100)\n'
        f"https.ssl_adapter = BuiltinSSLAdapter({given})\n"
        "https.start()"
    )


CONTEXT_CALL = "app.run(port=8, ssl_context={context})"


@pytest.mark.parametrize(
    ("loads", "context", "given"),
    [
        ("c.load_cert_chain('a.pem', KEY)", "c", "'a.pem', KEY"),
        ("c.load_cert_chain(certfile=BOTH)", "c", "BOTH, BOTH"),
        ("c.load_cert_chain('a.pem', keyfile='b.pem')", "made()", "'a.pem', 'b.pem'"),
    ],
)
def test_an_ssl_context_of_the_program_is_carried_over(
    rewrite: Rewrite, loads: str, context: str, given: str
) -> None:
    launch = dataclasses.replace(LAUNCH, serving=ServerOptions(tls=True))
    edit = rewrite(f"{loads}\n{CONTEXT_CALL.format(context=context)}", launch)
    assert after(edit).endswith(
        f"server.ssl_adapter = BuiltinSSLAdapter({given})\n"
        f"server.ssl_adapter.context = {context}\n"
        "server.start()"
    )


@pytest.mark.parametrize(
    ("loads", "context"),
    [
        ("", "c"),
        ("c.load_cert_chain('a.pem', password='x')", "c"),
        ("c.load_cert_chain()", "c"),
        ("c.load_cert_chain(**files)", "c"),
        ("c.load_cert_chain('a.pem'); d.load_cert_chain('b.pem')", "c"),
        ("c.load_cert_chain(CERTIFICATE)", "made()"),
        ("c.load_cert_chain('a.pem')", "'adhoc'"),
    ],
)
def test_an_ssl_context_whose_files_are_not_known_is_left_alone(
    rewrite: Rewrite, loads: str, context: str
) -> None:
    launch = dataclasses.replace(LAUNCH, serving=ServerOptions(tls=True))
    source = f"{loads}\n{CONTEXT_CALL.format(context=context)}"
    assert rewrite(source, launch) is None


def test_a_certificate_may_hold_its_key(rewrite: Rewrite) -> None:
    launch = dataclasses.replace(LAUNCH, serving=ServerOptions(tls=True))
    edit = rewrite("app.run(port=8, ssl_context=('both.pem',))", launch)
    assert 'BuiltinSSLAdapter("both.pem", "both.pem")' in after(edit)


def test_tls_without_files_is_left_alone(rewrite: Rewrite) -> None:
    adhoc = dataclasses.replace(LAUNCH, serving=ServerOptions(tls=True))
    assert rewrite("app.run(ssl_context='adhoc')", adhoc) is None
    launch = dataclasses.replace(LAUNCH, serving=TLS)
    assert rewrite("exit(app.run(ssl_context=x))", launch) is None
    assert rewrite("app.run(**options)", launch) is None


def test_websockets_are_carried_over_by_gevent(rewrite: Rewrite) -> None:
    launch = dataclasses.replace(LAUNCH, websockets=True)
    assert after(rewrite("app.run(port=8)", launch)) == (
        "from gevent.pywsgi import WSGIServer\n"
        'WSGIServer(("0.0.0.0", 8), app).serve_forever()'
    )
    assert rewrite("app.run()", dataclasses.replace(launch, serving=TLS)) is None


class SocketIO:
    pass


def test_socketio_serves_by_its_own_server(rewrite: Rewrite) -> None:
    launch = dataclasses.replace(LAUNCH, socketio="threading")
    call = "socketio.run(app, port=8, allow_unsafe_werkzeug=True, log_output=True)"
    into = {"into": "flask_socketio", "parameters": ("self", "app", "host", "port")}
    assert after(rewrite(call, launch, **into)) == (
        'socketio.run(app, host="0.0.0.0", port=8, log_output=True)'
    )
    namespace = {"x": 1, "io": SocketIO()}
    assert after(rewrite("app.run(port=8)", launch, namespace=namespace)) == (
        'io.run(app, host="0.0.0.0", port=8)'
    )
    assert rewrite("app.run(port=8)", launch) is None
    assert rewrite(call, dataclasses.replace(launch, serving=TLS), **into) is None


def test_a_file_that_can_not_be_read_is_advised_on_without_it(tmp_path: Path) -> None:
    caller = Caller((Step(tmp_path / "desk.py", 9, "<module>", 1),), {})
    edit = rewrite_call(caller, LAUNCH, "desk")
    assert after(edit) == f'{SERVE}serve(desk, host="0.0.0.0", port=5000, threads=100)'
    assert edit is not None
    assert (edit.line, edit.before) == (9, None)
    tls = dataclasses.replace(LAUNCH, serving=TLS)
    assert rewrite_call(caller, tls, "desk") is None


@pytest.fixture
def app() -> Flask:
    return Flask("shop")


THREADS = {
    "Thread(target=app.run).start()": '{"host": "0.0.0.0", "port": 5000',
    "Thread(target=app.run, args=('x', 80)).start()": '{"host": \'x\', "port": 80',
    "Thread(target=app.run, kwargs={'port': 80}).start()": '"0.0.0.0", "port": 80',
    "Thread(target=app.run, kwargs=dict(port=8)).start()": '"0.0.0.0", "port": 8',
    "Process(target=app.run, args=('x',)).start()": '{"host": \'x\', "port": 5000',
}


@pytest.mark.parametrize(
    ("call", "written"),
    [
        (
            "Thread(None, app.run, 'web', ('x', 80))",
            "Thread(target=serve, args=(app,), kwargs={'host': 'x', 'port': 80,"
            " 'threads': 100}, group=None, name='web')",
        ),
        (
            "Timer(1, app.run, kwargs={'port': 80})",
            "Timer(function=serve, args=(app,), kwargs={'host': '0.0.0.0', 'port': 80,"
            " 'threads': 100}, interval=1)",
        ),
    ],
)
def test_what_a_thread_is_given_by_position_is_read(
    tmp_path: Path, app: Flask, call: str, written: str
) -> None:
    file = tmp_path / "bot.py"
    file.write_text(f"{call}\nThread(None, other.run)\nTimer()\n")
    edit = rewrite_thread(file, app, {"app": app}, LAUNCH)
    assert ast.unparse(ast.parse(after(edit).partition("\n")[2])) == written


@pytest.mark.parametrize(("call", "given"), THREADS.items())
def test_a_thread_is_given_the_other_server(
    tmp_path: Path, app: Flask, call: str, given: str
) -> None:
    file = tmp_path / "bot.py"
    file.write_text(f"{call}\nThread(target=other.run)\nThread(target=main)\n")
    edit = rewrite_thread(file, app, {"app": app}, LAUNCH)
    assert given in after(edit)
    node = ast.parse(after(edit).partition("\n")[2])
    assert "target=serve, args=(app,)" in ast.unparse(node)


def test_a_thread_keeps_what_it_was_given(tmp_path: Path, app: Flask) -> None:
    file = tmp_path / "bot.py"
    file.write_text("t = Thread(target=app.run, daemon=True)\n")
    edit = rewrite_thread(file, app, {"app": app}, LAUNCH)
    assert "daemon=True" in after(edit)


def test_a_thread_binds_the_port_that_the_host_names(
    tmp_path: Path, app: Flask
) -> None:
    file = tmp_path / "bot.py"
    call = "Thread(target=app.run, kwargs={'port': 80}).start()"
    for head, added in ("", ["import os"]), ("import os\n", []):
        file.write_text(head + call)
        edit = rewrite_thread(file, app, {"app": app}, LAUNCH, HostNeeds("PORT"))
        imports, _, written = after(edit).partition("Thread(")
        assert imports.splitlines() == [*added, "from waitress import serve"]
        assert '"port": int(os.environ.get("PORT", 80)), "threads"' in written
        forget_statements()


PASSED_ON = {
    "pool.submit(app.run, port=80)": (
        'pool.submit(serve, app, host="0.0.0.0", port=80, threads=100)'
    ),
    "task = spawn(app.run, 'x', 80, debug=True)": (
        "task = spawn(serve, app, host='x', port=80, threads=100)"
    ),
    "Thread(target=partial(app.run, **options)).start()": (
        "Thread(target=partial(serve, app,"
        ' host=options.get("host") or "0.0.0.0",'
        ' port=options.get("port") or 5000, threads=100)).start()'
    ),
    "await loop.run_in_executor(None, app.run, 'x', 80)": (
        "await loop.run_in_executor(None,"
        " lambda: serve(app, host='x', port=80, threads=100))"
    ),
}


@pytest.mark.parametrize(("call", "written"), PASSED_ON.items())
def test_what_passes_arguments_on_passes_them_to_the_other_server(
    tmp_path: Path, app: Flask, call: str, written: str
) -> None:
    file = tmp_path / "bot.py"
    head = "async def main():\n    "
    file.write_text(f"{head}{call}\n    pool.submit(work)\n    spawn()\n")
    edit = rewrite_thread(file, app, {"app": app}, LAUNCH)
    assert " ".join(after(edit).split()).replace("( ", "(").replace(", )", ")") == (
        f"{SERVE.strip()} {written}"
    )


@pytest.mark.parametrize(
    "source",
    [
        "x = 1",
        "loop.run_in_executor(None)",
        "loop.run_in_executor(None, app.run, port=80)",
        "pool.submit(app.run, *options)",
        "Thread(target=app.run); Thread(target=app.run)",
        "Thread(target=app.run, kwargs=options)",
        "Thread(target=app.run, args=options)",
        "Thread(target=app.run, kwargs=dict(options))",
        "Thread(target=",
    ],
)
def test_a_thread_with_too_little_information_is_left_alone(
    tmp_path: Path, app: Flask, source: str
) -> None:
    file = tmp_path / "bot.py"
    file.write_text(source)
    assert rewrite_thread(file, app, {"app": app}, LAUNCH) is None


def test_a_thread_is_left_alone_if_waitress_will_not_do(
    tmp_path: Path, app: Flask
) -> None:
    launch = dataclasses.replace(LAUNCH, websockets=True)
    assert rewrite_thread(tmp_path / "x.py", app, {}, launch) is None
