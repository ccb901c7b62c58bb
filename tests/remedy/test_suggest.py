from __future__ import annotations

import dataclasses
import typing as t
from pathlib import Path

import pytest

from flask_prodguard.deployment.start_command import StartCommand
from flask_prodguard.deployment.starts import read_starts
from flask_prodguard.environment.evidence import Environment
from flask_prodguard.judging.address import Address
from flask_prodguard.judging.address import classify
from flask_prodguard.judging.launch import ImportPath
from flask_prodguard.judging.launch import Launch
from flask_prodguard.judging.launch import ServerOptions
from flask_prodguard.judging.launch import Via
from flask_prodguard.remedy.code_remedy import Edit
from flask_prodguard.remedy.code_remedy import WAITRESS
from flask_prodguard.remedy.command_line import ShellKind
from flask_prodguard.remedy.places import PLACES
from flask_prodguard.remedy.remedy import Applicability
from flask_prodguard.remedy.remedy import Kind
from flask_prodguard.remedy.remedy import Remedy
from flask_prodguard.remedy.suggest import for_development
from flask_prodguard.remedy.suggest import ProgramFacts
from flask_prodguard.remedy.suggest import suggest
from flask_prodguard.remedy.this_machine import Machine

EVERYTHING = classify("0.0.0.0", 5000)
LOCAL = classify("127.0.0.1", 5000)
APP = ImportPath("serve", "app")
FACTORY = ImportPath("shop", "create_app", factory=True)


def machine(
    *installed: str, windows: bool = False, names_port: bool = False
) -> Machine:
    shell = ShellKind.CMD if windows else ShellKind.POSIX
    server = frozenset(installed)
    return Machine(windows, server, names_port, "/venv/bin", "/srv/shop", shell=shell)


def fix(
    path: ImportPath | None = APP,
    address: Address = LOCAL,
    environment: Environment | None = None,
    here: Machine | None = None,
    place: str | None = None,
    **facts: t.Any,
) -> Remedy:
    launch = Launch("shop", Via.APP_RUN, address, import_path=path, **facts)
    return suggest(here or machine("gunicorn"), environment, launch, place)


@pytest.mark.parametrize(
    ("installed", "windows", "server", "missing"),
    [
        (["gunicorn", "waitress"], False, "gunicorn", ()),
        (["waitress"], False, "waitress", ()),
        ([], False, "gunicorn", ("gunicorn",)),
        (["gunicorn", "waitress"], True, "waitress", ()),
        (["gunicorn"], True, "waitress", ("waitress",)),
    ],
)
def test_an_installed_server_that_runs_here_comes_first(
    installed: list[str], windows: bool, server: str, missing: tuple[str, ...]
) -> None:
    remedy = fix(here=machine(*installed, windows=windows))

    assert (remedy.server, remedy.requirements) == (server, missing)


@pytest.mark.parametrize(
    ("path", "address", "gunicorn", "waitress"),
    [
        (
            APP,
            LOCAL,
            "gunicorn --bind 127.0.0.1:5000 --workers 1 --threads 100 serve:app",
            "waitress-serve --listen=127.0.0.1:5000 --threads=100 serve:app",
        ),
        (
            FACTORY,
            EVERYTHING,
            "gunicorn --bind 0.0.0.0:5000 --workers 1 --threads 100"
            " 'shop:create_app()'",
            "waitress-serve --listen=0.0.0.0:5000 --threads=100 --call shop:create_app",
        ),
        (
            APP,
            classify("::", 80),
            "gunicorn --bind '[::]:80' --workers 1 --threads 100 serve:app",
            "waitress-serve '--listen=*:80' --threads=100 serve:app",
        ),
        (
            APP,
            classify("unix:///run/app.sock"),
            "gunicorn --bind unix:/run/app.sock --workers 1 --threads 100 serve:app",
            "waitress-serve --unix-socket=/run/app.sock --threads=100 serve:app",
        ),
        (
            APP,
            classify(None, 0),
            "gunicorn --bind 127.0.0.1:8000 --workers 1 --threads 100 serve:app",
            "waitress-serve --listen=127.0.0.1:8000 --threads=100 serve:app",
        ),
        (
            ImportPath("serve", "app", directory="my src"),
            LOCAL,
            "gunicorn --bind 127.0.0.1:5000 --workers 1 --threads 100"
            " --pythonpath 'my src' serve:app",
            "env 'PYTHONPATH=my src' waitress-serve --listen=127.0.0.1:5000"
            " --threads=100 serve:app",
        ),
        (
            None,
            LOCAL,
            "gunicorn --bind 127.0.0.1:5000 --workers 1 --threads 100 app:app",
            "waitress-serve --listen=127.0.0.1:5000 --threads=100 app:app",
        ),
    ],
)
def test_the_command_serves_this_app(
    path: ImportPath | None, address: Address, gunicorn: str, waitress: str
) -> None:
    assert fix(path, address).command == gunicorn
    assert fix(path, address, here=machine("waitress")).command == waitress


