"""Assertions about an app, for a project's own tests. Nothing is served, and pytest is
not needed.
"""

from __future__ import annotations

import typing as t

from ..environment.evidence import DEVELOPMENT
from ..environment.evidence import PRODUCTION
from .app_path import AppPathError as AppPathError
from .app_path import load_app as load_app
from .assertions import assert_allowed as assert_allowed
from .assertions import assert_guarded as assert_guarded
from .assertions import assert_refused as assert_refused
from .capture import capture_launches as capture_launches
from .captured_launch import CapturedLaunch as CapturedLaunch
from .script import run_script as run_script
from .simulated import stated_environment

if t.TYPE_CHECKING:
    import contextlib
    import os

    from flask import Flask

    from .simulated import Environ

__all__ = [
    "AppAssertions",
    "AppPathError",
    "CapturedLaunch",
    "assert_allowed",
    "assert_guarded",
    "assert_refused",
    "capture_launches",
    "development",
    "load_app",
    "production",
    "run_script",
]


def production(
    environ: Environ | None = None, /, **variables: str
) -> contextlib._GeneratorContextManager[None]:
    """State for the length of a block that this is production, as
    ``PRODGUARD_ENVIRONMENT`` would::

        with production(DYNO="web.1"):
            assert_refused(lambda: app.run())

    The environment consists of what is stated, in ``os.environ`` and for the guard: any
    other evidence is removed from it, and restored when the block ends. It can also be
    used as a decorator.

    :param environ: variables that are set too.
    :param variables: the same, as keyword arguments.
    :raises TypeError: a variable is not a string.

    .. versionadded:: 0.1
    """
    return stated_environment(PRODUCTION, {**(environ or {}), **variables})


def development(
    environ: Environ | None = None, /, **variables: str
) -> contextlib._GeneratorContextManager[None]:
    """State for the length of a block that this is development. See :func:`production`.

    .. versionadded:: 0.1
    """
    return stated_environment(DEVELOPMENT, {**(environ or {}), **variables})


class AppAssertions:
    """The helpers of this module for one app, as given by the fixture ``prodguard``.

    :param find_app: returns the app when it is needed.

    .. versionadded:: 0.1
    """

    def __init__(self, find_app: t.Callable[[], Flask]) -> None:
        self._find_app = find_app

    @property
    def app(self) -> Flask:
        """The app."""
        return self._find_app()

    def production(
        self, environ: Environ | None = None, /, **variables: str
    ) -> contextlib.AbstractContextManager[None]:
        """State production for a block. See :func:`production`."""
        return production(environ, **variables)

    def development(
        self, environ: Environ | None = None, /, **variables: str
    ) -> contextlib.AbstractContextManager[None]:
        """State development for a block. See :func:`development`."""
        return development(environ, **variables)

    def capture_launches(
        self, environment: str | None = None, environ: Environ | None = None
    ) -> contextlib.AbstractContextManager[list[CapturedLaunch]]:
        """Serve nothing for the length of a block. See :func:`capture_launches`."""
        return capture_launches(environment, environ)

    def run_script(
        self,
        script: str | os.PathLike[str],
        argv: t.Sequence[str] = (),
        *,
        environment: str | None = None,
        environ: Environ | None = None,
    ) -> list[CapturedLaunch]:
        """Run an entry script. See :func:`run_script`."""
        return run_script(script, argv, environment=environment, environ=environ)

    def assert_refused(
        self,
        *codes: str,
        launch: t.Callable[[], object] | None = None,
        **described: t.Any,
    ) -> None:
        """Assert that a launch of the app is refused. See :func:`assert_refused`.

        :param launch: starts the app; without it, the start is the one described.
        """
        __tracebackhide__ = True
        assert_refused(launch or self.app, *codes, **described)

    def assert_allowed(
        self, *, launch: t.Callable[[], object] | None = None, **described: t.Any
    ) -> None:
        """Assert that a launch is not refused. See :func:`assert_allowed`."""
        __tracebackhide__ = True
        assert_allowed(launch or self.app, **described)

    def assert_guarded(
        self,
        environment: str = PRODUCTION,
        environ: Environ | None = None,
        ignore: t.Iterable[str] = (),
    ) -> None:
        """Assert that nobody has weakened the guard. See :func:`assert_guarded`."""
        __tracebackhide__ = True
        assert_guarded(self.app, environment, environ, ignore)
