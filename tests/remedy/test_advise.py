from __future__ import annotations

import dataclasses
import sys
import types
import typing as t
from pathlib import Path
from unittest import mock

import pytest
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from flask_prodguard.environment.evidence import Environment
from flask_prodguard.judging.address import classify
from flask_prodguard.judging.launch import Launch
from flask_prodguard.judging.launch import ServerOptions
from flask_prodguard.judging.launch import Via
from flask_prodguard.judging.verdict import Finding
from flask_prodguard.judging.verdict import Outcome
from flask_prodguard.judging.verdict import Verdict
from flask_prodguard.origin import Origin
from flask_prodguard.remedy import advise as module
from flask_prodguard.remedy import call_site
from flask_prodguard.remedy import suggest
from flask_prodguard.remedy import this_machine
from flask_prodguard.remedy.advise import advise
from flask_prodguard.remedy.remedy import Applicability
from flask_prodguard.remedy.remedy import Kind
from flask_prodguard.remedy.remedy import Remedy
from flask_prodguard.remedy.suggest import NO_HANDLER
from flask_prodguard.rules import Severity

LAUNCH = Launch("zz_shop", Via.APP_RUN, classify("0.0.0.0", 5000))
PRODUCTION = Environment("production")
SOURCE = """\
from flask import Flask

app = Flask(__name__)


@app.get("/")
def page():
    return {page}


def main():
    {before}
    app.run()
"""


