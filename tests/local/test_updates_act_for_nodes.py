from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel.errors import InvalidUpdateError
from temporal_pregel.graph import END, START, StateGraph
from temporal_pregel.types import StateUpdate

from .asking import Log, asking, at, shape


def test_an_update_fires_the_edges_of_the_node_it_is_from(saver: Any, thread: Any) -> None:
    app = asking([], checkpointer=saver)
    app.update_state(thread, {"log": ["as first"]}, as_node="first")
    assert app.get_state(thread).next == ("ask",)
    app.update_state(thread, {"log": ["as ask"]}, as_node="ask")
    assert app.invoke(None, thread) == {"log": ["as first", "as ask", "last"]}


def test_an_update_of_a_new_thread_is_its_input(saver: Any, thread: Any) -> None:
    app = asking([], checkpointer=saver)
    app.update_state(thread, {"log": ["in"]})
    assert app.get_state(thread).next == ("first",)


def test_an_update_of_two_nodes_that_ran_together_has_to_say_which(saver: Any, thread: Any) -> None:
    builder = StateGraph(Log)
    for name in ("a", "b"):
        builder.add_node(name, lambda _: {"log": []}).add_edge(START, name)
    app = builder.compile(checkpointer=saver)
    app.invoke({"log": []}, thread)
    with pytest.raises(InvalidUpdateError, match="Ambiguous"):
        app.update_state(thread, {"log": ["x"]})
    with pytest.raises(InvalidUpdateError, match="nobody"):
        app.update_state(thread, {"log": ["x"]}, as_node="nobody")


def test_an_update_as_the_end_clears_what_is_due(saver: Any, thread: Any) -> None:
    app = asking([], checkpointer=saver)
    app.invoke({"log": []}, thread)
    app.update_state(thread, None, as_node=END)
    assert app.get_state(thread).next == ()


def test_a_copy_is_a_sibling_with_the_same_state(saver: Any, thread: Any) -> None:
    app = asking([], checkpointer=saver)
    app.invoke({"log": []}, thread)
    place = at(app, thread, "ask")
    copy = app.get_state(app.update_state(place, None, as_node="__copy__"))
    original = app.get_state(place)
    assert copy.parent_config == original.parent_config
    assert (copy.values, copy.next, copy.metadata["source"]) == (original.values, original.next, "fork")


def test_supersteps_of_updates_leave_the_history_of_a_run(saver: Any, thread: Any) -> None:
    builder = StateGraph(Log)
    for name in ("a", "b"):
        builder.add_node(name, lambda _, name=name: {"log": [name]})
    app = builder.add_edge(START, "a").add_edge("a", "b").compile(checkpointer=saver)
    app.invoke({"log": ["in"]}, thread)
    written = {"configurable": {"thread_id": "written"}}
    steps = [("__input__", ["in"]), (START, ["in"]), ("a", ["a"]), ("b", ["b"])]
    app.bulk_update_state(written, [[StateUpdate({"log": values}, node)] for node, values in steps])
    assert [entry[1:] for entry in shape(app, written)] == [entry[1:] for entry in shape(app, thread)]
    results = [[[task.result for task in s.tasks] for s in app.get_state_history(where)] for where in (thread, written)]
    assert results[0] == results[1]


def test_updates_that_say_nothing_are_refused(saver: Any, thread: Any) -> None:
    app = asking([], checkpointer=saver)
    with pytest.raises(ValueError, match="No supersteps"):
        app.bulk_update_state(thread, [])
    with pytest.raises(ValueError, match="No updates"):
        app.bulk_update_state(thread, [[]])
    with pytest.raises(InvalidUpdateError, match="only one"):
        app.bulk_update_state(thread, [[StateUpdate(None, END), StateUpdate(None, "__copy__")]])
