"""Several inputs at once are several threads, side by side."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from temporal_pregel.temporal.raised import NodeFailedError
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Number, adder, chain


def picky(state: Number) -> Number:
    if state["value"] == 1:
        raise ValueError("not one")
    return {"value": -state["value"]}


async def test_results_come_in_the_order_of_the_inputs(serve: Serve, on):
    app, inputs = adder(), [{"value": value} for value in range(5)]
    async with serve(app) as client:
        durable = on(app, client)
        assert await durable.abatch(inputs) == await app.abatch(inputs)
        assert await asyncio.to_thread(durable.batch, inputs) == await app.abatch(inputs)
        with pytest.raises(RuntimeError, match="async twin"):
            durable.batch(inputs)


async def test_no_more_run_at_once_than_the_config_allows(serve: Serve, on):
    running, most = 0, 0

    async def slow(state: Number) -> Number:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.1)
        running -= 1
        return {"value": state["value"]}

    app, inputs = chain("slow", Number, {"node": slow}), [{"value": value} for value in range(6)]
    async with serve(app) as client:
        durable = on(app, client)
        assert await durable.abatch(inputs, {"max_concurrency": 2}) == inputs
        assert most == 2
        await durable.abatch(inputs)
        assert most > 2


async def test_each_input_may_have_its_own_thread(serve: Serve, on):
    app = adder()
    configs = [{"configurable": {"thread_id": f"batch-{uuid.uuid4()}"}} for _ in range(2)]
    async with serve(app) as client:
        durable = on(app, client)
        await durable.abatch([{"value": 1}, {"value": 2}], configs)
        assert [(await durable.aget_state(config)).values for config in configs] == [{"value": 4}, {"value": 6}]
        with pytest.raises(ValueError, match="one config for all of its inputs, or one for each"):
            await durable.abatch([{"value": 1}], configs)


async def test_what_one_raises_is_returned_beside_the_others_where_that_is_wanted(serve: Serve, on):
    app, inputs = chain("picky", Number, {"node": picky}), [{"value": value} for value in range(3)]
    async with serve(app) as client:
        durable = on(app, client)
        first, failed, last = await durable.abatch(inputs, return_exceptions=True)
        assert (first, last) == ({"value": 0}, {"value": -2})
        assert isinstance(failed, NodeFailedError)
        with pytest.raises(NodeFailedError, match="not one"):
            await durable.abatch(inputs)
