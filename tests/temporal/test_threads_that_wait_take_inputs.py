"""An input for a thread that waits is its next turn, and what it waited for is dropped, as in process."""

from __future__ import annotations

import asyncio
import operator
from typing import Annotated, Any, TypedDict

import pytest
from temporalio.client import WorkflowUpdateFailedError

from temporal_pregel import START, Command, InMemorySaver, StateGraph, get_config, interrupt
from temporal_pregel.errors import GraphRecursionError, InvalidUpdateError
from temporal_pregel.temporal.raised import ThreadExistsError
from tests.temporal.asking import one_asker
from tests.temporal.conftest import Serve


class State(TypedDict, total=False):
    said: Annotated[list[Any], operator.add]
    value: int


def told(state: State) -> State:
    return {"said": [get_config()["configurable"].get("tone", "plain")]}


def ask(state: State) -> State:
    return {"said": [interrupt(f"{state['value']}?")]}


def asking(name: str, **compiled: Any) -> Any:
    inner = StateGraph(State).add_node("ask", ask).add_edge(START, "ask").compile()
    builder = StateGraph(State).add_node("told", told).add_node("inner", inner).add_node("ask", ask)
    builder.add_edge(START, "told").add_edge("told", "inner").add_edge("told", "ask")
    return builder.compile(name=name, **compiled)


async def asked(app: Any, given: Any, config: dict[str, Any], **options: Any) -> Any:
    result = await app.ainvoke(given, config, **options)
    return sorted(item.value or "" for item in result.pop("__interrupt__")), result


async def test_questions_are_dropped_and_asked_anew(serve: Serve, on, thread):
    local, app = asking("anew", checkpointer=InMemorySaver()), asking("anew")
    toned = {"configurable": {**thread["configurable"], "tone": "rude"}}
    async with serve(app) as client:
        durable = on(app, client)
        seen: set[str] = set()
        for value, config in enumerate((thread, toned, thread)):
            expected = await asked(local, {"value": value}, config)
            assert await asked(durable, {"value": value}, config) == expected
            assert expected[0] == [f"{value}?"] * 2
            keys = {item.id for item in await durable.ainterrupts(thread)}
            assert len(keys) == 2
            assert not keys & seen
            seen |= keys
        answers = Command(resume=dict.fromkeys(keys, "yes"))
        done = await durable.ainvoke(answers, thread)
        assert done["said"].count("yes") == 2
        assert await client.get_workflow_handle(thread["configurable"]["thread_id"]).result() == done


async def test_breakpoints_and_limits_are_the_turns_own(serve: Serve, on, thread):
    app = asking("limits")
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke({"value": 1}, thread)
        await durable.ainvoke({"value": 2}, thread, interrupt_before=["told"])
        assert (await durable.aget_state(thread)).next == ("told",)
        assert (await asked(durable, {"value": 3}, thread))[0] == ["3?"] * 2
        with pytest.raises(GraphRecursionError, match="limit of 1 "):
            await durable.ainvoke({"value": 4}, {**thread, "recursion_limit": 1})
        assert (await asked(durable, {"value": 5}, thread))[0] == ["5?"] * 2


async def test_an_input_that_does_not_fit_is_refused_and_the_questions_stay(serve: Serve, on, thread):
    app = asking("unfit")
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke({"value": 1}, thread)
        before = await durable.aget_state(thread)
        with pytest.raises(InvalidUpdateError, match="value"):
            await durable.ainvoke({"value": "no number"}, thread)
        handle = client.get_workflow_handle(thread["configurable"]["thread_id"])
        for request in (None, [], {"options": {"no_input": True, "origin": {"run_id": "x"}}, "input": {}}):
            with pytest.raises(WorkflowUpdateFailedError):
                await handle.execute_update("invoke", request)
        with pytest.raises(WorkflowUpdateFailedError) as raised:
            await handle.execute_update("invoke", {"input": None})
        assert "Received no input" in str(raised.value.cause)
        assert await durable.aget_state(thread) == before
        assert await handle.execute_update("invoke", {"input": {"value": 3}}) == {"status": "running"}
        await handle.execute_update("wait")
        assert {item.value for item in await durable.ainterrupts(thread)} == {"3?"}


async def test_a_thread_that_runs_takes_none(serve: Serve, on, thread):
    gate = asyncio.Event()

    async def node(state: State) -> State:
        await gate.wait()
        return {"value": 1}

    app = StateGraph(State).add_node("n", node).add_edge(START, "n").compile(name="busy")
    async with serve(app) as client:
        durable = on(app, client)
        first = asyncio.create_task(durable.ainvoke({"value": 0}, thread))
        await asyncio.sleep(0.3)
        with pytest.raises(ThreadExistsError, match="still runs"):
            await durable.ainvoke({"value": 2}, thread)
        gate.set()
        assert await first == {"said": [], "value": 1}


async def test_an_answer_that_came_early_waits_for_the_next_question(serve: Serve, on, thread):
    app = one_asker("early")
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke({"draft": ""}, thread)
        assert (await durable.ainvoke({"draft": "", "said": ["x"]}, thread))["said"] == ["x"]
        assert (await durable.ainvoke(Command(resume=1), thread))["said"] == ["x", 1]
