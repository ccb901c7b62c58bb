"""What the guard raises, and the data each exception carries."""

from __future__ import annotations

import sys
import typing as t

import click

if t.TYPE_CHECKING:
    from .config.keys import Problem
    from .judging.verdict import Verdict
    from .remedy.remedy import Values


HEADING = (
    "flask-prodguard can't understand its configuration, so it refuses to start the"
    " development server:"
)


class ProdGuardError(Exception):
    """The base of every exception of this package.

    .. versionadded:: 0.1
    """


class SetupError(ProdGuardError, TypeError):
    """:class:`~flask_prodguard.ProdGuard` was given something it can't guard, or
    an app that is guarded already. It is raised where the mistake is made, so
    that the traceback shows the line.

    .. versionadded:: 0.1
    """


class _ShownError(ProdGuardError, click.ClickException):
    """Printed by a click command such as ``flask run`` without a traceback."""

    def show(self, file: t.IO[t.Any] | None = None) -> None:
        """Print the message as it was written, in colour on a terminal.

        :param file: where to print; standard error by default.
        """
        from .report.terminal import for_stream

        stream = sys.stderr if file is None else file
        click.echo(for_stream(self.format_message(), stream), file=stream, color=True)


class ConfigError(_ShownError, ValueError):
    """A ``PRODGUARD_*`` setting could not be understood. The text names every
    such key, its value, where the value came from and what is accepted. The
    value of an environment variable is never shown.

    :param problems: what was wrong with each key.

    .. versionadded:: 0.1
    """

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        lines = [HEADING, *(f"  {problem}" for problem in problems)]
        super().__init__("\n".join(lines))
        #: What was wrong with each key.
        self.problems = problems

    def __reduce__(self) -> tuple[type[ConfigError], tuple[t.Any, ...]]:
        return type(self), (self.problems,)


class UnsafeLaunchError(_ShownError, RuntimeError):
    """A launch of the development server was refused; nothing was started. The
    text says what was seen, why it is a mistake, and the line that fixes it.

    :param message: the whole text.
    :param verdict: the judgement behind it.
    :param remedy: what serves the app instead.

    .. versionadded:: 0.1
    """

    def __init__(
        self, message: str, verdict: Verdict, remedy: Values | None = None
    ) -> None:
        super().__init__(message)
        #: The judgement: the launch, the environment and every finding.
        self.verdict = verdict
        #: What serves the app instead, as JSON-compatible values, so that an editor or
        #: an agent can apply it. ``None`` if nothing could be found.
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[UnsafeLaunchError], tuple[t.Any, ...]]:
        return type(self), (self.message, self.verdict, self.remedy)
