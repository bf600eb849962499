"""What the durable tests share: a worker for the graphs of a test, of one of these kinds.

``cached``          as users have it: the worker keeps its runs in memory
``uncached``        every workflow task replays the history
``split``           another process runs the workflows, this one the nodes
``uncached+split``  both

Every test runs on the first kind, those of the modules in `BY_DEFAULT` on others too. ``PREGEL_TEST_WORKER`` names
another choice for all tests: one of the kinds, or ``all`` for the first three.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from temporalio.client import Client, WorkflowHandle

from temporal_pregel.temporal import PregelPlugin
from temporal_pregel.temporal.state_cache import CACHE
from temporal_pregel.testing import DevServer, running_worker
from tests.temporal.asking import one_asker
from tests.temporal.graphs import adder
from tests.temporal.halves import OtherHalf

KINDS = ("cached", "uncached", "split")
CHOSEN = os.environ.get("PREGEL_TEST_WORKER")
BY_DEFAULT = {
    "test_interrupts": KINDS,
    "test_readers_cost_a_run_nothing": KINDS,
    "test_resume_signal_and_update": KINDS,
    "test_runs": KINDS,
    "test_threads_have_turns": KINDS,
    # Without a cache, a run of 200 steps is replayed 200 times.
    "test_values_by_reference": ("cached", "split"),
    "test_values_are_asked_of_the_run": KINDS,
}
OWN = {"test_impure_reducers": "cached"}
"""Tests that need one kind, whatever is chosen."""

Serve = Callable[..., AbstractAsyncContextManager[Client]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "worker_kind" in metafunc.fixturenames:
        module = metafunc.module.__name__.rpartition(".")[2]
        kinds = {None: BY_DEFAULT.get(module, ("cached",)), "all": KINDS}.get(CHOSEN) or (CHOSEN,)
        metafunc.parametrize("worker_kind", (OWN[module],) if module in OWN else kinds)


@pytest_asyncio.fixture(scope="session")
async def other_half(server: DevServer) -> AsyncIterator[OtherHalf]:
    """The process that runs the workflows where a worker is split."""
    half = OtherHalf(server)
    yield half
    await half.end()


@pytest.fixture
def serve(worker_kind: str, client: Client, other_half: OtherHalf, task_queue: str) -> Serve:
    """`async with serve(app, …) as client:` a worker for these graphs on this test's own task queue."""

    @asynccontextmanager
    async def serving(*graphs: Any, plugin: PregelPlugin | None = None, **options: Any) -> AsyncIterator[Client]:
        plugin = plugin or PregelPlugin(graphs=graphs)
        config = client.config()
        config["plugins"] = [plugin]
        own = Client(**config)
        if worker_kind.startswith("uncached"):
            options = {"max_cached_workflows": 0, **options}
        if worker_kind.endswith("split"):
            CACHE.clear()
            async with (
                other_half.workflows(task_queue, plugin, client.data_converter, **options),
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


@pytest_asyncio.fixture
async def waiting(serve: Serve, client: Client, task_queue: str) -> AsyncIterator[tuple[WorkflowHandle[Any, Any], str]]:
    """A run that waits for an answer, while all this comes."""
    async with serve(adder(), one_asker()):
        handle = await client.start_workflow("asker", {"draft": ""}, id=str(uuid.uuid4()), task_queue=task_queue)
        await handle.execute_update("wait")
        yield handle, task_queue
