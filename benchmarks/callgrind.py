"""Counts the instructions of a process. Other processes don't change the count."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import typing as t
from pathlib import Path

MISSING = "valgrind is not installed"
PATIENCE = 900.0
# A dictionary's layout depends on it, and so does the count.
SEEDS = (0, 1, 2, 3, 4)


def find_valgrind() -> str | None:
    """Where valgrind is, if it is installed."""
    return shutil.which("valgrind")


def count_instructions(
    command: t.Sequence[str],
    folder: Path,
    environ: t.Mapping[str, str],
    seed: int,
    statuses: t.Container[int] = (0,),
) -> int:
    """Run a command under callgrind, and return how many instructions it took.

    :param command: the program's path, and its arguments.
    :param folder: the folder to run in.
    :param environ: its environment.
    :param seed: of Python's hashes.
    :param statuses: the exit statuses of a success.
    """
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "counted")
        options = ["-q", "--tool=callgrind", f"--callgrind-out-file={file}"]
        done = subprocess.run(
            [find_valgrind() or "valgrind", *options, *command],
            cwd=folder,
            env={**environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if done.returncode not in statuses:
            raise RuntimeError(f"{command} failed:\n{done.stdout}{done.stderr}")
        return instructions_in(file.read_text("utf-8", errors="replace"))


def instructions_in(profile: str) -> int:
    """The number of instructions of the whole run.

    :param profile: what callgrind writes.
    """
    found = re.search(r"^(?:summary|totals): (\d+)", profile, re.MULTILINE)
    if found is None:
        raise ValueError("This is no profile of callgrind's.")
    return int(found[1])
