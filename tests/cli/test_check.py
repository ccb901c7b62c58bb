from __future__ import annotations

import json
import sys
import types
import typing as t
from unittest import mock

import pytest
from flask import Flask
from werkzeug.debug import DebuggedApplication
from werkzeug.middleware.profiler import ProfilerMiddleware

from flask_prodguard.cli.check import check
from flask_prodguard.cli.check import CheckReport
from flask_prodguard.cli.check import Question
from flask_prodguard.cli.lookup import UnknownNameError
from flask_prodguard.guard import hooks
from flask_prodguard.guard.hook_points import HOOKS
from flask_prodguard.judging.launch import Via

if t.TYPE_CHECKING:
    from pathlib import Path


def codes(report: CheckReport) -> list[str]:
    return [finding.code for finding in report.findings]


def seen(report: CheckReport, code: str) -> list[str]:
    return [finding.seen for finding in report.findings if finding.code == code]


def outcomes(report: CheckReport) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {
        forecast.name: (forecast.outcome, forecast.verdict.codes)
        for forecast in report.forecasts
    }


def in_code(key: str) -> str:
    return f"app.config['PRODGUARD_{key}']"


def test_a_guarded_app_has_no_findings_in_production(app: Flask) -> None:
    report = check(app)

    assert report.findings == ()
    assert report.exit_status == 0
    assert report.app == "shop"
    assert outcomes(report) == {
        "app.run()": ("is refused", ("PG101",)),
        "flask run": ("is refused", ("PG101",)),
        "a WSGI server": ("serves", ()),
    }


def test_an_app_without_a_guard_is_a_finding(environ: dict[str, str]) -> None:
    report = check(Flask("bare"))

    assert codes(report) == ["PG903", "PG908", "PG908"]
    assert report.exit_status == 1
    assert seen(report, "PG903") == ["ProdGuard was not applied to 'bare'"]
    assert seen(report, "PG908")[0] == (
        "on '127.0.0.1', app.run() starts, unguarded, where the guard's defaults"
        " refuse it: PG101"
    )
    assert {forecast.outcome for forecast in report.forecasts} == {
        "starts, unguarded",
        "serves, unguarded",
    }


@pytest.mark.parametrize("environment", ["development", "undeclared"])
def test_an_app_without_a_guard_is_reported_anywhere(
    environment: str, environ: dict[str, str]
) -> None:
    assert codes(check(Flask("bare"), Question(environment))) == ["PG903"]


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        (Question("development"), ("starts", ())),
        (Question("development", debug=True), ("starts", ())),
        (Question("development", host="0.0.0.0"), ("is refused", ("PG102",))),
        (Question("undeclared"), ("starts", ())),
        (Question("undeclared", debug=True), ("is refused", ("PG103",))),
        (Question("undeclared", host="0.0.0.0"), ("is refused", ("PG102",))),
        (Question(debug=True), ("is refused", ("PG101", "PG201"))),
        (Question(host="0.0.0.0"), ("is refused", ("PG101", "PG102"))),
    ],
)
def test_a_start_that_is_refused_is_not_a_finding(
    question: Question, outcome: tuple[str, tuple[str, ...]], app: Flask
) -> None:
    report = check(app, question)

    assert outcomes(report)["app.run()"] == outcome
    assert not {"PG101", "PG102", "PG103", "PG908"}.intersection(codes(report))


def test_debug_mode_and_testing_are_seen_under_a_production_server(app: Flask) -> None:
    app.debug = True
    app.testing = True

    report = check(app)

    assert codes(report) == ["PG202", "PG203"]
    assert outcomes(report)["a WSGI server"] == (
        "serves, with an error in the log",
        ("PG202", "PG203"),
    )
    assert seen(report, "PG202") == [
        "debug mode is on, and this is production: assumed for this check"
    ]
    assert check(app, Question("development")).findings == ()


def test_the_answer_on_debug_mode_replaces_what_the_app_says(app: Flask) -> None:
    app.debug = True

    assert check(app, Question(debug=False)).findings == ()
    assert codes(check(app, Question(debug=True))) == ["PG202"]


def test_flask_debug_counts_for_both_development_servers(
    app: Flask, environ: dict[str, str]
) -> None:
    environ["FLASK_DEBUG"] = "1"

    report = check(app)

    assert outcomes(report)["app.run()"] == ("is refused", ("PG101", "PG201"))
    assert outcomes(report)["flask run"] == ("is refused", ("PG101", "PG201"))


