"""Whoever can reach a run may drain it while a node runs: its caller by a control, anybody by a signal."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from temporalio.client import WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import ApplicationError

from temporal_pregel.errors import GraphDrained
from temporal_pregel.runtime import RunControl, Runtime
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Log, chain, soon
from tests.temporal.streamed import EVERY, bare
from tests.temporal.test_runs_are_drained import both

RUNNING: list[str] = []
"""Threads whose node runs."""
OPEN: set[str] = set()
"""Those whose node may end."""


async def long(state: Log, config: dict[str, Any], runtime: Runtime[None]) -> Log:
    """Runs until it sees that its run is drained, or may end."""
    thread = config["configurable"]["thread_id"]
    RUNNING.append(thread)
    control = runtime.control
    assert control is not None
    while thread not in OPEN and not control.drain_requested:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    return {"log": [control.drain_reason or "long"]}


def after(state: Log) -> Log:
    return {"log": ["after"]}


def graph() -> Any:
    return chain("long", Log, {"first": long, "after": after})


@pytest.mark.parametrize("engine", ["in process", "on Temporal"])
@pytest.mark.parametrize("streams", [False, True])
async def test_a_caller_drains_with_a_control_that_the_node_sees(serve: Serve, on, thread, engine, streams):
    app, control = graph(), RunControl()
    async with serve(app) as client:
        runs = both(app) if engine == "in process" else on(app, client)
        options: dict[str, Any] = {"stream_mode": list(EVERY)} if streams else {}
        calling = asyncio.ensure_future(runs.ainvoke({"log": []}, thread, control=control, **options))
        await soon(lambda: thread["configurable"]["thread_id"] in RUNNING)
        control.request_drain("closing time")
        with pytest.raises(GraphDrained) as ended:
            await calling
        assert (ended.value.reason, str(ended.value)) == ("closing time", "Graph drained: closing time")
        state = await runs.aget_state(thread)
        assert (state.values["log"], state.next) == (["closing time"], ("after",))
        assert (await runs.ainvoke(None, thread))["log"] == ["closing time", "after"]


async def begun(client: Any, task_queue: str, thread: dict[str, Any]) -> WorkflowHandle[Any, Any]:
    """A run that somebody has started plainly, and whose first node runs."""
    key = thread["configurable"]["thread_id"]
    handle: WorkflowHandle[Any, Any] = await client.start_workflow("long", {"log": []}, id=key, task_queue=task_queue)
    await soon(lambda: key in RUNNING)
    return handle


@pytest.mark.parametrize(("said", "reason"), [([], "shutdown"), (["sigterm"], "sigterm"), (["a", "b"], "b")])
async def test_anybody_drains_with_a_signal(serve: Serve, on, thread, task_queue, said, reason):
    app = graph()
    async with serve(app) as client:
        handle = await begun(client, task_queue, thread)
        for each in said or [None]:
            await handle.signal("drain", args=[] if each is None else [each])
        OPEN.add(handle.id)
        with pytest.raises(WorkflowFailureError) as ended:
            await handle.result()
        cause = ended.value.cause
        assert isinstance(cause, ApplicationError)
        assert (cause.type, cause.details[0]["reason"]) == ("GraphDrained", reason)
        assert f"superstep: {reason} (graph 'long', step 2)" in cause.message
        state = await handle.query("state")
        assert (state["next"], state["error"]["type"]) == (["after"], "GraphDrained")
        assert (await on(app, client).ainvoke(None, thread))["log"] == ["long", "after"]


async def test_a_signal_with_the_start_stops_a_run_before_its_first_node(serve: Serve, thread, task_queue):
    async with serve(graph()) as client:
        key = thread["configurable"]["thread_id"]
        handle = await client.start_workflow(
            "long",
            {"log": ["in"]},
            id=key,
            task_queue=task_queue,
            start_signal="drain",
            start_signal_args=["\ud800"],
        )
        with pytest.raises(WorkflowFailureError):
            await handle.result()
        state = await handle.query("state")
        assert (state["next"], state["values"]["log"], state["step"]) == (["first"], ["in"], 1)


@pytest.mark.parametrize("args", [["a", "b"], [7], [{"reason": "x"}]])
async def test_a_signal_that_gives_no_text_is_refused(serve: Serve, thread, task_queue, args):
    async with serve(graph()) as client:
        handle = await begun(client, task_queue, thread)
        await handle.signal("drain", args=args)
        OPEN.add(handle.id)
        assert (await handle.result())["log"] == ["long", "after"]
        assert [each["name"] for each in (await handle.query("state"))["rejected"]] == ["drain"]


async def test_a_run_that_waits_is_not_drained(waiting):
    handle, _ = waiting
    await handle.signal("drain")
    assert [each["code"] for each in (await handle.query("state"))["rejected"]] == ["not_running"]
    await handle.signal("resume", "yes")
    assert "yes" in str(await handle.result())


async def test_who_reads_along_sees_what_is_seen_in_process(serve: Serve, on, thread, task_queue):
    app = graph()

    async def seen(parts: Any) -> list[Any]:
        found: list[Any] = []
        try:
            async for part in parts:
                found.append(bare(part))
                if part[1] == "tasks" and part[2]["name"] == "first":
                    OPEN.add(thread["configurable"]["thread_id"])
        except GraphDrained as error:
            found.append(error.reason)
        return found

    modes = [mode for mode in EVERY if mode not in ("checkpoints", "debug")]  # a bare client gives no config to show
    control = RunControl()
    control.request_drain()
    async with serve(app) as client:
        handle = await begun(client, task_queue, thread)
        await handle.signal("drain")
        found = await seen(on(app, client).afollow(thread, stream_mode=modes, subgraphs=True))
    expected = [part async for part in both(app).astream({"log": []}, thread, stream_mode=modes, subgraphs=True)]
    until = next(place for place, part in enumerate(expected) if part[1] == "tasks" and part[2]["name"] == "after")
    assert found == [*map(bare, expected[:until]), "shutdown"]
