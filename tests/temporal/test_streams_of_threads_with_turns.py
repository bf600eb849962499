"""Each turn of a thread is streamed as in process, whether it begins a run, or goes on with one that waits."""

from __future__ import annotations

import operator
from typing import Annotated, Any

import pytest
from typing_extensions import TypedDict

from temporal_pregel import Command, interrupt
from tests.temporal.conftest import Serve
from tests.temporal.graphs import adder, around, chain
from tests.temporal.streamed import EVERY, in_process, streamed


class Fields(TypedDict, total=False):
    log: Annotated[list[str], operator.add]
    text: str


def ask(state: Fields) -> Any:
    return {"log": [interrupt(f"{state['text']}?")]}


def say(state: Fields) -> Any:
    return {"log": [f"said {len(state['log'])}"]}


def asks(name: str) -> Any:
    return chain(name, Fields, {"say": say, "ask": ask})


THREADS: dict[str, tuple[Any, list[Any]]] = {
    "runs that end": (adder("adds"), [{"value": 1}, {"value": 2}, {"value": 3}]),
    "another input for a run that waits": (
        asks("asks"),
        [{"text": "a", "log": []}, {"text": "b"}, Command(resume="b!"), {"text": "c"}, Command(resume="c!")],
    ),
    "the same with a graph inside": (
        around("holds", asks("inner"), Fields, say),
        [{"text": "a", "log": []}, {"text": "b"}, Command(resume="b!"), {"text": "c"}],
    ),
    "a graph inside that keeps its state": (
        around("keeps", chain("keeper", Fields, {"say": say}, checkpointer=True), Fields),
        [{"log": []}, {"log": []}],
    ),
}


@pytest.mark.parametrize("name", THREADS)
async def test_each_turn_has_the_parts_of_one_in_process(serve: Serve, on, thread, name):
    app, inputs = THREADS[name]
    asked = {"stream_mode": EVERY, "subgraphs": True}
    here = await in_process(app, inputs, thread, **asked)
    async with serve(app) as client:
        there = await streamed(on(app, client), inputs, thread, **asked)
    assert there == here


async def test_a_run_that_failed_goes_on_where_it_stopped(serve: Serve, on, thread):
    broken = [True]

    def may_fail(state: Fields) -> Any:
        if broken[0]:
            raise ValueError("not yet")
        return {"log": ["mended"]}

    app = chain("mended", Fields, {"say": say, "may_fail": may_fail})
    async with serve(app) as client:
        durable = on(app, client)
        with pytest.raises(RuntimeError, match="not yet"):
            await durable.ainvoke({"log": []}, thread)
        broken[0] = False
        parts = [part async for part in durable.astream(None, thread, stream_mode=["values", "updates"])]
    assert parts == [
        ("values", {"log": ["said 0"]}),
        ("updates", {"may_fail": {"log": ["mended"]}}),
        ("values", {"log": ["said 0", "mended"]}),
    ]
