from __future__ import annotations

import functools

from flask_prodguard.remedy.origin import code_of


@functools.lru_cache
def decorated() -> object:
    return object()


def constant() -> None:
    return None


def test_the_code_of_a_function_is_found_below_its_decorators() -> None:
    assert code_of(decorated) is decorated.__wrapped__.__code__
    assert code_of(constant) is constant.__code__


def test_what_is_no_function_has_no_code() -> None:
    class Odd:
        __code__ = "code"

    class Unbound:
        def __getattr__(self, name: str) -> object:
            raise RuntimeError("no context")

    assert code_of(None) is None
    assert code_of(Odd()) is None
    assert code_of(Unbound()) is None
