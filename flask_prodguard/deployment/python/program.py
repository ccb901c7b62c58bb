"""Follows a Python program by its syntax trees to the calls that serve an app. Nothing
of it is imported or run.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import operator
import posixpath
import re
import typing as t

from ..dotenv import read_dotenv
from ..file_system import find_file
from . import command_lines
from . import external
from .following import Ended
from .following import Following
from .following import Frame
from .following import Returned
from .following import Scope
from .modules import Modules
from .modules import parsed
from .values import Class
from .values import Deferred
from .values import External
from .values import Function
from .values import Instance
from .values import joined
from .values import Known
from .values import Listed
from .values import Mapped
from .values import Module
from .values import NOTHING
from .values import truth
from .values import Unknown
from .values import Value

# A program that goes round in circles is given up.
MOST_STEPS = 20_000
DEEPEST = 40
LARGEST = 10_000
OPERATORS: dict[type[ast.AST], t.Callable[[t.Any, t.Any], t.Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda one, other: one in other,
    ast.NotIn: lambda one, other: one not in other,
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Mod: operator.mod,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
# A module whose own statements may start a server, or set what another one needs.
STARTS_AT_ONCE = re.compile(
    r"^(?:[\w.]+\.)?(?:run|run_simple|run_server|serve|serve_forever|main|load_dotenv"
    r"|setdefault|start|start_server)\(|^(?:os\.)?environ\[",
    re.M,
)
STARTING = frozenset(
    {
        *("run", "main", "serve", "serve_forever", "start", "launch", "execute", "cli"),
        *(
            "run_server",
            "start_server",
            "run_app",
            "runserver",
            "app",
            "server",
            "func",
        ),
        *("command", "handler", "callback", "entrypoint", "target", "action", "fn"),
    }
)
BUILT_INS = frozenset(dir(builtins))


class TooLongError(Exception):
    """The program can't be followed to its end."""


