"""A graph that a node calls with a thread of its own is no part of the run around it."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict

from temporal_pregel import InMemorySaver
from temporal_pregel.config import RunnableConfig
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.runtime import get_runtime


class State(TypedDict, total=False):
    count: int
    seen: Any


def one_node(node: Any, **options: Any) -> Any:
    return StateGraph(State).add_node("n", node).add_edge(START, "n").compile(**options)


OWN = {"configurable": {"thread_id": "child"}}
PARENT = {"configurable": {"thread_id": "parent", "user": "u"}}


def counting() -> Any:
    def count(state: State, config: RunnableConfig) -> State:
        seen = (config["configurable"].get("user"), get_runtime().context)
        return {"count": state.get("count", 0) + 1, "seen": seen}

    return one_node(count, checkpointer=InMemorySaver())


def test_it_keeps_its_state_where_its_callers_find_it() -> None:
    child, saver = counting(), InMemorySaver()
    parent = one_node(lambda state: child.invoke({}, OWN), checkpointer=saver)
    for _ in range(2):
        parent.invoke({}, PARENT, context="c")
    state = child.get_state(OWN)
    assert state.values == {"count": 2, "seen": ("u", "c")}
    assert state.config["configurable"]["checkpoint_ns"] == ""


def test_in_async_runs_too() -> None:
    child = counting()

    async def call(state: State) -> State:
        return await child.ainvoke({}, OWN)

    asyncio.run(one_node(call, checkpointer=InMemorySaver()).ainvoke({}, PARENT))
    assert child.get_state(OWN).values["count"] == 1


def test_readers_of_the_parent_do_not_see_what_it_does() -> None:
    child = counting()
    alone = one_node(lambda state: child.invoke({}, OWN))
    inside = one_node(lambda state: child.invoke({}))
    assert [ns for ns, _ in alone.stream({}, PARENT, subgraphs=True)] == [()]
    assert [len(ns) for ns, _ in inside.stream({}, PARENT, subgraphs=True)] == [1, 0]


def test_without_one_it_is_kept_where_its_parent_is() -> None:
    child, saver = counting(), InMemorySaver()
    one_node(lambda state: child.invoke({}), checkpointer=saver).invoke({}, PARENT)
    assert child.get_state(PARENT).values == {}
