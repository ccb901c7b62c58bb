from __future__ import annotations

import io

import pytest

from flask_prodguard.report.terminal import BAD_NEWS
from flask_prodguard.report.terminal import coloured
from flask_prodguard.report.terminal import encodable
from flask_prodguard.report.terminal import GOOD_NEWS
from flask_prodguard.report.terminal import NEUTRAL
from flask_prodguard.report.terminal import PAGE
from flask_prodguard.report.terminal import show
from flask_prodguard.report.terminal import Styles

BOLD = "\x1b[1m"
RED = "\x1b[31m"
GREEN = "\x1b[32m"
END = "\x1b[0m"


@pytest.mark.parametrize(
    ("line", "styles", "shown"),
    [
        ("flask-prodguard saw", BAD_NEWS, f"{RED}{BOLD}flask-prodguard saw{END}"),
        ("flask-prodguard saw", GOOD_NEWS, f"{GREEN}{BOLD}flask-prodguard saw{END}"),
        ("flask-prodguard 0.1", NEUTRAL, f"{BOLD}flask-prodguard 0.1{END}"),
        ("What was found:", GOOD_NEWS, f"{BOLD}What was found:{END}"),
        ("  PG101  A title", BAD_NEWS, f"  {RED}PG101{END}  A title"),
        ("  of PG101  here", BAD_NEWS, "  of PG101  here"),
        ("      paste this", NEUTRAL, f"{GREEN}      paste this{END}"),
        ("         explained", NEUTRAL, "         explained"),
        ("", NEUTRAL, ""),
        ("# PG101: a-name", PAGE, f"{BOLD}# PG101: a-name{END}"),
        ("    app.run()", PAGE, f"{GREEN}    app.run(){END}"),
        ("Prose.", PAGE, "Prose."),
    ],
)
def test_a_line_looks_like_what_it_is(line: str, styles: Styles, shown: str) -> None:
    assert coloured(line, styles) == shown


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("ascii", "caf\\xe9"), ("latin-1", "café"), ("utf-8", "café"), (None, "caf\\xe9")],
)
def test_what_an_encoding_lacks_is_written_as_an_escape(
    encoding: str | None, shown: str
) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding) if encoding else io.StringIO()

    assert encodable("café", stream) == shown


def test_a_text_is_printed_with_its_line_end() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), "ascii", newline="\n")

    show("flask-prodguard: café", stream)
    stream.flush()

    assert stream.buffer.getvalue() == b"flask-prodguard: caf\\xe9\n"
