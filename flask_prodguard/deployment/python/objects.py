"""A project's own functions, classes and objects: their attributes and their calls."""

from __future__ import annotations

import ast
import typing as t

from . import click_commands
from . import external
from .following import Frame
from .following import NOWHERE
from .following import Returned
from .following import Scope
from .following import source_of
from .imports import Imports
from .servers import maybe_served
from .servers import SERVER_WORDS
from .serving import known_text
from .values import Class
from .values import External
from .values import external_base
from .values import Function
from .values import Instance
from .values import joined
from .values import Known
from .values import Listed
from .values import Mapped
from .values import Module
from .values import NOTHING
from .values import Unknown
from .values import Value

DEEPEST = 40
# The words for true and false.
SWITCHES = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}
STARTING = frozenset(
    {
        *("run", "main", "serve", "serve_forever", "start", "launch", "execute", "cli"),
        *("run_server", "start_server", "run_app", "runserver", "app", "server", "fn"),
        *("command", "handler", "callback", "entrypoint", "target", "action", "func"),
    }
)


class Objects(Imports):
    """Calls the functions of a project, and makes objects of its classes."""

    depth: int

    def is_needed(self, node: ast.expr, frame: Frame) -> bool:
        """Whether an expression whose value is not used may start something."""
        module = self._deferred_module(node, frame)
        # A server may be made in a module that does not start it.
        is_start = isinstance(node, ast.Call) and may_start(node)
        return module is None or is_start or self.modules.may_serve(module)

    def attribute(
        self, owner: Value, name: str, node: ast.AST, frame: Frame | None = None
    ) -> Value:
        """An attribute of a value."""
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
            return click_commands.attribute_of(owner, name)
        if isinstance(owner, Unknown):
            return None
        kind = {Listed: "list", Mapped: "dict"}.get(type(owner), "value")
        return External(f"{kind}.{name}", (owner,))

    def _of_instance(
        self, owner: Instance, name: str, node: ast.AST, frame: Frame | None
    ) -> Value | None:
        if name == "start" and owner.external is not None:
            # Starting a thread of the project's own class runs its method.
            is_thread = owner.external.path.endswith(("Thread()", "Process()"))
            name = "run" if is_thread else name
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
        names = {source_of(decorator).rpartition(".")[2] for decorator in decorators}
        if "staticmethod" in names:
            return function
        bound = Function(function.node, function.module, function.outer, instance)
        if names & {"property", "cached_property"}:
            frame = Frame(function.module, {}, None, len(self.conditions))
            return self.call(bound, [], {}, frame, NOWHERE)
        return bound

    def call(
        self,
        function: Value,
        positional: list[Value],
        named: dict[str, Value],
        frame: Frame,
        node: ast.AST,
    ) -> Value:
        """Call a value."""
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
            if function.external is not None:
                made = function.external
                return external.call(self, made, positional, named, frame, node)
        why = f"`{source_of(node)}` can't be followed"
        found = self.unknown(why, node, frame)
        if may_start(node):
            self.lost.append(found)
        maybe_served(self, node, named, frame)
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
        base = external_base(of)
        if base is not None:
            inner = external.call(self, base, positional, named, frame, node)
            made.external = inner if isinstance(inner, External) else None
        initialise = self._of_class(of, "__init__", made)
        if isinstance(initialise, Function):
            self.call(initialise, positional, named, frame, node)
        else:
            # Fields, as of a dataclass.
            fields = [each for each in of.node.body if isinstance(each, ast.AnnAssign)]
            names = [source_of(each.target) for each in fields]
            if base is not None and base.path.endswith("BaseSettings"):
                made.attributes.update(self._by_variables(of, names))
            made.attributes.update(
                {**dict(zip(names, positional, strict=False)), **named}
            )
        return made

    def _by_variables(
        self, of: Class, names: list[str]
    ) -> t.Iterator[tuple[str, Value]]:
        # https://docs.pydantic.dev/latest/concepts/pydantic_settings/, November 2026.
        config = self._of_class(of, "model_config", None)
        options = _options_of(config or self._of_class(of, "Config", None))
        prefix = known_text(options.get("env_prefix", Known("")))
        environ = {**(self.dotenv() if "env_file" in options else {}), **self.environ}
        # Case makes no difference, unless the settings say otherwise.
        texts = {name.lower(): text for name, text in environ.items()}
        for name in names:
            default = self._of_class(of, name, None)
            field = _options_of(default)
            alias = field.get("validation_alias", field.get("alias", field.get("env")))
            own = f"{prefix}{name}" if prefix is not None else None
            variable = known_text(alias) if alias is not None else own
            text = texts.get(variable.lower()) if variable else "$"
            if isinstance(default, External) and default.path.endswith("Field()"):
                default = field.get("default", *default.positional[:1])
            if text is not None:
                why = Unknown(f"which variable sets `{name}` can't be known")
                known = Known(SWITCHES.get(text.lower(), text))
                yield name, why if "$" in text else known
            elif isinstance(default, Known) and default.value is not ...:
                yield name, Known(default.value, True)

    def _call_function(
        self, function: Function, positional: list[Value], named: dict[str, Value]
    ) -> Value:
        if function.command is not None and not positional:
            return click_commands.run_command(self, function)
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
        if isinstance(result, External) and not (positional or named):
            self.made.append((result, function))
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
        rest = positional[len(names) :]
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
            scope[arguments.vararg.arg] = Listed(rest)
        if arguments.kwarg:
            others = {key: value for key, value in named.items() if key not in names}
            scope[arguments.kwarg.arg] = Mapped(dict(others))
        return scope


def _options_of(value: Value | None) -> dict[t.Any, Value]:
    """What a call, a dictionary or a class of options holds."""
    if isinstance(value, External):
        return value.named
    if isinstance(value, Mapped):
        return value.items
    return value.scope if isinstance(value, Class) else {}


def may_start(node: ast.AST) -> bool:
    """Whether a call that can't be followed may start something. Most of them do not: a
    method of a list, a function that formats a text.
    """
    function = node.func if isinstance(node, ast.Call) else node
    name = getattr(function, "attr", getattr(function, "id", ""))
    named = {keyword.arg for keyword in getattr(node, "keywords", ())}
    return not name or name in STARTING or bool(named & SERVER_WORDS)
