"""Runs an entry script as Python would, with nothing served."""

from __future__ import annotations

import contextlib
import os
import runpy
import sys
import typing as t
from pathlib import Path

from .capture import capture_launches

if t.TYPE_CHECKING:
    from types import ModuleType

    from .captured_launch import CapturedLaunch
    from .simulated import Environ

SUFFIXES = (".py", ".pyz", ".zip")


def run_script(
    script: str | os.PathLike[str],
    argv: t.Sequence[str] = (),
    *,
    environment: str | None = None,
    environ: Environ | None = None,
) -> list[CapturedLaunch]:
    """Run an entry script as ``python app.py`` or ``python -m shop`` would, and return
    what it would have launched. Nothing is served::

        launches = run_script("app.py", environ={"DYNO": "web.1"})
        assert all(launch.is_refused for launch in launches)

    A refused start returns, as all do, so that the script runs to its end. Its changes
    to ``sys.argv``, ``sys.path``, the working directory and the environment are undone,
    and the modules it imports from its own folder are forgotten.

    :param script: a file or folder, or the name of a module. A string is a file if it
        has a folder or the suffix ``.py``.
    :param argv: the arguments on its command line.
    :param environment: ``"production"`` or ``"development"``.
    :param environ: the variables that the environment consists of.
    :raises FileNotFoundError: there is no such file.
    :raises ModuleNotFoundError: there is no such module.
    :raises SystemExit: it ended with a status that is not 0.

    .. versionadded:: 0.1
    """
    path = _path(script)
    if path is not None and not path.exists():
        raise FileNotFoundError(
            f"There is no script {os.fspath(script)!r} in {Path.cwd()}. Give the path"
            " from there, or the name of a module without a suffix."
        )
    name = os.fspath(script)
    folder = Path.cwd() if path is None else _folder_of(path.resolve())
    with (
        capture_launches(environment, environ) as launches,
        _as_main_program(name, argv, folder),
    ):
        _run(name, path)
    return launches


def _path(script: str | os.PathLike[str]) -> Path | None:
    if isinstance(script, str):
        has_folder = Path(script).name != script
        if not has_folder and not script.endswith(SUFFIXES):
            return None
    return Path(script)


def _folder_of(path: Path) -> Path:
    holds_modules = path.is_dir() or path.suffix in {".pyz", ".zip"}
    return path if holds_modules else path.parent


def _run(name: str, path: Path | None) -> None:
    try:
        if path is None:
            runpy.run_module(name, run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(str(path), run_name="__main__")
    except SystemExit as end:
        if end.code:
            raise


@contextlib.contextmanager
def _as_main_program(
    name: str, argv: t.Sequence[str], folder: Path
) -> t.Iterator[None]:
    arguments, search_path = [*sys.argv], [*sys.path]
    modules, working_directory = dict(sys.modules), Path.cwd()
    sys.argv[:] = [name, *argv]
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        os.chdir(working_directory)
        sys.argv[:] = arguments
        sys.path[:] = search_path
        _restore_modules(modules, folder)


def _restore_modules(before: dict[str, ModuleType], folder: Path) -> None:
    news = [
        name
        for name, module in [*sys.modules.items()]
        if name not in before and _is_of_folder(name, module, folder)
    ]
    for name in news:
        del sys.modules[name]
    sys.modules["__main__"] = before["__main__"]


def _is_of_folder(name: str, module: ModuleType, folder: Path) -> bool:
    top = getattr(sys.modules.get(name.partition(".")[0], module), "__file__", None)
    if top is None:
        return False
    file = Path(top).resolve()
    home = file.parent.parent if file.name == "__init__.py" else file.parent
    return home == folder