class Interpreter(Following):
    """Goes through a program's statements.

    :param modules: the modules that it can import.
    :param argv: its words, its own name first.
    :param environ: the variables that files set for it.
    :param packages: the packages that it can import.
    """

    def __init__(
        self,
        modules: Modules,
        argv: t.Sequence[str],
        environ: dict[str, str],
        packages: t.Mapping[str, str] | None,
    ) -> None:
        super().__init__(argv, environ, packages)
        self.modules = modules
        #: The module that runs as a script.
        self.main: Module | None = None
        self.loaded: dict[str, Module] = {}
        self.steps: int = 0
        self.depth: int = 0

    def run_main(self, file: str) -> None:
        """Run a file as a script.

        :param file: the file.
        """
        self.main = Module("__main__", file)
        self._run(self.main, self.modules.tree(file))

    def run_text(self, source: str) -> None:
        """Run what ``python -c`` is given.

        :param source: the source code.
        """
        self._run(Module("__main__", "<command>"), parsed(source))

    def run_function(self, module: str, name: str) -> bool:
        """Import a module and call a function of it.

        :param module: the module.
        :param name: the function.
        """
        loaded = self.load(module)
        if loaded is None:
            return False
        value: Value = loaded
        for part in name.split("."):
            value = self.attribute(value, part, ast.Pass(lineno=1, col_offset=0))
        frame = Frame(loaded, loaded.scope)
        self._guarded(lambda: self.call(value, [], {}, frame, _nowhere()))
        return True

    def name_of(self, served: Value | None) -> str | None:
        """How another server imports what is served, if a module has a name for it.

        :param served: what is served.
        """
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
        """Whether a call is all that a script does besides what importing it does.

        :param line: the line of the call.
        """
        tree = self.modules.tree(self.main.file) if self.main else None
        for statement in tree.body if tree else ():
            is_main = isinstance(statement, ast.If) and "__main__" in _source(
                statement.test
            )
            if is_main and statement.lineno <= line <= (statement.end_lineno or 0):
                *others, last = t.cast("ast.If", statement).body
                return last.lineno <= line and all(map(_is_setting, others))
        return False

    def _run(self, module: Module, tree: ast.Module | None) -> None:
        if tree is None:
            self.lost.append(Unknown("it can't be parsed", module.file, 1))
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

    def _set_names(self, module: Module) -> None:
        module.scope["__name__"] = Known(module.name)
        module.scope["__file__"] = Known(f"/{module.file}")

    def load(self, name: str) -> Module | None:
        """Import a module of the project, if it has such a module.

        :param name: the module's dotted name.
        """
        if name in self.loaded:
            return self.loaded[name]
        file = self.modules.find(name)
        tree = self.modules.tree(file) if file else None
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

    # Statements

    def block(self, body: t.Sequence[ast.stmt], frame: Frame) -> None:
        """Run statements.

        :param body: the statements.
        :param frame: what is known there.
        """
        for statement in body:
            run = getattr(self, f"_{type(statement).__name__.lower()}", None)
            if run is not None:
                run(statement, frame)

    def _expr(self, node: ast.Expr, frame: Frame) -> None:
        module = self._deferred_module(node.value, frame)
        # What serves may be made in a module that does not.
        is_needed = module is None or _may_start(node.value)
        if is_needed or self.modules.may_serve(str(module)):
            self.value(node.value, frame)

    def _deferred_module(self, node: ast.expr, frame: Frame) -> str | None:
        """The module that has to be run to know an expression, if one has to be."""
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

    def _assign(self, node: ast.Assign, frame: Frame) -> None:
        value = self.kept(node.value, frame)
        for target in node.targets:
            self.bind(target, value, frame)

    def _annassign(self, node: ast.AnnAssign, frame: Frame) -> None:
        if node.value is not None:
            self.bind(node.target, self.value(node.value, frame), frame)

    def _augassign(self, node: ast.AugAssign, frame: Frame) -> None:
        operation = ast.BinOp(t.cast("ast.expr", node.target), node.op, node.value)
        value = self.value(ast.copy_location(operation, node), frame)
        self.bind(node.target, value, frame)

    def bind(self, target: ast.expr, value: Value, frame: Frame) -> None:
        """Let a name or an attribute stand for a value.

        :param target: what is assigned to.
        :param value: the value.
        :param frame: what is known there.
        """
        if isinstance(target, ast.Name):
            is_global = target.id in frame.globals
            scope = frame.module.scope if is_global else frame.scope
            scope[target.id] = value
        elif isinstance(target, ast.Attribute):
            self._set_attribute(self.value(target.value, frame), target.attr, value)
        elif isinstance(target, ast.Subscript):
            external.set_item(
                self,
                self.value(target.value, frame),
                self.value(target.slice, frame),
                value,
            )
        elif isinstance(target, (ast.Tuple, ast.List)):
            values = value.items if isinstance(value, Listed) else []
            for at, inner in enumerate(target.elts):
                fits = len(values) == len(target.elts)
                other = self.unknown("it is unpacked", target, frame)
                self.bind(inner, values[at] if fits else other, frame)

    def _set_attribute(self, owner: Value, name: str, value: Value) -> None:
        if isinstance(owner, (Instance, External)):
            owner.attributes[name] = value
        elif isinstance(owner, (Module, Class)):
            owner.scope[name] = value

    def _import(self, node: ast.Import, frame: Frame) -> None:
        for alias in node.names:
            first = alias.name.partition(".")[0]
            bound = alias.name if alias.asname else first
            self._see(alias.name)
            value = self._deferred(alias.name, None)
            if value is not None and bound != alias.name:
                value = self._deferred(first, None)
            frame.scope[alias.asname or first] = value or External(bound)

    def _deferred(self, module: str, name: str | None) -> Value | None:
        """Something of a module of the project, which is run at once only where that
        may start something.
        """
        if module in self.loaded:
            return self._of_module(self.loaded[module], name)
        file = self.modules.find(module)
        text = self.modules.project.text(file) if file else None
        if text is None:
            return None
        self.flask = self.flask or "flask" in text.whole
        if STARTS_AT_ONCE.search(text.whole):
            self.load(module)
        return Deferred(module, name)

    def _of_module(self, module: Module, name: str | None) -> Value | None:
        return self.named_in(module.scope, name) if name else module

    def named_in(self, scope: Scope, name: str) -> Value | None:
        """What a name stands for.

        :param scope: the scope that has it.
        :param name: the name.
        """
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

    def _see(self, name: str) -> None:
        self.imported.add(name.partition(".")[0])
        # What builds on Flask brings Flask.
        if external.is_of_flask(name):
            self.flask: bool = True

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

    #: The name of the module that ``python -m`` runs.
    main_name = "__main__"

    def _functiondef(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame
    ) -> None:
        outer = frame.scope if frame.scope is not frame.module.scope else None
        function: Value = Function(node, frame.module, outer)
        for decorator in reversed(node.decorator_list):
            function = external.decorated(
                self, t.cast("Function", function), self.value(decorator, frame)
            )
        frame.scope[node.name] = function

    _asyncfunctiondef = _functiondef

    def _classdef(self, node: ast.ClassDef, frame: Frame) -> None:
        bases = [self.value(base, frame) for base in node.bases]
        made = Class(node, frame.module, bases, {})
        inner = Frame(frame.module, made.scope, frame.scope)
        self.block(node.body, inner)
        frame.scope[node.name] = made

    def _return(self, node: ast.Return, frame: Frame) -> None:
        value = self.value(node.value, frame) if node.value else NOTHING
        if self.in_branch(frame):
            frame.returned.append(value)
        else:
            raise Returned(value)

    def _raise(self, node: ast.Raise, frame: Frame) -> None:
        if not self.in_branch(frame):
            raise Returned(NOTHING)

    def _global(self, node: ast.Global, frame: Frame) -> None:
        frame.globals.update(node.names)

    def _if(self, node: ast.If, frame: Frame) -> None:
        holds = truth(self.value(node.test, frame))
        if holds is not None:
            self.block(node.body if holds else node.orelse, frame)
            return
        why = self.unknown(f"`if {_source(node.test)}` decides", node, frame)
        self._branches([node.body, node.orelse], frame, why)

    def _branches(
        self, bodies: t.Sequence[t.Sequence[ast.stmt]], frame: Frame, why: Unknown
    ) -> None:
        before = dict(frame.scope)
        results = []
        self.conditions.append(why)
        try:
            for body in bodies:
                frame.scope.clear()
                frame.scope.update(before)
                self.block(body, frame)
                results.append(dict(frame.scope))
        finally:
            self.conditions.pop()
        frame.scope.clear()
        frame.scope.update(before)
        for result in results[:1]:
            frame.scope.update(result)
        for result in results[1:]:
            self._merge(frame.scope, result, why)

    def _merge(self, scope: Scope, other: Scope, why: Unknown) -> None:
        for name in {**scope, **other}:
            if name in scope and name in other:
                scope[name] = joined(scope[name], other[name], why)
            elif name in other:
                scope[name] = other[name]

    def _match(self, node: ast.Match, frame: Frame) -> None:
        why = self.unknown(f"`match {_source(node.subject)}` decides", node, frame)
        self._branches([case.body for case in node.cases], frame, why)

    def _for(self, node: ast.For | ast.AsyncFor, frame: Frame) -> None:
        items = self.value(node.iter, frame)
        values = items.items if isinstance(items, Listed) else []
        first = values[0] if len(values) == 1 else self.unknown("a loop", node, frame)
        self.bind(node.target, first, frame)
        self.block(node.body, frame)
        self.block(node.orelse, frame)

    _asyncfor = _for

    def _while(self, node: ast.While, frame: Frame) -> None:
        if truth(self.value(node.test, frame)) is not False:
            self.block(node.body, frame)

    def _with(self, node: ast.With | ast.AsyncWith, frame: Frame) -> None:
        for item in node.items:
            value = self.value(item.context_expr, frame)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, value, frame)
        self.block(node.body, frame)

    _asyncwith = _with

    def _try(self, node: ast.Try, frame: Frame) -> None:
        try:
            self.block(node.body, frame)
            self.block(node.orelse, frame)
        finally:
            for handler in node.handlers:
                why = self.unknown("an error decides", handler, frame)
                self._branches([handler.body, []], frame, why)
            self.block(node.finalbody, frame)

    _trystar = _try

    # Expressions

    def value(self, node: ast.expr, frame: Frame) -> Value:
        """What an expression stands for.

        :param node: the expression.
        :param frame: what is known there.
        """
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooLongError
        find = getattr(self, f"_{type(node).__name__.lower()}_value", None)
        found = find(node, frame) if find else None
        if found is None:
            return self.unknown(f"`{_source(node)}` can't be known", node, frame)
        if isinstance(found, Deferred):
            return self._resolved(found)
        return t.cast("Value", found)

    def kept(self, node: ast.expr, frame: Frame) -> Value:
        """What an expression stands for, where that need not be known yet.

        :param node: the expression.
        :param frame: what is known there.
        """
        if isinstance(node, ast.Name):
            for scope in (frame.scope, frame.outer, frame.module.scope):
                value = scope.get(node.id) if scope is not None else None
                if isinstance(value, Deferred):
                    return value
        return self.value(node, frame)

    def _constant_value(self, node: ast.Constant, frame: Frame) -> Value:
        return Known(node.value)

    def _name_value(self, node: ast.Name, frame: Frame) -> Value | None:
        for scope in (frame.scope, frame.outer, frame.module.scope):
            if scope is not None and node.id in scope:
                return self.named_in(scope, node.id)
        return External(f"builtins.{node.id}") if node.id in BUILT_INS else None

    def _attribute_value(self, node: ast.Attribute, frame: Frame) -> Value | None:
        return self.attribute(self.value(node.value, frame), node.attr, node, frame)

    def load_dotenv(self) -> None:
        """Read the variables of ``.env``, which leave those that are set."""
        start = self.modules.start
        file = find_file(
            self.modules.project, start.files, ".env", start.working_directory
        )
        found = read_dotenv(self.modules.project, file) if file else {}
        self.environ.update({**found, **self.environ})

    def attribute(
        self, owner: Value, name: str, node: ast.AST, frame: Frame | None = None
    ) -> Value:
        """An attribute of a value.

        :param owner: the value.
        :param name: the attribute's name.
        :param node: where it stands.
        :param frame: what is known there.
        """
        found = self._attribute(owner, name, node, frame)
        if found is not None:
            return found
        file = frame.module.file if frame else ""
        why = owner.why if isinstance(owner, Unknown) else f"`.{name}` can't be known"
        return Unknown(why, file, getattr(node, "lineno", 0))

    def _attribute(
        self, owner: Value, name: str, node: ast.AST, frame: Frame | None
    ) -> Value | None:
        if isinstance(owner, Module):
            found = self.named_in(owner.scope, name)
            return found or self.load(f"{owner.name}.{name}")
        if isinstance(owner, Instance):
            return self._of_instance(owner, name, node, frame)
        if isinstance(owner, Class):
            return self._of_class(owner, name, None)
        if isinstance(owner, External):
            found = owner.attributes.get(name)
            return found or external.attribute_of(self, owner, name)
        if isinstance(owner, Function):
            return command_lines.attribute_of(owner, name)
        if isinstance(owner, Unknown):
            return None
        kind = {Listed: "list", Mapped: "dict"}.get(type(owner), "value")
        return External(f"{kind}.{name}", (owner,))

    def _of_instance(
        self, owner: Instance, name: str, node: ast.AST, frame: Frame | None
    ) -> Value | None:
        found = owner.attributes.get(name) or self._of_class(owner.of, name, owner)
        if found is None and owner.external is not None:
            return self.attribute(owner.external, name, node, frame)
        return found

    def _of_class(
        self, of: Class, name: str, instance: Instance | None
    ) -> Value | None:
        value = self.named_in(of.scope, name)
        if isinstance(value, Function) and instance is not None:
            return self._method(value, instance)
        for base in of.bases if value is None else ():
            if value is None and isinstance(base, Class):
                value = self._of_class(base, name, instance)
        return value

    def _method(self, function: Function, instance: Instance) -> Value:
        decorators = getattr(function.node, "decorator_list", [])
        names = {_source(decorator).rpartition(".")[2] for decorator in decorators}
        if "staticmethod" in names:
            return function
        bound = Function(function.node, function.module, function.outer, instance)
        if names & {"property", "cached_property"}:
            frame = Frame(function.module, {}, None, len(self.conditions))
            return self.call(bound, [], {}, frame, _nowhere())
        return bound

    def _subscript_value(self, node: ast.Subscript, frame: Frame) -> Value | None:
        owner, key = self.value(node.value, frame), self.value(node.slice, frame)
        return external.item(self, owner, key, node, frame)

    def _boolop_value(self, node: ast.BoolOp, frame: Frame) -> Value | None:
        stop = isinstance(node.op, ast.Or)
        assumed = False
        for each in node.values:
            value = self.value(each, frame)
            if isinstance(value, Known):
                # What follows from a default is a default.
                assumed = assumed or value.assumed
                value = Known(value.value, assumed)
                if bool(value.value) is stop:
                    break
            elif truth(value) is not (not stop):
                break
        return value

    def _unaryop_value(self, node: ast.UnaryOp, frame: Frame) -> Value | None:
        value = self.value(node.operand, frame)
        if isinstance(node.op, ast.Not):
            if isinstance(value, Known):
                return Known(not value.value, value.assumed)
            holds = truth(value)
            return None if holds is None else Known(not holds)
        if isinstance(node.op, ast.USub) and isinstance(value, Known):
            return (
                Known(-value.value) if isinstance(value.value, (int, float)) else None
            )
        return None

    def _binop_value(self, node: ast.BinOp, frame: Frame) -> Value | None:
        return self._combined(
            node.op, self.value(node.left, frame), self.value(node.right, frame)
        )

    def _combined(self, operation: ast.AST, one: Value, other: Value) -> Value | None:
        if isinstance(one, Listed) and isinstance(other, Listed):
            both = isinstance(operation, ast.Add)
            return Listed([*one.items, *other.items]) if both else None
        apply = OPERATORS.get(type(operation))
        if apply is None or not isinstance(one, Known):
            return None
        if isinstance(operation, (ast.In, ast.NotIn)) and not isinstance(other, Known):
            return self._contained(operation, one, other)
        if not isinstance(other, Known):
            return None
        if isinstance(operation, ast.Mult) and not _is_small(one, other):
            return None
        try:
            return Known(apply(one.value, other.value), one.assumed or other.assumed)
        except Exception:
            # Whatever the program would do with it: it's not known.
            return None

    def _contained(self, operation: ast.AST, one: Known, other: Value) -> Value | None:
        if isinstance(other, Mapped):
            items: t.Iterable[Value] = [Known(key) for key in other.items]
        elif isinstance(other, Listed):
            items = other.items
        else:
            return None
        if not all(isinstance(item, Known) for item in items):
            return None
        found = any(item.value == one.value for item in items)  # type: ignore[union-attr]
        return Known(found is isinstance(operation, ast.In), one.assumed)

    def _compare_value(self, node: ast.Compare, frame: Frame) -> Value | None:
        if len(node.ops) != 1:
            return None
        one = self.value(node.left, frame)
        return self._combined(node.ops[0], one, self.value(node.comparators[0], frame))

    def _ifexp_value(self, node: ast.IfExp, frame: Frame) -> Value | None:
        test = self.value(node.test, frame)
        holds = truth(test)
        if holds is None and isinstance(test, Known):
            chosen = self.value(node.body if test.value else node.orelse, frame)
            return Known(chosen.value, True) if isinstance(chosen, Known) else chosen
        if holds is not None:
            return self.value(node.body if holds else node.orelse, frame)
        why = self.unknown(f"`{_source(node.test)}` decides", node, frame)
        return joined(self.value(node.body, frame), self.value(node.orelse, frame), why)

    def _joinedstr_value(self, node: ast.JoinedStr, frame: Frame) -> Value | None:
        text, assumed = "", False
        for part in node.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            value = self.value(inner, frame)
            if not isinstance(value, Known):
                return None
            text, assumed = text + str(value.value), assumed or value.assumed
        return Known(text, assumed)

    def _list_value(self, node: ast.List | ast.Tuple, frame: Frame) -> Value | None:
        items: list[Value] = []
        for each in node.elts[:LARGEST]:
            if isinstance(each, ast.Starred):
                inner = self.value(each.value, frame)
                items.extend(inner.items if isinstance(inner, Listed) else [inner])
            else:
                items.append(self.kept(each, frame))
        return Listed(items)

    _tuple_value = _list_value
    _set_value = _list_value

    def _dict_value(self, node: ast.Dict, frame: Frame) -> Value | None:
        items: dict[t.Any, Value] = {}
        for key, inner in zip(node.keys, node.values, strict=True):
            value = self.kept(inner, frame)
            known = self.value(key, frame) if key is not None else None
            if key is None and isinstance(value, Mapped):
                items.update(value.items)
            elif isinstance(known, Known) and not isinstance(known.value, float):
                items[known.value] = value
        return Mapped(items)

    def _lambda_value(self, node: ast.Lambda, frame: Frame) -> Value | None:
        return Function(node, frame.module, frame.scope)

    def _await_value(self, node: ast.Await, frame: Frame) -> Value | None:
        return self.value(node.value, frame)

    def _namedexpr_value(self, node: ast.NamedExpr, frame: Frame) -> Value | None:
        value = self.value(node.value, frame)
        self.bind(node.target, value, frame)
        return value

    def _starred_value(self, node: ast.Starred, frame: Frame) -> Value | None:
        return self.value(node.value, frame)

    def _call_value(self, node: ast.Call, frame: Frame) -> Value | None:
        function = self.value(node.func, frame)
        positional: list[Value] = []
        is_external = isinstance(function, External)
        is_plain = isinstance(function, External) and not external.is_known(function)
        read = self.value if is_external and not is_plain else self.kept
        for each in node.args:
            if is_plain and self._deferred_module(each, frame):
                # Another package's function is given it, and asks for nothing.
                positional.append(self.unknown("it isn't needed", each, frame))
                continue
            value = read(each, frame)
            if isinstance(each, ast.Starred) and isinstance(value, Listed):
                positional.extend(value.items)
            elif not isinstance(each, ast.Starred):
                positional.append(value)
        named: dict[str, Value] = {}
        for keyword in node.keywords:
            value = read(keyword.value, frame)
            if keyword.arg is not None:
                named[keyword.arg] = value
            elif isinstance(value, Mapped):
                named.update({str(key): each for key, each in value.items.items()})
            else:
                named["**"] = self.unknown(
                    f"`**{_source(keyword.value)}` can't be known", node, frame
                )
        return self.call(function, positional, named, frame, node)

    def call(
        self,
        function: Value,
        positional: list[Value],
        named: dict[str, Value],
        frame: Frame,
        node: ast.AST,
    ) -> Value:
        """Call a value.

        :param function: the value.
        :param positional: the arguments without a name.
        :param named: the arguments with a name.
        :param frame: what is known there.
        :param node: where the call stands.
        """
        if isinstance(function, Function):
            return self._call_function(function, positional, named)
        if isinstance(function, Class):
            return self._instance(function, positional, named, frame, node)
        if isinstance(function, External):
            return external.call(self, function, positional, named, frame, node)
        if isinstance(function, Instance):
            method = self._of_class(function.of, "__call__", function)
            if method is not None:
                return self.call(method, positional, named, frame, node)
        why = f"`{_source(node)}` can't be followed"
        found = self.unknown(why, node, frame)
        if _may_start(node):
            self.lost.append(found)
        external.maybe_served(self, node, named, frame)
        return found

    def _instance(
        self,
        of: Class,
        positional: list[Value],
        named: dict[str, Value],
        frame: Frame,
        node: ast.AST,
    ) -> Value:
        made = Instance(of)
        base = _external_base(of)
        if base is not None:
            inner = external.call(self, base, positional, named, frame, node)
            made.external = inner if isinstance(inner, External) else None
        initialise = self._of_class(of, "__init__", made)
        if isinstance(initialise, Function):
            self.call(initialise, positional, named, frame, node)
        return made

    def _call_function(
        self, function: Function, positional: list[Value], named: dict[str, Value]
    ) -> Value:
        if function.command is not None and not positional:
            return command_lines.run_command(self, function)
        if self.depth >= DEEPEST:
            return Unknown("it calls itself")
        scope = self._parameters(function, positional, named)
        frame = Frame(function.module, scope, function.outer, len(self.conditions))
        self.depth += 1
        try:
            if isinstance(function.node, ast.Lambda):
                return self.value(function.node.body, frame)
            self.block(function.node.body, frame)
            result: Value = NOTHING
        except Returned as returned:
            result = returned.value
        finally:
            self.depth -= 1
        for other in frame.returned:
            line = getattr(function.node, "lineno", 0)
            why = Unknown("it returns one of several", function.module.file, line)
            result = other if result == NOTHING else joined(result, other, why)
        return result

    def _parameters(
        self, function: Function, positional: list[Value], named: dict[str, Value]
    ) -> Scope:
        arguments = function.node.args
        names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
        if function.instance is not None:
            positional = [function.instance, *positional]
        scope: Scope = dict(zip(names, positional, strict=False))
        frame = Frame(function.module, function.module.scope)
        defaults = dict(
            zip(
                names[len(names) - len(arguments.defaults) :],
                arguments.defaults,
                strict=True,
            )
        )
        only = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        defaults.update({each.arg: d for each, d in only if d is not None})
        names += [each.arg for each in arguments.kwonlyargs]
        for name in names:
            if name in named:
                scope[name] = named[name]
            elif name not in scope and name in defaults:
                scope[name] = self.value(defaults[name], frame)
            elif name not in scope:
                line = getattr(function.node, "lineno", 0)
                scope[name] = Unknown(
                    f"`{name}` can't be known", function.module.file, line
                )
        if arguments.vararg:
            scope[arguments.vararg.arg] = Listed(positional[len(names) :])
        if arguments.kwarg:
            rest = {key: value for key, value in named.items() if key not in names}
            scope[arguments.kwarg.arg] = Mapped(dict(rest))
        return scope


