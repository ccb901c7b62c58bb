from __future__ import annotations

import dataclasses
import typing as t

import pytest
from flask import Flask

from flask_prodguard import UnsafeLaunchError
from flask_prodguard.config.settings import GuardConfig
from flask_prodguard.environment.evidence import Environment
from flask_prodguard.environment.evidence import UNDECLARED
from flask_prodguard.judging.address import classify
from flask_prodguard.judging.launch import CallSite
from flask_prodguard.judging.launch import ImportPath
from flask_prodguard.judging.launch import Launch
from flask_prodguard.judging.launch import RunCall
from flask_prodguard.judging.launch import Switch
from flask_prodguard.judging.launch import Via
from flask_prodguard.judging.verdict import judge
from flask_prodguard.remedy.suggest import suggest
from flask_prodguard.remedy.this_machine import Machine
from flask_prodguard.report import text as report

MACHINE = Machine(False, frozenset(), True, "/bin", "/srv")
PASSED = Switch("debug=True was passed", "Take debug=True out of the call")
CALL = RunCall("app.run()", PASSED, ("--debug", "--port", "5001"))


def message(
    call: RunCall | None = CALL,
    changes: tuple[str, ...] = (),
    config: GuardConfig | None = None,
    file: str = "shop.py",
    losses: tuple[str, ...] = (),
) -> str:
    launch = Launch(
        "shop",
        Via.APP_RUN,
        classify("127.0.0.1", 5001),
        debug=True,
        debug_by="debug=True was passed",
        import_path=ImportPath("serve", "app", notes=changes),
        call_site=CallSite(file, 19),
        run_call=call,
    )
    verdict = judge(launch, Environment(UNDECLARED), config or GuardConfig())
    assert verdict.codes == ("PG103",)
    remedy = suggest(MACHINE, verdict.environment, launch)
    remedy = dataclasses.replace(remedy, losses=losses)
    return report.text(verdict, remedy)


def test_the_message_in_full() -> None:
    assert message() == (
        """\
flask-prodguard refused to start the development server of 'shop'.
Nothing was started.

  PG103  debug=True was passed at shop.py, line 19, and nothing says that this
         is a development machine.

Take debug=True out of the call, and start the app with:
      flask --app serve run --debug --port 5001
Or, if this machine is for development, say so once, for every project:
      flask prodguard declare development
Fix: Take debug=True out of the call, and run: flask --app serve run --debug\
 --port 5001"""
    )


def test_the_declaration_comes_first_where_another_app_would_be_started() -> None:
    loss = "shop.py lines 7-8 run only when the file is run as a script."

    assert message(losses=(loss,)) == (
        """\
flask-prodguard refused to start the development server of 'shop'.
Nothing was started.

  PG103  debug=True was passed at shop.py, line 19, and nothing says that this
         is a development machine.

If this machine is for development, say so once, for every project:
      flask prodguard declare development
Or, take debug=True out of the call, and start the app with:
      flask --app serve run --debug --port 5001
shop.py lines 7-8 run only when the file is run as a script.
Fix: If this machine is for development, run: flask prodguard declare development"""
    )
    assert "explain PG103" in message(losses=(loss,) * 5)


def test_what_has_no_option_is_named() -> None:
    call = dataclasses.replace(CALL, without_option=("processes", "request_handler"))

    text = message(call)

    assert (
        "run --debug --port 5001\n"
        "`flask run` has no option for processes, request_handler.\n"
        "Or, if" in text
    )


def test_dash_has_its_dev_tools_named() -> None:
    text = message(dataclasses.replace(CALL, name="Dash's app.run()"))

    assert "unless the code calls app.enable_dev_tools(): on\na declared" in text


def test_a_change_in_the_code_comes_before_the_line() -> None:
    assert (
        "\nAdd wsgi.py.\nTake debug=True out of the call, and start the app with:\n"
        in message(changes=("Add wsgi.py.",))
    )


def test_without_a_call_it_says_to_take_it_out_of_the_code() -> None:
    assert (
        "Take it out of the code, and start the app with:\n"
        "      flask --app serve run --debug\n" in message(None)
    )


def test_a_start_that_goes_on_says_so() -> None:
    config = GuardConfig()
    config = dataclasses.replace(
        config, action=dataclasses.replace(config.action, value="log")
    )

    assert "\nIt starts anyway.\n" in message(config=config)


@pytest.mark.parametrize("changes", [("x " * 40,) * number for number in range(7)])
def test_it_is_never_longer_than_twelve_lines(
    changes: tuple[str, ...],
) -> None:
    call = RunCall("Dash's app.run()", PASSED, ("--debug",), ("processes",) * 3)

    text = message(call, changes, file="source/shop/application.py")

    lines = text.splitlines()
    assert len(lines) <= 12
    assert lines[-2] == "      flask prodguard declare development"
    assert lines[-1].startswith("Fix: ")
    said = "flask --app serve run --debug" in " ".join(lines[:-1])
    text = " ".join(text.split())
    assert said is not ("explain PG103` says how to start it with `flask run`." in text)


RUNS: dict[str, tuple[dict[str, t.Any], str, str]] = {
    "debug=True was passed": ({"debug": True}, "", "Take debug=True out of the call"),
    "debug is the text 'False', which Python takes as true": (
        {"debug": "False"},
        "",
        "Pass True or False, for every text but an empty one counts as true",
    ),
    "FLASK_DEBUG is set": ({}, "1", "Unset FLASK_DEBUG"),
    "use_debugger=True was passed": (
        {"use_debugger": True},
        "",
        "Take use_debugger=True out of the call",
    ),
}


@pytest.mark.parametrize("seen", RUNS)
def test_it_says_exactly_what_was_seen(
    seen: str, app: Flask, environ: dict[str, str]
) -> None:
    given, variable, undo = RUNS[seen]
    if variable:
        environ["FLASK_DEBUG"] = variable

    with pytest.raises(UnsafeLaunchError) as error:
        app.run(**given)

    said = " ".join(str(error.value).split())
    joint = " at " if seen.endswith("passed") else ", for the call at "
    assert f"PG103 {seen}{joint}".casefold() in said.casefold()
    assert "test_debug_in_code.py, line " in said
    assert undo in said
    assert sum(each.casefold() in said.casefold() for each in RUNS) == 1


def test_it_says_that_the_configuration_has_switched_debug_mode_on(app: Flask) -> None:
    app.debug = True

    seen = r"PG103  app\.debug is on, for the call at "
    with pytest.raises(UnsafeLaunchError, match=seen):
        app.run()
