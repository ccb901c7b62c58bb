from __future__ import annotations

import copy
import gc
import pickle
import typing as t

from flask import Flask
from werkzeug.debug import DebuggedApplication

from flask_prodguard import ProdGuard
from flask_prodguard.guard import state
from flask_prodguard.guard.state import GuardState
from flask_prodguard.guard.state import keep_until_gone
from flask_prodguard.guard.state import state_of
from flask_prodguard.guard.state import WeakIdentityMap


class Thing:
    """As odd as an app may be: unhashable, and equal to every other."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return True


def test_objects_are_remembered_by_identity_and_for_as_long_as_they_live() -> None:
    known: WeakIdentityMap[Thing, str] = WeakIdentityMap()
    first, second = Thing(), Thing()
    known[first] = "first"

    assert (known.get(first), known.get(second)) == ("first", None)
    assert [*map(id, known)] == [id(first)]
    known[second] = "second"
    assert len([*known]) == 2
    del first
    gc.collect()
    assert [*map(id, known)] == [id(second)]
    known.discard(second)
    assert not known


def test_an_object_that_took_the_place_of_another_is_not_mistaken_for_it() -> None:
    known: WeakIdentityMap[Thing, int] = WeakIdentityMap()
    gone, thing = Thing(), Thing()
    known[gone] = 1
    # As if the two had lived one after the other, in the same place.
    known._entries[id(thing)] = known._entries[id(gone)]

    assert known.get(thing) is None


def test_something_is_called_once_an_object_is_gone() -> None:
    calls: list[str] = []
    thing = Thing()
    keep_until_gone(thing, lambda: calls.append("gone"))

    assert calls == []
    del thing
    assert calls == ["gone"]


def test_the_extensions_of_an_app_are_copied_as_without_the_guard(app: Flask) -> None:
    for copied in (
        copy.deepcopy(app.extensions),
        pickle.loads(pickle.dumps(app.extensions)),
    ):
        other = Flask("other")
        other.extensions.update(copied)
        kept, first = state_of(other), state_of(app)
        assert kept is not None
        assert first is not None
        assert kept is not first
        assert kept.origin.module == first.origin.module

    assert state_of(copy.copy(app)) is state_of(app)


def test_what_only_looks_like_the_guards_state_is_ignored() -> None:
    class Other(GuardState):
        pass

    app = Flask("shop")
    app.extensions["prodguard"] = Other(t.cast("t.Any", None))

    assert state_of(app) is None


def test_one_more_guarded_app_has_every_debugger_decided_again(app: Flask) -> None:
    debugger = DebuggedApplication(app)
    made = state.guards_made()
    state.remember_decision(debugger, ("", False), made, True)
    state.remember_decision(debugger, ("0.0.0.0", False), made, False)

    assert state.decision_on(debugger, ("", False)) is True
    assert state.decision_on(debugger, ("0.0.0.0", False)) is False
    assert state.decision_on(debugger, ("127.0.0.1", False)) is None
    ProdGuard(Flask("other"))
    assert state.decision_on(debugger, ("", False)) is None


def test_a_hundred_apps_leave_nothing(environ: dict[str, str]) -> None:
    gc.collect()
    before = len([*state._guarded]), len([*state._awaited]), len(state._kept)

    for _ in range(100):
        ProdGuard(Flask("shop"))
    gc.collect()

    assert before == (len([*state._guarded]), len([*state._awaited]), len(state._kept))
