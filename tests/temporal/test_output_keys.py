"""``output_keys`` names keys of the state, of which it shows those alone, on Temporal as in process."""

from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel import START, Command, InMemorySaver, StateGraph, interrupt
from temporal_pregel.channels import LastValue
from temporal_pregel.pregel import NodeBuilder, Pregel
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Log


class Full(Log, total=False):
    hidden: int
    never: int


def graph() -> Any:
    """It gives the log and the text; what is hidden is no part of its output."""
    builder = StateGraph(Full, output_schema=Log)
    builder.add_sequence([("a", lambda _: {"log": ["a"], "hidden": 3}), ("b", lambda _: {"log": [interrupt("?")]})])
    return builder.add_edge(START, "a").compile(name="full")


KEYS = ["log", "hidden", ["log"], ["hidden", "log"], ["hidden", "never"]]


@pytest.mark.parametrize("keys", KEYS, ids=str)
@pytest.mark.parametrize("stream_mode", ["values", "updates"])
async def test_they_are_shown_alone(serve: Serve, on, thread, keys, stream_mode):
    app = graph()
    kept = app.copy({"checkpointer": InMemorySaver()})
    asked = {"output_keys": keys, "stream_mode": stream_mode}
    async with serve(app) as client:
        for given in ({"log": []}, Command(resume="b")):
            here = await kept.ainvoke(given, thread, **asked)
            assert await on(app, client).ainvoke(given, thread, **asked) == here


async def test_no_keys_give_nothing(serve: Serve, on, thread):
    app = StateGraph(Full).add_node("a", lambda _: {"log": ["a"]}).add_edge(START, "a").compile(name="short")
    async with serve(app) as client:
        assert await on(app, client).ainvoke({"log": []}, thread, output_keys=[]) is None
    assert await app.ainvoke({"log": []}, output_keys=[]) is None


@pytest.mark.parametrize("keys", ["output", ["output"], ["output", "input"]], ids=str)
async def test_of_a_graph_that_gives_one_bare_value(serve: Serve, on, thread, keys):
    one = NodeBuilder().subscribe_only("input").do(lambda number: number + 1).write_to("output")
    channels = {"input": LastValue(int), "output": LastValue(int)}
    app = Pregel(nodes={"one": one}, channels=channels, input_channels="input", output_channels="output", name="bare")
    async with serve(app) as client:
        there = await on(app, client).ainvoke(1, thread, output_keys=keys)
    assert there == await app.ainvoke(1, output_keys=keys)


@pytest.mark.parametrize("keys", ["wrong", ["wrong"], ["log", "wrong"]], ids=str)
async def test_an_unknown_key_is_refused_before_anything_starts(client, thread, keys):
    durable = graph().on(client)
    with pytest.raises(ValueError, match=r"'wrong'.* 'full'.* hidden, log, never, text"):
        await durable.ainvoke({"log": []}, thread, output_keys=keys)
    for parts in (durable.astream({}, thread, output_keys=keys), durable.afollow(thread, output_keys=keys)):
        with pytest.raises(ValueError, match=r"'wrong'.* 'full'.* hidden, log, never, text"):
            await anext(parts)
