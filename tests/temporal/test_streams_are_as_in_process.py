"""A stream on Temporal has the parts of a stream in process, in their shapes and order."""

from __future__ import annotations

import operator
import time
from typing import Annotated, Any

import pytest
from typing_extensions import TypedDict

from temporal_pregel import END, START, Command, Send, StateGraph, interrupt
from tests.temporal.conftest import Serve
from tests.temporal.graphs import adder, around, chain
from tests.temporal.streamed import EVERY, in_process, streamed


class Fields(TypedDict, total=False):
    log: Annotated[list[str], operator.add]
    text: str


def say(word: str) -> Any:
    return lambda state: {"log": [word]}


def ask(state: Fields) -> Any:
    return {"log": [interrupt("one?"), interrupt("two?")]}


def say_late(state: Fields) -> Any:
    time.sleep(0.3)  # parts come as tasks end: this one after the question
    return {"log": ["said"]}


def wide() -> Any:
    builder = StateGraph(Fields)
    builder.add_node("split", lambda state: {"text": "split"})
    builder.add_node("part", lambda state: {"log": [state["text"]]})
    builder.add_edge(START, "split")
    builder.add_conditional_edges("split", lambda state: [Send("part", {"text": word}) for word in "abc"])
    builder.add_edge("part", END)
    return builder.compile(name="wide")


def beside() -> Any:
    """One node asks, another one finishes."""
    builder = StateGraph(Fields)
    for name, node in {"ask": ask, "say": say_late}.items():
        builder.add_node(name, node)
        builder.add_edge(START, name)
    return builder.compile(name="beside")


def inside() -> Any:
    inner = chain("inner", Fields, {"first": say("first"), "ask": ask})
    return around("outer", inner, Fields, say("after"))


def stopping() -> Any:
    return chain(
        "stopping", Fields, {"a": say("a"), "b": say("b"), "c": say("c")}, interrupt_before=["b"], interrupt_after=["b"]
    )


RESUMES = [{"log": ["in"]}, Command(resume="1"), Command(resume="2")]
GRAPHS: dict[str, tuple[Any, list[Any]]] = {
    "line": (adder(), [{"value": 5}]),
    "sends": (wide(), [{"log": []}]),
    "questions": (chain("asks", Fields, {"say": say("said"), "ask": ask}), RESUMES),
    "a question beside others": (beside(), RESUMES),
    "a question inside": (inside(), RESUMES),
    "breakpoints": (stopping(), [{"log": []}, None, None]),
    "commands": (
        chain("asks2", Fields, {"ask": ask, "say": say("said")}),
        [
            {"log": []},
            Command(update={"log": ["told"]}),
            Command(resume="1", update={"text": "new"}),
            Command(resume="2"),
        ],
    ),
}


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("asked", [{}, {"subgraphs": True}, {"version": "v2"}], ids=["alone", "subgraphs", "v2"])
async def test_the_parts_are_those_of_a_run_in_process(serve: Serve, on, thread, name, asked):
    app, inputs = GRAPHS[name]
    here = await in_process(app, inputs, thread, stream_mode=EVERY, **asked)
    async with serve(app) as client:
        there = await streamed(on(app, client), inputs, thread, stream_mode=EVERY, **asked)
    assert there == here
    assert all(here)


@pytest.mark.parametrize("mode", EVERY)
async def test_one_mode_shows_its_payloads_alone(serve: Serve, on, thread, mode):
    app, inputs = GRAPHS["questions"]
    async with serve(app) as client:
        there = await streamed(on(app, client), inputs, thread, stream_mode=mode)
    assert there == await in_process(app, inputs, thread, stream_mode=mode)
