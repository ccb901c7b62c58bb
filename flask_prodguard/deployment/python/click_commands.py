"""Commands that are made with click, typer or Flask-Script, and the ``flask`` command
in a script of the project.
"""

from __future__ import annotations

import ast
import dataclasses
import typing as t

from .flask_command import flask_serving
from .following import Frame
from .options import Option
from .options import read_options
from .serving import Call
from .serving import known_text
from .serving import WERKZEUG
from .values import Class
from .values import Command
from .values import External
from .values import external_base
from .values import Function
from .values import Instance
from .values import Known
from .values import NOTHING
from .values import Unknown
from .values import Value

if t.TYPE_CHECKING:
    from .following import FollowedCall
    from .following import Following
    from .following import Handler

CLICK = ("click", "typer", "rich_click", "asyncclick")


def decorated(function: Value, decorator: Value) -> Value:
    """A function as a decorator of click or typer leaves it."""
    if not isinstance(function, Function) or not isinstance(decorator, External):
        return function
    path = decorator.path.removesuffix("()")
    last = path.rpartition(".")[2]
    if path.split(".")[0].removesuffix("()") in CLICK or decorator.owner is not None:
        if last in ("option", "argument"):
            function.options.insert(0, decorator)
        elif last in ("command", "group", "callback"):
            return _made_command(function, decorator, last)
    return function


def _made_command(function: Function, decorator: External, last: str) -> Value:
    name = _name_of(function, decorator)
    kind: Value | None = decorator.named.get("cls")
    kind = external_base(kind) if isinstance(kind, Class) else kind
    is_flask = isinstance(kind, External) and kind.path == "flask.cli.FlaskGroup"
    is_typer = decorator.path.startswith("typer.")
    function.command = Command(name, is_flask, is_typer)
    owner = decorator.owner or External("nothing")
    owner.attributes[f"#command {name}"] = function
    if last == "callback":
        owner.attributes["#callback"] = function
    return function


def _name_of(function: Function, decorator: External) -> str:
    given = decorator.named.get("name") or (
        decorator.positional[0] if decorator.positional else NOTHING
    )
    name = known_text(given)
    return name or getattr(function.node, "name", "").replace("_", "-")


def attribute_of(function: Function, name: str) -> Value | None:
    """An attribute of a command: what runs it, or what adds a command below it.

    :param name: for example ``"command"``.
    """
    command = function.command or Command("")
    if name in ("main", "callback"):
        return function
    owner = command.inner.setdefault("#owner", External("click.Group()"))
    return External(f"click.Group().{name}", owner=t.cast("External", owner))


def run_command(program: Following, function: Function) -> Value:
    """Run a click command with the words of the command line."""
    return _run(program, function, list(program.argv[1:]))


def _run(program: Following, function: Function, words: list[str]) -> Value:
    command = function.command
    values, rest = read_options(_click_options(program, function), words)
    plain = Function(function.node, function.module, function.outer, function.instance)
    frame = Frame(function.module, function.module.scope)
    program.call(plain, [], dict(values), frame, function.node)
    owner = command.inner.get("#owner") if command else None
    is_run = isinstance(owner, External) and _run_inner(program, owner, rest)
    if command is not None and command.is_flask and not is_run:
        _serve_as_flask(program, rest, function)
    return NOTHING


def _run_inner(program: Following, owner: External, words: list[str]) -> bool:
    for at, word in enumerate(words):
        inner = owner.attributes.get(f"#command {word}")
        if isinstance(inner, Function):
            _run(program, inner, words[at + 1 :])
            return True
        if isinstance(inner, External) and inner.path == "flask.cli.run_command":
            _serve_as_flask(program, ["run", *words[at + 1 :]], None)
            return True
    return False


def _serve_as_flask(
    program: Following, words: t.Sequence[str], function: Function | None
) -> None:
    serving = flask_serving(words, program.environ)
    if serving is not None:
        file = function.module.file if function else ""
        line = getattr(function.node, "lineno", 0) if function else 0
        program.servings.append(
            dataclasses.replace(
                serving, file=file, line=line, condition=program.condition
            )
        )


def _click_options(program: Following, function: Function) -> list[Option]:
    options = []
    for decorator in function.options:
        names = [known_text(value) for value in decorator.positional]
        texts = [name for name in names if name]
        flags = [part for name in texts for part in name.split("/") if part[:1] == "-"]
        plain = [name for name in texts if name[:1] != "-"]
        long = next((flag for flag in flags if flag.startswith("--")), "")
        name = plain[0] if plain else (long or (flags or [""])[0])
        options.append(
            Option(
                tuple(flags),
                name.lstrip("-").replace("-", "_").lower(),
                _default(program, decorator),
                decorator.named.get("is_flag") == Known(True)
                or any("/" in text for text in texts),
            )
        )
    is_typer = function.command is not None and function.command.is_typer
    return _typer_options(function) if is_typer else options


def _default(program: Following, decorator: External) -> Value:
    variable = known_text(decorator.named.get("envvar"))
    found = program.variable(variable) if variable else None
    if found is not None:
        return found
    default = decorator.named.get("default", NOTHING)
    return (
        Known(default.value, bool(variable)) if isinstance(default, Known) else default
    )


