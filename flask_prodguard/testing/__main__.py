"""Runs an entry script with nothing served, and writes what it would have launched into
a file: ``python -m flask_prodguard.testing RESULT WHERE VARIABLES SCRIPT [WORD]...``.
``flask prodguard check --start`` does it in a process of its own.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ..judging.record import as_dict
from .script import run_script


def main(
    result: str, environment: str, variables: str, script: str, *arguments: str
) -> None:
    """Run the script.

    :param result: the file that is written.
    :param environment: ``"production"`` or ``"development"``; empty for none.
    :param variables: what its command line sets, as an object in JSON.
    :param script: a file, or the name of a module.
    """
    environ = json.loads(variables)
    launches = run_script(
        script, arguments, environment=environment or None, environ=environ
    )
    starts = [
        {"text": str(launch), "guarded": launch.is_guarded, **as_dict(launch.verdict)}
        for launch in launches
    ]
    Path(result).write_text(json.dumps(starts), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
