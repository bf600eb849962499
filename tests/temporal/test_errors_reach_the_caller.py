"""What ends a run comes to its caller as the class that it has in process, soon, and says where it was."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from temporal_pregel import START, Send, StateGraph
from temporal_pregel.errors import GraphRecursionError
from temporal_pregel.temporal.raised import NodeFailedError
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Number, chain


def bad(state: Any) -> Any:
    raise ValueError("bad luck")


class Opaque:
    pass


def endless(name: str) -> Any:
    builder = StateGraph(Number)
    builder.add_node("node", lambda state: {"value": state["value"] + 1})
    builder.add_edge(START, "node")
    builder.add_edge("node", "node")
    return builder.compile(name=name)


async def test_the_recursion_limit_is_a_graph_recursion_error(serve: Serve, on, thread):
    app = endless("endless")
    async with serve(app) as client:
        with pytest.raises(GraphRecursionError, match=r"(?s)Recursion limit of 4 reached.*graph 'endless'"):
            await on(app, client).ainvoke({"value": 1}, {**thread, "recursion_limit": 4})


async def test_what_a_node_raises_comes_back_as_a_node_error_with_its_place(serve: Serve, on, thread):
    app = chain("raises", Number, {"node": bad})
    async with serve(app) as client:
        with pytest.raises(NodeFailedError) as raised:
            await on(app, client).ainvoke({"value": 1}, thread)
        place = raised.value.graph, raised.value.node, raised.value.step
        assert (place, raised.value.error) == (("raises", "node", 1), "ValueError")


async def test_a_failing_task_does_not_wait_for_its_siblings(serve: Serve, on, thread):
    builder = StateGraph(Number)
    builder.add_node("bad", bad)

    async def slow(state: Any) -> Any:
        await asyncio.sleep(60)

    builder.add_node("slow", slow)
    builder.add_edge(START, "bad")
    builder.add_edge(START, "slow")
    app = builder.compile(name="impatient")
    async with serve(app) as client:
        with pytest.raises(Exception, match="bad luck"):
            await asyncio.wait_for(on(app, client).ainvoke({"value": 1}, thread), 10)


async def test_a_send_to_a_node_that_can_not_be_written_names_its_path(serve: Serve, on, thread):
    builder = StateGraph(Number)
    builder.add_node("node", lambda s: {})
    builder.add_node("worker", lambda s: {})
    builder.add_edge(START, "node")
    builder.add_conditional_edges("node", lambda s: [Send("worker", {"it": Opaque()})], ["worker"])
    app = builder.compile(name="sender")
    async with serve(app) as client:
        with pytest.raises(Exception, match=r"it.*Opaque"):
            await on(app, client).ainvoke({"value": 1}, thread)
