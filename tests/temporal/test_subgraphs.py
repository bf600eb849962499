"""A graph that stands as a node runs inside the same workflow: questions, commands and errors cross the border."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import END, START, Command, Send, StateGraph, interrupt
from tests.temporal.asking import Talk, twice, two_askers
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Number, add, chain, multiply


class Inner(TypedDict, total=False):
    value: int
    private: str


def around(name: str, inner: Any, schema: Any = Number, after: Any = None, **routes: Any) -> Any:
    """A graph with a subgraph as its node, and a node or a router after it."""
    builder = StateGraph(schema)
    builder.add_node("inner", inner)
    builder.add_edge(START, "inner")
    if after is not None:
        builder.add_node("after", after)
    if routes:
        builder.add_conditional_edges("inner", routes["router"])
    else:
        builder.add_edge("inner", "after" if after is not None else END)
    return builder.compile(name=name)


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


async def test_questions_inside_a_subgraph_wait_and_are_answered(serve: Serve, on, thread):
    app = around("asks", chain("inside", Talk, {"ask": twice}), schema=Talk)
    async with serve(app) as client:
        durable = on(app, client)
        first = await durable.ainvoke({"draft": ""}, thread)
        assert [each.value for each in first["__interrupt__"]] == ["first?"]
        await durable.ainvoke(Command(resume="a"), thread)
        assert (await durable.ainvoke(Command(resume="b"), thread))["said"] == ["a", "b"]


async def test_parallel_questions_two_graphs_deep_have_their_own_ids(serve: Serve, on, thread):
    app = around("deep", around("middle", two_askers("deepest"), schema=Talk), schema=Talk)
    async with serve(app) as client:
        durable = on(app, client)
        left, right = (await durable.ainvoke({"draft": ""}, thread))["__interrupt__"]
        rest = await durable.ainvoke(Command(resume={right.id: 2}), thread)
        assert rest["__interrupt__"] == [left]
        done = await durable.ainvoke(Command(resume=1), thread)
        assert done["said"] == [("left", 1), "quiet", ("right", 2)]


async def test_the_same_subgraph_runs_several_times_at_once(serve: Serve, on, thread):
    class Total(TypedDict, total=False):
        said: Annotated[list[Any], operator.add]

    inner = chain("each", Talk, {"ask": lambda s: {"said": [s["draft"] + interrupt(s["draft"])]}})
    builder = StateGraph(Total)
    builder.add_node("inner", inner)
    builder.add_conditional_edges(START, lambda s: [Send("inner", {"draft": letter}) for letter in "abc"], ["inner"])
    app = builder.compile(name="thrice")
    async with serve(app) as client:
        durable = on(app, client)
        asked = (await durable.ainvoke({"said": []}, thread))["__interrupt__"]
        done = await durable.ainvoke(Command(resume={each.id: each.value.upper() for each in asked}), thread)
        assert done == {"said": ["aA", "bB", "cC"]}


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


async def test_a_router_after_a_subgraph_sees_what_it_gave(serve: Serve, on, thread):
    inner = chain("calc", Number, {"add": add})
    builder = StateGraph(Number)
    builder.add_node("inner", inner)
    builder.add_edge(START, "inner")
    builder.add_conditional_edges("inner", lambda state: "inner" if state["value"] < 8 else END, ["inner", END])
    app = builder.compile(name="routed")
    async with serve(app) as client:
        assert await on(app, client).ainvoke({"value": 5}, thread) == {"value": 8}


async def test_a_conditional_edge_from_start_runs_in_an_activity_and_may_be_async(serve: Serve, on, thread):
    async def choose(state: Number) -> str:
        return "big" if state["value"] > 3 else "small"

    builder = StateGraph(Number)
    builder.add_node("big", lambda s: {"value": 1000})
    builder.add_node("small", lambda s: {"value": 1})
    builder.add_conditional_edges(START, choose, ["big", "small"])
    app = builder.compile(name="start")
    async with serve(app) as client:
        assert await on(app, client).ainvoke({"value": 5}, thread) == {"value": 1000}
        history = await client.get_workflow_handle(thread["configurable"]["thread_id"]).fetch_history()
        kinds = [event.activity_task_scheduled_event_attributes.activity_type.name for event in history.events]
        assert [kind for kind in kinds if kind] == ["start.route", "start.big"]


async def test_an_error_inside_a_subgraph_names_the_way_to_it(serve: Serve, on, thread):
    app = around("outer", chain("bad", Number, {"node": lambda s: 1 / 0}))
    async with serve(app) as client:
        with pytest.raises(Exception, match=r"ZeroDivisionError.*graph 'outer.inner', node 'node', step 1"):
            await on(app, client).ainvoke({"value": 5}, thread)


async def test_breakpoints_wait_for_a_go_outside_and_inside(serve: Serve, on, thread):
    inner = chain("calc", Number, {"add": add, "multiply": multiply}, interrupt_before=["multiply"])
    app = around("stops", inner, after=add)
    async with serve(app) as client:
        durable = on(app, client)
        first = await durable.ainvoke({"value": 5}, thread, interrupt_before=["after"])
        assert first == {"value": 5}
        assert (await durable.aget_state(thread)).next == ("inner",)
        assert await durable.ainvoke(None, thread) == {"value": 12}
        assert (await durable.aget_state(thread)).next == ("after",)
        assert await durable.ainvoke(None, thread) == {"value": 13}


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


async def test_a_router_may_ask_too(serve: Serve, on, thread):
    builder = StateGraph(Number)
    builder.add_node("inner", chain("calc", Number, {"add": add}))
    builder.add_node("big", lambda s: {"value": s["value"] * 100})
    builder.add_conditional_edges(START, lambda state: interrupt("where to?"), ["inner", "big"])
    builder.add_conditional_edges("inner", lambda state: interrupt("and now?"), ["big", END])
    app = builder.compile(name="guided")
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke({"value": 1}, thread)
        second = await durable.ainvoke(Command(resume="inner"), thread)
        assert [each.value for each in second["__interrupt__"]] == ["and now?"]
        assert await durable.ainvoke(Command(resume="big"), thread) == {"value": 200}
