from __future__ import annotations

from flask_prodguard.remedy.factories import _definition


def test_the_definition_of_a_function_is_read_where_it_has_one() -> None:
    def create_app() -> None: ...

    found = _definition(create_app)

    assert getattr(found, "name", None) == "create_app"
    assert _definition(len) is None
