"""The documentation is built, its links resolve, and it looks right in a browser."""

from __future__ import annotations

import functools
import html.parser
import subprocess
import urllib.parse
from pathlib import Path

import pytest

from flask_prodguard.rules import RULES

from .browser import Page

pytestmark = pytest.mark.process

DESKTOP, PHONE = 1280, 390
PAGES = (
    "/",
    "/start/",
    "/decides/",
    "/rules/",
    "/rules/PG101/",
    "/configuration/",
    "/opt-out/",
    "/declare/",
    "/develop/editors/",
    "/develop/phone/",
    "/how-to/docker/",
    "/how-to/dash/",
    "/how-to/heroku/",
    "/how-to/",
    "/hosts/",
    "/scan/",
    "/testing/",
    "/roll-out/",
    "/command-line/",
    "/api/",
    "/comparison/",
    "/contributing/",
)
# What people type, and the page that is found first.
SEARCHED = [
    ("0.0.0.0", "A phone on the same network"),
    ("phone", "A phone on the same network"),
    ("WSL", "A phone on the same network"),
    ("Jupyter", "Notebooks"),
    ("notebook", "Notebooks"),
    ("poetry", "VS Code and PyCharm"),
    ("VS Code", "VS Code and PyCharm"),
    ("PyCharm", "VS Code and PyCharm"),
    ("opt out", "Opting out"),
    ("opt-out", "Opting out"),
    ("Dash", "Dash"),
    ("SocketIO", "Flask-SocketIO"),
    ("devcontainer", "Dev containers and Compose"),
    ("compose", "Dev containers and Compose"),
    ("PyInstaller", "PyInstaller"),
    ("keep-alive", "A keep-alive thread"),
    ("declare", "Declare a machine"),
    ("scan", "Scan a repository"),
    ("serve", "Serve it instead"),
    ("rollout", "Forty services: log, list, raise"),
    ("CloudWatch", "Forty services: log, list, raise"),
    ("deploy", "Find your host"),
    ("gunicorn", "Find your host"),
    ("GitHub Actions", "Scan a repository"),
    ("GitLab", "Scan a repository"),
    ("pytest", "Testing"),
    ("performance", "What it costs"),
    ("staging", "How it decides"),
    ("ngrok", "How it decides"),
    ("create_app", "An application factory"),
    ("ignore", "Opting out"),
    ("allow", "Opting out"),
]
# The contrast of the text with what is behind it, as WCAG computes it.
CONTRAST = """
(() => {
  const light = (colour) => {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const behind = (element) => {
    for (; element; element = element.parentElement) {
      const colour = getComputedStyle(element).backgroundColor;
      if (!/, 0\\)$/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const contrast = (element) => {
    const pair = [getComputedStyle(element).color, behind(element)].map(light);
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  };
  const chosen = "article p, article h1, article a, article code, article td, pre span";
  return Math.min(...[...document.querySelectorAll(chosen)]
    .filter((element) => element.textContent.trim() && element.offsetWidth)
    .map(contrast));
})()
"""
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
# How large the letters of the pictures are.
SMALLEST_LETTER = """
Math.min(...[...document.querySelectorAll("article img")]
  .filter((image) => image.offsetWidth)
  .map((image) => 14 * image.clientWidth / image.naturalWidth), 99)
"""
# What is cut off, or has to be moved to be read.
CUT_OFF = """
[...document.querySelectorAll("article pre, article .table-wrapper, article img")]
  .filter((each) => each.clientWidth && each.scrollWidth > each.clientWidth)
  .map((each) => each.textContent || each.src)
"""
# A picture that could not be loaded has no width.
BROKEN_PICTURES = """
[...document.images].filter((image) => image.complete && !image.naturalWidth)
  .map((image) => image.src)
"""


