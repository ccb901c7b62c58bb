"""Renders the tables of README.md from the code, so that they can't drift.

``python docs/render_tables.py`` rewrites the file; a test holds it to that.
"""

from __future__ import annotations

from pathlib import Path

from flask_prodguard.config.keys import KEYS
from flask_prodguard.rules import RULES

README = Path(__file__).parent.parent / "README.md"


def rules_table() -> str:
    """The rules, a line each."""
    lines = [f"| {rule.code} | {rule.title} |" for rule in RULES]
    return "\n".join(["| Rule | What it means |", "|---|---|", *lines])


def keys_table() -> str:
    """The configuration keys, a line each."""
    lines = [
        f"| `{key.name}` | `{key.variable}` | {key.kind} | {key.meaning} |"
        f" `{key.example}` |"
        for key in KEYS
    ]
    head = "| Key | Environment variable | Type | Meaning | Example |"
    return "\n".join([head, "|---|---|---|---|---|", *lines])


NOTE = "rendered by docs/render_tables.py"
TABLES = {"rules": rules_table, "keys": keys_table}


def rendered(text: str) -> str:
    """The text with its tables rendered anew.

    :param text: what README.md holds.
    """
    for name, table in TABLES.items():
        head, mark, rest = text.partition(f"<!-- {name}: {NOTE} -->\n")
        _, end, tail = rest.partition(f"\n<!-- /{name} -->")
        text = "".join([head, mark, table(), end, tail])
    return text


if __name__ == "__main__":
    README.write_text(rendered(README.read_text(encoding="utf-8")), encoding="utf-8")
