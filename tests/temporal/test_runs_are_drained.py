"""A run that is drained stops before its next superstep, and its thread goes on: the same on both engines."""

from __future__ import annotations

import operator
import time
from collections.abc import Callable
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import START, Command, InMemorySaver, StateGraph, interrupt
from temporal_pregel.errors import GraphDrained
from temporal_pregel.runtime import RunControl, Runtime
from temporal_pregel.temporal.state_cache import CACHE
from tests.temporal.conftest import Serve
from tests.temporal.streamed import EVERY, bare, in_order


class State(TypedDict, total=False):
    said: Annotated[list[Any], operator.add]


def says(name: str) -> Callable[[State], State]:
    return lambda state: {"said": [name]}


def drains(state: State, runtime: Runtime[None]) -> State:
    if runtime.control is not None:
        runtime.control.request_drain("rollout")
    return {"said": ["drains"]}


def asks(state: State) -> State:
    return {"said": [interrupt("who?")]}


def slow(state: State) -> State:
    time.sleep(0.5)
    return {"said": ["slow"]}


def chain(*nodes: Any, **compiled: Any) -> Any:
    names = [f"{place}_{getattr(node, '__name__', 'graph')}" for place, node in enumerate(nodes)]
    builder = StateGraph(State).add_sequence(list(zip(names, nodes, strict=True))).add_edge(START, names[0])
    return builder.compile(name="drained", **compiled)


def beside(*nodes: Any) -> Any:
    builder = StateGraph(State)
    for place, node in enumerate(nodes):
        builder.add_node(f"n{place}", node).add_edge(START, f"n{place}")
    return builder.add_node("last", says("last")).add_edge([f"n{place}" for place in range(len(nodes))], "last")


def calls(state: State) -> State:
    return {"said": chain(drains, says("called")).invoke({"said": []})["said"]}


def quiet(state: State, runtime: Runtime[None]) -> State:
    return {"said": [runtime.control is None or runtime.control.drain_reason]}


GRAPHS = {
    "by a node": lambda: chain(says("a"), drains, says("b")),
    "by the last node": lambda: chain(says("a"), drains),
    "inside": lambda: chain(says("a"), chain(drains, says("b")), says("c")),
    "beside": lambda: beside(drains, slow).compile(name="drained"),
    "inside beside": lambda: beside(chain(drains, says("b")), slow).compile(name="drained"),
    "before a breakpoint": lambda: chain(drains, says("b"), says("c"), interrupt_before=["1_<lambda>"]),
    "while asking": lambda: beside(drains, asks).compile(name="drained"),
    "in a function": lambda: chain(calls, says("b")),
    "not": lambda: chain(quiet, says("b")),
}


async def outcome(app: Any, given: Any, thread: dict[str, Any], **options: Any) -> Any:
    """What a call gives, and how its thread then stands."""
    CACHE.clear()
    try:
        result = await app.ainvoke(given, thread, **options)
    except GraphDrained as error:
        result = {"drained": error.reason}
    asked = [question.value for question in result.pop("__interrupt__", ())]
    state = await app.aget_state(thread)
    return result, asked, state.values, state.next


def both(app: Any) -> Any:
    """The graph for this process, with a saver."""
    local = app.copy()
    local.checkpointer = InMemorySaver()
    return local


CALLS: dict[str, list[tuple[Any, bool | None]]] = {
    "and goes on": [({"said": ["in"]}, False), (None, None)],
    "again and again": [({"said": ["in"]}, False), (None, False), (None, False), (None, False)],
    "with another input": [({"said": ["in"]}, False), ({"said": ["more"]}, False), (None, None)],
    "by nobody else": [({"said": ["in"]}, None), (None, None), (None, None)],
    "before it begins": [({"said": ["in"]}, True), (None, True), (None, True), (None, None)],
}
"""What a thread is given, and whether its control asks for an end from the beginning; None for no control."""


def control(drained: bool | None) -> RunControl | None:
    made = None if drained is None else RunControl()
    if made is not None and drained:
        made.request_drain("early")
    return made


@pytest.mark.parametrize("how", CALLS)
@pytest.mark.parametrize("kind", GRAPHS)
async def test_it_stops_and_goes_on_as_in_process(serve: Serve, on, thread, kind, how):
    app = GRAPHS[kind]()
    local = both(app)
    async with serve(app) as client:
        for given, drained in CALLS[how]:
            expected = await outcome(local, given, thread, control=control(drained))
            assert await outcome(on(app, client), given, thread, control=control(drained)) == expected
            if expected[1]:
                expected = await outcome(local, Command(resume="me"), thread)
                assert await outcome(on(app, client), Command(resume="me"), thread) == expected


async def parts(app: Any, given: Any, thread: dict[str, Any], **options: Any) -> list[Any]:
    found = []
    try:
        async for part in app.astream(given, thread, stream_mode=list(EVERY), subgraphs=True, **options):
            found.append(bare(part))
    except GraphDrained as error:
        found.append(error.reason)
    return in_order(found, frozenset(app.nodes))


@pytest.mark.parametrize("drained", [False, True])
@pytest.mark.parametrize("kind", ["by a node", "inside", "beside"])
async def test_streams_end_where_the_run_was_drained(serve: Serve, on, thread, kind, drained):
    app = GRAPHS[kind]()
    local = both(app)
    async with serve(app) as client:
        for given in ({"said": ["in"]}, None):
            expected = await parts(local, given, thread, control=control(drained))
            assert given is None or expected[-1] == ("early" if drained else "rollout")
            assert await parts(on(app, client), given, thread, control=control(drained)) == expected
