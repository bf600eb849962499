"""A saver finds its threads by keys of the caller's own, too: by a tenant, say."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.checkpoint import memory

from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Command, interrupt


class Log(TypedDict):
    log: Annotated[list[str], operator.add]


class ByTenant(memory.InMemorySaver):
    """Keeps each tenant's threads apart."""

    def of_tenant(self, config: Any) -> Any:
        place = config["configurable"]
        return {"configurable": {**place, "thread_id": f"{place['tenant']}/{place['thread_id']}"}}

    def get_tuple(self, config: Any) -> Any:
        return super().get_tuple(self.of_tenant(config))

    def put(self, config: Any, checkpoint: Any, *given: Any) -> Any:
        super().put(self.of_tenant(config), checkpoint, *given)
        return {"configurable": {**config["configurable"], "checkpoint_id": checkpoint["id"]}}

    def put_writes(self, config: Any, *given: Any) -> None:
        super().put_writes(self.of_tenant(config), *given)

    def list(self, config: Any, *, before: Any = None, **options: Any) -> Iterator[Any]:
        return super().list(self.of_tenant(config), before=before and self.of_tenant(before), **options)


def app(**compiled: Any) -> Any:
    inner = StateGraph(Log).add_node("ask", lambda _: {"log": [interrupt("who?")]}).add_edge(START, "ask").compile()
    builder = StateGraph(Log).add_node("a", lambda _: {"log": ["a"]}).add_node("inner", lambda s: inner.invoke(s))
    return builder.add_edge(START, "a").add_edge("a", "inner").compile(checkpointer=ByTenant(), **compiled)


def of(tenant: str) -> dict[str, Any]:
    return {"configurable": {"thread_id": "t", "tenant": tenant, "what": object()}}


def test_runs_states_and_graphs_inside_are_kept_by_the_callers_key() -> None:
    graph = app()
    for tenant in ("bob", "eve"):
        graph.invoke({"log": [tenant]}, of(tenant))
    assert graph.invoke(Command(resume="me"), of("bob")) == {"log": ["bob", "a", "bob", "a", "me"]}
    assert graph.get_state(of("bob")).next == ()
    assert graph.get_state(of("eve")).next == ("inner",)


def test_histories_and_updates_are_kept_by_the_callers_key() -> None:
    graph = app()
    for tenant in ("bob", "eve"):
        graph.invoke({"log": [tenant]}, of(tenant))
    graph.update_state(of("bob"), {"log": ["!"]}, as_node="a")
    older = graph.get_state(of("bob")).config
    history = graph.get_state_history(of("bob"), before=older, limit=1)
    assert [state.values["log"] for state in history] == [["bob", "a"]]
    assert graph.get_state(of("eve")).values == {"log": ["eve", "a"]}


async def test_async_runs_are_kept_by_the_callers_key() -> None:
    graph = app()
    for tenant in ("bob", "eve"):
        await graph.ainvoke({"log": [tenant]}, of(tenant))
    assert (await graph.aget_state(of("eve"))).values == {"log": ["eve", "a"]}


def test_a_key_of_the_graphs_own_config_counts_too() -> None:
    graph = app().with_config({"configurable": {"tenant": "bob"}})
    thread = {"configurable": {"thread_id": "t"}}
    graph.invoke({"log": ["in"]}, thread)
    assert graph.get_state(thread).values == {"log": ["in", "a"]}


def test_a_saver_that_misses_its_key_says_so() -> None:
    with pytest.raises(KeyError, match="tenant"):
        app().invoke({"log": []}, {"configurable": {"thread_id": "t"}})
