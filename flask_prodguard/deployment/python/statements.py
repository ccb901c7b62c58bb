"""Runs statements, and every branch of a condition that can't be decided."""

from __future__ import annotations

import ast
import typing as t

from . import external
from .expressions import Expressions
from .following import Change
from .following import Changes
from .following import Frame
from .following import Returned
from .following import Scope
from .following import source_of
from .values import Class
from .values import Function
from .values import joined
from .values import Listed
from .values import NOTHING
from .values import truth
from .values import Unknown
from .values import Value


class Statements(Expressions):
    """Runs the statements of a program."""

    changes: Changes

    def block(self, body: t.Sequence[ast.stmt], frame: Frame) -> None:
        """Run statements."""
        for statement in body:
            run = getattr(self, f"_{type(statement).__name__.lower()}", None)
            if run is not None:
                run(statement, frame)

    def _expr(self, node: ast.Expr, frame: Frame) -> None:
        if self.is_needed(node.value, frame):
            self.value(node.value, frame)

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

    def _functiondef(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame
    ) -> None:
        outer = frame.scope if frame.scope is not frame.module.scope else None
        function: Value = Function(node, frame.module, outer)
        for decorator in reversed(node.decorator_list):
            function = external.decorated(
                self,
                t.cast("Function", function),
                self.value(decorator, frame),
                frame,
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
        if node.exc is not None:
            # raise SystemExit(main())
            self.value(node.exc, frame)
        if not self.in_branch(frame):
            raise Returned(NOTHING)

    def _global(self, node: ast.Global, frame: Frame) -> None:
        frame.globals.update(node.names)

    def _nonlocal(self, node: ast.Nonlocal, frame: Frame) -> None:
        frame.nonlocals.update(node.names)

    def _if(self, node: ast.If, frame: Frame) -> None:
        holds = truth(self.value(node.test, frame))
        if holds is not None:
            self.block(node.body if holds else node.orelse, frame)
            return
        why = self.unknown(f"`if {source_of(node.test)}` decides", node, frame)
        self._branches([node.body, node.orelse], frame, why)

    def _branches(
        self, bodies: t.Sequence[t.Sequence[ast.stmt]], frame: Frame, why: Unknown
    ) -> None:
        before = dict(frame.scope)
        results, changed = [], []
        outer = self.changes
        self.conditions.append(why)
        try:
            for body in bodies:
                frame.scope.clear()
                frame.scope.update(before)
                self.changes = {}
                try:
                    self.block(body, frame)
                    results.append(dict(frame.scope))
                finally:
                    changed.append(self._undone())
        finally:
            self.conditions.pop()
            self.changes = outer
        self._put_each(changed, why)
        frame.scope.clear()
        frame.scope.update(before)
        for result in results[:1]:
            frame.scope.update(result)
        for result in results[1:]:
            self._merge(frame.scope, result, why)

    def _undone(self) -> Changes:
        """Take back what a branch has set, and return it."""
        found = {}
        for key, (into, before) in self.changes.items():
            found[key] = Change(into, into.pop(key[1], None))
            if before is not None:
                into[key[1]] = before
        return found

    def _put_each(self, branches: list[Changes], why: Unknown) -> None:
        """Set what several branches have set, as far as they agree."""
        for key, (into, value) in {
            k: c for each in branches for k, c in each.items()
        }.items():
            name = key[1]
            before = Change(into, into.get(name))
            values = [each.get(key, before).value for each in branches]
            if any(each is not value and each != value for each in values):
                # The form of a variable whose value can't be known.
                value = f"${name}" if into is self.environ else why
            self.put(into, name, value)

    def _merge(self, scope: Scope, other: Scope, why: Unknown) -> None:
        for name in {**scope, **other}:
            if name in scope and name in other:
                scope[name] = joined(scope[name], other[name], why)
            elif name in other:
                scope[name] = other[name]

    def _match(self, node: ast.Match, frame: Frame) -> None:
        why = self.unknown(f"`match {source_of(node.subject)}` decides", node, frame)
        self._branches([case.body for case in node.cases], frame, why)

    def _for(self, node: ast.For | ast.AsyncFor, frame: Frame) -> None:
        items = self.value(node.iter, frame)
        values = items.items if isinstance(items, Listed) else []
        first = values[0] if len(values) == 1 else self.unknown("a loop", node, frame)
        self.bind(node.target, first, frame)
        self.block(node.body, frame)
        if node.orelse and any(map(_has_break, node.body)):
            why = self.unknown("whether the loop is left decides", node, frame)
            self._branches([node.orelse, []], frame, why)
        else:
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


def _has_break(node: ast.AST) -> bool:
    """Whether a statement of a loop's body may leave the loop."""
    if isinstance(node, ast.Break):
        return True
    # A break in an inner loop leaves only that loop.
    is_loop = isinstance(node, (ast.For, ast.AsyncFor, ast.While))
    return not is_loop and any(map(_has_break, ast.iter_child_nodes(node)))
