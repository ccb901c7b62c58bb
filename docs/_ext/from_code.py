"""Markdown that is rendered from the package, so that no page can drift.

A line ``% from-code: NAME WORDS`` in a page is replaced by what the renderer of that
name makes of the words. To Markdown it is a comment.
"""

from __future__ import annotations

import functools
import re
import typing as t
from pathlib import Path

import click
import rendered_decision
from rendered_start import fence
from rendered_start import start

from flask_prodguard.cli import prodguard
from flask_prodguard.cli.explain import page
from flask_prodguard.cli.status import LEVEL_TITLES
from flask_prodguard.config.keys import KEYS
from flask_prodguard.config.settings import GuardConfig
from flask_prodguard.environment.contexts import CONTEXTS
from flask_prodguard.environment.declarations import BOOLEAN_VARIABLES
from flask_prodguard.environment.declarations import CLASS_VARIABLES
from flask_prodguard.environment.declarations import DEVELOPMENT_NAMES
from flask_prodguard.environment.declarations import PRODUCTION_NAMES
from flask_prodguard.environment.declarations import RESOURCE_KEYS
from flask_prodguard.environment.declarations import RESOURCE_VARIABLE
from flask_prodguard.environment.declarations import WORD_VARIABLES
from flask_prodguard.environment.evidence import Level
from flask_prodguard.environment.marks import CONDITIONAL
from flask_prodguard.environment.marks import STRONG
from flask_prodguard.environment.platforms import PLATFORMS
from flask_prodguard.guard.hook_points import HOOKS
from flask_prodguard.guard.obstacles import Demands
from flask_prodguard.guard.obstacles import obstacles as obstacles_of
from flask_prodguard.remedy.places import PLACES
from flask_prodguard.report.layout import sentence
from flask_prodguard.rules import RULES

if t.TYPE_CHECKING:
    from flask_prodguard.environment.marks import Mark
    from flask_prodguard.environment.marks import Source
    from flask_prodguard.rules import Rule

HERE = Path(__file__).parent.parent
# The columns of a terminal that is as wide as a phone.
NARROW = 42
MARK = re.compile(r"^% from-code: (.+)$", re.MULTILINE)
#: What is seen by watching each class, by its name.
SEEN_BY = {
    "Flask": "the call, before anything else happens",
    "BaseWSGIServer": "every Werkzeug server, however it is made",
    "DebuggedApplication": "the debugger, under any server",
}
#: What permits the mistake of a rule, other than leaving the rule out.
PERMITTED = {
    "PG101": "`FLASK_PRODGUARD_ACTION=log` logs an error and lets the start go on, and"
    " {doc}`FLASK_PRODGUARD_ACTION=serve </serve>` has waitress serve the app. On a"
    " machine that is not production, set `FLASK_PRODGUARD_ENVIRONMENT=development`.",
    "PG102": "For a phone or another device, declare the machine once: `flask prodguard"
    " declare development --network`, see {doc}`/develop/phone`. For a port that is"
    " published on `127.0.0.1` only, set `FLASK_PRODGUARD_ALLOWED_HOSTS=0.0.0.0`, see"
    " {doc}`/develop/containers`.",
    "PG103": "Declare the machine once, for every project on it: `flask prodguard"
    " declare development`, see {doc}`/declare`. `flask run --debug` starts without"
    " that.",
    "PG201": "On a machine for development, `flask prodguard declare development` keeps"
    " the debugger on loopback, and `--network` lets others reach it, with one warning."
    " Nothing else should: it runs any Python.",
    "PG901": "The guard is off because `PRODGUARD_ENABLED` is false. Remove the setting"
    " to have starts refused again.",
}
FIRST_REQUEST = "the first request"
SEEN_BY_REQUEST = "what ran before the guard, and debug mode elsewhere"


