"""Async nodes that wait for nothing do not keep the event loop to themselves."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from typing_extensions import TypedDict

from temporal_pregel.graph import START, StateGraph

ENDLESS = {"recursion_limit": 10_000_000}


class Number(TypedDict):
    value: int


async def count(state: Number) -> dict[str, int]:
    return {"value": state["value"] + 1}


def endless() -> Any:
    builder = StateGraph(Number).add_node(count).add_edge(START, "count")
    return builder.add_edge("count", "count").compile()


async def invoke() -> None:
    await endless().ainvoke({"value": 0}, ENDLESS)


async def stream() -> None:
    async for _ in endless().astream({"value": 0}, ENDLESS):
        pass


RUNS = pytest.mark.parametrize("run", [invoke, stream])


@RUNS
async def test_a_time_limit_around_a_run_ends_it(run: Any) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await run()


@RUNS
async def test_a_run_can_be_cancelled(run: Any) -> None:
    running = asyncio.create_task(run())
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


@RUNS
async def test_others_have_their_turn(run: Any) -> None:
    running = asyncio.create_task(run())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