def _may_start(node: ast.AST) -> bool:
    # Most of what can't be followed starts nothing: a method of a list, a helper.
    function = node.func if isinstance(node, ast.Call) else node
    name = getattr(function, "attr", getattr(function, "id", ""))
    named = {keyword.arg for keyword in getattr(node, "keywords", ())}
    return not name or name in STARTING or bool(named & external.SERVER_WORDS)


def _external_base(of: Class) -> External | None:
    for base in of.bases:
        if isinstance(base, External):
            return base
        found = _external_base(base) if isinstance(base, Class) else None
        if found is not None:
            return found
    return None


def _is_setting(statement: ast.stmt) -> bool:
    # Such as `port = int(os.environ.get("PORT", 5000))`.
    calls = [each for each in ast.walk(statement) if isinstance(each, ast.Call)]
    names = {_source(call.func) for call in calls}
    harmless = {"int", "str", "bool", "os.environ.get", "os.getenv", "print"}
    return isinstance(statement, (ast.Assign, ast.Expr)) and names <= harmless


def _is_small(one: Known, other: Known) -> bool:
    sizes = [v for v in (one.value, other.value) if isinstance(v, int)]
    return all(size < LARGEST for size in sizes)


def _nowhere() -> ast.AST:
    return ast.Pass(lineno=0, col_offset=0)


def _source(node: ast.AST) -> str:
    text = ast.unparse(node)
    first = text.splitlines()[0] if text else ""
    return first if len(first) <= 50 else f"{first[:47]}..."
