"""A worker that lacks what a run needs harms nobody: the run goes on when the right worker comes."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle

from temporal_pregel import END, START, StateGraph, interrupt
from tests.temporal.asking import Talk
from tests.temporal.conftest import Serve
from tests.temporal.graphs import chain


def ask(state: Talk) -> Talk:
    return {"said": [interrupt("?")]}


def nodes(*names: str) -> dict[str, Any]:
    return {name: ask if name == "ask" else (lambda state, name=name: {"said": [name]}) for name in names}


right = chain("rolled", Talk, nodes("ask", "after"))
without_node = chain("rolled", Talk, nodes("ask"))
other_order = chain("rolled", Talk, nodes("new", "after", "ask"))
another = chain("another", Talk, nodes("ask"))


@asynccontextmanager
async def waiting(
    serve: Serve, client: Client, task_queue: str, own: Any = None
) -> AsyncIterator[WorkflowHandle[Any, Any]]:
    """A run of `right` that waits for its answer, on a worker that has gone when the block begins."""
    thread = str(uuid.uuid4())
    async with serve(right) as served:
        if own is None:
            await client.start_workflow("rolled", {"draft": ""}, id=thread, task_queue=task_queue)
        else:
            await own(right, served)._start({"draft": ""}, {"configurable": {"thread_id": thread}}, {})
        await client.get_workflow_handle(thread).execute_update("wait")
    yield client.get_workflow_handle(thread)


async def seen(handle: WorkflowHandle[Any, Any], text: str) -> None:
    """Return when the history, or a pending activity, says ``text``."""
    for _ in range(200):
        if text in str(await handle.fetch_history()) + str((await handle.describe()).raw_description):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{text!r} was not seen")


@pytest.mark.parametrize("bare", [True, False])
async def test_a_run_outlives_a_worker_without_its_graph(serve: Serve, on, client: Client, task_queue: str, bare: bool):
    async with waiting(serve, client, task_queue, None if bare else on) as handle:
        await handle.signal("resume", "yes")
        async with serve(another):
            await seen(handle, "does not serve the graph")
            assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
        async with serve(right):
            assert (await asyncio.wait_for(handle.result(), 30))["said"] == ["yes", "after"]


async def test_a_run_outlives_a_worker_without_one_of_its_nodes(serve: Serve, client: Client, task_queue: str):
    async with waiting(serve, client, task_queue) as handle:
        await handle.signal("resume", "yes")
        async with serve(without_node):
            await seen(handle, "has no node")
            assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
        async with serve(right):
            assert (await asyncio.wait_for(handle.result(), 30))["said"] == ["yes", "after"]


async def test_a_run_keeps_its_structure_when_nodes_are_added_and_moved(serve: Serve, client: Client, task_queue: str):
    async with waiting(serve, client, task_queue) as handle, serve(other_order):
        await handle.signal("resume", "yes")
        assert (await handle.result())["said"] == ["yes", "after"]


async def test_a_run_keeps_channels_that_the_new_code_has_dropped(serve: Serve, client: Client, task_queue: str):
    def two(name: str, barrier: bool) -> Any:
        builder = StateGraph(Talk)
        for key in ("a", "ask", "join"):
            builder.add_node(key, nodes(key)[key])
        builder.add_edge(START, "a")
        builder.add_edge(START, "ask")
        if barrier:
            builder.add_edge(["a", "ask"], "join")
        else:
            builder.add_edge("a", END)
        return builder.compile(name=name)

    async with serve(two("joined", True)):
        handle = await client.start_workflow("joined", {"draft": ""}, id=str(uuid.uuid4()), task_queue=task_queue)
        await handle.execute_update("wait")
    async with serve(two("joined", False)):
        await handle.signal("resume", "yes")
        assert (await handle.result())["said"] == ["a", "yes", "join"]


async def test_a_router_that_leads_to_a_node_of_newer_code_fails_the_task_and_not_the_run(
    serve: Serve, client: Client, task_queue: str
):
    def routed(end: str, *more: str) -> Any:
        builder = StateGraph(Talk)
        for key in ("ask", "after", *more):
            builder.add_node(key, nodes(key)[key])
        builder.add_edge(START, "ask")
        builder.add_conditional_edges("ask", lambda state: end)
        return builder.compile(name="led")

    async with serve(routed("after")):
        handle = await client.start_workflow("led", {"draft": ""}, id=str(uuid.uuid4()), task_queue=task_queue)
        await handle.execute_update("wait")
    async with serve(routed("new", "new")):
        await handle.signal("resume", "yes")
        await seen(handle, "which the graph did not have when this run was started")
        assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    await handle.terminate()
