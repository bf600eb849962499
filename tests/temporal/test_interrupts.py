"""A run asks, waits for as long as it takes, and goes on with the answer."""

from __future__ import annotations

import asyncio

import pytest

from temporal_pregel import Command, Interrupt
from temporal_pregel.errors import InvalidUpdateError
from tests.temporal.asking import Talk, one_asker, twice, two_askers, until
from tests.temporal.conftest import Serve
from tests.temporal.graphs import chain


async def test_a_call_returns_at_the_question_and_goes_on_with_the_answer(serve: Serve, on, thread):
    app = one_asker()
    async with serve(app) as client:
        durable = on(app, client)
        first = await durable.ainvoke({"draft": ""}, thread)
        assert first == {
            "draft": "hello",
            "said": [],
            "__interrupt__": [Interrupt("hello", first["__interrupt__"][0].id)],
        }
        assert await durable.ainvoke(Command(resume="yes"), thread) == {"draft": "hello", "said": ["yes"]}


async def test_a_node_asks_several_questions_in_sequence(serve: Serve, on, thread):
    app = chain("twice", Talk, {"ask": twice})
    async with serve(app) as client:
        durable = on(app, client)
        first = await durable.ainvoke({"draft": ""}, thread)
        second = await durable.ainvoke(Command(resume="a"), thread)
        assert [each.value for each in first["__interrupt__"] + second["__interrupt__"]] == [
            "first?",
            "second after a?",
        ]
        assert (await durable.ainvoke(Command(resume="b"), thread))["said"] == ["a", "b"]


async def test_parallel_questions_are_answered_by_id_at_once(serve: Serve, on, thread):
    app = two_askers()
    async with serve(app) as client:
        durable = on(app, client)
        asked = (await durable.ainvoke({"draft": ""}, thread))["__interrupt__"]
        answers = {each.id: each.value.upper() for each in asked}
        done = await durable.ainvoke(Command(resume=answers), thread)
        assert done["said"] == [("left", "LEFT?"), "quiet", ("right", "RIGHT?")]


async def test_parallel_questions_are_answered_one_after_the_other(serve: Serve, on, thread):
    app = two_askers()
    async with serve(app) as client:
        durable = on(app, client)
        left, right = (await durable.ainvoke({"draft": ""}, thread))["__interrupt__"]
        rest = await durable.ainvoke(Command(resume={right.id: 2}), thread)
        assert rest["__interrupt__"] == [left]
        assert rest["said"] == ["quiet", ("right", 2)]
        assert (await durable.ainvoke(Command(resume=1), thread))["said"] == [("left", 1), "quiet", ("right", 2)]


async def test_one_value_for_several_open_questions_is_refused(serve: Serve, on, thread):
    app = two_askers()
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke({"draft": ""}, thread)
        with pytest.raises(InvalidUpdateError, match="Several questions are open"):
            await durable.ainvoke(Command(resume=1), thread)


async def test_questions_can_be_answered_while_a_sibling_still_runs(serve: Serve, on, thread):
    gate = asyncio.Event()

    async def slow(state):
        await gate.wait()
        return {"said": ["slow"]}

    app = two_askers("gated", slow)
    async with serve(app) as client:
        durable = on(app, client)
        handle = await durable._start({"draft": ""}, thread, {})
        left, _ = sorted(await until(durable, thread, 2), key=lambda each: each.value)  # as they came
        await durable.aresume({left.id: 1}, thread)
        await durable.aresume(2, thread)
        gate.set()
        await handle.result()
        assert (await durable.aget_state(thread)).values["said"] == [("left", 1), "slow", ("right", 2)]


async def test_a_finished_sibling_is_not_run_again(serve: Serve, on, thread):
    runs = []

    def quiet(state):
        runs.append(1)
        return {"said": ["quiet"]}

    app = two_askers("counted", quiet)
    async with serve(app) as client:
        durable = on(app, client)
        left, right = (await durable.ainvoke({"draft": ""}, thread))["__interrupt__"]
        await durable.ainvoke(Command(resume={left.id: 1, right.id: 2}), thread)
        assert runs == [1]
