"""A reducer that is not pure is found when a run is replayed, by name; the run is not lost."""

from __future__ import annotations

import asyncio
import itertools
from typing import Annotated, Any, TypedDict

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.worker import Replayer

from temporal_pregel import PregelPlugin, interrupt
from temporal_pregel.temporal.failures import ImpureReducerError
from tests.temporal.asking import until
from tests.temporal.conftest import Serve
from tests.temporal.graphs import chain

ticks = itertools.count()


def stamp(held: list[Any], new: list[Any]) -> list[Any]:
    """A reducer that ought not to: what it makes depends on when it is called."""
    return [*held, *new, next(ticks)]


class Stamped(TypedDict, total=False):
    log: Annotated[list[Any], stamp]


def graph(name: str) -> Any:
    return chain(
        name, Stamped, {"write": lambda s: {"log": [1]}, "read": lambda s: {}, "ask": lambda s: interrupt("?")}
    )


async def test_a_replay_finds_it_and_names_reducer_channel_and_node(serve: Serve, on, thread):
    app = graph("stamped")
    async with serve(app, max_cached_workflows=100, max_concurrent_workflow_task_polls=5) as client:
        durable = on(app, client)
        handle = await durable._start({"log": []}, thread, {})
        await until(durable, thread, 1)
        history = await handle.fetch_history()
    replayer = Replayer(workflows=[], plugins=[PregelPlugin(graphs=[app])])
    with pytest.raises(Exception, match=r"in step 1 before node 'write'.* in channel log \(stamp\)") as found:
        await replayer.replay_workflow(history)
    assert ImpureReducerError.__name__ in repr(found.value)


async def test_it_fails_the_workflow_task_and_not_the_run(serve: Serve, on, thread):
    app = graph("mended")
    async with serve(app, max_cached_workflows=100, max_concurrent_workflow_task_polls=5) as own:
        durable = on(app, own)
        handle = await durable._start({"log": []}, thread, {})
        await until(durable, thread, 1)
    async with serve(app, max_cached_workflows=100, max_concurrent_workflow_task_polls=5):
        await handle.signal("resume", None)
        for _ in range(100):
            if "ImpureReducerError" in str((await handle.fetch_history()).events[-1]):
                break
            await asyncio.sleep(0.1)
        else:
            raise AssertionError("the replay did not notice")
        assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    await handle.terminate()
