"""What the durable tests share: a worker for the graphs of a test.

The environment variable ``PREGEL_TEST_WORKER`` runs the same tests on another kind of worker: ``uncached`` (every workflow
task replays the history), or ``split`` (one worker runs the workflows, another the nodes, and neither finds values in a cache).
"""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from temporalio.client import Client

from temporal_pregel.temporal import PregelPlugin
from temporal_pregel.temporal.state_cache import CACHE
from temporal_pregel.testing import running_worker

KIND = os.environ.get("PREGEL_TEST_WORKER", "cached")

Serve = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture
def serve(client: Client, task_queue: str, monkeypatch: pytest.MonkeyPatch) -> Serve:
    """`async with serve(app, …) as client:` a worker for these graphs on this test's own task queue."""
    if KIND == "split":
        monkeypatch.setattr(CACHE, "put", lambda digest, text: None)

    @asynccontextmanager
    async def serving(*graphs: Any, plugin: PregelPlugin | None = None, **options: Any) -> AsyncIterator[Client]:
        config = client.config()
        config["plugins"] = [plugin or PregelPlugin(graphs=graphs)]
        own = Client(**config)
        if KIND == "uncached":
            options = {"max_cached_workflows": 0, "max_concurrent_workflow_task_polls": 2, **options}
        if KIND == "split":
            async with (
                running_worker(own, task_queue=task_queue, serve="workflows", **options),
                running_worker(own, task_queue=task_queue, serve="nodes", **options),
            ):
                yield own
        else:
            async with running_worker(own, task_queue=task_queue, **options):
                yield own

    return serving


@pytest.fixture
def thread() -> dict[str, Any]:
    """The config of a thread that no other test uses."""
    return {"configurable": {"thread_id": f"thread-{uuid.uuid4()}"}}


@pytest.fixture
def on(task_queue: str) -> Callable[..., Any]:
    """`on(app, client)`: the graph on this test's task queue."""
    return lambda app, client: app.on(client, task_queue=task_queue)
