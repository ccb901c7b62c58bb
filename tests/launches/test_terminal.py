"""What a person sees."""

from __future__ import annotations

import pytest

from .conftest import Site
from .process import Process

RED = "\x1b[31m"


def refuse(site: Site, *, terminal: bool, **environ: str) -> Process:
    """Have `flask run` refused.

    :param site: the folder.
    :param terminal: whether it runs on a terminal.
    :param environ: the environment.
    """
    site.app()
    attempt = site.attempt_on_terminal if terminal else site.attempt
    process = attempt("flask", "run", DYNO="web.1", **environ)
    assert process.wait_exit() == 1
    assert "PG101" in process.output
    return process


def test_the_refusal_is_coloured_on_a_terminal(site: Site) -> None:
    assert f"{RED}PG101" in refuse(site, terminal=True).output


@pytest.mark.parametrize(
    ("terminal", "environ"),
    [(False, {}), (True, {"NO_COLOR": "1"}), (True, {"TERM": "dumb"})],
    ids=["a pipe", "NO_COLOR", "a dumb terminal"],
)
def test_the_refusal_is_plain_everywhere_else(
    site: Site, terminal: bool, environ: dict[str, str]
) -> None:
    assert "\x1b" not in refuse(site, terminal=terminal, **environ).output
