"""Does what each refusal says, in a fresh process, and looks who answers."""

from __future__ import annotations

import hashlib
import re
import typing as t
from pathlib import Path

from . import share
from .changes import changed
from .hosts import as_run_by_host
from .hosts import brings_server
from .process import Process
from .refusals import Advice
from .refusals import advice_in
from .refusals import MISTAKE

if t.TYPE_CHECKING:
    from .conftest import Site

WERKZEUG = "Werkzeug"
# Where a test has left the port open, the one that is free here is used.
BIND = re.compile(r"(?<=[\d\]]):\d+\b")
NOT_INSTALLED = "is not installed here"
REFUSES = re.compile("refused to start|refuses to serve")

Key: t.TypeAlias = tuple[object, ...]
_done: dict[Key, share.Pasted] = {}


def paste_all(site: Site) -> t.Iterator[share.Pasted]:
    """Paste what the processes of a site were told.

    :param site: the folder, in which nothing runs any more.
    """
    for process in [*site.processes]:
        found = advice_in(process.output)
        assert found or not REFUSES.search(process.output), process.output
        for advice in found:
            yield _paste_once(site, process, advice)
        if MISTAKE.search(process.output):
            yield share.Pasted(share.MISTAKE)


def _paste_once(site: Site, refused: Process, advice: Advice) -> share.Pasted:
    if NOT_INSTALLED in advice.message and not advice.is_debug_only:
        return share.Pasted(share.NOT_INSTALLED)
    key = _key(site, refused, advice)
    if key not in _done:
        with changed(site.folder, advice.changes, refused.typed):
            _done[key] = _paste(site, refused, advice)
    return _done[key]


def _paste(site: Site, refused: Process, advice: Advice) -> share.Pasted:
    environ = {**refused.environ, "FLASK_RUN_PORT": str(site.port)}
    lines = [BIND.sub(f":{site.port}", line) for line in advice.lines]
    bind = f"127.0.0.1:{site.port}"
    command = as_run_by_host(lines, advice.where, site.folder, bind)
    served = site.run(command, environ)
    try:
        wrong = _what_is_wrong(site, served, advice)
    except (AssertionError, OSError) as error:
        wrong = str(error)
    served.stop()
    shown = _without_port(str(command), site)
    if wrong:
        told = f"{wrong}\n\n{command} was pasted:\n\n{advice.message}"
        return share.Pasted(share.FAILED, shown, f"{told}\n\n{served.output}")
    return share.Pasted(_outcome(advice), shown)


def _what_is_wrong(site: Site, served: Process, advice: Advice) -> str:
    answer = served.get(site.page)
    if answer.status != 200 or site.expected not in answer.body:
        return f"It answers {answer.status}: {answer.body}"
    if (WERKZEUG in served.server) is not advice.is_debug_only:
        return f"{served.server} serves the app."
    return "It is refused." if REFUSES.search(served.output) else ""


def _outcome(advice: Advice) -> str:
    if advice.is_debug_only:
        return share.DEBUG_ONLY
    if brings_server(advice.where):
        return share.BY_HOST
    return share.CHANGED if advice.changes else share.SERVED


def _key(site: Site, refused: Process, advice: Advice) -> Key:
    told = (refused.typed, advice.changes, advice.where, *advice.lines)
    environ = sorted({**refused.environ, "FLASK_RUN_PORT": ""}.items())
    return (_without_port(str((told, environ)), site), *_contents(site.folder))


def _without_port(text: str, site: Site) -> str:
    return text.replace(str(site.port), "PORT").replace(str(site.folder), "FOLDER")


def _contents(folder: Path) -> t.Iterator[tuple[str, str]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix != ".pyc":
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            yield str(file.relative_to(folder)), digest
