from __future__ import annotations

import ast
import ipaddress
import pickle
import typing as t
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from flask_prodguard import ConfigError
from flask_prodguard.config.keys import Key
from flask_prodguard.config.keys import KEYS
from flask_prodguard.config.keys import KEYS_BY_NAME
from flask_prodguard.config.keys import Problem
from flask_prodguard.config.settings import GuardConfig
from flask_prodguard.config.settings import nearest_to
from flask_prodguard.config.settings import read_config
from flask_prodguard.config.settings import Setting
from flask_prodguard.guard.judge import require_config

ATTRIBUTES = {key.name: key.attribute for key in KEYS}


def lines_of(error: ConfigError) -> list[str]:
    heading, *lines = str(error).splitlines()
    assert heading == (
        "flask-prodguard can't understand its configuration, so it refuses to start the"
        " development server:"
    )
    return [line.removeprefix("  ") for line in lines]


def value_of(key: str, given: object) -> object:
    config = require_config({key: given}, {})
    setting: Setting[object] = getattr(config, ATTRIBUTES[key])
    assert setting.source == f"app.config[{key!r}]"
    return setting.value


def test_nothing_configured_means_the_defaults() -> None:
    config = require_config({"DEBUG": True}, {"HOME": "/root"})

    assert config == GuardConfig()
    assert (config.enabled.value, config.action.value) == (True, "raise")
    assert config.enabled.source == "default"


@pytest.mark.parametrize(
    ("given", "value"),
    [
        *((word, True) for word in (True, 1, "1", "true", " On ", "YES", "y", "t")),
        *((word, False) for word in (False, 0, "0", "off", "No", "FALSE", "n", "f")),
    ],
)
def test_a_boolean_is_read_strictly(given: object, value: bool) -> None:
    assert value_of("PRODGUARD_ENABLED", given) is value


@pytest.mark.parametrize(
    ("key", "given", "value"),
    [
        ("PRODGUARD_ACTION", " LOG ", "log"),
        ("PRODGUARD_ACTION", "serve", "serve"),
        ("PRODGUARD_ENVIRONMENT", "Development", "development"),
        ("PRODGUARD_ENVIRONMENT", " production", "production"),
        ("PRODGUARD_IGNORE", "pg101, PG201", ("PG101", "PG201")),
        ("PRODGUARD_IGNORE", {"PG201", "PG101"}, ("PG101", "PG201")),
        # A set of this many is not in order by chance.
        ("PRODGUARD_ENVIRONMENT_VARIABLES", {*"hgfedcba"}, (*"abcdefgh",)),
        ("PRODGUARD_PRODUCTION_NAMES", ["Jupiter"], ("jupiter",)),
        ("PRODGUARD_DEVELOPMENT_NAMES", '["a", "b"]', ("a", "b")),
        ("PRODGUARD_ENVIRONMENT_VARIABLES", ("STAGE", ""), ("STAGE",)),
        (
            "PRODGUARD_ALLOWED_HOSTS",
            "0.0.0.0,10.1.2.3/8",
            (
                ipaddress.ip_network("0.0.0.0/32"),
                ipaddress.ip_network("10.0.0.0/8"),
            ),
        ),
    ],
)
def test_a_value_is_understood(key: str, given: object, value: object) -> None:
    assert value_of(key, given) == value


def test_the_environment_variable_comes_first_and_default_last() -> None:
    app_config = {"PRODGUARD_ACTION": "log", "PRODGUARD_ENABLED": None}
    environ = {"FLASK_PRODGUARD_ACTION": "raise", "FLASK_PRODGUARD_ENABLED": " "}

    config = require_config(app_config, environ)

    assert config.action == Setting(
        "raise", "the environment variable FLASK_PRODGUARD_ACTION"
    )
    assert config.enabled == Setting(True, "default")


