"""The pytest plugin. It is imported in every project where the package is installed, so
it imports neither Flask nor Werkzeug before it is used.
"""

from __future__ import annotations

import contextlib
import sys
import typing as t

import pytest

if t.TYPE_CHECKING:
    from flask import Flask

    from .testing import AppAssertions

OPTION = "prodguard_app"
MARKER_NAME = "prodguard"
MARKER = (
    'prodguard(environment="production", **variables): state the environment that'
    " flask-prodguard judges this test's launches in."
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option and the ini key."""
    what = (
        "The app that must be guarded in production, such as 'shop:create_app()'. It"
        " adds one test."
    )
    group = parser.getgroup("prodguard")
    group.addoption("--prodguard-app", dest=OPTION, metavar="PATH", help=what)
    parser.addini(OPTION, what, default="")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and check how the app's path is written.

    :raises pytest.UsageError: the path is written wrongly.
    """
    config.addinivalue_line("markers", MARKER)
    path, source = _app_path(config)
    if path:
        from .testing.app_path import check_path

        with _usage_errors(source):
            check_path(path)


def _app_path(config: pytest.Config) -> tuple[str, str]:
    given = config.getoption(OPTION)
    if given is not None:
        return given, "--prodguard-app"
    where = config.inipath.name if config.inipath else "the configuration"
    return str(config.getini(OPTION)).strip(), f"{OPTION} in {where}"


@contextlib.contextmanager
def _usage_errors(source: str) -> t.Iterator[None]:
    __tracebackhide__ = True
    from .testing.app_path import AppPathError

    try:
        yield
    except AppPathError as error:
        raise pytest.UsageError(f"{source}: {error}") from error


def pytest_report_header(config: pytest.Config) -> str | None:
    """Name the app, and the environment that the tests run in."""
    path, source = _app_path(config)
    if not path:
        return None
    return (
        f"prodguard: {path} must be guarded in production (from {source});"
        f" these tests run in {_environment()}"
    )


def _environment() -> str:
    from .config.settings import read_config
    from .environment import process
    from .environment.evidence import current_environment

    config, _ = read_config({}, process.environ())
    environment = current_environment(config)
    seen = "; ".join(item.seen for item in environment.deciding)
    return f"{environment.name} ({seen or 'nothing says what this is'})"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add the test that the option asks for, unless single tests were selected."""
    path, source = _app_path(config)
    if path and not (config.args and all("::" in each for each in config.args)):
        collector = AppCollector.from_parent(
            session,
            name="prodguard",
            nodeid="prodguard",
            path_and_source=(path, source),
        )
        items.extend(collector.collect())


class AppCollector(pytest.Collector):
    """What the generated test belongs to.

    :param path_and_source: the app's path, and where it was given.

    .. versionadded:: 0.1
    """

    def __init__(self, *, path_and_source: tuple[str, str], **options: t.Any) -> None:
        super().__init__(**options)
        self.app_path: str = path_and_source[0]
        self.source: str = path_and_source[1]

    def collect(self) -> t.Iterator[GuardedAppItem]:
        """Make the test."""
        yield GuardedAppItem.from_parent(self, name=self.app_path, source=self.source)


class GuardedAppItem(pytest.Item):
    """The test that the app is guarded in production.

    .. versionadded:: 0.1
    """

    def __init__(self, *, source: str, **options: t.Any) -> None:
        super().__init__(**options)
        self.source = source

    def runtest(self) -> None:
        """Import the app as production would, and look at its guard."""
        __tracebackhide__ = True
        from .testing import assert_guarded
        from .testing import load_app
        from .testing import production

        with production():
            with _usage_errors(self.source), _importable(str(self.config.rootpath)):
                app = load_app(self.name)
            assert_guarded(app)

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: t.Any = None
    ) -> t.Any:
        """Show only the text: there is no user code to show."""
        if isinstance(excinfo.value, (AssertionError, pytest.UsageError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[str, int | None, str]:
        """Name the test."""
        return "prodguard", None, f"prodguard: {self.name}"


@contextlib.contextmanager
def _importable(folder: str) -> t.Iterator[None]:
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)


@pytest.fixture
def prodguard(request: pytest.FixtureRequest) -> AppAssertions:
    """The helpers of :mod:`flask_prodguard.testing` for the app under test: the fixture
    ``app``, or else what ``prodguard_app`` names.
    """
    from .testing import AppAssertions

    return AppAssertions(lambda: _app_under_test(request))


def _app_under_test(request: pytest.FixtureRequest) -> Flask:
    __tracebackhide__ = True
    from .testing import load_app

    try:
        return t.cast("Flask", request.getfixturevalue("app"))
    except pytest.FixtureLookupError as error:
        path, source = _app_path(request.config)
        # The app fixture may itself ask for one that does not exist.
        if error.argname != "app":
            raise
    if not path:
        raise pytest.UsageError(
            "The fixture prodguard needs the app: define a fixture named app, or set"
            ' prodguard_app to a path such as "shop:create_app()".'
        )
    with _usage_errors(source), _importable(str(request.config.rootpath)):
        return load_app(path)


def pytest_collection_finish(session: pytest.Session) -> None:
    """State the environment for the tests that are marked. An autouse fixture would run
    in every test of every project.
    """
    for item in session.items:
        if item.get_closest_marker(MARKER_NAME) is not None:
            _use_fixture(item, _prodguard_marker.__name__)


def _use_fixture(item: t.Any, name: str) -> None:
    # Before the fixtures of the test, and after those that outlive it, which are shared
    # with tests that state something else.
    names: list[str] = getattr(item, "fixturenames", [])
    if name not in names:
        found = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
        scopes = {each: found[each][-1].scope for each in names if each in found}
        outlive = [each for each in names if scopes.get(each, "function") != "function"]
        names.insert(len(outlive), name)


@pytest.fixture
def _prodguard_marker(request: pytest.FixtureRequest) -> t.Iterator[None]:
    # One list of names is shared by all the parameters of a test.
    marker = request.node.get_closest_marker(MARKER_NAME)
    with contextlib.ExitStack() as stack:
        if marker is not None:
            _state(marker, stack)
        yield


def _state(marker: pytest.Mark, stack: contextlib.ExitStack) -> None:
    from .testing.simulated import stated_environment

    variables = dict(marker.kwargs)
    environment = variables.pop("environment", None)
    if marker.args:
        raise pytest.UsageError(
            "The marker prodguard takes keyword arguments only, such as"
            ' @pytest.mark.prodguard(environment="production", DYNO="web.1").'
        )
    try:
        stack.enter_context(stated_environment(environment, variables))
    except (ValueError, TypeError) as error:
        raise pytest.UsageError(f"The marker prodguard: {error}") from error
