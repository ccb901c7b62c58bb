"""Loads the app that a command is about, as the ``flask`` command does."""

from __future__ import annotations

import contextlib
import sys
import traceback
import typing as t
from pathlib import Path

import click
import flask
from flask.cli import NoAppException

from ..errors import ProdGuardError
from ..report.layout import wrapped

if t.TYPE_CHECKING:
    from flask import Flask
    from flask.cli import ScriptInfo

LOADERS = (
    str(Path(flask.__file__).parent),
    str(Path(__file__).parent.parent),
    "<frozen",
)


class AppImportError(ProdGuardError, click.ClickException):
    """The app could not be imported. A command prints the text and exits with
    status 2.
    """

    exit_code = 2


def load_app(info: ScriptInfo) -> Flask:
    """Load the app.

    :raises AppImportError: there is none, or it could not be imported.
    """
    # A WSGI server will see debug mode as the code itself sets it.
    info.set_debug_flag = False
    try:
        # A program may read the output of a command.
        with contextlib.redirect_stdout(sys.stderr):
            return info.load_app()
    except NoAppException as error:
        raise AppImportError(_broken(error.format_message())) from error
    except (Exception, SystemExit) as error:
        raise AppImportError(_describe(error)) from error


def load_app_at_hand(info: ScriptInfo) -> Flask | None:
    """Load the app if one was named, or is found where Flask looks for it.

    :raises AppImportError: it could not be imported.
    """
    found = any(Path(name).is_file() for name in ("wsgi.py", "app.py"))
    if info.app_import_path or info.create_app or found:
        return load_app(info)
    return None


def _broken(message: str) -> str:
    # A traceback has its own lines.
    return message if "\n" in message else "\n".join(wrapped(message))


def _describe(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [
        *traceback.format_list(
            [frame for frame in frames if not frame.filename.startswith(LOADERS)]
        ),
        *traceback.format_exception_only(error),
    ]
    return f"While importing the app, an error was raised:\n\n{''.join(lines)}".rstrip()
