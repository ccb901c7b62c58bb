"""What calls of the standard library, and of packages that read settings, return."""

from __future__ import annotations

import shlex
import typing as t

from .serving import known_text
from .values import Class
from .values import External
from .values import Instance
from .values import Known
from .values import Listed
from .values import Mapped
from .values import NOTHING
from .values import Unknown
from .values import Value

if t.TYPE_CHECKING:
    from .following import FollowedCall
    from .following import Handler


def _environ_get(given: FollowedCall) -> Value | None:
    key = known_text(given.argument(0, "key"))
    if key is None:
        return None
    found = given.program.variable(key)
    if found is not None:
        return found
    default = given.argument(1, "default") or given.argument(1, "cast") or NOTHING
    return Known(default.value, True) if isinstance(default, Known) else default


def _environ_setdefault(given: FollowedCall) -> Value | None:
    key, value = given.argument(0, "key"), given.argument(1, "value") or NOTHING
    name, text = known_text(key), known_text(value)
    if name is not None and text is not None:
        if name not in given.program.environ:
            given.program.put(given.program.environ, name, text)
        return given.program.variable(name)
    return value


def _config(given: FollowedCall) -> Value | None:
    # https://github.com/HBNetwork/python-decouple
    found = _environ_get(
        given._replace(
            positional=given.positional[:1],
            named={
                key: value for key, value in given.named.items() if key == "default"
            },
        )
    )
    cast = given.named.get("cast")
    if found is None or not isinstance(cast, External):
        return found
    return given.program.call(cast, [found], {}, given.frame, given.node)


def _load_dotenv(given: FollowedCall) -> Value | None:
    given.program.load_dotenv()
    return Known(True)


def _boolean(given: FollowedCall) -> Value | None:
    return _converted(given, bool) if given.positional else Known(False)


def _length(given: FollowedCall) -> Value | None:
    value = given.positional[0] if given.positional else None
    if isinstance(value, (Listed, Mapped)):
        return Known(len(value.items))
    return _converted(given, len)


def _is_yes(word: object) -> bool:
    return str(word).lower() in ("1", "y", "yes", "t", "true", "on")


def _conversion(convert: t.Callable[[t.Any], t.Any]) -> Handler:
    return lambda given: _converted(given, convert)


def _converted(
    given: FollowedCall, convert: t.Callable[[t.Any], t.Any]
) -> Value | None:
    value = given.positional[0] if given.positional else None
    if isinstance(value, (Listed, Mapped)):
        return Known(bool(value.items))
    if not isinstance(value, Known):
        return None
    try:
        return Known(convert(value.value), value.assumed)
    except (TypeError, ValueError):
        return None


def _getattr(given: FollowedCall) -> Value | None:
    if len(given.positional) < 2:
        return None
    name = known_text(given.positional[1])
    if name is None:
        return given.unknown("which attribute it takes can't be known")
    return given.program.attribute(given.positional[0], name, given.node, given.frame)


def _super(given: FollowedCall) -> Value | None:
    own = given.frame.scope.get("self")
    if isinstance(own, Instance):
        for base in own.of.bases:
            if isinstance(base, External):
                return own.external or External(f"{base.path}()")
            if isinstance(base, Class):
                return Instance(base, own.attributes, own.external)
    return None


def _import_module(given: FollowedCall) -> Value | None:
    name = known_text(given.argument(0, "name"))
    if name is None:
        return given.unknown("which module it imports can't be known")
    return given.program.load(name) or External(name)


def _exit(given: FollowedCall) -> Value | None:
    given.program.end()
    return NOTHING


def _asyncio_run(given: FollowedCall) -> Value | None:
    # The coroutine was followed when it was called.
    return given.positional[0] if given.positional else NOTHING


def _text_method(given: FollowedCall) -> Value | None:
    owner = given.function.positional[0] if given.function.positional else None
    name = given.function.path.partition(".")[2]
    arguments = [a.value for a in given.positional if isinstance(a, Known)]
    if not isinstance(owner, Known) or not isinstance(owner.value, str):
        return None
    if name not in TEXT_METHODS or len(arguments) != len(given.positional):
        return None
    try:
        found = getattr(owner.value, name)(*arguments)
    except Exception:
        # It would fail in the program too.
        return None
    if isinstance(found, list):
        return Listed([Known(each, owner.assumed) for each in found])
    return Known(found, owner.assumed)


def _dictionary_get(given: FollowedCall) -> Value | None:
    owner = given.function.positional[0]
    key = given.positional[0] if given.positional else NOTHING
    if isinstance(owner, Mapped) and isinstance(key, Known):
        return owner.items.get(key.value) or given.argument(1, "default") or NOTHING
    return None


