"""A worker in this process for as long as a block runs."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from temporalio.client import Client


@asynccontextmanager
async def running_worker(
    client: Client, *graphs: Any, task_queue: str = "pregel", **worker_options: Any
) -> AsyncIterator[Client]:
    """Serve compiled graphs on a task queue, and give a client that has the plugin for them.

    Args:
        client: Any client of the server. When graphs are given it needs no plugin: the client given back is a copy with
            a `PregelPlugin` for them. Without graphs it is used as it is.
        graphs: The compiled graphs to serve.
        task_queue: Where to wait for work.
        worker_options: What `temporalio.worker.Worker` takes, e.g. `max_cached_workflows=0`.

    Raises:
        Exception: Whatever ends the worker early is raised at the end of the block, as the SDK's worker does.
    """
    from temporalio.client import Client
    from temporalio.worker import Worker

    if graphs:
        from temporal_pregel.temporal import PregelPlugin

        config = client.config()
        config["plugins"] = [*config["plugins"], PregelPlugin(graphs=graphs)]
        client = Client(**config)
    options: dict[str, Any] = {
        "graceful_shutdown_timeout": timedelta(seconds=5),
        # Fewer pollers than partitions of the queue leave a tail of 2 s, and the server is not always ours.
        "max_concurrent_activity_task_polls": 10,
        **worker_options,
    }
    worker: Worker | None = Worker(client, task_queue=task_queue, **options)
    assert worker is not None
    async with worker:
        yield client
    # The SDK's objects must be gone before the interpreter ends: see temporal_pregel.temporal.shutdown.
    worker = None
    gc.collect()
