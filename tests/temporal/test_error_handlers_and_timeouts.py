"""A node's error handler and its timeout work durably as they do in process."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from temporal_pregel import END, START, Command, RetryPolicy, StateGraph, interrupt
from temporal_pregel.errors import NodeError
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Number, chain


def fails(state: Number) -> Number:
    raise ValueError("bad luck")


def guarded(name: str, node: Any, handler: Any, **how: Any) -> Any:
    """A graph with a node that has an error handler; a node after it says whether the edge fired."""
    builder = StateGraph(Number)
    builder.add_node("node", node, error_handler=handler, **how)
    builder.add_node("after", lambda state: {"value": state["value"] + 1})
    builder.add_edge(START, "node")
    builder.add_edge("node", "after")
    builder.add_edge("after", END)
    return builder.compile(name=name)


async def test_a_handler_is_told_the_error_and_the_nodes_edges_do_not_fire(serve: Serve, on, thread):
    def handle(state: Number, error: NodeError) -> Number:
        assert (error.node, type(error.error), str(error.error)) == ("node", ValueError, "bad luck")
        return {"value": state["value"] + 100}

    app = guarded("handled", fails, handle)
    async with serve(app) as client:
        assert await on(app, client).ainvoke({"value": 5}, thread) == await app.ainvoke({"value": 5}) == {"value": 105}


async def test_a_handler_may_be_async_and_choose_where_to_go_on(serve: Serve, on, thread):
    async def handle(state: Number) -> Any:
        return Command(update={"value": 50}, goto="after")

    app = guarded("goes_on", fails, handle)
    async with serve(app) as client:
        assert await on(app, client).ainvoke({"value": 5}, thread) == {"value": 51}


async def test_a_handler_that_asks_is_resumed_and_not_the_node(serve: Serve, on, thread):
    runs: list[str] = []

    def node(state: Number) -> Number:
        runs.append("node")
        raise ValueError("bad luck")

    app = guarded("asks", node, lambda state: {"value": interrupt("what now?")})
    async with serve(app) as client:
        await on(app, client).ainvoke({"value": 5}, thread)
        assert await on(app, client).ainvoke(Command(resume=7), thread) == {"value": 7}
    assert runs == ["node"]


async def test_a_handler_of_a_subgraph_handles_what_happened_inside(serve: Serve, on, thread):
    def handle(state: Number, error: NodeError) -> Number:
        assert "bad luck" in str(error.error)
        return {"value": -1}

    app = guarded("around", chain("inside", Number, {"fails": fails}), handle)
    async with serve(app) as client:
        assert await on(app, client).ainvoke({"value": 5}, thread) == {"value": -1}


async def test_a_handler_that_fails_ends_the_run(serve: Serve, on, thread):
    app = guarded("fails_twice", fails, lambda state: 1 / 0)
    async with serve(app) as client:
        with pytest.raises(Exception, match=r"ZeroDivisionError.*node 'node'"):
            await on(app, client).ainvoke({"value": 5}, thread)


async def test_an_attempt_that_takes_too_long_is_tried_again(serve: Serve, on, thread):
    attempts: list[int] = []

    async def node(state: Number) -> Number:
        attempts.append(1)
        if len(attempts) == 1:
            await asyncio.sleep(60)
        return {"value": 1}

    builder = StateGraph(Number)
    builder.add_node("node", node, timeout=0.3, retry_policy=RetryPolicy(initial_interval=0.05, jitter=False))
    builder.add_edge(START, "node")
    app = builder.compile(name="slow")
    async with serve(app) as client:
        assert await asyncio.wait_for(on(app, client).ainvoke({"value": 5}, thread), 20) == {"value": 1}
