"""A graph runs durably: started by our client, by a bare client, by the command line."""

from __future__ import annotations

import asyncio
import json
import uuid

import pytest
from temporalio.client import Client

from temporal_pregel.testing import DevServer
from tests.temporal.conftest import Serve
from tests.temporal.graphs import adder


async def test_a_graph_gives_the_same_in_process_and_durably(serve: Serve, on, thread):
    app = adder()
    async with serve(app) as client:
        assert await on(app, client).ainvoke({"value": 5}, thread) == await app.ainvoke({"value": 5}) == {"value": 12}


async def test_without_a_thread_id_each_call_is_a_thread_of_its_own(serve: Serve, on):
    app = adder()
    async with serve(app) as client:
        results = await asyncio.gather(*(on(app, client).ainvoke({"value": n}) for n in range(3)))
        assert results == [{"value": 2}, {"value": 4}, {"value": 6}]


async def test_a_bare_client_gives_plain_json_and_gets_plain_json(serve: Serve, client: Client, task_queue: str):
    async with serve(adder()):
        given = {"id": str(uuid.uuid4()), "task_queue": task_queue}
        assert await client.execute_workflow("adder", {"value": 5}, **given) == {"value": 12}


async def test_the_command_line_starts_a_run_and_prints_its_result(serve: Serve, server: DevServer, task_queue: str):
    run = str(uuid.uuid4())

    async def temporal(*words: str) -> str:
        process = await asyncio.create_subprocess_exec(
            str(server.program), "workflow", *words, "--workflow-id", run, "--address", server.address, stdout=-1
        )
        out, _ = await process.communicate()
        assert process.returncode == 0, out
        return out.decode()

    async with serve(adder()):
        await temporal("start", "--type", "adder", "--task-queue", task_queue, "--input", '{"value": 5}')
        assert '{"value":12}' in await temporal("result")
        said = await temporal("query", "--type", "state", "-o", "json")
        assert json.loads(said)["queryResult"][0] == {
            "status": "done",
            "step": 2,
            "values": {"value": 12},
            "checkpoint_id": json.loads(said)["queryResult"][0]["checkpoint_id"],
        }


async def test_sync_methods_work_from_a_thread_and_refuse_to_block_an_event_loop(serve: Serve, on, thread):
    app = adder()
    async with serve(app) as client:
        durable = on(app, client)
        assert await asyncio.to_thread(durable.invoke, {"value": 5}, thread) == {"value": 12}
        assert (await asyncio.to_thread(durable.get_state, thread)).values == {"value": 12}
        with pytest.raises(RuntimeError, match="ainvoke"):
            durable.invoke({"value": 5})


async def test_a_plain_start_on_a_thread_that_is_over_begins_anew(serve: Serve, on, thread):
    app = adder()
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke({"value": 5}, thread)
        name = thread["configurable"]["thread_id"]
        assert await client.execute_workflow("adder", {"value": 6}, id=name, task_queue=durable.task_queue) == {
            "value": 14
        }
        assert (await durable.aget_state(thread)).metadata["step"] == 2


async def test_activities_are_called_after_graph_and_node_with_ids_and_summaries_to_read(serve: Serve, on, thread):
    app = adder()
    async with serve(app) as client:
        await on(app, client).ainvoke({"value": 5}, thread)
        history = await client.get_workflow_handle(thread["configurable"]["thread_id"]).fetch_history()
        scheduled = [event for event in history.events if event.HasField("activity_task_scheduled_event_attributes")]
        seen = [event.activity_task_scheduled_event_attributes for event in scheduled]
        assert [(each.activity_type.name, each.activity_id) for each in seen] == [
            ("adder.adder", "1:adder:0"),
            ("adder.multiplier", "2:multiplier:0"),
        ]
        assert json.loads(scheduled[0].user_metadata.summary.data) == "step 1 · adder"
