from __future__ import annotations

import io

import pytest

from flask_prodguard.report.terminal import BAD_NEWS
from flask_prodguard.report.terminal import coloured
from flask_prodguard.report.terminal import encodable
from flask_prodguard.report.terminal import GOOD_NEWS
from flask_prodguard.report.terminal import HEADING
from flask_prodguard.report.terminal import show
from flask_prodguard.report.terminal import Style

BOLD = "\x1b[1m"
RED = "\x1b[31m"
GREEN = "\x1b[32m"
END = "\x1b[0m"


@pytest.mark.parametrize(
    ("opening", "shown"),
    [
        (BAD_NEWS, f"{RED}{BOLD}flask-prodguard saw{END}"),
        (GOOD_NEWS, f"{GREEN}{BOLD}flask-prodguard saw{END}"),
        (HEADING, f"{BOLD}flask-prodguard saw{END}"),
        (None, "flask-prodguard saw"),
    ],
)
def test_the_first_line_looks_like_the_news(opening: Style | None, shown: str) -> None:
    assert coloured("flask-prodguard saw\nit.", opening) == f"{shown}\nit."


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("What was found:", f"{BOLD}What was found:{END}"),
        ("  PG101  A title", f"  {RED}PG101{END}  A title"),
        ("PG101  a-name", f"{RED}PG101{END}  a-name"),
        ("  of PG101  here", "  of PG101  here"),
        ("           - gone", f"{RED}           - gone{END}"),
        ("           + new", f"{GREEN}           + new{END}"),
        ("      - name: an item", f"{GREEN}      - name: an item{END}"),
        ("      paste this", f"{GREEN}      paste this{END}"),
        ("         explained", "         explained"),
        ("", ""),
        ("# PG101: a-name", f"{BOLD}# PG101: a-name{END}"),
        ("    app.run()", f"{GREEN}    app.run(){END}"),
        ("Prose.", "Prose."),
    ],
)
def test_a_line_looks_like_what_it_is(line: str, shown: str) -> None:
    assert coloured(line) == shown


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
