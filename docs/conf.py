"""The configuration of Sphinx."""

from __future__ import annotations

import sys
import typing as t
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

import from_code  # noqa: E402

from flask_prodguard import __version__  # noqa: E402
from flask_prodguard.rules import RULES  # noqa: E402

if t.TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "flask-prodguard"
author = "The flask-prodguard maintainers"
project_copyright = author
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton"]
exclude_patterns = ["_build", "examples", "requirements.txt"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
nitpicky = True
# What others document. No inventory is fetched: the build needs no network.
nitpick_ignore_regex = [
    (r"py:.*", r"(flask|werkzeug|click|blinker|pytest|os|contextlib|ipaddress)\..*"),
    (r"py:.*", r"(t|typing|enum|collections|logging|types|re|_pytest)\..*"),
    # Aliases and names that a signature shows as they are written.
    (r"py:class", r"Check|Environ|Flask|GuardConfig|IPNetwork|Namespace|Words"),
    (r"py:class", r"Values|flask_prodguard\.judging\.launch\.(ServerOptions|RunCall)"),
    (r"py:class", r"flask_prodguard\.config\.T"),
]
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
highlight_language = "default"

html_theme = "furo"
html_title = "flask-prodguard"
html_static_path = ["_static"]
html_favicon = "_static/icon.svg"
html_css_files = ["site.css"]
# Once the page is there.
html_js_files = [("site.js", {"defer": "defer"})]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b6b74"},
    "dark_css_variables": {"color-brand-primary": "#5fc9d3"},
}
copybutton_prompt_text = "$ "


def setup(app: Sphinx) -> None:
    """Render what is rendered from the code.

    :param app: Sphinx.
    """
    app.connect("builder-inited", write_rule_pages)
    app.connect("source-read", expand_page)


def write_rule_pages(app: Sphinx) -> None:
    """Write a page for each rule, where it has changed.

    :param app: Sphinx.
    """
    for rule in RULES:
        file = Path(app.srcdir) / "rules" / f"{rule.code}.md"
        text = from_code.rule_page(rule)
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")


def expand_page(app: Sphinx, name: str, source: list[str]) -> None:
    """Replace the marks of a page.

    :param app: Sphinx.
    :param name: the page.
    :param source: its text, the one item.
    """
    source[0] = from_code.expand(source[0])
