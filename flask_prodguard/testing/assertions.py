"""What a test suite asserts about its app."""

from __future__ import annotations

import dataclasses
import typing as t
from dataclasses import dataclass

from flask.app import Flask

from ..environment.evidence import PRODUCTION
from ..guard.inspection import weaknesses
from ..judging.launch import Via
from ..report.layout import finding_lines
from ..rules import RULES_BY_CODE
from .capture import capture_launches
from .captured_launch import CapturedLaunch
from .captured_launch import described_launch
from .captured_launch import judge_captured
from .simulated import ENVIRONMENTS
from .simulated import require_choice
from .simulated import stated_environment

if t.TYPE_CHECKING:
    from .simulated import Environ

# unittest leaves the frames of a module with this name out of its tracebacks.
__unittest = True

VIA_BY_NAME = {
    "app.run": Via.APP_RUN,
    "flask run": Via.FLASK_RUN,
    "run_simple": Via.WERKZEUG,
}
NOTHING = (
    "Nothing was launched: the call came to its end without app.run(), `flask run` or"
    " any other start of Werkzeug's server."
)


@dataclass(frozen=True)
class Description:
    """How an app would be started.

    .. versionadded:: 0.1
    """

    #: ``"app.run"``, ``"flask run"`` or ``"run_simple"``.
    via: str | None = None
    host: str | None = None
    port: int | None = None
    debug: bool | None = None
    debugger: bool | None = None


def assert_refused(
    launch: Flask | t.Callable[[], object],
    /,
    *codes: str,
    environment: str | None = None,
    environ: Environ | None = None,
    via: str | None = None,
    host: str | None = None,
    port: int | None = None,
    debug: bool | None = None,
    debugger: bool | None = None,
) -> None:
    """Assert that a launch is refused. Nothing is served::

        assert_refused(lambda: app.run(host="0.0.0.0"), "PG102")
        assert_refused(app, "PG101", via="flask run", environ={"DYNO": "web.1"})

    It is judged in the environment that is stated here or around it, never in the one
    that the tests happen to run in. If nothing is stated, nothing is known about it.

    :param launch: a callable that starts the app, or the app, whose start is described
        by the remaining arguments.
    :param codes: rules that must be among the reasons.
    :param environment: ``"production"`` or ``"development"``, as
        ``PRODGUARD_ENVIRONMENT`` would say it.
    :param environ: the variables that the environment consists of.
    :param via: ``"app.run"`` (the default), ``"flask run"`` or ``"run_simple"``.
    :param host: as for :meth:`flask.Flask.run`.
    :param port: as for :meth:`flask.Flask.run`.
    :param debug: as for :meth:`flask.Flask.run`.
    :param debugger: whether the interactive debugger is on; as ``debug`` by default.
    :raises AssertionError: it is not refused, or not for these reasons, or nothing is
        launched.
    :raises ValueError: a code, the environment or `via` is unknown.
    :raises TypeError: there is nothing that can be launched.

    .. versionadded:: 0.1
    """
    __tracebackhide__ = True
    wanted = [require_choice(code, "a rule's code", RULES_BY_CODE) for code in codes]
    description = Description(via, host, port, debug, debugger)
    launches = _launches(launch, description, environment, environ)
    if not launches:
        raise AssertionError(NOTHING)
    if not all(each.is_refused for each in launches):
        raise _failure("A launch should have been refused, and was not.", launches)
    missing = [
        code for code in wanted if not any(code in each.codes for each in launches)
    ]
    if missing:
        raise _failure(
            f"The launch was refused, but not for {', '.join(missing)}.", launches
        )


def assert_allowed(
    launch: Flask | t.Callable[[], object],
    /,
    *,
    environment: str | None = None,
    environ: Environ | None = None,
    via: str | None = None,
    host: str | None = None,
    port: int | None = None,
    debug: bool | None = None,
    debugger: bool | None = None,
) -> None:
    """Assert that a launch is not refused. The arguments are those of
    :func:`assert_refused`::

        assert_allowed(app, via="flask run", debug=True, environment="development")

    :param launch: a callable that starts the app, or the app.
    :param environment: ``"production"`` or ``"development"``.
    :param environ: the variables that the environment consists of.
    :param via: ``"app.run"`` (the default), ``"flask run"`` or ``"run_simple"``.
    :param host: as for :meth:`flask.Flask.run`.
    :param port: as for :meth:`flask.Flask.run`.
    :param debug: as for :meth:`flask.Flask.run`.
    :param debugger: whether the interactive debugger is on; as ``debug`` by default.
    :raises AssertionError: it is refused, or nothing is launched.
    :raises ValueError: the environment or `via` is unknown.
    :raises TypeError: there is nothing that can be launched.

    .. versionadded:: 0.1
    """
    __tracebackhide__ = True
    description = Description(via, host, port, debug, debugger)
    launches = _launches(launch, description, environment, environ)
    if not launches:
        raise AssertionError(NOTHING)
    if any(each.is_refused for each in launches):
        raise _failure("A launch should have been allowed, and was refused.", launches)