@pytest.mark.parametrize(
    ("key", "given", "text"),
    [
        (
            "PRODGUARD_ENABLED",
            "maybe",
            "PRODGUARD_ENABLED, from app.config['PRODGUARD_ENABLED'], is not"
            " understood (the value is not shown). Accepted: true and false (1, on,"
            " yes and 0, off, no too).",
        ),
        (
            "PRODGUARD_ENABLED",
            2.5,
            "PRODGUARD_ENABLED, from app.config['PRODGUARD_ENABLED'], is not"
            " understood (the value is not shown: it is of the type float). Accepted:"
            " true and false (1, on, yes and 0, off, no too).",
        ),
        (
            "PRODGUARD_ENABLED",
            Decimal(1),
            "PRODGUARD_ENABLED, from app.config['PRODGUARD_ENABLED'], is not"
            " understood (the value is not shown: it is of the type Decimal).",
        ),
        (
            "PRODGUARD_ACTION",
            "ignore",
            "PRODGUARD_ACTION, from app.config['PRODGUARD_ACTION'], is not understood"
            " (the value is not shown). Accepted: raise, log and serve. Did you mean"
            " log?",
        ),
        (
            "PRODGUARD_ENVIRONMENT",
            "staging",
            "PRODGUARD_ENVIRONMENT, from app.config['PRODGUARD_ENVIRONMENT'], is not"
            " understood (the value is not shown). Accepted: production and"
            " development. Did you mean production?",
        ),
        (
            "PRODGUARD_ALLOWED_HOSTS",
            "10.0.0.0/33",
            "PRODGUARD_ALLOWED_HOSTS, from app.config['PRODGUARD_ALLOWED_HOSTS'], is"
            " not understood (the value is not shown). Accepted: IP addresses and"
            " networks in a list or separated by commas, such as 0.0.0.0,10.0.0.0/8.",
        ),
        (
            "PRODGUARD_IGNORE",
            ["PG999"],
            "PRODGUARD_IGNORE, from app.config['PRODGUARD_IGNORE'], is not understood"
            " (the value is not shown: it is of the type list). Accepted: rule codes:"
            " PG101, PG102,",
        ),
        (
            "PRODGUARD_PRODUCTION_NAMES",
            [1],
            "PRODGUARD_PRODUCTION_NAMES, from"
            " app.config['PRODGUARD_PRODUCTION_NAMES'], is not understood (the value"
            " is not shown: it is of the type list). Accepted: names in a list or"
            " separated by commas, such as jupiter,saturn.",
        ),
        (
            "PRODGUARD_ENVIRONMENT_VARIABLES",
            7,
            "PRODGUARD_ENVIRONMENT_VARIABLES, from"
            " app.config['PRODGUARD_ENVIRONMENT_VARIABLES'], is not understood (the"
            " value is not shown: it is of the type int). Accepted: names of"
            " variables in a list or separated by commas, such as STAGE,DEPLOY_ENV.",
        ),
    ],
)
def test_a_value_that_is_not_understood_is_named_with_what_is(
    key: str, given: object, text: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        require_config({key: given}, {})

    assert lines_of(raised.value)[0].startswith(text)
    assert [problem.key for problem in raised.value.problems] == [key]


def test_the_value_of_a_variable_is_never_shown() -> None:
    with pytest.raises(ConfigError) as raised:
        require_config({}, {"FLASK_PRODGUARD_ACTION": "hunter2"})

    assert "\n".join(lines_of(raised.value)) == (
        "PRODGUARD_ACTION, from the environment variable FLASK_PRODGUARD_ACTION, is"
        " not understood (the value is not shown). Accepted: raise, log and serve."
    )


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ('"log"', ": it has quotes around it"),
        ("'hunter2'", ": it has quotes around it"),
        ("'2'", ": it has quotes around it"),
        ('""', ": it is empty, with quotes around it"),
        ('"', ""),
        ('"hunter2', ""),
        ("level", ""),
        ("log # hunter2", ": it holds a comment"),
        ("ACTION=hunter2", ": it holds an equals sign"),
        ("hunter2;", ": it holds a semicolon"),
        ("hunter 2", ": it holds spaces"),
        ("[hunter2", ": it begins like a list, but isn't one"),
        ("hunter2", ""),
    ],
)
def test_what_is_wrong_with_the_form_of_a_text_is_described_without_it(
    value: str, form: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        require_config({}, {"FLASK_PRODGUARD_ACTION": value})

    said = " ".join(lines_of(raised.value))
    assert f", is not understood (the value is not shown{form})." in said
    assert "hunter" not in said


@pytest.mark.parametrize(
    ("key", "written", "meant"),
    [
        ("ACTION", "warn", "log"),
        ("ACTION", "WARNING", "log"),
        ("ACTION", "rise", "raise"),
        ("ACTION", "refuse", "raise"),
        ("ACTION", "waitress", "serve"),
        ("ACTION", '"log"', "log"),
        ("ACTION", "'  log  '", "log"),
        ("ENVIRONMENT", "prod", "production"),
        ("ENVIRONMENT", "dev", "development"),
        ("ENVIRONMENT", "developement", "development"),
        ("ENABLED", "disabled", "false"),
        ("ENABLED", "enable", "true"),
    ],
)
def test_the_accepted_word_that_was_meant_is_named(
    key: str, written: str, meant: str
) -> None:
    for app_config, environ in (
        ({}, {f"FLASK_PRODGUARD_{key}": written}),
        ({f"PRODGUARD_{key}": written}, {}),
    ):
        with pytest.raises(ConfigError) as raised:
            require_config(app_config, environ)

        assert str(raised.value.problems[0]).endswith(f" Did you mean {meant}?")


# What people write, by the key and by the accepted word that it means.
MEANT = {
    "PRODGUARD_ENABLED": {
        "true": "enabled enable active",
        "false": "disabled disable inactive none null",
    },
    "PRODGUARD_ACTION": {
        "raise": "raise error exception refuse block deny fail",
        "log": "log warn warning report print ignore allow",
        "serve": "serve waitress server start run",
    },
    "PRODGUARD_ENVIRONMENT": {
        "production": "production prod prd live staging preview",
        "development": "development dev devel local debug test testing",
    },
}


def test_every_word_that_people_write_is_tried_here() -> None:
    words = {key: " ".join(MEANT[key].values()).split() for key in MEANT}

    assert words == {key.name: [*key.meant] for key in KEYS if key.meant}


@pytest.mark.parametrize(
    ("key", "word", "meant"),
    [
        (key, word, meant)
        for key in MEANT
        for meant in MEANT[key]
        for word in MEANT[key][meant].split()
    ],
)
def test_a_word_that_people_write_leads_to_the_accepted_one(
    key: str, word: str, meant: str
) -> None:
    problem = KEYS_BY_NAME[key].problem(word, "somewhere")

    assert str(problem).endswith(f" Did you mean {meant}?")


def test_no_key_is_another_one() -> None:
    assert len({*KEYS}) == len(KEYS_BY_NAME)


@pytest.mark.parametrize("word", ["xyzzy", "XXXXXXLOG", "", 7])
def test_a_word_that_is_like_no_other_gets_no_suggestion(word: object) -> None:
    with pytest.raises(ConfigError) as raised:
        require_config({"PRODGUARD_ACTION": word}, {})

    assert str(raised.value.problems[0]).endswith("Accepted: raise, log and serve.")


def test_a_variable_without_its_prefix_is_misspelt() -> None:
    environ = {"PRODGUARD_ENVIRONMENT": "hunter2"}
    with pytest.raises(ConfigError) as raised:
        require_config({}, environ)

    assert [str(problem) for problem in raised.value.problems] == [
        "PRODGUARD_ENVIRONMENT, from the process environment, is not read. As a"
        " variable, it is called FLASK_PRODGUARD_ENVIRONMENT."
    ]


@pytest.mark.parametrize(
    ("app_config", "environ", "action"),
    [
        ({}, {"PRODGUARD_ACTION": " "}, "raise"),
        ({}, {"PRODGUARD_UPSTREAM": "1"}, "raise"),
        ({}, {"PRODGUARD_ACTION": "log", "FLASK_PRODGUARD_ACTION": "log"}, "log"),
        ({"PRODGUARD_ACTION": "log"}, {"PRODGUARD_ACTION": "log"}, "log"),
    ],
    ids=["empty", "not a key", "said as well", "copied by the code"],
)
def test_a_variable_that_misleads_nobody_is_left_alone(
    app_config: dict[str, object], environ: dict[str, str], action: str
) -> None:
    assert require_config(app_config, environ).action.value == action


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("FLASK_PRODGARD_ACTION", "ACTION"),
        ("FLASK_PRODGAURD_ACTION", "ACTION"),
        ("FLASK_PROD_GUARD_ENVIRONMENT", "ENVIRONMENT"),
        ("FLASK_PROD_GUARD_ENV", "ENVIRONMENT"),
        ("FLASK-PRODGUARD-ACTION", "ACTION"),
        ("FLASK-PRODGUARD-ENVIRONMENT-V", "ENVIRONMENT_VARIABLES"),
        ("FLASK_PRDGRD_ACTION", "ACTION"),
        ("FLASKPRODGUARD_IGNORE", "IGNORE"),
        ("FLASK_PRODGUARD", "ENABLED"),
        ("flask_prodguard_action", "ACTION"),
        ("Flask_ProdGuard_Enabled", "ENABLED"),
        ("PROD_GUARD_ACTION", "ACTION"),
        ("prodguard_ignore", "IGNORE"),
        ("PRODGUARD_ACTON", "ACTION"),
    ],
)
def test_another_spelling_of_a_key_is_misspelt(written: str, meant: str) -> None:
    with pytest.raises(ConfigError) as raised:
        require_config({}, {written: "hunter2"})

    assert lines_of(raised.value) == [
        f"{written}, from the process environment, is not a key. Did you mean"
        f" FLASK_PRODGUARD_{meant}?"
    ]