class Links(html.parser.HTMLParser):
    """What a page links to, and what can be linked to in it."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.targets: set[str] = set()
        self.found: set[str] = set()
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(
        self, tag: str, attributes: list[tuple[str, str | None]]
    ) -> None:
        for name, value in attributes:
            if name == "id" and value:
                self.targets.add(value)
            elif name in {"href", "src"} and value:
                self.found.add(value)


@functools.cache
def links_of(file: Path) -> Links:
    return Links(file)


def is_broken(link: str, file: Path, site: Path) -> bool:
    parts = urllib.parse.urlsplit(link)
    if parts.scheme or parts.netloc:
        return False
    path = urllib.parse.unquote(parts.path)
    target = (file.parent / path).resolve() if path else file
    if not target.is_relative_to(site.resolve()):
        return True
    if target.is_dir():
        target /= "index.html"
    if not target.is_file():
        return True
    anchor = urllib.parse.unquote(parts.fragment)
    return bool(anchor) and anchor not in links_of(target).targets


def test_the_build_passes_without_a_warning(
    build: subprocess.CompletedProcess[str],
) -> None:
    assert build.stderr == ""
    assert build.returncode == 0


def test_what_the_rules_link_to_is_built(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flask_prodguard.rules.SITE", "https://docs.example/")

    for rule in RULES:
        address = str(rule.url).removeprefix("https://docs.example/")
        assert (site / address / "index.html").is_file()


def test_every_internal_link_resolves(site: Path) -> None:
    broken = [
        (file.relative_to(site).as_posix(), link)
        for file in site.rglob("*.html")
        # Its links are made by a script, from an address it is not served at here.
        if "_static" not in file.parts
        for link in links_of(file).found
        if is_broken(link, file, site)
    ]

    assert broken == []


def test_no_mark_is_left_in_a_page(site: Path) -> None:
    for file in site.rglob("*.html"):
        assert "% from-code:" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_looks_right(
    page: str, width: int, dark: bool, address: str, browser: Page
) -> None:
    browser.complaints.clear()
    browser.resize(width, dark=dark)
    browser.open(address + page)

    assert browser.complaints == []
    assert browser.ask("document.documentElement.scrollWidth") <= width
    assert browser.ask(BROKEN_PICTURES) == []
    assert browser.ask(CUT_OFF) == []
    assert browser.ask(SMALLEST_LETTER) >= 11
    background = [int(part) for part in browser.ask(BACKGROUND)[4:-1].split(",")[:3]]
    assert (sum(background) < 3 * 128) is dark
    assert browser.ask(CONTRAST) >= 4.5


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_the_search_finds_a_host(width: int, address: str, browser: Page) -> None:
    browser.complaints.clear()
    browser.resize(width)
    browser.open(f"{address}/search/?q=heroku")

    titles = browser.wait_for(
        "[...document.querySelectorAll('ul.search li > a')].map((a) => a.textContent)"
        ".join('\\n')"
    )

    assert "Heroku" in titles.splitlines()
    assert browser.ask("document.documentElement.scrollWidth") <= width
    assert browser.complaints == []


@pytest.mark.parametrize(("words", "title"), SEARCHED)
def test_the_search_finds_what_people_ask_for(
    words: str, title: str, address: str, browser: Page
) -> None:
    browser.resize(DESKTOP)
    browser.open(f"{address}/search/?q={urllib.parse.quote(words)}")

    # Once all is found, as the summary says.
    titles = browser.wait_for(
        "/finished/.test(document.querySelector('p.search-summary').textContent) && "
        "[...document.querySelectorAll('ul.search li > a')].map((a) => a.textContent)"
        ".join('\\n')"
    )

    assert titles.splitlines()[0] == title


def test_the_sidebar_says_nothing_twice(address: str, browser: Page) -> None:
    browser.resize(DESKTOP)
    browser.open(address)

    titles = browser.ask(
        "[...document.querySelectorAll('.sidebar-tree a, .sidebar-tree .caption')]"
        ".map((each) => each.textContent.trim().toLowerCase())"
    )

    assert len(titles) > 30
    assert len(titles) == len({*titles})


def test_the_search_box_leads_to_a_rule(address: str, browser: Page) -> None:
    browser.resize(DESKTOP)
    browser.open(address)
    browser.ask("document.querySelector('input[name=q]').value = 'PG103'")
    # After the answer to this call, which leaving the page would cut off.
    browser.ask(
        "setTimeout(() =>"
        " document.querySelector('form.sidebar-search-container').submit()) && 1"
    )

    link = browser.wait_for(
        "(document.querySelector('ul.search li > a[href*=\"rules/PG103\"]') || {}).href"
    )

    browser.open(link)
    assert browser.ask("document.querySelector('h1').textContent").startswith("PG103")


def test_a_block_can_be_copied_with_one_click(address: str, browser: Page) -> None:
    browser.resize(DESKTOP)
    browser.open(f"{address}/how-to/heroku/")

    target = browser.wait_for(
        "(document.querySelector('button.copybtn') || {dataset: {}})"
        ".dataset.clipboardTarget"
    )

    copied = browser.ask(f"document.querySelector({target!r}).textContent")
    assert copied.startswith("web: gunicorn ")
