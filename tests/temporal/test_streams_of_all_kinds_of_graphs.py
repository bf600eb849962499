"""Whatever a graph is made of, its stream on Temporal has the parts of a stream in process."""

from __future__ import annotations

import operator
from typing import Annotated, Any

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict

from temporal_pregel import END, START, Command, StateGraph, interrupt
from tests.temporal.conftest import Serve
from tests.temporal.graphs import around, chain
from tests.temporal.streamed import EVERY, in_process, streamed
from tests.temporal.test_delta_channels import deltas
from tests.temporal.test_graphs_said_in_channels import graph as in_channels


class Fields(TypedDict, total=False):
    log: Annotated[list[str], operator.add]
    text: str


class Model(BaseModel):
    text: str
    times: int = 1


def say(word: str) -> Any:
    return lambda state: {"log": [word]}


def fail(state: Fields) -> Any:
    raise ValueError("no")


def handled() -> Any:
    builder = StateGraph(Fields)
    builder.add_node("fails", fail, error_handler=lambda state: Command(update={"log": ["handled"]}, goto="after"))
    builder.add_node("after", say("after"))
    builder.add_edge(START, "fails").add_edge("after", END)
    return builder.compile(name="handled")


def leaving() -> Any:
    """A graph inside sends its parent elsewhere; another one has a breakpoint."""
    inner = StateGraph(Fields).add_node("leave", leave).add_edge(START, "leave").compile(name="leaves")
    stops = chain("stops", Fields, {"one": say("one"), "two": say("two")}, interrupt_before=["two"])
    builder = StateGraph(Fields).add_node("inner", inner).add_node("stops", stops).add_node("end", say("end"))
    return builder.add_edge(START, "inner").add_edge("stops", "end").compile(name="leaving")


def leave(state: Fields) -> Any:
    return Command(graph=Command.PARENT, update={"log": ["left"]}, goto="stops")


def keeping() -> Any:
    """A graph inside that keeps its state from call to call, and is called twice."""
    inner = chain("keeper", Fields, {"count": lambda state: {"log": ["counted"]}}, checkpointer=True)
    builder = StateGraph(Fields).add_node("inner", inner).add_node("clear", lambda state: {"text": "again"})
    builder.add_edge(START, "inner").add_edge("clear", "inner")
    builder.add_conditional_edges("inner", lambda state: END if state.get("text") == "again" else "clear")
    return builder.compile(name="keeping")


def deep() -> Any:
    lowest = chain("lowest", Fields, {"ask": lambda state: {"log": [interrupt("deep?")]}, "say": say("low")})
    return around("top", around("middle", lowest, Fields, say("middle")), Fields, say("top"))


def typed() -> Any:
    return chain("typed", Model, {"a": lambda state: {"times": state.times + 1}, "b": lambda state: {"text": "b"}})


def large() -> Any:
    return chain("large", Fields, {name: say(name * 20_000) for name in "abc"})


def noted() -> Any:
    builder = StateGraph(Fields).add_node("a", say("a"), metadata={"of": "node"}).add_edge(START, "a")
    return builder.compile(name="noted").with_config(tags=["mine"], metadata={"of": "graph", "who": 1})


GRAPHS: dict[str, tuple[Any, list[Any]]] = {
    "an error handler": (handled(), [{"log": []}]),
    "commands for a parent, a breakpoint inside": (leaving(), [{"log": []}, None]),
    "a graph that keeps its state": (keeping(), [{"log": []}]),
    "graphs in graphs": (deep(), [{"log": []}, Command(resume="yes")]),
    "a model as its state": (typed(), [{"text": "a"}]),
    "large values": (large(), [{"log": ["x" * 50_000]}]),
    "metadata and tags": (noted(), [{"log": []}]),
    "delta channels": (deltas(), [{"log": ["a"]}]),
    "no state but channels": (in_channels(["one", "two"], ["middle", "sum"]), [{"one": 1, "two": 2}]),
    "one bare channel": (in_channels("one", "sum"), [1]),
}


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("version", ["v1", "v2"])
async def test_the_parts_are_those_of_a_run_in_process(serve: Serve, on, thread, name, version):
    app, inputs = GRAPHS[name]
    asked = {"stream_mode": EVERY, "subgraphs": True, "version": version}
    here = await in_process(app, inputs, thread, **asked)
    async with serve(app) as client:
        there = await streamed(on(app, client), inputs, thread, **asked)
    # What a node raised comes back with its type's name and its text.
    assert repr(there).replace("NodeFailedError('ValueError: no')", "ValueError('no')") == repr(here)
