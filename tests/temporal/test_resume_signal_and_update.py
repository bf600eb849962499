"""`resume` as a signal takes what comes, early answers too; as an update it refuses what nobody asked for."""

from __future__ import annotations

import asyncio

import pytest
from temporalio.client import WorkflowUpdateFailedError

from temporal_pregel import Command
from tests.temporal.asking import Talk, one_asker, twice, until
from tests.temporal.conftest import Serve
from tests.temporal.graphs import chain


async def test_a_signal_with_plain_json_answers(serve: Serve, on, thread, client):
    app = one_asker()
    async with serve(app) as own:
        handle = await on(app, own)._start({"draft": ""}, thread, {})
        await until(on(app, own), thread, 1)
        bare = client.get_workflow_handle(handle.id)
        await bare.signal("resume", {"decision": "yes"})
        assert await bare.result() == {"draft": "hello", "said": [{"decision": "yes"}]}


async def test_answers_that_come_before_their_questions_are_kept_in_order(serve: Serve, on, thread, client):
    gate = asyncio.Event()

    async def wait(state):
        await gate.wait()
        return {}

    app = chain("early", Talk, {"wait": wait, "ask": twice})
    async with serve(app) as own:
        handle = await on(app, own)._start({"draft": ""}, thread, {})
        bare = client.get_workflow_handle(handle.id)
        await bare.signal("resume", "a")
        await bare.signal("resume", "b")
        gate.set()
        assert await bare.result() == {"draft": "", "said": ["a", "b"]}


async def test_the_update_answers_and_tells_the_status(serve: Serve, on, thread, client):
    app = one_asker()
    async with serve(app) as own:
        await on(app, own).ainvoke({"draft": ""}, thread)
        handle = client.get_workflow_handle(thread["configurable"]["thread_id"])
        assert (await handle.execute_update("resume", "yes"))["status"] in ("running", "done")
        assert (await handle.result())["said"] == ["yes"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"0" * 32: 1}, "No open question has the id"),
        ({}, "empty object answers nothing"),
        ("again", "no open question"),
    ],
)
async def test_an_update_that_nobody_asked_for_is_refused_and_leaves_no_event(
    serve: Serve, on, thread, client, answer, reason
):
    gate = asyncio.Event()

    async def wait(state):
        await gate.wait()
        return {}

    app = chain("busy", Talk, {"wait": wait})
    async with serve(app) as own:
        handle = await on(app, own)._start({"draft": ""}, thread, {})
        bare = client.get_workflow_handle(handle.id)
        await bare.query("state")
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await bare.execute_update("resume", answer)
        assert reason in str(refused.value.cause)
        assert not [event for event in (await bare.fetch_history()).events if "update" in str(event).lower()]
        gate.set()
        await bare.result()


async def test_an_id_of_a_question_that_has_been_answered_is_unknown(serve: Serve, on, thread):
    app = chain("twice", Talk, {"ask": twice})
    async with serve(app) as own:
        durable = on(app, own)
        first = (await durable.ainvoke({"draft": ""}, thread))["__interrupt__"][0]
        await durable.ainvoke(Command(resume={first.id: "a"}), thread)
        with pytest.raises(Exception, match="No open question has the id"):
            await durable.ainvoke(Command(resume={first.id: "b"}), thread)
