"""Finds out how a server imports what was served: an app, or what wraps it."""

from __future__ import annotations

import dataclasses
import typing as t
from itertools import islice

from ..wsgi import flask_apps
from ..wsgi import is_debugger
from ..wsgi import is_flask_app
from ..wsgi import walk
from .import_path import find_global_path
from .import_path import find_import_path

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from ..judging.launch import ImportPath
    from ..origin import Origin

# More than anybody wraps an app in: each of them is looked for in every module.
LAYERS = 20


def find_served_path(
    app: Flask, origin: Origin | None, served: object, *, cwd: str | None = None
) -> ImportPath:
    """Find out how a server imports what was served: the outermost middleware that has
    a global name, else the app.

    :param origin: where the guard was applied to it.
    :param served: what the development server was given, if that is known.
    :param cwd: the folder where the server will be started, if it is not the one
        where this program was.
    """
    path = find_import_path(app, origin, cwd=cwd)
    if served is None:
        return path
    for middleware in _around(app, served):
        found = find_global_path(middleware, origin, cwd=cwd)
        if found and _reaches(middleware, app):
            return dataclasses.replace(found, flask_app=path)
    return path


def layers_left_out(app: Flask, origin: Origin | None, served: object) -> list[str]:
    """The middleware that no server can import, and serves the app without."""
    left = []
    for middleware in _around(app, served):
        if find_global_path(middleware, origin) and _reaches(middleware, app):
            break
        if _reaches(middleware, app) and not is_flask_app(middleware):
            left.append(type(middleware).__name__)
    return left


def _around(app: Flask, served: object) -> Iterator[object]:
    for each in islice(walk(served), LAYERS):
        if each is app:
            return
        # No production server should serve a debugger.
        if not is_debugger(each):
            yield each


def _reaches(wsgi: object, app: Flask) -> bool:
    return any(found is app for found in flask_apps(wsgi))
