"""Draws what commands print on a terminal, from their real output.

``python docs/draw_terminal.py`` starts the quickstart's shop on a terminal of its own,
and writes ``docs/pictures/*.svg``, each once more for a phone; a test holds them to
that. It needs gunicorn, which the refusal names, and a system that has terminals.
"""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import typing as t
from dataclasses import dataclass
from html import escape
from pathlib import Path

HERE = Path(__file__).parent
PROGRAMS = Path(sys.executable).parent
SHOP = HERE / "examples" / "quickstart" / "shop.py"
PICTURES = HERE / "pictures"
# A host's environment is not that of the machine this runs on.
KEPT = ("PATH", "PYTHONPATH")
PATIENCE = 60.0
# The longest line is the last one of a refusal.
COLUMNS = 100
# As much as can be read without enlarging it, 390 pixels wide.
NARROW = 46
# Two pictures side by side, or one below the other on a phone.
BESIDE = (NARROW,)
FONT_SIZE = 14
CHARACTER = 8.43
LINE = 19
PADDING = 16
BAR = 30
RAISED = "UnsafeLaunchError: "
ESCAPE = re.compile(r"\x1b\[([\d;]*)m")
# What follows the code of a rule stands in a column of its own.
CODE = re.compile(r" *PG\d+  ")
PORT = "8000"
# The address of this machine is nobody's business. This one is kept for
# documentation: https://www.rfc-editor.org/rfc/rfc5737 (read 2026-11-27).
ADDRESS = re.compile(r"(127\.0\.0\.1:\d+\n.*Running on http://)[\d.]+")
EXAMPLE = r"\g<1>192.0.2.10"
PIN = ("WERKZEUG_DEBUG_PIN", "123-456-789")
# Dark, as terminals are, whatever the page around it looks like.
STYLE = """\
text { font: 14px "DejaVu Sans Mono", ui-monospace, Menlo, Consolas, monospace;
  fill: #dce3ea; white-space: pre; }
.b { font-weight: 700; fill: #ffffff; }
.red { fill: #ff8b80; }
.green { fill: #7fd49a; }
.yellow { fill: #e3c777; }
.prompt { fill: #8fa3b5; }"""
CLASSES = {"1": "b", "31": "red", "32": "green", "33": "yellow"}
Cells: t.TypeAlias = "list[tuple[str, tuple[str, ...]]]"


@dataclass(frozen=True)
class Command:
    """What a person types."""

    arguments: tuple[str, ...]
    environ: tuple[tuple[str, str], ...] = ()
    program: str = "flask"
    #: What a server prints last. It is stopped then.
    until: str = ""

    @property
    def shown(self) -> str:
        """The command as it is typed."""
        variables = [f"{name}={value}" for name, value in self.environ]
        return " ".join([*variables, self.program, *self.arguments])


@dataclass(frozen=True)
class Shot:
    """Commands, and the picture of what they print."""

    name: str
    commands: tuple[Command, ...]
    #: Where this is, in words.
    where: str = ""
    #: What is set there, so that nobody types it.
    environ: tuple[tuple[str, str], ...] = ()
    #: What is replaced in the shop, and files that lie beside it.
    changed: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    #: What a host writes before each line of its log, where nobody types.
    prefix: str = ""
    columns: tuple[int, ...] = (COLUMNS, NARROW)

    def file(self, columns: int = COLUMNS) -> Path:
        """Where the picture is kept.

        :param columns: how wide it is.
        """
        suffix = "-narrow" if columns == NARROW else ""
        return PICTURES / f"{self.name}{suffix}.svg"


