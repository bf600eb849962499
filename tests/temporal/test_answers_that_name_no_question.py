"""A plain signal goes to the first open question, in the order of the tasks; the next signal to the next question."""

from __future__ import annotations

import asyncio

import pytest
from temporalio.client import WorkflowUpdateFailedError

from temporal_pregel import END, START, StateGraph, interrupt
from tests.temporal.asking import Talk, two_askers, until
from tests.temporal.conftest import Serve
from tests.temporal.graphs import around


async def test_one_signal_after_the_other_answers_one_question_after_the_other(serve: Serve, on, thread, client):
    app = two_askers()
    async with serve(app) as own:
        await on(app, own).ainvoke({"draft": ""}, thread)
        handle = client.get_workflow_handle(thread["configurable"]["thread_id"])
        await handle.signal("resume", 1)
        (right,) = await until(on(app, own), thread, 1)
        assert right.value == "right?"
        await handle.signal("resume", 2)
        await handle.result()
        assert (await on(app, own).aget_state(thread)).values["said"] == [("left", 1), "quiet", ("right", 2)]
        assert "rejected" not in await handle.query("state")


async def test_signals_before_the_questions_are_answers_in_the_order_of_the_tasks(serve: Serve, on, thread, client):
    gate = asyncio.Event()

    async def wait(state):
        await gate.wait()
        return {}

    builder = StateGraph(Talk)
    builder.add_node("wait", wait)
    builder.add_edge(START, "wait")
    for node in ("left", "right"):  # asked at once, and by whoever is quicker
        builder.add_node(node, lambda state, node=node: {"said": [node, interrupt(f"{node}?")]})
        builder.add_edge("wait", node)
        builder.add_edge(node, END)
    app = builder.compile(name="ahead")
    async with serve(app) as own:
        handle = await on(app, own)._start({"draft": ""}, thread, {})
        bare = client.get_workflow_handle(handle.id)
        await bare.signal("resume", 1)
        await bare.signal("resume", 2)
        gate.set()
        assert (await bare.result())["said"] == ["left", 1, "right", 2]


async def test_the_order_is_that_of_the_tasks_though_a_later_one_asked_first(serve: Serve, on, thread, client):
    left, rest = asyncio.Event(), asyncio.Event()

    async def slow(state):
        await left.wait()
        return {"said": ["left", interrupt("left?")]}

    async def slower(state):
        await rest.wait()
        return {}

    builder = StateGraph(Talk)
    for name, node in {
        "left": slow,
        "right": lambda state: {"said": ["right", interrupt("right?")]},
        "slower": slower,
    }.items():
        builder.add_node(name, node)
        builder.add_edge(START, name)
    app = around("outer", builder.compile(name="inner"), schema=Talk)
    async with serve(app) as own:
        durable = on(app, own)
        handle = await durable._start({"draft": ""}, thread, {})
        await until(durable, thread, 1)
        left.set()
        await until(durable, thread, 2)
        bare = client.get_workflow_handle(handle.id)
        await bare.signal("resume", 1)
        await bare.signal("resume", 2)
        rest.set()
        assert (await bare.result())["said"] == ["left", 1, "right", 2]


async def test_an_update_has_to_name_its_question(serve: Serve, on, thread, client):
    app = two_askers()
    async with serve(app) as own:
        await on(app, own).ainvoke({"draft": ""}, thread)
        handle = client.get_workflow_handle(thread["configurable"]["thread_id"])
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await handle.execute_update("resume", "whose?")
        assert "Several questions are open" in str(refused.value.cause)
        assert len((await handle.query("state"))["interrupts"]) == 2
