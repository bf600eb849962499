"""A graph that a node's function invokes runs in that node's activity; questions go out, and answers come in."""

from __future__ import annotations

from typing import Any

from temporal_pregel import Command, interrupt
from temporal_pregel.config import get_config
from tests.temporal.asking import Talk, twice
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Log, Number, add, chain, multiply


async def test_its_result_is_the_functions_to_use(serve: Serve, on, thread):
    inner = chain("calc", Number, {"add": add, "double": lambda s: {"value": s["value"] * 2}})
    async_inner = chain("acalc", Number, {"add": add, "multiply": multiply})

    async def both(state: Number) -> Number:
        return await async_inner.ainvoke(state)

    app = chain("calls", Number, {"sync": lambda state: inner.invoke(state), "async": both})
    async with serve(app) as client:
        assert await on(app, client).ainvoke({"value": 5}, thread) == {"value": 26}


async def test_its_questions_wait_and_are_answered(serve: Serve, on, thread):
    inner = chain("inside", Talk, {"ask": twice})

    def call(state: Talk) -> Talk:
        return {"said": inner.invoke({"draft": "x"})["said"]}

    app = chain("calls", Talk, {"call": call})
    async with serve(app) as client:
        durable = on(app, client)
        first = (await durable.ainvoke({"draft": ""}, thread))["__interrupt__"]
        second = (await durable.ainvoke(Command(resume="a"), thread))["__interrupt__"]
        assert [each.value for each in first + second] == ["first?", "second after a?"]
        assert (await durable.ainvoke(Command(resume="b"), thread))["said"] == ["a", "b"]


async def test_what_it_has_finished_does_not_run_again(serve: Serve, on, thread):
    runs: list[str] = []

    def count(state: Talk) -> Talk:
        runs.append("count")
        return {"said": ["counted"]}

    inner = chain("inside", Talk, {"count": count, "ask": twice})

    async def call(state: Talk) -> Talk:
        return {"said": (await inner.ainvoke({"draft": "x"}))["said"]}

    app = chain("calls", Talk, {"call": call})
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke({"draft": ""}, thread)
        await durable.ainvoke(Command(resume="a"), thread)
        assert (await durable.ainvoke(Command(resume="b"), thread))["said"] == ["counted", "a", "b"]
    assert runs == ["count"]


async def test_what_each_of_its_nodes_was_told_is_kept(serve: Serve, on, thread):
    inner = chain("inside", Log, {name: lambda state, name=name: {"log": [interrupt(name)]} for name in "abc"})
    app = chain("calls", Log, {"call": lambda state: {"log": inner.invoke({"log": []})["log"]}})
    async with serve(app) as client:
        durable = on(app, client)
        result = await durable.ainvoke({"log": []}, thread)
        for number in range(3):
            result = await durable.ainvoke(Command(resume=number), thread)
    assert result == {"log": [0, 1, 2]}


async def test_a_node_sees_its_config_and_runtime(serve: Serve, on, thread):
    seen: dict[str, Any] = {}

    def look(state: Number) -> Number:
        config = get_config()
        seen.update(config["configurable"], **config["metadata"])
        return {"value": config["recursion_limit"]}

    app = chain("looks", Number, {"look": look})
    config = {"configurable": {**thread["configurable"], "user": "ada"}, "recursion_limit": 9, "metadata": {"m": 1}}
    async with serve(app) as client:
        assert await on(app, client).ainvoke({"value": 5}, config) == {"value": 9}
    assert (seen["thread_id"], seen["user"], seen["m"]) == (thread["configurable"]["thread_id"], "ada", 1)
    assert (seen["langgraph_step"], seen["langgraph_node"]) == (1, "look")


async def test_its_breakpoint_waits_for_a_go(serve: Serve, on, thread):
    inner = chain(
        "inside", Number, {"add": add, "double": lambda s: {"value": s["value"] * 2}}, interrupt_before=["double"]
    )
    app = chain("calls", Number, {"call": lambda state: inner.invoke(state)})
    async with serve(app) as client:
        durable = on(app, client)
        assert await durable.ainvoke({"value": 5}, thread) == {"value": 5}
        assert await durable.ainvoke(None, thread) == {"value": 12}
