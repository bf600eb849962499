"""A worker in this process for as long as a block runs."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from temporalio.client import Client
    from temporalio.worker import Worker

    from temporal_pregel.temporal.serving import Part


@asynccontextmanager
async def running_worker(
    client: Client, *graphs: Any, task_queue: str = "pregel", serve: Part = "all", **worker_options: Any
) -> AsyncIterator[Client]:
    """Serve compiled graphs on a task queue, and give a client that has the plugin for them.

    Args:
        client: Any client of the server. When graphs are given it needs no plugin: the client given back is a copy with
            a `PregelPlugin` for them. Without graphs it is used as it is, and its plugin says what is served.
        graphs: The compiled graphs to serve.
        task_queue: Where to wait for work.
        serve: `"all"`, or only the `"workflows"` or only the `"nodes"` of the graphs.
        worker_options: What `temporalio.worker.Worker` takes, e.g. `max_cached_workflows=0`.

    Raises:
        Exception: What ended the worker early, at the end of the block.
    """
    from temporalio.client import Client

    from temporal_pregel.temporal.serving import graph_worker

    if graphs:
        from temporal_pregel.temporal import PregelPlugin

        config = client.config()
        config["plugins"] = [*config["plugins"], PregelPlugin(graphs=graphs)]
        client = Client(**config)
    options = {"graceful_shutdown_timeout": timedelta(seconds=5), **worker_options}
    worker: Worker | None = graph_worker(client, task_queue=task_queue, serve=serve, **options)
    assert worker is not None
    async with worker:
        yield client
    # The SDK's objects must be gone before the interpreter ends: see temporal_pregel.temporal.shutdown.
    worker = None
    gc.collect()
