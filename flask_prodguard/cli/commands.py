"""The command ``flask prodguard``.

Only click is imported at the top: ``flask`` imports this module for each of its
commands, and none of them may fail or slow down because of it.
"""

from __future__ import annotations

import functools
import sys
import typing as t
from pathlib import Path

import click

if t.TYPE_CHECKING:
    from flask import Flask

# Flask reads each option from a variable too, here FLASK_PRODGUARD_...: those names
# belong to the configuration.
_option = functools.partial(click.option, allow_from_autoenv=False)

_format = _option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    show_default=True,
    help="How the findings are written.",
)


@click.group()
def prodguard() -> None:
    """Ask how the app would fare in production, and why."""


@prodguard.command()
@_option(
    "--environment",
    type=click.Choice(["production", "development", "undeclared"]),
    default="production",
    show_default=True,
    help="Where the app would be served.",
)
@_option("--host", help="The host that would be bound.")
@_option("--debug/--no-debug", default=None, help="Whether debug mode would be on.")
@_format
@_option("--ignore", metavar="CODE", multiple=True, help="Leave out a rule.")
@_option("--start", metavar="COMMAND", help="Rehearse a start command instead.")
@click.pass_context
def check(
    context: click.Context,
    environment: str,
    host: str | None,
    debug: bool | None,
    style: str,
    ignore: tuple[str, ...],
    start: str | None,
) -> None:
    """Judge how the app would fare, without starting anything.

    The start commands in the files of the current folder are judged too, as the
    command scan does. The exit status is 0 if nothing was found, 1 if something was,
    and 2 if the app could not be imported.
    """
    from ..report.terminal import BAD_NEWS
    from ..report.terminal import GOOD_NEWS
    from ..report.terminal import show
    from ..report.terminal import write
    from . import check as judging
    from .formats import FORMATS
    from .scan_command import with_files

    if start is not None:
        context.exit(_rehearse(start, environment, style))
    question = judging.Question(environment, host, debug, _codes(ignore))
    report = judging.check(_app(context), question)
    report = with_files(report, question)
    text = FORMATS[style](report)
    if style == "text":
        show(text, sys.stdout, BAD_NEWS if report.findings else GOOD_NEWS)
    elif text:
        write(text, sys.stdout)
    context.exit(report.exit_status)


@prodguard.command()
@click.argument(
    "path",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
)
@_option("--platform", metavar="NAME", help="Where it is deployed, such as heroku.")
@_option("--ignore", metavar="CODE", multiple=True, help="Leave out a rule.")
@_format
@_option("--diff", is_flag=True, help="Print the fixes as a patch instead.")
@_option("--fix", "fixes", is_flag=True, help="Apply the fixes that need no person.")
@click.pass_context
def scan(
    context: click.Context,
    path: Path,
    platform: str | None,
    ignore: tuple[str, ...],
    style: str,
    diff: bool,
    fixes: bool,
) -> None:
    """Judge every command in the files of PATH that starts an app.

    Nothing of it is imported or run. The exit status is 0 if no start in production
    would be refused, 1 if one would, and 2 if the command can't be carried out.
    """
    from .scan_command import run

    context.exit(run(path, platform, _codes(ignore), style, diff, fixes))


@prodguard.command()
@click.argument("page", required=False)
@click.pass_context
def explain(context: click.Context, page: str | None) -> None:
    """Explain a rule, the ways out, or the decision for this process.

    PAGE is the code of a rule, such as PG101, or opt-out. Without one, it is the
    decision for this process right now.
    """
    from ..report.terminal import show
    from . import explain as explained

    if page is None:
        decision = explained.decide(_app_at_hand(context))
        show(explained.as_text(decision), sys.stdout)
    else:
        show(explained.find_page(page), sys.stdout)


@prodguard.command()
def rules() -> None:
    """List the rules."""
    from ..report.terminal import show
    from .explain import listing

    show(listing(), sys.stdout, opening=None)


@prodguard.command()
@click.pass_context
def status(context: click.Context) -> None:
    """Show the evidence, the configuration and the hooks."""
    from ..report.terminal import show
    from . import status as knowledge

    known = knowledge.read_status(_app_at_hand(context))
    show(knowledge.as_text(known), sys.stdout)


@prodguard.command()
@click.argument(
    "word", type=click.Choice(["development", "production"]), required=False
)
@_option("--network", is_flag=True, help="Other devices may reach it in development.")
@_option("--system", is_flag=True, help="For every user of this machine.")
@_option("--forget", is_flag=True, help="Take the declaration back.")
def declare(word: str | None, network: bool, system: bool, forget: bool) -> None:
    """Say once what this machine is, for every project on it.

    It is written to a file in your configuration folder, or with --system in /etc. It
    never ships with code. Without an argument, what was declared is shown.
    """
    from ..report.terminal import show
    from . import declare as declaring

    if network and word != "development":
        raise click.UsageError("--network is for `declare development`.")
    if forget and word:
        raise click.UsageError(
            "--forget takes a declaration back: don't name one with it."
        )
    if forget:
        text = declaring.forget(system)
    elif word:
        text = declaring.declare(word, network, system)
    else:
        text = declaring.shown()
    show(text, sys.stdout)


@prodguard.command()
@_option("--platform", metavar="NAME", help="The host, such as heroku or docker.")
@_option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the fix is written.",
)
@click.pass_context
def fix(context: click.Context, platform: str | None, style: str) -> None:
    """Print the lines that serve the app, and where to paste them.

    They are for the platform that is recognised, or for the one that is named. Nothing
    is written to a file.
    """
    from ..report.terminal import show
    from ..report.terminal import write
    from . import fix as fixes
    from .lookup import find_place

    place = find_place(platform) if platform else None
    app = _app_at_hand(context)
    remedy = fixes.find_fix(app, place)
    if style == "json":
        write(fixes.as_json(remedy), sys.stdout)
    else:
        show(fixes.as_text(remedy, app.name if app else None), sys.stdout)


def _codes(ignore: tuple[str, ...]) -> tuple[str, ...]:
    from .lookup import find_rule

    return tuple(find_rule(word).code for each in ignore for word in each.split(","))


def _rehearse(command: str, environment: str, style: str) -> int:
    from ..report.terminal import BAD_NEWS
    from ..report.terminal import GOOD_NEWS
    from ..report.terminal import show
    from ..report.terminal import write
    from . import rehearse

    rehearsal = rehearse.rehearse(command, environment)
    if style == "json":
        write(rehearse.as_json(rehearsal), sys.stdout)
    else:
        opening = BAD_NEWS if rehearsal.exit_status else GOOD_NEWS
        show(rehearse.as_text(rehearsal), sys.stdout, opening)
    return rehearsal.exit_status


def _app(context: click.Context) -> Flask:
    from flask.cli import ScriptInfo

    from .loading import load_app

    return load_app(context.ensure_object(ScriptInfo))


def _app_at_hand(context: click.Context) -> Flask | None:
    from flask.cli import ScriptInfo

    from ..report.terminal import show
    from .loading import AppImportError
    from .loading import load_app_at_hand

    try:
        return load_app_at_hand(context.ensure_object(ScriptInfo))
    except AppImportError as error:
        message = f"{error.format_message()}\n\nThis goes on without the app.\n"
        show(message, sys.stderr)
        return None