def _spawned(given: FollowedCall) -> Value | None:
    command = given.argument(0, "args") or given.argument(0, "command") or NOTHING
    words = _words_of(command)
    if words:
        given.program.spawn(words, given.frame, given.node)
    elif isinstance(command, Unknown):
        given.program.lost.append(given.unknown("what it starts can't be known"))
    return External("subprocess.Popen()")


def _executed(given: FollowedCall) -> Value | None:
    # os.execvp(file, [name, …]) and os.execlp(file, name, …)
    program, *rest = given.positional or (NOTHING,)
    if rest and not given.function.path.startswith("os.execl"):
        rest = rest[0].items if isinstance(rest[0], Listed) else [program, *rest[:1]]
    words = _words_of(Listed([program, *rest[1:]]))
    given.program.spawn(words, given.frame, given.node)
    return NOTHING


def _extended(given: FollowedCall) -> Value | None:
    items = t.cast("Listed", given.function.positional[0]).items
    added = given.positional[-1] if given.positional else NOTHING
    if given.program.conditions:
        added = given.unknown("a condition decides what is added")
    is_extended = given.function.path == "list.extend"
    more = added.items if is_extended and isinstance(added, Listed) else [added]
    at = len(items)
    if given.function.path == "list.insert":
        first = given.positional[0]
        at = first.value if isinstance(first, Known) else at
    items[at:at] = more
    return NOTHING


def _words_of(value: Value) -> list[str]:
    text = known_text(value)
    if text is not None:
        try:
            return shlex.split(text)
        except ValueError:
            return []
    if not isinstance(value, Listed):
        return []
    words = []
    for each in value.items:
        if isinstance(each, External) and each.path == "sys.executable":
            words.append("python")
        else:
            words.append(str(each.value) if isinstance(each, Known) else "$UNKNOWN")
    return words


def _partial(given: FollowedCall) -> Value | None:
    first, *words = given.function.positional or (NOTHING,)
    return given.program.call(
        first,
        [*words, *given.positional],
        {**given.function.named, **given.named},
        given.frame,
        given.node,
    )


def _dictionary_update(given: FollowedCall) -> Value | None:
    owner = given.function.positional[0]
    mappings = [each.items for each in given.positional if isinstance(each, Mapped)]
    for mapping in (*mappings, given.named):
        for key, value in mapping.items():
            given.program.put(t.cast("Mapped", owner).items, key, value)
    return NOTHING


def _uncertain(given: FollowedCall) -> Value | None:
    found = given.unknown("code that is made while it runs can't be followed")
    given.program.lost.append(found)
    return found


TEXT_METHODS = frozenset(
    {
        *("lower", "upper", "strip", "lstrip", "rstrip", "split", "replace", "title"),
        *("startswith", "endswith", "casefold", "isdigit", "format", "capitalize"),
    }
)
SPAWNING = (
    *("subprocess.run", "subprocess.call", "subprocess.Popen", "subprocess.check_call"),
    *("subprocess.check_output", "os.system", "os.popen", "pty.spawn"),
)
EXECUTING = tuple(f"os.exec{end}" for end in ("v", "vp", "ve", "vpe", "l", "lp", "le"))


CALLS: dict[str, Handler] = {
    "os.environ.get": _environ_get,
    "os.environ.setdefault": _environ_setdefault,
    "decouple.config": _config,
    **{
        f"{name}.Env().{kind}": _environ_get
        for name in ("environs", "environ")
        for kind in ("str", "int", "bool", "get")
    },
    "environs.Env()": _environ_get,
    "dotenv.load_dotenv": _load_dotenv,
    "dotenv.main.load_dotenv": _load_dotenv,
    "builtins.int": _conversion(int),
    "builtins.str": _conversion(str),
    "builtins.bool": _boolean,
    "builtins.len": _length,
    "distutils.util.strtobool": _conversion(_is_yes),
    "builtins.getattr": _getattr,
    "builtins.super": _super,
    "importlib.import_module": _import_module,
    "builtins.__import__": _import_module,
    "builtins.exec": _uncertain,
    "builtins.eval": _uncertain,
    "builtins.globals()[]": _uncertain,
    "functools.partial()": _partial,
    "dict.update": _dictionary_update,
    "runpy.run_path": _uncertain,
    "runpy.run_module": _uncertain,
    **dict.fromkeys(("sys.exit", "os._exit", "builtins.exit", "builtins.quit"), _exit),
    "asyncio.run": _asyncio_run,
    "dict.get": _dictionary_get,
    **dict.fromkeys(("list.append", "list.extend", "list.insert"), _extended),
    **{f"value.{name}": _text_method for name in TEXT_METHODS},
    **dict.fromkeys(SPAWNING, _spawned),
    **dict.fromkeys(EXECUTING, _executed),
}