def test_each_way_to_start_has_its_own_host(
    app: Flask, environ: dict[str, str]
) -> None:
    app.config["SERVER_NAME"] = "0.0.0.0:8080"
    environ["FLASK_RUN_HOST"] = "::"

    forecasts = check(app, Question("undeclared")).forecasts

    assert [str(forecast.verdict.launch.address) for forecast in forecasts] == [
        "'0.0.0.0'",
        "'::'",
        "an address that is not known",
    ]


def test_a_debugger_around_the_app_is_in_reach(app: Flask) -> None:
    app.wsgi_app = DebuggedApplication(app.wsgi_app, evalex=True)  # type: ignore[method-assign]

    report = check(app)

    assert codes(report) == ["PG201"]
    assert seen(report, "PG201") == [
        "this is production: assumed for this check; whoever reaches it can run any"
        " Python"
    ]
    assert outcomes(report)["DebuggedApplication"] == ("is turned off", ("PG201",))


def test_a_profiler_around_the_app_is_in_reach(app: Flask) -> None:
    app.wsgi_app = ProfilerMiddleware(app.wsgi_app)  # type: ignore[method-assign]

    assert seen(check(app), "PG204") == ["ProfilerMiddleware wraps 'shop'"]


def test_a_profiler_that_was_never_imported_wraps_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "werkzeug.middleware.profiler", raising=False)

    assert check(app).findings == ()


def test_a_guard_that_is_switched_off_allows_every_start(app: Flask) -> None:
    app.config["PRODGUARD_ENABLED"] = False

    report = check(app)

    assert codes(report) == ["PG901", "PG908", "PG908"]
    assert seen(report, "PG901") == [f"turned off by {in_code('ENABLED')}"]
    assert outcomes(report)["flask run"] == (
        "starts, with a warning",
        ("PG901", "PG101"),
    )


def test_the_state_of_the_app_is_found_even_if_the_guard_is_off(app: Flask) -> None:
    app.config["PRODGUARD_ENABLED"] = False
    app.testing = True

    assert "PG203" in codes(check(app))


def test_the_action_log_is_a_weakness(app: Flask) -> None:
    app.config["PRODGUARD_ACTION"] = "log"

    report = check(app)

    assert codes(report) == ["PG904", "PG908", "PG908"]
    assert seen(report, "PG904") == [
        f"PRODGUARD_ACTION is 'log', from {in_code('ACTION')}: an unsafe start is"
        " logged, and goes on"
    ]


def test_the_action_serve_is_a_weakness(app: Flask) -> None:
    app.config["PRODGUARD_ACTION"] = "serve"

    report = check(app)

    assert codes(report) == ["PG904", "PG908", "PG908"]
    assert report.exit_status == 1
    assert seen(report, "PG904") == [
        f"PRODGUARD_ACTION is 'serve', from {in_code('ACTION')}: an unsafe start is"
        " logged, and waitress serves the app"
    ]
    assert outcomes(report)["flask run"] == (
        "is served by waitress instead, with an error in the log",
        ("PG101",),
    )


def test_where_waitress_can_not_serve_the_app_its_start_is_refused(app: Flask) -> None:
    app.config["PRODGUARD_ACTION"] = "serve"
    app.add_url_rule("/echo", view_func=str, websocket=True)

    report = check(app)

    assert codes(report) == ["PG904"]
    assert outcomes(report)["app.run()"] == ("is refused", ("PG101",))


def test_an_ignored_rule_is_a_weakness_and_allows_its_start(app: Flask) -> None:
    app.config["PRODGUARD_IGNORE"] = ["PG101", "PG904"]

    report = check(app)

    assert codes(report) == ["PG904", "PG908", "PG908"]
    assert seen(report, "PG904") == [
        f"PRODGUARD_IGNORE leaves out PG101, PG904, from {in_code('IGNORE')}"
    ]


