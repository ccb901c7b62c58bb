"""What each rule looks for in a launch."""

from __future__ import annotations

import typing as t

from ..environment.evidence import UNDECLARED
from ..rules import Severity
from .address import Exposure
from .launch import Via

if t.TYPE_CHECKING:
    from ..config.settings import GuardConfig
    from ..environment.evidence import Environment
    from .launch import Launch


class Observation(t.NamedTuple):
    """What a check saw."""

    text: str
    severity: Severity = Severity.REFUSE


Check: t.TypeAlias = t.Callable[
    ["Launch", "Environment", "GuardConfig"], "Observation | None"
]


def _reasons(environment: Environment) -> str:
    return "; ".join(item.seen for item in environment.deciding)


def _beyond(launch: Launch, config: GuardConfig) -> bool:
    return launch.address.is_beyond_this_machine(config.allowed_hosts.value)


def _exposed_by(
    launch: Launch, environment: Environment, config: GuardConfig
) -> str | None:
    if environment.is_production:
        return f"this is production: {_reasons(environment)}"
    if _beyond(launch, config) and not environment.is_explicitly_development:
        return f"{launch.address} is reachable from other machines"
    return None


def in_production(
    launch: Launch, environment: Environment, config: GuardConfig
) -> Observation | None:
    """The development server, in production."""
    if launch.is_development_server and environment.is_production:
        return Observation(f"this is production: {_reasons(environment)}")
    return None


def on_the_network(
    launch: Launch, environment: Environment, config: GuardConfig
) -> Observation | None:
    """The development server, where other machines can reach it."""
    if not launch.is_development_server or environment.is_explicitly_development:
        return None
    if not _beyond(launch, config):
        return None
    return Observation(
        f"the host {launch.address} binds {launch.address.exposure.value}"
    )


def debug_in_code(
    launch: Launch, environment: Environment, config: GuardConfig
) -> Observation | None:
    """Debug mode in ``app.run()``, if nothing says what this is."""
    switched_on = launch.debug or launch.debugger
    if launch.via is not Via.APP_RUN or environment.name != UNDECLARED:
        return None
    if not switched_on or _beyond(launch, config):
        return None
    if launch.address.exposure is Exposure.UNRESOLVED:
        return None
    what = launch.debug_by
    if not launch.debug:
        what = launch.run_call.switch.seen if launch.run_call else "the debugger is on"
    # What was passed is on that line, what was set elsewhere only counts there.
    joint = " at" if what.endswith("passed") else ", for the call at"
    place = f"{joint} {launch.call_site}" if launch.call_site else ""
    return Observation(
        f"{what}{place}, and nothing says that this is a development machine"
    )


def debugger(
    launch: Launch, environment: Environment, config: GuardConfig
) -> Observation | None:
    """The debugger, where others can reach it."""
    if not launch.debugger:
        return None
    what = (
        "whoever reaches it can run any Python"
        if launch.evalex
        else "whoever reaches it can read the source code (its console is off)"
    )
    exposed_by = _exposed_by(launch, environment, config)
    if not exposed_by and environment.name == UNDECLARED:
        exposed_by = launch.detour
    if exposed_by:
        return Observation(f"{exposed_by}; {what}")
    if launch.is_development_server and _beyond(launch, config):
        return Observation(
            f"{launch.address} is reachable from other machines; {what}",
            Severity.WARNING,
        )
    return None


def debug_mode(
    launch: Launch, environment: Environment, config: GuardConfig
) -> Observation | None:
    """Debug mode under a production server."""
    exposed_by = _exposed_by(launch, environment, config)
    if launch.via is Via.WSGI and launch.debug and exposed_by:
        return Observation(f"debug mode is on, and {exposed_by}", Severity.ERROR)
    return None


def testing(
    launch: Launch, environment: Environment, config: GuardConfig
) -> Observation | None:
    """``TESTING`` under a production server."""
    exposed_by = _exposed_by(launch, environment, config)
    if launch.via is Via.WSGI and launch.testing and exposed_by:
        return Observation(f"TESTING is on, and {exposed_by}", Severity.ERROR)
    return None


#: What each rule looks for. The other rules aren't about a launch.
CHECKS: dict[str, Check] = {
    "PG101": in_production,
    "PG102": on_the_network,
    "PG103": debug_in_code,
    "PG201": debugger,
    "PG202": debug_mode,
    "PG203": testing,
}
