"""A run that is cancelled cancels the nodes that run, async ones and those on threads."""

from __future__ import annotations

import asyncio
import time
import uuid

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import CancelledError

from temporal_pregel import START, StateGraph
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Number, soon


async def test_nodes_are_told_within_seconds(serve: Serve, client, task_queue):
    began: list[str] = []
    cancelled: list[str] = []

    async def on_loop(state: Number) -> Number:
        began.append("loop")
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append("loop")
            raise
        return {}

    def on_thread(state: Number) -> Number:
        began.append("thread")
        try:
            for _ in range(1_200):
                time.sleep(0.05)
        except CancelledError:
            cancelled.append("thread")
            raise
        return {}

    builder = StateGraph(Number)
    for node in (on_loop, on_thread):
        builder.add_node(node)
        builder.add_edge(START, node.__name__)
    app = builder.compile(name="cancelled")
    async with serve(app):
        handle = await client.start_workflow("cancelled", {"value": 1}, id=str(uuid.uuid4()), task_queue=task_queue)
        await soon(lambda: len(began) == 2)
        await handle.cancel()
        with pytest.raises(WorkflowFailureError) as failed:
            await handle.result()
        await soon(lambda: len(cancelled) == 2)
        assert isinstance(failed.value.cause, CancelledError)
        assert (await handle.query("state"))["status"] == "cancelled"
