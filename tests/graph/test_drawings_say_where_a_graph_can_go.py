"""A drawing's edges, found by walking the plan; and its text."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langgraph.graph import StateGraph as LangGraphStateGraph

from temporal_pregel import END, START, Command, StateGraph
from tests.graph import random_graphs


class State(TypedDict):
    value: int


def node(state: State) -> None:
    return None


def leap(state: State) -> Command[Literal["a", "__end__"]]:
    return Command(goto="a")


def builder(*names: str, **options: Any) -> Any:
    graph: Any = StateGraph(State)
    for name in names:
        graph.add_node(name, node, **options)
    return graph


def arrows(graph: Any) -> list[str]:
    return str(graph.compile().get_graph().draw_mermaid(with_styles=False)).split("\n\t")[1:]


def test_solid_arrows_are_always_taken_and_dotted_ones_may_be() -> None:
    graph = builder("a", "b").add_edge(START, "a").add_node(leap).add_edge("b", "leap")
    graph.add_conditional_edges("a", lambda state: "b", {"go on": "b", "stop": END})
    assert arrows(graph) == [
        "__start__ --> a;",
        "a -. &nbsp;stop&nbsp; .-> __end__;",
        "a -. &nbsp;go on&nbsp; .-> b;",
        "b --> leap;",
        "leap -.-> __end__;",
        "leap -.-> a;\n",
    ]


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (builder("a", "b").add_edge(START, "a"), ["__start__ --> a;", "a --> __end__;\n"]),
        (
            builder("a", "b").add_edge(START, "a").add_edge("a", "b").add_edge("b", "a"),
            ["__start__ --> a;", "a --> b;", "b --> a;", "b -.-> __end__;\n"],
        ),
        (
            builder("a", "b", "c").add_edge(START, "a").add_edge("a", "b").add_edge(["a", "b"], "c"),
            ["__start__ --> a;", "a --> b;", "a --> c;", "b --> c;", "c --> __end__;\n"],
        ),
        (
            builder("a", "b")
            .add_node("late", node, defer=True)
            .add_edge(START, "a")
            .add_edge("a", "late")
            .add_edge("a", "b"),
            ["__start__ --> a;", "a --> b;", "a --> late;", "b -.-> late;", "late --> __end__;\n"],
        ),
        (
            builder("a b").add_edge(START, "a b").add_edge("a b", "a b"),
            [r"__start__ --> a\20b;", r"a\20b -.-> __end__;", r"a\20b --> a\20b;" + "\n"],
        ),
    ],
    ids=["unreached", "endless", "join", "deferred", "itself"],
)
def test_shapes(graph: Any, expected: list[str]) -> None:
    assert arrows(graph) == expected


def test_json_holds_nodes_and_edges_and_where_runs_stop() -> None:
    graph = builder("a", metadata={"owner": "ops"}, destinations={END: "done"}).add_edge(START, "a")
    told = graph.compile(interrupt_before=["a"]).get_graph().to_json()
    assert [item["id"] for item in told["nodes"]] == [START, "a", END]
    assert told["nodes"][1]["metadata"] == {"owner": "ops", "__interrupt": "before"}
    assert told["edges"] == [
        {"source": START, "target": "a"},
        {"source": "a", "target": END, "data": "done", "conditional": True},
    ]


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 100_000))
def test_it_is_the_drawing_that_langgraph_makes(seed: int) -> None:
    ours = random_graphs.build(seed, defer=False).compile().get_graph()
    theirs = random_graphs.build(seed, LangGraphStateGraph(random_graphs.State), defer=False).compile().get_graph()
    assert ours.draw_mermaid() == theirs.draw_mermaid()
    assert ours.to_json() == theirs.to_json()
