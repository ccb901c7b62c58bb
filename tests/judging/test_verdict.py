from __future__ import annotations

import pickle
import typing as t

import pytest

from flask_prodguard.config.settings import GuardConfig
from flask_prodguard.environment.evidence import Environment
from flask_prodguard.environment.evidence import Evidence
from flask_prodguard.environment.evidence import Level
from flask_prodguard.guard.judge import require_config
from flask_prodguard.judging.address import Address
from flask_prodguard.judging.address import classify
from flask_prodguard.judging.address import of_literal
from flask_prodguard.judging.launch import CallSite
from flask_prodguard.judging.launch import Launch
from flask_prodguard.judging.launch import RunCall
from flask_prodguard.judging.launch import Switch
from flask_prodguard.judging.launch import Via
from flask_prodguard.judging.verdict import Finding
from flask_prodguard.judging.verdict import judge
from flask_prodguard.judging.verdict import Obstacle
from flask_prodguard.judging.verdict import Outcome
from flask_prodguard.judging.verdict import Verdict
from flask_prodguard.judging.verdict import with_obstacles
from flask_prodguard.rules import Severity

LOCAL = classify("127.0.0.1", 5000)
UNIX = classify("unix:///run/app.sock")
NETWORK = classify("0.0.0.0", 5000)
UNRESOLVED = classify(None)

DYNO = Evidence(Level.STRONG_PLATFORM, "production", "DYNO is set (Heroku)")
ENVIRONMENTS = {
    "production": Environment("production", Level.STRONG_PLATFORM, (DYNO,)),
    "undeclared": Environment("undeclared"),
    "declared": Environment("development", Level.DECLARED_DEVELOPMENT),
    "inferred": Environment("development", Level.DEVELOPMENT_CONTEXT),
    "explicit": Environment("development", Level.EXPLICIT),
}

SERVERS = (Via.FLASK_RUN, Via.WERKZEUG, Via.RUNNING)


def verdict_of(
    environment: str,
    address: Address = LOCAL,
    via: Via = Via.APP_RUN,
    config: GuardConfig | None = None,
    **facts: t.Any,
) -> Verdict:
    launch = Launch("shop", via, address, **facts)
    return judge(launch, ENVIRONMENTS[environment], config or GuardConfig())


def configured(**keys: object) -> GuardConfig:
    return require_config({f"PRODGUARD_{key}": keys[key] for key in keys}, {})


@pytest.mark.parametrize("via", [Via.APP_RUN, *SERVERS])
@pytest.mark.parametrize(
    ("environment", "address", "debugger", "codes"),
    [
        ("production", LOCAL, False, ("PG101",)),
        ("production", UNIX, False, ("PG101",)),
        ("production", LOCAL, True, ("PG101", "PG201")),
        ("production", NETWORK, False, ("PG101", "PG102")),
        ("production", NETWORK, True, ("PG101", "PG102", "PG201")),
        ("production", UNRESOLVED, False, ("PG101",)),
        ("undeclared", LOCAL, False, ()),
        ("undeclared", UNIX, False, ()),
        ("undeclared", UNRESOLVED, False, ()),
        ("undeclared", NETWORK, False, ("PG102",)),
        ("undeclared", NETWORK, True, ("PG102", "PG201")),
        ("declared", LOCAL, True, ()),
        ("declared", UNIX, True, ()),
        ("declared", NETWORK, False, ("PG102",)),
        ("declared", NETWORK, True, ("PG102", "PG201")),
        ("inferred", LOCAL, True, ()),
        ("inferred", NETWORK, True, ("PG102", "PG201")),
        ("explicit", LOCAL, True, ()),
        ("explicit", NETWORK, False, ()),
    ],
)
def test_the_table_for_a_development_server(
    via: Via, environment: str, address: Address, debugger: bool, codes: tuple[str, ...]
) -> None:
    verdict = verdict_of(
        environment, address, via, debug=debugger, debugger=debugger, evalex=debugger
    )

    assert verdict.codes == codes
    assert verdict.outcome is (Outcome.REFUSE if codes else Outcome.ALLOW)


@pytest.mark.parametrize("address", [LOCAL, UNIX])
@pytest.mark.parametrize("facts", [{"debug": True}, {"debugger": True}])
def test_debug_in_code_is_refused_where_nothing_is_declared(
    facts: dict[str, t.Any], address: Address
) -> None:
    assert verdict_of("undeclared", address, **facts).codes == ("PG103",)
    for via in SERVERS:
        assert verdict_of("undeclared", address, via, **facts).codes == ()


def test_debug_in_code_on_an_unknown_host_is_werkzeugs_error() -> None:
    assert verdict_of("undeclared", UNRESOLVED, debug=True).codes == ()


def test_debug_mode_without_a_debugger_is_not_a_debugger() -> None:
    assert verdict_of("production", debug=True).codes == ("PG101",)


