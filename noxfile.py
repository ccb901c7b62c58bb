"""What has to hold on every Python, Flask, Werkzeug and server that people use.

``nox -t slice`` runs a representative part: the lowest version of everything on the
oldest Python, every server and every extension on the newest. ``nox -t whole`` runs
everything and writes ``docs/matrix.md``. ``nox -l`` lists the sessions. What follows
``--`` is passed to pytest.

A Python that is not installed is skipped, and fails where ``CI`` is set.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import nox

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

nox.needs_version = ">=2024.4"
nox.options.tags = ["slice"]
nox.options.reuse_existing_virtualenvs = True

PYTHONS = ("3.10", "3.11", "3.12", "3.13")
OLDEST, NEWEST = PYTHONS[0], PYTHONS[-1]
# The oldest and the newest of each minor version, with the oldest and the newest
# Werkzeug that it allows. (Flask 2.3.0 allows Werkzeug 3.1, and fails with it.)
FLASKS = {
    ("2.3", "oldest"): ("flask==2.3.0", "werkzeug==2.3.0"),
    ("2.3", "newest"): ("flask==2.3.*", "werkzeug"),
    ("3.0", "oldest"): ("flask==3.0.0", "werkzeug==3.0.0"),
    ("3.0", "newest"): ("flask==3.0.*", "werkzeug"),
    ("3.1", "oldest"): ("flask==3.1.0", "werkzeug==3.1.0"),
    ("3.1", "newest"): ("flask==3.1.*", "werkzeug"),
}
# What Flask 2.3.0 and Werkzeug 2.3.0 declare as their lowest.
LOWEST = (
    *FLASKS["2.3", "oldest"],
    "blinker==1.6.2",
    "click==8.1.3",
    "itsdangerous==2.1.2",
    "jinja2==3.1.2",
    "markupsafe==2.1.1",
)
# The servers and the extensions meet the oldest and the newest of everything.
ENDS = {OLDEST: ("2.3", "oldest"), NEWEST: ("3.1", "newest")}
ALL_RECORDS = (
    *(
        f"tests-{python}-{'-'.join(flask)}"
        for python, flask in product(PYTHONS, FLASKS)
    ),
    "tests-lowest",
    *(f"{name}-{python}" for name, python in product(("servers", "extensions"), ENDS)),
)
# The first two have their own sessions, the others don't depend on a version.
NO_PART_OF_THE_SUITE = (
    *("servers", "extensions"),
    *("containment", "docs", "mutation", "properties", "same_app", "upstream"),
    *("launches/test_pasting.py", "test_benchmarks.py", "test_matrix.py"),
)
# What the programs need that are compared before and after a remedy.
SAME_APP = ("cheroot", "flask-sock", "websocket-client")


def _combinations() -> list[object]:
    return [
        nox.param(
            python,
            *flask,
            id=f"{python}, Flask {flask[0]}, {flask[1]} Werkzeug",
        )
        for python, flask in product(PYTHONS, FLASKS)
    ]


def _ends() -> list[object]:
    return [
        nox.param(
            python,
            id=f"{python}, Flask {flask}, {werkzeug} Werkzeug",
            tags=["slice"] if python == NEWEST else [],
        )
        for python, (flask, werkzeug) in ENDS.items()
    ]


def _record(session: nox.Session, name: str) -> Path:
    return session.cache_dir.absolute() / "records" / f"{name}.json"


def _pytest(
    session: nox.Session, record: str, packages: Iterable[str], *arguments: str
) -> None:
    file = _record(session, record)
    # It is about other versions, and this run may fail before it writes its own.
    file.unlink(missing_ok=True)
    session.install("--upgrade", "-e.", *packages)
    # A part that somebody chose isn't a row of the table.
    options = () if session.posargs else (f"--record={file}",)
    session.run(
        *("python", "-m", "pytest", "-q", "-nauto", "-p", "servers.record"),
        *(*options, *arguments, *session.posargs),
        env={"PYTHONPATH": "tests"},
    )


def _test_suite(
    session: nox.Session, record: str, packages: Iterable[str], marks: str = ""
) -> None:
    left_out = [f"--ignore=tests/{name}" for name in NO_PART_OF_THE_SUITE]
    needed = ("-rtests/requirements.txt", *packages)
    chosen = ("-m", marks, "--no-paste", *left_out)
    _pytest(session, record, needed, *chosen, "tests")


def _real_processes(session: nox.Session, name: str) -> None:
    needed = (f"-rtests/{name}/requirements.txt", *FLASKS[ENDS[str(session.python)]])
    _pytest(session, f"{name}-{session.python}", needed, f"tests/{name}")


@nox.session(tags=["whole"])
@nox.parametrize(("python", "flask", "werkzeug"), _combinations())
def tests(session: nox.Session, flask: str, werkzeug: str) -> None:
    """Run the test suite with a version of Python, Flask and Werkzeug."""
    record = f"tests-{session.python}-{flask}-{werkzeug}"
    # Those take most of the time. Between, CI starts them with three other versions.
    is_end = ENDS.get(str(session.python)) == (flask, werkzeug)
    marks = "" if is_end else "not process"
    _test_suite(session, record, FLASKS[flask, werkzeug], marks)


@nox.session(python=OLDEST, tags=["slice", "whole"])
def lowest(session: nox.Session) -> None:
    """Run the test suite with the lowest version of everything that is declared."""
    _test_suite(session, "tests-lowest", LOWEST)


@nox.session(tags=["whole"])
@nox.parametrize("python", _ends())
def servers(session: nox.Session) -> None:
    """Serve an app with every production server, and with Lambda's adapters.

    Apache and nginx: apt-get install apache2 libapache2-mod-wsgi-py3 nginx. Without
    them their tests are skipped, and fail where CI or PRODGUARD_REQUIRE_SYSTEM is set.
    """
    _real_processes(session, "servers")


@nox.session(tags=["whole"])
@nox.parametrize("python", _ends())
def extensions(session: nox.Session) -> None:
    """Start apps that use Flask's extensions, as people do."""
    _real_processes(session, "extensions")


