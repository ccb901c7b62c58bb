"""Draws what commands print on a terminal, from their real output.

``python docs/draw_terminal.py`` starts the quickstart's shop on a terminal of its own,
and writes ``docs/pictures/*.svg``; a test holds them to that. It needs gunicorn, which
the refusal names, and a system that has terminals.
"""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import typing as t
from dataclasses import dataclass
from html import escape
from pathlib import Path

HERE = Path(__file__).parent
PROGRAMS = Path(sys.executable).parent
SHOP = HERE / "examples" / "quickstart"
PICTURES = HERE / "pictures"
# A host's environment is not that of the machine this runs on.
KEPT = ("PATH", "PYTHONPATH", "HOME")
# The longest line is the last one of a refusal.
COLUMNS = 100
FONT_SIZE = 14
CHARACTER = 8.43
LINE = 19
PADDING = 16
BAR = 30
RAISED = "UnsafeLaunchError: "
ESCAPE = re.compile(r"\x1b\[([\d;]*)m")
# Dark, as terminals are, whatever the page around it looks like.
STYLE = """\
text { font: 14px "DejaVu Sans Mono", ui-monospace, Menlo, Consolas, monospace;
  fill: #dce3ea; white-space: pre; }
.b { font-weight: 700; fill: #ffffff; }
.red { fill: #ff8b80; }
.green { fill: #7fd49a; }
.prompt { fill: #8fa3b5; }"""
CLASSES = {"1": "b", "31": "red", "32": "green"}


@dataclass(frozen=True)
class Shot:
    """A command, and the picture of what it prints."""

    name: str
    arguments: tuple[str, ...]
    environ: tuple[tuple[str, str], ...] = ()
    program: str = "flask"

    @property
    def shown(self) -> str:
        """The command as a person would type it."""
        variables = [f"{name}={value}" for name, value in self.environ]
        return " ".join([*variables, self.program, *self.arguments])

    @property
    def file(self) -> Path:
        """Where the picture is kept."""
        return PICTURES / f"{self.name}.svg"


SHOP_APP = ("--app", "shop")
DYNO = ("DYNO", "web.1")
SHOTS = (
    Shot(
        "refusal",
        ("shop.py",),
        (DYNO, ("PORT", "5000")),
        "python",
    ),
    Shot(
        "status",
        (*SHOP_APP, "prodguard", "status"),
        (DYNO, ("FLASK_ENV", "development")),
    ),
    Shot("check", (*SHOP_APP, "prodguard", "check")),
    Shot(
        "check-findings",
        (*SHOP_APP, "prodguard", "check"),
        (("FLASK_PRODGUARD_ACTION", "log"),),
    ),
    Shot("explain", (*SHOP_APP, "prodguard", "explain", "PG103")),
)


def printed(shot: Shot) -> str:
    """Run the command on a terminal, and return what it prints there.

    :param shot: the command.
    """
    environ = {name: os.environ[name] for name in KEPT if name in os.environ}
    environ |= {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **dict(shot.environ)}
    # Python 3.13 colours a traceback.
    environ["PYTHON_COLORS"] = "0"
    # What is printed names the command as it is typed.
    environ["PATH"] = os.pathsep.join([str(PROGRAMS), environ.get("PATH", "")])
    ours, theirs = pty.openpty()
    # The name as it is typed: what is printed repeats it.
    with subprocess.Popen(
        [shot.program, *shot.arguments],
        executable=PROGRAMS / shot.program,
        cwd=SHOP,
        env=environ,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ):
        os.close(theirs)
        text = b"".join(_read(ours)).decode()
    os.close(ours)
    text = text.replace("\r\n", "\n")
    # The frames of a traceback name folders of this machine, and differ by release.
    return text.rpartition(RAISED)[2]


def _read(terminal: int) -> t.Iterator[bytes]:
    while True:
        try:
            read = os.read(terminal, 65536)
        except OSError:
            # Linux says so when the other side is closed, other systems read nothing.
            return
        if not read:
            return
        yield read


def drawn(shot: Shot, text: str) -> str:
    """The picture as SVG.

    :param shot: the command.
    :param text: what it printed, with the terminal's escapes.
    """
    lines = [part for line in text.rstrip("\n").split("\n") for part in _broken(line)]
    width = round(COLUMNS * CHARACTER) + 2 * PADDING
    height = BAR + (len(lines) + 2) * LINE + PADDING
    plain = ESCAPE.sub("", text).strip()
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img"'
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        f"<title>{escape(shot.shown)}</title>",
        f"<desc>{escape(plain)}</desc>",
        f"<style>\n{STYLE}\n</style>",
        f'<rect width="{width}" height="{height}" rx="8" fill="#18202a"/>',
        *(
            f'<circle cx="{PADDING + 4 + 18 * index}" cy="15" r="5" fill="#47535f"/>'
            for index in range(3)
        ),
        _line(0, f'<tspan class="prompt">$ </tspan>{_span(shot.shown, ["b"])}'),
    ]
    parts += [
        _line(number, _spans(line)) for number, line in enumerate(lines, 2) if line
    ]
    return "\n".join([*parts, "</svg>\n"])


def _broken(line: str) -> list[str]:
    # As a terminal breaks it. What the guard lays out itself is never that long.
    if "\x1b" in line or not line:
        return [line]
    return [line[at : at + COLUMNS] for at in range(0, len(line), COLUMNS)]


def _line(number: int, spans: str) -> str:
    base = BAR + FONT_SIZE + number * LINE
    return f'<text x="{PADDING}" y="{base}">{spans}</text>'


def _spans(line: str) -> str:
    pieces: list[str] = []
    classes: list[str] = []
    for index, piece in enumerate(ESCAPE.split(line)):
        if index % 2 == 0:
            pieces.append(_span(piece, classes))
        elif piece in ("", "0"):
            classes = []
        else:
            classes = [*classes, *(CLASSES[code] for code in piece.split(";"))]
    return "".join(pieces)


def _span(text: str, classes: t.Sequence[str]) -> str:
    if not text:
        return ""
    # The width is said, so that another font does not break the columns.
    length = f'textLength="{len(text) * CHARACTER:.1f}" lengthAdjust="spacingAndGlyphs"'
    names = f' class="{" ".join(classes)}"' if classes else ""
    return f"<tspan {length}{names}>{escape(text)}</tspan>"


if __name__ == "__main__":
    for each in SHOTS:
        each.file.write_text(drawn(each, printed(each)), encoding="utf-8")
