"""A graph that a node's function calls is shown with the node's end, in the parts that it has in process."""

from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel import Command, interrupt
from temporal_pregel.temporal.durable import NotDurableError
from temporal_pregel.temporal.raised import GraphRunError
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Log, around, chain
from tests.temporal.streamed import EVERY, in_process, streamed


def say(word: str) -> Any:
    return lambda state: {"log": [word]}


def ask(state: Log) -> Log:
    return {"log": [interrupt("who?")]}


talk = chain("talk", Log, {"say": say("inside"), "ask": ask})
plain = chain("plain", Log, {"one": say("one"), "two": say("two")})


def calls_plain(state: Log) -> Log:
    return {"log": plain.invoke({"log": []})["log"]}


async def calls_talk(state: Log) -> Log:
    return {"log": (await talk.ainvoke({"log": []}))["log"]}


GRAPHS = {
    "plain": lambda: chain("calls", Log, {"call": calls_plain, "after": say("after")}),
    "asking": lambda: chain("calls", Log, {"call": calls_talk, "after": say("after")}),
    "inside a node": lambda: around("outer", chain("calls", Log, {"call": calls_talk}), Log, say("after")),
}
INPUTS = [{"log": ["in"]}, Command(resume="me")]


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("kind", GRAPHS)
async def test_its_parts_are_those_of_a_run_in_process(serve: Serve, on, thread, kind, version):
    app = GRAPHS[kind]()
    inputs = INPUTS if kind != "plain" else INPUTS[:1]
    asked: dict[str, Any] = {"stream_mode": list(EVERY), "subgraphs": True, "version": version}
    async with serve(app) as client:
        assert await streamed(on(app, client), inputs, thread, **asked) == await in_process(
            app, inputs, thread, **asked
        )


async def test_who_comes_later_sees_them_if_they_were_wanted(serve: Serve, on, thread):
    app = GRAPHS["plain"]()
    async with serve(app) as client:
        durable = on(app, client)
        asked: dict[str, Any] = {"stream_mode": ["updates", "values"], "subgraphs": True}
        first = [part async for part in durable.astream({"log": []}, thread, **asked)]
        assert [part async for part in durable.afollow(thread, **asked)] == first
        updates = [part async for part in durable.afollow(thread, stream_mode="updates", subgraphs=True)]
        assert updates == [(ns, part) for ns, mode, part in first if mode == "updates"]
        with pytest.raises(NotDurableError, match="'call' calls a graph in a function"):
            [part async for part in durable.afollow(thread, stream_mode="tasks", subgraphs=True)]


async def test_what_can_not_be_shown_fails_the_reader_and_not_the_run(serve: Serve, on, thread):
    inner = chain(
        "inner", Log, {"first": lambda state: {"text": "x" * 1_500_000}, "next": lambda state: {"text": "y" * 10**6}}
    )
    app = chain("large", Log, {"call": lambda state: {"log": [len(inner.invoke({})["text"])]}})
    async with serve(app) as client:
        durable = on(app, client)
        with pytest.raises(GraphRunError, match="node 'call' of graph 'large' calls can't be shown"):
            [part async for part in durable.astream({"log": []}, thread, stream_mode="values", subgraphs=True)]
        handle = client.get_workflow_handle(thread["configurable"]["thread_id"])
        assert (await handle.result())["log"] == [10**6]
