"""``python -m flask_prodguard``: the same as ``flask prodguard``."""

from __future__ import annotations

import typing as t

from flask.cli import FlaskGroup

from .cli import prodguard

if t.TYPE_CHECKING:
    import click


class StandaloneGroup(FlaskGroup):
    """Takes the options of the ``flask`` command, such as ``--app``, but none of its
    commands, nor those of the app.
    """

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Find a command without loading the app."""
        return prodguard.get_command(ctx, name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands without loading the app."""
        return prodguard.list_commands(ctx)


main: StandaloneGroup = StandaloneGroup(
    name="flask_prodguard",
    help=prodguard.help,
    add_default_commands=False,
    add_version_option=False,
)

if __name__ == "__main__":
    main(prog_name="python -m flask_prodguard")
