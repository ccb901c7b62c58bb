from __future__ import annotations

import unittest

from flask_prodguard.origin import Origin
from flask_prodguard.origin import Step
from flask_prodguard.remedy.factories import _definition
from flask_prodguard.remedy.factories import find_factory


def test_the_definition_of_a_function_is_read_where_it_has_one() -> None:
    def create_app() -> None: ...

    found = _definition(create_app)

    assert getattr(found, "name", None) == "create_app"
    assert _definition(len) is None


def test_what_runs_tests_makes_no_app() -> None:
    def called_by(module: str) -> Origin:
        step = Step(module, "make", is_module_level=True, receives_app=False)
        return Origin(None, (step,))

    assert find_factory(called_by(__name__)) is not None
    vars(unittest)["make"] = make
    assert find_factory(called_by("unittest")) is None
    del vars(unittest)["make"]


def make() -> object:
    return object()
