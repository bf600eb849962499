"""Whoever cancels a run cancels its nodes; a node that raises CancelledError by itself fails the run."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict

import pytest

from temporal_pregel.errors import NodeCancelledError
from temporal_pregel.graph import START, StateGraph


class State(TypedDict, total=False):
    word: str


def graph(*nodes: tuple[str, Any]) -> Any:
    builder = StateGraph(State)
    for name, node in nodes:
        builder.add_node(name, node).add_edge(START, name)
    return builder.compile()


class Sleeper:
    def __init__(self) -> None:
        self.started = asyncio.Event()
        self.cancelled = False

    async def __call__(self, state: State) -> None:
        self.started.set()
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            self.cancelled = True
            raise


async def test_a_cancelled_run_cancels_its_nodes() -> None:
    sleeper = Sleeper()
    run = asyncio.create_task(graph(("sleep", sleeper)).ainvoke({}))
    await sleeper.started.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert sleeper.cancelled


async def test_an_error_cancels_the_siblings() -> None:
    sleeper = Sleeper()

    async def fail(state: State) -> None:
        await sleeper.started.wait()
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await graph(("sleep", sleeper), ("fail", fail)).ainvoke({})
    assert sleeper.cancelled


async def test_a_node_that_raises_cancelled_fails_the_run() -> None:
    async def node(state: State) -> None:
        raise asyncio.CancelledError

    with pytest.raises(NodeCancelledError, match="Node 'odd' raised CancelledError"):
        await graph(("odd", node)).ainvoke({})


async def test_a_superstep_may_not_take_longer_than_step_timeout() -> None:
    sleeper = Sleeper()
    app = graph(("sleep", sleeper))
    app.step_timeout = 0.05
    with pytest.raises(TimeoutError):
        await app.ainvoke({})
    assert sleeper.cancelled
