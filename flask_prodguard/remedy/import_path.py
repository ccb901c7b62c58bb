"""Finds out how a WSGI server imports an app: ``serve:app``, ``shop:create_app()``."""

from __future__ import annotations

import sys
import typing as t
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from socketserver import BaseServer
from threading import Thread
from types import FunctionType
from types import ModuleType

from ..attributes import attributes_of
from ..attributes import is_a
from ..judging.launch import ImportPath
from ..origin import Origin
from ..origin import package_of
from .besides import adds_to
from .code_changes import HELD_BY_OBJECT
from .code_changes import NEEDS_ARGUMENTS
from .code_changes import NOT_A_GLOBAL
from .code_changes import UNDER_GUARD
from .factories import find_factory
from .factories import FRAMEWORKS
from .factories import is_helper
from .paths import choose_wsgi_file
from .paths import default_roots
from .paths import shown_from
from .paths import start_folder
from .source import LoadedModule
from .source import locate_module
from .source import MAIN_MODULES
from .starts_on_import import how_to_move
from .starts_on_import import starts_on_import

if t.TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable
    from collections.abc import Iterator

    from flask import Flask

    from .factories import Factory

APP_NAMES = ("app", "application", "server")
# A server that was made for an app does not make it, nor does a thread. And a long
# module has thousands of functions.
NO_HOLDERS = (ModuleType, FunctionType, BaseServer, Thread)


def find_import_path(
    app: Flask, origin: Origin | None, *, cwd: str | None = None
) -> ImportPath:
    """Find out how a WSGI server imports an app. Never raises.

    :param origin: What :func:`record_origin` returned for it.
    :param cwd: The folder where the server will be started, if it is not the one
        where this program was.
    """
    with suppress(Exception):
        folder = Path(cwd or start_folder()).resolve()
        return _Search(app, origin or Origin(), folder).result()
    return ImportPath("app", "app", notes=(NOT_A_GLOBAL.format(file="app.py"),))


def find_global_path(
    wsgi: object, origin: Origin | None, *, cwd: str | None = None
) -> ImportPath | None:
    """Find out how a WSGI server imports what wraps an app, if a global name leads to
    it. Never raises.

    :param origin: What :func:`record_origin` returned for the app.
    :param cwd: The folder where the server will be started, if it is not the one
        where this program was.
    """
    with suppress(Exception):
        folder = Path(cwd or start_folder()).resolve()
        return _Search(wsgi, origin or Origin(), folder).global_path()
    return None


