from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel.types import Command

from .asking import asking, at, outer, shape


def test_a_question_is_asked_again_and_the_old_branch_stays(saver: Any, thread: Any) -> None:
    calls: list[str] = []
    app = asking(calls, checkpointer=saver)
    app.invoke({"log": []}, thread)
    app.invoke(Command(resume="old"), thread)
    before = shape(app, thread)
    calls.clear()
    assert "__interrupt__" in app.invoke(None, at(app, thread, "ask"))
    assert calls == ["ask"]
    assert app.invoke(Command(resume="new"), thread) == {"log": ["first", "ask:new", "last"]}
    assert shape(app, thread) == [
        ("loop", (), ["first", "ask:new", "last"]),
        ("loop", ("last",), ["first", "ask:new"]),
        ("fork", ("ask",), ["first"]),
        *before,
    ]


def test_a_replay_from_the_end_runs_nothing(saver: Any, thread: Any) -> None:
    calls: list[str] = []
    app = asking(calls, checkpointer=saver)
    app.invoke({"log": []}, thread)
    app.invoke(Command(resume="x"), thread)
    calls.clear()
    assert app.invoke(None, app.get_state(thread).config) == {"log": ["first", "ask:x", "last"]}
    assert calls == []


def test_an_update_of_an_old_checkpoint_is_a_branch_without_its_answers(saver: Any, thread: Any) -> None:
    app = asking([], checkpointer=saver)
    app.invoke({"log": []}, thread)
    app.invoke(Command(resume="old"), thread)
    fork = app.update_state(at(app, thread, "ask"), {"log": ["changed"]})
    assert "__interrupt__" in app.invoke(None, fork)
    assert app.invoke(Command(resume="new"), fork)["log"] == ["first", "changed", "ask:new", "last"]


def test_two_branches_from_one_place_do_not_mix(saver: Any, thread: Any) -> None:
    app = asking([], checkpointer=saver)
    app.invoke({"log": []}, thread)
    place = at(app, thread, "ask")
    branches = [app.update_state(place, {"log": [name]}) for name in ("left", "right")]
    assert [app.get_state(branch).values["log"] for branch in branches] == [["first", "left"], ["first", "right"]]
    assert app.get_state(place).values["log"] == ["first"]


def test_a_graph_with_a_memory_is_taken_back_with_the_graph_around_it(saver: Any, thread: Any) -> None:
    inner = asking([], checkpointer=True)
    app = outer(inner, checkpointer=saver)
    for turn in ("one", "two"):
        app.invoke({"done": []}, thread)
        app.invoke(Command(resume=turn), thread)
    second = next(snapshot for snapshot in app.get_state_history(thread) if snapshot.next == ("inner",))
    app.invoke(None, second.config)
    inside = app.get_state(thread, subgraphs=True).tasks[0].state
    assert inside.values["log"] == ["first", "ask:one", "last", "first"]


@pytest.mark.parametrize("forked", [False, True], ids=["replay", "fork"])
def test_a_run_goes_back_to_a_checkpoint_of_a_graph_inside(saver: Any, thread: Any, forked: bool) -> None:
    calls: list[str] = []
    app = outer(asking(calls, checkpointer=True), checkpointer=saver)
    app.invoke({"done": []}, thread)
    place = app.get_state(thread, subgraphs=True).tasks[0].state.config
    app.invoke(Command(resume="old"), thread)
    if forked:
        place = app.update_state(place, {"log": ["changed"]})
    calls.clear()
    assert "__interrupt__" in app.invoke(None, place)
    assert calls == ["ask"]
    assert app.invoke(Command(resume="new"), thread)["done"] == ["before", "after"]
