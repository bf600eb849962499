"""A call on a thread that does not fit it is one typed error, whatever the call is."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

from temporal_pregel import Command
from temporal_pregel.temporal.raised import (
    OtherGraphError,
    ThreadError,
    ThreadNotFoundError,
    ThreadNotWaitingError,
    ThreadUnreachableError,
)
from tests.temporal.asking import one_asker
from tests.temporal.conftest import Serve
from tests.temporal.graphs import adder

LOOKS = {
    "aget_state": lambda durable, thread: durable.aget_state(thread),
    "ainterrupts": lambda durable, thread: durable.ainterrupts(thread),
}
ANSWERS = {
    "aresume": lambda durable, thread: durable.aresume("x", thread),
    "an answer": lambda durable, thread: durable.ainvoke(Command(resume="x"), thread),
    "a goto": lambda durable, thread: durable.ainvoke(Command(goto="write"), thread),
    "None": lambda durable, thread: durable.ainvoke(None, thread),
}
CALLS = {**LOOKS, **ANSWERS}


@workflow.defn(name="no_graph", sandboxed=False)
class NoGraph:
    @workflow.run
    async def run(self) -> None:
        return


async def raises(kind: type[ThreadError], call: Any, durable: Any, thread: dict[str, Any]) -> str:
    with pytest.raises(kind) as raised:
        await call(durable, thread)
    assert raised.value.thread == thread["configurable"]["thread_id"]
    return str(raised.value)


@pytest.mark.parametrize("name", [*LOOKS, "aresume", "None"])
async def test_a_thread_that_nobody_started(client: Client, on, thread, name):
    assert "There is no thread" in await raises(ThreadNotFoundError, CALLS[name], on(one_asker(), client), thread)


@pytest.mark.parametrize("kind", ["aresume", "an answer"])
async def test_a_thread_that_is_over(serve: Serve, on, thread, kind):
    app = adder()
    async with serve(app) as own:
        await on(app, own).ainvoke({"value": 1}, thread)
        assert "is over (completed)" in await raises(ThreadNotWaitingError, ANSWERS[kind], on(app, own), thread)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_a_thread_of_another_graph(serve: Serve, on, thread, call):
    app, other = one_asker(), adder()
    async with serve(app, other) as own:
        await on(app, own).ainvoke({"draft": ""}, thread)
        assert "a run of 'asker', not of the graph 'adder'" in await raises(
            OtherGraphError, call, on(other, own), thread
        )
        assert len(await on(app, own).ainterrupts(thread)) == 1


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_a_workflow_that_is_no_graph(client: Client, on, thread, call):
    queue = str(uuid.uuid4())
    async with Worker(client, task_queue=queue, workflows=[NoGraph]):
        await client.execute_workflow("no_graph", id=thread["configurable"]["thread_id"], task_queue=queue)
        assert "a run of 'no_graph'" in await raises(OtherGraphError, call, on(one_asker(), client), thread)


async def test_a_thread_whose_workers_have_gone(serve: Serve, on, thread, monkeypatch):
    monkeypatch.setattr("temporal_pregel.temporal.looking.ANSWER_WITHIN", timedelta(seconds=1))
    app = one_asker()
    async with serve(app) as own:
        await on(app, own).ainvoke({"draft": ""}, thread)
    said = await raises(ThreadUnreachableError, LOOKS["aget_state"], on(app, own), thread)
    assert "Is a worker running that serves the graph 'asker' on task queue" in said
