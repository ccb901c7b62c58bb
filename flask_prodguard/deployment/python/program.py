"""Follows a Python program by its syntax trees to the calls that serve an app. Nothing
of it is imported or run.
"""

from __future__ import annotations

import ast
import posixpath
import typing as t

from .expressions import TooLongError
from .following import Ended
from .following import Frame
from .following import NOWHERE
from .following import Returned
from .following import source_of
from .statements import Statements
from .syntax import parsed
from .values import Module
from .values import Unknown
from .values import Value


class Interpreter(Statements):
    """A program that is followed from its start."""

    main: Module | None

    def run_main(self, file: str) -> None:
        """Run a file as a script."""
        self.main = Module("__main__", file)
        self._run(self.main, self.modules.tree(file))

    def run_text(self, source: str) -> None:
        """Run the source that ``python -c`` is given."""
        tree = parsed(source)
        if tree is None:
            self.unread.append(Unknown("it is not Python that can be parsed"))
        else:
            self._run(Module("__main__", "<command>"), tree)

    def run_function(self, module: str, name: str) -> bool:
        """Import a module and call a function of it."""
        loaded = self.load(module)
        if loaded is None:
            return False
        value: Value = loaded
        for part in name.split("."):
            value = self.attribute(value, part, ast.Pass(lineno=1, col_offset=0))
        frame = Frame(loaded, loaded.scope)
        self._guarded(lambda: self.call(value, [], {}, frame, NOWHERE))
        return True

    def names_of(self, module: str) -> dict[str, Value] | None:
        """The global names of a module, once it is imported, if there is such a
        module.
        """
        self._guarded(lambda: self.load(module))
        loaded = self.loaded.get(module)
        if loaded is None:
            return None
        names = [*loaded.scope]
        self._guarded(lambda: [self.named_in(loaded.scope, name) for name in names])
        return loaded.scope

    def paths_of(self, served: Value | None) -> list[str]:
        """How another server imports what is served, from each module that has a name
        for it, the script first.
        """
        modules = {self._own(): self.main, **self.loaded} if self.main else self.loaded
        found = []
        for name, module in modules.items():
            for variable, value in module.scope.items() if module else ():
                if value is served and served is not None:
                    found.append(f"{name}:{variable}")
                    break
        return found

    def factory_of(self, served: Value | None) -> str | None:
        """The function of a module that has made what is served."""
        for made, function in reversed(self.made):
            name, module = getattr(function.node, "name", ""), function.module
            if made is served and module.scope.get(name) is function:
                if module is self.main:
                    return f"{self._own()}:{name}()"
                # A package hides a script of the same name.
                is_hiding = module.name == self._own()
                return None if is_hiding else f"{module.name}:{name}()"
        return None

    def _own(self) -> str:
        if self.main_name != "__main__" or self.main is None:
            return self.main_name
        return posixpath.basename(self.main.file).removesuffix(".py")

    def is_plain(self, line: int) -> bool:
        """Whether a call is all that a script does beyond what importing it does."""
        tree = self.modules.tree(self.main.file) if self.main else None
        body = tree.body if tree else []
        for statement in body:
            is_main = isinstance(statement, ast.If) and "__main__" in source_of(
                statement.test
            )
            if is_main and statement.lineno <= line <= (statement.end_lineno or 0):
                *others, last = t.cast("ast.If", statement).body
                kept = (each for each in body if each is not statement)
                read = {name for each in kept for name in _names_in(each)}
                return last.lineno <= line and all(
                    _is_setting(each) and read.isdisjoint(_names_in(each, ast.Store))
                    for each in others
                )
        return False

    def _run(self, module: Module, tree: ast.Module | None) -> None:
        if tree is None:
            self.note_unread(module.file)
            return
        self._set_names(module)
        self._guarded(lambda: self.block(tree.body, Frame(module, module.scope)))

    def _guarded(self, run: t.Callable[[], object]) -> None:
        try:
            run()
        except (Returned, Ended):
            pass
        except (TooLongError, RecursionError):
            self.lost.append(Unknown("it takes too long to follow"))


def _names_in(statement: ast.stmt, context: type = ast.Load) -> set[str]:
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, context)
    }


def _is_setting(statement: ast.stmt) -> bool:
    # Such as `port = int(os.environ.get("PORT", 5000))`. What sets a part of an object
    # sets something that another statement may read.
    parts = (ast.Attribute, ast.Subscript)
    for node in ast.walk(statement):
        if isinstance(node, parts) and isinstance(node.ctx, ast.Store):
            return False
    calls = [each for each in ast.walk(statement) if isinstance(each, ast.Call)]
    names = {source_of(call.func) for call in calls}
    harmless = {"int", "str", "bool", "os.environ.get", "os.getenv", "print"}
    return isinstance(statement, (ast.Assign, ast.Expr)) and names <= harmless
