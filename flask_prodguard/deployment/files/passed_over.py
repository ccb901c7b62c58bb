"""Names what is not followed although it may start a server, so that silence means that
there is no such file.
"""

from __future__ import annotations

import posixpath
import re
import typing as t

from ..start_command import Purpose
from .declared import purpose_of

if t.TYPE_CHECKING:
    from ..project import Project

# Files that run commands on the way to a deployment, or are filled in before they do.
NAMES = re.compile(
    r"(?i:Jenkinsfile|justfile|Vagrantfile|Tiltfile|user-?data)([.-].*)?"
    r"|ecosystem\.config\.[cm]?[jt]s"
    r"|.+\.(sh|bash|ya?ml|tf|hcl|nomad|nix|j2|tpl|tmpl|config|ps1|bat|cmd)"
)
PIPELINES = re.compile(r"\.(github/workflows|gitlab|circleci|gitea|forgejo)/.*")
# A line that starts a program of the project, or a development server.
STARTS = re.compile(
    rb"^(?![^\n]*\b(?:p?kill|pgrep|grep)\b)(?![^\S\n]*(?:#|//|::|rem\b|echo\b))[^\n]*?"
    rb"(?:\bflask\b[^\n]{0,80}\brun\b(?!\w)"
    rb"|\b(?:python[\d.]*|pipenv run|poetry run|uv run)[^\n]{0,80}?"
    rb"[\w./-]*\b(?:(?:app|main|run|server|wsgi|keep_alive)\.py\b|manage\.py run)"
    rb"|\bscript\b[^\n]{0,20}\bpython\b|\bscript\b[^\n]{0,80}\.py\b)",
    re.MULTILINE,
)
TEMPLATE = re.compile(rb"^[^\S\n]*-?[^\S\n]*containers:[^\S\n]*$", re.MULTILINE)
FILLED_IN = b"{{"


def note_passed_over(project: Project, file: str, known: t.Container[str]) -> None:
    """Note that a file is not followed, if a line of it may start a server.

    :param known: the files that were followed.
    """
    name = posixpath.basename(file)
    if file in known or file in project.skipped or not NAMES.fullmatch(name):
        return
    purpose = None if PIPELINES.match(file) else purpose_of(file)
    if purpose is not None and purpose[0] is Purpose.DEVELOPMENT:
        return
    data = project.content(file)
    if FILLED_IN in data and TEMPLATE.search(data):
        project.skip(
            file, "is a template: what it starts is known once it is filled in"
        )
        return
    found = STARTS.search(data)
    if found is not None:
        line = data.count(b"\n", 0, found.start()) + 1
        project.skip(file, f"may start a server in line {line}, and is not followed")
