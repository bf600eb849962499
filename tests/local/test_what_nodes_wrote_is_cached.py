"""A node with a cache policy does not run again for an input that a cache knows."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict

import pytest
from langgraph.cache.memory import InMemoryCache

from temporal_pregel.func import entrypoint, task
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import CachePolicy


class State(TypedDict, total=False):
    value: int
    end: str


def counted(calls: list[Any], **options: Any) -> Any:
    def slow(state: State) -> State:
        calls.append(state["value"])
        return {"value": state["value"] + 1}

    builder = StateGraph(State).add_node("slow", slow, **options).add_edge(START, "slow")
    builder.add_conditional_edges("slow", lambda state: "even" if state["value"] % 2 == 0 else "odd")
    return builder.add_node("even", lambda state: {"end": "even"}).add_node("odd", lambda state: {"end": "odd"})


def test_it_takes_the_way_that_it_took_and_streams_say_so() -> None:
    calls: list[Any] = []
    app = counted(calls, cache_policy=CachePolicy()).compile(cache=InMemoryCache())
    for _ in range(2):
        assert app.invoke({"value": 1}) == {"value": 2, "end": "even"}
    assert app.invoke({"value": 2}) == {"value": 3, "end": "odd"}
    assert calls == [1, 2]
    first = next(iter(app.stream({"value": 1})))
    assert first == {"slow": {"value": 2}, "__metadata__": {"cached": True}}
    app.clear_cache()
    app.invoke({"value": 1})
    assert calls == [1, 2, 1]


def test_async_runs_use_the_async_face_of_the_cache() -> None:
    class Async(InMemoryCache):
        def get(self, keys: Any) -> Any:
            raise AssertionError("a sync call on an event loop")

        async def aget(self, keys: Any) -> Any:
            return super().get(keys)

    calls: list[Any] = []
    app = counted(calls, cache_policy=CachePolicy()).compile(cache=Async())

    async def twice() -> list[Any]:
        found = [await app.ainvoke({"value": 1}), await app.ainvoke({"value": 1})]
        await app.aclear_cache(["slow"])
        return [*found, await app.ainvoke({"value": 1})]

    assert asyncio.run(twice()) == [{"value": 2, "end": "even"}] * 3
    assert calls == [1, 1]


def test_a_policy_of_the_whole_graph_and_a_key_of_ones_own() -> None:
    calls: list[Any] = []
    builder = counted(calls)
    builder.set_node_defaults(cache_policy=CachePolicy(key_func=lambda state: "always the same", ttl=60))
    app = builder.compile(cache=InMemoryCache())
    assert [app.invoke({"value": value})["value"] for value in (1, 5)] == [2, 2]
    assert calls == [1]


def test_without_a_cache_nodes_run() -> None:
    calls: list[Any] = []
    app = counted(calls, cache_policy=CachePolicy()).compile()
    app.invoke({"value": 1})
    app.invoke({"value": 1})
    assert calls == [1, 1]
    with pytest.raises(ValueError, match="No cache is set"):
        app.clear_cache()


def test_errors_are_not_kept() -> None:
    def fails(state: State) -> State:
        calls.append(1)
        raise KeyError("no")

    calls: list[int] = []
    builder = StateGraph(State).add_node("n", fails, cache_policy=CachePolicy()).add_edge(START, "n")
    app = builder.compile(cache=InMemoryCache())
    for _ in range(2):
        with pytest.raises(KeyError):
            app.invoke({"value": 1})
    assert calls == [1, 1]


def test_called_tasks_are_known_by_their_arguments() -> None:
    calls: list[Any] = []

    @task(cache_policy=CachePolicy())
    def double(value: int, *, by: int = 2) -> int:
        calls.append(value)
        return value * by

    cache = InMemoryCache()

    @entrypoint(cache=cache)
    def whole(value: int) -> list[int]:
        return [double(value).result(), double(value, by=3).result(), double(value).result()]

    assert whole.invoke(2) == [4, 6, 4]
    assert asyncio.run(whole.ainvoke(2)) == [4, 6, 4]
    assert calls == [2, 2]
    double.clear_cache(cache)
    whole.invoke(2)
    assert calls == [2] * 4
