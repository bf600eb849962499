"""What a node sets in context variables is its own: neither the nodes after it nor the caller see it."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from itertools import pairwise
from typing import Any, TypedDict

import pytest

from temporal_pregel import START, StateGraph

WORD: ContextVar[str] = ContextVar("WORD", default="nothing")


class State(TypedDict, total=False):
    value: int


class Nodes:
    def __init__(self) -> None:
        self.seen: list[str] = []

    def note(self, state: State) -> None:
        self.seen.append(WORD.get())
        WORD.set("a node's")

    async def anote(self, state: State) -> None:
        self.note(state)
        await asyncio.sleep(0)
        assert WORD.get() == "a node's"

    def app(self, node: Any, *names: str) -> Any:
        builder = StateGraph(State)
        for name in names:
            builder.add_node(name, node)
        builder.add_edge(START, names[0])
        for before, after in pairwise(names):
            builder.add_edge(before, after)
        return builder.compile()


def test_in_sync_runs() -> None:
    nodes = Nodes()
    WORD.set("the caller's")
    nodes.app(nodes.note, "a", "b").invoke({"value": 1})
    assert [*nodes.seen, WORD.get()] == ["the caller's"] * 3


@pytest.mark.parametrize("node", ["note", "anote"])
async def test_in_async_runs(node: str) -> None:
    nodes = Nodes()
    WORD.set("the caller's")
    await nodes.app(getattr(nodes, node), "a", "b").ainvoke({"value": 1})
    assert [*nodes.seen, WORD.get()] == ["the caller's"] * 3


async def test_a_node_that_waits_can_be_cancelled() -> None:
    ended: list[str] = []

    async def waits(state: State) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(WORD.get())

    WORD.set("the caller's")
    run = asyncio.create_task(Nodes().app(waits, "a").ainvoke({"value": 1}))
    await asyncio.sleep(0.01)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert ended == ["the caller's"]