class StackedHelp(click.HelpFormatter):
    """Help for a terminal that has no room for a second column."""

    def write_dl(
        self, rows: t.Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write each description below what it describes.

        :param rows: the pairs of both.
        :param col_max: not used.
        :param col_spacing: not used.
        """
        for term, description in rows:
            self.write_text(term)
            with self.indentation():
                self.write_text(description)


def expand(text: str) -> str:
    """Replace the marks of a page.

    :param text: the page.
    """
    return MARK.sub(_rendered, text)


def _rendered(found: re.Match[str]) -> str:
    name, *words = found[1].split()
    return RENDERERS[name](*words)


def rule_page(rule: Rule) -> str:
    """The page of a rule.

    :param rule: the rule.
    """
    explained, heading, references = page(rule).partition("## References")
    parts = [
        explained.rstrip(),
        "## Permit it",
        PERMITTED.get(rule.code, ""),
        "To leave the rule out on one machine, set"
        f" `FLASK_PRODGUARD_IGNORE={rule.code}` there."
        " {doc}`/opt-out` has every way, the smallest first.",
        "## The fix on each host",
        "Each page has the line that serves the app there:",
        host_links(),
        "## See also",
        f"- In a terminal: `flask prodguard explain {rule.code}`\n"
        "- {doc}`How it decides </decides>`",
        f"{heading}{references}",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def host_links() -> str:
    """The pages of the hosts, in the order of their table of contents."""
    folder = HERE / "how-to"
    contents = (folder / "index.md").read_text(encoding="utf-8")
    names = contents.partition(":maxdepth: 1\n\n")[2].partition("\n```")[0].split()
    titles = [
        (folder / f"{name}.md").read_text(encoding="utf-8").partition("\n")[0]
        for name in names
    ]
    return " ·\n".join(
        f"{{doc}}`{title.removeprefix('# ')} </how-to/{name}>`"
        for name, title in zip(names, titles, strict=True)
    )


def table(head: t.Sequence[str], rows: t.Iterable[t.Sequence[str]]) -> str:
    """A table in Markdown.

    :param head: the titles of the columns.
    :param rows: the cells.
    """
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def rules() -> str:
    """Every rule, a line each."""
    rows = [
        (f"{{doc}}`{rule.code} </rules/{rule.code}>`", f"`{rule.name}`", rule.title)
        for rule in RULES
    ]
    return table(["Rule", "Name", "What it means"], rows)


def levels() -> str:
    """The eight levels of evidence, strongest first."""
    examples = {
        Level.EXPLICIT: "`PRODGUARD_ENVIRONMENT`",
        Level.DECLARED_PRODUCTION: _codes(f"{WORD_VARIABLES[0]}=production", "PROD=1")
        + ", `declare production`",
        Level.TEST_RUN: "pytest, unittest and similar runners, in the process itself",
        Level.STRONG_PLATFORM: _titles(STRONG),
        Level.DECLARED_DEVELOPMENT: _codes(f"{WORD_VARIABLES[0]}=development")
        + ", `declare development`",
        Level.DEVELOPMENT_CONTEXT: "a workspace, a notebook, an IDE, an emulator, a CI"
        " service with a name",
        Level.CONDITIONAL_PLATFORM: _titles(CONDITIONAL),
        Level.BARE_CI: "`CI=true`",
    }
    says = {
        Level.EXPLICIT: "either",
        Level.TEST_RUN: "development",
        Level.DECLARED_DEVELOPMENT: "development",
        Level.DEVELOPMENT_CONTEXT: "development",
        Level.BARE_CI: "development",
    }
    rows = [
        (str(level.value), title, says.get(level, "production"), examples[level])
        for level, title in LEVEL_TITLES.items()
    ]
    return table(["Level", "Evidence", "It means", "For example"], rows)


def names() -> str:
    """The variables that name an environment, and the names that count."""
    variables = (*WORD_VARIABLES, *CLASS_VARIABLES)
    resource = f"in `{RESOURCE_VARIABLE}`: {_codes(*sorted(RESOURCE_KEYS))}"
    rows = [
        ("Variables with a name", f"{_codes(*variables)}; {resource}"),
        ("Variables with a yes", _codes(*BOOLEAN_VARIABLES)),
        ("Names of production", _codes(*sorted(PRODUCTION_NAMES))),
        ("Names of development", _codes(*sorted(DEVELOPMENT_NAMES))),
    ]
    return table(["What", "Which"], rows)


def platforms() -> str:
    """What each hosting platform is recognised by, and what is decided."""
    rows = [
        (
            platform.title,
            _marks(platform.rules, platform.folders),
            str(
                Level.STRONG_PLATFORM.value
                if platform.tier == STRONG
                else Level.CONDITIONAL_PLATFORM.value
            ),
            ", ".join(
                [_veto(mark) for mark in platform.vetoes]
                + [f"`{prefix}…`" for prefix in platform.veto_prefixes]
                + ["a CI service or a workspace"] * platform.hosts_development
            ),
            _source(platform.source),
        )
        for platform in sorted(PLATFORMS, key=lambda each: each.title.casefold())
    ]
    head = ["Host", "What it sets", "Level", "Unless there is", "Read"]
    return table(head, rows)


def contexts() -> str:
    """What each place to develop is recognised by."""
    rows = [
        (
            context.title.removeprefix("a ").removeprefix("A "),
            context.kind.removeprefix("a ").removeprefix("an "),
            _marks(context.rules),
            ", ".join(map(_veto, context.vetoes)),
            _source(context.source),
        )
        for context in CONTEXTS
    ]
    return table(["Where", "Kind", "What it sets", "Unless there is", "Read"], rows)


def key_table() -> str:
    """Every configuration key, a line each."""
    rows = [
        (
            f"[`{key.name}`](#{_anchor(key.name)})",
            key.meaning,
            f"`{default!r}`",
            f"`{key.example}`",
        )
        for key in KEYS
        for default in [getattr(GuardConfig(), key.attribute).value]
    ]
    return table(["Key", "Meaning", "Default", "Example"], rows)


def keys() -> str:
    """Every configuration key, a section each."""
    defaults = GuardConfig()
    sections = []
    for key in KEYS:
        default = getattr(defaults, key.attribute).value
        accepted = key.accepted if isinstance(key.accepted, str) else key.accepted()
        facts = [
            ("Type", key.kind),
            ("Default", f"`{default!r}`"),
            ("Environment variable", f"`{key.variable}`"),
        ]
        sections += [
            f"({_anchor(key.name)})=\n## `{key.name}`",
            f"{key.meaning[0].upper()}{key.meaning[1:]}. {accepted}",
            table(["", ""], facts),
            fence("python", [f'app.config["{key.name}"] = {key.example}']),
        ]
    return "\n\n".join(sections)


def _anchor(key: str) -> str:
    return key.lower().replace("_", "-")


def places() -> str:
    """Every place that the command ``fix`` knows."""
    rows = [(f"`{key}`", place.title, place.where) for key, place in PLACES.items()]
    return table(["`--platform`", "Host", "Where the line is pasted"], rows)


def hooks() -> str:
    """The methods that the guard stands before."""
    rows = [
        (", ".join(f"`{hook}`" for hook in HOOKS if hook.class_name == name), seen)
        for name, seen in SEEN_BY.items()
    ]
    rows.append((f"{FIRST_REQUEST} of a guarded app", SEEN_BY_REQUEST))
    return table(["Hook", "What it sees"], rows)


def obstacles() -> str:
    """What keeps waitress from serving an app."""
    demands: dict[str, t.Any] = dict.fromkeys(vars(Demands()), True)
    in_words = {
        "waitress": "waitress is not installed",
        "websockets": "Socket.IO offers WebSockets, or a route is that of one",
        "socketio_mode": "gevent",
    }
    rows = [
        (sentence(seen), fix)
        for seen, fix in obstacles_of(Demands(**{**demands, **in_words}))
    ]
    return table(["What was seen", "What makes it possible"], rows)


def command_help(name: str) -> str:
    """What ``flask prodguard NAME --help`` prints, in a wide and a narrow terminal.

    :param name: the command.
    """
    return "\n\n".join(
        f"````{{container}} {style}\n{_help(name, columns)}\n````"
        for style, columns in (("wide", 80), ("narrow", NARROW))
    )


def _help(name: str, columns: int) -> str:
    parent = click.Context(click.Group("flask"), info_name="flask")
    group = click.Context(prodguard, info_name="prodguard", parent=parent)
    command = prodguard.commands[name]
    context = click.Context(
        command,
        info_name=name,
        parent=group,
        terminal_width=columns,
        max_content_width=columns,
    )
    if columns == NARROW:
        context.formatter_class = StackedHelp
    return fence("text", command.get_help(context).splitlines())


def picture(name: str, *words: str) -> str:
    """A picture, wide and for a phone. What it shows is read out once.

    :param name: the file of the wide one.
    :param words: what it shows, for those who can't see it.
    """
    figures = [
        f"```{{figure}} /pictures/{file}.svg\n"
        f":alt: {' '.join(words)}\n:figclass: picture {style}\n```"
        for file, style in ((name, "wide"), (f"{name}-narrow", "narrow"))
    ]
    return "\n\n".join(figures)


def what_was_run() -> str:
    """The page that a run of everything writes, if it is there."""
    return "matrix" if (HERE / "matrix.md").exists() else ""


def _titles(tier: str) -> str:
    titles = [platform.title for platform in PLATFORMS if platform.tier == tier]
    return ", ".join(dict.fromkeys(titles))


def _codes(*words: str) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _marks(rules: t.Iterable[t.Iterable[Mark]], folders: t.Iterable[str] = ()) -> str:
    found = [" and ".join(map(_mark, rule)) for rule in rules]
    return " or ".join([*found, *(f"the folder `{folder}`" for folder in folders)])


def _source(source: Source) -> str:
    return f"[{source.read}]({source.url})"


def _mark(mark: Mark) -> str:
    if mark.words:
        return " or ".join(f"`{mark.variable}={word}`" for word in mark.words)
    return f"`{mark.variable}`"


def _veto(mark: Mark) -> str:
    # Not any value of such a variable is one.
    shown = _mark(mark)
    return f"{shown} (such as `{mark.example}`)" if mark.pattern else shown


RENDERERS: dict[str, t.Callable[..., str]] = {
    "command-help": command_help,
    "contexts": contexts,
    "decision": functools.partial(rendered_decision.decision, table),
    "hooks": hooks,
    "host-links": host_links,
    "key-table": key_table,
    "keys": keys,
    "obstacles": obstacles,
    "picture": picture,
    "levels": levels,
    "names": names,
    "places": places,
    "platforms": platforms,
    "rules": rules,
    "start": start,
    "what-was-run": what_was_run,
}
