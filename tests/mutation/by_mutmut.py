"""Runs mutmut, and reads what it has left. It mutates what functions hold."""

from __future__ import annotations

import shutil
import subprocess
import typing as t
from pathlib import Path

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files
from mutmut.utils.format_utils import orig_function_and_class_names_from_key

from .beyond import CALLED_BY_IMPORT
from .mutants import changed
from .mutants import Identity
from .mutants import KILLED
from .mutants import module_of
from .mutants import Mutant
from .mutants import SURVIVED
from .mutants import TIMEOUT

FOLDER = Path("mutants")
# A mutant that takes the interpreter down, or has to be taken down, is noticed.
STATUSES = {"killed": KILLED, "segfault": KILLED, "timeout": TIMEOUT}


def run(children: int) -> None:
    """Try every mutant again.

    :param children: how many at a time.
    """
    shutil.rmtree(FOLDER, ignore_errors=True)
    subprocess.run(["mutmut", "run", "--max-children", str(children)], check=True)


def modules() -> list[Path]:
    """The modules that are mutated."""
    return sorted(walk_mutatable_files())


def mutants() -> t.Iterator[Mutant]:
    """What became of every mutant."""
    for path in modules():
        data = SourceFileMutationData(path=path)
        data.load()
        for name, code in data.exit_code_by_key.items():
            identity = _identity(name, path)
            if (identity.module, identity.function) not in CALLED_BY_IMPORT:
                status = STATUSES.get(status_by_exit_code[code], SURVIVED)
                yield Mutant(identity, status)


def _identity(name: str, path: Path) -> Identity:
    function, of_class = orig_function_and_class_names_from_key(name)
    difference = get_diff_for_mutant(name, path=path)
    where = f"{of_class}.{function}" if of_class else function
    return Identity(module_of(path), where, *changed(difference.splitlines()))