@pytest.mark.parametrize("written", ["prodguard_action", "PROD_GUARD_ACTION"])
def test_another_spelling_of_a_key_is_misspelt_in_the_app_too(written: str) -> None:
    with pytest.raises(ConfigError) as raised:
        require_config({written: "log"}, {})

    assert lines_of(raised.value) == [
        f"{written}, from app.config['{written}'], is not a key. Did you mean"
        " PRODGUARD_ACTION?"
    ]


@pytest.mark.parametrize(
    "name",
    [
        *("PROGUARD_ENABLED", "POD_GUARD_ACTION", "PROXY_GUARD_ENABLED", "PRODGUARD"),
        *("PROD_GATEWAY_ENVIRONMENT", "FLASK_PROFILE_GUARD_ENABLED", "PROD_GUARD"),
        *("PRODGUARD_UPSTREAM", "FLASK_PORT", "PATH", "PG_ACTION", "FLASK_PAGE_GROUP"),
    ],
)
def test_a_name_of_another_program_is_left_alone(name: str) -> None:
    app_config = {name: "1"} if not name.startswith("PRODGUARD_") else {}

    assert require_config(app_config, {name: "1"}) == GuardConfig()


def test_a_value_of_the_app_is_not_shown_either() -> None:
    with pytest.raises(ConfigError) as raised:
        require_config({"PRODGUARD_ENVIRONMENT": "sk_live_123"}, {})

    assert "sk_live_123" not in str(raised.value) + repr(raised.value.problems)


