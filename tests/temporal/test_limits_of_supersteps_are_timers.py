"""A ``step_timeout`` is recorded with the run, and is a timer for each superstep that has to wait; nothing else."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.exceptions import CancelledError

from temporal_pregel.testing import running_worker
from tests.temporal.conftest import Serve
from tests.temporal.graphs import adder, soon
from tests.temporal.slow import LIMIT, Slow, limited, quick
from tests.temporal.streamed import EVERY, in_process, streamed


async def test_what_ends_in_time_goes_on_and_leaves_cancelled_timers(serve: Serve, on, thread):
    app = adder()
    app.step_timeout = 30
    here = await in_process(app, [{"value": 5}], thread, stream_mode=EVERY)
    async with serve(app) as client:
        assert await streamed(on(app, client), [{"value": 5}], thread, stream_mode=EVERY) == here
        assert await timers(client, thread) == ["TIMER_STARTED", "TIMER_CANCELED"] * 2


async def test_a_run_keeps_the_limit_that_it_was_started_with(serve: Serve, on, thread):
    app = adder()
    async with serve(app) as client:
        durable = on(app, client)
        app.step_timeout = 30
        await durable.ainvoke({"value": 5}, thread)
        app.step_timeout = None
        assert (await durable.aget_state(thread)).values == {"value": 12}
        assert [part async for part in durable.afollow(thread)][-1] == {"multiplier": {"value": 12}}
        assert await durable.ainvoke({"value": 5}, thread) == {"value": 12}
        assert await timers(client, thread) == []


async def test_what_ends_before_the_run_hears_of_its_being_late_is_in_time(client, on, thread, task_queue):
    slow = Slow()
    app = limited(slow)
    half = {"task_queue": task_queue}
    async with running_worker(client, app, serve="nodes", **half):
        async with running_worker(client, app, serve="workflows", **half) as own:
            durable = on(app, own)
            run = asyncio.ensure_future(durable.ainvoke({"log": []}, thread))
            await soon(lambda: slow.begun == 1)
        slow.open = True
        await asyncio.sleep(2 * LIMIT)
        async with running_worker(client, app, serve="workflows", **half):
            assert await run == {"log": ["slow"]}
            assert [part async for part in durable.afollow(thread)] == [{"slow": {"log": ["slow"]}}]
    assert await timers(client, thread) == ["TIMER_STARTED", "TIMER_FIRED"]


@pytest.mark.parametrize("beside", [(), (quick,)], ids=["alone", "beside another"])
async def test_a_run_that_is_cancelled_cancels_its_nodes_and_its_timer(serve: Serve, on, thread, beside):
    slow = Slow()
    app = limited(*beside, slow, seconds=30)
    async with serve(app) as client:
        run = asyncio.ensure_future(on(app, client).ainvoke({"log": []}, thread))
        await soon(lambda: slow.begun == 1)
        await client.get_workflow_handle(thread["configurable"]["thread_id"]).cancel()
        with pytest.raises(CancelledError):
            await run
        await soon(lambda: slow.cancelled == 1)
    assert await timers(client, thread) == ["TIMER_STARTED", "TIMER_CANCELED"]


async def timers(client: Any, thread: Any) -> list[str]:
    history = await client.get_workflow_handle(thread["configurable"]["thread_id"]).fetch_history()
    names = [EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in history.events]
    return [name for name in names if name.startswith("TIMER_")]
