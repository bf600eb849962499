"""A cache that all workers share stands for running a node again; runs in process and on Temporal may share it, too."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict

import pytest
from langgraph.cache.memory import InMemoryCache
from langgraph.cache.sqlite import SqliteCache

from temporal_pregel import END, START, Send, StateGraph
from temporal_pregel.temporal.durable import NotDurableError
from temporal_pregel.types import CachePolicy
from tests.temporal.conftest import Serve


class State(TypedDict, total=False):
    value: int
    end: str


class FileCache(SqliteCache):
    """One that other processes may open, too."""

    def __init__(self, path: str) -> None:
        super().__init__(path=path)
        self.path = path

    def __reduce__(self) -> Any:
        return FileCache, (self.path,)


@pytest.fixture
def cache(tmp_path: Any) -> FileCache:
    return FileCache(str(tmp_path / "cache.db"))


def counted(calls: list[Any], **options: Any) -> Any:
    def slow(state: State) -> State:
        calls.append(state["value"])
        return {"value": state["value"] + 1}

    builder = StateGraph(State).add_node("slow", slow, **options).add_edge(START, "slow")
    builder.add_conditional_edges("slow", lambda state: "even" if state["value"] % 2 == 0 else "odd")
    return builder.add_node("even", lambda state: {"end": "even"}).add_node("odd", lambda state: {"end": "odd"})


def around(inner: Any, name: str, **compiled: Any) -> Any:
    builder = StateGraph(State).add_node("inner", inner)
    return builder.add_edge(START, "inner").add_edge("inner", END).compile(name=name, **compiled)


async def test_it_takes_the_way_that_it_took(serve: Serve, on, cache):
    calls: list[Any] = []
    app = counted(calls, cache_policy=CachePolicy()).compile(name="cached", cache=cache)
    async with serve(app) as client:
        for _ in range(2):
            assert await on(app, client).ainvoke({"value": 1}) == {"value": 2, "end": "even"}
        assert await app.ainvoke({"value": 1}) == {"value": 2, "end": "even"}
        here = [part async for part in app.astream({"value": 1}, stream_mode="updates")]
        assert [part async for part in on(app, client).astream({"value": 1}, stream_mode="updates")] == here
        assert here[0]["__metadata__"] == {"cached": True}
        assert await app.ainvoke({"value": 2}) == {"value": 3, "end": "odd"}
        assert await on(app, client).ainvoke({"value": 2}) == {"value": 3, "end": "odd"}
        assert calls == [1, 2]
        await on(app, client).aclear_cache(["slow"])
        await on(app, client).ainvoke({"value": 1})
    assert calls == [1, 2, 1]


async def test_edges_and_sends_are_what_they_were(serve: Serve, on, cache):
    calls: list[Any] = []

    def first(state: State) -> State:
        calls.append("first")
        return {"value": state["value"] + 1}

    builder = StateGraph(State).add_node("first", first, cache_policy=CachePolicy()).add_edge(START, "first")
    builder.add_node("after", lambda state: {"end": f"after {state['value']}"}).add_edge("first", "after")
    builder.add_node("sent", lambda arg: calls.append(arg)).add_conditional_edges("first", lambda s: [Send("sent", 7)])
    app = builder.compile(name="edges", cache=cache)
    async with serve(app) as client:
        for _ in range(2):
            assert await on(app, client).ainvoke({"value": 1}) == {"value": 2, "end": "after 2"}
        assert await app.ainvoke({"value": 1}) == {"value": 2, "end": "after 2"}
    assert calls == ["first", 7, 7, 7]


async def test_graphs_inside_use_the_cache_of_the_graph_around_them(serve: Serve, on, cache):
    calls: list[Any] = []
    inner = counted(calls, cache_policy=CachePolicy()).compile(name="inner")
    node, function = around(inner, "node", cache=cache), around(lambda s: inner.invoke(s), "function", cache=cache)
    async with serve(node, function) as client:
        for app in (node, node, function, function):
            assert await on(app, client).ainvoke({"value": 1}) == {"value": 2, "end": "even"}
    assert calls == [1]


async def test_without_a_cache_nodes_run(serve: Serve, on):
    calls: list[Any] = []
    app = counted(calls, cache_policy=CachePolicy()).compile(name="uncached")
    async with serve(app) as client:
        for _ in range(2):
            await on(app, client).ainvoke({"value": 1})
    assert calls == [1, 1]


async def test_a_policy_has_its_key_and_its_time(serve: Serve, on, cache):
    calls: list[Any] = []
    policy = CachePolicy(key_func=lambda state: "always the same", ttl=1)
    app = counted(calls, cache_policy=policy).compile(name="keyed", cache=cache)
    async with serve(app) as client:
        assert [(await on(app, client).ainvoke({"value": value}))["value"] for value in (1, 5)] == [2, 2]
        await asyncio.sleep(1.2)
        assert (await on(app, client).ainvoke({"value": 5}))["value"] == 6
    assert calls == [1, 5]


async def test_a_key_that_can_not_be_made_is_the_nodes_error(serve: Serve, on, cache):
    app = counted([], cache_policy=CachePolicy(key_func=lambda state: 1 / 0)).compile(name="no_key", cache=cache)
    async with serve(app) as client:
        with pytest.raises(Exception, match=r"ZeroDivisionError.*node 'slow'"):
            await on(app, client).ainvoke({"value": 1})


async def test_a_graph_that_is_a_node_may_have_a_policy(serve: Serve, on, cache):
    calls: list[Any] = []
    builder = StateGraph(State).add_node("inner", counted(calls).compile(), cache_policy=CachePolicy())
    builder.add_node("after", lambda state: {"value": state["value"] + 10})
    builder.add_conditional_edges(START, lambda s: Send("inner", s) if s["value"] == 5 else "inner")
    builder.add_edge("inner", "after").add_conditional_edges("inner", lambda state: END)
    app, bare = builder.compile(name="whole", cache=cache), builder.compile(name="bare")
    async with serve(app, bare) as client:
        for value in (1, 1, 5, 5):
            expected = {"value": value + 11, "end": "even" if value % 2 else "odd"}
            assert await on(app, client).ainvoke({"value": value}) == expected
        assert await app.ainvoke({"value": 1}) == await app.ainvoke({"value": 1}) == {"value": 12, "end": "even"}
        assert calls == [1, 5]
        assert await on(bare, client).ainvoke({"value": 1}) == {"value": 12, "end": "even"}
    assert calls == [1, 5, 1]


async def test_a_cache_in_memory_is_refused(client):
    with pytest.raises(NotDurableError, match="cache that lives in one process's memory"):
        counted([], cache_policy=CachePolicy()).compile(cache=InMemoryCache()).on(client)