@pytest.mark.parametrize(
    ("environment", "code", "weak"),
    [
        ("production", "PG103", False),
        ("production", "PG102", True),
        ("development", "PG103", False),
        ("development", "PG101", False),
        ("development", "PG201", True),
        ("undeclared", "PG101", False),
        ("undeclared", "PG103", True),
    ],
)
def test_ignoring_a_rule_that_never_applies_weakens_nothing(
    environment: str, code: str, weak: bool, app: Flask
) -> None:
    app.config["PRODGUARD_IGNORE"] = [code]

    assert ("PG904" in codes(check(app, Question(environment)))) is weak


def test_the_final_word_weakens_nothing_in_development(app: Flask) -> None:
    app.config["PRODGUARD_ENVIRONMENT"] = "development"

    assert "PG904" not in codes(check(app, Question("development")))
    assert "PG904" in codes(check(app, Question("undeclared")))


def test_a_rule_that_the_project_ignores_is_not_reported(app: Flask) -> None:
    app.config["PRODGUARD_IGNORE"] = ["PG203"]
    app.testing = True

    assert codes(check(app)) == ["PG904"]


@pytest.mark.parametrize(
    ("hosts", "what"),
    [
        (["0.0.0.0/0"], "every address"),
        (["10.0.0.0/8", "::/0"], "every address"),
        (["0.0.0.0"], "every network interface"),
        (["::"], "every network interface"),
    ],
)
def test_a_wildcard_among_the_allowed_hosts_is_a_weakness(
    hosts: list[str], what: str, app: Flask
) -> None:
    app.config["PRODGUARD_ALLOWED_HOSTS"] = hosts

    found = seen(check(app), "PG904")

    assert len(found) == 1
    assert found[0].startswith(f"PRODGUARD_ALLOWED_HOSTS makes {what} count as local")
    assert in_code("ALLOWED_HOSTS") in found[0]


def test_a_network_is_not_a_wildcard(app: Flask) -> None:
    app.config["PRODGUARD_ALLOWED_HOSTS"] = ["10.0.0.0/8"]

    assert check(app).findings == ()


def test_a_variable_may_say_that_one_machine_has_a_port_mapping(
    app: Flask, environ: dict[str, str]
) -> None:
    environ["FLASK_PRODGUARD_ALLOWED_HOSTS"] = "0.0.0.0"

    assert check(app).findings == ()


def test_development_in_the_code_has_the_final_word_in_production_too(
    app: Flask,
) -> None:
    app.config["PRODGUARD_ENVIRONMENT"] = "development"

    report = check(app)

    assert codes(report) == ["PG904", "PG908", "PG908"]
    assert seen(report, "PG904") == [
        f"PRODGUARD_ENVIRONMENT is 'development', from {in_code('ENVIRONMENT')}: it"
        " has the final word in production too"
    ]
    assert outcomes(report)["app.run()"] == ("starts", ())


def test_production_in_the_code_is_not_a_weakness(app: Flask) -> None:
    app.config["PRODGUARD_ENVIRONMENT"] = "production"

    report = check(app, Question("undeclared"))

    assert report.findings == ()
    assert outcomes(report)["app.run()"] == ("is refused", ("PG101",))


def test_a_variable_that_says_development_counts_on_this_machine_only(
    app: Flask, environ: dict[str, str]
) -> None:
    environ["FLASK_PRODGUARD_ENVIRONMENT"] = "development"

    assert check(app).findings == ()


def test_a_wrong_configuration_is_reported_and_refuses(app: Flask) -> None:
    app.config["PRODGUARD_ACTION"] = "rise"
    app.config["PRODGUARD_HOSTS"] = "0.0.0.0"

    report = check(app)

    assert codes(report) == ["PG905", "PG905"]
    assert seen(report, "PG905")[1] == (
        f"PRODGUARD_ACTION, from {in_code('ACTION')}, is not understood (the value is"
        " not shown). Accepted: raise, log and serve. Did you mean raise?"
    )
    assert outcomes(report) == {
        "app.run()": ("is refused", ("PG905", "PG905")),
        "flask run": ("is refused", ("PG905", "PG905")),
        "a WSGI server": ("serves", ()),
    }


def test_a_variable_and_the_code_that_differ_contradict_each_other(
    app: Flask, environ: dict[str, str]
) -> None:
    environ["FLASK_PRODGUARD_PRODUCTION_NAMES"] = "s3cret"
    app.config["PRODGUARD_PRODUCTION_NAMES"] = ["jupiter"]

    assert seen(check(app), "PG907") == [
        "the environment variable FLASK_PRODGUARD_PRODUCTION_NAMES and"
        " app.config['PRODGUARD_PRODUCTION_NAMES'] differ: the variable counts"
    ]


