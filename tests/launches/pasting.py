"""Does what each refusal says, in a fresh process, and compares the answers with those
of the development server.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import typing as t
from pathlib import Path

from . import share
from .changes import changed
from .hosts import as_run_by_host
from .hosts import brings_server
from .process import Answer
from .process import Command
from .process import Process
from .refusals import Advice
from .refusals import advice_of
from .refusals import MISTAKE
from .refusals import REFUSES
from .refusals import Remedy

if t.TYPE_CHECKING:
    from .conftest import Site

WERKZEUG = "Werkzeug"
# Where a test has left the port open, the one that is free here is used.
BIND = re.compile(r"(?<=[\d\]]):\d+\b")
ENDED = Answer(0, "")
SWITCHED_OFF = {"FLASK_PRODGUARD_ENABLED": "0"}

Key: t.TypeAlias = tuple[object, ...]
_done: dict[Key, share.Pasted] = {}
_bare: dict[Key, Answer | None] = {}


def paste_all(site: Site) -> t.Iterator[share.Pasted]:
    """Apply what the refusals of a site's processes said.

    :param site: the folder, in which nothing runs any more.
    """
    for process in [*site.processes]:
        for advice in advice_of(process):
            for remedy in advice.remedies:
                yield _apply_once(site, process, advice, remedy)
        if MISTAKE.search(process.output):
            yield share.Pasted(share.MISTAKE)


def _apply_once(
    site: Site, refused: Process, advice: Advice, remedy: Remedy
) -> share.Pasted:
    if remedy.requirements:
        return share.Pasted(share.NOT_INSTALLED)
    if remedy.losses:
        return share.Pasted(share.LOSES)
    key = _key(site, refused, remedy)
    if key not in _done:
        bare = _answer_without_guard(site, refused)
        asked = changed(site.folder, remedy.asked, refused.typed)
        with asked, edited(site.folder, remedy) as is_there:
            if not is_there:
                return share.Pasted(share.FAILED, "", f"It is not there: {remedy}")
            _done[key] = _apply(site, refused, advice, remedy, bare)
    return _done[key]


def _answer_without_guard(site: Site, refused: Process) -> Answer | None:
    """What the development server answers, if the program gets as far without the
    guard.
    """
    if not site.listens:
        return None
    key = _key(site, refused)
    if key not in _bare:
        environ = {**_environ(site, refused), **SWITCHED_OFF}
        bare = site.run(refused.command, environ, text=refused.typed)
        # One that ends has nothing to be compared with, and no remedy serves it.
        _bare[key] = None
        with contextlib.suppress(AssertionError, OSError):
            first, second = _ask(site, bare), _ask(site, bare)
            # A page with a new number in each answer can't be compared.
            _bare[key] = first if first == second else None
        if _bare[key] is None and bare.has_ended:
            _bare[key] = ENDED
        bare.stop()
        site.processes.remove(bare)
    return _bare[key]


@contextlib.contextmanager
def edited(folder: Path, remedy: Remedy) -> t.Iterator[bool]:
    """Replace the lines of a file, and undo it in the end.

    :return: whether they are there.
    """
    if remedy.file is None or remedy.line is None:
        yield not remedy.is_code
        return
    file = folder / remedy.file
    text = file.read_text()
    lines, before = text.split("\n"), str(remedy.before).split("\n")
    replaced = slice(remedy.line - 1, remedy.line - 1 + len(before))
    is_there = lines[replaced] == before
    lines[replaced] = str(remedy.after).split("\n")
    file.write_text("\n".join(lines))
    yield is_there
    file.write_text(text)


def _apply(
    site: Site,
    refused: Process,
    advice: Advice,
    remedy: Remedy,
    bare: Answer | None,
) -> share.Pasted:
    command = _command(site, refused, remedy)
    served = site.run(command, _environ(site, refused), text=refused.typed)
    is_developing = remedy.server == "werkzeug"
    try:
        wrong = _what_is_wrong(site, served, is_developing, bare)
    except (AssertionError, OSError) as error:
        wrong = str(error)
    served.stop()
    shown = _without_port(str(remedy.after or command), site)
    if wrong and (bare == ENDED or (bare is None and remedy.is_code)):
        return share.Pasted(share.NEVER, shown)
    if wrong:
        told = f"{wrong}\n\n{remedy}\n\nwas applied:\n\n{advice.output}"
        return share.Pasted(share.FAILED, shown, f"{told}\n\n{served.output}")
    return share.Pasted(_outcome(remedy, is_developing), shown)


def _command(site: Site, refused: Process, remedy: Remedy) -> Command:
    if remedy.is_code:
        return refused.command
    lines = [BIND.sub(f":{site.port}", line) for line in remedy.lines]
    bind = f"127.0.0.1:{site.port}"
    return as_run_by_host(lines, remedy.where, site.folder, bind)


def _environ(site: Site, refused: Process) -> dict[str, str]:
    return {**refused.environ, "FLASK_RUN_PORT": str(site.port)}


def _what_is_wrong(
    site: Site, served: Process, is_developing: bool, bare: Answer | None
) -> str:
    answer = _ask(site, served)
    if bare is not None and answer != bare:
        return f"It answers {answer}, and the development server {bare}"
    if (bare is None and answer.status != 200) or site.expected not in answer.body:
        return f"It answers {answer.status}: {answer.body}"
    if (WERKZEUG in served.server) is not is_developing:
        return f"{served.server} serves the app."
    return "It is refused." if REFUSES.search(served.output) else ""


def _outcome(remedy: Remedy, is_developing: bool) -> str:
    if is_developing:
        return share.DEBUG_ONLY
    if remedy.is_code:
        return share.IN_CODE
    if brings_server(remedy.where):
        return share.BY_HOST
    return share.CHANGED if remedy.asked else share.SERVED


def _key(site: Site, refused: Process, remedy: Remedy | None = None) -> Key:
    told = (refused.typed, refused.command, remedy)
    contents = dict(_contents(site.folder))
    environ = {**refused.environ, "FLASK_RUN_PORT": ""}
    if remedy is None:
        # Nothing but the guard asks for the marks of a platform.
        code = b"".join((site.folder / name).read_bytes() for name in contents)
        environ = {
            name: value
            for name, value in environ.items()
            if name.startswith("FLASK_") or name.encode() in code
        }
    shown = _without_port(str((told, sorted(environ.items()))), site)
    return (shown, *contents.items())


def _ask(site: Site, process: Process) -> Answer:
    if site.socket:
        return process.get_from_unix_socket(site.socket)
    return process.get(site.page)


def _without_port(text: str, site: Site) -> str:
    return text.replace(str(site.port), "PORT").replace(str(site.folder), "FOLDER")


def _contents(folder: Path) -> t.Iterator[tuple[str, str]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix != ".pyc":
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            yield str(file.relative_to(folder)), digest
