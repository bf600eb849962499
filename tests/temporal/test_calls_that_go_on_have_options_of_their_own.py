"""Breakpoints, context, config and the recursion limit are those of the call, also of one that lets a thread go on."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from typing_extensions import TypedDict

from temporal_pregel import END, START, Command, Runtime, StateGraph, interrupt
from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.config import get_config
from temporal_pregel.errors import GraphRecursionError
from temporal_pregel.temporal.raised import ThreadError
from tests.temporal.conftest import Serve
from tests.temporal.graphs import adder, chain


class Fields(TypedDict, total=False):
    log: Annotated[list[str], operator.add]


@dataclass
class Who:
    name: str


def say(state: Fields) -> Any:
    return {"log": [f"said {len(state['log'])}"]}


def tell(state: Fields, runtime: Runtime[Who]) -> Any:
    answer = interrupt("who?")
    config = get_config()
    mine = config["configurable"].get("mine"), config["metadata"].get("of")
    return {"log": [f"{answer} {runtime.context and runtime.context.name} {mine}"]}


def tells(name: str) -> Any:
    builder = StateGraph(Fields, context_schema=Who).add_node("tell", tell).add_edge(START, "tell")
    return builder.compile(name=name)


def line(**compiled: Any) -> Any:
    return chain("line", Fields, dict.fromkeys("abcd", say), **compiled)


async def both(serve: Serve, on: Any, app: Any, calls: list[tuple[Any, dict[str, Any], dict[str, Any]]]) -> None:
    """Each call gives on Temporal what it gives in process. A call: input, config, options."""
    kept = app.copy()
    kept.checkpointer = InMemorySaver()
    async with serve(app) as client:
        durable = on(app, client)
        for given, config, options in calls:
            here = await kept.ainvoke(given, config, **options)
            assert await durable.ainvoke(given, config, **options) == here
            assert (await durable.aget_state(config)).next == (await kept.aget_state(config)).next


async def test_breakpoints(serve: Serve, on, thread):
    calls: list[Any] = [
        ({"log": []}, thread, {"interrupt_before": ["b", "c"]}),
        (None, thread, {"interrupt_after": ["b"]}),
        (None, thread, {"interrupt_before": "*"}),
        (None, thread, {}),
    ]
    await both(serve, on, line(), calls)


async def test_those_of_an_earlier_call_are_forgotten_and_those_of_the_graph_are_not(serve: Serve, on, thread):
    given: tuple[Any, Any, Any] = ({"log": []}, thread, {"interrupt_before": ["b", "d"]})
    await both(serve, on, line(interrupt_before=["c"]), [given, (None, thread, {}), (None, thread, {})])


async def test_context_and_config(serve: Serve, on, thread):
    def config(mine: int) -> dict[str, Any]:
        return {"configurable": {**thread["configurable"], "mine": mine}, "metadata": {"of": f"call {mine}"}}

    outer = StateGraph(Fields, context_schema=Who).add_node("inner", tells("inner")).add_edge(START, "inner")
    for name, app in {"tells": tells("tells"), "inside": outer.compile(name="around")}.items():
        thread = {"configurable": {"thread_id": f"{thread['configurable']['thread_id']}-{name}"}}
        calls = [
            ({"log": []}, config(1), {"context": Who("first")}),
            (Command(resume="yes"), config(2), {"context": Who("second")}),
        ]
        await both(serve, on, app, calls)


@pytest.mark.parametrize("more", [{"recursion_limit": 5.0}, {"recursion_limit": None}, {"metadata": None}], ids=str)
async def test_configs_of_which_something_is_left_open(serve: Serve, on, thread, more):
    app = adder()
    async with serve(app) as client:
        assert await on(app, client).ainvoke({"value": 5}, {**thread, **more}) == {"value": 12}


async def test_the_recursion_limit(serve: Serve, on, thread):
    builder = StateGraph(Fields).add_node("say", say).add_edge(START, "say")
    builder.add_conditional_edges("say", lambda state: "say" if len(state["log"]) < 6 else END)
    app = builder.compile(name="counts", interrupt_after=["say"])
    async with serve(app) as client:
        durable = on(app, client)
        config = {**thread, "recursion_limit": 2}
        await durable.ainvoke({"log": []}, config)
        for _ in range(4):
            await durable.ainvoke(None, config)
        assert (await durable.ainvoke(None, config)) == {"log": [f"said {place}" for place in range(6)]}


async def test_the_limit_of_the_call_ends_it(serve: Serve, on, thread):
    builder = StateGraph(Fields).add_node("ask", lambda state: {"log": [interrupt("?")]}).add_node("say", say)
    builder.add_edge(START, "ask").add_edge("ask", "say").add_edge("say", "say")
    app = builder.compile(name="endless")
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke({"log": []}, thread)
        with pytest.raises(GraphRecursionError):
            await durable.ainvoke(Command(resume="go"), {**thread, "recursion_limit": 3})


async def test_a_stream_that_goes_on_has_them_too(serve: Serve, on, thread):
    app = line()
    kept = app.copy()
    kept.checkpointer = InMemorySaver()
    async with serve(app) as client:
        durable = on(app, client)
        found = []
        for graph in (kept, durable):
            await graph.ainvoke({"log": []}, thread, interrupt_before=["b"])
            parts = graph.astream(None, thread, stream_mode=["values", "updates"], interrupt_before=["d"])
            found.append([part async for part in parts])
        assert found[0] == found[1]
        with pytest.raises(ThreadError):
            await durable.ainvoke(None, {"configurable": {"thread_id": "nobody"}}, interrupt_before=["d"])
