"""Any number of readers, early or late; the run does not know of them."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from temporal_pregel import Command
from temporal_pregel.testing import DevServer
from tests.temporal.asking import one_asker
from tests.temporal.conftest import Serve
from tests.temporal.graphs import adder


async def kinds(client: Client, thread: dict[str, Any]) -> Counter[str]:
    history = await client.get_workflow_handle(thread["configurable"]["thread_id"]).fetch_history()
    return Counter(EventType.Name(event.event_type) for event in history.events)


async def test_a_run_that_is_streamed_has_the_history_of_one_that_is_not(serve: Serve, on, thread, task_queue):
    app = adder()
    async with serve(app) as client:
        durable = on(app, client)
        async for _ in durable.astream({"value": 5}, thread, stream_mode="values"):
            pass
        other = {"configurable": {"thread_id": thread["configurable"]["thread_id"] + "-other"}}
        handle = await client.start_workflow(
            "adder", {"value": 5}, id=other["configurable"]["thread_id"], task_queue=task_queue
        )
        await handle.result()
        streamed, plain = await kinds(client, thread), await kinds(client, other)
    plain.pop("EVENT_TYPE_MARKER_RECORDED")  # the plan, which the options of our client have
    assert streamed == plain


async def test_many_read_a_run_at_once_and_after_its_end(serve: Serve, on, thread, task_queue):
    app = one_asker()

    async def read(durable: Any) -> list[Any]:
        return [part async for part in durable.afollow(thread, stream_mode=["values", "updates"])]

    async with serve(app) as client:
        durable = on(app, client)
        # From a bare client, whose runs record their plan by themselves.
        await client.start_workflow(
            "asker", {"draft": ""}, id=thread["configurable"]["thread_id"], task_queue=task_queue
        )
        first = await asyncio.gather(*(read(durable) for _ in range(5)))
        assert all(parts == first[0] for parts in first)
        assert [mode for mode, part in first[0] if "__interrupt__" in part] == ["updates", "values"]
        await durable.ainvoke(Command(resume="yes"), thread)
        late = await read(durable)
        assert late[-1] == ("values", {"draft": "hello", "said": ["yes"]})
        assert late[: len(first[0]) - 2] == first[0][:-2]


async def test_code_without_an_event_loop_streams_too(serve: Serve, on, thread):
    app = adder()
    async with serve(app) as client:
        durable = on(app, client)
        seen = await asyncio.to_thread(lambda: list(durable.stream({"value": 5}, thread, stream_mode="updates")))
        assert seen == [{"adder": {"value": 6}}, {"multiplier": {"value": 12}}]
        assert await asyncio.to_thread(lambda: list(durable.follow(thread, stream_mode="updates"))) == seen


async def test_parts_come_while_the_run_goes_on(serve: Serve, on, thread):
    app = one_asker()
    async with serve(app) as client:
        durable = on(app, client)
        assert await durable.ainvoke({"draft": ""}, thread, stream_mode="updates") == [
            part async for part in durable.afollow(thread, stream_mode="updates")
        ]


async def test_the_query_events_says_what_a_run_was_told(serve: Serve, on, thread, server: DevServer):
    app = one_asker()
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke({"draft": ""}, thread)
        handle = client.get_workflow_handle(thread["configurable"]["thread_id"])
        (asked,) = await durable.ainterrupts(thread)
        assert await handle.query("events") == {"done": True}
        await durable.ainvoke(Command(resume="yes"), thread)
        said = await handle.query("events", 0)
        assert said == {
            "events": [
                {"mode": "options", "data": {}},
                {"offset": 1, "mode": "resume", "data": {asked.id: "yes"}},
            ],
            "next_offset": 2,
            "done": True,
        }, json.dumps(said)
        assert await handle.query("events", 2) == {"next_offset": 2, "done": True}
