"""A process that runs a worker once: `python one_worker.py <address>`. Its workflow is plain Temporal, no graph."""

from __future__ import annotations

import sys
import uuid
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from temporal_pregel.temporal.shutdown import run


@activity.defn
async def add_one(value: int) -> int:
    return value + 1


@workflow.defn
class AddOne:
    @workflow.run
    async def run(self, value: int) -> int:
        return await workflow.execute_local_activity(add_one, value, schedule_to_close_timeout=timedelta(seconds=9))


async def main(address: str, keep: list[Any], fault: Exception | None = None) -> int:
    """Runs the workflow once, and hands each object of the SDK to `keep.append`."""
    client = await Client.connect(address)
    queue = f"one-worker-{uuid.uuid4()}"
    runner = UnsandboxedWorkflowRunner()
    worker = Worker(client, task_queue=queue, workflows=[AddOne], activities=[add_one], workflow_runner=runner)
    for each in (client, worker):
        keep.append(each)
    async with worker:
        answer = await client.execute_workflow(AddOne.run, 1, id=queue, task_queue=queue)
    if fault:
        raise fault
    return answer


if __name__ == "__main__":
    print(run(main(sys.argv[1], [])))