SHOP_APP = ("--app", "shop")
DYNO = ("DYNO", "web.1")
HEROKU_PORT = ("PORT", "5000")
SERVED = Command(("shop.py",), program="python", until="CTRL+C")
UNGUARDED = (
    ("from flask_prodguard import ProdGuard\n", ""),
    ("    ProdGuard(app)\n", ""),
)
IN_DEBUG_MODE = (('host="0.0.0.0"', "debug=True"),)
PROCFILE = ("Procfile", "web: python shop.py\n")
REQUIREMENTS = ("requirements.txt", "flask\ngunicorn\n")
SHOTS = (
    Shot(
        "refusal",
        (Command(("shop.py",), (DYNO, HEROKU_PORT), "python"),),
    ),
    Shot(
        "unguarded",
        (SERVED,),
        "Without the guard",
        (DYNO, HEROKU_PORT),
        UNGUARDED,
        columns=BESIDE,
    ),
    Shot("guarded", (SERVED,), "With the guard", (DYNO, HEROKU_PORT), columns=BESIDE),
    Shot(
        "laptop",
        (
            Command(("prodguard", "declare", "development")),
            Command(("shop.py",), program="python", until="PIN: "),
        ),
        "Your laptop",
        (PIN,),
        IN_DEBUG_MODE,
        columns=BESIDE,
    ),
    Shot(
        "host",
        (SERVED,),
        "Heroku",
        (DYNO, HEROKU_PORT),
        IN_DEBUG_MODE,
        columns=BESIDE,
    ),
    Shot(
        "heroku-log",
        (SERVED,),
        "The log on Heroku",
        (DYNO, HEROKU_PORT),
        prefix="app[web.1]: ",
    ),
    Shot(
        "scan",
        (
            Command(("-m", "flask_prodguard", "scan"), program="python"),
            Command(("-m", "flask_prodguard", "scan", "--diff"), program="python"),
        ),
        changed=UNGUARDED,
        files=(PROCFILE, REQUIREMENTS),
    ),
    Shot(
        "status",
        (
            Command(
                (*SHOP_APP, "prodguard", "status"),
                (DYNO, ("FLASK_ENV", "development")),
            ),
        ),
    ),
    Shot("check", (Command((*SHOP_APP, "prodguard", "check")),)),
    Shot(
        "check-findings",
        (
            Command(
                (*SHOP_APP, "prodguard", "check"),
                (("FLASK_PRODGUARD_ACTION", "log"),),
            ),
        ),
    ),
    Shot("explain", (Command((*SHOP_APP, "prodguard", "explain", "PG103")),)),
)


