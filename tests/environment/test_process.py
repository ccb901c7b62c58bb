from __future__ import annotations

import os
import typing as t
from unittest import mock

import pytest

from flask_prodguard.environment import machine
from flask_prodguard.environment import process
from flask_prodguard.environment import test_run


def fails(*_: object) -> t.NoReturn:
    raise RuntimeError


class Broken:
    items = fails


class Vault(dict[str, str]):
    __getitem__ = __iter__ = get = items = keys = fails


def test_of_what_stands_for_the_variables_only_texts_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "environ", {"DYNO": "web.1", "PORT": None, 1: "x"})

    assert process.own_environ() == {"DYNO": "web.1"}


def test_a_dictionary_is_read_whatever_its_class_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "environ", Vault(DYNO="web.1"))

    assert process.own_environ() == {"DYNO": "web.1"}


def test_variables_that_can_not_be_read_say_nothing() -> None:
    # pytest reads them too.
    with mock.patch.object(os, "environ", Broken()):
        broken = process.own_environ()
    with mock.patch.object(os, "environ"):
        del os.environ
        absent = process.own_environ()

    assert (broken, absent) == ({}, {})


def test_what_can_not_be_looked_at_is_not_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os.path, "exists", fails)
    monkeypatch.setattr(machine, "read_declarations", fails)
    monkeypatch.setattr(test_run, "find_test_runner", fails)

    assert process.exists("/opt/elasticbeanstalk") is False
    assert process.declarations() == ()
    assert process.test_runner() is None


def test_this_process_is_asked_where_no_test_states_another() -> None:
    assert process.exists(os.sep) is True
    assert process.test_runner() == test_run.find_test_runner()
    assert process.declarations() == machine.read_declarations(process.own_environ())
