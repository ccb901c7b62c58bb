"""Data: the configuration keys, and the one strict parser of each kind of value."""

from __future__ import annotations

import difflib
import ipaddress
import json
import typing as t
from dataclasses import dataclass
from dataclasses import field

from ..attributes import is_a
from ..rules import RULES_BY_CODE

IPNetwork: t.TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

PREFIX = "PRODGUARD_"

Words: t.TypeAlias = tuple[str, ...]
Parser: t.TypeAlias = t.Callable[[object], object]

TRUE_WORDS = frozenset({"1", "true", "t", "yes", "y", "on"})
COLLECTIONS = (list, tuple, set, frozenset)

FALSE_WORDS = frozenset({"0", "false", "f", "no", "n", "off"})


@dataclass(frozen=True)
class Problem:
    """Something that is wrong with one key.

    .. versionadded:: 0.1
    """

    #: The key, for example ``"PRODGUARD_ACTION"``.
    key: str
    #: The value as it may be shown: never that of an environment variable.
    shown: str
    #: Where the value came from.
    source: str
    #: What would have been accepted, as the end of a sentence.
    accepted: str

    def __str__(self) -> str:
        return f"{self.key}, from {self.source}, is {self.shown}. {self.accepted}"


def source_in_app(name: str) -> str:
    """Name a key of ``app.config`` as the source of a value."""
    return f"app.config[{name!r}]"


def _parse_boolean(value: object) -> bool:
    word = str(value).strip().casefold() if is_a(value, (str, int)) else ""
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueError


def _form_of(text: str) -> str:
    """What is wrong with the form of a text, without showing any of it."""
    text = text.strip()
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in ('"', "'")
    if quoted and not text[1:-1].strip():
        return "it is empty, with quotes around it"
    if quoted:
        return "it has quotes around it"
    forms = {
        "#": "it holds a comment",
        "=": "it holds an equals sign",
        "[": "it begins like a list, but isn't one",
        ";": "it holds a semicolon",
    }
    found = (form for sign, form in forms.items() if sign in text)
    return next(found, "it holds spaces" if len(text.split()) > 1 else "")


def _one_of(*words: str) -> Parser:
    def parse(value: object) -> str:
        word = value.strip().casefold() if is_a(value, str) else ""
        if word not in words:
            raise ValueError
        return word

    return parse


def _parse_words(value: object) -> Words:
    if is_a(value, str):
        text = value.strip()
        value = json.loads(text) if text.startswith("[") else text.split(",")
    if not is_a(value, COLLECTIONS):
        raise TypeError
    if not all(is_a(word, str) for word in value):
        raise TypeError
    words = value if not is_a(value, (set, frozenset)) else sorted(value)
    return tuple(word.strip() for word in words if word.strip())


def _parse_names(value: object) -> Words:
    return tuple(word.casefold() for word in _parse_words(value))


def _parse_networks(value: object) -> tuple[IPNetwork, ...]:
    return tuple(
        ipaddress.ip_network(word, strict=False) for word in _parse_words(value)
    )


def _parse_codes(value: object) -> Words:
    codes = tuple(word.upper() for word in _parse_words(value))
    if not all(code in RULES_BY_CODE for code in codes):
        raise ValueError
    return codes


def _known_codes() -> str:
    return f"Accepted: rule codes: {', '.join(RULES_BY_CODE)}."


@dataclass(frozen=True)
class Key:
    """One configuration key."""

    #: The key in ``app.config``.
    name: str
    #: The attribute of ``GuardConfig`` that holds it.
    attribute: str
    #: What it does, for the documentation.
    meaning: str
    #: What kind of value it takes, for the documentation.
    kind: str
    #: An example value, for the documentation.
    example: str
    parse: Parser = field(repr=False)
    #: Ends the sentence of a :class:`Problem`.
    accepted: str | t.Callable[[], str] = field(repr=False)
    #: What people write instead of an accepted word, and the word that it means.
    meant: t.Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def variable(self) -> str:
        """The environment variable that overrides it."""
        return "FLASK_" + self.name

    def problem(self, value: object, source: str) -> Problem:
        """Say that a value could not be understood."""
        accepted = self.accepted if isinstance(self.accepted, str) else self.accepted()
        nearest = self._nearest_to(value) if type(value) is str else None
        if nearest:
            accepted += f" Did you mean {nearest}?"
        # It may have been copied from a variable, or be under the wrong key.
        kind = type(value).__name__
        form = _form_of(value) if type(value) is str else f"it is of the type {kind}"
        also = f": {form}" if form else ""
        shown = f"not understood (the value is not shown{also})"
        return Problem(self.name, shown, source, accepted)

    def _nearest_to(self, text: str) -> str | None:
        word = text.strip().strip("\"'").strip().casefold()
        written = difflib.get_close_matches(word, self.meant)
        return self.meant[written[0]] if written else None