@dataclass(frozen=True)
class _Search:
    #: A Flask app, or what wraps one.
    app: t.Any
    origin: Origin
    cwd: Path

    def result(self) -> ImportPath:
        ways = (
            self._script_that_adds,
            self._guarding_global,
            self._factory,
            self._any_global,
            self._incomplete_factory,
            self._holder,
        )
        for way in ways:
            with suppress(Exception):
                if path := way():
                    return path
        return self._guess()

    def global_path(self) -> ImportPath | None:
        found = self._global([self.origin.module, *_loaded_modules()])
        return found or self._global_of_script()

    def _global_of_script(self) -> ImportPath | None:
        for home, names in self._homes(self._names_of_app, MAIN_MODULES):
            for name in names:
                if home.binds(name, as_script=True):
                    return self._path_under_guard(home, name)
        return None

    def _path_under_guard(self, home: LoadedModule, name: str) -> ImportPath:
        note = UNDER_GUARD.format(name=name, file=self._shown(home))
        return self._path(home, name, note)

    def _script_that_adds(self) -> ImportPath | None:
        """The script itself, if only importing that does all that it does, for example
        importing the modules of the views.
        """
        home = locate_module("__main__")
        guarding = locate_module(self.origin.module or "").file
        names = [*filter(home.binds, self._names_of_app(home.module))]
        if home.file is None or guarding is None or home.obstacle or not names:
            return None
        if home.file == guarding or not adds_to(home.file, guarding):
            return None
        path = self._path(home, names[0])
        # Where it would have to be changed, the call in it can be changed instead.
        return None if path.notes else path

    def _guarding_global(self) -> ImportPath | None:
        return self._global([self.origin.module])

    def _any_global(self) -> ImportPath | None:
        return self._global([self.app.import_name, *_loaded_modules()])

    def _global(self, keys: Iterable[str | None]) -> ImportPath | None:
        for home, names in self._homes(self._names_of_app, keys):
            for name in names:
                if home.binds(name):
                    return self._path(home, name)
        return None

    @cached_property
    def _made_by(self) -> Factory | None:
        return find_factory(self.origin)

    def _factory(self) -> ImportPath | None:
        found = self._made_by
        if found is None or found.needs_arguments:
            return None
        return self._path(found.home, found.name, factory=True)

    def _holder(self) -> ImportPath | None:
        keys = (self.origin.module, self.app.import_name, *MAIN_MODULES)
        for home, held in self._homes(self._held_in, keys):
            for name, _, attribute in (each.partition(".") for each in held):
                if home.binds(name):
                    taken = attributes_of(home.module)
                    new = next(
                        each
                        for each in (attribute, *APP_NAMES, name)
                        if each not in taken
                    )
                    note = HELD_BY_OBJECT.format(
                        new=new, held=f"{name}.{attribute}", file=self._shown(home)
                    )
                    return self._path(home, new, note)
        return None

    def _incomplete_factory(self) -> ImportPath | None:
        found = self._made_by
        if found is None:
            return None
        home, directory = found.home, self._directory(found.home)
        new = choose_wsgi_file(directory, home.file, self.cwd)
        note = NEEDS_ARGUMENTS.format(
            name=found.name, module=home.name, add=new.add, new=new.module
        )
        return ImportPath(new.module, "app", directory=directory, notes=(note,))

    def _guess(self) -> ImportPath:
        home = locate_module(self._likely_home())
        names = self._names_of_app(home.module)
        name = names[0] if names else "app"
        if home.obstacle:
            return self._path(home, name, home.obstacle)
        if names and home.binds(name, as_script=True):
            return self._path_under_guard(home, name)
        return self._path(home, name, NOT_A_GLOBAL.format(file=self._shown(home)))

    def _likely_home(self) -> str:
        for key in (self.app.import_name, "__main__"):
            if self._names_of_app(sys.modules.get(key)):
                return key
        for step in self.origin.steps:
            if not is_helper(step):
                return step.module
        return self.origin.module or self.app.import_name

    def _homes(
        self, names_in: Callable[[object], list[str]], keys: Iterable[str | None]
    ) -> Iterator[tuple[LoadedModule, list[str]]]:
        for key in dict.fromkeys(keys):
            names = names_in(sys.modules.get(key)) if key else []
            if key and names and package_of(key) not in FRAMEWORKS:
                home = locate_module(key)
                if home.file and not home.obstacle:
                    yield home, names

    def _names_of_app(self, module: object) -> list[str]:
        attributes = list(attributes_of(module).items())
        names = [name for name, value in attributes if value is self.app]
        usual = [name for name in APP_NAMES if name in names]
        return list(dict.fromkeys((*usual, *names)))

    def _held_in(self, module: object) -> list[str]:
        """The app as an attribute of what a module's names are bound to, for example
        Dash's ``app.server`` and Connexion's ``app.app``.
        """
        return [
            f"{name}.{attribute}"
            for name, value in list(attributes_of(module).items())
            if not is_a(value, NO_HOLDERS)
            for attribute, held in list(attributes_of(value).items())
            if held is self.app and not attribute.startswith("_")
        ]

    def _path(
        self, home: LoadedModule, attribute: str, *notes: str, factory: bool = False
    ) -> ImportPath:
        notes += tuple(self._server_starts(home, f"{attribute}()"))
        return ImportPath(home.name, attribute, factory, self._directory(home), notes)

    def _server_starts(self, home: LoadedModule, factory_call: str) -> Iterator[str]:
        held = self._held_in(home.module)
        apps = {factory_call, *self._names_of_app(home.module), *held}
        apps.update(each.partition(".")[0] for each in held)
        stays = home.obstacle is None or home.to_be_renamed
        if stays and (found := starts_on_import(home, apps)):
            yield how_to_move(found, self._shown(home))

    def _shown(self, home: LoadedModule) -> str:
        if home.file is None:
            return home.name
        return shown_from(self.cwd, home.file)

    def _directory(self, home: LoadedModule) -> str | None:
        if home.file is None:
            return None
        depth = home.name.count(".") + (home.file.stem == "__init__")
        root = home.file.parents[depth].resolve()
        if root in default_roots(self.cwd):
            return None
        return shown_from(self.cwd, root)


def _loaded_modules() -> list[str]:
    return sorted(sys.modules, key=lambda key: (key.count("."), len(key), key))