def test_an_unknown_key_is_reported_with_the_nearest_one() -> None:
    with pytest.raises(ConfigError) as raised:
        require_config({"PRODGUARD_ENABELD": 0}, {"FLASK_PRODGUARD_IGNOR": "PG101"})

    assert lines_of(raised.value) == [
        "PRODGUARD_ENABELD, from app.config['PRODGUARD_ENABELD'], is not a key. Did"
        " you mean PRODGUARD_ENABLED?",
        "FLASK_PRODGUARD_IGNOR, from the process environment, is not a key. Did you"
        " mean FLASK_PRODGUARD_IGNORE?",
    ]


def test_a_key_of_the_app_that_is_no_text_is_ignored() -> None:
    config = t.cast("t.Mapping[str, object]", {5: "PRODGUARD_ENABELD"})

    assert require_config(config, {}).enabled


def test_a_key_that_was_cut_short_is_reported_with_the_whole_one() -> None:
    with pytest.raises(ConfigError) as raised:
        require_config({}, {"FLASK_PRODGUARD_ENV": "development"})

    assert lines_of(raised.value) == [
        "FLASK_PRODGUARD_ENV, from the process environment, is not a key. Did you"
        " mean FLASK_PRODGUARD_ENVIRONMENT?",
    ]


def test_what_is_wrong_keeps_its_default_and_the_rest_counts() -> None:
    config, problems = read_config(
        {"PRODGUARD_ACTION": "lgo", "PRODGUARD_IGNORE": "PG103"}, {}
    )

    assert config.action == Setting("raise", "default")
    assert config.ignore.value == ("PG103",)
    assert [problem.key for problem in problems] == ["PRODGUARD_ACTION"]


