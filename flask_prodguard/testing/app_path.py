"""Imports the app that a path such as ``shop:create_app()`` names."""

from __future__ import annotations

import importlib
import re
import typing as t

if t.TYPE_CHECKING:
    from flask import Flask

PATH = re.compile(r"[\w.]+(:\s*[A-Za-z_]\w*\s*(\(.*\))?)?\s*", re.DOTALL)
EXAMPLES = 'Write a path such as "shop:app" or "shop:create_app()".'


class AppPathError(ValueError):
    """An app path is wrong, or the app that it names can't be loaded. The message says
    what to change.

    .. versionadded:: 0.1
    """


def check_path(path: str) -> None:
    """Check how an app path is written, without importing anything.

    :raises AppPathError: it is written wrongly.
    """
    if not PATH.fullmatch(path):
        raise AppPathError(f"{path!r} is not the path of an app. {EXAMPLES}")


def load_app(path: str) -> Flask:
    """Import the app that a path names. A factory is called.

    :param path: for example ``"shop:app"`` or ``"shop:create_app('live')"``. Without
        the part after the colon, the app is found as ``flask --app`` does.
    :raises AppPathError: the path does not lead to a Flask app.
    """
    check_path(path)
    module_name, _, attribute = path.partition(":")
    module = _import(path, module_name)
    import click
    from flask.cli import find_app_by_string
    from flask.cli import find_best_app

    try:
        if attribute:
            return find_app_by_string(module, attribute.strip())
        return find_best_app(module)
    except click.UsageError as error:
        raise AppPathError(f"{path!r} names no Flask app: {error.message}") from error
    except Exception as error:
        raise AppPathError(
            f"{path!r} can't be used: calling it raised {_shown(error)}. Make the"
            " factory work in the environment of this test run, or write its arguments"
            " into the path."
        ) from error


def _import(path: str, module_name: str) -> t.Any:
    try:
        return importlib.import_module(module_name)
    except Exception as error:
        raise AppPathError(
            f"{path!r} can't be used: importing {module_name!r} raised {_shown(error)}."
            " Fix the module, correct the path, or add the folder that holds it to"
            " the import path."
        ) from error


def _shown(error: Exception) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
