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

    def name_of(self, served: Value | None) -> str | None:
        """How another server imports what is served, if a module has a name for it."""
        own = (
            posixpath.basename(self.main.file).removesuffix(".py") if self.main else ""
        )
        if self.main_name != "__main__":
            own = self.main_name
        modules = {own: self.main, **self.loaded} if self.main else self.loaded
        for name, module in modules.items():
            for variable, value in module.scope.items() if module else ():
                if value is served and served is not None:
                    return f"{name}:{variable}"
        return None

    def is_plain(self, line: int) -> bool:
        """Whether a call is all that a script does beyond what importing it does."""
        tree = self.modules.tree(self.main.file) if self.main else None
        for statement in tree.body if tree else ():
            is_main = isinstance(statement, ast.If) and "__main__" in source_of(
                statement.test
            )
            if is_main and statement.lineno <= line <= (statement.end_lineno or 0):
                *others, last = t.cast("ast.If", statement).body
                return last.lineno <= line and all(map(_is_setting, others))
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


def _is_setting(statement: ast.stmt) -> bool:
    # Such as `port = int(os.environ.get("PORT", 5000))`.
    calls = [each for each in ast.walk(statement) if isinstance(each, ast.Call)]
    names = {source_of(call.func) for call in calls}
    harmless = {"int", "str", "bool", "os.environ.get", "os.getenv", "print"}
    return isinstance(statement, (ast.Assign, ast.Expr)) and names <= harmless
