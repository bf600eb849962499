from __future__ import annotations

import uuid

from temporalio.client import Client

from temporal_pregel.testing import running_worker
from tests.workers.sample import dawdler, doubler


async def test_the_client_of_the_block_runs_its_graphs(client: Client, task_queue: str) -> None:
    async with running_worker(client, doubler, dawdler, task_queue=task_queue) as durable:
        for graph, answer in ((doubler, 10), (dawdler, 6)):
            run = f"run-{uuid.uuid4()}"
            result = await durable.execute_workflow(graph.name, {"value": 5}, id=run, task_queue=task_queue)
            assert result == {"value": answer}


async def test_a_client_with_the_plugin_is_used_as_it_is(client: Client, task_queue: str) -> None:
    async with running_worker(client, doubler, task_queue=task_queue) as durable:
        pass
    async with running_worker(durable, task_queue=task_queue) as same:
        assert same is durable
        run = f"run-{uuid.uuid4()}"
        assert await same.execute_workflow("doubler", {"value": 1}, id=run, task_queue=task_queue) == {"value": 2}


async def test_the_two_halves_may_be_two_workers(client: Client, task_queue: str) -> None:
    async with (
        running_worker(client, doubler, task_queue=task_queue, serve="workflows", max_cached_workflows=0) as durable,
        running_worker(client, doubler, task_queue=task_queue, serve="nodes"),
    ):
        run = f"run-{uuid.uuid4()}"
        assert await durable.execute_workflow("doubler", {"value": 3}, id=run, task_queue=task_queue) == {"value": 6}
