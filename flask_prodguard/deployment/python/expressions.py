"""Evaluates expressions, as far as that is possible without running the program."""

from __future__ import annotations

import ast
import builtins
import dataclasses
import operator
import typing as t

from . import external
from .following import Frame
from .following import source_of
from .objects import Objects
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
from .values import truth
from .values import Value

# A program that takes more steps, for example in a circle of calls, is given up.
MOST_STEPS = 20_000
# Neither a list nor a factor needs to be larger.
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
BUILT_INS = frozenset(dir(builtins))


class TooLongError(Exception):
    """The program can't be followed to its end."""


class Expressions(Objects):
    """The values of expressions, and the names that they are given."""

    steps: int

    def value(self, node: ast.expr, frame: Frame) -> Value:
        """The value of an expression."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooLongError
        find = getattr(self, f"_{type(node).__name__.lower()}_value", None)
        found = find(node, frame) if find else None
        if found is None:
            return self.unknown(f"`{source_of(node)}` can't be known", node, frame)
        if isinstance(found, Deferred):
            return self._resolved(found)
        return t.cast("Value", found)

    def kept(self, node: ast.expr, frame: Frame) -> Value:
        """The value of an expression, left deferred if it is a name that is."""
        if isinstance(node, ast.Name):
            for scope in (frame.scope, frame.outer, frame.module.scope):
                value = scope.get(node.id) if scope is not None else None
                if isinstance(value, Deferred):
                    return value
        return self.value(node, frame)

    def bind(self, target: ast.expr, value: Value, frame: Frame) -> None:
        """Assign a value to a name, an attribute, an item or several of them."""
        if isinstance(target, ast.Name):
            if target.id in frame.globals and frame.scope is not frame.module.scope:
                self.put(frame.module.scope, target.id, value)
            elif target.id in frame.nonlocals and frame.outer is not None:
                self.put(frame.outer, target.id, value)
            else:
                frame.scope[target.id] = value
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
            self.put(owner.attributes, name, value)
        elif isinstance(owner, (Module, Class)):
            self.put(owner.scope, name, value)

    def _constant_value(self, node: ast.Constant, frame: Frame) -> Value:
        return Known(node.value)

    def _name_value(self, node: ast.Name, frame: Frame) -> Value | None:
        for scope in (frame.scope, frame.outer, frame.module.scope):
            if scope is not None and node.id in scope:
                return self.named_in(scope, node.id)
        return External(f"builtins.{node.id}") if node.id in BUILT_INS else None

    def _attribute_value(self, node: ast.Attribute, frame: Frame) -> Value | None:
        return self.attribute(self.value(node.value, frame), node.attr, node, frame)

    def _subscript_value(self, node: ast.Subscript, frame: Frame) -> Value | None:
        owner, key = self.value(node.value, frame), self.value(node.slice, frame)
        if isinstance(owner, Class):
            # A generic class, such as Repository[User].
            return owner
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
            # Whatever the program would do then, the value isn't known.
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
        why = self.unknown(f"`{source_of(node.test)}` decides", node, frame)
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

    def _listcomp_value(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, frame: Frame
    ) -> Value | None:
        inner = dataclasses.replace(frame, scope=dict(frame.scope))
        for each in node.generators:
            items = self.value(each.iter, inner)
            if isinstance(items, Listed) and not items.items:
                return Listed([])
            self.bind(each.target, self.unknown("a loop", node, frame), inner)
        self.value(node.elt, inner)
        return None

    _setcomp_value = _listcomp_value
    _generatorexp_value = _listcomp_value

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
            if is_plain and not self.is_needed(each, frame):
                # It is passed to another package, and nothing depends on its value.
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
                    f"`**{source_of(keyword.value)}` can't be known", node, frame
                )
        return self.call(function, positional, named, frame, node)


def _is_small(one: Known, other: Known) -> bool:
    sizes = [v for v in (one.value, other.value) if isinstance(v, int)]
    return all(size < LARGEST for size in sizes)
