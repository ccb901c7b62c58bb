"""Imports the modules of a project into a program, as they are needed."""

from __future__ import annotations

import ast
import contextlib
import posixpath
import re

from . import external
from .following import Following
from .following import Frame
from .following import Returned
from .following import Scope
from .values import Deferred
from .values import External
from .values import Known
from .values import Module
from .values import Unknown
from .values import Value

# A module whose own statements may start a server, or set what another one needs.
STARTS_AT_ONCE = re.compile(
    r"^(?:[\w.]+\.)?(?:run|run_simple|run_server|serve|serve_forever|main|load_dotenv"
    r"|setdefault|start|start_server)\(|^(?:os\.)?environ\[",
    re.M,
)


class Imports(Following):
    """What a program imports."""

    #: The name of the module that ``python -m`` runs.
    main_name = "__main__"

    def load(self, name: str) -> Module | None:
        """Import a module of the project, if it has such a module."""
        if name in self.loaded:
            return self.loaded[name]
        file = self.modules.find(name)
        tree = self.modules.tree(file) if file else None
        if file is not None and tree is None:
            self.note_unread(file)
        if file is None or tree is None:
            return None
        module = self.loaded[name] = Module(name, file)
        self._set_names(module)
        parent = name.rpartition(".")[0]
        if parent:
            self.load(parent)
        with contextlib.suppress(Returned):
            self.block(tree.body, Frame(module, module.scope))
        return module

    def _set_names(self, module: Module) -> None:
        module.scope["__name__"] = Known(module.name)
        module.scope["__file__"] = Known(f"/{module.file}")

    def _deferred(self, module: str, name: str | None) -> Value | None:
        """A name of a module of the project. The module runs at once only if that may
        start something.
        """
        if module in self.loaded:
            return self._of_module(self.loaded[module], name)
        file = self.modules.find(module)
        text = self.modules.project.text(file) if file else None
        if file is None:
            return None
        if text is None:
            return self.note_unread(file)
        self.flask = self.flask or "flask" in text.whole
        if STARTS_AT_ONCE.search(text.whole):
            self.load(module)
        return Deferred(module, name)

    def _of_module(self, module: Module, name: str | None) -> Value | None:
        return self.named_in(module.scope, name) if name else module

    def named_in(self, scope: Scope, name: str) -> Value | None:
        """The value of a name."""
        value = scope.get(name)
        if isinstance(value, Deferred):
            # A module may import itself on the way.
            scope.pop(name)
            value = self._resolved(value)
            scope.setdefault(name, value)
        return value

    def _resolved(self, deferred: Deferred) -> Value:
        module = self.load(deferred.module)
        path = f"{deferred.module}.{deferred.name}"
        if module is None or deferred.name is None:
            return module or External(deferred.module)
        found = self.named_in(module.scope, deferred.name) or self.load(path)
        return found or Unknown(f"{deferred.name} can't be known", module.file, 1)

    def _deferred_module(self, node: ast.expr, frame: Frame) -> str | None:
        """The module that has to run before an expression is known, if one has to."""
        inner = node
        while isinstance(inner, (ast.Call, ast.Attribute, ast.Subscript)):
            inner = inner.func if isinstance(inner, ast.Call) else inner.value
        if not isinstance(inner, ast.Name):
            return None
        for scope in (frame.scope, frame.outer, frame.module.scope):
            value = scope.get(inner.id) if scope is not None else None
            if value is not None:
                return value.module if isinstance(value, Deferred) else None
        return None

    def _see(self, name: str) -> None:
        self.imported.add(name.partition(".")[0])
        # A package that builds on Flask imports it.
        if external.is_of_flask(name):
            self.flask: bool = True

    def _import(self, node: ast.Import, frame: Frame) -> None:
        for alias in node.names:
            first = alias.name.partition(".")[0]
            bound = alias.name if alias.asname else first
            self._see(alias.name)
            value = self._deferred(alias.name, None)
            if value is not None and bound != alias.name:
                value = self._deferred(first, None)
            frame.scope[alias.asname or first] = value or External(bound)

    def _importfrom(self, node: ast.ImportFrom, frame: Frame) -> None:
        name = self._absolute(node, frame)
        self._see(name)
        for alias in node.names:
            if alias.name == "*":
                loaded = self.load(name)
                public = loaded.scope.items() if loaded else ()
                frame.scope.update(
                    {key: value for key, value in public if not key.startswith("_")}
                )
                continue
            value = self._deferred(name, alias.name)
            value = value or self._deferred(f"{name}.{alias.name}", None)
            value = value or External(f"{name}.{alias.name}")
            frame.scope[alias.asname or alias.name] = value

    def _absolute(self, node: ast.ImportFrom, frame: Frame) -> str:
        name = node.module or ""
        if not node.level:
            return name
        own = frame.module.name
        if own == "__main__":
            own = self.main_name
        is_package = posixpath.basename(frame.module.file) == "__init__.py"
        parts = own.split(".")
        parts = parts[: len(parts) - node.level + is_package]
        return ".".join([*parts, *([name] if name else [])])
