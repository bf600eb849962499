"""A run that goes on after it has stopped has lost what no checkpoint keeps: the same on both engines, for those who
call it and for those who read along."""

from __future__ import annotations

import operator
from typing import Annotated, Any

import pytest
from typing_extensions import TypedDict

from temporal_pregel import START, Command, InMemorySaver, Send, StateGraph, interrupt
from temporal_pregel.channels import UntrackedValue
from tests.temporal.conftest import Serve
from tests.temporal.streamed import EVERY, in_process, streamed


class State(TypedDict, total=False):
    said: Annotated[list[Any], operator.add]
    passing: Annotated[int, UntrackedValue]


def writes(state: State) -> State:
    return {"passing": 1, "said": ["writes"]}


def asks(state: State) -> State:
    return {"said": [interrupt("who?")]}


def reads(state: State) -> State:
    return {"said": [("reads", state.get("passing"))]}


def line(*nodes: Any, **compiled: Any) -> Any:
    names = [f"{place}_{getattr(node, '__name__', 'graph')}" for place, node in enumerate(nodes)]
    builder = StateGraph(State).add_sequence(list(zip(names, nodes, strict=True))).add_edge(START, names[0])
    return builder.compile(name="passing", **compiled)


def beside() -> Any:
    builder = StateGraph(State)
    for node in (writes, asks):
        builder.add_node(node).add_edge(START, node.__name__)
    return builder.add_node(reads).add_edge(["writes", "asks"], "reads").compile(name="passing")


def sends() -> Any:
    builder = StateGraph(State).add_node(writes).add_node(reads).add_edge(START, "writes")
    builder.add_conditional_edges("writes", lambda state: [Send("reads", dict(state))])
    return builder.compile(name="passing", interrupt_before=["reads"])


FIRST, ANSWER = {"said": ["x"], "passing": 3}, Command(resume="me")
THREADS: dict[str, tuple[Any, list[Any]]] = {
    "an answer": (line(writes, asks, reads), [FIRST, ANSWER]),
    "the task that asked": (line(writes, asks, reads), [FIRST, None, ANSWER]),
    "an update": (line(writes, asks, reads), [FIRST, Command(resume="me", update={"passing": 7})]),
    "an update before": (line(writes, asks, reads), [FIRST, Command(update={"passing": 7}), ANSWER]),
    "two questions": (line(writes, asks, writes, reads, asks, reads), [FIRST, ANSWER, ANSWER]),
    "another input": (line(reads, writes, asks, reads), [FIRST, {"said": ["y"]}, ANSWER, FIRST]),
    "a breakpoint": (line(writes, reads, interrupt_before=["1_reads"]), [FIRST, None]),
    "a finished task": (beside(), [FIRST, ANSWER]),
    "what was sent": (sends(), [FIRST, None]),
    "inside": (line(line(reads, writes, asks, reads), reads), [FIRST, ANSWER]),
}


@pytest.mark.parametrize("name", THREADS)
async def test_by_whoever_goes_on(serve: Serve, on, thread, name):
    app, calls = THREADS[name]
    kept = app.copy()
    kept.checkpointer = InMemorySaver()
    async with serve(app) as client:
        durable = on(app, client)
        for given in calls:
            results = [await each.ainvoke(given, thread) for each in (kept, durable)]
            for result in results:
                result.pop("__interrupt__", None)
            assert results[0] == results[1]
            states = [await each.aget_state(thread) for each in (kept, durable)]
            assert states[0].values == states[1].values


@pytest.mark.parametrize("name", THREADS)
async def test_for_whoever_reads_along(serve: Serve, on, thread, name):
    app, calls = THREADS[name]
    async with serve(app) as client:
        asked = {"stream_mode": EVERY, "subgraphs": True}
        shown = await streamed(on(app, client), calls, thread, **asked)
    assert shown == await in_process(app, calls, thread, **asked)


async def test_for_whoever_follows_from_the_beginning(serve: Serve, on, thread):
    app, calls = THREADS["two questions"]
    async with serve(app) as client:
        durable = on(app, client)
        for given in calls:
            await durable.ainvoke(given, thread)
        parts = [part async for part in durable.afollow(thread, stream_mode="values")]
    assert [said for said in parts[-1]["said"] if said[0] == "reads"] == [("reads", 1), ("reads", None)]
    assert "passing" not in parts[-1]
