"""LangChain's runnables are nodes of graphs, and graphs are LangChain's runnables."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict

import pytest
from langchain_core.runnables import RunnableConfig, RunnableLambda, RunnableParallel, RunnablePassthrough

from temporal_pregel._internal._runnable import RunnableCallable
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.runtime import Runtime


class State(TypedDict, total=False):
    value: int
    seen: Any


def graph(node: Any, **options: Any) -> Any:
    return StateGraph(State).add_node("n", node, **options).add_edge(START, "n").compile()


PLUS_ONE = graph(lambda state: {"value": state["value"] + 1})


def test_a_graph_is_a_link_of_a_chain() -> None:
    before = RunnableLambda(lambda value: {"value": value})
    chain = before | PLUS_ONE | RunnablePassthrough()
    assert chain.invoke(1) == {"value": 2}
    assert asyncio.run(chain.ainvoke(1)) == {"value": 2}
    assert (PLUS_ONE | (lambda state: state["value"])).invoke({"value": 1}) == 2
    assert PLUS_ONE.map().invoke([{"value": 1}, {"value": 2}]) == [{"value": 2}, {"value": 3}]
    assert list((PLUS_ONE | RunnablePassthrough()).stream({"value": 1})) == [{"n": {"value": 2}}]


def test_a_chain_that_has_a_graph_in_it_is_a_node() -> None:
    assert graph(RunnablePassthrough() | PLUS_ONE).invoke({"value": 1}) == {"value": 2}


def test_a_name_that_neither_has_is_missed() -> None:
    with pytest.raises(AttributeError, match="'CompiledStateGraph' object has no attribute 'nonsense'"):
        _ = PLUS_ONE.nonsense


def test_a_runnable_finds_its_nodes_runtime_and_may_read_the_state() -> None:
    def look(state: State, config: RunnableConfig, runtime: Runtime[str]) -> State:
        read = config["configurable"]["__pregel_read"]
        return {"seen": (runtime.context, read("value"), read(["value"], True), state)}

    app = graph(RunnableCallable(look), input_schema=State)
    found = app.invoke({"value": 1}, context="here")["seen"]
    assert found == ("here", 1, {"value": 1}, {"value": 1})


def test_a_runnable_of_two_functions_runs_the_one_that_fits() -> None:
    async def on_loop(state: State) -> State:
        return {"seen": "async"}

    both = graph(RunnableCallable(lambda state: {"seen": "sync"}, on_loop, name="both"))
    assert both.invoke({"value": 1})["seen"] == "sync"
    assert asyncio.run(both.ainvoke({"value": 1}))["seen"] == "async"
    with pytest.raises(TypeError, match='No synchronous function provided to "on_loop"'):
        graph(RunnableCallable(None, on_loop)).invoke({"value": 1})


def test_a_runnable_that_is_returned_runs_too() -> None:
    returning = RunnableCallable(lambda state: RunnableLambda(lambda value: {"seen": value}))
    assert graph(returning).invoke({"value": 1})["seen"] == {"value": 1}


@pytest.mark.parametrize(
    "node", [RunnableLambda(len), RunnableLambda(len).with_config(tags=["t"]), RunnableParallel(a=RunnableLambda(len))]
)
def test_a_timeout_needs_async_parts(node: Any) -> None:
    with pytest.raises(ValueError, match="only supported for async nodes"):
        graph(node, timeout=1)
