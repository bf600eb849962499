"""A graph that stands as a node runs inside the same workflow: questions, commands and errors cross the border."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import END, START, Command, StateGraph
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Number, add, around, chain, multiply


class Inner(TypedDict, total=False):
    value: int
    private: str


async def test_a_subgraph_takes_and_gives_the_keys_that_it_shares(serve: Serve, on, thread):
    inner = chain("calc", Inner, {"add": add, "hide": lambda s: {"private": "x"}, "multiply": multiply})
    app = around("outer", inner, after=lambda s: {"value": s["value"] + 100})
    async with serve(app) as client:
        assert await on(app, client).ainvoke({"value": 5}, thread) == {"value": 112}
        history = await client.get_workflow_handle(thread["configurable"]["thread_id"]).fetch_history()
        kinds = [event.activity_task_scheduled_event_attributes.activity_type.name for event in history.events]
        assert [kind for kind in kinds if kind] == [
            "outer.inner.add",
            "outer.inner.hide",
            "outer.inner.multiply",
            "outer.after",
        ]


async def test_a_command_for_the_parent_leaves_the_subgraph(serve: Serve, on, thread):
    def leave(state: Number) -> Any:
        return Command(graph=Command.PARENT, update={"value": 50}, goto="after")

    inner = chain("leaves", Number, {"leave": leave, "never": lambda s: 1 / 0})
    builder = StateGraph(Number)
    builder.add_node("inner", inner)
    builder.add_node("after", add)
    builder.add_edge(START, "inner")
    app = builder.compile(name="parented")
    async with serve(app) as client:
        assert await on(app, client).ainvoke({"value": 5}, thread) == {"value": 51}


async def test_an_error_inside_a_subgraph_names_the_way_to_it(serve: Serve, on, thread):
    app = around("outer", chain("bad", Number, {"node": lambda s: 1 / 0}))
    async with serve(app) as client:
        with pytest.raises(Exception, match=r"ZeroDivisionError.*graph 'outer.inner', node 'node', step 1"):
            await on(app, client).ainvoke({"value": 5}, thread)


async def test_a_subgraph_that_keeps_its_state_goes_on_from_it(serve: Serve, on, thread):
    class Kept(TypedDict, total=False):
        value: int
        calls: Annotated[list[int], operator.add]

    inner = chain(
        "keeps", Kept, {"node": lambda s: {"calls": [s["value"]], "value": len(s["calls"]) + 1}}, checkpointer=True
    )
    builder = StateGraph(Number)
    builder.add_node("inner", inner)
    builder.add_edge(START, "inner")
    builder.add_conditional_edges("inner", lambda state: "inner" if state["value"] < 3 else END, ["inner", END])
    app = builder.compile(name="counts")
    async with serve(app) as client:
        assert await on(app, client).ainvoke({"value": 0}, thread) == {"value": 3}