class Program:
    """A program whose ``main()`` is under way.

    :param folder: where it is.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.monkeypatch = folder, monkeypatch
        self.launch = LAUNCH
        self.environment = PRODUCTION
        self.codes: tuple[str, ...] = ("PG101",)
        self.served: t.Callable[[t.Any], object] | None = None

    def advise(self, before: str = "pass", page: str = "''") -> Remedy:
        """Start it, and return what is advised."""
        source = SOURCE.format(before=before, page=page)
        return self.run(source)

    def run(self, source: str, start: str = "main", name: str = "zz_shop") -> Remedy:
        """Run another program.

        :param source: its code.
        :param start: the function that starts the server.
        """
        found: list[Remedy] = []

        def judge(app: Flask, *given: object, **options: object) -> None:
            findings = tuple(Finding(c, "seen", Severity.REFUSE) for c in self.codes)
            verdict = Verdict(self.launch, self.environment, Outcome.REFUSE, findings)
            served = self.served(app) if self.served else None
            advice = advise(app, verdict, Origin(name), served)
            found.append(advice.remedy)

        file = self.folder / f"{name}.py"
        file.write_text(source)
        loaded = types.ModuleType(name)
        loaded.__file__ = str(file)
        self.monkeypatch.setitem(sys.modules, name, loaded)
        self.monkeypatch.setattr(Flask, "run", judge)
        exec(compile(source, str(file), "exec"), vars(loaded))
        vars(loaded)[start]()
        return found[0]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "start_folder", lambda: tmp_path)
    monkeypatch.setattr(this_machine, "start_folder", lambda: tmp_path)
    monkeypatch.setattr(call_site, "start_folder", lambda: tmp_path)
    monkeypatch.setattr(
        "flask_prodguard.remedy.import_path.start_folder", lambda: tmp_path
    )
    # The frames in between are the guard's own.
    module_of = call_site._module

    def hidden(frame: t.Any) -> str:
        name = module_of(frame)
        return "flask_prodguard" if name == __name__ else name

    monkeypatch.setattr(call_site, "_module", hidden)
    monkeypatch.setattr(module, "script", lambda: None)
    for variable in this_machine.WRAPPER_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    # Another test may have loaded it.
    monkeypatch.delitem(sys.modules, "simple_websocket", raising=False)
    return Program(tmp_path, monkeypatch)


def test_the_command_comes_first_where_nothing_is_lost(program: Program) -> None:
    remedy = program.advise()
    assert remedy.kind is Kind.COMMAND
    assert remedy.command.endswith("zz_shop:app")
    (code,) = remedy.alternatives
    assert (code.file, code.line, code.before) == ("zz_shop.py", 13, "    app.run()")
    assert code.applicability is Applicability.MACHINE


def test_the_code_comes_first_where_the_command_loses_something(
    program: Program,
) -> None:
    remedy = program.advise("app.config['X'] = 1")
    assert remedy.kind is Kind.CODE
    (command,) = remedy.alternatives
    assert command.losses == ("zz_shop.py line 12 runs only in main().",)
    assert command.applicability is Applicability.MAYBE


def test_in_an_image_the_command_has_a_condition(program: Program) -> None:
    program.environment = Environment("production", container=True)
    remedy = program.advise()
    assert remedy.kind is Kind.CODE
    assert "ENTRYPOINT" in remedy.alternatives[0].condition


def test_the_line_of_the_file_that_starts_it_is_replaced(program: Program) -> None:
    program.environment = Environment("production", container=True)
    main = types.ModuleType("__main__")
    main.__file__ = str(program.folder / "zz_shop.py")
    program.monkeypatch.setitem(sys.modules, "__main__", main)
    program.monkeypatch.setattr(sys, "argv", ["zz_shop.py"])
    text = 'FROM python\nCOPY . .\nENTRYPOINT ["python"]\nCMD ["zz_shop.py"]\n'
    (program.folder / "Dockerfile").write_text(text)
    remedy = program.advise()
    assert (remedy.kind, remedy.file, remedy.line) == (Kind.COMMAND, "Dockerfile", 3)
    assert remedy.before == 'ENTRYPOINT ["python"]\nCMD ["zz_shop.py"]'
    assert str(remedy.after).startswith('ENTRYPOINT ["gunicorn", "--bind"')
    assert remedy.condition == ""
    assert remedy.applicability is Applicability.MACHINE


def test_debug_mode_alone_is_for_ones_own_machine(program: Program) -> None:
    program.codes = ("PG103",)
    remedy = program.advise()
    assert remedy.applicability is Applicability.MAYBE
    assert remedy.note == suggest.OWN_MACHINE
    assert [each.kind for each in remedy.alternatives] == [Kind.COMMAND, Kind.CODE]


def test_what_is_put_around_the_app_in_the_call_is_named(program: Program) -> None:
    program.launch = dataclasses.replace(LAUNCH, via=Via.WERKZEUG)
    program.served = ProxyFix
    remedy = program.advise()
    assert remedy.kind is Kind.CODE
    assert remedy.alternatives[0].losses == (module.LEFT_OUT.format(name="ProxyFix"),)


def test_flask_run_has_no_call_to_change(program: Program) -> None:
    program.launch = dataclasses.replace(LAUNCH, via=Via.FLASK_RUN)
    remedy = program.advise("app.config['X'] = 1")
    assert (remedy.kind, remedy.alternatives, remedy.losses) == (Kind.COMMAND, (), ())


def test_what_no_server_can_import_is_changed_in_the_code(program: Program) -> None:
    program.monkeypatch.setattr(sys, "frozen", True, raising=False)
    remedy = program.advise()
    assert (remedy.kind, remedy.alternatives) == (Kind.CODE, ())
    assert (remedy.changes, remedy.note) == ((), module.BUILD_AGAIN)
    assert remedy.applicability is Applicability.MAYBE


def test_a_file_that_is_not_there_is_not_edited(program: Program) -> None:
    source = SOURCE.format(before="os.remove(__file__)", page="''")
    remedy = program.run(f"import os\n{source}")
    assert (remedy.kind, remedy.alternatives) == (Kind.COMMAND, ())


def test_a_proxy_is_seen_in_the_chain_and_in_the_code(program: Program) -> None:
    hidden = program.monkeypatch.setitem
    hidden(sys.modules, "gunicorn", None)
    option = "--no-clear-untrusted-proxy-headers"
    assert option not in program.advise().command
    page = "request.headers['X-Forwarded-For']"
    assert option in program.advise(page=page).command
    before = "app.wsgi_app = __import__('werkzeug').middleware.proxy_fix.ProxyFix(app)"
    assert option in program.advise(before).alternatives[0].command


def test_the_code_of_flask_says_nothing_of_a_proxy(program: Program) -> None:
    text = mock.Mock(wraps=module._text)
    program.monkeypatch.setattr(module, "_text", text)
    program.advise()
    read = [Path(str(call.args[0])) for call in text.call_args_list]
    assert "zz_shop.py" in [file.name for file in read]
    assert "flask" not in [file.parent.name for file in read]


def test_websockets_are_seen_where_they_are_served(program: Program) -> None:
    pytest.importorskip("gevent")
    program.monkeypatch.setitem(
        sys.modules, "simple_websocket", types.ModuleType("simple_websocket")
    )
    remedy = program.advise()
    assert (remedy.kind, remedy.server) == (Kind.COMMAND, "gunicorn")
    (code,) = remedy.alternatives
    assert code.server == "gevent"
    assert code.changes[0].startswith("Put `from gevent import monkey`")


class SocketIO:
    async_mode = "threading"


def test_socketio_in_the_code_wants_another_mode(program: Program) -> None:
    program.launch = dataclasses.replace(LAUNCH, socketio="threading")
    source = SOURCE.format(before="async_mode = 'threading'", page="''")
    program.monkeypatch.setattr("builtins.SocketIO", SocketIO, raising=False)
    remedy = program.run(f"{source}\nsocketio = SocketIO()\n")
    (code,) = remedy.alternatives
    assert code.lines[-1].startswith("    socketio.run(app, ")
    assert code.changes[-1] == module.LEAVE_OUT_MODE


@pytest.mark.parametrize(
    ("module_name", "attribute", "worker"),
    [
        ("gevent.monkey", "saved", "gevent"),
        ("eventlet.patcher", "already_patched", "eventlet"),
    ],
)
def test_threads_that_a_library_has_replaced_want_its_worker(
    program: Program, module_name: str, attribute: str, worker: str
) -> None:
    library = types.ModuleType(module_name)
    setattr(library, attribute, {"threading": True})
    program.monkeypatch.setitem(sys.modules, "gevent.monkey", None)
    program.monkeypatch.setitem(sys.modules, module_name, library)
    remedy = program.advise()
    command = "".join(each.command for each in (remedy, *remedy.alternatives))
    assert f"--worker-class {worker} --workers 1 " in command
    assert "--threads" not in command


def test_several_processes_are_lost_in_the_code(program: Program) -> None:
    serving = ServerOptions(processes=3)
    program.launch = dataclasses.replace(LAUNCH, serving=serving)
    remedy = program.advise()
    assert "--workers 3 --threads 100" in remedy.command
    assert remedy.alternatives[0].losses == (
        "It serves with threads in one process, not with several processes.",
    )
    assert remedy.alternatives[0].applicability is Applicability.MAYBE


def test_a_request_handler_is_lost_in_both(program: Program) -> None:
    serving = ServerOptions(request_handler=True)
    program.launch = dataclasses.replace(LAUNCH, serving=serving)
    code = program.advise()
    assert code.losses == (NO_HANDLER.format(server="waitress"),)
    assert NO_HANDLER.format(server="gunicorn") in code.alternatives[0].losses
    assert code.applicability is Applicability.MAYBE


def test_a_platform_is_bound_where_it_reaches_the_app(program: Program) -> None:
    program.launch = dataclasses.replace(LAUNCH, address=classify("127.0.0.1", 5000))
    program.environment = Environment("production", place="heroku")
    remedy = program.advise()
    code = remedy if remedy.kind is Kind.CODE else remedy.alternatives[0]
    assert 'host="0.0.0.0"' in str(code.after)
    program.environment = Environment("production", container=True)
    assert 'host="127.0.0.1"' in str(program.advise().after)


def test_a_call_in_a_long_statement_costs_no_advice(program: Program) -> None:
    remedy = program.run(
        "from flask import Flask\n"
        "from threading import Thread\n"
        "app = Flask(__name__)\n"
        "def main():\n"
        "    start(lambda: app.run(host='0.0.0.0', port=5000, use_reloader=False), 'a"
        " thread')\n"
        "def start(function, name):\n"
        "    function()\n"
    )
    code = remedy if remedy.kind is Kind.CODE else remedy.alternatives[0]
    assert "start(lambda: serve(app, host='0.0.0.0', port=5000, " in str(code.after)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({".env": "X=1"}, "dotenv run --no-override -- gunicorn"),
        (
            {".flaskenv": "export X = 1"},
            "dotenv --file .flaskenv run --no-override -- gunicorn",
        ),
        ({".flaskenv": "FLASK_APP=x\nFLASK_RUN_PORT=1"}, "gunicorn"),
    ],
)
def test_variables_of_files_are_loaded_as_flask_loads_them(
    program: Program, files: dict[str, str], words: str
) -> None:
    pytest.importorskip("dotenv")
    for name, text in files.items():
        (program.folder / name).write_text(text)
    assert program.advise().command.startswith(f"{words} --bind")


@pytest.mark.parametrize(
    "words",
    [
        ["--env-file", "my.env", "run"],
        ["-e", "my.env", "run"],
        ["--env-file=my.env", "run"],
    ],
)
def test_the_file_that_flask_was_given_comes_first(words: list[str]) -> None:
    assert module._named_env_file(["flask", "--app", "shop", *words]) == "my.env"


def test_the_file_for_flask_may_be_in_a_variable(environ: dict[str, str]) -> None:
    assert module._named_env_file(["flask", "run"]) is None
    environ["FLASK_ENV_FILE"] = "my.env"
    assert module._named_env_file(["flask", "run"]) == "my.env"


def test_a_file_that_can_not_be_looked_for_does_not_exist(program: Program) -> None:
    dotenv = pytest.importorskip("dotenv")

    def fails(*_: object, **__: object) -> t.NoReturn:
        raise OSError

    program.monkeypatch.setattr(dotenv, "find_dotenv", fails)
    assert program.advise().command.startswith("gunicorn ")


def test_what_a_proxy_says_is_kept_where_it_is_read_around_the_app(
    program: Program,
) -> None:
    program.launch = dataclasses.replace(LAUNCH, via=Via.WERKZEUG)
    program.served = ProxyFix
    remedy = program.advise()
    shown = [remedy, *remedy.alternatives]
    assert any("clear_untrusted_proxy_headers" in str(each.after) for each in shown)


def test_a_program_that_skips_dotenv_does_not_load_it(program: Program) -> None:
    (program.folder / ".env").write_text("X=1")
    program.monkeypatch.setenv("FLASK_SKIP_DOTENV", "1")
    assert program.advise().command.startswith("gunicorn ")
    program.monkeypatch.setitem(sys.modules, "dotenv", None)
    assert program.advise().command.startswith("gunicorn ")


def test_a_thread_of_the_method_itself_is_changed_where_it_is_made(
    program: Program,
) -> None:
    source = (
        "from flask import Flask\n"
        "from threading import Thread\n"
        "app = Flask(__name__)\n"
        "thread = Thread(target=app.run)\n"
        "def main():\n"
        "    thread.start()\n"
        "    thread.join()\n"
    )
    remedy = program.run(source)
    code = remedy if remedy.kind is Kind.CODE else remedy.alternatives[0]
    assert (code.file, code.line) == ("zz_shop.py", 4)


def test_a_partial_is_changed_where_it_is_made(program: Program) -> None:
    source = (
        "from flask import Flask\n"
        "from functools import partial\n"
        "app = Flask(__name__)\n"
        "run = partial(app.run, port=80)\n"
        "def main():\n"
        "    run()\n"
    )
    remedy = program.run(source)
    code = remedy if remedy.kind is Kind.CODE else remedy.alternatives[0]
    assert (code.file, code.line) == ("zz_shop.py", 4)
    assert "partial(serve, app, " in str(code.after)


@pytest.mark.parametrize("start", ["app.run()", "thread.start(); thread.join()"])
def test_other_servers_that_will_be_refused_are_named(
    program: Program, start: str
) -> None:
    source = (
        "from flask import Flask\n"
        "from threading import Thread\n"
        "app, admin, open_to_all = map(Flask, ('app', 'admin', 'open'))\n"
        "thread = Thread(target=app.run)\n"
        "admin.extensions['prodguard'] = app.extensions['prodguard'] = None\n"
        "def main():\n"
        f"    {start}\n"
        "def others():\n"
        "    thread.run(), open_to_all.run(), Thread(target=admin.run).start()\n"
    )
    remedy = program.run(source)
    assert remedy.kind is Kind.CODE
    assert remedy.changes == (
        "`admin.run` in zz_shop.py, line 9, starts another server, which is refused as"
        " well: change it in the same way.",
    )
    lost = "`admin.run` in zz_shop.py, line 9, would not be started."
    assert lost in remedy.alternatives[0].losses


@pytest.mark.parametrize(
    ("lock", "install"),
    [("uv.lock", "uv add gunicorn"), ("Pipfile.lock", "pipenv install gunicorn")],
)
def test_a_lock_file_says_how_a_package_is_added(
    program: Program, lock: str, install: str
) -> None:
    (program.folder / lock).touch()
    for name in ("gunicorn", "waitress"):
        program.monkeypatch.setitem(sys.modules, name, None)
    remedy = program.advise()
    assert (remedy.requirements, remedy.install) == (("gunicorn",), install)
    assert remedy.applicability is Applicability.MAYBE


@pytest.mark.parametrize(
    ("environ", "start"),
    [
        ({"UV_RUN_RECURSION_DEPTH": "1"}, "uv run gunicorn "),
        ({"PIPENV_ACTIVE": "1", "POETRY_ACTIVE": "1"}, "pipenv run gunicorn "),
    ],
)
def test_what_the_program_was_started_with_is_kept(
    program: Program, environ: dict[str, str], start: str
) -> None:
    for name, value in environ.items():
        program.monkeypatch.setenv(name, value)
    assert program.advise().command.startswith(start)


def test_instrumentation_is_kept_in_the_command(program: Program) -> None:
    name = "ddtrace.bootstrap.sitecustomize"
    program.monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    assert program.advise().command.startswith("ddtrace-run gunicorn ")


def test_a_systemd_unit_gets_absolute_paths(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYSTEMD_EXEC_PID", str(__import__("os").getpid()))
    remedy = program.advise()
    assert remedy.lines[-1].startswith(f"ExecStart={Path(sys.executable).parent}/")
    assert remedy.argv[0].startswith("/")


def test_a_terminal_may_have_the_variables_of_a_unit(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INVOCATION_ID", "1")
    monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    monkeypatch.setattr("os.isatty", lambda _: False)
    assert program.advise().place.title == "systemd"
    monkeypatch.setattr("os.isatty", lambda _: True)
    assert program.advise().place.title == "a shell"


def test_what_can_not_be_found_out_costs_no_advice(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: t.Any, **options: t.Any) -> t.Any:
        raise LookupError

    monkeypatch.setattr(module, "find_start", fail)
    assert program.advise().kind is Kind.COMMAND
    monkeypatch.setattr(module, "find_losses", fail)
    monkeypatch.setattr(module, "_dotenv_files", lambda launch: ())
    assert program.advise().command.endswith("zz_shop:app")