NAMES_ACCEPTED = (
    "Accepted: names in a list or separated by commas, such as jupiter,saturn."
)
# What people write, and the accepted word that it means.
MEANT_ON = ("enabled", "enable", "active")
MEANT_OFF = ("disabled", "disable", "inactive", "none", "null")
MEANT_ACTIONS = {
    "raise": "raise",
    **dict.fromkeys(("error", "exception", "refuse", "block", "deny", "fail"), "raise"),
    "log": "log",
    **dict.fromkeys(("warn", "warning", "report", "print", "ignore", "allow"), "log"),
    "serve": "serve",
    **dict.fromkeys(("waitress", "server", "start", "run"), "serve"),
}
MEANT_ENVIRONMENTS = {
    "production": "production",
    **dict.fromkeys(("prod", "prd", "live", "staging", "preview"), "production"),
    "development": "development",
    **dict.fromkeys(
        ("dev", "devel", "local", "debug", "test", "testing"), "development"
    ),
}

KEYS = (
    Key(
        "PRODGUARD_ENABLED",
        "enabled",
        "the opt-out: nothing is refused, a launch that would have been is logged",
        "boolean",
        "False",
        _parse_boolean,
        "Accepted: true and false (1, on, yes and 0, off, no too).",
        {**dict.fromkeys(MEANT_ON, "true"), **dict.fromkeys(MEANT_OFF, "false")},
    ),
    Key(
        "PRODGUARD_ACTION",
        "action",
        "what happens to an unsafe launch: raise an error, log one and go on, or log"
        " one and have waitress serve the app",
        "word",
        '"log"',
        _one_of("raise", "log", "serve"),
        "Accepted: raise, log and serve.",
        MEANT_ACTIONS,
    ),
    Key(
        "PRODGUARD_ENVIRONMENT",
        "environment",
        "the final word on what this environment is",
        "word",
        '"development"',
        _one_of("production", "development"),
        "Accepted: production and development.",
        MEANT_ENVIRONMENTS,
    ),
    Key(
        "PRODGUARD_ALLOWED_HOSTS",
        "allowed_hosts",
        "addresses that count as local",
        "list of addresses and networks",
        '["0.0.0.0", "10.0.0.0/8"]',
        _parse_networks,
        "Accepted: IP addresses and networks in a list or separated by commas, "
        "such as 0.0.0.0,10.0.0.0/8.",
    ),
    Key(
        "PRODGUARD_IGNORE",
        "ignore",
        "rules that are not reported",
        "list of rule codes",
        '["PG103"]',
        _parse_codes,
        _known_codes,
    ),
    Key(
        "PRODGUARD_ENVIRONMENT_VARIABLES",
        "environment_variables",
        "additional variables that name the environment",
        "list of names",
        '["STAGE"]',
        _parse_words,
        "Accepted: names of variables in a list or separated by commas, "
        "such as STAGE,DEPLOY_ENV.",
    ),
    Key(
        "PRODGUARD_PRODUCTION_NAMES",
        "production_names",
        "additional names of production environments",
        "list of names",
        '["jupiter"]',
        _parse_names,
        NAMES_ACCEPTED,
    ),
    Key(
        "PRODGUARD_DEVELOPMENT_NAMES",
        "development_names",
        "additional names of development environments",
        "list of names",
        '["sandbox"]',
        _parse_names,
        NAMES_ACCEPTED,
    ),
)
KEYS_BY_NAME = {key.name: key for key in KEYS}