def test_a_config_error_survives_pickling() -> None:
    error = ConfigError((Problem("KEY", "'x'", "somewhere", "Accepted is y."),))

    copied = pickle.loads(pickle.dumps(error))

    assert lines_of(copied) == ["KEY, from somewhere, is 'x'. Accepted is y."]
    assert copied.problems == error.problems


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_the_example_of_each_key_is_accepted(key: Key) -> None:
    example = ast.literal_eval(key.example)

    assert value_of(key.name, example) is not None
    assert key.variable == f"FLASK_{key.name}"


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_the_example_of_each_key_is_of_its_kind(key: Key) -> None:
    example = ast.literal_eval(key.example)

    assert isinstance(example, {"boolean": bool, "word": str}.get(key.kind, list))
    if key.attribute != "allowed_hosts":
        understood = tuple(example) if isinstance(example, list) else example
        assert value_of(key.name, example) == understood


values: st.SearchStrategy[t.Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(
    st.dictionaries(st.sampled_from([*KEYS_BY_NAME, "PRODGUARD_X", "OTHER"]), values),
    st.dictionaries(
        st.sampled_from([*(key.variable for key in KEYS), "FLASK_PRODGUARD_X"]),
        st.text(),
    ),
)
@settings(deadline=None)
def test_any_values_are_a_configuration_or_a_config_error(
    app_config: dict[str, object], environ: dict[str, str]
) -> None:
    try:
        assert isinstance(require_config(app_config, environ), GuardConfig)
    except ConfigError as error:
        assert error.problems


@pytest.mark.parametrize(
    ("word", "nearest"), [("productoin", "production"), ("velo", "development")]
)
def test_the_nearest_word_is_named_however_far_it_is(word: str, nearest: str) -> None:
    assert nearest_to(word, ["development", "production"]) == nearest


def test_a_longer_word_is_nearer_than_one_with_a_similar_spelling() -> None:
    known = ["FLASK_ENABLED", "FLASK_ENVIRONMENT", "FLASK_ENVIRONMENT_VARIABLES"]

    assert nearest_to("FLASK_ENV", known) == "FLASK_ENVIRONMENT"


class Vault(dict[str, object]):
    """Opens for nobody."""

    def get(self, key: str, default: object = None) -> t.NoReturn:
        raise PermissionError

    def __iter__(self) -> t.NoReturn:
        raise PermissionError


def test_a_configuration_that_can_not_be_read_leaves_the_defaults() -> None:
    assert read_config(Vault(PRODGUARD_ACTION="log"), {}) == (GuardConfig(), ())
