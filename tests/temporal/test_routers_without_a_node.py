"""Routers that belong to no node's task run in an activity of their own, and may do what nodes do."""

from __future__ import annotations

from temporal_pregel import END, START, Command, StateGraph, interrupt
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Number, add, chain


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