def test_the_same_value_written_twice_is_not_a_contradiction(
    app: Flask, environ: dict[str, str]
) -> None:
    environ["FLASK_PRODGUARD_ENABLED"] = "on"
    environ["FLASK_PRODGUARD_ALLOWED_HOSTS"] = "10.0.0.0/8"
    app.config["PRODGUARD_ENABLED"] = True
    app.config["PRODGUARD_ALLOWED_HOSTS"] = ["10.0.0.0/8"]

    assert check(app).findings == ()


def test_a_value_that_is_not_understood_contradicts_nothing(
    app: Flask, environ: dict[str, str]
) -> None:
    environ["FLASK_PRODGUARD_ACTION"] = "rise"
    app.config["PRODGUARD_ACTION"] = "raise"

    assert codes(check(app)) == ["PG905"]


@pytest.mark.parametrize(
    "names",
    [
        {"PRODGUARD_PRODUCTION_NAMES": ["Dev"]},
        {"PRODGUARD_DEVELOPMENT_NAMES": ["staging"]},
        {
            "PRODGUARD_PRODUCTION_NAMES": ["jupiter"],
            "PRODGUARD_DEVELOPMENT_NAMES": ["jupiter"],
        },
    ],
)
def test_a_name_can_not_mean_both_environments(
    names: dict[str, list[str]], app: Flask
) -> None:
    app.config.update(names)

    assert codes(check(app)) == ["PG907"]


def test_a_displaced_hook_is_found(app: Flask) -> None:
    with mock.patch.object(Flask, "run", return_value=None):
        assert seen(check(app), "PG906") == [
            "another patch replaced the hook on Flask.run"
        ]


def test_removed_hooks_are_found(app: Flask) -> None:
    hooks.remove()

    assert len(seen(check(app), "PG906")) == len(HOOKS)
    assert seen(check(app), "PG906")[0] == "the hook on Flask.run was removed"


def test_a_missing_hook_point_is_found(app: Flask) -> None:
    with mock.patch.object(hooks, "states", return_value={"Flask.run": "missing"}):
        assert seen(check(app), "PG902") == [
            "Flask.run is missing from the installed release"
        ]


def test_rules_can_be_left_out(app: Flask) -> None:
    app.config["PRODGUARD_ACTION"] = "log"
    app.testing = True

    assert codes(check(app, Question(ignore=("PG904", "PG908")))) == ["PG203"]


@pytest.mark.parametrize(
    ("question", "error"),
    [
        ({"environment": "prod"}, "There is no environment 'prod'. Did you mean 'prod"),
        ({"ignore": ("PG1O1",)}, "There is no rule 'PG1O1'. Did you mean 'PG101'"),
    ],
)
def test_a_misspelled_question_is_not_answered(
    question: dict[str, t.Any], error: str
) -> None:
    with pytest.raises(UnknownNameError, match=error):
        Question(**question)


def test_nothing_is_started_logged_or_remembered(
    app: Flask, records: list[t.Any]
) -> None:
    app.wsgi_app = DebuggedApplication(app.wsgi_app)  # type: ignore[method-assign]

    assert check(app) == check(app)
    assert records == []


def test_the_file_is_named_if_it_is_below_the_current_folder(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    module = types.ModuleType("checked_shop")
    module.__file__ = str(tmp_path / "src" / "checked_shop.py")
    monkeypatch.setitem(sys.modules, "checked_shop", module)

    monkeypatch.chdir(tmp_path)
    assert check(Flask("checked_shop", root_path=str(tmp_path))).file == (
        "src/checked_shop.py"
    )
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert check(Flask("checked_shop", root_path=str(tmp_path))).file is None


def test_an_app_made_in_no_file_has_none(app: Flask) -> None:
    assert check(app).file is None


def test_a_report_can_be_compared_and_rendered(app: Flask) -> None:
    report = check(app)

    assert report == check(app)
    assert report != check(app, Question("development"))
    assert [forecast.verdict.launch.via for forecast in report.forecasts] == [
        Via.APP_RUN,
        Via.FLASK_RUN,
        Via.WSGI,
    ]
    assert json.dumps(report.question.ignore) == "[]"
