"""A command that does not serve is reported, and counted."""

from __future__ import annotations

import pytest

from . import share
from .conftest import Site
from .pasting import paste_all
from .process import PYTHON
from .process import require
from .programs import MAIN
from .share import Pasted
from .share import report_lines


@pytest.mark.parametrize(
    "later", ["app = None", "from flask import Flask\napp = Flask('shop')"]
)
def test_a_command_that_does_not_serve_is_reported(site: Site, later: str) -> None:
    require("gunicorn")
    site.app(MAIN)
    site.attempt(PYTHON, "app.py").wait_exit()
    site.write("app.py", later)
    site.stop()
    pasted = [*paste_all(site)]
    # It has served its purpose: what follows every test would fail.
    site.processes.clear()
    # The line of the first is gone. What is there now serves nothing, guarded or not.
    assert [each.outcome for each in pasted] == [share.FAILED, share.NEVER]
    told = "".join(each.failure for each in pasted)
    assert "It is not there" in told


def reported(*outcomes: str) -> list[str]:
    report = pytest.TestReport(
        *("a test", ("test.py", 1, "test"), {}, "passed", None, "call"),
        user_properties=[
            (share.PROPERTY, [*Pasted(outcome, f"gunicorn {outcome}")])
            for outcome in outcomes
        ],
    )
    return [*report_lines([report])]


def test_the_share_counts_every_refusal() -> None:
    outcomes = (share.SERVED, share.SERVED, share.FAILED, share.CHANGED)
    assert reported(*outcomes, share.DEBUG_ONLY) == [
        "The same app: 3 of 4 remedies answer as the development server does (75 %),"
        " distinct remedies: 3",
        "  of these, 1 after the change in the code that the message asks for",
        "  besides, 1 refused for debug mode alone: `flask run --debug` was pasted, and"
        " serves with Werkzeug's server, as it should",
    ]


def test_without_a_refusal_nothing_is_reported() -> None:
    assert reported() == []
