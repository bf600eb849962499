"""A thread that failed beside a question takes its answer, and tries again what failed: the same on both engines."""

from __future__ import annotations

import operator
import time
from typing import Annotated, Any

import pytest
from typing_extensions import TypedDict

from temporal_pregel import START, Command, StateGraph, interrupt
from temporal_pregel.errors import InvalidUpdateError
from temporal_pregel.temporal.raised import ThreadNotWaitingError
from tests.temporal.conftest import Serve
from tests.temporal.test_runs_are_drained import both


class State(TypedDict, total=False):
    value: int
    said: Annotated[list[Any], operator.add]


def fine(state: State) -> State:
    return {"said": ["fine"]}


def bad(state: State) -> State:
    time.sleep(0.5)  # what the others do is known by then
    if state["value"] == 1:
        raise ValueError("in a mood")
    return {"said": ["bad"]}


def ask(state: State) -> State:
    return {"said": [interrupt("who?")]}


def beside(*nodes: Any, **compiled: Any) -> Any:
    builder = StateGraph(State)
    for node in nodes:
        builder.add_node(node).add_edge(START, node.__name__)
    return builder.compile(**compiled)


def plain() -> Any:
    return beside(fine, bad, ask, name="moody")


def inside() -> Any:
    nodes = (("inner", beside(fine, ask)), ("bad", bad))
    builder = StateGraph(State)
    for name, node in nodes:
        builder.add_node(name, node).add_edge(START, name)
    return builder.compile(name="moody")


async def outcome(app: Any, given: Any, thread: Any) -> Any:
    try:
        result = await app.ainvoke(given, thread)
        return result["said"]
    except Exception as error:
        return "in a mood" in str(error)


@pytest.mark.parametrize("graph", [plain, inside])
@pytest.mark.parametrize("engine", ["in process", "on Temporal"])
async def test_in_the_call_that_mends_it(serve: Serve, on, thread, engine, graph):
    app = graph()
    async with serve(app) as client:
        runs = both(app) if engine == "in process" else on(app, client)
        assert await outcome(runs, {"value": 1}, thread) is True
        said = await outcome(runs, Command(resume="me", update={"value": 2}), thread)
        assert sorted(said) == ["bad", "fine", "me"]


@pytest.mark.parametrize("graph", [plain, inside])
@pytest.mark.parametrize("engine", ["in process", "on Temporal"])
async def test_before_it_is_mended(serve: Serve, on, thread, engine, graph):
    app = graph()
    async with serve(app) as client:
        runs = both(app) if engine == "in process" else on(app, client)
        for given in ({"value": 1}, Command(resume="me")):
            assert await outcome(runs, given, thread) is True
        assert sorted(await outcome(runs, Command(update={"value": 2}), thread)) == ["bad", "fine", "me"]


async def test_by_id(serve: Serve, on, thread):
    app = plain()
    async with serve(app) as client:
        durable = on(app, client)
        assert await outcome(durable, {"value": 1}, thread) is True
        (asked,) = await durable.ainterrupts(thread)
        with pytest.raises(InvalidUpdateError, match=f"No open question has the id {'0' * 32}. Open: {asked.id}"):
            await durable.ainvoke(Command(resume={"0" * 32: "me"}), thread)
        said = await outcome(durable, Command(resume={asked.id: "me"}, update={"value": 2}), thread)
        assert sorted(said) == ["bad", "fine", "me"]
        with pytest.raises(ThreadNotWaitingError, match="is over"):
            await durable.ainvoke(Command(resume="me"), thread)