@pytest.mark.parametrize(
    ("mode", "worker"),
    [
        ("threading", "gthread --workers 1 --threads 100"),
        ("gevent", "gevent --workers 1"),
        ("eventlet", "eventlet --workers 1"),
        ("gevent_uwsgi", "gthread --workers 1 --threads 100"),
    ],
)
def test_a_socketio_app_gets_the_worker_for_its_mode(mode: str, worker: str) -> None:
    assert fix(socketio=mode).command == (
        f"gunicorn --bind 127.0.0.1:5000 --worker-class {worker} serve:app"
    )


@pytest.mark.parametrize(
    ("windows", "server", "missing"),
    [(False, "gunicorn", ("gunicorn",)), (True, "waitress", ())],
)
def test_a_socketio_app_is_served_by_waitress_only_where_gunicorn_does_not_run(
    windows: bool, server: str, missing: tuple[str, ...]
) -> None:
    remedy = fix(here=machine("waitress", windows=windows), socketio="threading")

    assert (remedy.server, remedy.requirements) == (server, missing)


def test_the_last_gunicorn_that_serves_eventlet_is_named() -> None:
    assert fix(socketio="eventlet").changes == (
        "gunicorn 26 and later has no worker for eventlet: install gunicorn<26.",
    )
    assert fix(socketio="eventlet", place="pythonanywhere").changes == ()
    assert fix(socketio="gevent").changes == ()


def test_windows_sets_a_variable_in_its_own_way() -> None:
    remedy = fix(
        ImportPath("serve", "app", directory="src"),
        here=machine("waitress", windows=True),
    )

    assert remedy.place is PLACES["windows"]
    assert remedy.lines == (
        'set "PYTHONPATH=src" && waitress-serve --listen=127.0.0.1:5000'
        " --threads=100 serve:app",
    )


@pytest.mark.parametrize(
    ("place", "lines"),
    [
        (
            "heroku",
            [
                "web: gunicorn --bind 0.0.0.0:$PORT --workers 1 --threads"
                " 100 'shop:create_app()'"
            ],
        ),
        (
            "docker",
            [
                'CMD ["gunicorn", "--bind", "0.0.0.0:5000", "--workers", "1",'
                ' "--threads", "100", "shop:create_app()"]'
            ],
        ),
        (
            "cloud-run",
            [
                "CMD exec gunicorn --bind 0.0.0.0:$PORT --workers 1"
                " --threads 100 'shop:create_app()'"
            ],
        ),
        (
            "beanstalk",
            [
                "web: gunicorn --bind 127.0.0.1:8000 --workers 1"
                " --threads 100 'shop:create_app()'"
            ],
        ),
        (
            "systemd",
            [
                "WorkingDirectory=/srv/shop",
                "ExecStart=/venv/bin/gunicorn --bind 127.0.0.1:5000 --workers"
                " 1 --threads 100"
                " 'shop:create_app()'",
            ],
        ),
        (
            "pythonanywhere",
            [
                "import sys",
                'sys.path.insert(0, "/home/YOU/PROJECT")',
                "from shop import create_app",
                "application = create_app()",
            ],
        ),
        (
            "databricks",
            [
                'command: ["sh", "-c", "gunicorn --bind 0.0.0.0:$PORT --workers 1'
                " --threads 100 'shop:create_app()'\"]"
            ],
        ),
    ],
)
def test_the_lines_fit_the_place(place: str, lines: list[str]) -> None:
    here = machine("gunicorn", names_port=True)

    assert [*fix(FACTORY, here=here, place=place).lines] == lines


