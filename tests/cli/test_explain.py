from __future__ import annotations

import os

import pytest
from flask import Flask

from flask_prodguard.cli.explain import as_text
from flask_prodguard.cli.explain import decide
from flask_prodguard.cli.explain import find_page
from flask_prodguard.cli.explain import listing
from flask_prodguard.cli.explain import page
from flask_prodguard.cli.lookup import UnknownNameError
from flask_prodguard.environment import process
from flask_prodguard.rules import Rule
from flask_prodguard.rules import RULES

TEST = "PYTEST_CURRENT_TEST"


@pytest.fixture(autouse=True)
def outside_of_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    """pytest sets a variable in each test, which is evidence of development."""
    monkeypatch.setattr(process, "environ", lambda: {**os.environ, TEST: ""})
    monkeypatch.setattr(process, "exists", lambda path: False)


def test_nothing_needs_to_be_explained_where_all_is_allowed(app: Flask) -> None:
    assert as_text(decide(app)) == (
        "The environment is undeclared: no evidence was found.\n"
        "\n"
        "What would happen to 'shop' now:\n"
        "  app.run()            starts\n"
        "  flask run            starts\n"
        "  a WSGI server        serves"
    )


def test_a_refusal_is_explained_with_every_side(
    app: Flask, environ: dict[str, str]
) -> None:
    environ.update(DYNO="web.1", APP_ENV="dev", FLASK_DEBUG="1")

    assert as_text(decide(app)) == (
        "The environment is production: level 4 decides.\n"
        "  Level 4 says production: DYNO is set (Heroku)\n"
        "  Level 5 says development: APP_ENV=dev\n"
        "\n"
        "What would happen to 'shop' now:\n"
        "  app.run()            is refused: PG101, PG201\n"
        "  flask run            is refused: PG101, PG201\n"
        "  a WSGI server        serves\n"
        "\n"
        "Why:\n"
        "  PG101  The development server was started in production.\n"
        "         This is production: DYNO is set (Heroku).\n"
        "  PG201  Others can reach Werkzeug's interactive debugger.\n"
        "         This is production: DYNO is set (Heroku); whoever reaches it can"
        " run\n"
        "         any Python.\n"
        "\n"
        "To read more: flask prodguard explain PG101"
    )


def test_this_machines_final_word_counts(app: Flask, environ: dict[str, str]) -> None:
    environ.update(DYNO="web.1", FLASK_PRODGUARD_ENVIRONMENT="development")

    text = as_text(decide(app))

    assert text.startswith("The environment is development: level 1 decides.\n")
    assert "app.run()            starts\n" in text


def test_without_an_app_a_guarded_one_is_assumed(environ: dict[str, str]) -> None:
    environ["DYNO"] = "web.1"

    text = as_text(decide())

    assert "What would happen to a guarded app now:\n" in text
    assert "app.run()            is refused: PG101\n" in text


def test_an_app_without_a_guard_is_reported(environ: dict[str, str]) -> None:
    environ["DYNO"] = "web.1"

    text = as_text(decide(Flask("bare")))

    assert "app.run()            starts, unguarded\n" in text
    assert text.endswith(
        "The guard is not installed on this app: apply ProdGuard(app)."
    )


def test_a_wrong_configuration_is_what_refuses(app: Flask) -> None:
    app.config["PRODGUARD_ACTION"] = "rise"

    decision = decide(app)

    assert [str(problem) for problem in decision.problems] == [
        "PRODGUARD_ACTION, from app.config['PRODGUARD_ACTION'], is not understood"
        " (the value is not shown). Accepted: raise, log and serve. Did you mean"
        " raise?"
    ]
    assert "app.run()            is refused: PG905\n" in as_text(decision)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_page_has_the_same_sections_and_fits_80_columns(rule: Rule) -> None:
    lines = page(rule).splitlines()
    sections = [line for line in lines if line.startswith("## ")]

    assert lines[0] == f"# {rule.code}: {rule.name}"
    assert sections[:4] == [
        "## What it finds",
        "## Why it is a mistake",
        "## Example",
        "## How to fix it",
    ]
    assert sections[4:] == (["## References"] if rule.references else [])
    assert all(len(line) <= 80 for line in lines if not line.startswith("- <"))
    assert page(rule).isascii()


@pytest.mark.parametrize("word", ["opt-out", " OPT-OUT "])
def test_the_ways_out_are_a_page_that_needs_no_network(word: str) -> None:
    text = find_page(word)

    assert all(len(line) <= 80 for line in text.splitlines())
    assert "http" not in text
    for name in ("ENABLED", "ACTION", "ENVIRONMENT", "ALLOWED_HOSTS", "IGNORE"):
        assert f"    FLASK_PRODGUARD_{name}=" in text
    assert "    flask prodguard declare development" in text


def test_a_rule_is_a_page() -> None:
    assert find_page("pg101") == page(RULES[0])


def test_an_unknown_page_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'opt-out'"):
        find_page("optout")


def test_every_rule_is_listed() -> None:
    lines = listing().splitlines()

    assert lines[::2] == [f"{rule.code}  {rule.name}" for rule in RULES]
    assert lines[1::2] == [f"       {rule.title}" for rule in RULES]
