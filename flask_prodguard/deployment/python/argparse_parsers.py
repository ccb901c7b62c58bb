"""Programs that read their command line with argparse."""

from __future__ import annotations

import typing as t

from .options import Option
from .options import read_options
from .serving import known_text
from .values import External
from .values import Known
from .values import Listed
from .values import Mapped
from .values import NOTHING
from .values import Value

if t.TYPE_CHECKING:
    from .following import FollowedCall
    from .following import Handler


def _add_argument(given: FollowedCall) -> Value | None:
    names = tuple(filter(None, (known_text(value) for value in given.positional)))
    if not names:
        return None
    dest = known_text(given.named.get("dest"))
    long = next((name for name in names if name.startswith("--")), names[0])
    action = known_text(given.named.get("action")) or ""
    default = given.named.get("default")
    if default is None:
        default = Known(action == "store_false") if "store_" in action else NOTHING
    kind = given.named.get("type")
    option = Option(
        tuple(name for name in names if name.startswith("-")),
        dest or long.lstrip("-").replace("-", "_"),
        default,
        action.startswith("store_"),
        "int" if isinstance(kind, External) and kind.path == "builtins.int" else "",
    )
    _options(_parser(_owner(given))).append(option)
    return NOTHING


def _owner(given: FollowedCall) -> External:
    # The object on which a method was looked up.
    return given.function.owner or given.function


def _parser(owner: External) -> External:
    # The arguments of a group belong to its parser.
    while owner.owner is not None and not owner.path.endswith("ArgumentParser()"):
        if owner.path.endswith("add_parser()"):
            break
        owner = owner.owner
    return owner


def _options(owner: External) -> list[Option]:
    return t.cast("list[Option]", owner.attributes.setdefault("#options", []))  # type: ignore[arg-type]


def _add_subparsers(given: FollowedCall) -> Value | None:
    made = External(
        "argparse.subparsers", named=given.named, owner=given.function.owner
    )
    _owner(given).attributes["#inner"] = made
    return made


def _add_parser(given: FollowedCall) -> Value | None:
    name = known_text(given.argument(0, "name"))
    made = External("argparse.add_parser()", owner=given.function.owner)
    _owner(given).attributes[f"[{name}]"] = made
    return made


def _set_defaults(given: FollowedCall) -> Value | None:
    for name, value in given.named.items():
        _options(_owner(given)).append(Option(("",), name, value))
    return NOTHING


def _parse_args(given: FollowedCall) -> Value | None:
    owner = _owner(given)
    words: t.Sequence[str] = given.program.argv[1:]
    if given.positional and isinstance(given.positional[0], Listed):
        known = [known_text(each) for each in given.positional[0].items]
        words = [word for word in known if word is not None]
    values, rest = read_options(_options(owner), words)
    inner = owner.attributes.get("#inner")
    if isinstance(inner, External):
        chosen = next((w for w in rest if f"[{w}]" in inner.attributes), None)
        dest = known_text(inner.named.get("dest"))
        values[dest or ""] = Known(chosen)
        below = inner.attributes.get(f"[{chosen}]")
        if isinstance(below, External):
            more, _ = read_options(_options(below), [w for w in rest if w != chosen])
            values.update(more)
    namespace = External("argparse.Namespace()", attributes=values)
    if given.function.path.endswith("parse_known_args"):
        return Listed([namespace, Listed([])])
    return namespace


def _vars(given: FollowedCall) -> Value | None:
    value = given.positional[0] if given.positional else None
    if isinstance(value, External) and value.path == "argparse.Namespace()":
        return Mapped(dict(value.attributes))
    return None


CALLS: dict[str, Handler] = {
    **{
        f"argparse.{owner}.add_argument": _add_argument
        for owner in ("ArgumentParser()", "add_parser()")
    },
    **{
        f"argparse.ArgumentParser().{group}().add_argument": _add_argument
        for group in ("add_argument_group", "add_mutually_exclusive_group")
    },
    "argparse.ArgumentParser().add_subparsers": _add_subparsers,
    "argparse.subparsers.add_parser": _add_parser,
    "argparse.add_parser().set_defaults": _set_defaults,
    "argparse.ArgumentParser().set_defaults": _set_defaults,
    "argparse.ArgumentParser().parse_args": _parse_args,
    "argparse.ArgumentParser().parse_known_args": _parse_args,
    "builtins.vars": _vars,
}