@pytest.mark.parametrize("place", PLACES)
def test_every_place_can_be_filled_in(place: str) -> None:
    remedy = fix(place=place)

    assert remedy.lines
    assert not any("{" in line for line in remedy.lines)
    assert "{" not in remedy.note


HEROKU = Environment("production", place="heroku")


def test_a_host_that_names_no_port_gets_the_one_that_was_asked_for() -> None:
    assert fix(environment=HEROKU).lines == (
        "web: gunicorn --bind 0.0.0.0:5000 --workers 1 --threads 100 serve:app",
    )


def test_a_host_that_is_only_asked_about_will_name_its_port() -> None:
    assert fix(place="heroku").lines == (
        "web: gunicorn --bind 0.0.0.0:$PORT --workers 1 --threads 100 serve:app",
    )


@pytest.mark.parametrize(
    ("place", "lines"),
    [
        (
            "docker",
            [
                'CMD ["env", "PYTHONPATH=src", "waitress-serve",'
                ' "--listen=0.0.0.0:5000", "--threads=100", "serve:app"]'
            ],
        ),
        (
            "cloud-run",
            [
                "CMD exec env PYTHONPATH=src waitress-serve"
                " --listen=0.0.0.0:$PORT --threads=100"
                " serve:app"
            ],
        ),
        (
            "systemd",
            [
                "WorkingDirectory=/srv/shop",
                "ExecStart=/usr/bin/env PYTHONPATH=src /venv/bin/waitress-serve"
                " --listen=127.0.0.1:5000 --threads=100 serve:app",
            ],
        ),
        (
            "pythonanywhere",
            [
                "import sys",
                'sys.path.insert(0, "/home/YOU/PROJECT/src")',
                "from serve import app",
                "application = app",
            ],
        ),
        (
            "vercel",
            [
                "import sys",
                "from pathlib import Path",
                'sys.path.insert(0, str(Path(__file__).parent / "src"))',
                "from serve import app",
                "app = app",
            ],
        ),
        ("posit", ["rsconnect deploy flask --entrypoint serve:app src"]),
    ],
)
def test_an_app_in_another_folder_is_found_from_every_place(
    place: str, lines: list[str]
) -> None:
    path = ImportPath("serve", "app", directory="src")

    assert [*fix(path, here=machine("waitress"), place=place).lines] == lines


@pytest.mark.parametrize(
    ("directory", "here", "elsewhere"),
    [
        (None, "/srv/shop", "/home/YOU/PROJECT"),
        ("src", "/srv/shop/src", "/home/YOU/PROJECT/src"),
        ("/srv", "/srv", "/home/YOU/PROJECT"),
    ],
)
def test_a_file_that_is_kept_elsewhere_names_the_whole_folder(
    directory: str | None, here: str, elsewhere: str
) -> None:
    path = ImportPath("serve", "app", directory=directory)
    environment = Environment("production", place="pythonanywhere")
    on_host = fix(path, environment=environment)

    assert on_host.lines[1] == f'sys.path.insert(0, "{here}")'
    assert fix(path, place="pythonanywhere").lines[1] == (
        f'sys.path.insert(0, "{elsewhere}")'
    )


@pytest.mark.parametrize(
    ("directory", "target"), [(None, "/srv/shop/serve"), ("src", "/srv/shop/src/serve")]
)
def test_a_program_that_has_left_its_folder_is_reloaded_from_elsewhere(
    directory: str | None, target: str
) -> None:
    here = dataclasses.replace(machine(), is_left=True)
    found = fix(ImportPath("serve", "app", directory=directory), here=here)

    assert found.development.command == f"flask --app {target} run --debug"


def test_a_file_for_another_host_is_not_written_for_windows() -> None:
    path = ImportPath("serve", "app", directory="src")
    here = machine("waitress", windows=True)

    assert fix(path, here=here, place="heroku").lines == (
        "web: env PYTHONPATH=src waitress-serve --listen=0.0.0.0:$PORT"
        " --threads=100 serve:app",
    )


def test_a_host_that_serves_the_app_itself_needs_no_server_installed() -> None:
    assert not fix(here=machine(), place="pythonanywhere").requirements
    assert fix(here=machine(), place="heroku").requirements