@nox.session(python=PYTHONS[1])
def upstream(session: nox.Session) -> None:
    """Run Flask's and Werkzeug's own tests, without and with every app guarded."""
    session.run("python", "tests/upstream/compare.py", *session.posargs)


@nox.session(python=PYTHONS[1], tags=["slice", "whole"])
def containment(session: nox.Session) -> None:
    """Try many generated configurations and shapes of applications, and let each of the
    guard's functions fail in every program.
    """
    session.install("-e.", "-rtests/requirements.txt")
    session.run(
        *("python", "-m", "pytest", "-q", "-nauto"),
        *("tests/containment/test_fuzz.py", "tests/containment/test_injected.py"),
        *session.posargs,
        env={"PRODGUARD_EXAMPLES": "200"},
    )


@nox.session(python=NEWEST)
def mutation(session: nox.Session) -> None:
    """Change the package in a thousand ways, and see that the tests notice each.

    It takes about twenty minutes on two cores, and writes ``docs/mutation.md``. After a
    change of the list of survivors alone: ``nox -s mutation -- again``.
    """
    session.install("-e.", "-rtests/mutation/requirements.txt")
    session.run(
        *("nice", "python", "-m", "mutation", "docs/mutation.md", *session.posargs),
        env={"PYTHONPATH": "tests"},
        external=True,
    )


@nox.session(tags=["whole"], venv_backend="none")
def matrix(session: nox.Session) -> None:
    """Write the table of what was run into the documentation."""
    files = [_record(session, name) for name in ALL_RECORDS]
    session.run(
        *("python3", "tests/servers/matrix.py", "docs/matrix.md", *map(str, files)),
    )


@nox.session
def same_app(session: nox.Session) -> None:
    """Write the table of what was the same after a refusal into the documentation."""
    session.install("-e", ".", "-r", "tests/requirements.txt", *SAME_APP)
    session.run(
        *("pytest", "-q", "-psame_app.record", "--same-app=docs/same-app.md"),
        "tests/same_app",
        env={"PYTHONPATH": "tests"},
    )


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Measure what the guard costs, and write it into the documentation.

    For reliable figures, use a machine that does nothing else. Without valgrind no
    instructions are counted: apt-get install valgrind. ``-- --quick`` writes nothing.
    """
    session.install("-e.", "-rbenchmarks/requirements.txt")
    session.run("python", "-m", "benchmarks", *session.posargs)
