"""Questions and breakpoints inside a graph that stands as a node stop the run around it, and are answered there."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

from temporal_pregel import Command, Send, StateGraph, interrupt
from temporal_pregel.constants import START
from tests.temporal.asking import Talk, twice, two_askers
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Number, add, around, chain, multiply


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


async def test_breakpoints_wait_for_a_go_outside_and_inside(serve: Serve, on, thread):
    inner = chain("calc", Number, {"add": add, "multiply": multiply}, interrupt_before=["multiply"])
    app = around("stops", inner, after=add)
    async with serve(app) as client:
        durable = on(app, client)
        first = await durable.ainvoke({"value": 5}, thread, interrupt_before=["after"])
        assert first == {"value": 5}
        assert (await durable.aget_state(thread)).next == ("inner",)
        assert await durable.ainvoke(None, thread, interrupt_before=["after"]) == {"value": 12}
        assert (await durable.aget_state(thread)).next == ("after",)
        assert await durable.ainvoke(None, thread) == {"value": 13}
