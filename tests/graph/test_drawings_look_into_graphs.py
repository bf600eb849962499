"""With xray a drawing shows the graphs inside nodes, and inside the functions of nodes."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any, TypedDict

import pytest

from temporal_pregel import START, StateGraph


class State(TypedDict):
    value: int


def node(state: State) -> None:
    return None


def chain(*names: str, **inner: Any) -> Any:
    graph = StateGraph(State)
    for name in names:
        graph.add_node(name, inner.get(name, node))
    graph.add_edge(START, names[0])
    for before, after in itertools.pairwise(names):
        graph.add_edge(before, after)
    return graph.compile()


LEAF = chain("one", "two")
HELD = SimpleNamespace(tools=SimpleNamespace(graph=LEAF))


def calls_a_global(state: State) -> Any:
    return LEAF.invoke(state)


def calls_an_attribute(state: State) -> Any:
    return HELD.tools.graph.invoke(state)


def calls_a_captured_one() -> Any:
    leaf = chain("one", "two")

    def call(state: State) -> Any:
        return leaf.invoke(state)

    return call


def calls_nothing(state: State) -> Any:
    return {"value": len(HELD.tools.__dict__)}


def inner_nodes(action: Any, xray: int | bool = True) -> list[str]:
    drawn = chain("first", "sub", "last", sub=action).get_graph(xray=xray)
    return [name for name in drawn.nodes if name.startswith("sub")]


@pytest.mark.parametrize("action", [LEAF, calls_a_global, calls_an_attribute, calls_a_captured_one()])
def test_a_graph_that_a_node_runs_is_shown_in_its_place(action: Any) -> None:
    assert inner_nodes(action, xray=False) == ["sub"]
    assert inner_nodes(action) == ["sub:one", "sub:two"]


def test_a_function_without_one_is_a_node() -> None:
    assert inner_nodes(calls_nothing) == ["sub"]


@pytest.mark.parametrize(
    ("xray", "shown"), [(False, ["sub"]), (1, ["sub:one", "sub:two"]), (2, ["sub:one", "sub:two:one", "sub:two:two"])]
)
def test_a_number_says_how_deep(xray: int | bool, shown: list[str]) -> None:
    assert inner_nodes(chain("one", "two", two=LEAF), xray) == shown


def test_the_text_draws_a_box_around_it() -> None:
    drawn = chain("first", "sub", "last", sub=LEAF).get_graph(xray=True).draw_mermaid()
    assert drawn.splitlines()[6:] == [
        "\t__start__([<p>__start__</p>]):::first",
        "\tfirst(first)",
        "\tlast(last)",
        "\t__end__([<p>__end__</p>]):::last",
        "\t__start__ --> first;",
        r"	first --> sub\3aone;",
        r"	sub\3atwo --> last;",
        "\tlast --> __end__;",
        "\tsubgraph sub",
        r"	sub\3aone(one)",
        r"	sub\3atwo(two)",
        r"	sub\3aone --> sub\3atwo;",
        "\tend",
        "\tclassDef default fill:#f2f0ff,line-height:1.2",
        "\tclassDef first fill-opacity:0",
        "\tclassDef last fill:#bfb6fc",
    ]
