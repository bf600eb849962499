"""A Command that can't be taken is refused, and the run goes on as if nobody had sent it."""

from __future__ import annotations

import asyncio

import pytest
from temporalio.client import WorkflowUpdateFailedError

from temporal_pregel import Command
from temporal_pregel.errors import EmptyInputError, InvalidUpdateError
from tests.temporal.asking import Talk, one_asker
from tests.temporal.conftest import Serve
from tests.temporal.graphs import chain

BAD = {
    "nowhere": (Command(goto="nowhere"), "'nowhere', which is no node of graph 'asker'"),
    "no update": (Command(update={"said": 5}), "can only concatenate list"),
    "no fields": (Command(update=5), "Expected dict, got 5"),
    "parent": (Command(graph=Command.PARENT, update={}), "There is no parent graph"),
    "unknown question": (Command(resume={"0" * 32: 1}, goto="write"), "No open question has the id"),
}


@pytest.mark.parametrize(("command", "said"), BAD.values(), ids=BAD)
async def test_what_does_not_fit_is_refused_and_changes_nothing(serve: Serve, on, thread, command, said):
    app = one_asker()
    async with serve(app) as own:
        durable = on(app, own)
        await durable.ainvoke({"draft": ""}, thread)
        before = await durable.aget_state(thread)
        with pytest.raises(InvalidUpdateError, match=said):
            await durable.ainvoke(command, thread)
        assert await durable.aget_state(thread) == before
        assert (await durable.ainvoke(Command(resume="yes"), thread))["said"] == ["yes"]


async def test_a_command_that_says_nothing_is_refused_here(serve: Serve, on, thread):
    app = one_asker()
    async with serve(app) as own:
        with pytest.raises(EmptyInputError, match="no update, resume or goto"):
            await on(app, own).ainvoke(Command(), thread)


async def test_a_run_that_does_not_wait_takes_none(serve: Serve, on, thread, client):
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
            await bare.execute_update("resume", {"$command": {"goto": "wait"}})
        assert "The run does not wait" in str(refused.value.cause)
        gate.set()
        await bare.result()
