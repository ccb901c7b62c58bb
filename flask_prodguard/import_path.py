"""Finds out how a WSGI server imports an app: ``serve:app``, ``shop:create_app()``."""

from __future__ import annotations

import inspect
import sys
import typing as t
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType

from .executing import is_executing
from .import_roots import default_roots
from .import_roots import relative_to
from .origin import Origin
from .origin import OWN_PACKAGE
from .origin import package_of
from .origin import Step
from .source import attributes_of
from .source import LoadedModule
from .source import locate_module
from .source import MAIN_GUARD
from .source import MAIN_MODULES
from .source import returns_value
from .starts_on_import import how_to_move
from .starts_on_import import starts_on_import

if t.TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable
    from collections.abc import Iterator

    from flask import Flask

FRAMEWORKS = frozenset({OWN_PACKAGE, "flask", "werkzeug", "click", "gunicorn"})
FACTORY_NAMES = ("create_app", "make_app")
APP_NAMES = ("app", "application", "server")

UNDER_GUARD = (
    "`{name}` is created under " + MAIN_GUARD + " in {file}: move it above that line,"
    " so that a server can import it."
)
NOT_A_GLOBAL = (
    "No server can import the app, because importing {file} does not bind it to a"
    " name: create it at the top level of that file, or in a function without"
    " arguments that returns it."
)
HELD_BY_OBJECT = "Add the line `server = {name}.server` to {file}."
NEEDS_ARGUMENTS = (
    "`{name}` needs arguments: add a file wsgi.py with the lines `from {module} import"
    " {name}` and `app = {name}(...)`, fill in the arguments, and use wsgi:app."
)


@dataclass(frozen=True)
class ImportPath:
    """How a WSGI server has to be told to import an app."""

    module: str
    attribute: str
    #: The attribute is to be called, without arguments.
    factory: bool = False
    #: The folder or zip file that has to be added to the import path first.
    directory: str | None = None
    #: What has to be changed in the code before the path works.
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.module}:{self.attribute}{'()' if self.factory else ''}"


def find_import_path(
    app: Flask, origin: Origin | None, *, cwd: str | None = None
) -> ImportPath:
    """Find out how a WSGI server imports an app. Never raises.

    :param app: The app.
    :param origin: What :func:`record_origin` returned for it.
    :param cwd: The folder where the server will be started.
    """
    with suppress(Exception):
        folder = Path(cwd or Path.cwd()).resolve()
        return _Search(app, origin or Origin(), folder).result()
    return ImportPath("app", "app", notes=(NOT_A_GLOBAL.format(file="app.py"),))


@dataclass(frozen=True)
class _Factory:
    home: LoadedModule
    name: str
    needs_arguments: bool


@dataclass(frozen=True)
class _Search:
    app: Flask
    origin: Origin
    cwd: Path

    def result(self) -> ImportPath:
        ways = (
            self._guarding_global,
            self._factory,
            self._any_global,
            self._holder,
            self._incomplete_factory,
        )
        for way in ways:
            with suppress(Exception):
                if path := way():
                    return path
        return self._guess()

    def _guarding_global(self) -> ImportPath | None:
        return self._global([self.origin.module])

    def _any_global(self) -> ImportPath | None:
        rest = sorted(sys.modules, key=lambda key: (key.count("."), len(key), key))
        return self._global([self.app.import_name, *rest])

    def _global(self, keys: Iterable[str | None]) -> ImportPath | None:
        for home, names in self._homes(self._names_of_app, keys):
            for name in names:
                if home.binds(name):
                    return self._path(home, name)
        return None

    def _factory(self) -> ImportPath | None:
        found = [each for each in self._factories if not each.needs_arguments]
        if not found:
            return None
        best = min(found, key=lambda each: each.name not in FACTORY_NAMES)
        return self._path(best.home, best.name, factory=True)

    def _holder(self) -> ImportPath | None:
        keys = (self.origin.module, self.app.import_name, *MAIN_MODULES)
        for home, names in self._homes(self._names_of_holders, keys):
            for name in filter(home.binds, names):
                note = HELD_BY_OBJECT.format(name=name, file=self._shown(home))
                return self._path(home, "server", note)
        return None

    def _incomplete_factory(self) -> ImportPath | None:
        for each in self._factories:
            note = NEEDS_ARGUMENTS.format(name=each.name, module=each.home.name)
            directory = self._directory(each.home)
            return ImportPath("wsgi", "app", directory=directory, notes=(note,))
        return None

    def _guess(self) -> ImportPath:
        home = locate_module(self._likely_home())
        names = self._names_of_app(home.module)
        name = names[0] if names else "app"
        if home.obstacle:
            return self._path(home, name, home.obstacle)
        guarded = names and home.binds(name, as_script=True)
        note = UNDER_GUARD if guarded else NOT_A_GLOBAL
        return self._path(home, name, note.format(name=name, file=self._shown(home)))

    def _likely_home(self) -> str:
        for key in (self.app.import_name, "__main__"):
            if self._names_of_app(sys.modules.get(key)):
                return key
        for step in self.origin.steps:
            if not _is_helper(step):
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

    def _names_of_holders(self, module: object) -> list[str]:
        return [
            name
            for name, value in list(attributes_of(module).items())
            if not isinstance(value, ModuleType)
            and attributes_of(value).get("server") is self.app
        ]

    @cached_property
    def _factories(self) -> list[_Factory]:
        return [each for step in self.origin.steps for each in self._as_factory(step)]

    def _as_factory(self, step: Step) -> Iterator[_Factory]:
        if _is_helper(step) or not step.is_module_level:
            return
        home = locate_module(step.module)
        function: t.Any = home.namespace.get(step.function)
        importable = home.file and not home.obstacle and home.binds(step.function)
        if importable and not is_executing(function) and returns_value(function):
            yield _Factory(home, step.function, _needs_arguments(function))

    def _path(
        self, home: LoadedModule, attribute: str, *notes: str, factory: bool = False
    ) -> ImportPath:
        notes += tuple(self._server_starts(home, f"{attribute}()"))
        return ImportPath(home.name, attribute, factory, self._directory(home), notes)

    def _server_starts(self, home: LoadedModule, factory_call: str) -> Iterator[str]:
        holders = self._names_of_holders(home.module)
        apps = {factory_call, *self._names_of_app(home.module), *holders}
        apps.update(f"{holder}.server" for holder in holders)
        stays = home.obstacle is None or home.to_be_renamed
        if stays and (found := starts_on_import(home, apps)):
            yield how_to_move(found, self._shown(home))

    def _shown(self, home: LoadedModule) -> str:
        if home.file is None:
            return home.name
        return str(relative_to(home.file, self.cwd))

    def _directory(self, home: LoadedModule) -> str | None:
        if home.file is None:
            return None
        depth = home.name.count(".") + (home.file.stem == "__init__")
        root = home.file.parents[depth].resolve()
        if root in default_roots(self.cwd):
            return None
        return str(relative_to(root, self.cwd))


def _is_helper(step: Step) -> bool:
    return step.receives_app or package_of(step.module) in FRAMEWORKS


def _needs_arguments(function: Callable[..., object]) -> bool:
    return any(
        parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        for parameter in inspect.signature(function).parameters.values()
    )