def test_a_reachable_debugger_is_warned_of_in_explicit_development() -> None:
    verdict = verdict_of("explicit", NETWORK, debugger=True, evalex=True)

    assert verdict.outcome is Outcome.WARN
    assert verdict.findings == (
        Finding(
            "PG201",
            "'0.0.0.0' is reachable from other machines; whoever reaches it can run"
            " any Python",
            Severity.WARNING,
        ),
    )


@pytest.mark.parametrize(
    ("environment", "address", "codes"),
    [
        ("production", of_literal(None), ("PG202", "PG203")),
        ("undeclared", of_literal("0.0.0.0"), ("PG202", "PG203")),
        ("declared", of_literal("10.1.2.3"), ("PG202", "PG203")),
        ("undeclared", of_literal("127.0.0.1"), ()),
        ("undeclared", of_literal(None), ()),
        ("explicit", of_literal("0.0.0.0"), ()),
    ],
)
def test_a_production_server_is_only_reported(
    environment: str, address: Address, codes: tuple[str, ...]
) -> None:
    verdict = verdict_of(environment, address, Via.WSGI, debug=True, testing=True)

    assert verdict.codes == codes
    assert verdict.outcome is (Outcome.REPORT if codes else Outcome.ALLOW)
    assert not verdict.is_refused


def test_what_a_production_server_shows_is_logged_as_an_error() -> None:
    verdict = verdict_of("production", via=Via.WSGI, debug=True, testing=True)

    reason = "this is production: DYNO is set (Heroku)"
    assert verdict.findings == (
        Finding("PG202", f"debug mode is on, and {reason}", Severity.ERROR),
        Finding("PG203", f"TESTING is on, and {reason}", Severity.ERROR),
    )


def test_every_reason_of_the_level_that_decided_is_named() -> None:
    render = Evidence(Level.STRONG_PLATFORM, "production", "RENDER=true (Render)")
    twice = Environment("production", Level.STRONG_PLATFORM, (DYNO, render))

    verdict = judge(Launch("shop", Via.FLASK_RUN, LOCAL), twice, GuardConfig())

    assert verdict.findings[0].seen == (
        "this is production: DYNO is set (Heroku); RENDER=true (Render)"
    )


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_verdict_keeps_what_it_rests_on(environment: str, enabled: bool) -> None:
    verdict = verdict_of(environment, config=configured(ENABLED=enabled))

    assert verdict.launch == Launch("shop", Via.APP_RUN, LOCAL)
    assert verdict.environment is ENVIRONMENTS[environment]


@pytest.mark.parametrize(
    ("environment", "address", "codes"),
    [
        ("production", of_literal(None), ("PG201",)),
        ("undeclared", of_literal("0.0.0.0"), ("PG201",)),
        ("undeclared", of_literal(None), ()),
        ("inferred", of_literal("127.0.0.1"), ()),
        ("explicit", of_literal("0.0.0.0"), ()),
    ],
)
def test_a_debugger_is_judged_on_its_own(
    environment: str, address: Address, codes: tuple[str, ...]
) -> None:
    verdict = verdict_of(environment, address, Via.DEBUGGER, debugger=True, debug=True)

    assert verdict.codes == codes
    assert verdict.is_refused == bool(codes)


def test_a_detour_to_a_debugger_is_refused_where_nothing_is_declared() -> None:
    facts: dict[str, t.Any] = {
        "debugger": True,
        "evalex": True,
        "detour": "X-Forwarded-For was sent",
    }
    for address in (LOCAL, UNRESOLVED):
        (finding,) = verdict_of("undeclared", address, Via.DEBUGGER, **facts).findings

        assert finding == Finding(
            "PG201",
            "X-Forwarded-For was sent; whoever reaches it can run any Python",
            Severity.REFUSE,
        )
    for environment in ("declared", "inferred", "explicit"):
        assert verdict_of(environment, via=Via.DEBUGGER, **facts).codes == ()


def test_what_was_seen_is_named_in_each_finding() -> None:
    verdict = verdict_of("production", NETWORK, debug=True, debugger=True)
    without_console = verdict_of("undeclared", NETWORK, debugger=True)

    findings = (*verdict.findings, *without_console.findings)
    assert [finding.seen for finding in findings] == [
        "this is production: DYNO is set (Heroku)",
        "the host '0.0.0.0' binds every network interface",
        "this is production: DYNO is set (Heroku); whoever reaches it can read the"
        " source code (its console is off)",
        "the host '0.0.0.0' binds every network interface",
        "'0.0.0.0' is reachable from other machines; whoever reaches it can read the"
        " source code (its console is off)",
    ]
    assert verdict.findings[0].rule.name == "development-server-in-production"


