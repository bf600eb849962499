"""`stream_events(version="v3")` on Temporal has the projections that it has in process; messages are refused."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from temporal_pregel import Command, InMemorySaver, interrupt
from temporal_pregel.stream import StreamChannel, StreamTransformer
from temporal_pregel.stream.transformers import CustomTransformer, UpdatesTransformer
from temporal_pregel.temporal.durable import NotDurableError
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Log, around, chain


def say(word: str) -> Any:
    return lambda state: {"log": [word]}


def asks() -> Any:
    return chain("asks", Log, {"say": say("said"), "ask": lambda state: {"log": [interrupt("?")]}})


def calling(inner: Any) -> Any:
    return chain("calls", Log, {"call": lambda state: {"log": inner.invoke({"log": []})["log"]}})


class Loud(StreamTransformer):
    """A projection of a user's own."""

    required_stream_modes = ("updates",)

    def __init__(self, scope: tuple[str, ...] = ()) -> None:
        super().__init__(scope)
        self.channel: StreamChannel[str] = StreamChannel("loud")

    def init(self) -> dict[str, Any]:
        return {"loud": self.channel}

    def process(self, event: Any) -> bool:
        if event["method"] == "updates":
            self.channel.push(", ".join(event["params"]["data"]).upper())
        return True


GRAPHS = {
    "alone": asks(),
    "a graph inside": around("outer", asks(), Log, say("after")),
    "a graph in a function": calling(asks()),
}
TURNS = [{"log": []}, Command(resume="answer")]


def bare(event: Any) -> Any:
    return {**event, "params": {key: value for key, value in event["params"].items() if key != "timestamp"}}


async def read(app: Any, given: Any, thread: Any) -> Any:
    run = await app.astream_events(given, thread, version="v3", transformers=[UpdatesTransformer, Loud])

    async def inside() -> list[Any]:
        return [(each.path, each.status, await each.output()) async for each in run.subgraphs]

    async def items(channel: Any) -> list[Any]:
        return [item async for item in channel]

    channels = (run.values, run.updates, run.lifecycle, run.extensions["loud"], run)
    *found, graphs = await asyncio.gather(*map(items, channels), inside())
    return [*found[:-1], [bare(event) for event in found[-1]], graphs, await run.output(), await run.interrupts()]


@pytest.mark.parametrize("name", GRAPHS)
async def test_they_show_what_they_show_in_process(serve: Serve, on, thread, name):
    app = GRAPHS[name]
    kept = app.copy({"checkpointer": InMemorySaver()})
    async with serve(app) as client:
        for given in TURNS:
            here = await read(kept, given, thread)
            assert await read(on(app, client), given, thread) == here


async def test_code_without_an_event_loop_reads_them_too(serve: Serve, on, thread):
    app = asks()
    async with serve(app) as client:
        durable = on(app, client)

        def read_all() -> Any:
            with durable.stream_events({"log": []}, thread, version="v3") as run:
                shown = list(run.interleave("values", "lifecycle"))
                return shown, run.output, run.interrupted

        shown = [("values", {"log": []}), ("values", {"log": ["said"]}), ("values", {"log": ["said"]})]
        assert await asyncio.to_thread(read_all) == (shown, {"log": ["said"]}, True)


async def test_a_run_that_is_no_longer_read_goes_on(serve: Serve, on, thread):
    app = chain("two", Log, {"a": say("a"), "b": say("b")})
    async with serve(app) as client:
        async with await on(app, client).astream_events({"log": []}, thread, version="v3") as run:
            assert await anext(aiter(run.values)) == {"log": []}
        handle = client.get_workflow_handle(thread["configurable"]["thread_id"])
        assert await handle.result() == {"log": ["a", "b"]}


async def test_messages_are_refused_when_they_are_first_read(client, thread):
    run = await asks().on(client).astream_events({"log": []}, thread, version="v3")
    for begin in (aiter, lambda channel: channel.atee(2)):
        with pytest.raises(NotDurableError, match=r"'asks' can't be run on Temporal with run\.messages"):
            begin(run.messages)


class Chatty(Loud):
    required_stream_modes = ("values", "messages")


@pytest.mark.parametrize("transformer", [CustomTransformer, Chatty])
async def test_a_transformer_that_needs_what_no_history_has_is_refused(client, thread, transformer):
    mode = transformer.required_stream_modes[-1]
    with pytest.raises(NotDurableError, match=f"{transformer.__name__}: stream_mode='{mode}'"):
        await asks().on(client).astream_events({"log": []}, thread, version="v3", transformers=[transformer])


@pytest.mark.parametrize("version", ["v1", "v2"])
async def test_events_of_langchain_are_refused_by_name(client, thread, version):
    with pytest.raises(NotDurableError, match=f"LangChain's events \\(version='{version}'\\)"):
        asks().on(client).astream_events({"log": []}, thread, version=version)
    with pytest.raises(NotImplementedError, match="stream_events gives version 'v3'"):
        asks().on(client).stream_events({"log": []}, thread, version=version)