@pytest.mark.parametrize(
    ("environment", "place"),
    [
        (None, "shell"),
        (Environment("undeclared"), "shell"),
        (Environment("undeclared", container=True), "docker"),
        (Environment("production", place="render", container=True), "render"),
    ],
)
def test_the_place_is_the_recognised_platforms(
    environment: Environment | None, place: str
) -> None:
    assert fix(environment=environment).place is PLACES[place]


def test_a_container_is_published_and_not_bound_to_loopback() -> None:
    remedy = fix(environment=Environment("undeclared", container=True))

    assert "docker run -p 127.0.0.1:5000:5000 IMAGE" in remedy.note
    assert "0.0.0.0:5000" in remedy.lines[0]


def test_what_must_change_first_is_named() -> None:
    path = ImportPath("my-app", "app", notes=("Move it.",))

    assert fix(path).changes == ("Move it.",)
    assert fix(path, here=machine("waitress")).changes == (
        "Move it.",
        "waitress can't import a file called my-app.py: rename it to my_app.py.",
    )


def test_flask_is_given_the_app_and_not_what_is_around_it() -> None:
    app = ImportPath("shop", "create_app", True, notes=("Move it.",))
    development = fix(ImportPath("serve", "web", flask_app=app)).development

    assert development.command == "flask --app shop:create_app run --debug"
    assert development.changes == ("Move it.",)


def test_the_way_to_develop_fits_the_machine(tmp_path: Path) -> None:
    (tmp_path / "__init__.py").touch()
    here = dataclasses.replace(machine(windows=True), folder=str(tmp_path))

    assert fix(here=here, place="heroku").development.command == (
        'set "PYTHONPATH=." && flask --app serve run --debug'
    )


def test_flask_is_called_by_the_python_that_has_it() -> None:
    called = ("/shop/.venv/bin/python", "-m", "flask")
    development = fix(here=dataclasses.replace(machine(), flask=called)).development

    assert development.argv == (*called, "--app", "serve", "run", "--debug")
    assert development.command == " ".join(development.argv)


@pytest.mark.parametrize(("directory", "file"), [(None, "wsgi"), ("src", "src/wsgi")])
def test_a_host_that_calls_no_factory_gets_a_file_that_does(
    directory: str | None, file: str
) -> None:
    path = ImportPath("shop", "create_app", True, directory, notes=("Move it.",))
    remedy = fix(path, place="posit")

    assert remedy.lines[-1].startswith("rsconnect deploy flask --entrypoint wsgi:app ")
    assert remedy.changes == (
        "Move it.",
        f"Posit Connect calls no function: add a file {file}.py with the lines `from"
        " shop import create_app` and `app = create_app()`.",
    )
    assert remedy.development.command.endswith("shop:create_app run --debug")


def test_advice_without_a_launch_uses_placeholders() -> None:
    remedy = suggest(machine("gunicorn"), place_key="render")

    assert remedy.lines == (
        "gunicorn --bind 0.0.0.0:$PORT --workers 1 --threads 100 app:app",
    )


TLS = ServerOptions(tls=True, certificate=("cert.pem", "key.pem"))


@pytest.mark.parametrize(
    ("serving", "options"),
    [
        (ServerOptions(processes=4), "--workers 4 --threads 100"),
        (ServerOptions(threaded=False), "--worker-class gthread --workers 1"),
        (TLS, "--workers 1 --threads 100 --certfile cert.pem --keyfile key.pem"),
    ],
)
def test_what_the_development_server_was_asked_for_is_carried_over(
    serving: ServerOptions, options: str
) -> None:
    remedy = fix(serving=serving)

    assert remedy.command == f"gunicorn --bind 127.0.0.1:5000 {options} serve:app"
    assert (remedy.losses, remedy.applicability) == ((), Applicability.MACHINE)


def test_a_certificate_whose_files_are_not_known_has_to_be_filled_in() -> None:
    remedy = fix(serving=ServerOptions(tls=True))

    assert "--certfile CERTIFICATE.pem --keyfile KEY.pem" in remedy.command
    assert remedy.applicability is Applicability.PLACEHOLDERS
    assert remedy.changes == (
        "The files of the certificate are not known: put the paths of yours in the"
        " place of CERTIFICATE.pem and KEY.pem.",
    )