@pytest.mark.parametrize(
    ("facts", "seen"),
    [
        ({"debug": True}, "app.debug is on"),
        ({"debug": True, "debug_by": "FLASK_DEBUG is set"}, "FLASK_DEBUG is set"),
        ({"debugger": True}, "the debugger is on"),
    ],
)
def test_what_was_switched_on_is_named(facts: dict[str, t.Any], seen: str) -> None:
    (finding,) = verdict_of("undeclared", **facts).findings

    assert finding.seen == (
        f"{seen}, and nothing says that this is a development machine"
    )


PASSED = RunCall("app.run()", Switch("use_debugger=True was passed", "Take it out"))


@pytest.mark.parametrize(
    ("facts", "seen"),
    [
        (
            {"debug": True, "debug_by": "debug=True was passed", "run_call": PASSED},
            "debug=True was passed at shop.py, line 19",
        ),
        (
            {"debugger": True, "run_call": PASSED},
            "use_debugger=True was passed at shop.py, line 19",
        ),
        (
            {"debug": True, "debug_by": "FLASK_DEBUG is set"},
            "FLASK_DEBUG is set, for the call at shop.py, line 19",
        ),
    ],
)
def test_the_line_of_the_call_is_named(facts: dict[str, t.Any], seen: str) -> None:
    call_site = CallSite("shop.py", 19)
    (finding,) = verdict_of("undeclared", call_site=call_site, **facts).findings

    assert finding.seen == (
        f"{seen}, and nothing says that this is a development machine"
    )


def test_the_action_log_reports_and_goes_on() -> None:
    verdict = verdict_of("production", config=configured(ACTION="log"))

    assert verdict.outcome is Outcome.REPORT
    assert verdict.codes == ("PG101",)


def test_the_action_serve_has_a_development_server_replaced() -> None:
    serve = configured(ACTION="serve")
    verdict = verdict_of("production", config=serve)

    assert verdict.outcome is Outcome.SERVE
    assert verdict.codes == ("PG101",)
    assert not verdict.is_refused
    debugger = verdict_of("production", via=Via.DEBUGGER, debugger=True, config=serve)
    assert debugger.is_refused
    assert verdict_of("undeclared", config=serve).outcome is Outcome.ALLOW


def test_what_waitress_can_not_serve_is_refused() -> None:
    verdict = verdict_of("production", config=configured(ACTION="serve"))
    assert verdict.obstacles == ()
    obstacles = (Obstacle("waitress isn't installed", "Install it."),)

    refused = with_obstacles(verdict, obstacles)

    assert refused.is_refused
    assert refused.obstacles == obstacles
    assert refused.launch is verdict.launch
    assert refused.findings == verdict.findings
    assert with_obstacles(verdict, ()) == verdict


def test_the_opt_out_refuses_nothing_and_is_a_finding() -> None:
    off = configured(ENABLED=False)
    verdict = verdict_of("production", config=off)

    assert verdict.outcome is Outcome.WARN
    assert verdict.codes == ("PG901", "PG101")
    assert verdict.findings[0] == Finding(
        "PG901", "turned off by app.config['PRODGUARD_ENABLED']", Severity.WARNING
    )
    assert verdict_of("undeclared", config=off).outcome is Outcome.ALLOW
    assert verdict_of("undeclared", config=off).codes == ()
    assert verdict_of("production", via=Via.WSGI, config=off, debug=True).codes == ()


def test_an_ignored_rule_is_not_reported() -> None:
    config = configured(IGNORE=["PG101"])

    assert verdict_of("production", config=config).outcome is Outcome.ALLOW
    assert verdict_of("production", NETWORK, config=config).codes == ("PG102",)
    silent = configured(ENABLED=False, IGNORE=["PG901"])
    assert verdict_of("production", config=silent).findings == ()


@pytest.mark.parametrize(
    ("allowed", "outcome"), [("0.0.0.0", Outcome.ALLOW), ("10.0.0.0/8", Outcome.REFUSE)]
)
def test_an_allowed_host_counts_as_local(allowed: str, outcome: Outcome) -> None:
    config = configured(ALLOWED_HOSTS=allowed)

    assert verdict_of("undeclared", NETWORK, config=config).outcome is outcome
    assert verdict_of("production", NETWORK, config=config).is_refused


def test_an_allowed_host_does_not_excuse_debug_in_code() -> None:
    config = configured(ALLOWED_HOSTS="0.0.0.0")

    assert verdict_of("undeclared", NETWORK, config=config, debug=True).codes == (
        "PG103",
    )


def test_a_finding_has_its_own_advice_only_if_it_is_given() -> None:
    (finding,) = verdict_of("production").findings

    assert finding.fix == ""


def test_the_outcomes_are_ordered_by_strictness() -> None:
    names = [outcome.name for outcome in sorted(Outcome)]

    assert names == ["ALLOW", "WARN", "REPORT", "SERVE", "REFUSE"]
    assert [*Outcome] == [0, 1, 2, 3, 4]


def test_a_verdict_survives_pickling() -> None:
    verdict = verdict_of("production", NETWORK, debug=True, debugger=True)

    assert pickle.loads(pickle.dumps(verdict)) == verdict
