"""A router is a chain under that of its node, as with LangGraph."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.runnables import RunnableLambda

from temporal_pregel import START, StateGraph
from temporal_pregel.config import get_config
from tests.local.running import BOTH, Run, ainvoke
from tests.stream.graphs import State, boom, say


class Chains(BaseCallbackHandler):
    """Notes what begins under what with which tags, and how it ends."""

    def __init__(self) -> None:
        self.names: dict[Any, str] = {None: ""}
        self.begun: list[tuple[str, str, list[str]]] = []
        self.ended: list[tuple[str, Any]] = []

    def on_chain_start(self, _: Any, inputs: Any, *, run_id: Any, parent_run_id: Any = None, **more: Any) -> None:
        self.names[run_id] = more["name"]
        self.begun.append((self.names[parent_run_id], more["name"], sorted(more["tags"] or ())))

    def on_chain_end(self, outputs: Any, *, run_id: Any, **more: Any) -> None:
        self.ended.append((self.names[run_id], outputs))

    def on_chain_error(self, error: BaseException, *, run_id: Any, **more: Any) -> None:
        self.ended.append((self.names[run_id], type(error).__name__))


def chosen(_: State) -> str:
    return "b"


async def achosen(_: State) -> str:
    return "b"


def graph(source: str, *routers: Any, edge: bool = False) -> Any:
    builder = StateGraph(State).add_node("a", say("a")).add_node("b", say("b"))
    for router in routers:
        builder.add_conditional_edges(source, router, ["b"])
    if source != START:
        builder.add_edge(START, "a")
    if edge:
        builder.add_edge("a", "b")
    return builder.compile()


@pytest.mark.parametrize("run", BOTH)
def test_it_begins_and_ends_inside_of_its_node(run: Run) -> None:
    heard = Chains()
    run(graph("a", chosen), {"log": []}, {"callbacks": [heard]})
    assert heard.begun == [
        ("", "LangGraph", []),
        ("LangGraph", "a", ["graph:step:1"]),
        ("a", "chosen", ["seq:step:3"]),
        ("LangGraph", "b", ["graph:step:2"]),
    ]
    assert [name for name, _ in heard.ended] == ["chosen", "a", "b", "LangGraph"]
    assert heard.ended[0] == ("chosen", "b")


def test_async_ones_too() -> None:
    heard = Chains()
    ainvoke(graph("a", achosen), {"log": []}, {"callbacks": [heard]})
    assert heard.begun[2] == ("a", "achosen", ["seq:step:3"])
    assert heard.ended[0] == ("achosen", "b")


def test_each_has_its_place_after_the_edges() -> None:
    heard = Chains()
    graph("a", chosen, lambda state: "b", RunnableLambda(chosen, name="runs"), edge=True).invoke(
        {"log": []}, {"callbacks": [heard]}
    )
    assert [(name, tags) for parent, name, tags in heard.begun if parent == "a"] == [
        ("chosen", ["seq:step:4"]),
        ("RunnableCallable", ["seq:step:5"]),
        ("runs", ["seq:step:6"]),
    ]


@pytest.mark.parametrize("run", BOTH)
def test_the_start_is_told_of_only_where_it_has_a_router(run: Run) -> None:
    heard = Chains()
    run(graph(START, chosen), {"log": []}, {"callbacks": [heard]})
    assert heard.begun[1:3] == [
        ("LangGraph", "__start__", ["graph:step:0", "langsmith:hidden"]),
        ("__start__", "chosen", ["langsmith:hidden", "seq:step:2"]),
    ]


def test_what_it_calls_is_under_it_and_its_errors_are_told() -> None:
    heard = Chains()
    with pytest.raises(ValueError, match="boom"):
        graph("a", boom).invoke({"log": []}, {"callbacks": [heard]})
    assert heard.ended == [("boom", "ValueError"), ("a", "ValueError"), ("LangGraph", "ValueError")]

    def calls(state: State) -> str:
        return RunnableLambda(chosen, name="called").invoke(state, get_config())

    heard = Chains()
    graph("a", calls).invoke({"log": []}, {"callbacks": [heard]})
    assert ("calls", "called", []) in heard.begun
