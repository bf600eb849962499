"""Who stops reading a stream, or cancels, leaves the thread as far as it had come."""

from __future__ import annotations

import asyncio
import gc
import operator
import sys
from collections.abc import Iterator
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import START, InMemorySaver, StateGraph

CONFIG: dict[str, Any] = {"configurable": {"thread_id": "t"}}


class State(TypedDict):
    log: Annotated[list[str], operator.add]


@pytest.fixture
def unraisable(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Errors that Python could raise nowhere, such as those of a generator that was thrown away."""
    found: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda error: found.append(error.exc_value))
    yield found
    gc.collect()
    assert found == []


def chain(*nodes: Any) -> StateGraph[State]:
    builder = StateGraph(State)
    for place, node in enumerate(nodes):
        builder.add_node("abc"[place], node)
        builder.add_edge("abc"[place - 1] if place else START, "abc"[place])
    return builder


def say(state: State) -> dict[str, Any]:
    return {"log": ["x"]}


@pytest.mark.parametrize("durability", ["sync", "async", "exit"])
def test_a_thread_stands_where_its_reader_left(durability: Any, unraisable: list[Any]) -> None:
    app = chain(say, say, say).compile(checkpointer=InMemorySaver())
    for _ in app.stream({"log": []}, CONFIG, durability=durability):
        break
    assert app.get_state(CONFIG).next == ("b",)
    assert app.invoke(None, CONFIG) == {"log": ["x", "x", "x"]}


async def test_an_async_thread_too(unraisable: list[Any]) -> None:
    app = chain(say, say, say).compile(checkpointer=InMemorySaver())
    stream = app.astream({"log": []}, CONFIG)
    await anext(stream)
    await stream.aclose()
    gc.collect()
    assert await app.ainvoke(None, CONFIG) == {"log": ["x", "x", "x"]}


async def test_a_cancelled_graph_inside_a_graph_is_put_away_quietly(unraisable: list[Any]) -> None:
    reached = asyncio.Event()

    async def slow(state: State) -> dict[str, Any]:
        reached.set()
        await asyncio.sleep(60)
        return {"log": ["never"]}

    async def fails(state: State) -> dict[str, Any]:
        await reached.wait()
        raise ValueError("fails")

    builder = StateGraph(State)
    builder.add_node("inner", chain(say, slow).compile())
    builder.add_node("fails", fails)
    builder.add_edge(START, "inner")
    builder.add_edge(START, "fails")
    app = builder.compile(checkpointer=InMemorySaver())
    with pytest.raises(ValueError, match="fails"):
        await app.ainvoke({"log": []}, CONFIG)
