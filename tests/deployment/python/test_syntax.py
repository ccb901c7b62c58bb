"""Parsing leaves Python's warnings, and those of the program, as they were."""

from __future__ import annotations

import ast
import threading
import warnings

import pytest

from flask_prodguard.deployment.python.syntax import parse
from flask_prodguard.deployment.python.syntax import parse_expression
from flask_prodguard.deployment.python.syntax import parsed

ODD = 'app = "\\d"\n'


@pytest.mark.parametrize("action", ["error", "always", "default"])
def test_what_is_odd_is_not_reported(action: str) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter(action)  # type: ignore[arg-type]

        assert len(parse(ODD).body) == 1
        assert isinstance(parse_expression(r'"C:\d"'), ast.Constant)

    assert caught == []


def test_the_warnings_of_the_program_are_left_alone() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        parse(ODD)

        # As Python reports what the program itself compiles.
        compile(ODD, "shop.py", "exec", ast.PyCF_ONLY_AST)
        warnings.warn("the program's own", UserWarning, stacklevel=1)

    assert [warning.filename for warning in caught][:1] == ["shop.py"]
    assert len(caught) == 2


def test_a_filter_that_another_thread_sets_meanwhile_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parse_itself = ast.parse

    def parse_beside(*arguments: str) -> ast.AST:
        thread = threading.Thread(
            target=warnings.filterwarnings, args=("ignore", "set meanwhile")
        )
        thread.start()
        thread.join()
        return parse_itself(*arguments)

    monkeypatch.setattr(ast, "parse", parse_beside)
    with warnings.catch_warnings():
        parse(ODD)

        assert any(
            getattr(held[1], "pattern", None) == "set meanwhile"
            for held in warnings.filters
        )


def test_the_filter_is_there_once() -> None:
    with warnings.catch_warnings():
        parse(ODD)
        held = len(warnings.filters)
        parse(ODD)

        assert len(warnings.filters) == held


@pytest.mark.parametrize("source", ["a = 1", "", "a b", "a\nb"])
def test_what_is_no_expression_is_an_error(source: str) -> None:
    with pytest.raises(SyntaxError):
        parse_expression(source)


def test_a_file_that_is_no_python_has_no_tree() -> None:
    assert parsed("app = (") is None
    assert parsed("app = 1\0") is None
    assert parsed("\ufeffapp = 1") is not None