def printed(shot: Shot) -> tuple[str, ...]:
    """Run the commands on a terminal, and return what each prints there.

    :param shot: the commands.
    """
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as home:
        port = _prepare(shot, Path(folder))
        environ = {name: os.environ[name] for name in KEPT if name in os.environ}
        environ |= {"HOME": home, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        # Python 3.13 colours a traceback.
        environ |= {"PYTHON_COLORS": "0", **dict(shot.environ)}
        # What is printed names the command as it is typed.
        environ["PATH"] = os.pathsep.join([str(PROGRAMS), environ.get("PATH", "")])
        texts = [_output(each, Path(folder), environ) for each in shot.commands]
    return tuple(
        ADDRESS.sub(EXAMPLE, text.replace(port, PORT).replace(home, "~"))
        for text in texts
    )


def _prepare(shot: Shot, folder: Path) -> str:
    text = SHOP.read_text(encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
    # Only where something is served, so that a port which is taken is in nobody's way.
    served = [("port=8000", f"port={port}")] if serves(shot) else []
    for old, new in [*shot.changed, *served]:
        if old not in text:
            raise ValueError(f"The shop has no {old!r}.")
        text = text.replace(old, new)
    for name, content in (("shop.py", text), *shot.files):
        (folder / name).write_text(content, encoding="utf-8")
    return port


def serves(shot: Shot) -> bool:
    """Whether a server may be started.

    :param shot: the commands.
    """
    return any(command.until for command in shot.commands)


def _output(command: Command, folder: Path, environ: dict[str, str]) -> str:
    ours, theirs = pty.openpty()
    # The name as it is typed: what is printed repeats it.
    with subprocess.Popen(
        [command.program, *command.arguments],
        executable=PROGRAMS / command.program,
        cwd=folder,
        env={**environ, **dict(command.environ)},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        # A reloader has a process below it.
        start_new_session=True,
    ) as process:
        os.close(theirs)
        text = _read(ours, command.until)
        if process.poll() is None and command.until:
            os.killpg(process.pid, signal.SIGKILL)
    os.close(ours)
    # The frames of a traceback name folders of this machine, and differ by release.
    return text.rpartition(RAISED)[2]


def _read(terminal: int, until: str) -> str:
    text = ""
    while not until or until not in text or not text.endswith("\n"):
        if not select.select([terminal], [], [], PATIENCE)[0]:
            break
        try:
            read = os.read(terminal, 65536)
        except OSError:
            # Linux says so when the other side is closed, other systems read nothing.
            break
        if not read:
            break
        text += read.decode().replace("\r\n", "\n")
    return text


def drawn(shot: Shot, texts: t.Sequence[str], columns: int = COLUMNS) -> str:
    """The picture as SVG.

    :param shot: the commands.
    :param texts: what each printed, with the terminal's escapes.
    :param columns: how wide the terminal is.
    """
    rows: list[Cells] = []
    for command, text in zip(shot.commands, texts, strict=True):
        prompt = [("$", ("prompt",)), (" ", ("prompt",))]
        typed = [(letter, ("b",)) for letter in command.shown]
        rows += [[]] if rows else []
        if not shot.prefix:
            rows += [*_wrapped([*prompt, *typed], columns), []]
        for line in text.strip("\n").split("\n"):
            rows += _laid_out(_cells(line), columns, shot.prefix)
    width = round(columns * CHARACTER) + 2 * PADDING
    height = BAR + len(rows) * LINE + PADDING
    title = " && ".join(command.shown for command in shot.commands)
    plain = "\n\n".join(ESCAPE.sub("", text).strip() for text in texts)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img"'
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        f"<title>{escape(f'{shot.where}: {title}' if shot.where else title)}</title>",
        f"<desc>{escape(plain)}</desc>",
        f"<style>\n{STYLE}\n</style>",
        f'<rect width="{width}" height="{height}" rx="8" fill="#18202a"/>',
        *(
            f'<circle cx="{PADDING + 4 + 18 * index}" cy="15" r="5" fill="#47535f"/>'
            for index in range(3)
        ),
        f'<text class="prompt" x="{width / 2:g}" y="20" text-anchor="middle">'
        f"{escape(shot.where)}</text>",
    ]
    parts += [_line(number, cells) for number, cells in enumerate(rows) if cells]
    return "\n".join([*parts, "</svg>\n"])


def _cells(line: str) -> Cells:
    """Each letter with its classes."""
    cells: Cells = []
    classes: tuple[str, ...] = ()
    for index, piece in enumerate(ESCAPE.split(line)):
        if index % 2 == 0:
            cells += [(letter, classes) for letter in piece]
        elif piece in ("", "0"):
            classes = ()
        else:
            classes = (*classes, *(CLASSES[code] for code in piece.split(";")))
    return cells


def _laid_out(cells: Cells, columns: int, prefix: str) -> list[Cells]:
    head = [(letter, ("prompt",)) for letter in prefix]
    lines = _wrapped(cells, columns - len(prefix))
    blank: Cells = [(" ", ())] * len(prefix)
    return [(blank if number else head) + line for number, line in enumerate(lines)]


def _wrapped(cells: Cells, columns: int) -> list[Cells]:
    """The line in parts that fit, each but the first a little further in."""
    text = "".join(letter for letter, _ in cells)
    code = CODE.match(text)
    indent = code.end() if code else len(text) - len(text.lstrip()) + 2
    indent = min(indent, columns // 2)
    lines: list[Cells] = []
    while len(cells) > columns:
        text = "".join(letter for letter, _ in cells)
        # A word that fills a line is broken, as a terminal does it.
        space = text.rfind(" ", indent + 1, columns + 1)
        cut = space if space > 0 else columns
        lines.append(cells[:cut])
        cells = [(" ", ())] * indent + cells[cut + (space > 0) :]
    return [*lines, cells]


def _line(number: int, cells: Cells) -> str:
    base = BAR + FONT_SIZE + number * LINE
    runs: list[tuple[str, tuple[str, ...]]] = []
    for letter, classes in cells:
        if runs and runs[-1][1] == classes:
            runs[-1] = (runs[-1][0] + letter, classes)
        else:
            runs.append((letter, classes))
    spans = "".join(_span(text, classes) for text, classes in runs)
    return f'<text x="{PADDING}" y="{base}">{spans}</text>'


def _span(text: str, classes: t.Sequence[str]) -> str:
    # The width is said, so that another font does not break the columns.
    length = f'textLength="{len(text) * CHARACTER:.1f}" lengthAdjust="spacingAndGlyphs"'
    names = f' class="{" ".join(classes)}"' if classes else ""
    return f"<tspan {length}{names}>{escape(text)}</tspan>"


if __name__ == "__main__":
    for each in SHOTS:
        output = printed(each)
        for width in each.columns:
            picture = drawn(each, output, width)
            each.file(width).write_text(picture, encoding="utf-8")