def _typer_options(function: Function) -> list[Option]:
    # typer turns the parameters that have a default into options.
    arguments = function.node.args
    names = [each.arg for each in arguments.args]
    first = len(names) - len(arguments.defaults)
    options = []
    for at, name in enumerate(names):
        node = arguments.defaults[at - first] if at >= first else None
        default: Value = NOTHING
        if isinstance(node, ast.Constant):
            default = Known(node.value)
        elif isinstance(node, ast.Call):
            given = [
                *node.args,
                *(k.value for k in node.keywords if k.arg == "default"),
            ]
            inner = given[0] if given else None
            known = isinstance(inner, ast.Constant)
            default = (
                Known(t.cast("ast.Constant", inner).value)
                if known
                else Unknown(
                    f"`{name}` can't be known", function.module.file, node.lineno
                )
            )
        own: tuple[str, ...] = (f"--{name.replace('_', '-')}",) if node else ()
        # typer.Option("--bind") in the default or in the annotation.
        declared = [*ast.walk(arguments.args[at]), *(ast.walk(node) if node else ())]
        texts = [each.value for each in declared if isinstance(each, ast.Constant)]
        named = [each for each in texts if str(each).startswith("-")]
        flags = tuple(map(str, named)) or own
        options.append(
            Option(flags, name, default, default in (Known(True), Known(False)))
        )
    return options


def _called_object(given: FollowedCall) -> External:
    # Either the object itself is called, or one of its methods.
    is_itself = given.function.path.endswith("()")
    return given.function if is_itself else given.function.owner or given.function


def _typer_call(given: FollowedCall) -> Value | None:
    owner = _called_object(given)
    callback = owner.attributes.get("#callback")
    words = list(given.program.argv[1:])
    commands = [
        value
        for key, value in owner.attributes.items()
        if key.startswith("#command ") and isinstance(value, Function)
    ]
    commands = [each for each in commands if each is not callback]
    if isinstance(callback, Function):
        _run(given.program, callback, words)
    if len(commands) == 1 and callback is None:
        _run(given.program, commands[0], words)
    else:
        _run_inner(given.program, owner, words)
    return NOTHING


def _typer_run(given: FollowedCall) -> Value | None:
    function = given.positional[0] if given.positional else None
    if isinstance(function, Function):
        function.command = function.command or Command("", is_typer=True)
        _run(given.program, function, list(given.program.argv[1:]))
    return NOTHING


# Flask-Script, and groups that hold Flask's commands


def _run_manager(given: FollowedCall) -> Value | None:
    # https://flask-script.readthedocs.io/en/latest/, read in November 2026.
    owner = given.function.owner
    words = list(given.program.argv[1:])
    default = known_text(given.named.get("default_command"))
    name = words[0] if words else default
    found = owner.attributes.get(f"#command {name}") if owner else None
    if isinstance(found, Function):
        _run(given.program, found, words[1:])
    elif name == "runserver" or _is_server(found):
        made = found.named if isinstance(found, External) else {}
        host = made.get("host", Known("127.0.0.1"))
        options = [
            Option(("-h", "--host"), "host", host),
            Option(("-p", "--port"), "port", made.get("port", NOTHING), False, "int"),
            Option(("-d", "--debug"), "debug", made.get("use_debugger", NOTHING), True),
        ]
        values, _ = read_options(options, words[1:])
        return given.serve(WERKZEUG, Call.WERKZEUG, **values)
    elif isinstance(found, Instance):
        why = f"what its command {name} does can't be known"
        given.program.lost.append(given.unknown(why))
    return NOTHING


def _is_server(value: object) -> bool:
    return isinstance(value, External) and value.path.endswith("Server()")


def _add_command(given: FollowedCall) -> Value | None:
    # click takes the command first, Flask-Script the name.
    first, second = given.argument(0, "cmd"), given.argument(1, "name")
    if isinstance(first, Known):
        first, second = second, first
    command, name = first, known_text(second)
    if name is None and isinstance(command, Function) and command.command:
        name = command.command.name
    owner = given.function.owner or given.function
    owner.attributes[f"#command {name}"] = command or NOTHING
    return NOTHING


def _run_group(given: FollowedCall) -> Value | None:
    words = given.program.argv[1:]
    name = next((word for word in words if not word.startswith("-")), "")
    owner = _called_object(given)
    found = owner.attributes.get(f"#command {name}")
    if isinstance(found, Function):
        _run(given.program, found, list(words[list(words).index(name) + 1 :]))
        return NOTHING
    _serve_as_flask(given.program, words, None)
    return NOTHING


CALLS: dict[str, Handler] = {
    "typer.Typer()": _typer_call,
    "typer.run": _typer_run,
    "flask_script.Manager().run": _run_manager,
    **dict.fromkeys(
        ("flask.cli.FlaskGroup()", "flask.cli.FlaskGroup().main", "flask.cli.main"),
        _run_group,
    ),
    "flask_script.Manager().add_command": _add_command,
    "click.Group().add_command": _add_command,
}
