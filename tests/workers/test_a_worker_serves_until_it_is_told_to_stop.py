from __future__ import annotations

import asyncio
import signal
import uuid

import pytest
from temporalio.client import Client

from temporal_pregel.testing import DevServer
from tests.workers.process import READY, worker_process

DOUBLER, DAWDLER = "tests.workers.sample:doubler", "tests.workers.sample:dawdler"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_its_graphs_and_ends_with_code_0(
    server: DevServer, client: Client, task_queue: str, number: signal.Signals
) -> None:
    variables = {"TEMPORAL_ADDRESS": server.address, "TEMPORAL_PREGEL_TASK_QUEUE": task_queue}
    async with worker_process(DOUBLER, environment=variables) as worker:
        await worker.until(READY)
        answer = await client.execute_workflow("doubler", {"value": 5}, id=f"run-{uuid.uuid4()}", task_queue=task_queue)
        assert answer == {"value": 10}
        worker.signal(number)
        assert await worker.ended() == 0
        assert "stopped" in worker.said
        assert "Traceback" not in worker.said


async def test_a_node_that_runs_may_end(server: DevServer, client: Client, task_queue: str) -> None:
    async with worker_process(
        DAWDLER, "--task-queue", task_queue, environment={"TEMPORAL_ADDRESS": server.address}
    ) as worker:
        await worker.until(READY)
        run = await client.start_workflow("dawdler", {"value": 1}, id=f"run-{uuid.uuid4()}", task_queue=task_queue)
        await until_a_node_runs(client, run.id)
        worker.signal(signal.SIGTERM)
        assert await worker.ended() == 0
    history = await run.fetch_history()
    kinds = [event.WhichOneof("attributes") for event in history.events]
    assert "activity_task_completed_event_attributes" in kinds


async def test_the_two_halves_of_a_graph_may_be_two_processes(
    server: DevServer, client: Client, task_queue: str
) -> None:
    common = {"TEMPORAL_ADDRESS": server.address, "TEMPORAL_PREGEL_TASK_QUEUE": task_queue}
    uncached = {**common, "TEMPORAL_PREGEL_MAX_CACHED_WORKFLOWS": "0"}
    async with worker_process(DAWDLER, "--serve", "workflows", environment=uncached) as workflows:
        await workflows.until(READY)
        assert "serving the workflows of dawdler" in workflows.said
        run = await client.start_workflow("dawdler", {"value": 1}, id=f"run-{uuid.uuid4()}", task_queue=task_queue)
        async with worker_process(DAWDLER, "--serve", "nodes", environment=common) as nodes:
            await nodes.until(READY)
            assert await run.result() == {"value": 2}
    events = (await run.fetch_history()).events
    by_workflows = {event.workflow_task_completed_event_attributes.identity for event in events} - {""}
    by_nodes = {event.activity_task_completed_event_attributes.identity for event in events} - {""}
    assert len(by_workflows) == len(by_nodes) == 1
    assert by_workflows != by_nodes


async def until_a_node_runs(client: Client, workflow_id: str) -> None:
    async with asyncio.timeout(30):
        while True:
            pending = (await client.get_workflow_handle(workflow_id).describe()).raw_description.pending_activities
            if any(activity.last_started_time.seconds for activity in pending):
                return
            await asyncio.sleep(0.05)
