"""What the state of a thread says of a graph inside that is due and has not begun."""

from __future__ import annotations

from typing import TypedDict

import pytest

from temporal_pregel import StateGraph
from temporal_pregel.checkpoint.memory import InMemorySaver


class State(TypedDict, total=False):
    value: int


@pytest.mark.parametrize("keeps", [None, True])
def test_it_has_a_state_without_anything_in_it(keeps: bool | None) -> None:
    inner = StateGraph(State).add_node("leaf", lambda state: {"value": 1}).add_edge("__start__", "leaf")
    outer = StateGraph(State).add_node("inside", inner.compile(checkpointer=keeps)).add_edge("__start__", "inside")
    app = outer.compile(checkpointer=InMemorySaver(), interrupt_before=["inside"])
    config = {"configurable": {"thread_id": "t"}}
    app.invoke({"value": 0}, config)

    (task,) = app.get_state(config, subgraphs=True).tasks

    assert (task.state.values, task.state.next, task.state.tasks, task.state.metadata) == ({}, (), (), None)
    assert task.state.config["configurable"]["checkpoint_ns"].split(":")[0] == "inside"
