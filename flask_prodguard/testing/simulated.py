"""States the environment for a block, so that nothing is judged in the one where the
tests happen to run.
"""

from __future__ import annotations

import contextlib
import functools
import os
import threading
import typing as t

from ..config.settings import nearest_to
from ..environment import process
from ..environment.evidence import DECIDING_VARIABLES
from ..environment.evidence import DEVELOPMENT
from ..environment.evidence import PRODUCTION
from ..environment.platforms import PLATFORMS
from ..guard.start import REPORTED_VARIABLE

ENVIRONMENTS = (PRODUCTION, DEVELOPMENT)
ENVIRONMENT_VARIABLE = "FLASK_PRODGUARD_ENVIRONMENT"

# pytest sets these itself at every step of a test, and fails if one is gone.
RUNNER_VARIABLES = frozenset({"PYTEST_VERSION", "PYTEST_CURRENT_TEST"})
# They control how Flask and Werkzeug start a server.
START_VARIABLES = frozenset(
    {
        "FLASK_DEBUG",
        "FLASK_SKIP_DOTENV",
        "WERKZEUG_RUN_MAIN",
        "WERKZEUG_SERVER_FD",
        REPORTED_VARIABLE,
    }
)
START_PREFIXES = ("FLASK_PRODGUARD_", "FLASK_RUN_")

Environ: t.TypeAlias = t.Mapping[str, str]


class SimulatedEnvironment(process.StatedProcess):
    """An environment that consists of what is stated, for as long as it is in force.

    ``os.environ`` holds what is stated, and variables that aren't evidence. The guard
    sees what is stated, and what the code under test sets in the meantime.
    """

    def __init__(self, variables: Environ) -> None:
        super().__init__(self._visible, _nothing_exists)
        self.before: dict[str, str] = dict(os.environ)
        self._variables = variables
        kept = {name: self.before[name] for name in self.before if not _decides(name)}
        # A .env file belongs to the machine on which the tests happen to run.
        _become({**kept, "FLASK_SKIP_DOTENV": "1", **variables})
        self._unseen = {k: v for k, v in kept.items() if k not in variables}

    def _visible(self) -> Environ:
        return {
            name: value
            for name, value in os.environ.items()
            if self._unseen.get(name) != value and not self._is_runners(name)
        }

    def restore(self) -> None:
        """Restore the environment as it was before."""
        runners = {k: v for k, v in os.environ.items() if self._is_runners(k)}
        before = {k: v for k, v in self.before.items() if not self._is_runners(k)}
        _become({**before, **runners})

    def _is_runners(self, name: str) -> bool:
        return name in RUNNER_VARIABLES and name not in self._variables


_lock = threading.Lock()


def _in_force() -> list[SimulatedEnvironment]:
    return [each for each in process.stated if isinstance(each, SimulatedEnvironment)]


@contextlib.contextmanager
def stated_environment(
    environment: str | None = None, environ: Environ | None = None
) -> t.Iterator[None]:
    """State the environment for the length of a block. If nothing is given, what an
    outer block has stated still counts; otherwise there is no evidence.

    Every thread sees it. ``os.environ`` is restored exactly when the block ends.

    :param environment: ``"production"`` or ``"development"``, as the variable
        ``FLASK_PRODGUARD_ENVIRONMENT`` would say it.
    :param environ: the variables that the environment consists of.
    :raises ValueError: the environment is unknown, or is given twice.
    :raises TypeError: a variable is not a string.
    """
    variables = _variables(environment, environ)
    with _lock:
        if variables is None:
            around = _in_force()
            variables = around[-1].environ() if around else {}
        simulated = SimulatedEnvironment(variables)
        process.stated.append(simulated)
    try:
        yield
    finally:
        with _lock:
            _withdraw(simulated)


def _variables(environment: str | None, environ: Environ | None) -> Environ | None:
    if environment is None and environ is None:
        return None
    variables = dict(environ or {})
    for name, value in variables.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError(
                f"The variable {name!r} must be a string: it was given a value of the"
                f" type {type(value).__name__}."
            )
    if environment is not None:
        if ENVIRONMENT_VARIABLE in variables:
            raise ValueError(
                f"The environment is said twice: remove {ENVIRONMENT_VARIABLE} or the"
                " argument environment."
            )
        variables[ENVIRONMENT_VARIABLE] = require_choice(
            environment, "an environment", ENVIRONMENTS
        )
    return variables


def require_choice(given: object, kind: str, accepted: t.Collection[str]) -> str:
    """Return what was given, if it is accepted.

    :param kind: what it should be, with its article.
    :raises ValueError: it is not accepted.
    """
    if isinstance(given, str) and given in accepted:
        return given
    known = ", ".join(map(repr, accepted))
    nearest = nearest_to(str(given), accepted)
    raise ValueError(
        f"{given!r} is not {kind}. Accepted: {known}. Did you mean {nearest!r}?"
    )


def _withdraw(simulated: SimulatedEnvironment) -> None:
    in_force = _in_force()
    above = in_force[in_force.index(simulated) + 1 :]
    process.stated.remove(simulated)
    if above:
        # Blocks of two threads overlap: the last one to end restores for both.
        above[0].before = simulated.before
    else:
        simulated.restore()


def _become(variables: Environ) -> None:
    for name in [*os.environ]:
        if name not in variables:
            del os.environ[name]
    for name, value in variables.items():
        if os.environ.get(name) != value:
            os.environ[name] = value


def _nothing_exists(path: str) -> bool:
    return False


def _decides(name: str) -> bool:
    if name in RUNNER_VARIABLES:
        return False
    decides = name in DECIDING_VARIABLES or name in START_VARIABLES
    return decides or name.startswith(_deciding_prefixes())


@functools.cache
def _deciding_prefixes() -> tuple[str, ...]:
    return (
        *START_PREFIXES,
        *(prefix for platform in PLATFORMS for prefix in platform.veto_prefixes),
    )
