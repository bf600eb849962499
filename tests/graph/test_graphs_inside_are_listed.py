"""`get_subgraphs` lists the graphs inside nodes, by whole segments of their namespaces."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict

import pytest

from temporal_pregel.graph import START, StateGraph


class State(TypedDict):
    value: int


def graph(**nodes: Any) -> Any:
    builder = StateGraph(State).add_edge(START, next(iter(nodes)))
    for name, node in nodes.items():
        builder.add_node(name, node)
    return builder.compile()


LEAF = graph(x=lambda state: state)


def call(state: State) -> Any:
    return LEAF.invoke(state)


APP = graph(m=graph(inner=LEAF, other=LEAF), m_inner=LEAF, f=call)


@pytest.mark.parametrize(
    ("namespace", "recurse", "found"),
    [
        (None, False, ["m", "m_inner", "f"]),
        (None, True, ["m", "m|inner", "m|other", "m_inner", "f"]),
        ("m", True, ["m"]),
        ("m|inner", True, ["m|inner"]),
        ("m|inner", False, []),
        ("m_inner", True, ["m_inner"]),
        ("nobody", True, []),
    ],
)
def test_a_namespace_names_one(namespace: str | None, recurse: bool, found: list[str]) -> None:
    assert [name for name, _ in APP.get_subgraphs(namespace=namespace, recurse=recurse)] == found


def test_awaiting_them_gives_the_same() -> None:
    async def main() -> list[str]:
        return [name async for name, _ in APP.aget_subgraphs()]

    assert asyncio.run(main()) == ["m", "m_inner", "f"]


def test_graphs_of_which_threads_keep_nothing_are_left_out() -> None:
    builder = StateGraph(State).add_node("x", LEAF).add_edge(START, "x")
    app = graph(off=builder.compile(checkpointer=False), on=builder.compile(checkpointer=True))
    assert [name for name, _ in app.get_subgraphs(recurse=True)] == ["on", "on|x"]
