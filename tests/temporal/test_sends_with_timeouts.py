"""A Send may bring a timeout of its own on Temporal, too."""

from __future__ import annotations

import asyncio
import operator
import time
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import START, Command, RetryPolicy, Send, StateGraph, interrupt
from temporal_pregel.temporal.raised import NodeFailedError
from temporal_pregel.types import TimeoutPolicy
from tests.temporal.conftest import Serve


class State(TypedDict, total=False):
    said: Annotated[list[Any], operator.add]


async def slow(seconds: float) -> State:
    await asyncio.sleep(seconds)
    return {"said": [seconds]}


def sending(name: str, *sends: Send, node: Any = slow, **options: Any) -> Any:
    builder = StateGraph(State).add_node("slow", node, **options)
    return builder.add_conditional_edges(START, lambda state: list(sends), ["slow"]).compile(name=name)


async def test_it_is_the_sends_time_that_counts(serve: Serve, on, thread):
    app = sending("timed", Send("slow", 60, timeout=TimeoutPolicy(idle_timeout=0.1)), timeout=50)
    async with serve(app) as client:
        with pytest.raises(NodeFailedError, match=r"exceeded its idle timeout of 0\.100s") as raised:
            await asyncio.wait_for(on(app, client).ainvoke({"said": []}, thread), 20)
    assert (raised.value.node, raised.value.error) == ("slow", "NodeTimeoutError")


async def test_others_have_the_nodes_own(serve: Serve, on, thread):
    app = sending("mixed", Send("slow", 0.4, timeout=20), Send("slow", 0.01), timeout=0.3)
    async with serve(app) as client:
        assert await on(app, client).ainvoke({"said": []}, thread) == {"said": [0.4, 0.01]}


async def test_each_attempt_has_it(serve: Serve, on, thread):
    began: list[float] = []

    async def twice(seconds: float) -> State:
        began.append(time.monotonic())
        await asyncio.sleep(seconds if len(began) == 1 else 0)
        return {"said": [len(began)]}

    retry = RetryPolicy(initial_interval=0.05, jitter=False)
    app = sending("attempts", Send("slow", 60, timeout=0.2), node=twice, retry_policy=retry)
    async with serve(app) as client:
        assert await asyncio.wait_for(on(app, client).ainvoke({"said": []}, thread), 20) == {"said": [2]}


async def test_a_command_that_somebody_sends_may_bring_it(serve: Serve, on, thread):
    async def node(state: Any) -> State:
        if isinstance(state, dict):
            return {"said": [interrupt("ready?")]}
        return await slow(state)

    app = sending("commanded", Send("slow", {}), node=node)
    async with serve(app) as client:
        await on(app, client).ainvoke({"said": []}, thread)
        command = Command(resume=1, goto=Send("slow", 60, timeout=0.1))
        with pytest.raises(NodeFailedError, match=r"exceeded its run timeout of 0\.100s"):
            await asyncio.wait_for(on(app, client).ainvoke(command, thread), 20)


async def test_a_sync_node_can_not_be_stopped(serve: Serve, on, thread):
    app = sending("sync", Send("slow", 1, timeout=1), node=lambda state: {})
    async with serve(app) as client:
        with pytest.raises(NodeFailedError, match="only supported for async nodes"):
            await asyncio.wait_for(on(app, client).ainvoke({"said": []}, thread), 20)
