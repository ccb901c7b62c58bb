"""The command ``flask prodguard``."""

from .commands import prodguard as prodguard