@pytest.mark.parametrize("place", ["docker", "kubernetes", "systemd", "heroku"])
def test_a_unix_socket_stays_one_unless_the_host_names_a_port(place: str) -> None:
    address = classify("unix:///run/shop.sock")
    here = machine("gunicorn", names_port=place == "heroku")

    environment = Environment("production", place=place)

    remedy = fix(address=address, here=here, environment=environment)

    bind = "0.0.0.0:$PORT" if place == "heroku" else "unix:/run/shop.sock"
    assert f"--bind {bind} " in remedy.command


def test_both_protocols_stay_both_in_a_container() -> None:
    both = fix(address=classify("::", 5000), place="fly")

    assert "--bind [::]:5000 " in both.command.replace("'", "")


@pytest.mark.parametrize(
    ("facts", "loss"),
    [
        ({"serving": TLS}, "waitress has no TLS: it answers plain HTTP."),
        ({"websockets": True}, "waitress serves no WebSockets."),
        (
            {"serving": ServerOptions(processes=2)},
            "waitress serves with threads in one process, not with several.",
        ),
        (
            {"serving": ServerOptions(request_handler=True)},
            "waitress has no use for the request handler that is passed, and does"
            " without what it does.",
        ),
    ],
)
def test_what_waitress_does_not_do_on_windows_is_named(
    facts: dict[str, t.Any], loss: str
) -> None:
    remedy = fix(here=machine("waitress", windows=True), **facts)

    assert remedy.losses == (loss,)
    assert remedy.applicability is Applicability.MAYBE


def test_one_request_at_a_time_is_carried_over_to_waitress() -> None:
    command = fix(
        here=machine("waitress"), serving=ServerOptions(threaded=False)
    ).command

    assert command == "waitress-serve --listen=127.0.0.1:5000 --threads=1 serve:app"


def test_a_variable_is_filled_in_by_a_shell() -> None:
    line = "exec gunicorn --bind 0.0.0.0:$PORT --workers 1 --threads 100 serve:app"

    assert fix(place="heroku").argv == ("sh", "-c", line)
    assert fix(place="railway").command == f'sh -c "{line}"'
    assert fix(place="railway").lines == (f'sh -c "{line}"',)


EDIT = Edit(WAITRESS, 3, "app.run()", "serve(app)")


def in_code(**facts: t.Any) -> Remedy:
    launch = Launch("shop", Via.APP_RUN, LOCAL, import_path=APP)
    program = ProgramFacts(edit=EDIT, file="serve.py", **facts)
    return suggest(machine("gunicorn"), None, launch, program=program)


def test_a_change_of_the_code_may_need_a_package() -> None:
    (code,) = in_code().alternatives

    assert (code.requirements, code.install) == (("waitress",), None)
    assert code.applicability is Applicability.MAYBE
    here = dataclasses.replace(machine(), adds_with="uv add")
    (code,) = in_code(machine=here).alternatives
    assert code.install == "uv add waitress"


def test_a_host_that_imports_the_app_needs_no_change_of_the_call() -> None:
    launch = Launch("shop", Via.APP_RUN, LOCAL, import_path=APP)
    program = ProgramFacts(edit=EDIT, file="serve.py", losses=("It loses.",))
    environment = Environment("production", place="vercel")
    remedy = suggest(machine("gunicorn"), environment, launch, program=program)

    assert (remedy.kind, remedy.alternatives) == (Kind.COMMAND, ())


def test_the_words_of_a_file_stay_before_the_server(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: uv run python serve.py\n")
    (start,) = read_starts(tmp_path)
    assert isinstance(start, StartCommand)
    here = dataclasses.replace(machine("gunicorn"), wrapper=("uv", "run"))
    launch = Launch("shop", Via.APP_RUN, LOCAL, import_path=APP)
    remedy = suggest(here, HEROKU, launch, program=ProgramFacts(start=start))

    assert remedy.after == (
        "web: uv run gunicorn --bind 0.0.0.0:5000 --workers 1 --threads 100 serve:app"
    )
    # It can't be known what the file has to say.
    part = start.part._replace(word=-1)
    unknown = dataclasses.replace(start, part=part)
    remedy = suggest(here, HEROKU, launch, program=ProgramFacts(start=unknown))
    assert (remedy.file, remedy.after) == (None, None)


def test_developing_on_windows_is_advised_for_windows() -> None:
    here = machine("waitress", windows=True)
    remedy = for_development(fix(here=here), here)

    assert remedy.place is PLACES["windows"]