def assert_guarded(
    app: Flask | t.Callable[[], Flask],
    environment: str = PRODUCTION,
    environ: Environ | None = None,
    ignore: t.Iterable[str] = (),
) -> None:
    """Assert that nobody has weakened the guard of an app: it is there, switched on and
    raises; no rule that applies in that environment is ignored; no allowed host means
    every interface; its configuration is valid and its hooks are in place. In
    production, debug mode and ``TESTING`` are off too, and no debugger wraps the app.

    :param app: the app, as it is deployed, or a factory, which is called in that
        environment.
    :param environment: ``"production"``, or ``"development"`` for the guard alone.
    :param environ: the variables that the environment consists of; none by default.
    :param ignore: rules that are left out, as by ``flask prodguard check --ignore``.
    :raises AssertionError: something failed. The message lists each failure, where it
        comes from and what to change.
    :raises ValueError: the environment or a rule is unknown.
    :raises TypeError: it isn't a Flask app.

    .. versionadded:: 0.1
    """
    __tracebackhide__ = True
    require_choice(environment, "an environment", ENVIRONMENTS)
    ignored = _codes(ignore)
    if not isinstance(app, Flask):
        app = _made_by(app, environment, environ)
    with stated_environment(environ=environ):
        weak = weaknesses(app, environment)
        found = [finding for finding in weak if finding.code not in ignored]
    if found:
        listed = "\n".join(finding_lines(found, with_fix=True))
        raise AssertionError(
            f"{app.name!r} is not guarded as {environment} needs it:\n\n{listed}"
        )


def _codes(ignore: t.Iterable[str]) -> set[str]:
    words = ignore.split(",") if isinstance(ignore, str) else ignore
    return {require_choice(word, "a rule's code", RULES_BY_CODE) for word in words}


def _made_by(factory: object, environment: str, environ: Environ | None) -> Flask:
    app = factory
    if callable(factory) and not _holds_flask_app(factory):
        with stated_environment(environment, environ):
            app = factory()
    if not isinstance(app, Flask):
        raise TypeError(_no_flask_app("assert_guarded", app))
    return app


def _launches(
    launch: object,
    description: Description,
    environment: str | None,
    environ: Environ | None,
) -> list[CapturedLaunch]:
    if isinstance(launch, Flask):
        with stated_environment(environment, environ):
            return [_described(launch, description)]
    if not callable(launch) or _holds_flask_app(launch):
        raise TypeError(_no_flask_app("A launch", launch) + " A callable will do too.")
    if description != Description():
        raise TypeError(
            "via, host, port, debug and debugger describe the start of a Flask app."
            " A callable starts it itself: pass them in there."
        )
    with capture_launches(environment, environ) as launches:
        ended_by = _exit_status(launch)
    if ended_by:
        raise SystemExit(ended_by)
    return launches


def _exit_status(launch: t.Callable[[], object]) -> object:
    # click commands end like this.
    try:
        launch()
    except SystemExit as end:
        return end.code
    return None


def _described(app: Flask, description: Description) -> CapturedLaunch:
    given = dataclasses.asdict(description)
    name = given.pop("via") or "app.run"
    via = VIA_BY_NAME[require_choice(name, "a way to start", VIA_BY_NAME)]
    return judge_captured(app, described_launch(app, via, given, given.pop("debugger")))


def _no_flask_app(what: str, given: object) -> str:
    kind = type(given)
    text = f"{what} needs a Flask app, not {kind.__module__}.{kind.__qualname__}."
    if _holds_flask_app(given):
        text += " Pass the Flask app that it holds, its attribute server."
    return text


def _holds_flask_app(given: object) -> bool:
    # As a Dash object does.
    return isinstance(getattr(given, "server", None), Flask)


def _failure(sentence: str, launches: list[CapturedLaunch]) -> AssertionError:
    listed = "\n".join(map(str, launches))
    return AssertionError(f"{sentence}\n\n{listed}")
